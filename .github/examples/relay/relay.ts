/**
 * A relay: the Hub reports each push to it, and it starts the mirror's workflow on GitHub. One file without dependencies; Node 22.18
 * or newer runs it as it is (`node relay.ts`). What it is told by variables stands in README.md beside it.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Settings {
  /** What the Hub sends in `X-Webhook-Secret`. */
  readonly secret: string
  /** A token that may start workflows: fine-grained, Contents: Read and write. */
  readonly token: string
  /** Which GitHub repository (`acme/corpus`) a Hub repository (`datasets/acme/corpus`, in lower case) belongs to. */
  readonly repositories: ReadonlyMap<string, string>
  readonly apiUrl: string
  /** How long events of one repository are joined, in milliseconds. */
  readonly joinMs: number
  /** The wait before the second request to GitHub, in milliseconds; it doubles from one to the next. */
  readonly retryMs: number
  readonly log: (line: string) => void
}

/** A change of branches or tags. `key`: what tells it from every other one. */
interface Change {
  readonly repository: string
  readonly key: string
  readonly sha: string | null
}

/** A request that is not taken. */
class Refusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const bodyBytesMax = 256 * 1024
const attemptsMax = 6
const waitMsMax = 60_000
const answerMsMax = 15_000
/** The Hub calls a webhook at most 1,000 times a day, and tells an event neither a time nor a number of its own. */
const [rememberedMax, rememberedMs] = [1_000, 24 * 3_600_000]
const folders = new Map<unknown, string>([
  ['model', 'models'],
  ['dataset', 'datasets'],
  ['space', 'spaces'],
])

const digest = (text: string) => createHash('sha256').update(text).digest()
/** Takes as long for a wrong text as for the right one, whatever their lengths. */
const isSame = (given: string, secret: string) => timingSafeEqual(digest(given), digest(secret))

