/** Writes commits that no branch contains yet. Written again, a commit gets the same id. */
import { formatPack } from '../git-wire/write-pack.ts'
import { isSuccess } from '../http/answer.ts'
import { pathsOf } from '../model/entry.ts'
import { IntegrityError, RefusedError } from '../model/errors.ts'
import { gitObjectId } from '../model/git-object.ts'
import { quote } from '../model/quote.ts'
import type { Edit, NewCommit, Prepared } from '../model/remote.ts'
import { formatMessage, formatRecord } from '../model/trailers.ts'
import { ask, askUntil, requireToken, type Api } from './api.ts'
import { formatCommit, gitCommitId, type CommitObject } from './commit-id.ts'
import { readEntries } from './entries.ts'
import { computeTree, findDifference, learnFolders } from './expected-tree.ts'
import { createFailure } from './failure.ts'
import { readTreeId } from './history.ts'
import { publishSeed } from './initial-commit.ts'
import { writeTree } from './new-tree.ts'
import { publish, publishPack } from './publish.ts'
import { gatherTrees, type Cargo } from './push-commits.ts'
import { clearTransit, listObjects } from './push.ts'
import { signCommit, wellFormed } from './signature.ts'
import { createWriteFailure, learnBlobs, parseOid, pushUnknown, type StagedEntry } from './tree-entries.ts'

/**
 * `prepare` of the contract. The commits are written here, and only publishing shows them on the branch; where they are
 * pushed, publishing sends them, and the branch moves with them. An empty repository takes no commit that is not on a branch,
 * so there publishing writes them too. `check` is called when every file was read.
 */
export async function prepareCommits(
  api: Api,
  commits: readonly NewCommit[],
  head: string | null,
  check: () => unknown = () => {},
): Promise<Prepared> {
  requireToken(api, `write to ${api.where}`)
  if (commits.length === 0) throw new Error('no commits to prepare')
  if (head !== null) return readyCommits(api, commits, { before: head, seed: null, check })
  const publishAll: Prepared['publish'] = async (shown) => {
    const seed = await publishSeed(api, commits[0]!, shown)
    return (await readyCommits(api, commits, { before: seed, seed, check })).publish()
  }
  return { head: null, publish: publishAll }
}

/** `before`: the head. `seed`: the first commit of a repository that was empty, else null. */
interface Place {
  readonly before: string
  readonly seed: string | null
  readonly check: () => unknown
}

async function readyCommits(
  api: Api,
  commits: readonly NewCommit[],
  { before, seed, check }: Place,
): Promise<Prepared> {
  const cargo = await gather(api, commits, seed, check)
  const write = () => writeCommits(api, commits, { cargo, seed, check })
  if (cargo === null || api.memory.headPushDeclined) {
    const after = await write()
    return { head: after, publish: () => publish(api, before, after) }
  }
  const { after, pack } = await packCommits(api, commits, seed, cargo)
  const pushAll = async () =>
    (await publishPack(api, before, after, pack)) ? after : publish(api, before, await write())
  return { head: after, publish: pushAll }
}

/** Writes the commits where nobody sees them, and returns the id of the last one. */
export async function writeUnseen(api: Api, commits: readonly NewCommit[]): Promise<string> {
  requireToken(api, `write to ${api.where}`)
  const [seed, check] = [null, () => {}]
  return writeCommits(api, commits, { cargo: await gather(api, commits, seed, check), seed, check })
}

/** Reads the files. What of them has to be sent, but for the last push; null where nothing is pushed. */
async function gather(
  api: Api,
  commits: readonly NewCommit[],
  seed: string | null,
  allRead: () => void,
): Promise<Cargo | null> {
  try {
    const all = commits.flatMap(({ edits }) => edits)
    await learnBlobs(api, all)
    const starts = commits.flatMap(({ parents: [first] }) => (first && 'oid' in first ? [first.oid] : []))
    await learnFolders(api, [...new Set([...starts, ...(seed === null ? [] : [seed])])], pathsOf(all))
    return await gatherTrees(api, commits, seed, allRead)
  } catch (error) {
    await clearTransit(api)
    throw error
  }
}

/** The pack that brings the commits, and the id of the last one. */
async function packCommits(
  api: Api,
  commits: readonly NewCommit[],
  seed: string | null,
  { ids, files, trees }: Cargo,
): Promise<{ readonly after: string; readonly pack: Buffer }> {
  const objects = listObjects(files.values(), trees.made.values())
  const made: string[] = []
  for (const [index, commit] of commits.entries()) {
    const tree = ids[index]!
    if (commits.length > 1 && isSeed(api, commit, tree, seed)) {
      made.push(seed)
      continue
    }
    const body = formatCommit(formObject(commit, placeCommit(commit, made, seed), tree))
    objects.push({ type: 'commit', body })
    made.push(gitObjectId('commit', body))
    api.memory.trees.set(made.at(-1)!, tree)
  }
  return { after: made.at(-1)!, pack: await formatPack(objects) }
}

/** The parents of a commit. `made`: the ids of the commits before it. A seed is the parent of those without one. */
function placeCommit({ parents }: NewCommit, made: readonly string[], seed: string | null): string[] {
  const oids = parents.map((parent) => ('oid' in parent ? parent.oid : made[parent.index]!))
  return oids.length === 0 && seed !== null ? [seed] : oids
}

/** Whether the seed holds a whole commit: where others follow, that one is not written. */
function isSeed({ memory }: Api, { parents }: NewCommit, tree: string, seed: string | null): seed is string {
  return seed !== null && parents.length === 0 && tree === memory.trees.get(seed)
}

/** `check` is called beside the last request. */
async function writeCommits(
  api: Api,
  commits: readonly NewCommit[],
  { cargo, seed, check }: Pick<Place, 'seed' | 'check'> & { readonly cargo: Cargo | null },
): Promise<string> {
  const written: string[] = []
  try {
    if (cargo && !api.memory.pushRefused) await pushUnknown(api, cargo.files, cargo.trees)
    let pushed = cargo && !api.memory.pushRefused ? cargo.ids : null
    for (const [index, commit] of commits.entries()) {
      const parents = placeCommit(commit, written, seed)
      const [first] = parents
      const before = first === undefined ? null : await readTreeId(api, first)
      const writeOn = async (tree: string): Promise<string> => {
        if (index === commits.length - 1) check()
        return commits.length > 1 && isSeed(api, commit, tree, seed) ? seed : writeCommit(api, commit, parents, tree)
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
  } finally {
    await clearTransit(api)
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

function writeCommit(api: Api, commit: NewCommit, parents: readonly string[], tree: string): Promise<string> {
  return writeObject(api, formObject(commit, parents, tree), pathsOf(commit.edits))
}

/** The commit as git stores it. */
function formObject(commit: NewCommit, parents: readonly string[], tree: string): CommitObject {
  const record = formatRecord(commit, true)
  const trailers = record === null ? [] : ([record, ['Mirrored-Tree', tree], ...commit.marks] as const)
  const message = wellFormed(formatMessage(commit.title, commit.body, trailers))
  return { tree, parents, ...signCommit(commit), message }
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
