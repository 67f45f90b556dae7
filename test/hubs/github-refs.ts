/** `git/refs`: where branches and tags are, and every rule a move of them has to pass. */
import { json, notFound, Refusal } from './github-answer.ts'
import type { Answer } from './github-answer.ts'
import { formatValue, readJson, requireString } from './github-call.ts'
import type { Call } from './github-call.ts'
import { nodeId, repositoryUrl } from './github-commits.ts'
import type { GithubRepository } from './github-repository.ts'
import { protections } from './github-switches.ts'

function refJson(call: Call, ref: string, oid: string): Record<string, unknown> {
  const api = repositoryUrl(call)
  const type = call.repository.store.type(oid)!
  return {
    ref,
    node_id: nodeId('REF', ref),
    url: `${api}/git/${ref}`,
    object: { sha: oid, type, url: `${api}/git/${type}s/${oid}` },
  }
}

export function readRef(call: Call): Answer {
  const ref = `refs/${call.path}`
  const oid = call.repository.readRef(ref, 'stale')
  if (oid === null) throw notFound()
  return json(refJson(call, ref, oid), 200, { 'X-Poll-Interval': '300' })
}

export function matchRefs(call: Call): Answer {
  const names = [...call.repository.refs.keys()].filter((name) => name.startsWith(`refs/${call.path}`)).toSorted()
  const found = names.flatMap((name) => {
    const oid = call.repository.readRef(name, 'stale')
    return oid === null ? [] : [refJson(call, name, oid)]
  })
  return json(found, 200, { 'X-Poll-Interval': '300' })
}

// What a move has to pass

/** The commits that a move brings: reachable from there and from no ref so far. */
function readNewCommits({ store, refs }: GithubRepository, oid: string): string[] {
  const known = new Set<string>()
  for (const tip of refs.values())
    if (store.has(tip, 'commit')) for (const commit of store.readAncestors(tip)) known.add(commit)
  return [...store.readAncestors(oid)].filter((commit) => !known.has(commit))
}

/** Pointers that these commits bring and whose objects are not here. */
function readDangling(repository: GithubRepository, commits: readonly string[]): string[] {
  const { store } = repository
  const blobs = (commit: string) => [...store.readFiles(repository.tree(commit)).values()].map(({ oid }) => oid)
  const dangling = new Set<string>()
  for (const commit of commits) {
    const before = new Set(store.readCommit(commit).parents.flatMap((parent) => blobs(parent)))
    for (const file of store.readFiles(repository.tree(commit)).values()) {
      const object = before.has(file.oid) ? null : repository.pointer(file)
      if (object && !repository.hasObject(object)) dangling.add(object.oid)
    }
  }
  return [...dangling]
}

/** A workflow file passes where some branch has the same one already. */
function bringsWorkflows(repository: GithubRepository, oid: string): boolean {
  const { store, refs } = repository
  const workflows = (commit: string) =>
    [...store.readFiles(repository.tree(commit))].flatMap(([path, file]) =>
      path.startsWith('.github/workflows/') ? [`${path} ${file.oid}`] : [],
    )
  const known = new Set([...refs.values()].filter((tip) => store.has(tip, 'commit')).flatMap(workflows))
  return workflows(oid).some((workflow) => !known.has(workflow))
}

/** Refuses a move that GitHub's hooks and rules would; `before` null makes the ref. Moves nothing. */
export function checkMove(
  { repository, server: { switches } }: Call,
  ref: string,
  before: string | null,
  after: string,
): void {
  const isNew = before === null
  const message = switches.protectedBranches.get(ref.replace(/^refs\/heads\//, ''))
  if (message !== undefined && ref.startsWith('refs/heads/') && before !== after) {
    if (isNew) throw new Refusal(422, 'Reference update failed')
    if (message === protections.rules) throw new Refusal(422, message, { metadata: {} })
    throw new Refusal(
      422,
      message,
      message === protections.generic ? {} : { documentation: '/articles/about-protected-branches' },
    )
  }
  if (!repository.store.has(after, 'commit')) return
  if (!switches.allowsWorkflows && bringsWorkflows(repository, after)) throw new Refusal(422, 'Reference update failed')
  const dangling = switches.refusesDanglingPointers ? readDangling(repository, readNewCommits(repository, after)) : []
  if (dangling.length === 0) return
  const objects = dangling.length === 1 ? 'object' : 'objects'
  const list = dangling.map((oid) => `    ${oid}\n`).join('')
  const hint = "Try to push them with 'git lfs push --all'."
  throw new Refusal(
    422,
    `GH008: Your push referenced at least ${dangling.length} unknown Git LFS ${objects}:\n${list}${hint}`,
  )
}

/** Where a ref may point: branches at commits alone. */
function requireObject({ store }: GithubRepository, ref: string, oid: string, refusal: string): void {
  const type = store.type(oid)
  if (type === null) throw new Refusal(422, 'Object does not exist')
  if (ref.startsWith('refs/heads/') && type !== 'commit') throw new Refusal(422, refusal)
}

export function isFastForward({ store }: GithubRepository, before: string, after: string): boolean {
  return before === after || (store.has(after, 'commit') && store.readAncestors(after).has(before))
}

export async function createRef(call: Call): Promise<Answer> {
  const { repository } = call
  const body = await readJson(call.request)
  const ref = requireString(body, 'ref')
  const oid = requireString(body, 'sha')
  if (!ref.startsWith('refs/')) throw new Refusal(422, "Reference name must start with 'refs/'.")
  if (ref.split('/').length < 3)
    throw new Refusal(422, 'Reference name must contain at least three slash-separated components.')
  requireObject(repository, ref, oid, 'Reference update failed')
  if (repository.refs.has(ref)) throw new Refusal(422, 'Reference already exists')
  checkMove(call, ref, null, oid)
  repository.moveRef(ref, oid)
  const content = refJson(call, ref, oid)
  return json(content, 201, { Location: String(content.url) })
}

export async function updateRef(call: Call): Promise<Answer> {
  const { repository } = call
  const ref = `refs/${call.path}`
  const body = await readJson(call.request)
  const oid = requireString(body, 'sha')
  const { force = false } = body
  if (typeof force !== 'boolean')
    throw new Refusal(422, `Invalid request.\n\nFor 'properties/force', ${formatValue(force)} is not a boolean.`)
  const before = repository.refs.get(ref)
  if (before === undefined) throw new Refusal(422, 'Reference does not exist')
  requireObject(repository, ref, oid, 'Object is not a commit')
  if (!force && !isFastForward(repository, before, oid)) throw new Refusal(422, 'Update is not a fast forward')
  checkMove(call, ref, before, oid)
  repository.moveRef(ref, oid)
  return json(refJson(call, ref, oid))
}

export function deleteRef(call: Call): Answer {
  const ref = `refs/${call.path}`
  if (!call.repository.refs.has(ref)) throw new Refusal(422, 'Reference does not exist')
  call.repository.moveRef(ref, null)
  return json(null, 204)
}

/** Whether some ref leads to a blob. */
export function isNamed({ store, refs }: GithubRepository, oid: string): boolean {
  const leadsTo = (commit: string) =>
    [...store.readFiles(store.readCommit(commit).tree).values()].some((file) => file.oid === oid)
  return [...refs.values()].some((tip) => store.has(tip, 'commit') && [...store.readAncestors(tip)].some(leadsTo))
}
