/** Issues: their list, which is what a database replica says, and no search; making, editing, labels, comments. */
import { json, notFound, Refusal } from './github-answer.ts'
import type { Answer } from './github-answer.ts'
import { readJson, requireString } from './github-call.ts'
import type { Call } from './github-call.ts'
import { repositoryUrl } from './github-commits.ts'
import type { StoredIssue } from './github-repository.ts'

function requireAccess({ server: { switches } }: Call, isWrite: boolean): void {
  if (switches.issues === 'off') throw new Refusal(410, 'Issues has been disabled in this repository.')
  if (switches.issues === 'none' || (isWrite && switches.issues === 'read'))
    throw new Refusal(403, 'Resource not accessible by integration')
}

function issueJson(call: Call, { number, title, body, state, labels, comments, isPull }: StoredIssue) {
  const { server, repository } = call
  const url = `${repositoryUrl(call)}/issues/${number}`
  const page = `${server.web}/${repository.name}/${isPull ? 'pull' : 'issues'}/${number}`
  return {
    id: 1_000 + number,
    number,
    url,
    html_url: page,
    title,
    body,
    state,
    comments: comments.length,
    labels: labels.map((name) => ({ name })),
    ...(isPull && { pull_request: { html_url: page } }),
  }
}

/** Newest first, open ones alone unless `state` says otherwise. */
export function listIssues(call: Call): Answer {
  requireAccess(call, false)
  const { searchParams } = call.url
  const read = (name: string, usual: string) => searchParams.get(name) ?? usual
  const [state, labels] = [read('state', 'open'), read('labels', '').split(',').filter(Boolean)]
  const [size, page] = [Number(read('per_page', '30')), Number(read('page', '1'))]
  const seen = call.repository.issues.filter((issue) => {
    const isSeen = issue.unseenLists === 0
    issue.unseenLists = Math.max(0, issue.unseenLists - 1)
    return isSeen
  })
  const found = seen
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => labels.every((label) => issue.labels.some((own) => own.toLowerCase() === label.toLowerCase())))
    .toReversed()
  return json(found.slice((page - 1) * size, page * size).map((issue) => issueJson(call, issue)))
}

/** A label that does not exist is made. Whoever may not triage sets none, without a word. */
export async function createIssue(call: Call): Promise<Answer> {
  requireAccess(call, true)
  const sent = await readJson(call.request)
  const body = typeof sent['body'] === 'string' ? sent['body'] : ''
  if (body.length > 65_536) throw new Refusal(422, 'Validation Failed')
  const { switches } = call.server
  const issue = call.repository.addIssue({
    title: requireString(sent, 'title'),
    body,
    labels: switches.dropsLabels ? [] : ((sent['labels'] ?? []) as string[]),
    unseenLists: switches.unseenLists,
  })
  return json(issueJson(call, issue), 201)
}

/** `5`, or `5/comments`. */
function findIssue({ repository, path }: Call, rest: string): StoredIssue {
  const [, number] = new RegExp(`^(\\d+)${rest}$`).exec(path) ?? []
  const issue = repository.issues.find((one) => `${one.number}` === number)
  if (!issue) throw notFound()
  return issue
}

export async function updateIssue(call: Call): Promise<Answer> {
  requireAccess(call, true)
  const issue = findIssue(call, '')
  const { title = issue.title, body = issue.body, state = issue.state } = await readJson(call.request)
  Object.assign(issue, { title, body, state })
  return json(issueJson(call, issue))
}

/** `comments`, or `labels` that come to those which are there. */
export async function addToIssue(call: Call): Promise<Answer> {
  requireAccess(call, true)
  const issue = findIssue(call, '/(?:comments|labels)')
  const sent = await readJson(call.request)
  if (call.path.endsWith('/labels')) {
    issue.labels = [...new Set([...issue.labels, ...(sent['labels'] as string[])])]
    return json(issue.labels.map((name) => ({ name })))
  }
  const body = requireString(sent, 'body')
  issue.comments.push(body)
  return json({ id: issue.comments.length, body }, 201)
}
