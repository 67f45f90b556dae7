/**
 * The only way to the network. It repeats requests, waits for rate limits, follows redirects, counts, and refuses to send a
 * token where it does not belong. Large bodies go by `stream`, all others by `fetch`.
 */
import { setTimeout as passTime } from 'node:timers/promises'
import { unlessAborted } from '../async/abort.ts'
import { retry } from '../async/retry.ts'
import { BrokenError, RemoteError } from '../model/errors.ts'
import type { Side, Sides } from '../model/sides.ts'
import { mapSides } from '../model/sides.ts'
import type { Bytes, Received } from './body.ts'
import { beginBody, dropBody } from './body.ts'
import type { ExchangeOptions, Transferred } from './exchange.ts'
import { Exchanges } from './exchange.ts'
import type { HeaderLines } from './headers.ts'
import { HeaderMap } from './headers.ts'
import { LimitLedger } from './limits.ts'
import { createLate, Pace } from './pace.ts'
import { backoffMs } from './rate-limit.ts'
import { redactText } from './redact.ts'
import { checkRequest, isConfigured, isRedirect, planRedirect } from './redirect.ts'
import type { Asking, Outgoing } from './request.ts'
import { createRequest } from './request.ts'
import { limitStatuses, readRetryWait, RetryableAnswer } from './retryable.ts'
import { services } from './services.ts'
import { TokenRenewal } from './token-renewal.ts'
import type { Budget } from './wait-budget.ts'
import { WaitBudget, type Waited } from './wait-budget.ts'

/** Options that all requests of a run share. */
export interface HttpOptions extends ExchangeOptions {
  /** Waits before a request is sent again. Tests pass a virtual clock's. Timeouts do not use it. */
  readonly sleep?: (ms: number) => Promise<void>
  /** The time, in ms since the epoch. Default `Date.now`. */
  readonly now?: () => number
  /** A number in [0, 1), by which waits differ from one another. Default `Math.random`. */
  readonly random?: () => number
  /**
   * The only origins that a side's token may be sent to, such as `['https://api.github.com', 'https://github.com']` and
   * `['https://huggingface.co']`.
   */
  readonly origins: Sides<readonly string[]>
  /** All tokens, to be kept out of texts and foreign requests. Later additions to the list count too. */
  readonly secrets: readonly string[]
  /** Gets a new value of `Authorization` after an answer of 401; `null` where there is none. */
  readonly renew?: (side: Side) => Promise<string | null>
  /** Is called for every wait, and by `Http.note`, with a message for people. */
  readonly note?: (message: string) => void
  /** Is called for every wait, with its reason and its end in ms since the epoch. */
  readonly wait?: (wait: { readonly why: string; readonly untilMs: number }) => void
  /** Is called for every answer, with a line that has the method, the address without its query, and the status. */
  readonly trace?: (line: string) => void
  /** How long all requests together may wait for limits. */
  readonly budget?: Partial<Budget>
}

/**
 * How often a request may be sent. `repeat`: to send it twice does no harm. `failuresMax`: how many failures end it, apart
 * from answers that speak of a rate limit; by default only the attempts count. `attemptsMax`: how many attempts there are;
 * by default 5.
 */
export interface Policy {
  readonly repeat: boolean
  readonly failuresMax?: number
  readonly attemptsMax?: number
}

/** A request with a large body, or for one. */
interface StreamedRequest {
  readonly method: string
  readonly url: URL
  readonly headers: HeaderLines
  readonly body?: Bytes | string
}

/** Asks for an answer, of any status. */
type Fetch = (url: string | URL, asking?: Asking) => Promise<Received>

const attemptsMaxDefault = 5
/** All waits for one request together, but for those that a limit asks for. */
const waitMaxMs = 400_000
/** Waits of several requests that end within this time are for one limit, and are told to people once. */
const notedMs = 2_000
/**
 * How much of a JSON or text body is read before the caller gets the answer: a body that breaks off in it is asked for again
 * like an answer that did not come.
 */
const prefetchByteLength = 8 * 1024 * 1024

/** The network as one run uses it. */
export class Http {
  /** How many requests were sent, those that were repeated or redirected included. */
  readonly requests: Record<Side, number> = { github: 0, huggingface: 0 }
  readonly bytes: Transferred
  /** How long requests have waited for limits; those that waited at the same time count once. */
  readonly waited: Waited = { totalMs: 0, untilMs: -Infinity }
  /** What each service has told of its limits. */
  readonly limits: Sides<LimitLedger> = mapSides(() => new LimitLedger())
  readonly sleep: (ms: number) => Promise<void>
  readonly now: () => number
  readonly #options: HttpOptions
  readonly #exchanges: Exchanges
  readonly #budgets: Sides<WaitBudget>
  /** The sides that have asked for a longer wait than is left of their budget. */
  readonly #overdrawn = new Set<Side>()
  readonly #renewal: TokenRenewal | null
  readonly #pace = new Pace()

