/** Makes the repository, and finds out beforehand whether the token may. */
import { lookUntil } from '../async/retry.ts'
import { catchRemoteError, isSuccess, isUnclear } from '../http/answer.ts'
import { awaitMade } from '../http/await-made.ts'
import { DeniedError, MissingTokenError, RefusedError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'
import { formatRepository } from '../model/repository.ts'
import type { MadeRepository, NewVisibility } from '../model/visibility.ts'
import { askAbout, parseVisibility } from './about.ts'
import { askJson, type Answer, type Api } from './api.ts'
import { createFailure, formatFact, parseRefusal } from './failure.ts'
import { askOwner, mayCreate, readOwner } from './owner.ts'

const nameIt = ({ repository }: Api) =>
  `the ${repository.type} "${quote(formatRepository(repository))}" on Hugging Face`

const ownerOf = ({ repository }: Api) => repository.name.split('/')[0]!

const needs = (api: Api) =>
  `the token needs the role write, or as a fine-grained one write access to all repositories of "${quote(ownerOf(api))}", and its ` +
  'account has to be that one, or a member of it who may write'

/** Throws where there is no token, or where nobody said what a Space is to run. */
function requireAll(api: Api, action: string, sdk: string | null): void {
  if (api.repository.type === 'space' && sdk === null)
    throw new RefusedError(`Cannot ${action}: say what it runs, with --sdk static, gradio or docker`)
  if (api.token === null) throw new MissingTokenError(`Cannot ${action}: HF_TOKEN is not set; ${needs(api)}`)
}

/**
 * Whether the token may make the repository: `null` where the Hub does not tell.
 * @throws {DeniedError} Where it may not.
 */
export async function checkCreate(api: Api, sdk: string | null): Promise<true | null> {
  const action = `make ${nameIt(api)}`
  requireAll(api, action, sdk)
  const answer = await askOwner(api)
  if (answer.status === 401) throw await createFailure(api, action, answer, 'write')
  const owner = readOwner(isSuccess(answer) ? answer : null)
  const may = owner && mayCreate(owner, ownerOf(api))
  if (may !== false) return may
  throw new DeniedError(`Cannot ${action}: ${api.tokenName} (of ${quote(owner!.name)}) may not; ${needs(api)}`)
}

/** Something else is being done to a repository of that name. */
const isBusy = (answer: Answer) => answer.status === 409 && /in progress/i.test(parseRefusal(answer).text)

/** How long the Hub is asked again while that is so. */
const busyWaitsMs: readonly number[] = [1_000, 2_000, 4_000]

/**
 * Makes the repository. Where somebody has made it meanwhile, or an earlier request whose answer was lost, that is as good.
 * `sdk`: what a Space runs.
 * @throws {DeniedError} Where the token may not make it, or may not see it.
 */
export async function createRepository(
  api: Api,
  visibility: NewVisibility,
  sdk: string | null,
): Promise<MadeRepository> {
  const action = `make ${nameIt(api)}`
  requireAll(api, action, sdk)
  const { type, name } = api.repository
  const [organization, own] = name.split('/') as [string, string]
  const json = { type, name: own, organization, visibility, ...(type === 'space' && { sdk }) }
  const request = { what: 'the new repository', url: `${api.endpoint}/api/repos/create`, repeat: false, json }
  const answer = await lookUntil(
    () => catchRemoteError(askJson(api, request), null),
    (came) => came === null || !isBusy(came),
    { waitsMs: busyWaitsMs, sleep: api.http.sleep },
  )
  const isTaken = answer?.status === 409 && !isBusy(answer)
  if (answer && !isSuccess(answer) && !isUnclear(answer) && !isTaken)
    throw await createCreationFailure(api, action, answer)
  const taken = isTaken ? formatFact(action, parseRefusal(answer)) : null
  const { tokenName, http } = api
  const look = () => askAbout(api)
  const { seen, isOurs } = await awaitMade({ action, tokenName, answer, taken, look, sleep: http.sleep })
  return { visibility: parseVisibility(seen.bytes.toString('utf8')), isOurs }
}

async function createCreationFailure(api: Api, action: string, answer: Answer): Promise<Error> {
  const refusal = parseRefusal(answer)
  const fact = formatFact(action, refusal)
  if (refusal.status === 402) return new RefusedError(fact)
  if (refusal.status === 403) return new DeniedError(`${fact}; ${api.tokenName} may not make it: ${needs(api)}`)
  return createFailure(api, action, answer, 'write')
}
