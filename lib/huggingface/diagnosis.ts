/** What the Hub tells before a first run: questions that are asked at once, and what follows from the answers. */
import { catchFailure, isSuccess, isUnclear } from '../http/answer.ts'
import { parseWindows } from '../http/rate-limit.ts'
import {
  blocked,
  fault,
  judgeFailure,
  judgeMissing,
  judgeToken,
  judgeUpload,
  ok,
  unknown,
  warning,
  type Diagnosis,
} from '../model/finding.ts'
import type { Finding } from '../model/finding.ts'
import { quote } from '../model/quote.ts'
import type { History } from '../model/remote.ts'
import type { NewVisibility, Visibility } from '../model/visibility.ts'
import { askAbout, parseVisibility } from './about.ts'
import { apiUrl } from './address.ts'
import { ask, type Answer, type Api } from './api.ts'
import { createFailure, isRepositoryMissing, parseRefusal } from './failure.ts'
import { readHistory } from './history.ts'
import { askOwner, mayWrite, readOwner, type Owner } from './owner.ts'

type Told = Answer | Error

const makeToken =
  'make a token of the type fine-grained for this repository alone, with "Write access to contents/settings of selected repos"'

const settingsOf = (api: Api) => `${api.endpoint}/settings/tokens`

const succeeded = (told: Told | null): Answer | null =>
  told !== null && !(told instanceof Error) && isSuccess(told) ? told : null

const isRefused = (told: Told | null) => told !== null && !(told instanceof Error) && told.status === 401

/** The repository's page; how a run makes the repository if it is missing, null where it does not, and whether it may. */
export interface Place {
  readonly webUrl: string
  readonly creates: NewVisibility | null
  readonly checkCreate: () => Promise<true | null>
}

/** The findings on the Hub's side. `checkUpload` asks the LFS store where an object would be uploaded. Throws for no request that fails. */
export async function diagnose(
  api: Api,
  checkUpload: () => Promise<void>,
  { webUrl, creates, checkCreate }: Place,
): Promise<Diagnosis> {
  const hasToken = api.token !== null
  const [user, about, upload] = await Promise.all([
    hasToken ? catchFailure(askOwner(api)) : null,
    catchFailure(askAbout(api)),
    hasToken ? catchFailure(checkUpload()) : null,
  ])
  const owner = readOwner(succeeded(user))
  const token = judgeOwner(api, owner, isRefused(user) && isRefused(about))
  const { limits, left } = judgeLimits([about, user])
  const end = (findings: readonly Finding[], visibility: Visibility): Diagnosis => ({
    findings: [token, ...findings],
    visibility,
    requestsLeft: left,
  })
  const rest = ['branch', 'write', 'lfs'] as const
  if (token.ends === 'denied' && hasToken)
    return end(blocked(['repository', ...rest, 'limits'], 'token', `${api.tokenName} is refused`), 'unknown')
  const answer = succeeded(about)
  const isMissing = !answer && !(about instanceof Error) && isRepositoryMissing(api, parseRefusal(about))
  if (creates !== null && isMissing) {
    const may = await catchFailure(checkCreate())
    const missing = judgeMissing(may, { visibility: creates, tokenName: api.tokenName, link: settingsOf(api) })
    return end([...missing, limits], creates)
  }
  const cause = 'the repository cannot be read'
  if (!answer && !(about instanceof Error || isUnclear(about)))
    return end([await judgeUnread(api, about), ...blocked(rest, 'repository', cause), limits], 'unknown')
  const visibility = answer ? parseVisibility(answer.bytes.toString('utf8')) : 'unknown'
  const [repository, branch] = await Promise.all([
    answer ? judgeRepository(api, visibility, webUrl) : judgeUnread(api, about),
    about instanceof Error ? null : judgeBranch(api),
  ])
  // A service that answers nothing is told once; what it has answered counts.
  const isDown = (told: { readonly ends: unknown } | undefined) => !answer && told?.ends === 'failed'
  const write = judgeWrite(api, owner, upload ?? null, webUrl)
  const findings = [
    repository,
    ...(branch === null || isDown(branch) ? blocked(['branch'], 'repository', cause) : [branch]),
    ...(write.some(isDown) ? blocked(['write', 'lfs'], 'repository', cause) : write),
    limits,
  ]
  return end(findings, visibility)
}

