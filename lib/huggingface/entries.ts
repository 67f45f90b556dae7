/** What stands at single paths of a commit. */
import type { Entry } from '../model/entry.ts'
import type { Api } from './api.ts'
import { formatEntry } from './entry-row.ts'
import { pathsMax, readPathRows } from './path-rows.ts'
import { attributesAbove, seePointers } from './pointers.ts'
import { readFirstPage } from './tree.ts'

/** For more paths than this a page of the listing comes first, which shows twice as many and may be all there is. */
const listedPathsMin = 1_000

export async function readEntries(
  api: Api,
  commit: string,
  paths: readonly string[],
): Promise<Map<string, Entry | null>> {
  const isUnknown = (path: string) => api.cache.find(commit, path) === undefined
  const asked = [...new Set(paths)].filter(isUnknown)
  if (asked.length > listedPathsMin) {
    const { rows, whole } = await readFirstPage(api, commit)
    for (const row of rows) if (isUnknown(row.path)) api.cache.keep(commit, row.path, formatEntry(row, null))
    if (whole) api.cache.keepOthersAbsent(commit)
  }
  const unknown = asked.filter(isUnknown)
  // The rules that tell which small files are pointers come along where there is room for them.
  const rules =
    unknown.length === 0 ? [] : attributesAbove(unknown).filter((path) => !unknown.includes(path) && isUnknown(path))
  const wanted = unknown.length + rules.length <= pathsMax ? [...unknown, ...rules] : unknown
  const rows = await readPathRows(api, commit, wanted)
  for (const path of wanted) api.cache.keep(commit, path, rows.has(path) ? formatEntry(rows.get(path)!, null) : null)
  const found = new Map(
    paths.flatMap((path) => {
      const entry = api.cache.find(commit, path)
      return entry ? [[path, entry] as const] : []
    }),
  )
  const seen = await seePointers(api, commit, found, 'rules')
  for (const [path, entry] of seen) api.cache.keep(commit, path, entry)
  return new Map(paths.map((path) => [path, seen.get(path) ?? null]))
}
