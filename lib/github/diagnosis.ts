/** What GitHub tells before a first run: what follows from the answers to questions that are asked at once. */
import { catchFailure } from '../http/answer.ts'
import { HeaderMap } from '../http/headers.ts'
import { fields } from '../http/json.ts'
import { saysRateLimit } from '../http/rate-limit.ts'
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
import type { Finding, Topic } from '../model/finding.ts'
import { groupDigits } from '../model/group-digits.ts'
import { quote } from '../model/quote.ts'
import type { Awaitable } from '../model/remote.ts'
import { parseVisibility, type About } from './about.ts'
import type { Answer, Api } from './api.ts'
import { judgeBranch, judgeRules } from './branch-diagnosis.ts'
import { createFailure, parseText } from './failure.ts'
import { askAll, statusOf, succeeded, type Place, type Questions, type Told } from './questions.ts'

/** Whether the answer is about a repository that is called otherwise by now. */
const hasMoved = ({ repository }: Api, name: unknown): name is string =>
  typeof name === 'string' && name.toLowerCase() !== repository.name.toLowerCase()

const makeToken =
  'make a token for this repository alone, with Permissions > Contents > Read and write; in a workflow, `permissions: contents: write`'

/** What is not known where the token is refused. */
const all: readonly Topic[] = ['repository', 'branch', 'rules', 'write', 'lfs', 'actions', 'limits']

/** The findings on the GitHub side. Throws for no request that fails. */
export async function diagnose(
  api: Api,
  readAbout: About,
  checkUpload: () => Promise<void>,
  place: Place,
): Promise<Diagnosis> {
  const told = await askAll(api, readAbout, checkUpload)
  const token = judgeOwner(api, told, place)
  const { limits, left } =
    api.token === null
      ? { limits: blocked(['limits'], 'token', 'there is no GITHUB_TOKEN')[0]!, left: null }
      : judgeLimits(told.limits)
  const diagnosis = (findings: readonly Finding[], visibility: Diagnosis['visibility']): Diagnosis => ({
    findings: [token, ...findings],
    visibility,
    requestsLeft: left,
  })
  if (token.ends === 'denied' && api.token !== null)
    return diagnosis(blocked(all, 'token', `${api.tokenName} is refused`), 'unknown')
  if (place.creates !== null && statusOf(told.repository) === 404) {
    const { checkCreate } = await import('./create.ts')
    const may = (await catchFailure(checkCreate(api, place.creates))) ?? null
    const link = `${place.serverUrl}/settings/personal-access-tokens`
    const missing = judgeMissing(may, { visibility: place.creates, tokenName: api.tokenName, link })
    return diagnosis([...missing, limits], place.creates)
  }
  const repository = succeeded(told.repository)
  const about = fields(repository?.data)
  // What was told all the same counts where the repository was not told.
  const unless = async (isTold: boolean, topics: readonly Topic[], judge: () => Awaitable<readonly Finding[]>) =>
    repository !== null || isTold ? judge() : blocked(topics, 'repository', 'the repository cannot be read')
  const findings = [
    repository ? judgeRepository(api, about, place) : judgeUnread(api, told.repository, place),
    ...(await unless(isSucceeded(told.branch), ['branch'], async () => [
      await judgeBranch(api, told.branch, about['default_branch']),
    ])),
    ...(await unless(isSucceeded(told.rules), ['rules'], () => judgeRules(api, told, place))),
    ...(await unless(api.token !== null && told.upload === null, ['write', 'lfs'], () =>
      judgeWrite(api, told, about, place),
    )),
    ...(await unless(isSucceeded(told.actions), ['actions'], () => [judgeActions(api, told.actions, place)])),
    limits,
  ]
  return diagnosis(findings, repository ? parseVisibility(about) : 'unknown')
}

const isSucceeded = (told: Told) => succeeded(told) !== null

/**
 * When a token ends, which each answer to it says: `2027-09-06 12:00:00 UTC`, or with an offset. GitHub has been seen to
 * tell the present moment for tokens without an end.
 */
function parseEnd(told: Told, nowMs: number): number | null {
  const text =
    told === null || told instanceof Error ? null : told.headers.get('github-authentication-token-expiration')
  const [, day, time, zone] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (UTC|[+-]\d{4})$/.exec(text ?? '') ?? []
  if (day === undefined) return null
  const endMs = Date.parse(`${day}T${time}${zone === 'UTC' ? 'Z' : zone}`)
  return Math.abs(endMs - nowMs) < 60_000 ? null : endMs
}

type Fields = Readonly<Record<string, unknown>>

/** Whether the token may not ask this; an answer that speaks of a limit says nothing of the token. */
function isForbidden(told: Told): boolean {
  if (told === null || told instanceof Error) return false
  const { status, headers, data } = told
  return status === 403 && !saysRateLimit(status, headers, parseText(data))
}

function judgeOwner(api: Api, { user, repository }: Questions, { serverUrl }: Place): Finding {
  const link = `${serverUrl}/settings/personal-access-tokens`
  const { token, tokenName, http } = api
  if (token === null)
    return fault('token', 'denied', 'there is no GITHUB_TOKEN, and a run that has something to write needs one', {
      fix: makeToken,
      link: `${link}/new`,
    })
  if (statusOf(user) === 401 && statusOf(repository) === 401)
    return fault('token', 'denied', `${tokenName} is wrong or has expired: GitHub answers 401 to it`, {
      fix: makeToken,
      link,
    })
  const endMs = parseEnd(repository, http.now()) ?? parseEnd(user, http.now())
  const { login } = fields(succeeded(user)?.data)
  if (typeof login === 'string') return judgeToken(`${tokenName} is ${quote(login)}'s`, endMs, http.now(), link)
  // To be no user's is what a workflow's own token is refused here for.
  if (isForbidden(user)) return judgeToken(`${tokenName} is an app's, as a workflow has it`, endMs, http.now(), link)
  return unknown('token', `GitHub does not tell whose ${tokenName} is`)
}

