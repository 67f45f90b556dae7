/** Issues: their list, which is what a database replica says, and no search; making, editing, labels, comments. */
import { json, notFound, Refusal } from './github-answer.ts'
import type { Answer } from './github-answer.ts'
import { readJson, requireString } from './github-call.ts'
import type { Call } from './github-call.ts'
import { repositoryUrl } from './github-commits.ts'
import type { StoredIssue } from './github-repository.ts'

function requireAccess({ server: { switches } }: Call, isWrite: boolean): void {
  if (switches.issues === 'off' && isWrite) throw new Refusal(410, 'Issues has been disabled in this repository.')
  if (switches.issues === 'none' || (isWrite && switches.issues === 'read'))
    throw new Refusal(403, 'Resource not accessible by integration')
}

function issueJson(call: Call, { number, title, body, state, labels, comments, author, isPull }: StoredIssue) {
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
    user: { login: author.login, type: author.login.endsWith('[bot]') ? 'Bot' : 'User' },
    author_association: author.association,
    labels: labels.map((name) => ({ name })),
    ...(isPull && { pull_request: { html_url: page } }),
  }
}

/** Newest first, open ones alone unless `state` says otherwise. It is empty where a repository has no issues. */
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

/** Which of these labels can be set; those that are not there yet are made, or not. */
function keepLabels({ repository, server: { switches } }: Call, sent: unknown): string[] {
  const wanted = (sent ?? []) as string[]
  if (switches.newLabels === 'made') for (const name of wanted) repository.labels.add(name)
  return wanted.filter((name) => repository.labels.has(name))
}

const refusedLabel = () =>
  new Refusal(403, 'You do not have permission to create labels on this repository.', {
    errors: [{ resource: 'Repository', field: 'label', code: 'unauthorized' }],
  })

/** Labels that cannot be set are left out without a word. */
export async function createIssue(call: Call): Promise<Answer> {
  requireAccess(call, true)
  const sent = await readJson(call.request)
  const body = typeof sent['body'] === 'string' ? sent['body'] : ''
  if (body.length > 65_536) throw new Refusal(422, 'Validation Failed')
  const { switches } = call.server
  const issue = call.repository.addIssue({
    title: requireString(sent, 'title'),
    body,
    labels: keepLabels(call, sent['labels']),
    author: { login: 'github-actions[bot]', association: 'NONE' },
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
    const kept = keepLabels(call, sent['labels'])
    if (kept.length === 0) throw refusedLabel()
    issue.labels = [...new Set([...issue.labels, ...kept])]
    return json(issue.labels.map((name) => ({ name })))
  }
  const body = requireString(sent, 'body')
  issue.comments.push(body)
  return json({ id: issue.comments.length, body }, 201)
}

export async function createLabel(call: Call): Promise<Answer> {
  requireAccess(call, true)
  const name = requireString(await readJson(call.request), 'name')
  if (call.server.switches.newLabels === 'refused') throw refusedLabel()
  if (call.repository.labels.has(name)) throw new Refusal(422, 'Validation Failed')
  call.repository.labels.add(name)
  return json({ name }, 201)
}
