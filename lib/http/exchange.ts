/**
 * One request and its answer, without retries and redirects. The bytes of both bodies are counted. The exchange ends early
 * when a signal is aborted, when nothing comes for too long, or when the connection breaks.
 */
import { unlessAborted } from '../async/abort.ts'
import { BrokenError, RemoteError } from '../model/errors.ts'
import type { Bytes, Received } from './body.ts'
import { dropBody, watchBody } from './body.ts'
import { HeaderMap } from './headers.ts'
import { parseNetworkError } from './network-error.ts'
import { sendByNode } from './node-client.ts'
import type { FindRoute, Route } from './proxies.ts'
import { readProxies, type ProxyEnvironment } from './proxy.ts'
import type { Outgoing } from './request.ts'
import { byteLengthOf } from './request.ts'
import { countGarbage } from './young-garbage.ts'

/** Options that all requests of a run share. */
export interface ExchangeOptions {
  /** Sends every request, in tests. By default node's own client does. */
  readonly fetch?: typeof fetch
  /** Its abortion ends all requests, bodies and waits at once; they throw its reason, which has to be an `Error`. */
  readonly signal?: AbortSignal
  /** The longest silence before an answer begins, and between two chunks of a body. Default 60,000. */
  readonly timeoutMs?: number
  /** The environment variables that may name proxies. By default no proxy is used. */
  readonly proxies?: ProxyEnvironment
}

/** How many bytes the bodies of a run had, before compression, in both directions. */
export interface Transferred {
  downloaded: number
  uploaded: number
}

/**
 * The slowest upload that is waited for, 128 kB/s. Nobody tells how much of a body in memory has left, so such a body makes
 * the timeout longer by the time that it takes at this speed.
 */
const slowestBytesPerMs = 128

/** Sends requests, and counts the bytes of all of them. */
export class Exchanges {
  readonly bytes: Transferred = { downloaded: 0, uploaded: 0 }
  readonly #common: Common
  #routes: Promise<FindRoute | null> | null = null
  readonly #stops = new Set<AbortController>()

