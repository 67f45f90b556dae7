/**
 * One request and its answer: both bodies counted, and both ended by a signal, by silence, or by what the other end
 * does.
 */
import { BrokenError, RemoteError } from '../model/errors.ts'
import type { Answer, Bytes, Received } from './body.ts'
import { dropBody, idleClock, unlessAborted, watchBody } from './body.ts'
import { parseNetworkError } from './network-error.ts'
import { askOnWire } from './node-client.ts'
import { useProxies, type ProxyEnvironment } from './proxy.ts'
import type { Outgoing } from './request.ts'
import { byteLengthOf } from './request.ts'
import { countGarbage } from './young-garbage.ts'

export interface ExchangeOptions {
  /** The network itself. Default: the global one, and node's own client for what is passed on. */
  readonly fetch?: typeof fetch
  /**
   * When it is aborted, all ends at once: requests, bodies and waits. They throw its reason, which has to be an
   * `Error`.
   */
  readonly signal?: AbortSignal
  /** Until an answer begins, and between the bytes of a body. Default 60,000. */
  readonly timeoutMs?: number
  /** The environment that may name proxies. Default: none is used. */
  readonly proxies?: ProxyEnvironment
}

/** Bodies, uncompressed. */
export interface Transferred {
  downloaded: number
  uploaded: number
}

/** A body that is handed over whole gives no sign of life while it is sent; this slow it may be. */
const slowestBytesPerMs = 128

export class Exchanges {
  readonly bytes: Transferred = { downloaded: 0, uploaded: 0 }
  readonly #options: ExchangeOptions
  readonly #timeoutMs: number
  readonly #aboutProxies: string
  readonly #stops = new Set<AbortController>()

  constructor(options: ExchangeOptions) {
    const { signal, timeoutMs = 60_000, proxies = {} } = options
    this.#options = options
    this.#timeoutMs = timeoutMs
    this.#aboutProxies = useProxies(proxies)
    signal?.addEventListener(
      'abort',
      () => {
        for (const stop of this.#stops) stop.abort(signal.reason)
      },
      { once: true },
    )
  }

  /** Ends what is still under way, such as an answer that nobody reads to its end: it would keep the process alive. */
  close(): void {
    for (const stop of this.#stops) stop.abort()
  }

  /**
   * Follows no redirect.
   * @throws {RemoteError} For connections that break, for silence, and for an answer that says all is well before all of a streamed body has left.
   *   What a streamed body itself throws comes through as it is.
   */
  async send(request: Outgoing): Promise<Received> {
    const exchange = new Exchange(request, {
      ...this.#options,
      timeoutMs: this.#timeoutMs,
      aboutProxies: this.#aboutProxies,
      bytes: this.bytes,
    })
    this.#stops.add(exchange.stop)
    return await exchange.run(() => void this.#stops.delete(exchange.stop))
  }
}

/** What exchanges have in common. `aboutProxies` ends a message, `bytes` are counted by all of them. */
interface Common extends ExchangeOptions {
  readonly timeoutMs: number
  readonly aboutProxies: string
  readonly bytes: Transferred
}

class Exchange {
  readonly stop = new AbortController()
  readonly #request: Outgoing
  readonly #common: Common
  readonly #clock: ReturnType<typeof idleClock>
  /** Bytes of a streamed body that have not left yet. */
  #left: number
  #answered = false
  #bodyError: { readonly error: unknown } | null = null

  constructor(request: Outgoing, common: Common) {
    this.#request = request
    this.#common = common
    this.#clock = idleClock(common.timeoutMs, () => this.stop.abort())
    this.#left = request.streamed ? Number(request.headers.get('content-length') ?? 0) : 0
  }

  /** `over` is called when nothing of it is under way any more. */
  async run(over: () => void): Promise<Received> {
    const { url, body, signal } = this.#request
    const watched = this.#watch()
    const wholeByteLength = byteLengthOf(body) ?? 0
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

  #ask(watched: Bytes | null, signal: AbortSignal): Promise<Answer> {
    const { fetch } = this.#common
    const { url, method, headers, body, streamed, passing, redirect } = this.#request
    const init = {
      method,
      headers,
      signal,
      redirect: streamed || redirect === 'error' ? ('error' as const) : ('manual' as const),
    }
    return passing && fetch === undefined
      ? askOnWire(url, { ...init, body: watched ?? (body as string | null) })
      : // fetch takes any async iterable; the types of the DOM do not know.
        (fetch ?? globalThis.fetch)(url.href, {
          ...init,
          body: (watched as ReadableStream<Uint8Array> | null) ?? body,
          ...(streamed && { duplex: 'half' }),
        })
  }

  /** A streamed body as it leaves; `null` where it is none. */
  #watch(): Bytes | null {
    const { body, streamed } = this.#request
    if (!streamed) return null
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

  /** What to throw for what went wrong: the reason of a signal and an error of the streamed body come first. */
  #explain(error: unknown): unknown {
    const { timeoutMs, aboutProxies, signal } = this.#common
    const { url } = this.#request
    this.#clock.stop()
    const ended = [signal, this.#request.signal].find((each) => each?.aborted)
    if (ended) return ended.reason as unknown
    if (this.#bodyError !== null) return this.#bodyError.error
    if (error instanceof BrokenError) return error
    if (this.stop.signal.aborted)
      return new BrokenError(
        `Cannot reach ${url.host}: nothing came for ${timeoutMs / 1000} s. Run again.${aboutProxies}`,
        `nothing came for ${timeoutMs / 1000} s`,
      )
    const { reason, hint, transient } = parseNetworkError(error)
    const message = `Cannot reach ${url.host}: ${reason}. ${hint}${aboutProxies}`
    return transient ? new BrokenError(message, reason) : new RemoteError(message)
  }

  #receive({ status, statusText, headers, body }: Answer, over: () => void): Received {
    const received = { status, statusText, headers, url: this.#request.url.href }
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
