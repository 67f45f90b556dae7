/** Whose a token is, and what it may write, as far as the Hub tells. */
import { fields, parseJson, parseList } from '../http/json.ts'
import type { Repository } from '../model/remote.ts'
import { ask, type Answer, type Api } from './api.ts'

/** `scopes`: what a fine-grained token may do; null for others. `organizations`: null where the Hub does not list them. */
export interface Owner {
  readonly name: string
  readonly role: string | null
  readonly endMs: number | null
  readonly scopes: readonly Scope[] | null
  readonly organizations: readonly Membership[] | null
}

/** What a fine-grained token may do with a user's repositories, an organization's, or one repository. */
interface Scope {
  readonly type: unknown
  readonly name: unknown
  readonly writes: boolean
}

interface Membership {
  readonly name: string
  readonly role: unknown
}

/** Asks what `readOwner` reads; `repeat`: again where the service fails. */
export function askOwner(api: Api, repeat = true): Promise<Answer> {
  return ask(api, { what: 'whose the token is', url: `${api.endpoint}/api/whoami-v2`, repeat })
}

/** Whose the token is, by the answer of `askOwner`; null where that does not tell. */
export function readOwner(answer: Answer | null): Owner | null {
  const { name, auth, orgs } = fields(answer && parseJson(answer.bytes.toString('utf8')))
  const { accessToken, expiresAt } = fields(auth)
  const { role, fineGrained } = fields(accessToken)
  if (typeof name !== 'string') return null
  const endMs = typeof expiresAt === 'string' ? Date.parse(expiresAt) : NaN
  return {
    name,
    role: typeof role === 'string' ? role : null,
    endMs: Number.isNaN(endMs) ? null : endMs,
    scopes: parseList(fields(fineGrained)['scoped'], parseScope),
    organizations: parseList(orgs, parseMembership),
  }
}

function parseScope(value: unknown): Scope {
  const { entity, permissions } = fields(value)
  const { type, name } = fields(entity)
  return { type, name, writes: Array.isArray(permissions) && permissions.includes('repo.write') }
}

function parseMembership(value: unknown): Membership | null {
  const { name, roleInOrg } = fields(value)
  return typeof name === 'string' ? { name, role: roleInOrg } : null
}

/** What scopes are about; of another kind, such as a resource group, nobody says what is in it. */
const knownScopes: ReadonlySet<string> = new Set(['user', 'org', 'dataset', 'model', 'space'])

const isAccount = ({ type }: Scope) => type === 'user' || type === 'org'
const isNamed = (name: unknown, wanted: string) =>
  typeof name === 'string' && name.toLowerCase() === wanted.toLowerCase()

/** Whether a fine-grained token names the repository, or its owner, as one that it may write; null where that is not told. */
export function mayWrite({ type, name }: Repository, scopes: readonly Scope[]): boolean | null {
  const isMeant = (scope: Scope) =>
    scope.type === type ? isNamed(scope.name, name) : isAccount(scope) && isNamed(scope.name, name.split('/')[0]!)
  if (scopes.some((scope) => scope.writes && isMeant(scope))) return true
  return scopes.every((scope) => knownScopes.has(String(scope.type))) ? false : null
}

/** Whether the token may make repositories of a user or an organization; null where that is not told. */
export function mayCreate({ name, role, scopes, organizations }: Owner, account: string): boolean | null {
  if (role === 'read') return false
  // Which permissions a fine-grained token has is not described anywhere, so that nothing counts against it.
  if (scopes) return scopes.some((scope) => scope.writes && isAccount(scope) && isNamed(scope.name, account)) || null
  if (role !== 'write') return null
  if (isNamed(name, account)) return true
  if (organizations === null) return null
  const found = organizations.find((each) => isNamed(each.name, account))
  return found !== undefined && found.role !== 'read'
}