  constructor(options: ExchangeOptions) {
    const { signal } = options
    this.#common = { timeoutMs: 60_000, ...options, bytes: this.bytes }
    signal?.addEventListener(
      'abort',
      () => {
        for (const stop of this.#stops) stop.abort(signal.reason)
      },
      { once: true },
    )
  }

  /** Ends every exchange. Until then an answer that nobody has read to its end keeps the process alive. */
  close(): void {
    for (const stop of this.#stops) stop.abort()
  }

  /**
   * The answer of any status. Redirects are not followed.
   * @throws {UsageError} For an address of a proxy that cannot be used.
   * @throws {RemoteError} For a connection that breaks, for silence, and for a success that is answered before all of a
   *   one-shot body has left. An error of a one-shot body itself is thrown as it is.
   */
  async send(request: Outgoing): Promise<Received> {
    const exchange = new Exchange(request, this.#common, await this.#findRoute(request.url))
    this.#stops.add(exchange.stop)
    return await exchange.run(() => void this.#stops.delete(exchange.stop))
  }

  async #findRoute(url: URL): Promise<Route | null> {
    const { fetch, proxies } = this.#common
    if (fetch !== undefined || proxies === undefined) return null
    this.#routes ??= readProxies(proxies)
    return (await this.#routes)?.(url) ?? null
  }
}

/** What all exchanges share. */
interface Common extends ExchangeOptions {
  readonly timeoutMs: number
  readonly bytes: Transferred
}

class Exchange {
  readonly stop = new AbortController()
  readonly #request: Outgoing
  readonly #common: Common
  readonly #route: Route | null
  readonly #clock: ReturnType<typeof idleClock>
  /** How many bytes of a one-shot body have not left yet. */
  #left: number
  #answered = false
  #bodyError: { readonly error: unknown } | null = null

  constructor(request: Outgoing, common: Common, route: Route | null) {
    this.#request = request
    this.#common = common
    this.#route = route
    this.#clock = idleClock(common.timeoutMs, () => this.stop.abort())
    this.#left = request.oneShot ? Number(request.headers.get('content-length') ?? 0) : 0
  }

  /** Sends the request. `over` is called when the body of the answer has ended, broken or been given up. */
  async run(over: () => void): Promise<Received> {
    const { url, body, signal } = this.#request
    const watched = this.#watch()
    const wholeByteLength = byteLengthOf(body)
    this.#common.bytes.uploaded += wholeByteLength
    const signals = signal === null ? this.stop.signal : AbortSignal.any([signal, this.stop.signal])
    this.#clock.start(wholeByteLength / slowestBytesPerMs)
    try {
      const answer = await unlessAborted(signals, this.#ask(watched, signals))
      this.#answered = true
      this.#clock.stop()
      if (answer.status < 300 && this.#left > 0) {
        dropBody(answer)
        throw new BrokenError(
          `Cannot reach ${url.host}: it answered ${answer.status} before ${this.#left} bytes of the body had left. Run again.`,
          'it answered before all was sent',
        )
      }
      return this.#receive(answer, over)
    } catch (error) {
      over()
      throw this.#explain(error)
    }
  }

  async #ask(watched: Bytes | null, signal: AbortSignal): Promise<Received> {
    const { fetch } = this.#common
    if (fetch === undefined)
      return sendByNode(this.#request, { body: watched, signal, way: this.#route?.findWay(this.#request.url) ?? null })
    const { url, method, headers, body, oneShot, redirect } = this.#request
    const init: RequestInit = {
      method,
      headers: [...headers],
      signal,
      redirect: oneShot || redirect === 'error' ? 'error' : 'manual',
      // fetch takes any async iterable as a body, which its types do not say.
      body: (watched ?? body) as ReadableStream<Uint8Array> | null,
      ...(oneShot && { duplex: 'half' }),
    }
    const answer = await fetch(url.href, init)
    return { status: answer.status, headers: new HeaderMap(answer.headers), url: answer.url, body: answer.body }
  }

  /** The one-shot body, which counts its bytes as they leave; `null` where the request has none. */
  #watch(): Bytes | null {
    const { body, oneShot } = this.#request
    if (!oneShot) return null
    return watchBody(body as Bytes, this.stop.signal, {
      asked: this.#clock.stop,
      came: (byteLength) => {
        this.#common.bytes.uploaded += byteLength
        this.#left -= byteLength
        if (!this.#answered) this.#clock.start()
      },
      broke: (error) => {
        this.#bodyError ??= { error }
        return error
      },
    })
  }

  /** The error to throw for a failure: a signal's reason or the body's own error where there is one, since it is the cause. */
  #explain(error: unknown): unknown {
    const { timeoutMs, signal } = this.#common
    const about = this.#route?.about ?? ''
    const { url } = this.#request
    this.#clock.stop()
    const ended = [signal, this.#request.signal].find((each) => each?.aborted)
    if (ended) return ended.reason as unknown
    if (this.#bodyError !== null) return this.#bodyError.error
    if (error instanceof BrokenError) return error
    if (this.stop.signal.aborted)
      return new BrokenError(
        `Cannot reach ${url.host}: nothing came for ${timeoutMs / 1000} s. Run again.${about}`,
        `nothing came for ${timeoutMs / 1000} s`,
      )
    const { reason, hint, transient } = parseNetworkError(error)
    const message = `Cannot reach ${url.host}: ${reason}. ${hint}${about}`
    return transient ? new BrokenError(message, reason) : new RemoteError(message)
  }

  #receive({ status, headers, body }: Received, over: () => void): Received {
    const received = { status, headers, url: this.#request.url.href }
    if (body === null) {
      over()
      return { ...received, body }
    }
    return {
      ...received,
      body: watchBody(body, this.stop.signal, {
        asked: () => this.#clock.start(),
        came: (byteLength) => {
          this.#common.bytes.downloaded += byteLength
          countGarbage(byteLength)
          this.#clock.stop()
        },
        broke: (error) => this.#explain(error),
        over,
      }),
    }
  }
}

/** A timer that calls `late` so long after its last start, unless it was stopped. */
function idleClock(
  timeoutMs: number,
  late: () => void,
): { readonly start: (extraMs?: number) => void; readonly stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = () => clearTimeout(timer)
  return {
    stop,
    start: (extraMs = 0) => {
      stop()
      timer = setTimeout(late, timeoutMs + extraMs)
    },
  }
}
