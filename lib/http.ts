/**
 * The only door to the network: retries, rate limits, redirects, timeouts, counting, and no token where it does not belong. Everything that
 * talks to a service, the libraries included, does it through a `fetch` made here.
 */
import { setTimeout as passTime } from 'node:timers/promises'
import type { BodyEvents, Bytes } from './body.ts'
import { idleClock, readAhead, readStart, unlessAborted, watchBody, withBody } from './body.ts'
import { RemoteError } from './errors.ts'
import { parseNetworkError } from './network-error.ts'
import { backoffMs, parseWait, saysRateLimit } from './rate-limit.ts'
import { hideSecrets, redactText } from './redact.ts'
import { isConfigured, isRedirect, planRedirect, refuseAddress } from './redirect.ts'
import type { Outgoing } from './request.ts'
import { byteLengthOf, parseRequest } from './request.ts'
import { retry } from './retry.ts'
import type { Side, Sides } from './sides.ts'
import { sideName } from './sides.ts'

export interface HttpOptions {
  /** The network itself. Default: the global one. */
  readonly fetch?: typeof fetch
  /** When it is aborted, all ends at once: requests, bodies and waits. They throw its reason, which has to be an `Error`. */
  readonly signal?: AbortSignal
  /** Waits before a request is repeated; tests pass a virtual clock. Timeouts do not use it. */
  readonly sleep?: (ms: number) => Promise<void>
  /** ms since the epoch. Default `Date.now`. */
  readonly now?: () => number
  /** In [0, 1), for the jitter of waits. Default `Math.random`. */
  readonly random?: () => number
  /** `['https://api.github.com', 'https://github.com']`, `['https://huggingface.co']`: the only places where that side's token may go. */
  readonly origins: Sides<readonly string[]>
  /** Tokens. Read at every use, so that one that is exchanged later can be added to the list. */
  readonly secrets: readonly string[]
  /** For tokens that end before a run does: the `Authorization` to use instead of one that was answered with 401, or `null` where there is none. */
  readonly renew?: (side: Side) => Promise<string | null>
  /** Told of every wait. */
  readonly warn?: (message: string) => void
  /** Told of every answer: method, address without its query, status. */
  readonly trace?: (line: string) => void
  /** Default 5. */
  readonly attemptsMax?: number
  /** All waits of one call together. Default 400,000, since the Hub's windows are five minutes long; longer ones are the caller's to report. */
  readonly waitMaxMs?: number
  /** Until an answer begins, and between the bytes of a body. Default 60,000. */
  readonly timeoutMs?: number
}

/** `repeat`: sending the request twice is harmless. `passing`: the answer's body is passed on as it comes, whatever type it says it is of. */
export interface Policy { readonly repeat: boolean, readonly passing?: boolean }

/** A connection that broke or fell silent: the same may go through a moment later. */
export class BrokenError extends RemoteError {}

/** An answer that is to be asked for again, should that still be allowed. */
class Unsettled extends Error {
  readonly answer: Response
  readonly waitMs: number | null
  constructor(answer: Response, waitMs: number | null) {
    super()
    this.answer = answer
    this.waitMs = waitMs
  }
}

const transientStatuses: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504])
const peekByteLength = 16_384
/** Texts up to this long are whole before they are given out, so that one that is cut counts as a connection that broke. */
const aheadByteLength = 8 * 1024 * 1024
/** A body that is handed over whole gives no sign of life while it is sent; this slow it may be. */
const slowestBytesPerMs = 128

export class Http {
  /** Every request sent, repeated and redirected ones included. */
  readonly requests: Record<Side, number> = { github: 0, huggingface: 0 }
  /** Bodies, uncompressed. */
  readonly bytes = { downloaded: 0, uploaded: 0 }
  readonly sleep: (ms: number) => Promise<void>
  readonly now: () => number
  readonly #options: HttpOptions
  readonly #timeoutMs: number
  readonly #stops = new Set<AbortController>()
  /** What each `Authorization` that has ended was replaced with. */
  readonly #renewed = new Map<string, Promise<string | null>>()

