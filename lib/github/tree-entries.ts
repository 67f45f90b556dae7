/**
 * Files on their way into a tree: those that git/trees takes as text go along with it, others are blobs first, and many
 * are pushed together. A blob stays where it was written, named by its content, also when the run ends before a commit
 * names it: GitHub is asked which ones it has, and only the others are written.
 */
import { mapConcurrent } from '../async/concurrent.ts'
import { isSuccess } from '../http/answer.ts'
import { fields, isOid } from '../http/json.ts'
import { groupByWeight, sliceBatches } from '../model/batches.ts'
import type { Mode } from '../model/entry.ts'
import { DeniedError, IntegrityError, RemoteError } from '../model/errors.ts'
import { gitBlobId } from '../model/git-object.ts'
import { verifyPlanned } from '../model/object-proof.ts'
import { formatPointer } from '../model/pointer.ts'
import { quote } from '../model/quote.ts'
import type { Edit, NewFile } from '../model/remote.ts'
import { askUntil, parseAnswer, type Answer, type Api } from './api.ts'
import { createFailure, createRefusal, parseText } from './failure.ts'
import { readPresence } from './lookup.ts'
import { pushBlobs } from './push.ts'

const textByteLengthMax = 100_000
/** Bytes of files that are read before GitHub is asked which of them it has. */
const heldByteLengthMax = 16_000_000
const readLanes = 8
const writeLanes = 4
/** Files with known ids, and blobs that would have to be written: of fewer, GitHub is not asked which ones it has. */
const knownAskedMin = 10
const writtenAskedMin = 2
/** Requests that a push has to spare: fewer are within what a minute allows, and need no ref that others can see. */
const pushedMin = 50
/** Files in one push: reading them takes a while, and what a run has not pushed when it is killed is lost. */
const pushedMax = 1_000

/**
 * One entry of a git/trees request: by id, by text, or deleted (`sha` null). `byteLength` is what its text adds to the
 * request.
 */
export interface StagedEntry {
  readonly entry: { path: string; mode: Mode; type: 'blob'; sha?: string | null; content?: string }
  readonly byteLength: number
  readonly oid: string | null
}

/** A file whose bytes are here and whose blob may have to be written. */
interface Unwritten {
  readonly path: string
  readonly mode: Mode
  readonly content: Buffer
  readonly oid: string
  readonly text: string | null
}

/**
 * Asks which of the blobs whose ids are known before any byte is read are there already: their files need neither be
 * read nor sent. It costs a request per 250, so a few files are not worth it.
 */
export async function learnBlobs(api: Api, edits: readonly Edit[]): Promise<void> {
  const oids = edits.flatMap(({ file }) => (file?.store === 'plain' && file.oid !== null ? [file.oid] : []))
  await askForBlobs(api, oids, knownAskedMin)
}

/** Which of these blobs GitHub has; asked for as in `learnBlobs`. */
export async function readPresent(api: Api, oids: readonly string[]): Promise<ReadonlySet<string>> {
  await askForBlobs(api, oids, knownAskedMin)
  return new Set(oids.filter((oid) => api.memory.blobs.has(oid)))
}

async function askForBlobs(api: Api, oids: readonly string[], least: number): Promise<void> {
  const { memory } = api
  const open = [...new Set(oids)].filter((oid) => !memory.blobs.has(oid) && !memory.askedBlobs.has(oid))
  if (open.length < least) return
  for (const oid of open) memory.askedBlobs.add(oid)
  try {
    for (const oid of await readPresence(api, open)) memory.blobs.add(oid)
  } catch (error) {
    // Writing what is there already does no harm, and tells why GitHub cannot be asked.
    if (!(error instanceof RemoteError)) throw error
  }
}

/**
 * Brings the files that GitHub does not have yet together, where they would be many requests; what has to be read first
 * is read in portions, and what was read when that fails leaves before the failure does. Where they cannot be pushed
 * they stay to be written one by one.
 */
export async function pushFiles(api: Api, edits: readonly Edit[]): Promise<void> {
  const open = listUnknown(api, edits)
  if (open.reduce((sum, { file }) => sum + guessRequests(file), 0) < pushedMin) return
  const portions = groupByLength(api, open).flatMap((group) => sliceBatches(group, pushedMax))
  for (const group of portions) {
    if (api.memory.pushRefused) return
    const read = new Map<string, Uint8Array>()
    try {
      await mapConcurrent(group, readLanes, async (edit) => {
        const one = await readEdit(api, edit)
        if ('content' in one) read.set(one.oid, one.content)
      })
    } catch (error) {
      await pushUnknown(api, read).catch(() => {})
      throw error
    }
    await pushUnknown(api, read)
  }
}

/** Plain files that GitHub is not known to have, those with the same id once. */
function listUnknown(api: Api, edits: readonly Edit[]): Edit[] {
  const plain = edits.filter((edit) => edit.file?.store === 'plain' && !isKnown(api, edit))
  return [...new Map(plain.map((edit) => [(edit.file?.store === 'plain' && edit.file.oid) || edit, edit])).values()]
}

