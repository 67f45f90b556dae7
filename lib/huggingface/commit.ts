/**
 * Makes commits on the branch by compare-and-swap: the Hub refuses a commit unless the head is its `parentCommit`. Before a
 * commit is sent again, a look at the branch tells whether it was made.
 */
import { lagWaitsMs, retry } from '../async/retry.ts'
import { catchRemoteError, isSuccess, isUnclear } from '../http/answer.ts'
import { fields, isOid, parseJson } from '../http/json.ts'
import { isAttributes } from '../model/entry.ts'
import { DeniedError, MovedError, RefusedError, RemoteError } from '../model/errors.ts'
import { emptyTreeId } from '../model/git-object.ts'
import { verifyPlanned } from '../model/object-proof.ts'
import { digestEdits, formatOnto } from '../model/onto.ts'
import { quote } from '../model/quote.ts'
import type { Edit, NewCommit, Prepared } from '../model/remote.ts'
import { apiUrl } from './address.ts'
import { ask, type Answer, type Api } from './api.ts'
import { splitCommit, type Limits, type CommitPart } from './commit-parts.ts'
import { findWritten, longWaitsMs } from './confirm-write.ts'
import { createFailure, parseRefusal } from './failure.ts'
import { readHead } from './history.ts'
import { expectedId, proveCommit } from './proof.ts'

/** Statuses after which the Hub may still make the commit. After 502 and 503 it does not: no server had got the request. */
const stillWorking: ReadonlySet<number> = new Set([408, 500, 504])
/** How often a commit waits for another writer's lock on the branch, which is held for seconds. */
const locksMax = 8

/**
 * `limits`: how much one commit may hold. `refused` is called with paths of files that the Hub refuses as plain files,
 * although it had said that it takes them. Publishing then throws a `MovedError`, and the next plan makes objects of them.
 */
interface Publishing {
  readonly limits: Limits
  readonly refused: (paths: readonly string[]) => void
}

/** Prepares commits without any request. On the Hub each commit is on a branch at once, so publishing sends everything. */
export function prepareCommits(
  api: Api,
  commits: readonly NewCommit[],
  head: string | null,
  { limits, refused }: Publishing,
): Prepared {
  const straight = commits.every(
    ({ parents: [parent] }, index) =>
      (parent === undefined ? null : 'oid' in parent ? parent.oid : parent.index) === (index === 0 ? head : index - 1),
  )
  if (!straight) throw new Error('commits for the Hub are not one line from its head')
  const publish = async (shown?: (oid: string) => void) => {
    // Without a `parentCommit` the Hub would put the commit on any head.
    const found = head === null ? await readHead(api) : null
    if (found !== null)
      throw new MovedError(
        `Cannot commit to ${api.where}: head is ${formatShort(found)}, the plan was made for an empty repository`,
      )
    let parent = head
    for (const commit of commits) parent = await publishCommit(api, commit, parent, { limits, refused, shown })
    if (parent === null) throw new Error('nothing to publish on an empty repository')
    return parent
  }
  return { head: commits.every(({ edits }) => edits.length === 0) ? head : null, publish }
}

/**
 * Makes the parts of a commit on top of `parent`, and returns the id of the last one. Where there was no answer to a large
 * part, what is left goes in smaller ones.
 */
async function publishCommit(
  api: Api,
  commit: NewCommit,
  parent: string | null,
  { limits, refused, shown }: Publishing & { readonly shown: ((oid: string) => void) | undefined },
): Promise<string | null> {
  let head = parent
  let parts = splitCommit(commit, limits)
  for (let part = parts[0]; part; part = parts[0]) {
    const oid = await publishPart(api, part, head, { limits, refused })
    if (oid === 'too large') {
      const edits = parts.flatMap((one) => one.edits)
      parts = splitCommit({ ...commit, edits }, { ...limits, operations: limits.operationsSure })
      continue
    }
    shown?.(oid)
    // A commit that was found on the branch may be another run's, and hold other files.
    await proveCommit(api, part, head, oid)
    head = oid
    parts.shift()
  }
  return head
}

/** There was no clear answer to a commit, and the branch does not have it. */
class LostError extends RemoteError {}

