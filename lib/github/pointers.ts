/**
 * Makes entries of rows: finds out which files are pointers, and which of these stand for their objects. A pointer stands
 * for its object where the rules of the commit say `filter=lfs`, since a checkout follows it there; elsewhere it is a text.
 */
import { mapConcurrent } from '../async/concurrent.ts'
import { attributesPath, isLfsPath, type Attributes } from '../gitattributes/rules.ts'
import { foldersAbove, isAttributes, isFile, pathsOf, type Entry } from '../model/entry.ts'
import { mayBePointer, parsePointer, requireReadable } from '../model/pointer.ts'
import type { Api } from './api.ts'
import { readBlob } from './content.ts'
import { readTexts } from './lookup.ts'
import type { TreeRow } from './schema.ts'

type ReadRules = (paths: readonly string[]) => Promise<Attributes>

const blobReadsMax = 8
/** Hardly any pointer is longer, even with CRLF and a blank line. A longer file is only read where the rules say LFS. */
const usualBytesMax = 160

/**
 * The entries of rows, in their order. Costs a request per 250 files that may be pointers and were not read before. The
 * rules are read if one of them is a pointer.
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
  const pointer = follows && isFile(row) ? (api.memory.pointers.get(oid) ?? null) : null
  const lfs = requireReadable(pointer, path, api.where)
  return { mode, oid, byteLength: lfs?.byteLength ?? byteLength, lfs }
}

/**
 * Keeps the entry of a row in memory, if no other request is needed to tell whether it is a pointer. Rows of
 * `.gitattributes` have to be kept before the rows that they are about.
 */
export function keepRow(api: Api, commit: string, path: string, row: TreeRow | null): void {
  const { memory } = api
  if (row === null || !mayBePointer(row)) return memory.keepEntry(commit, path, row && formatEntry(api, row, false))
  const content = memory.findContent(row.oid)
  if (content) memory.pointers.set(row.oid, parsePointer(content))
  const pointer = memory.pointers.get(row.oid)
  const follows = pointer === null ? false : isAttributes(path) || isKnownLfsPath(api, commit, path)
  // An entry that cannot be mirrored is not kept, so that the error comes when somebody asks for it.
  if (follows === null || (follows && (pointer === undefined || (pointer && 'unreadable' in pointer)))) return
  memory.keepEntry(commit, path, formatEntry(api, row, follows))
}

/** Whether the rules say `filter=lfs` for a path; null where some of them were not read yet. */
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