function judgeOwner(api: Api, owner: Owner | null, refused: boolean): Finding {
  const { tokenName, http } = api
  const link = settingsOf(api)
  if (api.token === null)
    return fault('token', 'denied', 'there is no HF_TOKEN, and a run that has something to write needs one', {
      fix: makeToken,
      link: `${link}/new`,
    })
  if (refused)
    return fault('token', 'denied', `${tokenName} is wrong or has expired: Hugging Face answers 401 to it`, {
      fix: makeToken,
      link,
    })
  if (owner === null) return unknown('token', `Hugging Face does not tell whose ${tokenName} is`)
  const role = owner.role === null ? '' : `, role ${quote(owner.role)}`
  return judgeToken(`${tokenName} is ${quote(owner.name)}'s${role}`, owner.endMs, http.now(), link)
}

/** Why the repository cannot be read; it may be one of another type. */
async function judgeUnread(api: Api, told: Told): Promise<Finding> {
  const error = told instanceof Error ? told : await createFailure(api, `read ${api.where}`, told, 'read')
  return judgeFailure('repository', error)
}

/** Of a gated repository everybody sees the names of files, and only who was let in reads them. */
async function judgeRepository(api: Api, visibility: Visibility, link: string): Promise<Finding> {
  const { type } = api.repository
  if (visibility === 'unknown')
    return unknown('repository', `the ${type} can be read, and the Hub does not tell by whom`)
  if (visibility !== 'gated') return ok('repository', `the ${type} can be read, and is ${visibility}`)
  const answer = await catchFailure(ask(api, { what: 'who was let in', url: apiUrl(api, 'auth-check') }))
  if (answer instanceof Error) return judgeFailure('repository', answer)
  if (isSuccess(answer)) return ok('repository', `the ${type} is gated, and ${api.tokenName}'s account has been let in`)
  if (answer.status !== 401 && answer.status !== 403)
    return unknown('repository', `the ${type} is gated, and the Hub does not tell who was let in`, { ends: 'failed' })
  return fault('repository', 'denied', `the ${type} is gated, and ${api.tokenName}'s account has not been let in`, {
    fix: 'accept its conditions with that account, and wait until somebody agrees where that is needed',
    link,
  })
}

async function judgeBranch(api: Api): Promise<Finding> {
  const name = `"${quote(api.branch)}"`
  const history = await catchFailure<History>(readHistory(api, null))
  if (history instanceof Error) return judgeFailure('branch', history)
  if (history.state === 'branch')
    return api.branch === 'main'
      ? ok('branch', `${name} is there, and is the default one`)
      : warning('branch', `${name} is there; the page of the repository shows "main"`, {
          fix: 'if that one is meant: --hf-branch main',
        })
  if (history.state === 'empty') return ok('branch', 'the repository has no commit yet, and a run begins it')
  const { defaultBranch } = history
  return fault('branch', 'refused', `there is no branch ${name}; the default one is "${defaultBranch}"`, {
    fix: `mirror that one: --hf-branch ${defaultBranch}, or make the branch`,
  })
}

function judgeWrite(api: Api, owner: Owner | null, upload: Error | null, webUrl: string): Finding[] {
  const { tokenName, repository } = api
  if (api.token === null) return blocked(['write', 'lfs'], 'token', 'there is no HF_TOKEN')
  const links = { fix: makeToken, token: settingsOf(api), store: `${webUrl}/settings` }
  const [write, ...rest] = judgeUpload(tokenName, upload, links) as [Finding, ...Finding[]]
  if (write.state === 'fault') return [write, ...rest]
  if (owner?.role === 'read')
    return [
      fault('write', 'denied', `${tokenName} may only read: its role is read`, { fix: makeToken, link: links.token }),
      ...rest,
    ]
  // The store's word comes first: which permissions a token has is not described anywhere.
  if (owner?.scopes && mayWrite(repository, owner.scopes) === false)
    return [
      warning('write', `${tokenName} is not told to have the permission to write to this repository`, {
        fix: makeToken,
        link: links.token,
      }),
      ...rest,
    ]
  return [write, ...rest]
}

/** Few enough to be told of. */
const fewRequests = 100

/** Each answer tells what is left of five minutes. */
function judgeLimits(told: readonly (Told | null)[]): { readonly limits: Finding; readonly left: number | null } {
  const headers = told.flatMap((one) => (one === null || one instanceof Error ? [] : [one.headers]))
  const [found] = headers.flatMap((each) => parseWindows(each, 0))
  if (!found) return { limits: unknown('limits', 'Hugging Face does not tell how many requests are left'), left: null }
  const say = `${found.left} requests are left within ${found.untilMs / 1_000} s`
  const limits = found.left < fewRequests ? warning('limits', say, { fix: 'wait five minutes' }) : ok('limits', say)
  return { limits, left: found.left }
}
