/** One request to GitHub, as its routes see it: who asks, what for, and what that costs of their rate limit. */
import { badCredentials, notFound, Refusal, requiresAuthentication } from './github-answer.ts'
import type { Answer } from './github-answer.ts'
import type { GithubRepository } from './github-repository.ts'
import type { Switches } from './github-switches.ts'
import type { Clock } from './hub.ts'
import type { Storage } from './storage.ts'

export type Role = 'write' | 'read'
export type Bucket = 'core' | 'graphql' | 'lfs'

/** All of one GitHub, with the one repository it holds. */
export interface Server {
  readonly api: string
  readonly graphql: string
  readonly web: string
  readonly raw: string
  /** Where uploads are verified, a host of its own. */
  readonly lfs: string
  readonly storage: Storage
  readonly clock: Clock
  readonly switches: Switches
  readonly tokens: ReadonlyMap<string, Role>
  readonly repository: GithubRepository
  /** Names that the repository had before, in lower case. */
  readonly former: Set<string>
  /** Objects whose `verify` has been asked for. */
  readonly verified: Set<string>
  readonly windows: Map<string, { startMs: number; used: number }>
  /** When what a secondary limit counts was asked for, in ms, by its name. */
  readonly spent: Map<string, number[]>
  /** Requests to the API that are not answered yet. */
  open: number
}

/** `path` is what follows the route's fixed part, decoded segment by segment. */
export interface Call {
  readonly server: Server
  readonly repository: GithubRepository
  readonly request: Request
  readonly url: URL
  readonly path: string
  readonly role: Role | null
}

export type Route = (call: Call) => Answer | Promise<Answer>

/** Bearer, `token`, or Basic as git sends it; `null` without any. */
export function readToken(request: Request): string | null {
  const header = request.headers.get('authorization')
  if (header === null) return null
  const [, scheme, value] = /^(Bearer|token|Basic) +(\S+)$/i.exec(header) ?? []
  if (value === undefined) return ''
  return scheme!.toLowerCase() === 'basic'
    ? Buffer.from(value, 'base64')
        .toString()
        .replace(/^[^:]*:/, '')
    : value
}

export function readRole(server: Server, token: string | null): Role | null {
  if (token === null) return null
  const role = server.tokens.get(token)
  if (role === undefined) throw badCredentials()
  return role
}

/** What may not be seen does not exist. */
export function requireRead({ repository, role }: Pick<Call, 'repository' | 'role'>): void {
  if (repository.private && role === null) throw notFound()
}

/** `toStore`: what is written is an object, and no part of the repository itself. */
export function requireWrite({ server, role }: Pick<Call, 'server' | 'role'>, toStore = false): void {
  if (role === null) throw requiresAuthentication()
  if (role === 'read') throw new Refusal(403, 'Resource not accessible by personal access token')
  if (toStore && server.switches.archivedTakesObjects) return
  if (server.switches.archived) throw new Refusal(403, 'Repository was archived so is read-only.')
}

export async function readJson(request: Request): Promise<Record<string, unknown>> {
  try {
    const value: unknown = await request.json()
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    throw new Refusal(400, 'Problems parsing JSON')
  }
  throw new Refusal(400, 'Body should be a JSON object')
}

/** How GitHub names the type of a wrong value, in Ruby's words. */
export function formatValue(value: unknown): string {
  return value === null ? 'nil' : JSON.stringify(value)
}

/** A string of the body, or the refusal of GitHub's schema. */
export function requireString(body: Record<string, unknown>, name: string): string {
  const value = body[name]
  if (value === undefined) throw new Refusal(422, `Invalid request.\n\n"${name}" wasn't supplied.`)
  if (typeof value !== 'string')
    throw new Refusal(422, `Invalid request.\n\nFor 'properties/${name}', ${formatValue(value)} is not a string.`)
  return value
}

const windowMs: Record<Bucket, number> = { core: 3_600_000, graphql: 3_600_000, lfs: 60_000 }

/** Rate limits of one asker in one bucket. `spend` counts a request that was answered in full. */
export class RateLimit {
  readonly #bucket: Bucket
  readonly #limit: number
  readonly #window: { startMs: number; used: number }

