/**
 * Pointers that the Hub does not take for pointers, or that are spelled in another way than git-lfs writes them, as with
 * CRLF: git can push any text. git-lfs follows a pointer where the commit's own rules say `filter=lfs`, so there it stands
 * for its object here too.
 */
import { mapConcurrent } from '../async/concurrent.ts'
import { attributesPath, isLfsPath, type Attributes } from '../gitattributes/rules.ts'
import { foldersOf, isAttributes, type Entry } from '../model/entry.ts'
import { IntegrityError } from '../model/errors.ts'
import { gitBlobId } from '../model/git-object.ts'
import { formatPointer, mayBePointer, parsePointer, requireReadable } from '../model/pointer.ts'
import { quote } from '../model/quote.ts'
import type { Api } from './api.ts'
import { readContent } from './content.ts'
import { keepRows, readPathRows } from './path-rows.ts'

const readsAtOnceMax = 8
/** Up to so many small files that changed are read before the rules: the run needs their bytes anyway. */
const readFirstMax = 8

/** The `.gitattributes` texts that hold for paths in a commit. A text in `known` replaces the commit's of that folder. */
export async function readAttributes(
  api: Api,
  commit: string,
  paths: readonly string[],
  known: Attributes = new Map(),
): Promise<Attributes> {
  const folders = foldersOf(paths).filter((folder) => !known.has(folder))
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

/** The bytes of a small file as git stores them: for an LFS object, those of its pointer. */
async function readSmall(api: Api, commit: string, path: string, { oid, byteLength, lfs }: Entry): Promise<Uint8Array> {
  const content =
    api.cache.contents.get(oid) ??
    (await readContent(api, { commit, path, oid, byteLength: lfs ? null : byteLength }, lfs ? 'raw' : undefined))
  api.cache.contents.set(oid, content)
  return content
}

/** Whether `resolvePointers` looks at the entry at all. */
export function mayConcernPointers(entry: Entry): boolean {
  return entry.lfs !== null || mayBePointer(entry)
}

/** Reads those files of which it is not known whether they are pointers, and keeps the answers in the cache. */
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
 * The entries as git-lfs sees them: a pointer stands for its object where the commit's rules say so. Costs no request where
 * no file has the length of a pointer. `first`: whether to begin with the small files themselves, which is done for a few,
 * or with the rules, after which only files that the rules name are read.
 * @throws {RefusedError} For a pointer that cannot be mirrored.
 * @throws {IntegrityError} Where the Hub names an object that the file is no pointer to.
 */
export async function resolvePointers(
  api: Api,
  commit: string,
  entries: ReadonlyMap<string, Entry>,
  first: 'contents' | 'rules',
): Promise<ReadonlyMap<string, Entry>> {
  await proveObjects(api, commit, entries)
  let small = [...entries].filter(([path, entry]) => entry.lfs === null && mayBePointer(entry) && !isAttributes(path))
  if (first === 'contents' && small.length <= readFirstMax) await learnPointers(api, commit, small)
  small = small.filter(([, { oid }]) => api.cache.pointers.get(oid) !== null)
  if (small.length === 0) return entries
  const attributes = await readAttributes(
    api,
    commit,
    small.map(([path]) => path),
  )
  const tracked = small.filter(([path]) => isLfsPath(attributes, path))
  await learnPointers(api, commit, tracked)
  if (tracked.length === 0) return entries
  const resolved = new Map(entries)
  for (const [path, entry] of tracked) {
    const pointer = requireReadable(api.cache.pointers.get(entry.oid) ?? null, path, api.where)
    if (pointer) resolved.set(path, { ...entry, byteLength: pointer.byteLength, lfs: pointer })
  }
  return resolved
}

/**
 * Proves that files are pointers to the objects that the Hub names: by the git id that git-lfs's own pointer to the object
 * has, or else by reading the pointer.
 */
async function proveObjects(api: Api, commit: string, entries: ReadonlyMap<string, Entry>): Promise<void> {
  for (const [path, entry] of entries) {
    const { lfs, oid } = entry
    if (lfs === null || gitBlobId(Buffer.from(formatPointer(lfs))) === oid) continue
    const pointer = requireReadable(parsePointer(await readSmall(api, commit, path, entry)), path, api.where)
    if (pointer?.oid !== lfs.oid || pointer.byteLength !== lfs.byteLength) {
      throw new IntegrityError(
        `Cannot read huggingface "${quote(path)}": the Hub names LFS object ${lfs.oid} (${lfs.byteLength} bytes) there, ` +
          `and blob ${oid} is no pointer to it; run again`,
      )
    }
  }
}
