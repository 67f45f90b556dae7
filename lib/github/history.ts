/** The commits of a branch, its head, and whether there are any. */
import { isSuccess } from '../http/answer.ts'
import { fields, isOid, parseList } from '../http/json.ts'
import { DeniedError, MovedError, RemoteError } from '../model/errors.ts'
import { formatMeantId } from '../model/near-names.ts'
import type { Commit, History, BranchNames } from '../model/remote.ts'
import { ask, askUntil, parseAnswer, type Answer, type Api } from './api.ts'
import { createFailure } from './failure.ts'
import { parseCommit, parseRefs } from './schema.ts'

const pageSize = 100

/**
 * The history of the branch; or of `from`, a commit or the default branch (`HEAD`). The branch is asked for by its full
 * name: the short one may be a tag's too, and the answer would not say which of the two it is about.
 */
export async function readHistory(api: Api, from: string | null): Promise<History> {
  const answer =
    from === null
      ? await askCommits(api, `refs/heads/${api.branch}`, 1)
      : await askUntil(api, [404], () => sendCommits(api, from, 1))
  if (answer.status === 409) return { state: 'empty' }
  if (from === null && (answer.status === 404 || answer.status === 422)) return readWithoutCommits(api, answer)
  const page = parsePage(api, answer)
  const [head] = page.commits
  if (head) return formatHistory(api, head.oid, 1, page)
  // Every commit has a history. A list without one is a mistake of whoever answered, and must not pass for a repository
  // that holds nothing.
  if (from === null) {
    const shown = await readHead(api)
    return shown === null ? { state: 'empty' } : readHistory(api, shown)
  }
  if (from === 'HEAD') return { state: 'empty' }
  throw new RemoteError(
    `Cannot read the history of ${api.where}: GitHub lists no commit, though there is commit ${from.slice(0, 7)}; run again later`,
  )
}

/**
 * What it means that no commits are told: a repository that may not be seen, and a server that does not know full names
 * here, answer as if there were no such branch.
 */
async function readWithoutCommits(api: Api, answer: Answer): Promise<History> {
  const repository = await ask(() => api.repeating.rest.repos.get(api.ownerAndRepo))
  if (!isSuccess(repository)) {
    const failure = createFailure(api, `read ${api.where}`, repository, 'read')
    if (repository.status !== 404) throw failure
    throw new DeniedError(`${failure.message}${formatMeantId(api.repository.name, await listOthers(api))}`)
  }
  const reference = await askHead(api)
  if (reference.status === 404)
    return { state: 'no branch', defaultBranch: readDefaultBranch(repository), readNames: () => readNames(api) }
  if (reference.status === 409) return { state: 'empty' }
  const head = parseHead(api, reference)
  if (head === null) throw createFailure(api, `read the history of ${api.where}`, answer, 'read')
  return readHistory(api, head)
}

/** The owner's repositories that were pushed to last; none where GitHub does not tell. */
async function listOthers({ once, ownerAndRepo }: Api): Promise<string[]> {
  const question = { username: ownerAndRepo.owner, sort: 'pushed', per_page: pageSize } as const
  const answer = await ask(() => once.rest.repos.listForUser(question)).catch(() => null)
  const names = answer && isSuccess(answer) ? parseList(answer.data, (row) => fields(row)['full_name']) : []
  return (names ?? []).filter((name) => typeof name === 'string')
}

async function readNames(api: Api): Promise<BranchNames> {
  const [branches, tags] = await Promise.all([readRefs(api, 'heads'), readRefs(api, `tags/${api.branch}`)])
  return {
    branches: [...branches.keys()].flatMap((ref) =>
      ref.startsWith('refs/heads/') ? [ref.slice('refs/heads/'.length)] : [],
    ),
    isTag: tags.has(`refs/tags/${api.branch}`),
  }
}

