/**
 * Makes the entries of a new tree from edits. A short text goes to GitHub within the entry. Of other files the blobs are
 * written first, one by one, or many of them in a push. A blob is kept there even if the run ends before a commit names it,
 * so GitHub is asked which blobs it has, and only others are sent.
 */
import { mapConcurrent } from '../async/concurrent.ts'
import { catchRemoteError, isSuccess } from '../http/answer.ts'
import { groupByWeight } from '../model/batches.ts'
import type { Mode } from '../model/entry.ts'
import { DeniedError, IntegrityError } from '../model/errors.ts'
import { gitBlobId } from '../model/git-object.ts'
import { verifyPlanned } from '../model/object-proof.ts'
import { formatPointer } from '../model/pointer.ts'
import { quote } from '../model/quote.ts'
import type { Edit, NewFile } from '../model/remote.ts'
import { ask, askUntil, parseAnswer, type Answer, type Api } from './api.ts'
import { createFailure, createRefusal, parseText } from './failure.ts'
import { readPresence, textsMax } from './lookup.ts'
import { noTrees, pushObjects } from './push.ts'
import { parseSha } from './schema.ts'

export const textByteLengthMax = 100_000
/** How many bytes of files are held before GitHub is asked which of them it has. */
export const heldByteLengthMax = 16_000_000
export const readLanes = 8
const writeLanes = 4
/** For fewer files GitHub is not asked which ones it has: files whose ids are known, and files whose bytes were read. */
export const knownAskedMin = 10
export const writtenAskedMin = 2
/** How many requests a push has to save: GitHub takes six in a minute, by all who push to a repository. */
export const pushedMin = 15

/**
 * What a new tree holds at a path: a blob by its id, which GitHub makes of `text` where that is not null. `oid` null
 * deletes the path.
 */
export interface StagedEntry {
  readonly path: string
  readonly mode: Mode
  readonly oid: string | null
  readonly text: string | null
}

/** An entry whose blob may still have to be written, with its bytes; `content` null: it need not be. */
type ReadEntry = StagedEntry & { readonly content: Buffer | null }

/**
 * Asks which of the files, as far as their git ids are known, GitHub has already: they need neither be read nor sent. A few
 * are not asked for. Of many a sample is: if GitHub has none of that, no earlier run has sent a part of them.
 */
export async function learnBlobs(api: Api, edits: readonly Edit[]): Promise<void> {
  const oids = edits.flatMap(({ file }) => (file?.store === 'plain' && file.oid !== null ? [file.oid] : []))
  await askForBlobs(api, oids, knownAskedMin)
}

/** `readPresent` of the contract: which of these blobs GitHub has. Asks as `learnBlobs` does. */
export async function readPresent(api: Api, oids: readonly string[]): Promise<ReadonlySet<string>> {
  await askForBlobs(api, oids, knownAskedMin)
  return new Set(oids.filter((oid) => api.memory.blobs.has(oid)))
}

async function askForBlobs(api: Api, oids: readonly string[], least: number): Promise<void> {
  const { memory } = api
  const open = [...new Set(oids)].filter((oid) => !memory.blobs.has(oid) && !memory.askedBlobs.has(oid))
  if (open.length < least) return
  for (const oid of open) memory.askedBlobs.add(oid)
  const sample = new Set(takeEvenly(open, textsMax))
  // If GitHub cannot be asked, blobs are written once more, which does no harm.
  const look = async (asked: readonly string[]) => {
    const found = await catchRemoteError(readPresence(api, asked), [])
    for (const oid of found) memory.blobs.add(oid)
    return found.length
  }
  if ((await look([...sample])) > 0) await look(open.filter((oid) => !sample.has(oid)))
}

/** Up to `most` of the items, from all parts of the list. */
function takeEvenly<T>(items: readonly T[], most: number): T[] {
  const step = Math.max(1, items.length / most)
  return Array.from({ length: Math.min(items.length, most) }, (_, index) => items[Math.floor(index * step)]!)
}

/** Drops those that GitHub has, of which it is asked. */
export async function dropKnown(api: Api, contents: Map<string, Uint8Array>): Promise<void> {
  await askForBlobs(api, [...contents.keys()], writtenAskedMin)
  for (const oid of contents.keys()) if (api.memory.blobs.has(oid)) contents.delete(oid)
}

/** Pushes blobs as far as GitHub is not known to have them, and trees. */
export async function pushUnknown(api: Api, contents: Map<string, Uint8Array>, trees = noTrees): Promise<void> {
  await dropKnown(api, contents)
  if (contents.size + trees.roots.size === 0) return
  await pushObjects(api, contents, trees)
  api.memory.blobsSent += contents.size
}

