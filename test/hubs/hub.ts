/** What every fake hub has: a numbered log, faults, a clock, and a loopback port for clients that need a wire. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Request, Response, countBody } from './message.ts'

/** Milliseconds since the epoch. */
export interface Clock {
  now(): number
  sleep(ms: number): Promise<void>
}

/** A clock that moves only while everybody sleeps: it then jumps to the time at which the first one wakes. */
export class VirtualClock implements Clock {
  #nowMs: number
  readonly #sleepers: { readonly wakeMs: number; readonly wake: () => void }[] = []
  constructor(startMs = Date.parse('2026-11-01T00:00:00Z')) {
    this.#nowMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  /** Moves the clock, as if time passed between two runs. */
  pass(ms: number): void {
    this.#nowMs += ms
  }

  sleep(ms: number): Promise<void> {
    const wakeMs = this.#nowMs + ms
    return new Promise((wake) => {
      const after = this.#sleepers.findIndex((other) => other.wakeMs > wakeMs)
      this.#sleepers.splice(after < 0 ? this.#sleepers.length : after, 0, { wakeMs, wake })
      if (this.#sleepers.length === 1) setImmediate(() => this.#wakeNext())
    })
  }

  /** Wakes all whose time has come. Before the next jump the event loop turns once, so that they may sleep again. */
  #wakeNext(): void {
    this.#nowMs = Math.max(this.#nowMs, this.#sleepers[0]!.wakeMs)
    const later = this.#sleepers.findIndex(({ wakeMs }) => wakeMs > this.#nowMs)
    for (const { wake } of this.#sleepers.splice(0, later < 0 ? this.#sleepers.length : later)) wake()
    if (this.#sleepers.length > 0) setImmediate(() => this.#wakeNext())
  }
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms)
    }),
}

export type FaultAct =
  | { status: number; headers?: Record<string, string>; body?: string }
  | 'drop'
  | 'cut'
  | 'corrupt'
  | (() => void | Promise<void>)
  | { around: (request: Request, handle: (request: Request) => Promise<Response>) => Promise<Response> }

/**
 * Something that goes wrong with a request. `on`: the number of the request in the hub's log, or a test of the request.
 * `when`: before or after the request has its effect. `act`: an answer to give instead; `drop` breaks the connection;
 * `cut` and `corrupt` spoil the body of the real answer; a function is called and the request goes on, so that another
 * writer can act meanwhile, or throws to end the caller. `around`, which comes before, answers in the hub's place.
 */
export interface Fault {
  on: number | ((request: Request, number: number) => boolean)
  times?: number
  when: 'before' | 'after'
  act: FaultAct
}

/**
 * `status` is 0 where no answer was given. The times are those of `performance.now()`; `endedMs` is when the answer,
 * with its body, had been made.
 */
export interface RequestRecord {
  number: number
  method: string
  url: string
  headers: Headers
  status: number
  beganMs: number
  endedMs: number
  uploadedBytes: number
  downloadedBytes: number
  authorized: boolean
}

/** Thrown to `serve`, since a Response cannot say that it will never come: `end` does with the connection what it likes. */
export class BrokenConnection extends TypeError {
  readonly end: (outgoing: ServerResponse) => void
  constructor(end: (outgoing: ServerResponse) => void) {
    super('fetch failed')
    this.end = end
  }
}

export class Hub {
  readonly clock: Clock
  readonly requests: RequestRecord[] = []
  readonly faults: Fault[] = []
  /** What was answered before it had its effect, and has it at that time, in ms. */
  readonly late: { readonly atMs: number; readonly land: () => Promise<unknown> }[] = []
  readonly #handle: (request: Request) => Promise<Response>

  constructor(handle: (request: Request) => Promise<Response>, clock: Clock) {
    this.#handle = handle
    this.clock = clock
  }

