/** Lets requests to GitHub leave no faster than its secondary limits allow, so that no run meets them by what it does itself. */
import { RemoteError } from '../model/errors.ts'
import { HeaderMap } from './headers.ts'
import { formatRetry } from './rate-limit.ts'
import type { Outgoing } from './request.ts'

/** How many are taken in so many seconds. `what`: what people call them. */
interface Limit {
  readonly what: string
  readonly most: number
  readonly seconds: number
}

/** GitHub's docs, "Rate limits for the REST API": what it calls the creation of content. */
export const writeLimits: readonly Limit[] = [
  { what: 'writes', most: 80, seconds: 60 },
  { what: 'writes', most: 500, seconds: 3_600 },
]
/** The same page: a read is one point, a write five. */
const pointLimits: readonly Limit[] = [{ what: 'points of requests', most: 900, seconds: 60 }]
/** GitHub's docs, "Repository limits". */
export const pushLimits: readonly Limit[] = [{ what: 'pushes', most: 6, seconds: 60 }]
/** How much later or earlier than another one a request may arrive. */
const latenessMs = 1_000

type Asked = Pick<Outgoing, 'url' | 'method'>
type Spending = readonly [key: string, points: number, limits: readonly Limit[]]

/** What a request spends. Servers of one's own have no such limits unless somebody sets some. */
function listSpendings({ url: { hostname, pathname }, method }: Asked): Spending[] {
  if (!/(?:^|\.)(?:github\.com|ghe\.com)$/.test(hostname)) return []
  if (pathname.endsWith('/git-receive-pack')) return [[pathname, 1, pushLimits]]
  if (!hostname.startsWith('api.') || pathname.endsWith('/graphql')) return []
  return method === 'GET' || method === 'HEAD'
    ? [['points', 1, pointLimits]]
    : [
        ['points', 5, pointLimits],
        ['writes', 1, writeLimits],
      ]
}

/** When what is limited was spent, as far back as a limit reaches. */
export class Pace {
  /** In the order of these times: a read may leave at once where a write that was asked for before it waits. */
  readonly #spent = new Map<string, number[]>()

  /** How long a request has to wait so that no limit is exceeded, and because of which. */
  findTurn(request: Asked, nowMs: number): { readonly waitMs: number; readonly why: string } {
    let [turnMs, why] = [nowMs, '']
    for (const [key, points, limits] of listSpendings(request))
      for (const { what, most, seconds } of limits) {
        const freeMs = (this.#spent.get(key)?.at(points - most - 1) ?? -Infinity) + seconds * 1_000 + latenessMs
        if (freeMs <= turnMs) continue
        turnMs = freeMs
        why = `GitHub takes ${most} ${what} ${seconds === 60 ? 'a minute' : 'an hour'}`
      }
    return { waitMs: turnMs - nowMs, why }
  }

  /** Counts a request that leaves at a time. */
  take(request: Asked, atMs: number): void {
    for (const [key, points, limits] of listSpendings(request)) {
      const times = this.#spent.get(key) ?? []
      const place = times.findLastIndex((time) => time <= atMs) + 1
      times.splice(place, 0, ...Array.from({ length: points }, () => atMs))
      const most = Math.max(...limits.map((limit) => limit.most))
      if (times.length > 2 * most) times.splice(0, times.length - most)
      this.#spent.set(key, times)
    }
  }
}

/** The error for a turn that comes too late for this run. */
export function createLate(why: string, waitMs: number, nowMs: number): RemoteError {
  const headers = new HeaderMap([['retry-after', `${Math.ceil(waitMs / 1_000)}`]])
  const again = `run again ${formatRetry(429, headers, '', nowMs)}`
  return new RemoteError(`Cannot go on: ${why}; too much was asked of GitHub in a short time, ${again}`, 429)
}
