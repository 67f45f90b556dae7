/** What stands at single paths of a commit. */
import type { Entry } from '../model/entry.ts'
import type { Api } from './api.ts'
import { formatEntry } from './entry-row.ts'
import { pathsMax, readPathRows } from './path-rows.ts'
import { attributesAbove, seePointers } from './pointers.ts'
import { pageSize, readTreePages } from './tree.ts'

/** For more paths than this pages of the listing come first, which show twice as many each. */
const listedPathsMin = 1_000

export async function readEntries(
  api: Api,
  commit: string,
  paths: readonly string[],
): Promise<Map<string, Entry | null>> {
  const isUnknown = (path: string) => api.cache.find(commit, path) === undefined
  const asked = new Set(paths.filter(isUnknown))
  if (asked.size > listedPathsMin) await learnListed(api, commit, asked)
  const unknown = [...asked].filter(isUnknown)
  // The rules that tell which small files are pointers come along where there is room for them.
  const rules =
    unknown.length === 0 || unknown.length > pathsMax
      ? []
      : attributesAbove(unknown).filter((path) => !asked.has(path) && isUnknown(path))
  const wanted = unknown.length + rules.length <= pathsMax ? [...unknown, ...rules] : unknown
  const rows = await readPathRows(api, commit, wanted)
  for (const path of wanted) api.cache.keep(commit, path, rows.has(path) ? formatEntry(rows.get(path)!, null) : null)
  const found = new Map<string, Entry>()
  for (const path of paths) {
    const entry = api.cache.find(commit, path)
    if (entry) found.set(path, entry)
  }
  const seen = await seePointers(api, commit, found, 'rules')
  if (seen !== found) for (const [path, entry] of seen) api.cache.keep(commit, path, entry)
  return new Map(paths.map((path) => [path, seen.get(path) ?? null]))
}

/**
 * Page by page, as long as a page tells more of what is asked for than a question for single paths would. Only a
 * listing of one page tells what is not there.
 */
async function learnListed(api: Api, commit: string, asked: ReadonlySet<string>): Promise<void> {
  let left = asked.size
  let pages = 0
  for await (const { rows, last } of readTreePages(api, commit)) {
    pages += 1
    let told = 0
    for (const row of rows) {
      if (api.cache.find(commit, row.path) !== undefined) continue
      api.cache.keep(commit, row.path, formatEntry(row, null))
      if (asked.has(row.path)) told += 1
    }
    left -= told
    // A page that is full may have lost the link to the next one.
    if (pages === 1 && last && rows.length < pageSize) api.cache.keepOthersAbsent(commit)
    if (left === 0 || told < pathsMax) return
  }
}
