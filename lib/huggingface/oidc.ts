/**
 * The Hub's "trusted publishers": GitHub signs an id token which says what workflow is running, and the Hub exchanges it for
 * an access token, for one repository and one hour. So no secret has to be stored.
 */
import { isSuccess } from '../http/answer.ts'
import { readWhole } from '../http/body.ts'
import type { Http } from '../http/http.ts'
import { fields, parseJson } from '../http/json.ts'
import type { Asking } from '../http/request.ts'
import { DeniedError, RemoteError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'
import type { Side } from '../model/sides.ts'

/**
 * `requestUrl` and `requestToken` are `ACTIONS_ID_TOKEN_REQUEST_URL` and `…_TOKEN` of a job with `id-token: write`. The
 * origin of `requestUrl` has to be one of GitHub's in `http`. `resource` is the repository as people write it
 * (`datasets/acme/corpus`, `models/acme/m` or `acme/m`); `endpoint` is the Hub's address.
 */
interface OidcRequest {
  readonly requestUrl: string
  readonly requestToken: string
  readonly resource: string
  readonly endpoint: string
}

const answerMax = 1024 * 1024

/** An access token of the Hub. `keep` is given both tokens as they come. Throws a `DeniedError` where a side refuses. */
export async function readOidcToken(
  http: Http,
  { requestUrl, requestToken, resource, endpoint }: OidcRequest,
  keep: (secret: string) => void = () => {},
): Promise<string> {
  const url = new URL(requestUrl)
  url.searchParams.set('audience', new URL(endpoint).origin)
  const idToken = await readToken(
    http,
    { side: 'github', field: 'value', what: 'an id token of GitHub Actions', url: url.href },
    { headers: { authorization: `Bearer ${requestToken}`, accept: 'application/json' } },
  )
  keep(idToken)
  const token = await readToken(
    http,
    {
      side: 'huggingface',
      field: 'access_token',
      what: `a Hugging Face token for "${quote(resource)}"`,
      url: `${endpoint}/oauth/token`,
    },
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept': 'application/json' },
      body: JSON.stringify({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
        subject_token: idToken,
        // The Hub's own names have a prefix for every type but models.
        resource: resource.replace(/^models\/(?=[^/]+\/)/, ''),
      }),
    },
  )
  keep(token)
  return token
}

const hints: Record<Side, string> = {
  github: 'the job needs `permissions: id-token: write`',
  huggingface: "the repository's settings must name this repository, branch and workflow as a trusted publisher",
}

/** A request for a token, which is `field` of its answer. `what` completes `Cannot read …`. */
interface TokenRequest {
  readonly side: Side
  readonly field: string
  readonly what: string
  readonly url: string
}

/** The token of an answer. Of an answer without it, only the fields that name an error are shown in messages. */
async function readToken(http: Http, { side, field, what, url }: TokenRequest, asking: Asking): Promise<string> {
  const response = await http.fetch(side, { repeat: true })(url, asking)
  const answer = fields(parseJson((await readWhole(response, answerMax, what)).toString('utf8')))
  const value = answer[field]
  if (isSuccess(response) && typeof value === 'string' && value !== '') return value
  const { status } = response
  const said = [answer['error'], answer['error_description']].filter((text) => typeof text === 'string').join(': ')
  const failed = `it answered ${status}${said === '' ? '' : ` "${quote(said)}"`}`
  const message = `Cannot read ${what}: ${isSuccess(response) ? 'the answer holds none' : failed}`
  if (status >= 400 && status < 500 && status !== 408 && status !== 429)
    throw new DeniedError(`${message}; ${hints[side]}`)
  throw new RemoteError(`${message}; run again later`, status)
}
