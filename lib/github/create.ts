/** Makes the repository, and finds out beforehand whether the token may. */
import { catchRemoteError, isSuccess, isUnclear } from '../http/answer.ts'
import { awaitMade } from '../http/await-made.ts'
import { fields } from '../http/json.ts'
import { saysRateLimit } from '../http/rate-limit.ts'
import { DeniedError, MissingTokenError, RefusedError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'
import type { MadeRepository, NewVisibility } from '../model/visibility.ts'
import { parseVisibility, type About } from './about.ts'
import { ask, once, parseAnswer, type Answer, type Api } from './api.ts'
import { createBlock, createFailure, formatFact, parseText } from './failure.ts'

const nameIt = ({ repository }: Api) => `the repository "${quote(repository.name)}" on GitHub`

const adminNeeds =
  'a fine-grained token needs Permissions > Administration > Read and write for all repositories of the owner, a classic ' +
  "one the scope repo; a workflow's own token never may"

/** Whose a token is; `login` null: an app's. `scopes`: those of a classic token, null for others. */
interface User {
  readonly login: string | null
  readonly scopes: readonly string[] | null
}

/** Throws a `DeniedError` without a token, and for one that GitHub refuses. */
async function readUser(api: Api, action: string): Promise<User> {
  if (api.token === null) throw new MissingTokenError(`Cannot ${action}: GITHUB_TOKEN is not set, and ${adminNeeds}`)
  const answer = await ask(api, 'GET /user', {})
  const isApp = answer.status === 403 && !saysRateLimit(answer.status, answer.headers, parseText(answer.data))
  if (!isSuccess(answer) && !isApp) throw createFailure(api, action, answer, 'write')
  const { login } = fields(answer.data)
  const scopes = answer.headers.get('x-oauth-scopes')
  return {
    login: typeof login === 'string' ? login : null,
    scopes: scopes ? scopes.split(',').map((scope) => scope.trim()) : null,
  }
}

/** Whether the repository is to be the token's own user's, and not an organization's. */
const isOwn = ({ ownerAndRepo }: Api, { login }: User) => login?.toLowerCase() === ownerAndRepo.owner.toLowerCase()

/** Nobody is the user of an app's token. */
function noOrganization({ ownerAndRepo: { owner }, tokenName }: Api, action: string, { login }: User): DeniedError {
  return new DeniedError(
    `Cannot ${action}: "${quote(owner)}" is neither the user of ${tokenName} nor an organization that it can see` +
      (login === null ? `; ${adminNeeds}` : ''),
  )
}

/**
 * Whether the token may make the repository: `null` where GitHub does not tell, which it does for a classic token and its own
 * user alone.
 * @throws {DeniedError} Where it may not.
 */
export async function checkCreate(api: Api, visibility: NewVisibility): Promise<true | null> {
  const action = `make ${nameIt(api)}`
  const user = await readUser(api, action)
  const wanted = visibility === 'private' ? ['repo'] : ['repo', 'public_repo']
  if (user.scopes && !wanted.some((scope) => user.scopes!.includes(scope)))
    throw new DeniedError(`Cannot ${action}: ${api.tokenName} lacks the scope ${wanted.join(' or ')}; ${adminNeeds}`)
  if (isOwn(api, user)) return user.scopes ? true : null
  const answer = await ask(api, 'GET /orgs/{org}', { org: api.ownerAndRepo.owner })
  if (answer.status === 404) throw noOrganization(api, action, user)
  return null
}

/**
 * Makes the repository without a file. Where somebody has made it meanwhile, or an earlier request whose answer was lost,
 * that is as good.
 * @throws {DeniedError} Where the token may not make it, or may not see it.
 */
export async function createRepository(api: Api, about: About, visibility: NewVisibility): Promise<MadeRepository> {
  const action = `make ${nameIt(api)}`
  const { owner, repo } = api.ownerAndRepo
  const user = await readUser(api, action)
  const own = isOwn(api, user)
  const request = { name: repo, private: visibility === 'private', auto_init: false }
  const answer = await catchRemoteError(
    own
      ? ask(api, 'POST /user/repos', request, once)
      : ask(api, 'POST /orgs/{org}/repos', { org: owner, ...request }, once),
    null,
  )
  const isTaken = answer?.status === 422 && /already exists/i.test(parseText(answer.data))
  if (answer && !isSuccess(answer) && !isUnclear(answer) && !isTaken)
    throw createCreationFailure(api, action, answer, { user, visibility })
  const taken = isTaken ? formatFact(action, 422, parseText(answer.data)) : null
  const { tokenName, http } = api
  const { seen, isOurs } = await awaitMade({ action, tokenName, answer, taken, look: about, sleep: http.sleep })
  const name = parseAnswer(api, 'what was made', seen, readName)
  if (name.toLowerCase() !== api.repository.name.toLowerCase())
    throw new RefusedError(`Cannot ${action}: GitHub calls it "${quote(name)}"; name that one`)
  return { visibility: parseVisibility(seen.data), isOurs }
}

/** The full name of a repository; null where an answer tells none. */
function readName(data: unknown): string | null {
  const { full_name: name } = fields(data)
  return typeof name === 'string' ? name : null
}

function createCreationFailure(
  api: Api,
  action: string,
  answer: Answer,
  { user, visibility }: { readonly user: User; readonly visibility: NewVisibility },
): Error {
  const own = isOwn(api, user)
  const { status, headers, data } = answer
  const text = parseText(data)
  const fact = formatFact(action, status, text)
  const isLimit = saysRateLimit(status, headers, text)
  if (status === 404 && !own) return noOrganization(api, action, user)
  if (isLimit || (status !== 403 && status !== 404)) return createFailure(api, action, answer, 'write')
  const organization = own
    ? ''
    : `, and the organization has to let ${api.tokenName}'s user make ${visibility} repositories (its settings > Member privileges)`
  return (
    createBlock(api, fact, status, text) ??
    new DeniedError(`${fact}; ${api.tokenName} may not make it: ${adminNeeds}${organization}`)
  )
}