/**
 * What is an object elsewhere, and has no git id before it is read, is no text most often; a hundred texts go into one
 * request.
 */
function guessRequests(file: NewFile | null): number {
  return file?.store === 'plain' && (file.oid === null || file.byteLength > textByteLengthMax) ? 1 : 0.01
}

async function pushUnknown(api: Api, contents: Map<string, Uint8Array>): Promise<void> {
  await askForBlobs(api, [...contents.keys()], writtenAskedMin)
  for (const oid of contents.keys()) if (api.memory.blobs.has(oid)) contents.delete(oid)
  if (contents.size === 0) return
  await pushBlobs(api, contents)
  api.memory.blobsSent += contents.size
}

/** Edits as entries of a git/trees request, in their order; their blobs are written. */
export async function stageEdits(api: Api, edits: readonly Edit[]): Promise<StagedEntry[]> {
  const staged: StagedEntry[] = []
  for (const group of groupByLength(api, edits)) {
    const read = await mapConcurrent(group, readLanes, (edit) => readEdit(api, edit))
    const unwritten = read.flatMap((one) => ('content' in one && one.text === null ? [one] : []))
    const blobs = new Map(unwritten.map(({ oid, content }) => [oid, content]))
    if (api.memory.blobsSent + blobs.size >= pushedMin && !api.memory.pushRefused) await pushUnknown(api, blobs)
    else await askForBlobs(api, [...blobs.keys()], writtenAskedMin)
    const stage = async (one: StagedEntry | Unwritten) => ('content' in one ? stageFile(api, one) : one)
    staged.push(...(await mapConcurrent(read, writeLanes, stage)))
  }
  return staged
}

/** Whether the repository has the file's blob, as far as that can be said before its bytes are read. */
export function isKnown({ memory }: Api, { file }: Edit): boolean {
  return file?.store === 'plain' && file.oid !== null && memory.blobs.has(file.oid)
}

/** Edits whose bytes may be held together; a larger file is alone. */
function groupByLength(api: Api, edits: readonly Edit[]): Edit[][] {
  const heldByteLength = (edit: Edit) =>
    edit.file?.store === 'plain' && !isKnown(api, edit) ? edit.file.byteLength : 0
  return groupByWeight(edits, heldByteLengthMax, heldByteLength)
}

function formatById(path: string, mode: Mode, oid: string | null): StagedEntry {
  return { entry: { path, mode, type: 'blob', sha: oid }, byteLength: 0, oid }
}

async function readEdit(api: Api, edit: Edit): Promise<StagedEntry | Unwritten> {
  const { path, file } = edit
  const mode = file?.mode ?? '100644'
  if (file === null) return formatById(path, mode, null)
  if (file.store === 'plain' && isKnown(api, edit)) return formatById(path, mode, file.oid)
  const content = await readFile(api, path, file)
  return {
    path,
    mode,
    content,
    oid: gitBlobId(content),
    text: content.byteLength <= textByteLengthMax ? parseUtf8(content) : null,
  }
}

async function stageFile(api: Api, { path, mode, content, oid, text }: Unwritten): Promise<StagedEntry> {
  if (api.memory.blobs.has(oid)) return formatById(path, mode, oid)
  if (text !== null) return { entry: { path, mode, type: 'blob', content: text }, byteLength: content.byteLength, oid }
  await writeBlob(api, path, content, oid)
  return formatById(path, mode, oid)
}

/** The bytes that git stores, proven before anything names them. */
async function readFile(api: Api, path: string, file: NewFile): Promise<Buffer> {
  if (file.store === 'lfs') return Buffer.from(formatPointer(file.object))
  const content = Buffer.from(await file.read())
  verifyPlanned(file, content, `commit "${quote(path)}" to ${api.where}`)
  return content
}

/** The text of a file; null for what is not valid UTF-8, and for NUL, which JSON can say and text cannot hold. */
function parseUtf8(content: Buffer): string | null {
  const text = content.toString('utf8')
  return !content.includes(0) && Buffer.from(text).equals(content) ? text : null
}

async function writeBlob(api: Api, path: string, content: Buffer, oid: string): Promise<void> {
  const answer = await askUntil(api, [409], () =>
    api.repeating.rest.git.createBlob({ ...api.ownerAndRepo, content: content.toString('base64'), encoding: 'base64' }),
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

/** The id that a write is answered with. */
export function parseOid(api: Api, what: string, answer: Answer): string {
  return parseAnswer(api, `the new ${what}`, answer, (data) => {
    const { sha } = fields(data)
    return isOid(sha) ? sha : null
  })
}

/** The error for a write that is refused. GitHub tells a token that it may not touch workflows by 403 or 404 alone. */
export function createWriteFailure(api: Api, action: string, answer: Answer, paths: readonly string[]): Error {
  const failure = createFailure(api, action, answer, 'write')
  const workflow = paths.find((path) => path.startsWith('.github/workflows/'))
  if (workflow === undefined || !(failure instanceof DeniedError) || answer.status === 401) return failure
  return (
    createRefusal(action, answer.status, `${parseText(answer.data)}: it would change the workflow ${workflow}`) ??
    failure
  )
}