  constructor(options: HttpOptions) {
    const { signal } = options
    this.#options = options
    this.#exchanges = new Exchanges(options)
    this.#budgets = mapSides(() => new WaitBudget(options.budget, this.waited))
    this.#renewal = options.renew === undefined ? null : new TokenRenewal(options.renew)
    this.bytes = this.#exchanges.bytes
    const sleep = options.sleep ?? ((ms) => passTime(ms, undefined, { ...(signal && { signal }) }))
    this.sleep = signal === undefined ? sleep : (ms) => unlessAborted(signal, sleep(ms))
    this.now = options.now ?? Date.now
  }

  /**
   * A `fetch` for one side. With `repeat: true` a request is sent again after a broken connection and after the statuses
   * 408, 429, 500, 502, 503 and 504; with `repeat: false` only after answers which say that nothing was done: 429, and
   * 403 for a rate limit. It waits as long as the service asks, else twice as long each time. When attempts or time are
   * used up, it returns the last answer. A one-shot body is never sent again, nor redirected.
   * @throws {RemoteError} Only for connections that break, for silence, and for addresses and redirects that are not
   *   allowed. An error of a one-shot body itself is thrown as it is.
   */
  fetch(side: Side, policy: Policy): Fetch {
    return async (url, asking) => await this.#sendWithRetries(side, policy, createRequest(url, asking))
  }

  /** Like `fetch`, for large bodies on their way to storage and from there: what is packed stays so. */
  async stream(side: Side, policy: Policy, { url, ...asking }: StreamedRequest): Promise<Received> {
    return await this.#sendWithRetries(side, policy, { ...createRequest(url, asking), streaming: true })
  }

  /** Ends all requests. To be called at the end of a run. */
  close(): void {
    this.#exchanges.close()
  }

  /** The text without tokens in any form and without query strings; with `hideSecrets` all but this run's own secrets stays. */
  redact(text: string, hide = redactText): string {
    return hide(text, this.#options.secrets)
  }

  /** Tells people of what happens on the way. */
  note(message: string): void {
    this.#options.note?.(this.redact(message))
  }

  /** How many ms to wait after an attempt where the service does not say; the first one is number 1. */
  backoff(attempt: number): number {
    return backoffMs(attempt, (this.#options.random ?? Math.random)())
  }

  async #sendWithRetries(
    side: Side,
    { repeat, failuresMax = Infinity, attemptsMax: most = attemptsMaxDefault }: Policy,
    request: Outgoing,
  ): Promise<Received> {
    const attemptsMax = request.oneShot ? 1 : most
    let [waitedMs, failures, waitedForLimit] = [0, 0, false]
    const waitAfter = (error: Error, attempt: number): number | null => {
      const answered = error instanceof RetryableAnswer ? error : null
      if (answered === null && !(repeat && error instanceof BrokenError)) return null
      const limited = answered !== null && limitStatuses.has(answered.answer.status)
      if (!limited && ++failures >= failuresMax) return null
      const waitMs = answered?.waitMs ?? this.backoff(attempt)
      if (!limited && waitedMs + waitMs > waitMaxMs) return null
      const addedMs = limited ? this.#takeWait(side, waitMs) : waitMs
      if (addedMs === null) return null
      waitedForLimit ||= limited
      if (!limited) waitedMs += waitMs
      const asked = `${request.method} ${request.url.host}${request.url.pathname}`
      const { name } = services[side]
      const why = answered === null ? `${name} does not answer` : `${name} answered ${answered.answer.status}`
      const fact = answered === null ? `${why} ${asked}: ${(error as BrokenError).reason}` : `${why} to ${asked}`
      this.#tellWait(waitMs, addedMs, {
        why: limited ? `${why} (too much asked)` : why,
        note: this.redact(`${fact}; attempt ${attempt + 1} of ${attemptsMax}`),
      })
      if (answered !== null) dropBody(answered.answer)
      return waitMs
    }
    try {
      return await retry(
        async () => {
          const received = await this.#authorize(side, { ...request, repeat: repeat && !request.oneShot })
          const { answer, waitMs } = await readRetryWait(received, repeat && !request.oneShot, this.now())
          if (waitMs !== false) throw new RetryableAnswer(answer, waitMs)
          if (waitedForLimit) this.#budgets[side].passed()
          const { status, headers, url, body } = answer
          if (!repeat || request.streaming || body === null || !isText(headers)) return answer
          const begun = await beginBody(body, prefetchByteLength)
          if (begun.failure !== null) throw begun.failure.error
          return { status, headers, url, body: begun.body }
        },
        { attemptsMax, sleep: this.sleep, waitAfter, signal: request.signal },
      )
    } catch (error) {
      if (error instanceof RetryableAnswer) return error.answer
      throw error
    }
  }

