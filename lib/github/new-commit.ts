/** Writes commits that no branch contains yet. Written again, a commit gets the same id. */
import { isSuccess } from '../http/answer.ts'
import { pathsOf } from '../model/entry.ts'
import { IntegrityError, RefusedError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'
import type { Edit, NewCommit, Prepared } from '../model/remote.ts'
import { formatMessage, formatRecord } from '../model/trailers.ts'
import { ask, askUntil, requireToken, type Api } from './api.ts'
import { gitCommitId, type CommitObject } from './commit-id.ts'
import { readEntries } from './entries.ts'
import { computeTree, findDifference, learnFolders } from './expected-tree.ts'
import { createFailure } from './failure.ts'
import { readTreeId } from './history.ts'
import { publishSeed } from './initial-commit.ts'
import { writeTree } from './new-tree.ts'
import { publish } from './publish.ts'
import { pushTrees } from './push-commits.ts'
import { clearTransit } from './push.ts'
import { signCommit, wellFormed } from './signature.ts'
import { createWriteFailure, learnBlobs, parseOid, type StagedEntry } from './tree-entries.ts'

/**
 * `prepare` of the contract. The commits are written here, and only publishing shows them on the branch. An empty repository
 * takes no commit that is not on a branch, so there publishing writes them too.
 */
export async function prepareCommits(api: Api, commits: readonly NewCommit[], head: string | null): Promise<Prepared> {
  requireToken(api, `write to ${api.where}`)
  if (commits.length === 0) throw new Error('no commits to prepare')
  if (head !== null) {
    const oid = await writeCommits(api, commits, null)
    return { head: oid, publish: () => publish(api, head, oid) }
  }
  const publishAll: Prepared['publish'] = async (shown) => {
    const seed = await publishSeed(api, commits[0]!, shown)
    return publish(api, seed, await writeCommits(api, commits, seed))
  }
  return { head: null, publish: publishAll }
}

/** Writes the commits, and returns the id of the last one. `seed`: the first commit of a repository that was empty, or null. */
async function writeCommits(api: Api, commits: readonly NewCommit[], seed: string | null): Promise<string> {
  try {
    return await writeAll(api, commits, seed)
  } finally {
    await clearTransit(api)
  }
}

async function writeAll(api: Api, commits: readonly NewCommit[], seed: string | null): Promise<string> {
  const written: string[] = []
  const all = commits.flatMap(({ edits }) => edits)
  await learnBlobs(api, all)
  const existing = new Set([
    ...commits.flatMap(({ parents: [first] }) => (first && 'oid' in first ? [first.oid] : [])),
    ...(seed === null ? [] : [seed]),
  ])
  await learnFolders(api, [...existing], pathsOf(all))
  let pushed = await pushTrees(api, commits, seed)
  for (const [index, commit] of commits.entries()) {
    const given = commit.parents.map((parent) => ('oid' in parent ? parent.oid : written[parent.index]!))
    const parents = given.length === 0 && seed !== null ? [seed] : given
    const [first] = parents
    const before = first === undefined ? null : await readTreeId(api, first)
    const writeOn = async (tree: string): Promise<string> => {
      // If the seed holds the whole first commit, and others follow, the first one is not written.
      const isSeed = given.length === 0 && tree === before && commits.length > 1
      return isSeed ? seed! : writeCommit(api, commit, parents, tree)
    }
    let oid = pushed && (await writeOn(pushed[index]!).catch(passRefusal))
    if (oid === null) {
      // No tree was pushed, or GitHub does not find the one that was: it makes all that are left itself.
      pushed = null
      const { tree, unproven } = await writeProvenTree(api, before, commit.edits)
      oid = await writeOn(tree)
      await checkPaths(api, oid, unproven)
    }
    written.push(oid)
  }
  return written.at(-1)!
}

/** Null for a refusal; other errors go on. */
function passRefusal(error: unknown): null {
  if (error instanceof RefusedError) return null
  throw error
}

/** Writes a tree, and proves it by its id. `unproven`: the entries that were sent, where the id cannot be computed. */
async function writeProvenTree(
  api: Api,
  before: string | null,
  edits: readonly Edit[],
): Promise<{ readonly tree: string; readonly unproven: readonly StagedEntry[] }> {
  const { tree, entries } = await writeTree(api, before, edits)
  const expected = await computeTree(api, before, entries)
  if (expected !== null && expected !== tree) throw await createTreeError(api, expected, tree)
  return { tree, unproven: expected === null ? entries : [] }
}

async function createTreeError(api: Api, expected: string, made: string): Promise<IntegrityError> {
  // The path is only for the message.
  const path = await findDifference(api, expected, made).catch(() => null)
  return new IntegrityError(
    `Cannot write to ${api.where}: GitHub stored something else than it was sent${path === null ? '' : `, "${quote(path)}" among it`} ` +
      `(tree ${made}, and what was sent is tree ${expected}); the branch was not moved to it, run again`,
  )
}

/** Throws an `IntegrityError` where a commit does not hold what was sent. */
async function checkPaths(api: Api, commit: string, entries: readonly StagedEntry[]): Promise<void> {
  const found = await readEntries(api, commit, pathsOf(entries))
  const wrong = entries.find(({ path, mode, oid }) => {
    const is = found.get(path) ?? null
    return oid === null ? is !== null && is.mode !== '040000' : is?.oid !== oid || is.mode !== mode
  })
  if (wrong)
    throw new IntegrityError(
      `Cannot write to ${api.where}: GitHub stored "${quote(wrong.path)}" otherwise than it was sent (commit ` +
        `${commit}); the branch was not moved to it, run again`,
    )
}

async function writeCommit(api: Api, commit: NewCommit, parents: readonly string[], tree: string): Promise<string> {
  const record = formatRecord(commit, true)
  const trailers = record === null ? [] : ([record, ['Mirrored-Tree', tree], ...commit.marks] as const)
  const message = wellFormed(formatMessage(commit.title, commit.body, trailers))
  return writeObject(api, { tree, parents, ...signCommit(commit), message }, pathsOf(commit.edits))
}

/** Writes a commit whose tree is there, and returns its id. `paths`: those that it changes. */
export async function writeObject(api: Api, object: CommitObject, paths: readonly string[]): Promise<string> {
  const action = `write a commit to ${api.where}`
  // 422: a tree that was just pushed may not be there for every server yet.
  const answer = await askUntil(api, [409, 422], () =>
    ask(api, 'POST /repos/{owner}/{repo}/git/commits', { ...object, parents: [...object.parents] }),
  )
  if (!isSuccess(answer))
    throw answer.status === 422
      ? createFailure(api, action, answer, 'write')
      : createWriteFailure(api, action, answer, paths)
  const oid = parseOid(api, 'commit', answer)
  const expected = gitCommitId(object)
  if (oid !== expected)
    throw new IntegrityError(
      `Cannot ${action}: GitHub stored ${oid}, what was sent is commit ${expected}; nothing was published, please report this`,
    )
  api.memory.trees.set(oid, object.tree)
  return oid
}