/**
 * Makes the commit of a part, and returns its id. Sends it again where the branch does not have it, or is locked; but where
 * there was no answer to a large one, it is `too large`.
 */
async function publishPart(
  api: Api,
  part: CommitPart,
  parent: string | null,
  { limits, refused }: Publishing,
): Promise<string> {
  const sent = await addOnto(part, parent)
  const body = await formatBody(api, sent, parent)
  const isLarge = part.edits.length > limits.operationsSure
  let [locked, lost] = [0, 0]
  const waitAfter = (error: Error) => {
    if (error instanceof LostError) return !isLarge && (lost += 1) < 2 ? 0 : null
    const isLocked = error instanceof RemoteError && error.status === 409
    return isLocked && (locked += 1) <= locksMax ? 2_000 + Math.random() * 6_000 : null
  }
  const work = () => sendPart(api, sent, parent, { body, refused })
  try {
    return await retry(work, { attemptsMax: Infinity, sleep: api.http.sleep, waitAfter })
  } catch (error) {
    if (isLarge && error instanceof LostError) return 'too large'
    throw error
  }
}

/**
 * Sends a part once, and returns the id of its commit, also where only a look at the branch finds it.
 * @throws {MovedError} Where another commit stands on the parent, or files have to be stored otherwise.
 * @throws {LostError} Where there was no answer, and the commit is not there.
 * @throws {RemoteError} With status 409 where another writer holds the branch's lock.
 */
async function sendPart(
  api: Api,
  part: CommitPart,
  parent: string | null,
  { body, refused }: { readonly body: Uint8Array<ArrayBuffer> } & Pick<Publishing, 'refused'>,
): Promise<string> {
  const action = `commit to ${api.where}`
  const answer = await post(api, body)
  const oid = answer && parseCommitOid(answer)
  if (oid) return oid
  // A success without the id of a commit tells nothing.
  if (answer && answer.status !== 412 && !isUnclear(answer) && !isSuccess(answer)) {
    const plain = listRefusedPlain(answer, part)
    if (plain.length === 0)
      throw createPointerRefusal(action, answer, part) ?? (await createCommitFailure(api, action, answer))
    refused(plain)
    throw new MovedError(
      `Cannot ${action}: Hugging Face takes ${plain.map((path) => `"${quote(path)}"`).join(', ')} as LFS objects only`,
    )
  }
  const mayCome = answer === null || stillWorking.has(answer.status)
  const found = await findWritten(api, part, parent, mayCome ? longWaitsMs : lagWaitsMs)
  if (found.state === 'written') return found.oid
  if (found.state === 'moved')
    throw new MovedError(
      `Cannot ${action}: head is ${formatShort(found.head)}, the plan was made for ${formatShort(parent)}`,
    )
  if (answer?.status === 412) {
    throw new DeniedError(
      `Cannot ${action}: Hugging Face says that the branch was updated, but its head is still ${formatShort(parent)}; ` +
        `a token that may only open pull requests is answered like this: ${api.tokenName} needs write access to the ` +
        'repository, or run with --pull-request huggingface',
    )
  }
  throw new LostError(
    `Cannot ${action}: twice no answer, and the head is still ${formatShort(parent)}; run again later`,
    answer?.status ?? null,
  )
}

/** Whoever may not write may still propose. */
async function createCommitFailure(api: Api, action: string, answer: Answer): Promise<Error> {
  const error = await createFailure(api, action, answer, 'write')
  return error instanceof DeniedError && answer.status === 403
    ? new DeniedError(`${error.message}, or run with --pull-request huggingface`)
    : error
}

/**
 * The part, with `Mirrored-Onto` in its message if it has trailers: it names the parent and the edits, so that somebody's
 * commit with a copy of this message is not taken for a copy of files.
 */
async function addOnto(part: CommitPart, parent: string | null): Promise<CommitPart> {
  if (part.trailers.length === 0) return part
  const ids = new Map<string, string | null>()
  for (const { path, file } of part.edits) ids.set(path, await expectedId(file))
  const onto = `Mirrored-Onto: ${formatOnto({ parent: parent ?? emptyTreeId, edits: digestEdits(ids) })}`
  return { ...part, description: `${part.description}\n${onto}`, trailers: [...part.trailers, onto] }
}

