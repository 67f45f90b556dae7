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
  const isUnknown = (path: string) => api.cache.find(commit, path) === undefined
  const asked = new Map<string, string>()
  for (const path of paths) if (isUnknown(path)) asked.set(path, path)
  if (asked.size > listedPathsMin) await learnListed(api, commit, asked)
  const unknown = [...asked.keys()].filter(isUnknown)
  // The rules that tell which small files are pointers come in the same request where there is room for them.
  const rules =
    unknown.length === 0 || unknown.length >= pathsMax
      ? []
      : foldersOfRules(unknown)
          .map(attributesPath)
          .filter((path) => !asked.has(path) && isUnknown(path))
  const wanted = unknown.length + rules.length <= pathsMax ? [...unknown, ...rules] : unknown
  const rows = await readPathRows(api, commit, wanted)
  keepRows(api, commit, wanted, rows)
  const found = new Map<string, Entry>()
  for (const path of paths) {
    const entry = api.cache.find(commit, path)
    if (entry && mayConcernPointers(entry)) found.set(path, entry)
  }
  const seen = await resolvePointers(api, commit, found, 'rules')
  if (seen !== found) for (const [path, entry] of seen) api.cache.keep(commit, path, entry)
  const entries = new Map<string, Entry | null>()
  for (const path of paths) entries.set(path, api.cache.find(commit, path) ?? null)
  return entries
}

/** Reads pages of the listing, as long as a page tells more of the asked paths than a request for single paths would. */
async function learnListed(api: Api, commit: string, asked: ReadonlyMap<string, string>): Promise<void> {
  let left = asked.size
  for await (const page of readTreePages(api, commit)) {
    // Under the path that the caller holds: 100,000 others of the same letters would be kept beside them.
    const told = keepPage(api, commit, page, (path) => asked.get(path)).filter((path) => asked.has(path)).length
    left -= told
    if (left === 0 || told < pathsMax) return
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
