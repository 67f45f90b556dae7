/** What stands at single paths of a commit; a commit never changes, so nothing is asked for twice. */
import { pathsInfo } from '@huggingface/hub'
import type { Entry } from '../entry.ts'
import { RemoteError } from '../errors.ts'
import type { Api } from './api.ts'
import { formatEntry } from './entry-row.ts'
import { callHub } from './hub.ts'
import { parseList, parsePathRow, type PathRow } from './row.ts'
import { readFirstPage } from './tree.ts'

/** What the Hub's own client sends. More than 1,000 were refused once. */
const pathsMax = 500
/** For more paths than this a page of the listing comes first, which shows twice as many and may be all there is. */
const listedPathsMin = 1_000

/** Of some paths what is known, or of a whole commit, after which an unknown path is known to be absent. */
export class EntryCache {
  readonly #known = new Map<string, Map<string, Entry | null>>()
  readonly #whole = new Set<string>()
  readonly #folders = new Map<string, Map<string, Set<string>>>()

  /** `undefined`: not known. */
  find(commit: string, path: string): Entry | null | undefined {
    return this.#known.get(commit)?.get(path) ?? (this.#whole.has(commit) ? null : this.#known.get(commit)?.get(path))
  }

  /** The names in a folder of a commit that is known as a whole; null of any other. */
  listNames(commit: string, folder: string): ReadonlySet<string> | null {
    if (!this.#whole.has(commit)) return null
    const folders = this.#folders.get(commit) ?? new Map<string, Set<string>>()
    if (folders.size === 0) {
      for (const [path, entry] of this.#known.get(commit) ?? []) {
        if (!entry) continue
        const slash = path.lastIndexOf('/')
        const names = folders.get(path.slice(0, Math.max(slash, 0))) ?? new Set()
        folders.set(path.slice(0, Math.max(slash, 0)), names.add(path.slice(slash + 1)))
      }
      this.#folders.set(commit, folders)
    }
    return folders.get(folder) ?? new Set()
  }

  keep(commit: string, path: string, entry: Entry | null): void {
    const entries = this.#known.get(commit) ?? new Map<string, Entry | null>()
    this.#known.set(commit, entries.set(path, entry))
  }

  /** What is not known is not there. */
  keepOthersAbsent(commit: string): void {
    this.#whole.add(commit)
  }

  keepWhole(commit: string, entries: ReadonlyMap<string, Entry>): void {
    this.#known.set(commit, new Map(entries))
    this.#whole.add(commit)
  }
}

export async function readEntries(api: Api, cache: EntryCache, commit: string, paths: readonly string[]): Promise<Map<string, Entry | null>> {
  const isUnknown = (path: string) => cache.find(commit, path) === undefined
  const asked = [...new Set(paths)].filter(isUnknown)
  if (asked.length > listedPathsMin) {
    const { rows, whole } = await readFirstPage(api, commit)
    for (const row of rows) if (isUnknown(row.path)) cache.keep(commit, row.path, formatEntry(row, null))
    if (whole) cache.keepOthersAbsent(commit)
  }
  const unknown = asked.filter(isUnknown)
  const rows = await readPathRows(api, commit, unknown)
  for (const path of unknown) {
    const row = rows.get(path)
    cache.keep(commit, path, row ? formatEntry(row, null) : null)
  }
  return new Map(paths.map((path) => [path, cache.find(commit, path) ?? null]))
}

/** The rows of the paths that exist, 500 a request. */
export async function readPathRows(api: Api, commit: string, paths: readonly string[]): Promise<Map<string, PathRow>> {
  const rows = new Map<string, PathRow>()
  for (let at = 0; at < paths.length; at += pathsMax) {
    const some = paths.slice(at, at + pathsMax)
    const action = `read paths of ${api.where}`
    const answer = await callHub(api, { action, needs: 'read', repeat: true }, (hub) => pathsInfo({ ...hub, revision: commit, paths: some }))
    const parsed = parseList(answer, parsePathRow)
    if (parsed === null) throw new RemoteError(`Cannot ${action}: the answer is not what the Hub's API promises`)
    for (const row of parsed) rows.set(row.path, row)
  }
  return rows
}