  constructor(options: HttpOptions) {
    const { signal } = options
    this.#options = options
    this.#timeoutMs = options.timeoutMs ?? 60_000
    const sleep = options.sleep ?? (ms => passTime(ms, undefined, { ...signal && { signal } }))
    this.sleep = signal === undefined ? sleep : ms => unlessAborted(signal, sleep(ms))
    signal?.addEventListener('abort', () => { for (const stop of this.#stops) stop.abort(signal.reason) }, { once: true })
    this.now = options.now ?? Date.now
  }

  /**
   * A `fetch` for one side. With `repeat: true` the statuses 408, 429, 500, 502, 503, 504 and broken connections are tried again; with
   * `repeat: false` only what says that nothing was done: 429, and 403 for a rate limit. The wait is the one that the service asks for, else it
   * doubles; where attempts or time are used up the last answer is returned, whatever its status. A streamed body is never repeated nor redirected.
   * @throws {RemoteError} Only for connections that break, for silence, and for addresses and redirects that are not allowed; what a streamed
   *   body itself throws comes through as it is.
   */
  fetch(side: Side, policy: Policy): typeof fetch {
    return (input, init) => this.#attempt(side, policy, parseRequest(input, init))
  }

  /** The text without tokens in any form and without query strings. */
  redact(text: string): string {
    return redactText(text, this.#options.secrets)
  }

  /** How long to wait before the attempt after this one, which counts from 1. */
  backoff(attempt: number): number {
    return backoffMs(attempt, (this.#options.random ?? Math.random)())
  }

  /**
   * Nothing leaves for an address that is not the side's, and no token for an origin that it was not given for.
   * @throws {RemoteError}
   */
  check(side: Side, url: URL, headers: Headers): void {
    const refused = refuseAddress(url, side, this.#options.origins)
      ?? (this.#carriesToken(side, url, headers) ? 'the request carries a token that is not for it' : null)
    if (refused === null) return
    throw new RemoteError(this.redact(`Cannot send a ${sideName[side]} request to ${url.host}: ${refused}. Nothing was sent.`))
  }

  #carriesToken(side: Side, url: URL, headers: Headers): boolean {
    if (isConfigured(url, side, this.#options.origins)) return false
    const secret = (text: string) => hideSecrets(text, this.#options.secrets) !== text
    const isApiToken = /^(bearer|token)\s/i.test(headers.get('authorization') ?? '')
    return isApiToken || secret(url.href) || [...headers].some(([, value]) => secret(value))
  }

  async #attempt(side: Side, { repeat, passing = false }: Policy, request: Outgoing): Promise<Response> {
    const attemptsMax = request.streamed ? 1 : this.#options.attemptsMax ?? 5
    let waitedMs = 0
    const readWait = (error: Error, attempt: number): number | null => {
      const unsettled = error instanceof Unsettled ? error : null
      if (unsettled === null && !(repeat && error instanceof BrokenError)) return null
      const waitMs = unsettled?.waitMs ?? this.backoff(attempt)
      if (waitedMs + waitMs > (this.#options.waitMaxMs ?? 400_000)) return null
      waitedMs += waitMs
      const { method, url } = request
      const fact = unsettled === null ? 'broke the connection' : `answered ${unsettled.answer.status}`
      const plan = `attempt ${attempt + 1} of ${attemptsMax} in ${Math.ceil(waitMs / 1000)} s`
      this.#options.warn?.(this.redact(`${sideName[side]} ${fact} to ${method} ${url.host}${url.pathname}: ${plan}`))
      void unsettled?.answer.body?.cancel().catch(() => {})
      return waitMs
    }
    try {
      return await retry(async () => {
        const answer = await this.#authorize(side, request)
        const waitMs = await this.#readWait(answer, repeat && !request.streamed)
        if (waitMs !== false) throw new Unsettled(answer, waitMs)
        if (!repeat || passing || answer.body === null || !isText(answer.headers)) return answer
        return withBody(answer, await readAhead(answer.body, aheadByteLength))
      }, { attemptsMax, sleep: this.sleep, readWait, signal: request.signal })
    } catch (error) {
      if (error instanceof Unsettled) return error.answer
      throw error
    }
  }

  /** `false`: the answer stands. Else it may be asked for again, after the wait that it names, if it names one. */
  async #readWait(answer: Response, repeat: boolean): Promise<number | null | false> {
    const { status, headers } = answer
    const telling = status === 403 || status === 429
    if (!telling && !(repeat && transientStatuses.has(status))) return false
    const text = telling ? await readStart(answer.clone(), peekByteLength) : ''
    return telling && !saysRateLimit(status, headers, text) ? false : parseWait(status, headers, text, this.now())
  }

  /** A request that is answered with 401 did nothing, so it may go again. Storage's own signatures are nobody's to renew. */
  async #authorize(side: Side, request: Outgoing): Promise<Response> {
    const { renew, origins } = this.#options
    const headers = new Headers(request.headers)
    const isToken = /^bearer /i.test(headers.get('authorization') ?? '') && isConfigured(request.url, side, origins)
    if (renew === undefined || request.streamed || !isToken) return await this.#follow(side, request)
    const key = (value: string | null) => `${side} ${value}`
    const replace = async () => {
      const next = await this.#renewed.get(key(headers.get('authorization'))) ?? null
      if (next !== null) headers.set('authorization', next)
      return next !== null
    }
    while (await replace());
    const answer = await this.#follow(side, { ...request, headers })
    if (answer.status !== 401) return answer
    const ended = key(headers.get('authorization'))
    // What has ended already is no replacement.
    if (!this.#renewed.has(ended)) this.#renewed.set(ended, renew(side).then(next => this.#renewed.has(key(next)) ? null : next))
    if (!await replace()) return answer
    void answer.body?.cancel().catch(() => {})
    return await this.#follow(side, { ...request, headers })
  }

  async #follow(side: Side, request: Outgoing): Promise<Response> {
    let { url, headers } = request
    for (let hops = 0; ; hops += 1) {
      const answer = await this.#send(side, { ...request, url, headers })
      const location = answer.headers.get('location')
      if (request.redirect !== 'follow' || request.streamed || !isRedirect(answer.status) || location === null) return answer
      void answer.body?.cancel().catch(() => {})
      const step = planRedirect({ status: answer.status, location, hops, method: request.method, url, headers }, side, this.#options.origins)
      if ('refused' in step) {
        const from = `${request.method} ${url.host}${url.pathname}`
        const hint = 'If the repository was renamed or moved, use its new name.'
        throw new RemoteError(this.redact(`Cannot follow the redirect of ${from}: ${step.refused}. ${hint}`), answer.status)
      }
      ({ url, headers } = step)
    }
  }

  async #send(side: Side, { url, method, headers, body, streamed, redirect, signal }: Outgoing): Promise<Response> {
    this.check(side, url, headers)
    this.#options.signal?.throwIfAborted()
    this.requests[side] += 1
    const stop = new AbortController()
    this.#stops.add(stop)
    const over = () => void this.#stops.delete(stop)
    const clock = idleClock(this.#timeoutMs, () => stop.abort())
    let answered = false
    let bodyError: { readonly error: unknown } | null = null
    const broken = (error: unknown) => {
      clock.stop()
      const ended = [this.#options.signal, signal].find(each => each?.aborted)
      if (ended) return ended.reason as unknown
      if (bodyError !== null) return bodyError.error
      if (stop.signal.aborted) return new BrokenError(`Cannot reach ${url.host}: nothing came for ${this.#timeoutMs / 1000} s. Run again.`)
      const { reason, hint, transient } = parseNetworkError(error)
      const message = `Cannot reach ${url.host}: ${reason}. ${hint}`
      return transient ? new BrokenError(message) : new RemoteError(message)
    }
    const watched = !streamed ? body : watchBody(body as Bytes, stop.signal, {
      asked: clock.stop,
      came: byteLength => {
        this.bytes.uploaded += byteLength
        if (!answered) clock.start()
      },
      broke: error => {
        bodyError ??= { error }
        return error
      },
    })
    const wholeByteLength = byteLengthOf(body) ?? 0
    this.bytes.uploaded += wholeByteLength
    const signals = signal === null ? stop.signal : AbortSignal.any([signal, stop.signal])
    clock.start(wholeByteLength / slowestBytesPerMs)
    try {
      const network = this.#options.fetch ?? globalThis.fetch
      const answer = await unlessAborted(signals, network(url.href, {
        method,
        headers,
        body: watched,
        signal: signals,
        redirect: streamed || redirect === 'error' ? 'error' : 'manual',
        ...(streamed && { duplex: 'half' }),
      }))
      answered = true
      clock.stop()
      this.#options.trace?.(this.redact(`${method} ${url.origin}${url.pathname} ${answer.status}`))
      return this.#receive(answer, url, stop.signal, { asked: () => clock.start(), broke: broken, came: clock.stop, over })
    } catch (error) {
      over()
      throw broken(error)
    }
  }

  #receive(answer: Response, url: URL, stopped: AbortSignal, events: BodyEvents): Response {
    if (answer.body === null) {
      events.over?.()
      return withBody(answer, null, url.href)
    }
    return withBody(answer, watchBody(answer.body, stopped, {
      ...events,
      came: byteLength => {
        this.bytes.downloaded += byteLength
        events.came(byteLength)
      },
    }), url.href)
  }
}

/** Answers of which the caller needs all before it can use any. */
function isText(headers: Headers): boolean {
  return /json|^text\//.test(headers.get('content-type') ?? '')
}
