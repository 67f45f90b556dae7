/** Requests to GitHub, by Octokit or by git's own protocol, and their answers. */
import type { Octokit } from '@octokit/rest'
import { lookUntil } from '../async/retry.ts'
import { readText, type Answered, type Bytes } from '../http/body.ts'
import { HeaderMap, type HeaderLines } from '../http/headers.ts'
import type { Http, Policy } from '../http/http.ts'
import { fields, parseJson } from '../http/json.ts'
import { encodePath } from '../http/request.ts'
import { MissingTokenError, RemoteError } from '../model/errors.ts'
import type { Repository } from '../model/remote.ts'
import type { Memory } from './memory.ts'

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
  /** The address that git pushes to, and the `Authorization` for it; `null` without a token. */
  readonly gitUrl: string
  readonly gitAuthorization: string | null
  /**
   * For reads, and for writes of objects named by their content: to send these twice does no harm. This client and the next
   * two can be used when `loadOctokit` is through; `ask` waits for it.
   */
  readonly repeating: Octokit
  /** For large queries: one that fails is sent twice at most, since a smaller one may succeed. */
  readonly querying: Octokit
  /** For writes that change a branch, which are sent once. */
  readonly once: Octokit
  readonly memory: Memory
}

/** An answer of any status. `data` is parsed JSON, a text that is none, or the body that was asked for. */
export interface Answer {
  readonly status: number
  readonly headers: HeaderLines
  readonly data: unknown
}

/** The version of the API that requests name. Without it GitHub takes a default, which changes. */
const restVersion = '2026-03-10'

/** Replaces Octokit's log, which writes to the console. */
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** The attempts after which `askUntil` asks again. */
const repeatedAttempts = [1, 2]

let library: typeof import('@octokit/rest') | null = null

/** Loads Octokit, which a run with nothing to do does not need. */
export async function loadOctokit(): Promise<void> {
  library ??= await import('@octokit/rest')
}

type Clients = Pick<Api, 'repeating' | 'querying' | 'once'>

/** The clients, each of which is made when it is first used. */
export function createClients(http: Http, place: { readonly token: string | null; readonly apiUrl: string }): Clients {
  const made: Partial<Record<keyof Clients, Octokit>> = {}
  const get = (name: keyof Clients, policy: Policy) => (made[name] ??= createOctokit(http, { ...place, policy }))
  return {
    get repeating() {
      return get('repeating', { repeat: true })
    },
    get querying() {
      return get('querying', { repeat: true, failuresMax: 2 })
    },
    get once() {
      return get('once', { repeat: false })
    },
  }
}

/** A client whose requests go through `http`, and are repeated as the policy says. */
function createOctokit(
  http: Http,
  { token, apiUrl, policy }: { readonly token: string | null; readonly apiUrl: string; readonly policy: Policy },
): Octokit {
  const octokit = new library!.Octokit({
    ...(token !== null && { auth: token }),
    baseUrl: apiUrl,
    userAgent: 'hubmirror',
    log: silent,
    request: { fetch: http.fetch('github', policy), log: silent, parseSuccessResponseBody: false },
  })
  octokit.hook.before('request', ({ headers }) => void Object.assign(headers, nameVersion(apiUrl)))
  return octokit
}

/** An Enterprise Server may not know this version. */
function nameVersion(apiUrl: string): Record<string, string> {
  const { hostname } = new URL(apiUrl)
  const knows = hostname === 'api.github.com' || hostname.endsWith('.ghe.com')
  return knows ? { 'x-github-api-version': restVersion } : {}
}

/** Reads as Octokit would, without it: what a run with nothing to do asks. `path`: below the repository. */
export async function askPlainly(
  { http, token, apiUrl, ownerAndRepo: { owner, repo } }: Api,
  path: string,
  query: Readonly<Record<string, string | number>>,
): Promise<Answer> {
  const [name, asked] = [
    `${owner}/${repo}`,
    Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]),
  ]
  const url = `${apiUrl}/repos/${encodePath(name)}/${path}?${new URLSearchParams(asked)}`
  const { status, headers, body } = await http.fetch('github', { repeat: true })(url, {
    headers: {
      accept: 'application/vnd.github+json',
      ...nameVersion(apiUrl),
      ...(token !== null && { authorization: `token ${token}` }),
    },
  })
  return { status, headers, data: body === null ? '' : await readJson(body) }
}

/** An answer as Octokit gives it. */
interface Sent {
  readonly status: number
  readonly headers: object
  readonly data: unknown
}

/**
 * The answer to a request, of any status. The body is parsed here: Octokit's own parsing looks for large integers in every
 * string of an answer, which takes longer than all else that is done with a large listing. A body that broke off is left as
 * a text, which has not the shape that `parseAnswer` wants.
 */
export async function ask(send: () => Promise<Sent>, read: ReadBody = readJson): Promise<Answer> {
  const { data, ...answer } = await askStream(send)
  const isBody = typeof data === 'object' && data !== null && Symbol.asyncIterator in data
  return { ...answer, data: isBody ? await read(data as Bytes) : data }
}

type ReadBody = (body: Bytes) => Promise<unknown>

async function readJson(body: Bytes): Promise<unknown> {
  const text = await readText(body).catch(() => '')
  const value = parseJson(text)
  return value === undefined ? text : value
}

/**
 * The answer to a request, whose body is still to be read if it is a success. Where there is no answer, the error of `http` is
 * thrown, which Octokit turns into a status 500.
 */
export async function askStream(send: () => Promise<Sent>): Promise<Answer> {
  await loadOctokit()
  try {
    return parseSent(await send())
  } catch (error) {
    const { response, cause } = fields(error)
    const sent = fields(response)
    if (typeof sent['status'] === 'number') return parseSent(sent as unknown as Sent)
    throw cause instanceof Error ? cause : error
  }
}

function parseSent({ status, headers, data }: Sent): Answer {
  return { status, data, headers: new HeaderMap(headers as Record<string, string>) }
}

/** Asks up to three times while the answer has one of these statuses: for what was just written, and may not be everywhere. */
export function askUntil(
  api: Api,
  statuses: readonly number[],
  send: () => Promise<Sent>,
  read?: ReadBody,
): Promise<Answer> {
  return lookFor(api, statuses, () => ask(send, read))
}

/** As `askUntil`, with answers. */
export function lookFor(api: Api, statuses: readonly number[], look: () => Promise<Answer>): Promise<Answer> {
  return lookUntil(look, ({ status }) => !statuses.includes(status), {
    waitsMs: repeatedAttempts.map((attempt) => api.http.backoff(attempt)),
    sleep: api.http.sleep,
  })
}

/** Posts to git's own protocol (gitprotocol-http(5)). The request may be sent twice, and fails at the second failure. */
export function askGit(
  { http, gitUrl, gitAuthorization }: Api,
  service: 'git-upload-pack' | 'git-receive-pack',
  body: Buffer<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Answered> {
  return http.fetch('github', { repeat: true, failuresMax: 2 })(`${gitUrl}/${service}`, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers: {
      'content-type': `application/x-${service}-request`,
      'accept': `application/x-${service}-result`,
      ...headers,
      ...(gitAuthorization !== null && { authorization: gitAuthorization }),
    },
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
