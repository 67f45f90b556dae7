/**
 * The only door to the network: retries, rate limits, redirects, counts, and no token where it does not belong.
 * Everything that talks to a service, the clients' libraries included, does so through a `fetch` made here, or through
 * `stream` where bodies are large.
 */
import { setTimeout as passTime } from 'node:timers/promises'
import { unlessAborted } from '../async/abort.ts'
import { retry } from '../async/retry.ts'
import { BrokenError, RemoteError } from '../model/errors.ts'
import type { Side, Sides } from '../model/sides.ts'
import { mapSides } from '../model/sides.ts'
import type { Bytes, Received } from './body.ts'
import { dropBody, prefetchBody, responseOf } from './body.ts'
import type { ExchangeOptions, Transferred } from './exchange.ts'
import { Exchanges } from './exchange.ts'
import { backoffMs } from './rate-limit.ts'
import { hideSecrets, redactText } from './redact.ts'
import { isConfigured, isRedirect, planRedirect, refuseAddress } from './redirect.ts'
import type { Outgoing } from './request.ts'
import { parseRequest } from './request.ts'
import { limitStatuses, readRetryWait, RetryableAnswer } from './retryable.ts'
import { services } from './services.ts'
import { TokenRenewal } from './token-renewal.ts'
import type { Budget } from './wait-budget.ts'
import { WaitBudget } from './wait-budget.ts'

/** What is the same for all requests of a run. */
export interface HttpOptions extends ExchangeOptions {
  /** Waits before a request is sent again. Tests pass a virtual clock's; timeouts do not use it. */
  readonly sleep?: (ms: number) => Promise<void>
  /** The time, in ms since the epoch. Default `Date.now`. */
  readonly now?: () => number
  /** A number in [0, 1), which makes waits of different length. Default `Math.random`. */
  readonly random?: () => number
  /**
   * `['https://api.github.com', 'https://github.com']`, `['https://huggingface.co']`: the only places where that side's
   * token may go.
   */
  readonly origins: Sides<readonly string[]>
  /** Tokens. The list is read at every use, so that tokens can be added to it later. */
  readonly secrets: readonly string[]
  /** Gives the `Authorization` to use instead of one that was answered with 401, `null` where there is none. */
  readonly renew?: (side: Side) => Promise<string | null>
  /** Told of every wait, for people. */
  readonly note?: (message: string) => void
  /** Told of every wait: whose answer asked for it, or that there was none, and until when, in ms since the epoch. */
  readonly wait?: (wait: { readonly why: string; readonly untilMs: number }) => void
  /** Told of every answer: method, address without its query, status. */
  readonly trace?: (line: string) => void
  /** How often one request is sent at most. Default 5. */
  readonly attemptsMax?: number
  /** All waits for one request together, in ms. Default 400,000, since the Hub's windows are five minutes long. */
  readonly waitMaxMs?: number
  /** What all requests to one side together may wait for its limits. */
  readonly budget?: Budget
}

/**
 * `repeat`: sending the request twice does no harm. `failuresMax`: how many failures make the last one final, where
 * answers that speak of a rate limit do not count. Default: the attempts decide alone.
 * `attemptsMax`: all attempts, where they are to be other than `HttpOptions` says.
 */
export interface Policy {
  readonly repeat: boolean
  readonly failuresMax?: number
  readonly attemptsMax?: number
}

/** fetch's options, as far as requests with large bodies need them. */
export interface StreamedRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly body?: Bytes | string
}

/** Waits whose ends differ by less than this are for one limit, and are told once. */
const notedMs = 2_000
/** Of a text so much is read before its answer is given out, so that one that breaks off is asked for again. */
const prefetchByteLength = 8 * 1024 * 1024

/** The door to the network for one run. */
export class Http {
  /** Requests sent, repeated and redirected ones included. */
  readonly requests: Record<Side, number> = { github: 0, huggingface: 0 }
  readonly bytes: Transferred
  readonly sleep: (ms: number) => Promise<void>
  readonly now: () => number
  readonly #options: HttpOptions
  readonly #exchanges: Exchanges
  readonly #budgets: Sides<WaitBudget>
  /** Sides that have asked for a longer wait than the budget has. */
  readonly #overdrawn = new Set<Side>()
  readonly #renewal: TokenRenewal | null

  constructor(options: HttpOptions) {
    const { signal } = options
    this.#options = options
    this.#exchanges = new Exchanges(options)
    this.#budgets = mapSides(() => new WaitBudget(options.budget))
    this.#renewal = options.renew === undefined ? null : new TokenRenewal(options.renew)
    this.bytes = this.#exchanges.bytes
    const sleep = options.sleep ?? ((ms) => passTime(ms, undefined, { ...(signal && { signal }) }))
    this.sleep = signal === undefined ? sleep : (ms) => unlessAborted(signal, sleep(ms))
    this.now = options.now ?? Date.now
  }