/** The entries for edits, in their order. The blobs that they name have been written. */
export async function stageEdits(api: Api, edits: readonly Edit[]): Promise<StagedEntry[]> {
  const staged: StagedEntry[] = []
  for (const group of groupByLength(api, edits)) {
    const read = await mapConcurrent(group, readLanes, (edit) => readEdit(api, edit))
    const blobs = new Map<string, Uint8Array>()
    for (const { oid, content, text } of read)
      if (oid !== null && content !== null && text === null) blobs.set(oid, content)
    if (api.memory.blobsSent + blobs.size >= pushedMin && !api.memory.pushRefused) await pushUnknown(api, blobs)
    else await askForBlobs(api, [...blobs.keys()], writtenAskedMin)
    staged.push(...(await mapConcurrent(read, writeLanes, (entry) => stageFile(api, entry))))
  }
  return staged
}

/** Whether the repository is known to have the file's blob, before its bytes are read. */
export function isKnown({ memory }: Api, { file }: Edit): boolean {
  return file?.store === 'plain' && file.oid !== null && memory.blobs.has(file.oid)
}

/** How much of an edit goes to GitHub as a text within an entry, as far as that is known before it is read. */
export function textByteLength(api: Api, edit: Edit): number {
  const { file } = edit
  const isText = file?.store === 'plain' && file.byteLength <= textByteLengthMax && !isKnown(api, edit)
  return isText ? file.byteLength : 0
}

/** The edits in groups, of which the bytes are held in memory together. A larger file is alone. */
export function groupByLength(api: Api, edits: readonly Edit[]): Edit[][] {
  const heldByteLength = (edit: Edit) =>
    edit.file?.store === 'plain' && !isKnown(api, edit) ? edit.file.byteLength : 0
  return groupByWeight(edits, heldByteLengthMax, heldByteLength)
}

/** What an edit puts into a tree, with the file's bytes where GitHub is not known to have them. */
export async function readEdit(api: Api, edit: Edit): Promise<ReadEntry> {
  const { path, file } = edit
  const mode = file?.mode ?? '100644'
  if (file === null) return { path, mode, oid: null, text: null, content: null }
  if (file.store === 'plain' && isKnown(api, edit)) return { path, mode, oid: file.oid, text: null, content: null }
  const content = await readFile(api, path, file)
  const text = content.byteLength <= textByteLengthMax ? parseUtf8(content) : null
  return { path, mode, oid: (file.store === 'plain' && file.oid) || gitBlobId(content), text, content }
}

async function stageFile(api: Api, { content, ...entry }: ReadEntry): Promise<StagedEntry> {
  const { path, oid, text } = entry
  if (oid === null || content === null) return entry
  if (api.memory.blobs.has(oid)) return { ...entry, text: null }
  if (text === null) await writeBlob(api, path, content, oid)
  return entry
}

/** The bytes that git stores of a file, proven to be those that were planned. */
async function readFile(api: Api, path: string, file: NewFile): Promise<Buffer> {
  if (file.store === 'lfs') return Buffer.from(formatPointer(file.object))
  const content = Buffer.from(await file.read())
  verifyPlanned(file, content, `commit "${quote(path)}" to ${api.where}`)
  return content
}

/** The text of a file; null for what is no valid UTF-8, and for a NUL, which JSON can write and GitHub's texts cannot hold. */
function parseUtf8(content: Buffer): string | null {
  const text = content.toString('utf8')
  return !content.includes(0) && Buffer.from(text).equals(content) ? text : null
}

async function writeBlob(api: Api, path: string, content: Buffer, oid: string): Promise<void> {
  const answer = await askUntil(api, [409], () =>
    ask(api, 'POST /repos/{owner}/{repo}/git/blobs', { content: content.toString('base64'), encoding: 'base64' }),
  )
  const action = `write "${quote(path)}" to ${api.where}`
  if (!isSuccess(answer)) throw createWriteFailure(api, action, answer, [path])
  const found = parseOid(api, `blob of "${quote(path)}"`, answer)
  if (found !== oid)
    throw new IntegrityError(
      `Cannot ${action}: GitHub stored blob ${found}, the bytes that were sent are ${oid}; run again`,
    )
  api.memory.blobs.add(oid)
  api.memory.blobsSent += 1
}

/** The id of what was written, which the answer tells. `what` completes `Cannot read the new …`. */
export function parseOid(api: Api, what: string, answer: Answer): string {
  return parseAnswer(api, `the new ${what}`, answer, parseSha)
}

/**
 * The error for a write that is refused. If it would change a workflow, the message says so: GitHub's answer to a token that
 * must not do that is a 403 or 404 without a reason.
 */
export function createWriteFailure(api: Api, action: string, answer: Answer, paths: readonly string[]): Error {
  const failure = createFailure(api, action, answer, 'write')
  const workflow = paths.find((path) => path.startsWith('.github/workflows/'))
  if (workflow === undefined || !(failure instanceof DeniedError) || answer.status === 401) return failure
  return (
    createRefusal(action, answer.status, `${parseText(answer.data)}: it would change the workflow ${workflow}`) ??
    failure
  )
}
