/**
 * Rows as entries: which blobs are pointers, and of those which stand for their objects. A pointer's text counts as its
 * object where the rules of that commit say `filter=lfs`, since only there a checkout follows it; elsewhere it is text
 * that somebody keeps.
 */
import { mapConcurrent } from '../async/concurrent.ts'
import { attributesPath, isLfsPath, type Attributes } from '../gitattributes/rules.ts'
import { foldersAbove, isFile, pathsOf, type Entry } from '../model/entry.ts'
import { RefusedError } from '../model/errors.ts'
import { formatUnreadable, parsePointer, pointerBytesMax, pointerBytesMin, type Pointer } from '../model/pointer.ts'
import { quote } from '../model/quote.ts'
import { isAttributes } from '../model/view.ts'
import type { Api } from './api.ts'
import { readBlob } from './content.ts'
import { readTexts } from './lookup.ts'
import type { Row, TreeRow } from './schema.ts'

type ReadRules = (paths: readonly string[]) => Promise<Attributes>

const blobReadsMax = 8
/** Hardly any pointer is longer: CRLF and a blank line included. Longer files are read only where the rules say LFS. */
const usualBytesMax = 160

/** Whether a row may be a pointer, by its size alone. */
export function mayBePointer(row: Row): boolean {
  return isFile(row) && row.byteLength >= pointerBytesMin && row.byteLength <= pointerBytesMax
}

/**
 * The entries of rows. Costs a request per 250 blobs that may be pointers and were not read before; the rules only
 * where one is.
 */
export async function formatEntries(api: Api, rows: readonly TreeRow[], readRules: ReadRules): Promise<Entry[]> {
  const { memory } = api
  const unread = rows.filter((row) => mayBePointer(row) && !memory.pointers.has(row.oid))
  const isCheap = ({ byteLength, oid }: TreeRow) => byteLength <= usualBytesMax || memory.findContent(oid) !== null
  await learnPointers(api, unread.filter(isCheap))
  const isOpen = (row: TreeRow) => !isAttributes(row.path) && memory.pointers.get(row.oid) !== null
  const open = rows.filter((row) => mayBePointer(row) && isOpen(row))
  const rules = open.length > 0 ? await readRules(pathsOf(open)) : new Map()
  const tracked = new Set(open.filter(({ path }) => isLfsPath(rules, path)))
  const left = [...tracked].filter(({ oid }) => !memory.pointers.has(oid))
  await learnPointers(api, left)
  return rows.map((row) => formatEntry(api, row, isAttributes(row.path) || tracked.has(row)))
}

async function learnPointers(api: Api, rows: readonly TreeRow[]): Promise<void> {
  const { memory } = api
  const paths = new Map(rows.map(({ oid, path }) => [oid, path]))
  const unread = [...paths.keys()].filter((oid) => memory.findContent(oid) === null)
  await readTexts(api, unread)
  await mapConcurrent([...paths], blobReadsMax, async ([oid, path]) => {
    memory.pointers.set(oid, parsePointer(await readBlob(api, oid, path)))
  })
}

function formatEntry(api: Api, row: TreeRow, follows: boolean): Entry {
  const { mode, oid, byteLength, path } = row
  const pointer: Pointer | null = follows && isFile(row) ? (api.memory.pointers.get(oid) ?? null) : null
  if (pointer === null) return { mode, oid, byteLength, lfs: null }
  if ('unreadable' in pointer)
    throw new RefusedError(`Cannot mirror "${quote(path)}" of ${api.where}: ${formatUnreadable(pointer.unreadable)}`)
  return { mode, oid, byteLength: pointer.byteLength, lfs: pointer }
}

/**
 * Keeps the entry of a row, as far as what was read before tells it. Rows of rules come first, since they may tell it
 * of others.
 */
export function keepRow(api: Api, commit: string, path: string, row: TreeRow | null): void {
  const { memory } = api
  if (row === null || !mayBePointer(row)) return memory.keepEntry(commit, path, row && formatEntry(api, row, false))
  const content = memory.findContent(row.oid)
  if (content) memory.pointers.set(row.oid, parsePointer(content))
  const pointer = memory.pointers.get(row.oid)
  const follows = pointer === null ? false : isAttributes(path) || isKnownLfsPath(api, commit, path)
  // Whether it may not be mirrored is said where it is asked for.
  if (follows === null || (follows && (pointer === undefined || (pointer && 'unreadable' in pointer)))) return
  memory.keepEntry(commit, path, formatEntry(api, row, follows))
}

/** Whether rules that were read make the path an LFS path; null where some were not read. */
function isKnownLfsPath({ memory }: Api, commit: string, path: string): boolean | null {
  const rules = new Map<string, string>()
  for (const folder of ['', ...foldersAbove(path)]) {
    const entry = memory.findEntry(commit, attributesPath(folder))
    const content = isFile(entry) ? memory.findContent(entry.oid) : undefined
    if (entry === undefined || content === null) return null
    if (content) rules.set(folder, Buffer.from(content).toString('utf8'))
  }
  return isLfsPath(rules, path)
}