/** The answer to a commit; `null` where none came. */
function post(api: Api, body: Uint8Array<ArrayBuffer>): Promise<Answer | null> {
  const url = apiUrl(api, 'commit', api.branch)
  const headers = { 'content-type': 'application/x-ndjson' }
  return catchRemoteError(ask(api, { what: 'the answer to a commit', url, repeat: false, post: body, headers }), null)
}

function parseCommitOid(answer: Answer): string | null {
  const { commitOid } = fields(parseJson(answer.bytes.toString('utf8')))
  return isSuccess(answer) && isOid(commitOid) ? commitOid : null
}

/** The plain files of the part that the answer calls binary or too large: the Hub takes them as objects only. */
function listRefusedPlain(answer: Answer, { edits }: CommitPart): string[] {
  const { text } = parseRefusal(answer)
  if (!/contains (?:binary files|files larger than)/.test(text)) return []
  const offending = new Set([...text.matchAll(/- (.+?) \(ref: [^()]*\)/g)].map(([, path]) => path))
  return edits
    .filter(({ path, file }) => file?.store === 'plain' && !isAttributes(path) && offending.has(path))
    .map(({ path }) => path)
}

/** The error for a text that the Hub takes for a pointer, although no rule says so; `null` for any other refusal. */
function createPointerRefusal(action: string, answer: Answer, { edits }: CommitPart): RefusedError | null {
  const { status, text } = parseRefusal(answer)
  const path = /pointer pointed to a file that does not exist[^]*?Offending file: - ([^]+)$/i.exec(text)?.[1]
  if (!edits.some((edit) => edit.path === path && edit.file?.store === 'plain')) return null
  return new RefusedError(
    `Cannot ${action}: Hugging Face answered ${status} "${quote(text)}"; ` +
      `no rule in .gitattributes makes an LFS file of "${quote(path!)}", so that it is a text here, ` +
      'but Hugging Face takes every text of this form for a pointer, and lacks the object: ' +
      'add a rule for the path and push the object (git lfs push --all <remote>), or change the text',
  )
}

function formatShort(oid: string | null): string {
  return oid === null ? 'gone' : oid.slice(0, 7)
}

/** A line of the request's body: `before`, the content of `file` in base64, `after`. */
interface RequestLine {
  readonly before: string
  readonly file: Extract<Edit['file'], { store: 'plain' }> | null
  readonly after: string
}

/** The body of the request. Beside it only one file's content is in memory at a time. */
async function formatBody(
  api: Api,
  { title, description, edits }: CommitPart,
  parent: string | null,
): Promise<Uint8Array<ArrayBuffer>> {
  const header = { summary: title, description, ...(parent === null ? {} : { parentCommit: parent }) }
  const lines = [formatLine('header', header), ...edits.map(formatEdit)]
  const lengths = lines.map(
    ({ before, file, after }) => Buffer.byteLength(before + after) + base64Length(file?.byteLength ?? 0),
  )
  const body = Buffer.alloc(lengths.reduce((sum, length) => sum + length, 0))
  let at = 0
  for (const [index, { before, file, after }] of lines.entries()) {
    at += body.write(before, at)
    if (file) {
      const content = Buffer.from(await file.read())
      verifyPlanned(file, content, `commit "${quote(edits[index - 1]?.path ?? '')}" to ${api.where}`)
      at += body.write(content.toString('base64'), at, 'latin1')
    }
    at += body.write(after, at)
  }
  return body
}

function base64Length(byteLength: number): number {
  return Math.ceil(byteLength / 3) * 4
}

function formatLine(key: string, value: Record<string, unknown>): RequestLine {
  return { before: `${JSON.stringify({ key, value })}\n`, file: null, after: '' }
}

function formatEdit({ path, file }: Edit): RequestLine {
  if (file === null) return formatLine('deletedFile', { path })
  if (file.store === 'lfs')
    return formatLine('lfsFile', { path, algo: 'sha256', oid: file.object.oid, size: file.object.byteLength })
  const line = JSON.stringify({ key: 'file', value: { path, encoding: 'base64', content: '' } })
  return { before: line.slice(0, -3), file, after: `${line.slice(-3)}\n` }
}
