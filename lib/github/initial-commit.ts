/** The seed: the first commit of an empty repository. GitHub takes only one call for it, which writes a single file. */
import { catchRemoteError, isSuccess, isUnclear } from '../http/answer.ts'
import { fields } from '../http/json.ts'
import { RemoteError, WrongCommitError } from '../model/errors.ts'
import { gitBlobId } from '../model/git-object.ts'
import { formatPointer } from '../model/pointer.ts'
import { quote } from '../model/quote.ts'
import type { Edit, NewCommit, NewFile } from '../model/remote.ts'
import { formatMessage } from '../model/trailers.ts'
import { ask, once, type Answer, type Api } from './api.ts'
import { computeTree } from './expected-tree.ts'
import { awaitHead, movedError, readHistory } from './history.ts'
import { parseSha } from './schema.ts'
import { signCommit, wellFormed } from './signature.ts'
import { createWriteFailure } from './tree-entries.ts'

/** The seed as GitHub made it. */
interface Found {
  readonly oid: string
  readonly tree: string
}

/**
 * Makes the seed, with one file of `commit`, and returns its id. The branch shows it at once. Its message says that it is a
 * part, so that a later run which finds it alone goes on from there.
 */
export async function publishSeed(api: Api, commit: NewCommit, shown?: (oid: string) => void): Promise<string> {
  const { path, file } = chooseFile(commit.edits)
  const content = file.store === 'lfs' ? Buffer.from(formatPointer(file.object)) : Buffer.from(await file.read())
  const message = wellFormed(formatMessage(commit.title, '', [['Mirrored-Part', commit.part]]))
  const action = `make the first commit of ${api.where}`
  // GitHub would put the file on top of any commit that is there by now.
  const history = await readHistory(api, null)
  if (history.state === 'branch') throw movedError(action, history.commits[0]!.oid, null)
  const { author, committer } = signCommit(commit)
  const request = {
    path,
    message,
    content: content.toString('base64'),
    branch: api.branch,
    author: { ...author },
    committer: { ...committer },
  }
  const answer = await catchRemoteError(ask(api, 'PUT /repos/{owner}/{repo}/contents/{path}', request, once), null)
  if (answer !== null && !isSuccess(answer) && !isUnclear(answer))
    throw await createSeedFailure(api, action, answer, path)
  const { oid, tree } = (answer && parseSeed(answer)) ?? (await findSeed(api, action, message))
  shown?.(oid)
  api.memory.trees.set(oid, tree)
  // The branch shows the seed already, and a later run would go on from it.
  const expected = await computeTree(api, null, [{ path, mode: '100644', oid: gitBlobId(content), text: null }])
  if (tree !== expected) {
    throw new WrongCommitError(
      `Cannot ${action}: GitHub stored "${quote(path)}" otherwise than it was sent, and its branch shows commit ` +
        `${oid} with it (tree ${tree}, and what was sent is tree ${expected})`,
    )
  }
  return oid
}

/** The smallest plain file, or any file where there is no plain one. */
function chooseFile(edits: readonly Edit[]): { path: string; file: NewFile } {
  const files = edits.flatMap(({ path, file }) => (file === null ? [] : [{ path, file }]))
  const plain = files.flatMap(({ path, file }) => (file.store === 'plain' ? [{ path, file }] : []))
  const chosen = plain.toSorted((a, b) => a.file.byteLength - b.file.byteLength)[0] ?? files[0]
  if (!chosen) throw new Error('a first commit without files')
  return chosen
}

/** The error for a seed that is refused, perhaps because there is a commit by now. */
async function createSeedFailure(api: Api, action: string, answer: Answer, path: string): Promise<Error> {
  const history = [401, 403, 429].includes(answer.status) ? null : await readHistory(api, null)
  if (history === null || history.state === 'empty') return createWriteFailure(api, action, answer, [path])
  return movedError(action, history.state === 'branch' ? history.commits[0]!.oid : null, null)
}

/** The seed that an answer tells; null where it tells none. */
function parseSeed(answer: Answer): Found | null {
  const { commit } = fields(answer.data)
  const [oid, tree] = [parseSha(commit), parseSha(fields(commit)['tree'])]
  return isSuccess(answer) && oid !== null && tree !== null ? { oid, tree } : null
}

/** The seed after an unclear answer: the branch's only commit, if it has our message. */
async function findSeed(api: Api, action: string, message: string): Promise<Found> {
  const head = await awaitHead(api)
  if (head === null)
    throw new RemoteError(`Cannot ${action}: no clear answer, and the repository is still empty; run again later`)
  const history = await readHistory(api, head)
  const [only, ...more] = history.state === 'branch' ? history.commits : []
  if (only && more.length === 0 && only.message.trimEnd() === message.trimEnd())
    return { oid: only.oid, tree: only.tree! }
  throw movedError(action, head, null)
}
