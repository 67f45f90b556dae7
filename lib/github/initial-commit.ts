/** The first commit of an empty repository: one file of the copy, by the only call that GitHub takes there. */
import { lagWaitsMs, lookUntil } from '../async/retry.ts'
import { isSuccess } from '../http/answer.ts'
import { fields, isOid } from '../http/json.ts'
import { RemoteError, WrongCommitError } from '../model/errors.ts'
import { gitBlobId } from '../model/git-object.ts'
import { formatPointer } from '../model/pointer.ts'
import { quote } from '../model/quote.ts'
import type { Edit, NewCommit, NewFile } from '../model/remote.ts'
import { formatMessage } from '../model/trailers.ts'
import { ask, type Answer, type Api } from './api.ts'
import { computeTree } from './expected-tree.ts'
import { movedError, readHead, readHistory } from './history.ts'
import { signCommit, wellFormed } from './signature.ts'
import { createWriteFailure } from './tree-entries.ts'

/** A commit and its tree. */
interface Found {
  readonly oid: string
  readonly tree: string
}

interface Seed {
  readonly path: string
  readonly content: Buffer
  readonly message: string
}

/**
 * Commits that the seed of these, given by their edits, adds to them: none where it is the whole first one and others
 * follow.
 */
export function countSeeds(commits: readonly { readonly edits: readonly unknown[] }[]): number {
  return commits.length > 1 && commits[0]!.edits.length === 1 ? 0 : Math.min(commits.length, 1)
}

/**
 * Makes the first commit, with one file of `commit`, and returns its id. The branch shows it at once, marked as a part,
 * so that a run that finds it alone goes on from it.
 */
export async function publishSeed(api: Api, commit: NewCommit, shown?: (oid: string) => void): Promise<string> {
  const { path, file } = chooseFile(commit.edits)
  const content = file.store === 'lfs' ? Buffer.from(formatPointer(file.object)) : Buffer.from(await file.read())
  const seed = { path, content, message: wellFormed(formatMessage(commit.title, '', [['Mirrored-Part', commit.part]])) }
  const action = `make the first commit of ${api.where}`
  // GitHub would put the file on top of whatever is there by now.
  const history = await readHistory(api, null)
  if (history.state === 'branch') throw movedError(action, history.commits[0]!.oid, null)
  const answer = await sendSeed(api, commit, seed)
  if (answer !== null && !isSuccess(answer) && answer.status !== 408 && answer.status < 500)
    throw await createSeedFailure(api, action, answer, path)
  const { oid, tree } = (answer && parseSeed(answer)) ?? (await findSeed(api, action, seed))
  shown?.(oid)
  api.memory.trees.set(oid, tree)
  // The branch shows it by now: whoever goes on from it takes it for what it says.
  const expected = await computeTree(api, null, [{ path, entry: { mode: '100644', oid: gitBlobId(content) } }])
  if (tree !== expected) {
    throw new WrongCommitError(
      `Cannot ${action}: GitHub stored "${quote(path)}" otherwise than it was sent, and its branch shows commit ` +
        `${oid} with it (tree ${tree}, and what was sent is tree ${expected})`,
    )
  }
  return oid
}

/** The smallest plain file, which one request holds. */
function chooseFile(edits: readonly Edit[]): { path: string; file: NewFile } {
  const files = edits.flatMap(({ path, file }) => (file === null ? [] : [{ path, file }]))
  const plain = files.flatMap(({ path, file }) => (file.store === 'plain' ? [{ path, file }] : []))
  const chosen = plain.toSorted((a, b) => a.file.byteLength - b.file.byteLength)[0] ?? files[0]
  if (!chosen) throw new Error('a first commit without files')
  return chosen
}

/** The answer, null where none came. */
async function sendSeed(api: Api, commit: NewCommit, { path, content, message }: Seed): Promise<Answer | null> {
  const { author, committer } = signCommit(commit)
  try {
    return await ask(() =>
      api.once.rest.repos.createOrUpdateFileContents({
        ...api.ownerAndRepo,
        path,
        message,
        content: content.toString('base64'),
        branch: api.branch,
        author: { ...author },
        committer: { ...committer },
      }),
    )
  } catch (error) {
    if (error instanceof RemoteError) return null
    throw error
  }
}

/** The error for a first commit that is refused, perhaps because another one is there by now. */
async function createSeedFailure(api: Api, action: string, answer: Answer, path: string): Promise<Error> {
  const history = [401, 403, 429].includes(answer.status) ? null : await readHistory(api, null)
  if (history === null || history.state === 'empty') return createWriteFailure(api, action, answer, [path])
  return movedError(action, history.state === 'branch' ? history.commits[0]!.oid : null, null)
}

/** The commit that an answer tells; null where it does not say. */
function parseSeed(answer: Answer): Found | null {
  const { sha: oid, tree: row } = fields(fields(answer.data)['commit'])
  const tree = fields(row)['sha']
  return isSuccess(answer) && isOid(oid) && isOid(tree) ? { oid, tree } : null
}

/** After an unclear answer: the branch's only commit, if it is ours. */
async function findSeed(api: Api, action: string, { message }: Seed): Promise<Found> {
  const head = await lookUntil(
    () => readHead(api),
    (seen) => seen !== null,
    { waitsMs: lagWaitsMs, sleep: api.http.sleep },
  )
  if (head === null)
    throw new RemoteError(`Cannot ${action}: no clear answer, and the repository is still empty; run again later`)
  const history = await readHistory(api, head)
  const [only, ...more] = history.state === 'branch' ? history.commits : []
  if (only && more.length === 0 && only.message.trimEnd() === message.trimEnd())
    return { oid: only.oid, tree: only.tree! }
  throw movedError(action, head, null)
}
