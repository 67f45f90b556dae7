/** A real browser without a window, driven over a pipe by the protocol of its own developer tools. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { pathToFileURL } from 'node:url'

const names = ['chromium', 'google-chrome', 'google-chrome-stable']
/** Null where there is none: tests that need one are skipped then, and CI fails when one was skipped. */
export const chromium = names.find((name) => spawnSync(name, ['--version']).status === 0) ?? null

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: Record<string, unknown>
  readonly result?: Record<string, unknown>
  readonly error?: { readonly message: string }
}

const flags = [
  '--headless',
  // Root, as in a container, has no sandbox; whatever is opened is made here.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--remote-debugging-pipe',
]

/** How a page is looked at. */
export interface Sight {
  readonly width?: number
  readonly scheme?: 'light' | 'dark'
  readonly media?: 'screen' | 'print'
}

/** A browser with one page. */
export class Browser {
  readonly #process: ChildProcess
  readonly #folder = mkdtempSync(join(tmpdir(), 'chromium-'))
  readonly #answers = new Map<
    number,
    { resolve: (result: Record<string, unknown>) => void; reject: (error: Error) => void }
  >()
  readonly #loads: (() => void)[] = []
  #session: string | undefined
  #number = 0
  /** Addresses that were asked for, and what the browser or the page complained of, since the last page was opened. */
  readonly requests: string[] = []
  readonly complaints: string[] = []

  private constructor() {
    this.#process = spawn(chromium!, [...flags, `--user-data-dir=${this.#folder}`], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    })
    let text = ''
    const out = this.#process.stdio[4] as Readable
    out.setEncoding('utf8').on('data', (chunk: string) => {
      const messages = (text + chunk).split('\0')
      text = messages.pop()!
      for (const one of messages) this.#listen(JSON.parse(one) as Message)
    })
    this.#process.on('exit', () => {
      for (const { reject } of this.#answers.values()) reject(new Error('the browser ended'))
    })
  }

  static async start(): Promise<Browser> {
    const browser = new Browser()
    const { targetId } = await browser.send('Target.createTarget', { url: 'about:blank' })
    const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true })
    browser.#session = sessionId as string
    for (const domain of ['Page', 'Network', 'Log', 'Runtime', 'Accessibility', 'DOM'])
      await browser.send(`${domain}.enable`)
    return browser
  }

  send(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const id = ++this.#number
    const message = { id, method, params, ...(this.#session && { sessionId: this.#session }) }
    return new Promise((resolve, reject) => {
      this.#answers.set(id, { resolve, reject })
      ;(this.#process.stdio[3] as Writable).write(`${JSON.stringify(message)}\0`)
    })
  }

  #listen({ id, method, params = {}, result = {}, error }: Message): void {
    if (id !== undefined) {
      const answer = this.#answers.get(id)
      this.#answers.delete(id)
      if (error) answer?.reject(new Error(error.message))
      else answer?.resolve(result)
    } else if (method === 'Page.loadEventFired') this.#loads.shift()?.()
    else if (method === 'Network.requestWillBeSent') this.requests.push((params.request as { url: string }).url)
    else if (method === 'Log.entryAdded') this.complaints.push((params.entry as { text: string }).text)
    else if (
      method === 'Runtime.exceptionThrown' ||
      method === 'Runtime.consoleAPICalled' ||
      method === 'Page.javascriptDialogOpening'
    )
      this.complaints.push(JSON.stringify(params))
  }

  /** Shows a page that is a file, as people open it. */
  async open(page: string, sight: Sight = {}): Promise<void> {
    const file = join(this.#folder, 'report.html')
    writeFileSync(file, page)
    await this.look(sight)
    this.requests.length = 0
    this.complaints.length = 0
    const loaded = new Promise<void>((resolve) => this.#loads.push(resolve))
    await this.send('Page.navigate', { url: pathToFileURL(file).href })
    await loaded
  }

  async look({ width = 1280, scheme = 'light', media = 'screen' }: Sight): Promise<void> {
    await this.send('Emulation.setDeviceMetricsOverride', {
      width,
      height: 900,
      deviceScaleFactor: 1,
      mobile: width < 500,
    })
    await this.send('Emulation.setEmulatedMedia', {
      media,
      features: [{ name: 'prefers-color-scheme', value: scheme }],
    })
  }

  /** What an expression comes to in the page, as JSON. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, returnByValue: true })
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails))
    return (result as { value: T }).value
  }

  async press(key: 'Tab' | 'Enter'): Promise<void> {
    const text = key === 'Enter' ? '\r' : undefined
    const code = key === 'Enter' ? 13 : 9
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', key, code: key, windowsVirtualKeyCode: code, text })
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key, windowsVirtualKeyCode: code })
  }

  /** Its processes go on writing for a moment after it has ended. */
  async close(): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      this.#process.once('exit', () => resolve())
    })
    this.#session = undefined
    await Promise.race([this.send('Browser.close').catch(() => {}), ended])
    await ended
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
}
