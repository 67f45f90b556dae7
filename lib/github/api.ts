/** Requests to GitHub, by its REST API or by git's own protocol, and their answers. */
import { lookUntil } from '../async/retry.ts'
import type { GitServer } from '../git-wire/server.ts'
import { isSuccess } from '../http/answer.ts'
import { readText, type Bytes } from '../http/body.ts'
import type { HeaderLines } from '../http/headers.ts'
import type { Http, Policy } from '../http/http.ts'
import { parseJson } from '../http/json.ts'
import { hideSecrets } from '../http/redact.ts'
import { MissingTokenError, RemoteError } from '../model/errors.ts'
import type { Repository } from '../model/remote.ts'
import type { Memory } from './memory.ts'
import type { ParametersOf, Route } from './routes.ts'

/** What every request needs. `where` names the branch in messages. */
export interface Api {
  readonly http: Http
  readonly repository: Repository
  readonly ownerAndRepo: { readonly owner: string; readonly repo: string }
  readonly branch: string
  readonly token: string | null
  /** What messages call the token. */
  readonly tokenName: string
  readonly where: string
  readonly apiUrl: string
  readonly graphqlUrl: string
  readonly git: GitServer
  readonly memory: Memory
}

/** An answer of any status. `data` is parsed JSON, a text that is none, or what `Sending.read` makes of the body; null without one. */
export interface Answer {
  readonly status: number
  readonly headers: HeaderLines
  readonly data: unknown
}

/** How a request is sent. `read`: what is made of the body of a success, in the place of JSON. */
export interface Sending extends Policy {
  readonly headers?: Readonly<Record<string, string>>
  readonly read?: (body: Bytes) => Promise<unknown>
}

/** For reads, and for writes of objects named by their content: to send these twice does no harm. */
export const repeating: Sending = { repeat: true }
/** For large bodies, of which nothing is read yet. */
export const streaming: Sending = { ...repeating, read: async (body) => body }
/** For large queries: one that fails is sent twice at most, since a smaller one may succeed. */
export const querying: Sending = { repeat: true, failuresMax: 2 }
/** For writes that change a branch, which are sent once. */
export const once: Sending = { repeat: false }

/** The version of the API that requests name. Without it GitHub takes a default, which changes. */
const restVersion = '2026-03-10'

/** The attempts after which `askUntil` asks again. */
const repeatedAttempts = [1, 2]

/** The parts of a request. `address` begins with a slash. */
interface Formed {
  readonly method: string
  readonly address: string
  readonly body: string | null
}

/** The request for a route. What its template does not name goes into the query, or as JSON into the body. */
export function formRequest(
  route: Route,
  parameters: Readonly<Record<string, unknown>>,
  repository: Api['ownerAndRepo'],
): Formed {
  const [method, template] = route.split(' ') as [string, string]
  const known: Readonly<Record<string, unknown>> = { ...repository, ...parameters }
  const address = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeStrictly(String(known[name])))
  const rest = Object.entries(parameters).filter(
    ([name, value]) => value !== undefined && !template.includes(`{${name}}`),
  )
  if (method !== 'GET') return { method, address, body: JSON.stringify(Object.fromEntries(rest)) }
  const query = rest.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')
  return { method, address: query === '' ? address : `${address}?${query}`, body: null }
}

/** As a template's value (RFC 6570, section 3.2.2): a slash is encoded too. */
function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** The answer to a request by a route of the REST API. The repository's parameters are known. */
export function ask<R extends Route>(
  api: Api,
  route: R,
  parameters: ParametersOf<R>,
  sending: Sending = repeating,
): Promise<Answer> {
  const { address, ...formed } = formRequest(route, parameters, api.ownerAndRepo)
  return send(api, { ...formed, url: api.apiUrl + address }, sending)
}

/**
 * The answer to a request, of any status. A body that broke off is left as a text, which has not the shape that
 * `parseAnswer` wants.
 */
export async function send(
  { http, token, apiUrl }: Api,
  { url, method, body: sent }: { readonly url: string; readonly method: string; readonly body: string | null },
  { headers: added, read, ...policy }: Sending,
): Promise<Answer> {
  const answer = await http.fetch('github', policy)(url, {
    method,
    body: sent,
    headers: {
      accept: 'application/vnd.github+json',
      ...(sent !== null && { 'content-type': 'application/json; charset=utf-8' }),
      ...nameVersion(apiUrl),
      // What has the form of a JSON web token GitHub takes by the other name alone.
      ...(token !== null && { authorization: `${token.split('.').length === 3 ? 'bearer' : 'token'} ${token}` }),
      ...added,
    },
  })
  const { status, headers, body } = answer
  // A refusal may repeat what it was sent, and becomes part of an error.
  const hide = isSuccess(answer) ? (text: string) => text : (text: string) => http.redact(text, hideSecrets)
  return { status, headers, data: body && (isSuccess(answer) && read ? await read(body) : await readJson(body, hide)) }
}

/** An Enterprise Server may not know this version. */
function nameVersion(apiUrl: string): Record<string, string> {
  const { hostname } = new URL(apiUrl)
  const knows = hostname === 'api.github.com' || hostname.endsWith('.ghe.com')
  return knows ? { 'x-github-api-version': restVersion } : {}
}

async function readJson(body: Bytes, hide: (text: string) => string): Promise<unknown> {
  const text = hide(await readText(body).catch(() => ''))
  const value = parseJson(text)
  return value === undefined ? text : value
}

/** Asks up to three times while the answer has one of these statuses: for what was just written, and may not be everywhere. */
export function askUntil(api: Api, statuses: readonly number[], look: () => Promise<Answer>): Promise<Answer> {
  return lookUntil(look, ({ status }) => !statuses.includes(status), {
    waitsMs: repeatedAttempts.map((attempt) => api.http.backoff(attempt)),
    sleep: api.http.sleep,
  })
}

/** Throws where there is no token. `action` completes `Cannot …`. */
export function requireToken({ token }: Api, action: string): void {
  if (token !== null) return
  throw new MissingTokenError(
    `Cannot ${action}: GITHUB_TOKEN is not set; set one that may write contents (in a workflow: \`permissions: contents: write\`)`,
  )
}

/** What `parse` makes of the answer. Throws a `RemoteError` where it returns `null`. `what` completes `Cannot read …`. */
export function parseAnswer<T>(
  api: Api,
  what: string,
  { data, status }: Answer,
  parse: (data: unknown) => T | null,
): T {
  const value = parse(data)
  if (value === null)
    throw new RemoteError(
      `Cannot read ${what} of ${api.where}: the answer is not what GitHub's API promises; run again`,
      status,
    )
  return value
}