/** The whole body. Throws a `Refusal` as soon as it is too long. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let byteLength = 0
  // Else what ends the loop would end the connection, before anything is answered.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    byteLength += chunk.length
    if (byteLength > bodyBytesMax) throw new Refusal(413, `A body has at most ${bodyBytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const isId = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{40}$/.test(value)

/** A payload, as https://huggingface.co/docs/hub/webhooks describes it; null where no branch and no tag has changed. */
export function parseEvent(body: string): Change | null {
  let payload: unknown
  try {
    payload = JSON.parse(body)
  } catch {
    throw new Refusal(400, 'The body is not JSON')
  }
  const { event, repo, updatedRefs } = isObject(payload) ? payload : {}
  if (!isObject(event) || !isObject(repo) || typeof repo['name'] !== 'string')
    throw new Refusal(400, "The body is no webhook's payload")
  const folder = folders.get(repo['type'])
  // The documentation says that a scope which is narrower than a known one counts as that one.
  if (!folder || !/^repo\.content(?:\.|$)/.test(String(event['scope']))) return null
  // A pull request on the Hub is a ref, too, and none that is mirrored.
  const refs = (Array.isArray(updatedRefs) ? updatedRefs : [])
    .filter(isObject)
    .filter(({ ref }) => /^refs\/(?:heads|tags)\//.test(String(ref)))
  if (Array.isArray(updatedRefs) && refs.length === 0) return null
  const heads = refs.filter(({ ref }) => String(ref).startsWith('refs/heads/'))
  const repository = `${folder}/${repo['name']}`
  const moves = refs.map(({ ref, oldSha, newSha }) => [ref, oldSha, newSha])
  return {
    repository,
    key: digest(JSON.stringify([repository, moves.length > 0 ? moves : repo['headSha']])).toString('base64'),
    sha: [...[...heads, ...refs].map(({ newSha }) => newSha), repo['headSha']].find(isId) ?? null,
  }
}

/** How long GitHub wants to be left alone, in milliseconds; null where it would refuse again. */
function findWait({ status, headers }: Response, usualMs: number): number | null {
  const isLimit =
    status === 429 || (status === 403 && (headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0'))
  if (!isLimit && status < 500 && status !== 408) return null
  return Math.max(usualMs, (Number(headers.get('retry-after')) || 0) * 1_000)
}

/** Says what to do about an answer of GitHub's that will not change. */
function explain(status: number, repository: string): string {
  if (status === 401) return 'GITHUB_TOKEN is not valid or has expired'
  if (status === 403) return `GITHUB_TOKEN needs Contents: Read and write on ${repository}`
  if (status === 404) return `${repository} does not exist, or GITHUB_TOKEN may not see it`
  if (status >= 300 && status < 400) return `${repository} was renamed; say its new name in RELAY_REPOSITORIES`
  return 'the event was not taken'
}

/** Starts the workflows that wait for `repository_dispatch` of the type `hubmirror`. Resolves to whether that was done. */
async function dispatch({ repository, sha }: Change, settings: Settings): Promise<boolean> {
  const { repositories, apiUrl, token, retryMs, log } = settings
  const target = repositories.get(repository.toLowerCase())!
  for (let attempt = 1; ; attempt++) {
    const usualMs = retryMs * 2 ** (attempt - 1)
    let [waitMs, why]: [number | null, string] = [usualMs, 'no answer']
    try {
      const answer = await fetch(`${apiUrl}/repos/${target}/dispatches`, {
        method: 'POST',
        headers: {
          'authorization': `Bearer ${token}`,
          'accept': 'application/vnd.github+json',
          'content-type': 'application/json',
          'user-agent': 'hubmirror-relay',
          'x-github-api-version': '2022-11-28',
        },
        body: JSON.stringify({ event_type: 'hubmirror', client_payload: { repo: repository, sha } }),
        // A redirection would turn this into a GET.
        redirect: 'manual',
        signal: AbortSignal.timeout(answerMsMax),
      })
      if (answer.ok) {
        log(`${repository}: started the workflow of ${target}`)
        return true
      }
      await answer.body?.cancel()
      waitMs = findWait(answer, usualMs)
      why = `GitHub answered ${answer.status}${waitMs === null ? `: ${explain(answer.status, target)}` : ''}`
    } catch {
      // What is thrown may name the request, and with it the token.
    }
    if (waitMs === null || waitMs > waitMsMax || attempt === attemptsMax) {
      log(`${repository}: gave up after ${attempt} of ${attemptsMax} requests: ${why}. The schedule brings it later`)
      return false
    }
    log(`${repository}: ${why}; next request in ${waitMs / 1_000} s`)
    await sleep(waitMs)
  }
}

/** Joins the events of a repository that come within seconds, and passes them on as one. */
class Queue {
  readonly #settings: Settings
  /** When each change was passed on. */
  readonly #seen = new Map<string, number>()
  readonly #waiting = new Map<string, { change: Change; keys: string[]; stop: AbortController }>()
  readonly #running = new Set<Promise<void>>()

  constructor(settings: Settings) {
    this.#settings = settings
  }

  /** Whether the change is passed on; false where it was before. */
  add(change: Change): boolean {
    if (!this.#isNew(change.key)) return false
    const name = change.repository.toLowerCase()
    const waiting = this.#waiting.get(name)
    if (waiting) {
      waiting.change = change
      waiting.keys.push(change.key)
      return true
    }
    const stop = new AbortController()
    this.#waiting.set(name, { change, keys: [change.key], stop })
    const running = this.#pass(name, stop.signal).finally(() => this.#running.delete(running))
    this.#running.add(running)
    return true
  }

  #isNew(key: string): boolean {
    const nowMs = Date.now()
    // The oldest one stands first.
    for (const [old, ms] of this.#seen)
      if (nowMs - ms > rememberedMs || this.#seen.size >= rememberedMax) this.#seen.delete(old)
      else break
    return !this.#seen.has(key) && this.#seen.set(key, nowMs).has(key)
  }

  /** Passes on at once what waits, and resolves when that is done. */
  async flush(): Promise<void> {
    for (const { stop } of this.#waiting.values()) stop.abort()
    await Promise.all(this.#running)
  }

  async #pass(name: string, signal: AbortSignal): Promise<void> {
    await sleep(this.#settings.joinMs, undefined, { signal }).catch(() => {})
    const { change, keys } = this.#waiting.get(name)!
    this.#waiting.delete(name)
    if (await dispatch(change, this.#settings)) return
    // So that it can be sent again, by the Hub or by hand.
    for (const key of keys) this.#seen.delete(key)
  }
}

/** What is answered to a request. Throws a `Refusal`. */
async function respond(
  request: IncomingMessage,
  { secret, repositories }: Settings,
  queue: Queue,
): Promise<[number, string]> {
  const [method, path] = [request.method, request.url?.split('?')[0]]
  if (path === '/' && (method === 'GET' || method === 'HEAD'))
    return [200, 'A relay of hubmirror: it takes webhooks at /webhook']
  if (path !== '/webhook') throw new Refusal(404, 'There is nothing here')
  if (method !== 'POST') throw new Refusal(405, 'Only POST is taken here')
  if (!isSame(String(request.headers['x-webhook-secret'] ?? ''), secret))
    throw new Refusal(401, 'X-Webhook-Secret is not the secret of this relay')
  if (Number(request.headers['content-length']) > bodyBytesMax)
    throw new Refusal(413, `A body has at most ${bodyBytesMax} bytes`)
  const change = parseEvent(await readBody(request))
  if (change === null) return [200, 'No branch and no tag has changed']
  // Some other letters are these ones in lower case, too.
  if (!/^[\w./-]+$/.test(change.repository) || !repositories.has(change.repository.toLowerCase()))
    throw new Refusal(403, 'This repository is not one of RELAY_REPOSITORIES')
  return queue.add(change) ? [202, 'Passed on'] : [200, 'This was passed on before']
}

/** The server, which does not listen yet, and what ends it without losing an event. */
export function createRelay(settings: Settings): { readonly server: Server; readonly close: () => Promise<void> } {
  const queue = new Queue(settings)
  const server = createServer(
    { requestTimeout: 20_000, headersTimeout: 10_000, maxHeaderSize: 16_384 },
    (request, response) => {
      const say = (status: number, text: string) => {
        // What is left of a body is not waited for.
        const headers = request.complete ? {} : { connection: 'close' }
        response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(`${text}\n`)
      }
      respond(request, settings, queue).then(
        ([status, text]) => say(status, text),
        (error: unknown) => (error instanceof Refusal ? say(error.status, error.message) : request.destroy()),
      )
    },
  )
  const close = async () => {
    server.close()
    await queue.flush()
    server.closeAllConnections()
  }
  return { server, close }
}

/** Throws an `Error` that says what to set. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const read = (name: string) => {
    const value = env[name]?.trim()
    if (value) return value
    throw new Error(`Cannot start: ${name} is not set. README.md says what it is`)
  }
  const secret = read('WEBHOOK_SECRET')
  if (!/^[!-~]{16,}$/.test(secret))
    throw new Error('Cannot start: WEBHOOK_SECRET has to be 16 or more letters, digits and signs of ASCII')
  const repositories = read('RELAY_REPOSITORIES')
    .split(/[\s,]+/)
    .filter((pair) => pair !== '')
    .map((pair): [string, string] => {
      const [, hub, github] = /^((?:datasets|models|spaces)\/[\w.-]+\/[\w.-]+)=([\w.-]+\/[\w.-]+)$/.exec(pair) ?? []
      if (hub === undefined || github === undefined)
        throw new Error('Cannot start: what stands in RELAY_REPOSITORIES is not like datasets/acme/corpus=acme/corpus')
      return [hub.toLowerCase(), github]
    })
  if (new Map(repositories).size < repositories.length)
    throw new Error('Cannot start: RELAY_REPOSITORIES has a repository of the Hub twice')
  const apiUrl = (env['GITHUB_API_URL'] || 'https://api.github.com').replace(/\/+$/, '')
  const log = (line: string) => process.stdout.write(`${new Date().toISOString()} ${line}\n`)
  const [token, joinMs, retryMs] = [read('GITHUB_TOKEN'), 10_000, 2_000]
  return { secret, token, repositories: new Map(repositories), apiUrl, joinMs, retryMs, log }
}

if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const settings = readSettings(process.env)
  const { server, close } = createRelay(settings)
  server.listen(Number(process.env['PORT'] || 7860), () => {
    const { port } = server.address() as AddressInfo
    settings.log(`Listens on port ${port} for ${[...settings.repositories.keys()].join(', ')}`)
  })
  for (const name of ['SIGTERM', 'SIGINT']) process.once(name, () => void close().then(() => process.exit()))
}
