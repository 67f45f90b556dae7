/**
 * Pointers that the Hub does not know as such, or knows in a spelling that git-lfs would not write: what git pushes
 * there may hold CRLF. Where the rules of that commit say `filter=lfs`, git-lfs follows them, and so they are their
 * objects here.
 */
import { mapConcurrent } from '../async/concurrent.ts'
import { isLfsPath } from '../gitattributes/rules.ts'
import { foldersAbove, isFile, type Entry } from '../model/entry.ts'
import { IntegrityError, RefusedError } from '../model/errors.ts'
import { gitBlobId } from '../model/git-object.ts'
import { formatPointer, formatUnreadable, parsePointer, pointerBytesMax, pointerBytesMin } from '../model/pointer.ts'
import { quote } from '../model/quote.ts'
import { isAttributes } from '../model/view.ts'
import type { Api } from './api.ts'
import { readContent } from './content.ts'
import { formatEntry } from './entry-row.ts'
import { readPathRows } from './path-rows.ts'

/** Texts of `.gitattributes` by folder. */
export type Attributes = ReadonlyMap<string, string>

const readersMax = 8
/** So few small files that changed are read at once: they are copied next, and so cost nothing. */
const readFirstMax = 8

const attributesPath = (folder: string) => (folder === '' ? '.gitattributes' : `${folder}/.gitattributes`)

/** The `.gitattributes` that hold for paths. */
export function attributesAbove(paths: readonly string[]): string[] {
  return [...new Set(['', ...paths.flatMap(foldersAbove)])].map(attributesPath)
}

/** The texts of `.gitattributes` for paths as a commit has them, those left out that are known to be others. */
export async function readRules(
  api: Api,
  commit: string,
  paths: readonly string[],
  known: Attributes = new Map(),
): Promise<Attributes> {
  const folders = [...new Set(['', ...paths.flatMap(foldersAbove)])].filter((folder) => !known.has(folder))
  const unknown = folders.map(attributesPath).filter((path) => api.cache.find(commit, path) === undefined)
  const rows = unknown.length > 0 ? await readPathRows(api, commit, unknown) : new Map()
  for (const path of unknown) api.cache.keep(commit, path, rows.has(path) ? formatEntry(rows.get(path)!, null) : null)
  const rules = new Map(known)
  for (const folder of folders) {
    const path = attributesPath(folder)
    const entry = api.cache.find(commit, path)
    if (entry && entry.mode !== '040000' && entry.lfs === null)
      rules.set(folder, Buffer.from(await readSmall(api, commit, path, entry)).toString('utf8'))
  }
  return rules
}

async function readSmall(api: Api, commit: string, path: string, entry: Entry): Promise<Uint8Array> {
  const content =
    api.cache.contents.get(entry.oid) ??
    (await readContent(
      api,
      { commit, path, oid: entry.oid, byteLength: entry.lfs ? null : entry.byteLength },
      entry.lfs ? 'raw' : undefined,
    ))
  api.cache.contents.set(entry.oid, content)
  return content
}

async function learnPointers(
  api: Api,
  commit: string,
  files: readonly (readonly [path: string, entry: Entry])[],
): Promise<void> {
  const unread = files.filter(([, { oid }]) => !api.cache.pointers.has(oid))
  await mapConcurrent(unread, readersMax, async ([path, entry]) => {
    api.cache.pointers.set(entry.oid, parsePointer(await readSmall(api, commit, path, entry)))
  })
}

/**
 * The entries as git-lfs sees them. `first`: what to read first, the small files themselves (where they are few) or the
 * rules. Small files without a rule are never read for this, and where there are no small files nothing is.
 */
export async function seePointers(
  api: Api,
  commit: string,
  entries: ReadonlyMap<string, Entry>,
  first: 'contents' | 'rules',
): Promise<ReadonlyMap<string, Entry>> {
  await proveObjects(api, commit, entries)
  const isSmall = ({ byteLength }: Entry) => byteLength >= pointerBytesMin && byteLength <= pointerBytesMax
  let small = [...entries].filter(
    ([path, entry]) => isFile(entry) && entry.lfs === null && isSmall(entry) && !isAttributes(path),
  )
  if (first === 'contents' && small.length <= readFirstMax) await learnPointers(api, commit, small)
  small = small.filter(([, { oid }]) => api.cache.pointers.get(oid) !== null)
  const rules =
    small.length > 0
      ? await readRules(
          api,
          commit,
          small.map(([path]) => path),
        )
      : new Map()
  const tracked = small.filter(([path]) => isLfsPath(rules, path))
  await learnPointers(api, commit, tracked)
  if (tracked.length === 0) return entries
  const seen = new Map(entries)
  for (const [path, entry] of tracked) {
    const pointer = api.cache.pointers.get(entry.oid) ?? null
    if (pointer && 'unreadable' in pointer)
      throw new RefusedError(`Cannot mirror "${quote(path)}" of ${api.where}: ${formatUnreadable(pointer.unreadable)}`)
    if (pointer) seen.set(path, { ...entry, byteLength: pointer.byteLength, lfs: pointer })
  }
  return seen
}

/**
 * The Hub tells an object and the id of its pointer: where that is not the pointer that everybody writes, its text has
 * to name the object.
 */
async function proveObjects(api: Api, commit: string, entries: ReadonlyMap<string, Entry>): Promise<void> {
  for (const [path, entry] of entries) {
    const { lfs, oid } = entry
    if (lfs === null || gitBlobId(Buffer.from(formatPointer(lfs))) === oid) continue
    const pointer = parsePointer(await readSmall(api, commit, path, entry))
    if (pointer && 'unreadable' in pointer)
      throw new RefusedError(`Cannot mirror "${quote(path)}" of ${api.where}: ${formatUnreadable(pointer.unreadable)}`)
    if (pointer?.oid !== lfs.oid || pointer.byteLength !== lfs.byteLength) {
      throw new IntegrityError(
        `Cannot read huggingface "${quote(path)}": the Hub names LFS object ${lfs.oid} (${lfs.byteLength} bytes) there, and blob ${oid} is no pointer to it; run again`,
      )
    }
  }
}
