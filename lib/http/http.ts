/**
 * The only door to the network: retries, rate limits, redirects, counting, and no token where it does not belong.
 * Everything that talks to a service, the libraries included, does it through a `fetch` made here; what is large is
 * passed on.
 */
import { setTimeout as passTime } from 'node:timers/promises'
import { retry } from '../async/retry.ts'
import { BrokenError, RemoteError } from '../model/errors.ts'
import type { Side, Sides } from '../model/sides.ts'
import { mapSides } from '../model/sides.ts'
import type { Answer, Bytes, Received } from './body.ts'
import { dropBody, readAhead, responseOf, unlessAborted } from './body.ts'
import type { ExchangeOptions, Transferred } from './exchange.ts'
import { Exchanges } from './exchange.ts'
import { backoffMs } from './rate-limit.ts'
import { hideSecrets, redactText } from './redact.ts'
import { isConfigured, isRedirect, planRedirect, refuseAddress } from './redirect.ts'
import type { Outgoing } from './request.ts'
import { parseRequest } from './request.ts'
import { services } from './services.ts'
import { TokenRenewal } from './token-renewal.ts'
import { readRetryWait, tellingStatuses, Unsettled } from './unsettled.ts'
import type { Budget } from './wait-budget.ts'
import { WaitBudget } from './wait-budget.ts'

export interface HttpOptions extends ExchangeOptions {
  /** Waits before a request is repeated; tests pass a virtual clock. Timeouts do not use it. */
  readonly sleep?: (ms: number) => Promise<void>
  /** ms since the epoch. Default `Date.now`. */
  readonly now?: () => number
  /** In [0, 1), for the jitter of waits. Default `Math.random`. */
  readonly random?: () => number
  /**
   * `['https://api.github.com', 'https://github.com']`, `['https://huggingface.co']`: the only places where that side's
   * token may go.
   */
  readonly origins: Sides<readonly string[]>
  /** Tokens. Read at every use, so that one that is exchanged later can be added to the list. */
  readonly secrets: readonly string[]
  /**
   * For tokens that end before a run does: the `Authorization` to use instead of one that was answered with 401, or
   * `null` where there is none.
   */
  readonly renew?: (side: Side) => Promise<string | null>
  /** Told of every wait: what a run is about, no more. */
  readonly note?: (message: string) => void
  /** Told of every answer: method, address without its query, status. */
  readonly trace?: (line: string) => void
  /** Default 5. */
  readonly attemptsMax?: number
  /**
   * All waits of one call together. Default 400,000, since the Hub's windows are five minutes long; longer ones are the
   * caller's to report.
   */
  readonly waitMaxMs?: number
  /** What all calls together may wait for one side's limits. */
  readonly budget?: Budget
}

/**
 * `repeat`: sending the request twice is harmless. `failuresMax`: attempts after which a failure stands; waits for a
 * rate limit are none.
 */
export interface Policy {
  readonly repeat: boolean
  readonly failuresMax?: number
}

export interface Passed {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly body?: Bytes | string
}

/** Clocks and answers differ by so much between requests that wait for one and the same. */
const notedMs = 2_000
/**
 * Texts up to this long are whole before they are given out, so that one that is cut counts as a connection that broke.
 */
const aheadByteLength = 8 * 1024 * 1024