  #takeFault(request: Request, number: number, when: Fault['when']): FaultAct | null {
    const isMeant = ({ on }: Fault) => (typeof on === 'number' ? on === number : on(request, number))
    const fault = this.faults.find((each) => each.when === when && each.times !== 0 && isMeant(each))
    if (!fault) return null
    fault.times = (fault.times ?? 1) - 1
    return fault.act
  }

  /** Does what is due by now. */
  async landLate(): Promise<void> {
    const nowMs = this.clock.now()
    const due = this.late.filter(({ atMs }) => atMs <= nowMs)
    this.late.splice(0, Infinity, ...this.late.filter(({ atMs }) => atMs > nowMs))
    for (const { land } of due) await land()
  }

  /** Each request gets a number and a line in the log, whatever becomes of it. */
  async fetch(request: Request): Promise<Response> {
    if (this.late.length > 0) await this.landLate()
    const { method, url, headers, body } = request
    const authorized = headers.has('authorization')
    const record: RequestRecord = {
      number: this.requests.length + 1,
      method,
      url,
      headers,
      status: 0,
      beganMs: performance.now(),
      endedMs: NaN,
      uploadedBytes: 0,
      downloadedBytes: 0,
      authorized,
    }
    this.requests.push(record)
    const upload =
      body &&
      countBody(body, (byteLength) => {
        record.uploadedBytes += byteLength
      })
    const counted = upload ? new Request(request, { method, body: upload, duplex: 'half' }) : request
    const before = this.#takeFault(request, record.number, 'before')
    const instead = before === null ? null : await this.#act(before, record)
    if (instead) return instead
    const own =
      typeof before === 'object' && before !== null && 'around' in before
        ? await before.around(counted, this.#handle)
        : await this.#handle(counted)
    const answer = before === 'cut' || before === 'corrupt' ? spoil(own, before) : own
    const after = this.#takeFault(request, record.number, 'after')
    const replaced = after === null ? null : await this.#act(after, record)
    if (replaced) return replaced
    record.status = answer.status
    record.endedMs = performance.now()
    const whole = after === 'cut' || after === 'corrupt' ? spoil(answer, after) : answer
    if (!whole.body) return whole
    const download = countBody(whole.body, (byteLength) => {
      record.downloadedBytes += byteLength
      record.endedMs = performance.now()
    })
    return new Response(download, whole)
  }

  async #act(act: FaultAct, record: RequestRecord): Promise<Response | null> {
    if (act === 'drop') throw new BrokenConnection((outgoing) => void outgoing.destroy())
    if (typeof act === 'function') await act()
    if (typeof act !== 'object' || 'around' in act) return null
    record.status = act.status
    return new Response(act.body ?? null, { status: act.status, headers: act.headers ?? {} })
  }
}

/** The answer with half of its body, or with one byte changed. An answer without a body stays as it is. */
function spoil(answer: Response, how: 'cut' | 'corrupt'): Response {
  if (!answer.body) return answer
  let half: Uint8Array | null = null
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        // The error comes with the next pull, in a later turn: an error drops the bytes that have not left yet.
        if (half) {
          await new Promise((resolve) => {
            setImmediate(resolve)
          })
          return controller.error(new TypeError('terminated'))
        }
        const bytes = new Uint8Array(await answer.arrayBuffer())
        const middle = Math.floor(bytes.length / 2)
        if (how === 'corrupt' && bytes.length > 0) bytes[middle]! ^= 1
        half = how === 'cut' ? bytes.subarray(0, middle) : bytes
        if (half.length > 0) controller.enqueue(half)
        else if (how === 'cut') controller.error(new TypeError('terminated'))
        if (how === 'corrupt') controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, answer)
}

/** `quiet` waits until no request is being answered, and none is left in a socket. */
export interface Port {
  origin: string
  close: () => Promise<void>
  quiet: () => Promise<void>
}

/** What a server shows, and the domain of its name, which holds its port: the name exists for a proxy alone. */
export interface Tls {
  readonly domain: string
  readonly key: Buffer
  readonly cert: Buffer
}

/** Serves HTTP on a free loopback port, streaming both ways. `start` gets the origin and returns what answers. */
export async function serve(
  start: (origin: string) => (request: Request) => Promise<Response>,
  tls: Tls | null = null,
): Promise<Port> {
  let answer: ((request: Request) => Promise<Response>) | null = null
  let open = 0
  const listen = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    open += 1
    void exchange(incoming, outgoing, answer!).finally(() => {
      open -= 1
    })
  }
  const server = tls ? createTlsServer(tls, listen) : createServer(listen)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const origin = tls ? `https://at-${port}.${tls.domain}` : `http://127.0.0.1:${port}`
  answer = start(origin)
  return {
    origin,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
    quiet: async () => {
      for (let turns = 0; turns < 5; turns = open > 0 ? 0 : turns + 1)
        await new Promise((resolve) => {
          setTimeout(resolve, 10)
        })
    },
  }
}

async function exchange(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: (request: Request) => Promise<Response>,
): Promise<void> {
  const headers = new Headers()
  for (let at = 0; at < incoming.rawHeaders.length; at += 2)
    headers.append(incoming.rawHeaders[at]!, incoming.rawHeaders[at + 1]!)
  const hasBody =
    incoming.headers['content-length'] !== undefined || incoming.headers['transfer-encoding'] !== undefined
  const body =
    hasBody && incoming.method !== 'GET' && incoming.method !== 'HEAD'
      ? (Readable.toWeb(incoming) as ReadableStream<Uint8Array>)
      : null
  const init = { method: incoming.method!, headers, ...(body && { body, duplex: 'half' as const }) }
  try {
    const response = await answer(
      new Request(
        `${'encrypted' in incoming.socket ? 'https' : 'http'}://${incoming.headers.host}${incoming.url}`,
        init,
      ),
    )
    outgoing.writeHead(response.status, [...response.headers].flat())
    // Headers go out even if the body breaks at once: a cut answer is not a dropped one.
    outgoing.flushHeaders()
    if (response.body) await pipeline(response.body, outgoing)
    else outgoing.end()
  } catch (error) {
    // A dropped answer, or a body that broke: the client must see a connection that ends, not an answer.
    if (error instanceof BrokenConnection) error.end(outgoing)
    else outgoing.destroy()
  }
}
