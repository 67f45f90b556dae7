/**
 * Issues that this tool keeps in a repository. They are found by a label, which only people can set who may triage there,
 * in the list of issues: search knows a new one after minutes.
 */
import { lagWaitsMs, lookUntil } from '../async/retry.ts'
import { catchRemoteError, isSuccess, isUnclear } from '../http/answer.ts'
import { fields, parseList } from '../http/json.ts'
import { saysRateLimit } from '../http/rate-limit.ts'
import { DeniedError, RefusedError, RemoteError } from '../model/errors.ts'
import { ask, once, parseAnswer, type Answer, type Api } from './api.ts'
import { createFailure, formatFact, parseText } from './failure.ts'

export interface Issue {
  readonly number: number
  readonly isOpen: boolean
  readonly body: string
  readonly url: string
}

/** The issues that this tool keeps. `isIt` knows one by its body. All throw where GitHub refuses. */
export interface Tracker {
  /** Newest first: those with our label, or where there is none the newest ones of people and programs of the repository. */
  readonly find: (isIt: (issue: Issue) => boolean) => Promise<Issue[]>
  /** Where the answer was lost, the issue may be there: then it is looked for. */
  readonly open: (title: string, body: string, isIt: (issue: Issue) => boolean) => Promise<Issue>
  readonly edit: (
    number: number,
    change: { readonly body: string; readonly state?: 'open' | 'closed' },
  ) => Promise<void>
  readonly comment: (number: number, body: string) => Promise<void>
}

const label = 'hubmirror'
const rowsMax = 100

function parseIssue(row: unknown): Issue | null {
  const { number, state, body, html_url: url } = fields(row)
  return typeof number === 'number' && typeof state === 'string' && typeof url === 'string'
    ? { number, isOpen: state === 'open', body: typeof body === 'string' ? body : '', url }
    : null
}

/** Whether somebody of the repository's, or a program, has made it: whoever sees a repository can open an issue in it. */
function isTrusted({ user, author_association: association }: Record<string, unknown>): boolean {
  return fields(user)['type'] === 'Bot' || /^(?:OWNER|MEMBER|COLLABORATOR)$/.test(String(association))
}

/** Pull requests are issues in this list, and are left out. */
function parseIssues(data: unknown, isMeant: (row: Record<string, unknown>) => boolean): Issue[] | null {
  if (!Array.isArray(data)) return null
  return parseList(
    data.filter((row) => fields(row)['pull_request'] === undefined && isMeant(fields(row))),
    parseIssue,
  )
}

function check(api: Api, what: string, answer: Answer): Answer {
  if (isSuccess(answer)) return answer
  const { status, headers, data } = answer
  const [action, text] = [`${what} of ${api.where}`, parseText(data)]
  const fact = formatFact(action, status, text)
  if (status === 410)
    throw new RefusedError(
      `${fact}; the repository has no issues: turn them on in its settings, or leave out --conflict-issue`,
    )
  if ((status === 403 || status === 404) && !saysRateLimit(status, headers, text))
    throw new DeniedError(
      `${fact}; ${api.tokenName} may not do this: --conflict-issue needs \`permissions: issues: write\` in a workflow, or a ` +
        'personal token that may write issues',
    )
  throw createFailure(api, action, answer, 'write')
}

async function ask100(api: Api, query: { readonly labels?: string; readonly page?: number }): Promise<Answer> {
  const request = { state: 'all', per_page: rowsMax, ...query } as const
  return check(api, 'read the issues', await ask(api, 'GET /repos/{owner}/{repo}/issues', request))
}

/** A label can be taken away, and is left out of a new issue where a token may not make it. */
async function find(api: Api, isIt: (issue: Issue) => boolean): Promise<Issue[]> {
  const found: Issue[] = []
  for (let page = 1; ; page++) {
    const answer = await ask100(api, { labels: label, page })
    found.push(...parseAnswer(api, 'the issues', answer, (data) => parseIssues(data, () => true)).filter(isIt))
    if ((answer.data as readonly unknown[]).length < rowsMax) break
  }
  if (found.length > 0) return found
  return parseAnswer(api, 'the issues', await ask100(api, {}), (data) => parseIssues(data, isTrusted)).filter(isIt)
}

async function addLabel(api: Api, number: number): Promise<void> {
  const made = await ask(api, 'POST /repos/{owner}/{repo}/labels', { name: label })
  // It is there already.
  if (made.status !== 422) check(api, 'make a label', made)
  const request = { issue_number: number, labels: [label] }
  check(api, 'label an issue', await ask(api, 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels', request))
}

async function open(api: Api, title: string, body: string, isIt: (issue: Issue) => boolean): Promise<Issue> {
  const request = { title, body, labels: [label] }
  const answer = await catchRemoteError(ask(api, 'POST /repos/{owner}/{repo}/issues', request, once), null)
  if (answer === null || isUnclear(answer)) {
    const [found] = await lookUntil(
      () => find(api, isIt),
      (issues) => issues.length > 0,
      { waitsMs: lagWaitsMs, sleep: api.http.sleep },
    )
    if (found) return found
    throw new RemoteError(
      `Cannot open an issue of ${api.where}: no clear answer, and it is not there; the next run tries again`,
      answer?.status ?? null,
    )
  }
  const made = parseAnswer(api, 'the new issue', check(api, 'open an issue', answer), parseIssue)
  const { labels } = fields(answer.data)
  if (Array.isArray(labels) && labels.length === 0) await addLabel(api, made.number)
  return made
}

/** Makes no request by itself. */
export function createTracker(api: Api): Tracker {
  return {
    find: (isIt) => find(api, isIt),
    open: (title, body, isIt) => open(api, title, body, isIt),
    edit: async (number, change) => {
      const request = { issue_number: number, ...change }
      check(api, 'edit an issue', await ask(api, 'PATCH /repos/{owner}/{repo}/issues/{issue_number}', request))
    },
    comment: async (number, body) => {
      const request = { issue_number: number, body }
      check(
        api,
        'comment on an issue',
        await ask(api, 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments', request, once),
      )
    },
  }
}
