/** How long an answer asks to wait: what the headers of both services say, and their texts where no header says it. */
import type { HeaderLines } from './headers.ts'

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
/** No limit of either service is for as long: a longer wait is a number that went wrong, and may be no date. */
const longestMs = 30 * 24 * hourMs

/** One of a service's limits: of so many requests in so many seconds some are left until a moment (ms since the epoch). */
export interface ToldLimit {
  readonly name: string
  readonly limit: number
  readonly left: number
  readonly untilMs: number
  readonly seconds: number
}

/** Whether a request was refused because there were too many. GitHub answers 429 or 403; a 403 may mean something else. */
export function saysRateLimit(status: number, headers: HeaderLines, body: string): boolean {
  if (status === 429) return true
  return status === 403 && (headers.get('x-ratelimit-remaining') === '0' || /rate limit|abuse detection/i.test(body))
}

/**
 * The wait that an answer asks for, in ms; `null` where it asks for none. The longest of these counts, with a second more
 * where two clocks may differ:
 * - `Retry-After`, in seconds or as a date;
 * - the Hub's `RateLimit: "api";r=0;t=55`, which all of its answers have: it counts when nothing is left (`r=0`);
 * - GitHub's `x-ratelimit-reset`, in seconds since the epoch, when nothing remains;
 * - `in about 1 hour` in the Hub's text about its commit quota, whose headers may be about another limit.
 * A text about a rate limit without any of these asks for a minute (GitHub's "Rate limits for the REST API").
 */
export function parseWait(status: number, headers: HeaderLines, body: string, nowMs: number): number | null {
  const told = parseTold(status, headers, body, nowMs)
  return told === null && saysRateLimit(status, headers, body) && /rate limit|abuse detection/i.test(body)
    ? minuteMs
    : told
}

function parseTold(status: number, headers: HeaderLines, body: string, nowMs: number): number | null {
  const limited = saysRateLimit(status, headers, body)
  const waits = [
    parseRetryAfter(headers.get('retry-after'), nowMs),
    ...(limited ? [parseSpent(headers), parseReset(headers, nowMs), parseSentence(body)] : []),
  ]
  const known = waits.filter((wait) => wait !== null)
  return known.length > 0 ? Math.min(longestMs, Math.max(...known)) : null
}

/**
 * When to run again, for messages: `after 2026-11-01 13:05 UTC`, or `in about an hour` where the answer does not say. A run
 * has waited for shorter limits by itself.
 */
export function formatRetry(status: number, headers: HeaderLines, body: string, nowMs: number): string {
  const waitMs = parseTold(status, headers, body, nowMs)
  if (waitMs === null) return 'in about an hour'
  const minutes = Math.ceil((nowMs + waitMs) / minuteMs)
  return `after ${new Date(minutes * minuteMs).toISOString().replace(/T(\d\d:\d\d).*/, ' $1 UTC')}`
}

/**
 * The wait after an attempt in ms: 1 to 2 s after the first one, which is number 1, then twice as long each time, up to a
 * minute. `random` is in [0, 1).
 */
export function backoffMs(attempt: number, random: number): number {
  return Math.min(minuteMs, Math.round(secondMs * 2 ** (attempt - 1) * (1 + random)))
}

const windowForm = /"([^"]*)"\s*;\s*r\s*=\s*(\d+)\s*;\s*t\s*=\s*(\d+)/g

/**
 * The limits of the Hub that an answer was counted under, from `RateLimit: "api";r=949;t=271` (so many requests are left for so
 * many seconds) and `RateLimit-Policy: "fixed window";"api";q=1000;w=300`.
 */
export function parseWindows(headers: HeaderLines, nowMs: number): ToldLimit[] {
  const [, limit, seconds] = /\bq=(\d+);\s*w=(\d+)/.exec(headers.get('ratelimit-policy') ?? '') ?? []
  return [...(headers.get('ratelimit') ?? '').matchAll(windowForm)].map(([, name, left, until]) => ({
    name: name!,
    limit: Number(limit ?? left),
    left: Number(left),
    untilMs: nowMs + Number(until) * secondMs,
    seconds: Number(seconds ?? until),
  }))
}

function parseSpent(headers: HeaderLines): number | null {
  const waits = parseWindows(headers, 0).flatMap(({ left, untilMs }) => (left === 0 ? [untilMs + secondMs] : []))
  return waits.length === 0 ? null : Math.max(...waits)
}

function parseRetryAfter(header: string | null, nowMs: number): number | null {
  if (header === null) return null
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * secondMs
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs)
}

function parseReset(headers: HeaderLines, nowMs: number): number | null {
  const reset = headers.get('x-ratelimit-reset')
  if (headers.get('x-ratelimit-remaining') !== '0' || reset === null || !/^\d+$/.test(reset)) return null
  return Math.max(0, Number(reset) * secondMs - nowMs) + secondMs
}

function parseSentence(body: string): number | null {
  const [, count, unit] = /\bin (?:about )?(\d+|an?) (second|minute|hour)s?\b/.exec(body) ?? []
  return unit === undefined
    ? null
    : (/^an?$/.test(count!) ? 1 : Number(count)) *
        { second: secondMs, minute: minuteMs, hour: hourMs }[unit as 'second' | 'minute' | 'hour']
}
