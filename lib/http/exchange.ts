/**
 * One request and its answer, without retries and redirects: counts the bytes of both bodies, and ends both when a
 * signal is aborted, when nothing comes for too long, or when the other end gives up.
 */
import { unlessAborted } from '../async/abort.ts'
import { BrokenError, RemoteError } from '../model/errors.ts'
import type { Bytes, Received } from './body.ts'
import { dropBody, watchBody } from './body.ts'
import { parseNetworkError } from './network-error.ts'
import { sendByNode } from './node-client.ts'
import { useProxies, type ProxyEnvironment } from './proxy.ts'
import type { Outgoing } from './request.ts'
import { byteLengthOf } from './request.ts'
import { countGarbage } from './young-garbage.ts'

/** What is the same for all requests of a run. */
export interface ExchangeOptions {
  /** Sends every request. Default: the global `fetch`, and node's own client for streamed requests. */
  readonly fetch?: typeof fetch
  /** When it is aborted, requests, bodies and waits end at once and throw its reason, which has to be an `Error`. */
  readonly signal?: AbortSignal
  /** How long nothing may come before an answer begins, and between two chunks of a body. Default 60,000. */
  readonly timeoutMs?: number
  /** The environment that may name proxies. Default: none is used. */
  readonly proxies?: ProxyEnvironment
}

/** Bytes of bodies in both directions, counted uncompressed. */
export interface Transferred {
  downloaded: number
  uploaded: number
}

/**
 * The slowest upload that is waited for, 128 kB/s. Nobody tells how much of a body has left that fetch was given as a
 * whole, so its length makes the timeout longer.
 */
const slowestBytesPerMs = 128

/** Sends requests, one exchange each, and counts the bytes of all. */
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

  /** Ends every exchange: an answer that nobody reads to its end would keep the process alive. */
  close(): void {
    for (const stop of this.#stops) stop.abort()
  }

  /**
   * The answer, whatever its status; redirects are not followed.
   * @throws {RemoteError} For a connection that breaks, for silence, and for a success that is answered before all of a
   *   one-shot body has left. What such a body throws itself comes through as it is.
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

/** What all exchanges share. `aboutProxies` is the last sentence of their messages. */
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
  /** Bytes of a one-shot body that have not left yet. */
  #left: number
  #answered = false
  #bodyError: { readonly error: unknown } | null = null

  constructor(request: Outgoing, common: Common) {
    this.#request = request
    this.#common = common
    this.#clock = idleClock(common.timeoutMs, () => this.stop.abort())
    this.#left = request.oneShot ? Number(request.headers.get('content-length') ?? 0) : 0
  }

  /** `over` is called when the answer has been read to its end, or given up. */
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

  #ask(watched: Bytes | null, signal: AbortSignal): Promise<Received> {
    const { fetch } = this.#common
    const { url, method, headers, body, oneShot, streaming, redirect } = this.#request
    const init = {
      method,
      headers,
      signal,
      redirect: oneShot || redirect === 'error' ? ('error' as const) : ('manual' as const),
    }
    return streaming && fetch === undefined
      ? sendByNode(url, { ...init, body: watched ?? (body as string | null) })
      : // fetch takes any async iterable as a body, which its types do not say.
        (fetch ?? globalThis.fetch)(url.href, {
          ...init,
          body: (watched as ReadableStream<Uint8Array> | null) ?? body,
          ...(oneShot && { duplex: 'half' }),
        })
  }

  /** A one-shot body that is counted as it leaves; `null` for any other. */
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

  /** The error to throw. The reason of a signal comes first, then what the one-shot body threw: both are causes of others. */
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

/** Calls `late` when it was started and not stopped for so long; to start it again is to start it anew. */
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
