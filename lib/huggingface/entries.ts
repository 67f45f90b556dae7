/** What stands at single paths of a commit. */
import { attributesPath } from '../gitattributes/rules.ts'
import { foldersOf, pathsOf, type Entry } from '../model/entry.ts'
import type { Api } from './api.ts'
import { keepRows, pathsMax, readPathRows } from './path-rows.ts'
import { mayConcernPointers, resolvePointers } from './pointers.ts'
import { formatEntry } from './schema.ts'
import { readTreePages, type ListingPage } from './tree.ts'

/** More paths than this are looked for in the listing first, whose pages hold twice as many as a request for paths. */
const listedPathsMin = 1_000

/** What is at paths of a commit (`readEntries` of the contract): from the cache, from the listing, and by path. */
export async function readEntries(
  api: Api,
  commit: string,
  paths: readonly string[],
): Promise<Map<string, Entry | null>> {
  const { cache } = api
  /** Paths that are not known, each to the same string as the caller has it. */
  const open = new Map<string, string>()
  for (const path of paths) if (cache.find(commit, path) === undefined) open.set(path, path)
  if (open.size > listedPathsMin) await learnListed(api, commit, open)
  const unknown = [...open.keys()]
  // The rules, which tell which small files are pointers, come in the same request if there is room.
  const rules =
    unknown.length === 0 || unknown.length >= pathsMax
      ? []
      : foldersOf(unknown)
          .map(attributesPath)
          .filter((path) => !open.has(path) && cache.find(commit, path) === undefined)
  const wanted = unknown.length + rules.length <= pathsMax ? [...unknown, ...rules] : unknown
  const rows = await readPathRows(api, commit, wanted)
  keepRows(api, commit, wanted, rows)
  const entries = new Map<string, Entry | null>()
  const found = new Map<string, Entry>()
  for (const path of paths) {
    const entry = cache.find(commit, path) ?? null
    entries.set(path, entry)
    if (entry && mayConcernPointers(entry)) found.set(path, entry)
  }
  const seen = await resolvePointers(api, commit, found, 'rules')
  if (seen !== found)
    for (const [path, entry] of seen) {
      cache.keep(commit, path, entry)
      entries.set(path, entry)
    }
  return entries
}

/**
 * Reads pages of the listing, as long as a page holds more of the open paths than a request for single paths would, and
 * takes these paths out of `open`.
 */
async function learnListed(api: Api, commit: string, open: Map<string, string>): Promise<void> {
  for await (const page of readTreePages(api, commit)) {
    const before = open.size
    // The caller's own strings are kept: else memory would hold each of 100,000 paths twice.
    keepPage(api, commit, page, (path) => open.get(path))
    if (page.whole) open.clear()
    for (const { path } of page.rows) open.delete(path)
    if (open.size === 0 || before - open.size < pathsMax) return
  }
}

/** `countFiles` of the contract. Reads only as many pages of the listing as it has to; a listing of one page is kept. */
export async function countFiles(
  api: Api,
  commit: string,
  includes: (path: string) => boolean,
  most: number,
): Promise<number> {
  let count = 0
  for await (const page of readTreePages(api, commit)) {
    if (page.whole) keepPage(api, commit, page)
    count += page.rows.filter(({ type, path }) => type === 'file' && includes(path)).length
    if (count >= most) break
  }
  return Math.min(count, most)
}

/** Keeps the rows of a page of the listing, and returns the paths that were not known. `own`: the caller's string of a path. */
export function keepPage(
  { cache }: Api,
  commit: string,
  { rows, whole }: ListingPage,
  own: (path: string) => string | undefined = () => undefined,
): string[] {
  const unknown = rows.filter(({ path }) => cache.find(commit, path) === undefined)
  for (const row of unknown) cache.keep(commit, own(row.path) ?? row.path, formatEntry(row, null))
  if (whole) cache.keepOthersAbsent(commit)
  return pathsOf(unknown)
}