  /** Tells of a wait. When several requests wait for the same limit, people are told once. */
  #tellWait(waitMs: number, addedMs: number, { why, note }: { readonly why: string; readonly note: string }): void {
    this.#options.wait?.({ why, untilMs: this.now() + waitMs })
    if (addedMs >= Math.min(waitMs, notedMs)) this.#options.note?.(`${note} in ${Math.ceil(waitMs / 1000)} s`)
  }

  /** Waits for the turn that `Pace` gives a request. Throws a `RemoteError` where that is too long. */
  async #awaitTurn(side: Side, request: Pick<Outgoing, 'url' | 'method'>): Promise<void> {
    const nowMs = this.now()
    const { waitMs, why } = this.#pace.findTurn(request, nowMs)
    // What waits for its turn passes then, so it is not stalled.
    if (waitMs > 0) this.#budgets[side].passed()
    const addedMs = waitMs > 0 ? this.#takeWait(side, waitMs) : 0
    if (addedMs === null) throw createLate(why, waitMs, nowMs)
    this.#pace.take(request, nowMs + waitMs)
    if (waitMs === 0) return
    this.#tellWait(waitMs, addedMs, { why, note: `${why}: the next one goes` })
    await this.sleep(waitMs)
  }

  /** Takes a wait from the side's budget, as `WaitBudget.take` does; people are told once where too little is left. */
  #takeWait(side: Side, waitMs: number): number | null {
    const budget = this.#budgets[side]
    const addedMs = budget.take(this.now(), waitMs)
    if (addedMs === null && !this.#overdrawn.has(side)) {
      this.#overdrawn.add(side)
      this.#options.note?.(
        `${services[side].name} asks for ${Math.ceil(waitMs / 1000)} s more; this run has waited ` +
          `${Math.round(this.waited.totalMs / 1_000)} s for limits, and waits no longer`,
      )
    }
    return addedMs
  }

  /** Sends a request, and after a 401, which says that nothing was done, sends it again with a new token. */
  async #authorize(side: Side, request: Outgoing): Promise<Received> {
    const authorization = request.headers.get('authorization')
    const isToken = /^bearer /i.test(authorization ?? '') && isConfigured(request.url, side, this.#options.origins)
    if (this.#renewal === null || request.oneShot || !isToken) return await this.#follow(side, request)
    const headers = new HeaderMap(request.headers)
    const latest = await this.#renewal.latest(side, authorization)
    if (latest !== null) headers.set('authorization', latest)
    const answer = await this.#follow(side, { ...request, headers })
    if (answer.status !== 401) return answer
    const next = await this.#renewal.replace(side, latest)
    if (next === null) return answer
    headers.set('authorization', next)
    dropBody(answer)
    return await this.#follow(side, { ...request, headers })
  }

  async #follow(side: Side, request: Outgoing): Promise<Received> {
    let { url, headers } = request
    for (let hops = 0; ; hops += 1) {
      const answer = await this.#send(side, { ...request, url, headers })
      const location = answer.headers.get('location')
      if (request.redirect !== 'follow' || request.oneShot || !isRedirect(answer.status) || location === null)
        return answer
      dropBody(answer)
      const step = planRedirect(
        { status: answer.status, location, hops, method: request.method, url, headers },
        side,
        this.#options.origins,
      )
      if ('refused' in step) {
        const from = `${request.method} ${url.host}${url.pathname}`
        const hint = 'If the repository was renamed or moved, use its new name.'
        throw new RemoteError(
          this.redact(`Cannot follow the redirect of ${from}: ${step.refused}. ${hint}`),
          answer.status,
        )
      }
      ;({ url, headers } = step)
    }
  }

  async #send(side: Side, request: Outgoing): Promise<Received> {
    const { url, method } = request
    const mayBePrivate = checkRequest(side, request, this.#options)
    this.#options.signal?.throwIfAborted()
    await this.#awaitTurn(side, request)
    this.requests[side] += 1
    const answer = await this.#exchanges.send({ ...request, mayBePrivate })
    this.limits[side].note(answer.headers, this.now())
    this.#options.trace?.(this.redact(`${method} ${url.origin}${url.pathname} ${answer.status}`))
    return answer
  }
}

/** Whether the body is one that nobody can use before all of it is here. */
function isText(headers: HeaderLines): boolean {
  return /json|^text\//.test(headers.get('content-type') ?? '')
}
