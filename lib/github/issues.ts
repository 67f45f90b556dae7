/**
 * Issues that this tool keeps in a repository. They are found by a label, which only people can set who may triage there,
 * in the list of issues: search knows a new one after minutes.
 */
import { lagWaitsMs, lookUntil } from '../async/retry.ts'
import { catchRemoteError, isSuccess, isUnclear } from '../http/answer.ts'
import { fields, parseList } from '../http/json.ts'
import { saysRateLimit } from '../http/rate-limit.ts'
import { DeniedError, RefusedError, RemoteError } from '../model/errors.ts'
import { ask, parseAnswer, type Answer, type Api } from './api.ts'
import { createFailure, formatFact, parseText } from './failure.ts'

export interface Issue {
  readonly number: number
  readonly isOpen: boolean
  readonly body: string
  readonly url: string
}

/** The issues of a repository that have our label. All throw where GitHub refuses. */
export interface Tracker {
  /** Newest first. A request a hundred. */
  readonly list: () => Promise<Issue[]>
  /** Where the answer was lost, the issue may be there: then it is looked for. `isIt` knows it. */
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

/** Pull requests are issues in this list, and are left out. */
const parseIssues = (data: unknown) =>
  parseList(Array.isArray(data) ? data.filter((row) => fields(row)['pull_request'] === undefined) : data, parseIssue)

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

async function list(api: Api): Promise<Issue[]> {
  const found: Issue[] = []
  for (let page = 1; ; page++) {
    const query = { ...api.ownerAndRepo, labels: label, state: 'all', per_page: rowsMax, page } as const
    const answer = check(api, 'read the issues', await ask(() => api.repeating.rest.issues.listForRepo(query)))
    found.push(...parseAnswer(api, 'the issues', answer, parseIssues))
    if ((answer.data as readonly unknown[]).length < rowsMax) return found
  }
}

/** Whoever may not set labels makes an issue without, which would not be found again. */
async function addLabel(api: Api, number: number): Promise<void> {
  const request = { ...api.ownerAndRepo, issue_number: number, labels: [label] }
  check(api, 'label an issue', await ask(() => api.repeating.rest.issues.addLabels(request)))
}

async function open(api: Api, title: string, body: string, isIt: (issue: Issue) => boolean): Promise<Issue> {
  const request = { ...api.ownerAndRepo, title, body, labels: [label] }
  const answer = await catchRemoteError(
    ask(() => api.once.rest.issues.create(request)),
    null,
  )
  if (answer === null || isUnclear(answer)) {
    const look = async () => (await list(api)).find(isIt)
    const found = await lookUntil(look, (issue) => issue !== undefined, { waitsMs: lagWaitsMs, sleep: api.http.sleep })
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
  const numbered = (number: number) => ({ ...api.ownerAndRepo, issue_number: number })
  return {
    list: () => list(api),
    open: (title, body, isIt) => open(api, title, body, isIt),
    edit: async (number, change) => {
      const request = { ...numbered(number), ...change }
      check(api, 'edit an issue', await ask(() => api.repeating.rest.issues.update(request)))
    },
    comment: async (number, body) => {
      const request = { ...numbered(number), body }
      check(api, 'comment on an issue', await ask(() => api.once.rest.issues.createComment(request)))
    },
  }
}
