/** Requests to GitHub through Octokit, and what became of them. */
import { Octokit } from '@octokit/rest'
import { lookUntil } from '../async/retry.ts'
import type { Http, Policy } from '../http/http.ts'
import { fields, parseJson } from '../http/json.ts'
import { RemoteError } from '../model/errors.ts'
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
  readonly graphqlUrl: string
  /** Where git itself would push to, and the `Authorization` that it would send: `null` without a token. */
  readonly gitUrl: string
  readonly gitAuthorization: string | null
  /** For reads, and for writes of what is named by its content: sending them twice does no harm. */
  readonly repeating: Octokit
  /** For large queries: what fails twice is not tried again as it is, since a smaller one may be answered. */
  readonly querying: Octokit
  /** For everything that a branch shows. */
  readonly once: Octokit
  readonly memory: Memory
}

/** An answer of any status. `data` is parsed JSON, a text that is none, or the stream that was asked for. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly data: unknown
}

/** What GitHub takes for granted without a version is another one some day. */
const restVersion = '2026-03-10'

/** Octokit would write to the console. */
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** Looks at what was just written and is not seen everywhere yet: three in all. */
const looks = [1, 2]

/** A client whose requests go through the door to the network, repeated as the policy says. */
export function createOctokit(
  http: Http,
  { token, apiUrl, policy }: { readonly token: string | null; readonly apiUrl: string; readonly policy: Policy },
): Octokit {
  const octokit = new Octokit({
    ...(token !== null && { auth: token }),
    baseUrl: apiUrl,
    userAgent: 'hubmirror',
    log: silent,
    request: { fetch: http.fetch('github', policy), log: silent, parseSuccessResponseBody: false },
  })
  // An Enterprise Server knows no versions but those of its release.
  const { hostname } = new URL(apiUrl)
  if (hostname === 'api.github.com' || hostname.endsWith('.ghe.com'))
    octokit.hook.before(
      'request',
      ({ headers }) => void Object.assign(headers, { 'x-github-api-version': restVersion }),
    )
  return octokit
}

interface Sent {
  readonly status: number
  readonly headers: object
  readonly data: unknown
}

/**
 * Octokit leaves the parsing to us: its own goes through every number and every string of an answer in search of
 * integers that are too large for JavaScript, which takes longer than all else that is done with a large listing. What
 * broke off is no JSON, and fails where its shape is looked at.
 */
export async function ask(send: () => Promise<Sent>, read: ReadBody = readJson): Promise<Answer> {
  const { data, ...answer } = await askStream(send)
  return { ...answer, data: data instanceof ReadableStream ? await read(data) : data }
}

type ReadBody = (body: ReadableStream<Uint8Array>) => Promise<unknown>

async function readJson(body: ReadableStream): Promise<unknown> {
  const text = await new Response(body).text().catch(() => '')
  const value = parseJson(text)
  return value === undefined ? text : value
}

/**
 * The body of a good answer as a stream. Throws what `http` throws when there is no answer: Octokit would call that a
 * status 500.
 */
export async function askStream(send: () => Promise<Sent>): Promise<Answer> {
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
  return {
    status,
    data,
    headers: new Headers(Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)])),
  }
}

/**
 * Asks again while an answer has one of these statuses: for what must be there, and may not have reached every server
 * yet.
 */
export function askUntil(
  api: Api,
  statuses: readonly number[],
  send: () => Promise<Sent>,
  read?: ReadBody,
): Promise<Answer> {
  return lookUntil(
    () => ask(send, read),
    ({ status }) => !statuses.includes(status),
    { waitsMs: looks.map((look) => api.http.backoff(look)), sleep: api.http.sleep },
  )
}

/**
 * Throws a `RemoteError` when the answer has not the shape that `parse` wants (it then gives `null`). `what` completes
 * `Cannot read …`.
 */
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