/** Why the repository cannot be read. */
function judgeUnread(api: Api, told: Told, { serverUrl }: Place): Finding {
  const error = told instanceof Error ? told : createFailure(api, `read ${api.where}`, told ?? neverAsked, 'read')
  return judgeFailure('repository', error, { link: `${serverUrl}/settings/personal-access-tokens` })
}

const neverAsked: Answer = { status: 0, headers: new HeaderMap(), data: null }

function judgeRepository(api: Api, about: Fields, { webUrl }: Place): Finding {
  const { archived, disabled, full_name: name } = about
  const link = `${webUrl}/settings`
  if (archived === true)
    return fault('repository', 'refused', 'it is archived, so that nobody can write to it', {
      fix: 'unarchive it at the end of its settings',
      link,
    })
  if (disabled === true)
    return fault('repository', 'refused', 'GitHub has disabled it, so that nobody can write to it', {
      fix: 'ask the support of GitHub',
      link: null,
    })
  if (hasMoved(api, name))
    return warning('repository', `it is called ${quote(name)} by now`, { fix: `use --github ${quote(name)}` })
  const visibility = parseVisibility(about)
  return visibility === 'unknown'
    ? unknown('repository', 'it can be read, and GitHub does not tell by whom')
    : ok('repository', `can be read, and is ${visibility}`)
}

function judgeWrite(api: Api, { upload }: Questions, about: Fields, { webUrl, serverUrl, ...place }: Place): Finding[] {
  const usesStore = place.usesStore()
  const { archived, permissions, full_name: name } = about
  const { pull, push } = fields(permissions)
  const isUnpaid = /quota|budget|billing/i.test(upload?.message ?? '')
  const store = isUnpaid ? `${serverUrl}/settings/billing` : `${webUrl}/settings`
  const links = { fix: makeToken, token: `${serverUrl}/settings/personal-access-tokens`, store }
  const unused = ok('lfs', 'not used: --lfs keeps the objects of both sides elsewhere')
  const topics: readonly Topic[] = usesStore ? ['write', 'lfs'] : ['write']
  if (api.token === null)
    return [...blocked(topics, 'token', 'there is no GITHUB_TOKEN'), ...(usesStore ? [] : [unused])]
  if (archived === true) return blocked(['write', 'lfs'], 'repository', 'the repository is archived')
  if (hasMoved(api, name)) return blocked(['write', 'lfs'], 'repository', 'the repository has another name by now')
  const found = judgeUpload(api.tokenName, upload, links).filter(({ what }) => usesStore || what !== 'lfs')
  const [write, ...rest] = found as [Finding, ...Finding[]]
  const readsOnly = pull === true && push === false
  const judged =
    readsOnly && write.state !== 'fault'
      ? fault('write', 'denied', `${api.tokenName}'s user may only read the repository`, {
          fix: 'set a token of somebody who may write, or ask for the role Write',
          link: `${webUrl}/settings/access`,
        })
      : write
  return [judged, ...rest, ...(usesStore ? [] : [unused])]
}

/** GitHub tells this to administrators alone. */
function judgeActions({ tokenName }: Api, told: Told, { webUrl }: Place): Finding {
  const link = `${webUrl}/settings/actions`
  const answer = succeeded(told)
  if (!answer)
    return unknown('actions', `told to administrators alone, and not to ${told === null ? 'everybody' : tokenName}`, {
      fix: 'for a workflow, see that Actions are allowed there',
      link,
    })
  const { enabled, allowed_actions: allowed } = fields(answer.data)
  if (enabled === false)
    return warning('actions', 'switched off: a workflow would not run', {
      fix: 'switch them on, unless the mirror runs elsewhere',
      link,
    })
  if (allowed === 'local_only')
    return warning(
      'actions',
      'those of others are not allowed, and mirror.yml uses actions/checkout and actions/setup-node',
      { fix: 'allow actions by GitHub, unless the mirror runs elsewhere', link },
    )
  return enabled === true
    ? ok('actions', 'switched on')
    : unknown('actions', 'GitHub does not tell whether they are on')
}

/** Few enough to be told of: a run that moves some files takes as many. */
const fewRequests = 100

function judgeLimits(told: Told): { readonly limits: Finding; readonly left: number | null } {
  const { core, graphql } = fields(fields(succeeded(told)?.data)['resources'])
  const { remaining, limit } = fields(core)
  if (typeof remaining !== 'number' || typeof limit !== 'number')
    return { limits: unknown('limits', 'GitHub does not tell how many requests are left'), left: null }
  const { remaining: queries } = fields(graphql)
  const say =
    `${groupDigits(remaining)} of ${groupDigits(limit)} requests an hour are left` +
    (typeof queries === 'number' ? `, ${groupDigits(queries)} of GraphQL` : '')
  const limits =
    remaining < fewRequests
      ? warning('limits', say, { fix: 'wait an hour; a run that meets the limit ends, and the next one goes on' })
      : ok('limits', say)
  return { limits, left: remaining }
}
