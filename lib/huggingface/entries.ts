/** What stands at single paths of a commit. */
import { attributesPath } from '../gitattributes/rules.ts'
import { pathsOf, type Entry } from '../model/entry.ts'
import type { Api } from './api.ts'
import { keepRows, pathsMax, readPathRows } from './path-rows.ts'
import { foldersOfRules, mayConcernPointers, resolvePointers } from './pointers.ts'
import { formatEntry } from './schema.ts'
import { readTreePages, type ListingPage } from './tree.ts'

/** More paths than this are looked for in pages of the listing first, each of which tells twice as many. */
const listedPathsMin = 1_000

/** The entries at paths of a commit, `null` where nothing stands, as git-lfs sees them. Known ones cost no request. */
export async function readEntries(
  api: Api,
  commit: string,
  paths: readonly string[],
): Promise<Map<string, Entry | null>> {
  const { cache } = api
  /** What is still to be asked for, each path as the caller holds it. */
  const open = new Map<string, string>()
  for (const path of paths) if (cache.find(commit, path) === undefined) open.set(path, path)
  if (open.size > listedPathsMin) await learnListed(api, commit, open)
  const unknown = [...open.keys()]
  // The rules that tell which small files are pointers come in the same request where there is room for them.
  const rules =
    unknown.length === 0 || unknown.length >= pathsMax
      ? []
      : foldersOfRules(unknown)
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
 * Reads pages of the listing, as long as a page tells more of the open paths than a request for single paths would, and
 * takes out of `open` what they tell.
 */
async function learnListed(api: Api, commit: string, open: Map<string, string>): Promise<void> {
  for await (const page of readTreePages(api, commit)) {
    const before = open.size
    // Under the path that the caller holds: 100,000 others of the same letters would be kept beside them.
    keepPage(api, commit, page, (path) => open.get(path))
    if (page.whole) open.clear()
    for (const { path } of page.rows) open.delete(path)
    if (open.size === 0 || before - open.size < pathsMax) return
  }
}

/**
 * Keeps what a page of the listing tells, and returns the paths that were not known before. `own`: the same path as the
 * caller holds it.
 */
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
