/** One request to the Hub, as its routes see it. */
import type { Cas } from './cas.ts'
import type { Clock } from './hub.ts'
import { Refusal, unauthorized, wrongBody } from './huggingface-answer.ts'
import type { HubRepository } from './huggingface-repository.ts'
import type { Switches } from './huggingface-switches.ts'
import type { Storage } from './storage.ts'

export type Role = 'write' | 'read'

/** All of one Hub. `moved` maps former ids to present ones; ids are in lower case. */
export interface Server {
  readonly origin: string
  readonly storage: Storage
  readonly cas: Cas
  readonly clock: Clock
  readonly switches: Switches
  readonly tokens: ReadonlyMap<string, Role>
  readonly user: string
  readonly repositories: Map<string, HubRepository>
  /** Repositories that are still to be made. */
  readonly unborn: Map<string, HubRepository>
  readonly moved: Map<string, string>
  /** Uploads in parts that were begun, by their id. */
  readonly uploads: Map<string, { repository: HubRepository; oid: string; byteLength: number; keys: string[] }>
  /** Objects whose `verify` has been asked for. */
  readonly verified: Set<string>
  /** When commits were tried, in ms, by repository. */
  readonly commitTimes: Map<string, readonly number[]>
  readonly windows: Map<string, { start: number; count: number }>
}

export interface Known {
  readonly state: 'known'
  readonly token: string
  readonly role: Role
}
export type Credentials = { readonly state: 'none' | 'wrong' } | Known

/** `rest` is what follows the route's name in the path, decoded segment by segment. */
export interface Call {
  readonly server: Server
  readonly repository: HubRepository
  readonly request: Request
  readonly url: URL
  readonly rest: readonly string[]
  readonly credentials: Credentials
}

export type Route = (call: Call) => Response | Promise<Response>

/** Bearer, or Basic as git sends it. */
export function readCredentials(server: Server, request: Request): Credentials {
  const [, scheme, value] = /^(Bearer|Basic) +(.+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  if (value === undefined) return { state: request.headers.has('authorization') ? 'wrong' : 'none' }
  const token =
    scheme!.toLowerCase() === 'bearer'
      ? value
      : Buffer.from(value, 'base64')
          .toString()
          .replace(/^[^:]*:/, '')
  const role = server.tokens.get(token)
  return role === undefined ? { state: 'wrong' } : { state: 'known', token, role }
}

export function requireWrite({ credentials }: Pick<Call, 'credentials'>): void {
  if (credentials.state !== 'known') throw unauthorized()
  if (credentials.role !== 'write') throw new Refusal(403, 'you must use a write token to upload to a repository.')
}

/** The body as JSON, if its type says that it is. */
export async function readJson(request: Request): Promise<Record<string, unknown>> {
  if (!/^application\/(?:[\w.-]+\+)?json\b/.test(request.headers.get('content-type') ?? '')) throw wrongBody()
  try {
    const value: unknown = await request.json()
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Refused below, as any other value that is not an object.
  }
  throw wrongBody()
}

/** `Link` to the next page; clients want it absolute. */
export function nextLink({ server, url }: Call, parameter: string, value: string): Record<string, string> {
  const next = new URL(url.pathname + url.search, server.origin)
  next.searchParams.set(parameter, value)
  return { Link: `<${next.href}>; rel="next"` }
}

/** A whole number from the query, held within its bounds. */
export function numberParameter(url: URL, name: string, fallback: number, most: number): number {
  const value = Number(url.searchParams.get(name) ?? fallback)
  if (!Number.isInteger(value) || value < 0 || value > most) throw wrongBody()
  return value
}