export class Http {
  /** Every request sent, repeated and redirected ones included. */
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
   * A `fetch` for one side. With `repeat: true` the statuses 408, 429, 500, 502, 503, 504 and broken connections are
   * tried again; with `repeat: false` only what says that nothing was done: 429, and 403 for a rate limit. The wait is
   * the one that the service asks for, else it doubles; where attempts or time are used up the last answer is returned,
   * whatever its status. A streamed body is never repeated nor redirected.
   * @throws {RemoteError} Only for connections that break, for silence, and for addresses and redirects that are not allowed; what a streamed
   *   body itself throws comes through as it is.
   */
  fetch(side: Side, policy: Policy): typeof fetch {
    return async (input, init) => responseOf(await this.#attempt(side, policy, parseRequest(input, init)))
  }

  /** The same for what goes to storage and comes from there: large, and nothing but bytes. */
  async pass(side: Side, policy: Policy, { url, ...init }: Passed): Promise<Answer> {
    // What fetch takes for a body is any async iterable; the types of the DOM do not know.
    return await this.#attempt(side, policy, { ...parseRequest(url, init as RequestInit), passing: true })
  }

  /** At the end of a run: nothing that is still open is read any more. */
  close(): void {
    this.#exchanges.close()
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

  async #attempt(side: Side, { repeat, failuresMax = Infinity }: Policy, request: Outgoing): Promise<Received> {
    const attemptsMax = request.streamed ? 1 : (this.#options.attemptsMax ?? 5)
    let [waitedMs, failures, waitedForLimit] = [0, 0, false]
    const waitAfter = (error: Error, attempt: number): number | null => {
      const unsettled = error instanceof Unsettled ? error : null
      if (unsettled === null && !(repeat && error instanceof BrokenError)) return null
      const limited = unsettled !== null && tellingStatuses.has(unsettled.answer.status)
      if (!limited && ++failures >= failuresMax) return null
      const waitMs = unsettled?.waitMs ?? this.backoff(attempt)
      if (waitedMs + waitMs > (this.#options.waitMaxMs ?? 400_000)) return null
      const addedMs = limited ? this.#takeWait(side, waitMs) : waitMs
      if (addedMs === null) return null
      waitedForLimit ||= limited
      waitedMs += waitMs
      const { method, url } = request
      const asked = `${method} ${url.host}${url.pathname}`
      const fact =
        unsettled === null
          ? `${services[side].name} does not answer ${asked}: ${(error as BrokenError).reason}`
          : `${services[side].name} answered ${unsettled.answer.status} to ${asked}`
      // Of requests that wait for the same, one says so.
      if (addedMs >= Math.min(waitMs, notedMs))
        this.#options.note?.(
          this.redact(`${fact}; attempt ${attempt + 1} of ${attemptsMax} in ${Math.ceil(waitMs / 1000)} s`),
        )
      if (unsettled !== null) dropBody(unsettled.answer)
      return waitMs
    }
    try {
      return await retry(
        async () => {
          const received = await this.#authorize(side, request)
          // Its text is read twice.
          const answer = tellingStatuses.has(received.status) ? responseOf(received) : received
          const waitMs = await readRetryWait(answer, repeat && !request.streamed, this.now())
          if (waitMs !== false) throw new Unsettled(answer, waitMs)
          if (waitedForLimit) this.#budgets[side].passed()
          const { statusText, headers, url, body } = answer
          if (!repeat || request.passing || body === null || !isText(headers)) return answer
          return { status: answer.status, statusText, headers, url, body: await readAhead(body, aheadByteLength) }
        },
        { attemptsMax, sleep: this.sleep, waitAfter, signal: request.signal },
      )
    } catch (error) {
      if (error instanceof Unsettled) return error.answer
      throw error
    }
  }

  /** What it adds to the waits of others; `null` where the run would wait too long. */
  #takeWait(side: Side, waitMs: number): number | null {
    const budget = this.#budgets[side]
    const addedMs = budget.take(this.now(), waitMs)
    if (addedMs === null && !this.#overdrawn.has(side)) {
      this.#overdrawn.add(side)
      this.#options.note?.(
        `${services[side].name} asks for ${Math.ceil(waitMs / 1000)} s more; this run has waited ${budget.waited} s for its limits, and waits no longer`,
      )
    }
    return addedMs
  }

  /**
   * A request that is answered with 401 did nothing, so it may go again. Storage's own signatures are nobody's to
   * renew.
   */
  async #authorize(side: Side, request: Outgoing): Promise<Received> {
    const authorization = request.headers.get('authorization')
    const isToken = /^bearer /i.test(authorization ?? '') && isConfigured(request.url, side, this.#options.origins)
    if (this.#renewal === null || request.streamed || !isToken) return await this.#follow(side, request)
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
      if (request.redirect !== 'follow' || request.streamed || !isRedirect(answer.status) || location === null)
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

/** Answers of which the caller needs all before it can use any. */
function isText(headers: Headers): boolean {
  return /json|^text\//.test(headers.get('content-type') ?? '')
}
