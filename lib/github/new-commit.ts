/** Commits that no branch names yet. The same commit gets the same id whenever it is made. */
import { DeniedError, IntegrityError } from '../errors.ts'
import type { NewCommit, Prepared } from '../remote.ts'
import { formatMessage } from '../trailers.ts'
import { askUntil, isSuccess, type Api } from './api.ts'
import { createFailure } from './failure.ts'
import { gitCommitId, type CommitObject } from './commit-id.ts'
import { readTreeId } from './history.ts'
import { writeTree } from './new-tree.ts'
import { publish } from './publish.ts'
import { publishSeed } from './seed.ts'
import { signCommit, wellFormed } from './signature.ts'
import { createWriteFailure, learnBlobs, parseOid } from './stage.ts'

/** An empty repository takes nothing that a branch does not name: there, all is left to publishing. */
export async function prepareCommits(api: Api, commits: readonly NewCommit[], head: string | null): Promise<Prepared> {
  if (api.token === null) throw new DeniedError(`Cannot write to ${api.where}: GITHUB_TOKEN is not set; set one that may write contents (in a workflow: \`permissions: contents: write\`)`)
  if (commits.length === 0) throw new Error('no commits to prepare')
  if (head !== null) {
    const oid = await writeCommits(api, commits, null)
    return { head: oid, publish: () => publish(api, head, oid) }
  }
  const publishAll = async () => {
    const seed = await publishSeed(api, commits[0]!)
    return publish(api, seed, await writeCommits(api, commits, seed))
  }
  return { head: null, publish: publishAll }
}

/** The last one's id. `seed` is what commits without a parent are put on, where there must be something. */
async function writeCommits(api: Api, commits: readonly NewCommit[], seed: string | null): Promise<string> {
  const written: string[] = []
  await learnBlobs(api, commits.flatMap(({ edits }) => edits))
  for (const commit of commits) {
    const given = commit.parents.map((parent) => typeof parent === 'string' ? parent : written[parent]!)
    const parents = given.length === 0 && seed !== null ? [seed] : given
    const [first] = parents
    const before = first === undefined ? null : await readTreeId(api, first)
    const tree = await writeTree(api, before, commit.edits)
    // A seed that is the whole first commit stands for it, where others follow.
    const isSeed = given.length === 0 && tree === before && commits.length > 1
    written.push(isSeed ? seed! : await writeCommit(api, commit, parents, tree))
  }
  return written.at(-1)!
}

async function writeCommit(api: Api, commit: NewCommit, parents: readonly string[], tree: string): Promise<string> {
  const trailers = commit.mirrors === null ? [] : [['Mirrored-From', commit.mirrors], ['Mirrored-Tree', tree]] as const
  const object: CommitObject = { tree, parents, ...signCommit(commit), message: wellFormed(formatMessage(commit.title, commit.body, trailers)) }
  const action = `write a commit to ${api.where}`
  const answer = await askUntil(api, [409], () => api.repeating.rest.git.createCommit({ ...api.place, ...object, parents: [...parents] }))
  if (!isSuccess(answer)) throw answer.status === 422 ? createFailure(api, action, answer, 'write') : createWriteFailure(api, action, answer, commit.edits.map(({ path }) => path))
  const oid = parseOid(api, 'commit', answer)
  const expected = gitCommitId(object)
  if (oid !== expected) throw new IntegrityError(`Cannot ${action}: GitHub stored ${oid}, what was sent is commit ${expected}; nothing was published, please report this`)
  api.memory.trees.set(oid, tree)
  return oid
}
