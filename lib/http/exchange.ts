import { BrokenError, RemoteError } from '../model/errors.ts'
/**
 * One request and its answer: both bodies counted, and both ended by a signal, by silence, or by what the other end
 * does.
 */
import type { Answer, BodyEvents, Bytes, Received } from './body.ts'
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
  async send({ url, method, headers, body, streamed, passing, redirect, signal }: Outgoing): Promise<Received> {
    const stop = new AbortController()
    this.#stops.add(stop)
    const over = () => void this.#stops.delete(stop)
    const clock = idleClock(this.#timeoutMs, () => stop.abort())
    let answered = false
    let left = streamed ? Number(headers.get('content-length') ?? 0) : 0
    let bodyError: { readonly error: unknown } | null = null
    const broken = (error: unknown) => {
      clock.stop()
      const ended = [this.#options.signal, signal].find((each) => each?.aborted)
      if (ended) return ended.reason as unknown
      if (bodyError !== null) return bodyError.error
      if (error instanceof BrokenError) return error
      if (stop.signal.aborted)
        return new BrokenError(
          `Cannot reach ${url.host}: nothing came for ${this.#timeoutMs / 1000} s. Run again.${this.#aboutProxies}`,
          `nothing came for ${this.#timeoutMs / 1000} s`,
        )
      const { reason, hint, transient } = parseNetworkError(error)
      const message = `Cannot reach ${url.host}: ${reason}. ${hint}${this.#aboutProxies}`
      return transient ? new BrokenError(message, reason) : new RemoteError(message)
    }
    const watched = !streamed
      ? null
      : watchBody(body as Bytes, stop.signal, {
          asked: clock.stop,
          came: (byteLength) => {
            this.bytes.uploaded += byteLength
            left -= byteLength
            if (!answered) clock.start()
          },
          broke: (error) => {
            bodyError ??= { error }
            return error
          },
        })
    const wholeByteLength = byteLengthOf(body) ?? 0
    this.bytes.uploaded += wholeByteLength
    const signals = signal === null ? stop.signal : AbortSignal.any([signal, stop.signal])
    clock.start(wholeByteLength / slowestBytesPerMs)
    try {
      const { fetch } = this.#options
      const init = {
        method,
        headers,
        signal: signals,
        redirect: streamed || redirect === 'error' ? ('error' as const) : ('manual' as const),
      }
      const answer: Answer = await unlessAborted(
        signals,
        passing && fetch === undefined
          ? askOnWire(url, { ...init, body: watched ?? (body as string | null) })
          : // fetch takes any async iterable; the types of the DOM do not know.
            (fetch ?? globalThis.fetch)(url.href, {
              ...init,
              body: (watched as ReadableStream<Uint8Array> | null) ?? body,
              ...(streamed && { duplex: 'half' }),
            }),
      )
      answered = true
      clock.stop()
      if (answer.status < 300 && left > 0) {
        dropBody(answer)
        throw new BrokenError(
          `Cannot reach ${url.host}: it answered ${answer.status} before ${left} bytes of the body had left. Run again.`,
          'it answered before all was sent',
        )
      }
      return this.#receive(answer, url, stop.signal, {
        asked: () => clock.start(),
        broke: broken,
        came: clock.stop,
        over,
      })
    } catch (error) {
      over()
      throw broken(error)
    }
  }

  #receive(
    { status, statusText, headers, body }: Answer,
    url: URL,
    stopped: AbortSignal,
    events: BodyEvents,
  ): Received {
    const received = { status, statusText, headers, url: url.href }
    if (body === null) {
      events.over?.()
      return { ...received, body }
    }
    const came = (byteLength: number) => {
      this.bytes.downloaded += byteLength
      countGarbage(byteLength)
      events.came(byteLength)
    }
    return { ...received, body: watchBody(body, stopped, { ...events, came }) }
  }
}