  constructor(server: Server, bucket: Bucket, token: string | null) {
    const key = `${bucket} ${token ?? ''}`
    const nowMs = server.clock.now()
    const known = server.windows.get(key)
    this.#window = known && nowMs < known.startMs + windowMs[bucket] ? known : { startMs: nowMs, used: 0 }
    server.windows.set(key, this.#window)
    this.#bucket = bucket
    this.#limit = token === null ? server.switches.anonymousLimits[bucket] : server.switches.limits[bucket]
  }

  get isSpent(): boolean {
    return this.#window.used >= this.#limit
  }

  spend(): void {
    this.#window.used += 1
  }

  headers(): Record<string, string> {
    return {
      'X-RateLimit-Limit': `${this.#limit}`,
      'X-RateLimit-Remaining': `${Math.max(0, this.#limit - this.#window.used)}`,
      'X-RateLimit-Used': `${this.#window.used}`,
      'X-RateLimit-Reset': `${Math.ceil((this.#window.startMs + windowMs[this.#bucket]) / 1000)}`,
      'X-RateLimit-Resource': this.#bucket,
    }
  }
}

export const limitExceeded = () =>
  new Refusal(
    403,
    'API rate limit exceeded for user ID 123. If you reach out to GitHub Support for help, ' +
      'please include the request ID E6F6:1 and timestamp 2026-09-10 05:28:45 UTC.',
    { documentation: '/rest/overview/rate-limits-for-the-rest-api' },
  )

const minuteMs = 60_000

/** `most` in any span of `ms`; a request counts as `points`. */
interface Secondary {
  readonly name: string
  readonly ms: number
  readonly most: number
  readonly points: number
}

/** Counts a request under secondary limits, unless one of them is spent: then it returns in how many seconds it is not. */
function spend({ spent, clock }: Server, limits: readonly Secondary[]): number | null {
  const nowMs = clock.now()
  const counted = limits.map(({ name, ms, most, points }) => {
    const times = (spent.get(name) ?? []).filter((time) => time > nowMs - ms)
    return { name, times, points, freeMs: (times.at(points - most - 1) ?? -Infinity) + ms }
  })
  const freeMs = Math.max(...counted.map((one) => one.freeMs))
  if (freeMs > nowMs) return Math.ceil((freeMs - nowMs) / 1_000)
  for (const { name, times, points } of counted)
    spent.set(name, [...times, ...Array.from({ length: points }, () => nowMs)])
  return null
}

const secondary = ({ secondaryRetryAfter }: Switches, message: string, seconds: number) =>
  new Refusal(403, message, {
    documentation: '/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
    ...(secondaryRetryAfter && { headers: { 'Retry-After': `${seconds}` } }),
  })

/**
 * The secondary limit on creating content; what is refused does not count. Its text is the one that blob creation is
 * known to be refused with (octokit/octokit.js#1313).
 */
export function spendWrite(server: Server): void {
  const { switches } = server
  if (switches.contentWrites === null) return
  const { minute, hour } = switches.contentWrites
  const seconds = spend(server, [
    { name: 'writes in a minute', ms: minuteMs, most: minute, points: 1 },
    { name: 'writes in an hour', ms: 60 * minuteMs, most: hour, points: 1 },
  ])
  if (seconds === null) return
  throw secondary(
    switches,
    'You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.',
    seconds,
  )
}

/** The secondary limits on all that is asked of the API: points in a minute, and requests at the same time. */
export function spendPoints(server: Server, bucket: 'core' | 'graphql', isRead: boolean): void {
  const { switches, open } = server
  if (switches.points === null) return
  const limit = { name: `points ${bucket}`, ms: minuteMs, most: switches.points[bucket], points: isRead ? 1 : 5 }
  const seconds = open > switches.points.atOnce ? 60 : spend(server, [limit])
  if (seconds === null) return
  throw secondary(
    switches,
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    seconds,
  )
}

/** In how many seconds a push is taken, null where it is now. */
export function spendPush(server: Server): number | null {
  const most = server.switches.pushesPerMinute
  return most === null ? null : spend(server, [{ name: 'pushes', ms: minuteMs, most, points: 1 }])
}
