/** The commits of a branch, its head, and how two commits compare. */
import { mapConcurrent } from '../async/concurrent.ts'
import { lagWaitsMs, lookUntil } from '../async/retry.ts'
import { isSuccess } from '../http/answer.ts'
import { fields, parseList } from '../http/json.ts'
import { MissingRepositoryError, MovedError, RemoteError } from '../model/errors.ts'
import { formatMeantId, type BranchNames } from '../model/near-names.ts'
import type { Commit, History } from '../model/remote.ts'
import { parseDefaultBranch } from './about.ts'
import { ask, askUntil, once, parseAnswer, type Answer, type Api } from './api.ts'
import { parseCommit, parseRefs, parseSha } from './schema.ts'

const pageSize = 100
const placesAtOnce = 4

/**
 * The history of the branch (`from` null), of the default branch (`HEAD`), or of the commit `from`. The branch is asked for
 * by its full name: a tag may have the same short name, and the answer would not say which of the two it is about.
 */
export async function readHistory(api: Api, from: string | null): Promise<History> {
  const answer =
    from === null || from === 'HEAD'
      ? await askCommits(api, from ?? `refs/heads/${api.branch}`, 1)
      : await askUntil(api, [404], () => askCommits(api, from, 1))
  if (answer.status === 409) return { state: 'empty' }
  if (from === null && (answer.status === 404 || answer.status === 422)) return readWithoutCommits(api, answer)
  if (from === 'HEAD' && answer.status === 404) return formatNoBranch(api, await readRepository(api))
  const page = await parsePage(api, answer)
  const [head] = page.commits
  if (head) return formatHistory(api, head.oid, page)
  // Where there is a commit, an empty list is a mistake of the service, and must not count as an empty repository.
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
 * Finds out why there is no history of the branch: the repository may not be seen, there is no such branch, there is no
 * commit at all, or the server does not know full names of branches here.
 */
async function readWithoutCommits(api: Api, answer: Answer): Promise<History> {
  const repository = await readRepository(api)
  const reference = await askHead(api)
  if (reference.status === 404) return formatNoBranch(api, repository)
  if (reference.status === 409) return { state: 'empty' }
  const head = parseHead(api, reference)
  if (head === null) throw await loadFailure(api, `read the history of ${api.where}`, answer)
  return readHistory(api, head)
}

function formatNoBranch(api: Api, repository: Answer): History {
  return { state: 'no branch', defaultBranch: parseDefaultBranch(repository), readNames: () => readNames(api) }
}

/** What tells of failures is loaded with the first one. */
async function loadFailure(api: Api, action: string, answer: Answer): Promise<Error> {
  const { createFailure } = await import('./failure.ts')
  return createFailure(api, action, answer, 'read')
}

/** What GitHub says of the repository. Throws a `MissingRepositoryError` with names that are near. */
async function readRepository(api: Api): Promise<Answer> {
  const repository = await ask(api, 'GET /repos/{owner}/{repo}', {})
  if (isSuccess(repository)) return repository
  const failure = await loadFailure(api, `read ${api.where}`, repository)
  if (repository.status !== 404) throw failure
  const meant = formatMeantId(api.repository.name, await listOthers(api))
  const create = api.token === null ? '' : '; if it is to be made, run with --create'
  throw new MissingRepositoryError(`${failure.message}${create}${meant}`, 'github')
}

/** The owner's repositories, up to 100, that were pushed to last; none where GitHub does not tell. */
async function listOthers(api: Api): Promise<string[]> {
  const question = { username: api.ownerAndRepo.owner, sort: 'pushed', per_page: pageSize } as const
  const answer = await ask(api, 'GET /users/{username}/repos', question, once).catch(() => null)
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

/** The ids that references point to, by full name; of those references whose names begin with `refs/` and `start`. */
export async function readRefs(api: Api, start: string): Promise<ReadonlyMap<string, string>> {
  const answer = await ask(api, 'GET /repos/{owner}/{repo}/git/matching-refs/{ref}', { ref: start })
  if (!isSuccess(answer)) throw await loadFailure(api, `read the branches of ${api.where}`, answer)
  return parseAnswer(api, 'the branches', answer, parseRefs)
}

/** A page of a listing. `more`: there are older commits. */
interface Page {
  readonly commits: readonly Commit[]
  readonly more: boolean
}

/**
 * The history that a page begins, after those of `younger`. Older pages are asked for by the head's id, so that all are of one
 * state of the branch. Throws a `RemoteError` where it ends before its first commit: what is missing may be the base.
 */
function formatHistory(api: Api, head: string, { commits, more }: Page, younger: readonly Commit[][] = []): History {
  const pages = [...younger, [...commits]]
  if (!more) {
    const all = pages.flat()
    const listed = new Set(all.map(({ oid }) => oid))
    const child = all.find(({ parents }) => parents.some((parent) => !listed.has(parent)))
    if (child)
      throw new RemoteError(
        `Cannot read the history of ${api.where}: GitHub lists commit ${child.oid.slice(0, 7)} ` +
          'without its parent, as if it were the first; run again later',
      )
  }
  const readMore = async (): Promise<History> =>
    formatHistory(api, head, await parsePage(api, await askCommits(api, head, pages.length + 1)), pages)
  return { state: 'branch', commits, readMore: more ? readMore : null }
}

/** Which commits of a history are listed; all where nothing is given. */
interface Wanted {
  readonly path?: string
  readonly since?: string
}

function askCommits(api: Api, revision: string, page: number, wanted: Wanted = {}): Promise<Answer> {
  return ask(api, 'GET /repos/{owner}/{repo}/commits', {
    ...(revision !== 'HEAD' && { sha: revision }),
    per_page: pageSize,
    ...(page > 1 && { page }),
    ...wanted,
  })
}

async function parsePage(api: Api, answer: Answer): Promise<Page> {
  if (!isSuccess(answer)) throw await loadFailure(api, `read the history of ${api.where}`, answer)
  const commits = parseAnswer(api, 'the history', answer, (data) => parseList(data, parseCommit))
  for (const { oid, tree } of commits) api.memory.trees.set(oid, tree!)
  return { commits, more: commits.length >= pageSize || /rel="next"/.test(answer.headers.get('link') ?? '') }
}

/** The most pages of a place's history that are read: of older commits nobody is told. */
const pickedPagesMax = 10
/** Times that GitHub takes as `since`. */
const sinceMs = { least: 0, most: Date.UTC(2099, 11, 31) }

/** `pickCommits` of the contract. All commits where no place is named. */
export async function pickCommits(
  api: Api,
  head: string,
  commits: readonly Commit[],
  places: readonly string[] = [''],
): Promise<readonly Commit[]> {
  if (commits.length === 0 || places.includes('')) return commits
  // A day earlier: git ends its search at a commit that is older, and clocks differ.
  const oldestMs = Math.min(...commits.map(({ committerDate }) => Date.parse(committerDate))) - 86_400_000
  const isDate = oldestMs > sinceMs.least && oldestMs < sinceMs.most
  const wanted = isDate ? { since: new Date(oldestMs).toISOString() } : {}
  const found = new Set<string>()
  await mapConcurrent(places, placesAtOnce, async (path) => {
    for (let [page, more] = [1, true]; more && page <= pickedPagesMax; page++) {
      const part = await parsePage(api, await askCommits(api, head, page, { path, ...wanted }))
      for (const { oid } of part.commits) found.add(oid)
      more = part.more
    }
  })
  return commits.filter(({ oid }) => found.has(oid))
}

function askHead(api: Api): Promise<Answer> {
  return ask(api, 'GET /repos/{owner}/{repo}/git/ref/{ref}', { ref: `heads/${api.branch}` })
}

/** The head that an answer tells; null where the answer is about another reference, whose name begins with this one's. */
function parseHead({ branch }: Api, { data }: Answer): string | null {
  const { ref, object } = fields(data)
  return ref === `refs/heads/${branch}` ? parseSha(object) : null
}

/** The branch's head; `null` where there is no such branch. */
export async function readHead(api: Api): Promise<string | null> {
  const answer = await askHead(api)
  if (answer.status === 404 || answer.status === 409) return null
  if (!isSuccess(answer)) throw await loadFailure(api, `read the head of ${api.where}`, answer)
  return parseHead(api, answer)
}

/** The branch's head, which is looked for until a branch that was just made can be seen; `null` where it is not seen. */
export function awaitHead(api: Api): Promise<string | null> {
  return lookUntil(
    () => readHead(api),
    (seen) => seen !== null,
    { waitsMs: lagWaitsMs, sleep: api.http.sleep },
  )
}

/** The id of a commit's tree. Costs no request where a listing has told it. */
export async function readTreeId(api: Api, commit: string): Promise<string> {
  const known = api.memory.trees.get(commit)
  if (known !== undefined) return known
  const what = `commit ${commit.slice(0, 7)}`
  const answer = await askUntil(api, [404], () =>
    ask(api, 'GET /repos/{owner}/{repo}/git/commits/{commit_sha}', { commit_sha: commit }),
  )
  if (!isSuccess(answer)) throw await loadFailure(api, `read ${what} of ${api.where}`, answer)
  const tree = parseAnswer(api, what, answer, (data) => parseSha(fields(data)['tree']))
  api.memory.trees.set(commit, tree)
  return tree
}

/** GitHub's comparison of two commits: how `head` stands to `base`, and up to 300 files that differ. */
export function askComparison(api: Api, base: string, head: string): Promise<Answer> {
  const basehead = `${base}...${head}`
  return ask(api, 'GET /repos/{owner}/{repo}/compare/{basehead}', { basehead, per_page: 1 })
}

/** Whether `head` contains the commit; null where GitHub does not compare them, as when it does not know the commit. */
export async function isAncestor(api: Api, oid: string, head: string): Promise<boolean | null> {
  const answer = await askComparison(api, oid, head)
  return isSuccess(answer) ? ['ahead', 'identical'].includes(String(fields(answer.data)['status'])) : null
}

/** The error for a head (null: no branch) that is another one than the plan was made for (null: an empty repository). */
export function movedError(action: string, head: string | null, before: string | null): MovedError {
  const is = head === null ? 'there is no such branch now' : `head is ${head.slice(0, 7)}`
  return new MovedError(
    `Cannot ${action}: ${is}, the plan was made for ${before === null ? 'an empty repository' : before.slice(0, 7)}`,
  )
}
