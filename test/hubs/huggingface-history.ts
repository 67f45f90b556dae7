/** Commits, branches and tags. */
import { emptyTreeOid } from './git.ts'
import { json, noRevision, Refusal } from './huggingface-answer.ts'
import { nextLink, numberParameter, readJson, requireWrite } from './huggingface-call.ts'
import type { Call } from './huggingface-call.ts'
import type { HubRepository } from './huggingface-repository.ts'

/** Hub users by the name in their Hub address, others by their own; co-authors of the message follow. */
function readAuthors(message: string, name: string, email: string): string[] {
  const coAuthors = [...message.matchAll(/^Co-authored-by: *(.*?) *<(.*?)> *$/gim)].map(([, who, address]) => ({
    name: who!,
    email: address!,
  }))
  const names = [{ name, email }, ...coAuthors].map(
    (person) => /^(.+)@users\.noreply\.huggingface\.co$/.exec(person.email)?.[1] ?? person.name,
  )
  return [...new Set(names)]
}

function formatCommit(
  server: Call['server'],
  repository: HubRepository,
  oid: string,
  formatted: boolean,
): Record<string, unknown> {
  const { message: whole, author } = repository.git.readCommit(oid)
  const title = whole.split('\n', 1)[0]!
  const { messageCut, messageKeepsEnd } = repository.switches
  const rest = whole.slice(title.length).replace(new RegExp(`^\\n{0,${messageCut}}`), '')
  const message = messageKeepsEnd ? rest : rest.trimEnd()
  return {
    id: oid,
    title,
    message,
    authors: readAuthors(whole, author.name, author.email).map((user) => ({
      user,
      avatar: `${server.origin}/avatars/${encodeURIComponent(user)}.svg`,
    })),
    date: new Date(author.seconds * 1000).toISOString(),
    ...(formatted && {
      formatted: { title: `<p>${title}</p>`, message: message === '' ? '' : `<p>${message.trim()}</p>` },
    }),
  }
}

/** Newest first, without parents: clients can only take it for a line. */
export function readCommits(call: Call): Response {
  const { server, repository, url, rest } = call
  const limit = numberParameter(url, 'limit', 50, 1000)
  const page = numberParameter(url, 'p', 0, 1_000_000)
  if (limit === 0) throw new Refusal(400, '✖ Too small: expected number to be >=1\n  → at limit')
  const revision = rest.join('/')
  if (!repository.switches.fullNames && revision.startsWith('refs/heads/')) throw noRevision(revision)
  const log = repository.git.readLog(repository.readRevision(revision, 'stale'))
  const end = (page + 1) * limit
  const formatted = url.searchParams.getAll('expand[]').includes('formatted')
  return json(
    log.slice(page * limit, end).map((oid) => formatCommit(server, repository, oid, formatted)),
    200,
    { 'X-Total-Count': `${log.length}`, ...(end < log.length ? nextLink(call, 'p', `${page + 1}`) : {}) },
  )
}

/** Never stale. */
export function readRefs({ repository, server: { switches }, url }: Call): Response {
  const list = (refs: ReadonlyMap<string, string>, folder: string) =>
    [...refs].map(([name, targetCommit]) => ({ name, ref: `${folder}/${name}`, targetCommit }))
  const isPull = (name: string) => name.startsWith('refs/pr/')
  const heads = [...repository.branches]
  return json({
    branches: list(new Map(heads.filter(([name]) => !isPull(name))), 'refs/heads'),
    tags: list(switches.tellsTagObjects ? repository.tagRefs : repository.tags, 'refs/tags'),
    converts: [],
    ...(url.searchParams.has('include_prs') && {
      pullRequests: heads
        .filter(([name]) => isPull(name))
        .map(([ref, targetCommit]) => ({ name: ref.slice('refs/pr/'.length), ref, targetCommit })),
    }),
  })
}

/** `overwrite` moves a branch that is there, or does nothing without a starting point. */
export async function createBranch(call: Call): Promise<Response> {
  requireWrite(call)
  const { repository, request, rest, server } = call
  const name = rest.join('/')
  const { startingPoint, emptyBranch, overwrite } = await readJson(request)
  const head = repository.head(name)
  if (head !== null && overwrite !== true) throw new Refusal(409, `Reference refs/heads/${name} already exists`)
  if (emptyBranch === true) {
    const person = repository.person({ user: server.user })
    const root = { tree: emptyTreeOid, parents: [], author: person, committer: person, message: 'initial commit' }
    repository.move(name, repository.git.writeCommit(root))
  } else if (head === null || typeof startingPoint === 'string') {
    repository.move(name, repository.readRevision(typeof startingPoint === 'string' ? startingPoint : 'main'))
  }
  return json({ success: true })
}

export function deleteBranch(call: Call): Response {
  requireWrite(call)
  const { repository, rest } = call
  const name = rest.join('/')
  if (name === 'main') throw new Refusal(403, 'Cannot delete refs/heads/main')
  if (repository.head(name) === null) throw new Refusal(404, `Reference refs/heads/${name} does not exist`)
  repository.move(name, null)
  return json({ success: true })
}

export async function createTag(call: Call): Promise<Response> {
  requireWrite(call)
  const { repository, request, rest, server } = call
  const { tag, message } = await readJson(request)
  if (typeof tag !== 'string' || tag === '') throw new Refusal(400, '✖ Invalid input\n  → at tag')
  if (repository.tags.has(tag)) throw new Refusal(409, `Tag reference exists already: refs/tags/${tag}`)
  const refusal = server.switches.refusedTags.get(tag)
  if (refusal !== undefined) throw new Refusal(400, refusal)
  repository.tag(
    tag,
    repository.readRevision(rest.join('/')),
    typeof message === 'string' ? message : null,
    server.user,
  )
  return json({ success: true })
}

export function deleteTag(call: Call): Response {
  requireWrite(call)
  const name = call.rest.join('/')
  if (!call.repository.tags.has(name)) throw noRevision(name)
  call.repository.tag(name, null)
  return json({ success: true })
}

export async function superSquash(call: Call): Promise<Response> {
  requireWrite(call)
  const { message } = await readJson(call.request)
  const title = typeof message === 'string' ? message : 'Super-squash branch using huggingface_hub'
  return json({ commitId: call.repository.superSquash(call.rest.join('/'), title, call.server.user) })
}