  /**
   * A `fetch` for one side. With `repeat: true` a request is sent again after a broken connection and after the statuses
   * 408, 429, 500, 502, 503 and 504; with `repeat: false` only after an answer that says that nothing was done: 429, and
   * 403 for a rate limit. The wait is the one that the service asks for, else it doubles each time. Where attempts or
   * time are used up, the last answer is returned, whatever its status. A one-shot body is never sent again, nor
   * redirected.
   * @throws {RemoteError} Only for connections that break, for silence, and for addresses and redirects that are not
   *   allowed. What a one-shot body throws itself comes through as it is.
   */
  fetch(side: Side, policy: Policy): typeof fetch {
    return async (input, init) => responseOf(await this.#sendWithRetries(side, policy, parseRequest(input, init)))
  }

  /** As `fetch` does, for large bodies: they go to storage and come from there as bytes, without web streams. */
  async stream(side: Side, policy: Policy, { url, ...init }: StreamedRequest): Promise<Received> {
    // fetch takes any async iterable as a body, which its types do not say.
    return await this.#sendWithRetries(side, policy, { ...parseRequest(url, init as RequestInit), streaming: true })
  }

  /** To be called at the end of a run: ends everything that is still open. */
  close(): void {
    this.#exchanges.close()
  }

  /** The text without tokens in any form and without query strings. */
  redact(text: string): string {
    return redactText(text, this.#options.secrets)
  }

  /** How many ms to wait after an attempt, which counts from 1, where the service does not say. */
  backoff(attempt: number): number {
    return backoffMs(attempt, (this.#options.random ?? Math.random)())
  }

  /** Throws a `RemoteError` for an address that is not the side's, and for a token on its way to an origin that it is not for. */
  #check(side: Side, url: URL, headers: Headers): void {
    const refused =
      refuseAddress(url, side, this.#options.origins) ??
      (this.#carriesToken(side, url, headers) ? 'the request carries a token that is not for it' : null)
    if (refused === null) return
    throw new RemoteError(
      this.redact(`Cannot send a ${services[side].name} request to ${url.host}: ${refused}. Nothing was sent.`),
    )
  }

  #carriesToken(side: Side, url: URL, headers: Headers): boolean {
    if (isConfigured(url, side, this.#options.origins)) return false
    const isApiToken = /^(bearer|token)\s/i.test(headers.get('authorization') ?? '')
    const sent = [url.href, ...headers.values()].join('\n')
    return isApiToken || hideSecrets(sent, this.#options.secrets) !== sent
  }

  async #sendWithRetries(
    side: Side,
    { repeat, failuresMax = Infinity, attemptsMax: most = this.#options.attemptsMax ?? 5 }: Policy,
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
      if (waitedMs + waitMs > (this.#options.waitMaxMs ?? 400_000)) return null
      const addedMs = limited ? this.#takeWait(side, waitMs) : waitMs
      if (addedMs === null) return null
      waitedForLimit ||= limited
      waitedMs += waitMs
      const asked = `${request.method} ${request.url.host}${request.url.pathname}`
      const { name } = services[side]
      const why = answered === null ? `${name} does not answer` : `${name} answered ${answered.answer.status}`
      const fact = answered === null ? `${why} ${asked}: ${(error as BrokenError).reason}` : `${why} to ${asked}`
      this.#options.wait?.({ why: limited ? `${why} (too much asked)` : why, untilMs: this.now() + waitMs })
      // Of requests that wait for the same limit only one tells.
      if (addedMs >= Math.min(waitMs, notedMs))
        this.#options.note?.(
          this.redact(`${fact}; attempt ${attempt + 1} of ${attemptsMax} in ${Math.ceil(waitMs / 1000)} s`),
        )
      if (answered !== null) dropBody(answered.answer)
      return waitMs
    }
    try {
      return await retry(
        async () => {
          const received = await this.#authorize(side, request)
          // A text that may speak of a limit is read twice, which only a `Response` can be.
          const answer = limitStatuses.has(received.status) ? responseOf(received) : received
          const waitMs = await readRetryWait(answer, repeat && !request.oneShot, this.now())
          if (waitMs !== false) throw new RetryableAnswer(answer, waitMs)
          if (waitedForLimit) this.#budgets[side].passed()
          const { status, headers, url, body } = answer
          if (!repeat || request.streaming || body === null || !isText(headers)) return answer
          return { status, headers, url, body: await prefetchBody(body, prefetchByteLength) }
        },
        { attemptsMax, sleep: this.sleep, waitAfter, signal: request.signal },
      )
    } catch (error) {
      if (error instanceof RetryableAnswer) return error.answer
      throw error
    }
  }

  /** By how many ms the wait is longer than those under way; `null` where the run would wait too long in all. */
  #takeWait(side: Side, waitMs: number): number | null {
    const budget = this.#budgets[side]
    const addedMs = budget.take(this.now(), waitMs)
    if (addedMs === null && !this.#overdrawn.has(side)) {
      this.#overdrawn.add(side)
      this.#options.note?.(
        `${services[side].name} asks for ${Math.ceil(waitMs / 1000)} s more; this run has waited ${budget.waited} s for ` +
          'its limits, and waits no longer',
      )
    }
    return addedMs
  }

  /** Sends a request again with a new token where it is answered with 401, since it did nothing then. */
  async #authorize(side: Side, request: Outgoing): Promise<Received> {
    const authorization = request.headers.get('authorization')
    const isToken = /^bearer /i.test(authorization ?? '') && isConfigured(request.url, side, this.#options.origins)
    if (this.#renewal === null || request.oneShot || !isToken) return await this.#follow(side, request)
    const headers = new Headers(request.headers)
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
    const { url, method, headers } = request
    this.#check(side, url, headers)
    this.#options.signal?.throwIfAborted()
    this.requests[side] += 1
    const answer = await this.#exchanges.send(request)
    this.#options.trace?.(this.redact(`${method} ${url.origin}${url.pathname} ${answer.status}`))
    return answer
  }
}

/** Whether it is an answer that is of no use before all of it is here. */
function isText(headers: Headers): boolean {
  return /json|^text\//.test(headers.get('content-type') ?? '')
}
