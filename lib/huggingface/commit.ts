/**
 * Commits on the branch, by compare-and-swap: `parentCommit` is what its head must be. Nothing is sent again without a look
 * at the branch.
 */
import { lagWaitsMs, retry } from '../async/retry.ts'
import { isSuccess } from '../http/answer.ts'
import { fields, isOid, parseJson } from '../http/json.ts'
import { DeniedError, MovedError, RefusedError, RemoteError } from '../model/errors.ts'
import { emptyTreeId } from '../model/git-object.ts'
import { verifyPlanned } from '../model/object-proof.ts'
import { digestEdits, formatOnto } from '../model/onto.ts'
import { quote } from '../model/quote.ts'
import type { Edit, NewCommit, Prepared } from '../model/remote.ts'
import { isAttributes } from '../model/view.ts'
import { apiUrl } from './address.ts'
import { ask, type Answer, type Api } from './api.ts'
import { splitCommit, type Limits, type CommitPart } from './commit-parts.ts'
import { findWritten, longWaitsMs } from './confirm-write.ts'
import { createFailure, parseRefusal } from './failure.ts'
import { readHead } from './history.ts'
import { expectedId, proveCommit } from './proof.ts'

/** Statuses after which the commit may still be made. 502 and 503 say that nobody was there to make it. */
const stillWorking: ReadonlySet<number> = new Set([408, 500, 504])
/** How often another writer's lock is waited for. It goes within seconds. */
const locksMax = 8

/**
 * `limits`: how much one commit may hold. `refused` is told paths that the Hub takes as objects only, although it had said
 * otherwise. Publishing then throws a `MovedError`, so that the next plan stores them as objects.
 */
interface Publishing {
  readonly limits: Limits
  readonly refused: (paths: readonly string[]) => void
}

/** Prepares commits without any request: the Hub has no commit that no branch shows, so all is sent when publishing. */
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
  const parts = commits.map((commit) => splitCommit(commit, limits))
  const publish = async (shown?: (oid: string) => void) => {
    // Without a parent the Hub compares nothing.
    const found = head === null ? await readHead(api) : null
    if (found !== null)
      throw new MovedError(
        `Cannot commit to ${api.where}: head is ${formatShort(found)}, the plan was made for an empty repository`,
      )
    let parent = head
    for (const ofOne of parts) {
      for (const part of ofOne) {
        const oid = await publishPart(api, part, parent, refused)
        shown?.(oid)
        // A commit that was found on the branch may be another run's, and hold something else.
        await proveCommit(api, part, parent, oid)
        parent = oid
      }
    }
    if (parent === null) throw new Error('nothing to publish on an empty repository')
    return parent
  }
  return { head: parts.flat().length === 0 ? head : null, publish }
}

/** Nobody knows what became of a request, and the branch is still where it was. */
class LostError extends RemoteError {}

/** Commits a part and returns the id of its commit. Sends it again where it was not made for sure. */
async function publishPart(
  api: Api,
  part: CommitPart,
  parent: string | null,
  refused: (paths: readonly string[]) => void,
): Promise<string> {
  const body = await formatBody(api, await addOnto(part, parent), parent)
  let [locked, lost] = [0, 0]
  const waitAfter = (error: Error) => {
    if (error instanceof LostError) return (lost += 1) < 2 ? 0 : null
    const isLocked = error instanceof RemoteError && error.status === 409
    return isLocked && (locked += 1) <= locksMax ? 2_000 + Math.random() * 6_000 : null
  }
  const work = () => sendPart(api, part, parent, { body, refused })
  return retry(work, { attemptsMax: Infinity, sleep: api.http.sleep, waitAfter })
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
  if (answer && answer.status !== 412 && !isUnclear(answer)) {
    const plain = listRefusedPlain(answer, part)
    if (plain.length === 0)
      throw createPointerRefusal(action, answer, part) ?? (await createFailure(api, action, answer, 'write'))
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
        `a token that may only open pull requests is answered like this, ${api.tokenName} needs write access to the repository`,
    )
  }
  throw new LostError(
    `Cannot ${action}: twice no answer, and the head is still ${formatShort(parent)}; run again later`,
    answer?.status ?? null,
  )
}

/**
 * The part, whose message also says what it is made on and what it changes if it says whose copy it is: a message that was
 * copied can then be told from it.
 */
async function addOnto(part: CommitPart, parent: string | null): Promise<CommitPart> {
  if (part.trailer === null) return part
  const ids = new Map<string, string | null>()
  for (const { path, file } of part.edits) ids.set(path, await expectedId(file))
  return {
    ...part,
    description: `${part.description}\nMirrored-Onto: ${formatOnto({ parent: parent ?? emptyTreeId, edits: digestEdits(ids) })}`,
  }
}

/** The answer to a commit, `null` where none came. */
async function post(api: Api, body: Uint8Array<ArrayBuffer>): Promise<Answer | null> {
  try {
    const url = apiUrl(api, 'commit', api.branch)
    return await ask(api, {
      what: 'the answer to a commit',
      url,
      repeat: false,
      post: body,
      headers: { 'content-type': 'application/x-ndjson' },
    })
  } catch (error) {
    if (error instanceof RemoteError) return null
    throw error
  }
}

function parseCommitOid(answer: Answer): string | null {
  const { commitOid } = fields(parseJson(answer.bytes.toString('utf8')))
  return isSuccess(answer) && isOid(commitOid) ? commitOid : null
}

/** Plain files of the part that the Hub's hook refuses as binary or too large, whatever it said of them before. */
function listRefusedPlain(answer: Answer, { edits }: CommitPart): string[] {
  const { text } = parseRefusal(answer)
  if (!/contains (?:binary files|files larger than)/.test(text)) return []
  const offending = new Set([...text.matchAll(/- (.+?) \(ref: [^()]*\)/g)].map(([, path]) => path))
  return edits
    .filter(({ path, file }) => file?.store === 'plain' && !isAttributes(path) && offending.has(path))
    .map(({ path }) => path)
}

/** The error for a text that the Hub takes for a pointer, whatever the rules say; `null` for any other refusal. */
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

/** Whether the commit may have been made, whatever the answer says. */
function isUnclear(answer: Answer): boolean {
  return isSuccess(answer) || answer.status === 408 || answer.status >= 500
}

function formatShort(oid: string | null): string {
  return oid === null ? 'gone' : oid.slice(0, 7)
}

/** A line of the request: `file`'s content in base64 comes between `before` and `after`. */
interface RequestLine {
  readonly before: string
  readonly file: Extract<Edit['file'], { store: 'plain' }> | null
  readonly after: string
}

/** The lines of the request in one buffer of the right length. Only one file's content is held beside it at a time. */
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