/** What references point to, by full name: those whose names begin with `refs/` and `start`. */
export async function readRefs(api: Api, start: string): Promise<ReadonlyMap<string, string>> {
  const answer = await ask(() => api.repeating.rest.git.listMatchingRefs({ ...api.ownerAndRepo, ref: start }))
  if (!isSuccess(answer)) throw createFailure(api, `read the branches of ${api.where}`, answer, 'read')
  return parseAnswer(api, 'the branches', answer, parseRefs)
}

/** `more`: there are older ones. */
interface Page {
  readonly commits: readonly Commit[]
  readonly more: boolean
}

/** Older pages are asked for by the head's id, so that they are of one state of the branch. */
function formatHistory(api: Api, head: string, page: number, { commits, more }: Page): History {
  const readMore = async (): Promise<History> => {
    const next = parsePage(api, await askCommits(api, head, page + 1))
    return formatHistory(api, head, page + 1, next)
  }
  return { state: 'branch', commits, readMore: more ? readMore : null }
}

function sendCommits(api: Api, revision: string, page: number) {
  return api.repeating.rest.repos.listCommits({
    ...api.ownerAndRepo,
    ...(revision !== 'HEAD' && { sha: revision }),
    per_page: pageSize,
    ...(page > 1 && { page }),
  })
}

function askCommits(api: Api, revision: string, page: number): Promise<Answer> {
  return ask(() => sendCommits(api, revision, page))
}

function parsePage(api: Api, answer: Answer): Page {
  if (!isSuccess(answer)) throw createFailure(api, `read the history of ${api.where}`, answer, 'read')
  const commits = parseAnswer(api, 'the history', answer, (data) => parseList(data, parseCommit))
  for (const { oid, tree } of commits) api.memory.trees.set(oid, tree!)
  return { commits, more: commits.length >= pageSize || /rel="next"/.test(answer.headers.get('link') ?? '') }
}

function readDefaultBranch({ data }: Answer): string | null {
  const name = fields(data)['default_branch']
  return typeof name === 'string' && name !== '' ? name : null
}

function askHead(api: Api): Promise<Answer> {
  return ask(() => api.repeating.rest.git.getRef({ ...api.ownerAndRepo, ref: `heads/${api.branch}` }))
}

/** The head that an answer tells; null where it is about another reference, whose name only begins alike. */
function parseHead({ branch }: Api, { data }: Answer): string | null {
  const { ref, object } = fields(data)
  const { sha } = fields(object)
  return ref === `refs/heads/${branch}` && isOid(sha) ? sha : null
}

/** The branch's head, `null` where there is no such branch. */
export async function readHead(api: Api): Promise<string | null> {
  const answer = await askHead(api)
  if (answer.status === 404 || answer.status === 409) return null
  if (!isSuccess(answer)) throw createFailure(api, `read the head of ${api.where}`, answer, 'read')
  return parseHead(api, answer)
}

function sendCommit(api: Api, oid: string) {
  return api.repeating.rest.git.getCommit({ ...api.ownerAndRepo, commit_sha: oid })
}

/** The tree of a commit, which its listing has told in most cases. */
export async function readTreeId(api: Api, commit: string): Promise<string> {
  return (
    api.memory.trees.get(commit) ??
    parseCommitTree(api, commit, await askUntil(api, [404], () => sendCommit(api, commit)))
  )
}

function parseCommitTree(api: Api, commit: string, answer: Answer): string {
  if (!isSuccess(answer)) throw createFailure(api, `read commit ${commit.slice(0, 7)} of ${api.where}`, answer, 'read')
  const tree = parseAnswer(api, `commit ${commit.slice(0, 7)}`, answer, (data) => {
    const { sha } = fields(fields(data)['tree'])
    return isOid(sha) ? sha : null
  })
  api.memory.trees.set(commit, tree)
  return tree
}

/** The error for a head (null: no branch) that is not the one that the plan was made for (null: an empty repository). */
export function movedError(action: string, head: string | null, before: string | null): MovedError {
  const is = head === null ? 'there is no such branch now' : `head is ${head.slice(0, 7)}`
  return new MovedError(
    `Cannot ${action}: ${is}, the plan was made for ${before === null ? 'an empty repository' : before.slice(0, 7)}`,
  )
}
