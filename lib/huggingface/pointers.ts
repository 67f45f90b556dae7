/**
 * Pointers that the Hub does not know as such, or knows in a spelling that git-lfs does not write, such as one with CRLF:
 * git can push any text. Where the commit's own rules say `filter=lfs`, git-lfs follows them, so here they are their
 * objects.
 */
import { mapConcurrent } from '../async/concurrent.ts'
import { attributesPath, isLfsPath, type Attributes } from '../gitattributes/rules.ts'
import { foldersAbove, isFile, type Entry } from '../model/entry.ts'
import { IntegrityError, RefusedError } from '../model/errors.ts'
import { gitBlobId } from '../model/git-object.ts'
import {
  formatPointer,
  formatUnreadable,
  parsePointer,
  pointerBytesMax,
  pointerBytesMin,
  type Pointer,
} from '../model/pointer.ts'
import { quote } from '../model/quote.ts'
import { isAttributes } from '../model/view.ts'
import type { Api } from './api.ts'
import { readContent } from './content.ts'
import { keepRows, readPathRows } from './path-rows.ts'

const readsAtOnceMax = 8
/** Up to so many small files that changed are read before their rules: they are copied next, so this costs nothing. */
const readFirstMax = 8

/** The folders whose `.gitattributes` hold for paths, the root (`''`) first. */
export function foldersOfRules(paths: readonly string[]): string[] {
  return [...new Set(['', ...paths.flatMap(foldersAbove)])]
}

/** The `.gitattributes` texts that hold for paths in a commit, and instead of the commit's the texts in `known`. */
export async function readAttributes(
  api: Api,
  commit: string,
  paths: readonly string[],
  known: Attributes = new Map(),
): Promise<Attributes> {
  const folders = foldersOfRules(paths).filter((folder) => !known.has(folder))
  const unknown = folders.map(attributesPath).filter((path) => api.cache.find(commit, path) === undefined)
  keepRows(api, commit, unknown, await readPathRows(api, commit, unknown))
  const attributes = new Map(known)
  for (const folder of folders) {
    const path = attributesPath(folder)
    const entry = api.cache.find(commit, path)
    if (entry && entry.mode !== '040000' && entry.lfs === null)
      attributes.set(folder, Buffer.from(await readSmall(api, commit, path, entry)).toString('utf8'))
  }
  return attributes
}

/** The bytes of a small file as git stores them: of an LFS object, its pointer. */
async function readSmall(api: Api, commit: string, path: string, { oid, byteLength, lfs }: Entry): Promise<Uint8Array> {
  const content =
    api.cache.contents.get(oid) ??
    (await readContent(api, { commit, path, oid, byteLength: lfs ? null : byteLength }, lfs ? 'raw' : undefined))
  api.cache.contents.set(oid, content)
  return content
}

/** Whether a file that the Hub does not call an object has the length of a pointer. */
function mayBePointer(entry: Entry): boolean {
  const { byteLength, lfs } = entry
  return isFile(entry) && lfs === null && byteLength >= pointerBytesMin && byteLength <= pointerBytesMax
}

/** Whether `resolvePointers` looks at the entry at all. */
export function mayConcernPointers(entry: Entry): boolean {
  return entry.lfs !== null || mayBePointer(entry)
}

/** Reads which of the files are pointers, where the cache does not tell. */
async function learnPointers(
  api: Api,
  commit: string,
  files: readonly (readonly [path: string, entry: Entry])[],
): Promise<void> {
  const unread = files.filter(([, { oid }]) => !api.cache.pointers.has(oid))
  await mapConcurrent(unread, readsAtOnceMax, async ([path, entry]) => {
    api.cache.pointers.set(entry.oid, parsePointer(await readSmall(api, commit, path, entry)))
  })
}

/**
 * The entries as git-lfs sees them: pointers by the commit's rules are their objects. Costs nothing where no file has the
 * size of a pointer. `first`: what to read first, the rules or the small files themselves, which is done where they are
 * few; without a rule they are not read.
 * @throws {RefusedError} For a pointer by the rules that git-lfs cannot read.
 * @throws {IntegrityError} Where the Hub names an object that the file is no pointer to.
 */
export async function resolvePointers(
  api: Api,
  commit: string,
  entries: ReadonlyMap<string, Entry>,
  first: 'contents' | 'rules',
): Promise<ReadonlyMap<string, Entry>> {
  await proveObjects(api, commit, entries)
  let small = [...entries].filter(([path, entry]) => mayBePointer(entry) && !isAttributes(path))
  if (first === 'contents' && small.length <= readFirstMax) await learnPointers(api, commit, small)
  small = small.filter(([, { oid }]) => api.cache.pointers.get(oid) !== null)
  if (small.length === 0) return entries
  const paths = small.map(([path]) => path)
  const attributes = await readAttributes(api, commit, paths)
  const tracked = small.filter(([path]) => isLfsPath(attributes, path))
  await learnPointers(api, commit, tracked)
  if (tracked.length === 0) return entries
  const resolved = new Map(entries)
  for (const [path, entry] of tracked) {
    const pointer = readable(api, path, api.cache.pointers.get(entry.oid) ?? null)
    if (pointer) resolved.set(path, { ...entry, byteLength: pointer.byteLength, lfs: pointer })
  }
  return resolved
}

/**
 * The Hub tells a file's object, and the id of its pointer. Where that is not the id of the pointer that everybody writes
 * for the object, the pointer itself has to name the object.
 */
async function proveObjects(api: Api, commit: string, entries: ReadonlyMap<string, Entry>): Promise<void> {
  for (const [path, entry] of entries) {
    const { lfs, oid } = entry
    if (lfs === null || gitBlobId(Buffer.from(formatPointer(lfs))) === oid) continue
    const pointer = readable(api, path, parsePointer(await readSmall(api, commit, path, entry)))
    if (pointer?.oid !== lfs.oid || pointer.byteLength !== lfs.byteLength) {
      throw new IntegrityError(
        `Cannot read huggingface "${quote(path)}": the Hub names LFS object ${lfs.oid} (${lfs.byteLength} bytes) there, ` +
          `and blob ${oid} is no pointer to it; run again`,
      )
    }
  }
}

/** Throws a `RefusedError` for a pointer that git-lfs cannot read. */
function readable(api: Api, path: string, pointer: Pointer | null) {
  if (pointer && 'unreadable' in pointer)
    throw new RefusedError(`Cannot mirror "${quote(path)}" of ${api.where}: ${formatUnreadable(pointer.unreadable)}`)
  return pointer
}
