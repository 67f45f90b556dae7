/** Requests to the Hub's API, and their answers. */
import { retry } from '../async/retry.ts'
import { isSuccess } from '../http/answer.ts'
import { CutError, readWhole } from '../http/body.ts'
import type { HeaderLines } from '../http/headers.ts'
import type { Http } from '../http/http.ts'
import { parseJson } from '../http/json.ts'
import { hideSecrets } from '../http/redact.ts'
import { RemoteError } from '../model/errors.ts'
import type { HubRepository } from './address.ts'
import type { EntryCache } from './entry-cache.ts'

/** What every request needs. `where` names the branch in messages. */
export interface Api extends HubRepository {
  readonly http: Http
  readonly branch: string
  readonly token: string | null
  /** What messages call the token. */
  readonly tokenName: string
  readonly where: string
  /** What this run has read of the repository. */
  readonly cache: EntryCache
}

/**
 * A request. `what` completes `Cannot read …`. `repeat` false: it must not be sent twice. It is a POST where there is a body,
 * `post`, and else a GET, unless `method` says otherwise.
 */
interface HubRequest {
  readonly what: string
  readonly url: string
  readonly repeat?: boolean
  readonly headers?: Record<string, string>
  readonly method?: 'DELETE'
  readonly post?: string | Uint8Array<ArrayBuffer>
  readonly byteLengthMax?: number
}

/** An answer of any status, with its whole body. */
export interface Answer {
  readonly status: number
  readonly headers: HeaderLines
  readonly bytes: Buffer
}

const byteLengthMaxDefault = 64 * 1024 * 1024
const readsMax = 3

/** The answer to a request, of any status. Where its body breaks off, it is asked for again if `repeat` allows that. */
export function ask(api: Api, request: HubRequest): Promise<Answer> {
  const { what, url, repeat = true, method = 'GET', post, byteLengthMax = byteLengthMaxDefault } = request
  const headers = { ...request.headers, ...(api.token !== null && { authorization: `Bearer ${api.token}` }) }
  const init = post === undefined ? { method, headers } : { method: 'POST', headers, body: post }
  const work = async () => {
    const response = await api.http.fetch('huggingface', { repeat })(url, init)
    // A limit that was given is for what was asked for, not for the text of a refusal.
    const bytes = await readWhole(
      response,
      isSuccess(response) ? byteLengthMax : byteLengthMaxDefault,
      `${what} of ${api.where}`,
    )
    // A refusal may repeat what it was sent, and becomes part of an error.
    const told = isSuccess(response) ? bytes : Buffer.from(api.http.redact(bytes.toString('utf8'), hideSecrets))
    return { status: response.status, headers: response.headers, bytes: told }
  }
  const waitAfter = (error: Error) => (repeat && error instanceof CutError ? 0 : null)
  return retry(work, { attemptsMax: readsMax, sleep: api.http.sleep, waitAfter })
}

/** Posts JSON, and returns the answer as `ask` does. */
export function askJson(api: Api, request: Omit<HubRequest, 'post'> & { readonly json: unknown }): Promise<Answer> {
  return ask(api, {
    ...request,
    post: JSON.stringify(request.json),
    headers: { 'content-type': 'application/json', ...request.headers },
  })
}

/** What `parse` makes of the answer's JSON. Throws a `RemoteError` where it returns `null`. `what` completes `Cannot read …`. */
export function parseAnswer<T>(api: Api, what: string, { bytes }: Answer, parse: (value: unknown) => T | null): T {
  const value = parse(parseJson(bytes.toString('utf8')))
  if (value === null)
    throw new RemoteError(`Cannot read ${what} of ${api.where}: the answer is not what the Hub's API promises`)
  return value
}
