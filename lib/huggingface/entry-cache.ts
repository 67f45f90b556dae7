/** What a run has read of commits. A commit never changes, so nothing is asked for twice. */
import type { Expected } from '../git-wire/blob-fetcher.ts'
import { BoundedCache, contentBytesMin, sizeOfBytes } from '../model/bounded-cache.ts'
import { folderOf, nameOf, type Entry } from '../model/entry.ts'
import type { Pointer } from '../model/pointer.ts'

/** Entries, contents of small files, and pointers. */
export class EntryCache {
  /** By commit and path; `null` where nothing is. */
  readonly #entries = new Map<string, Map<string, Entry | null>>()
  /** Commits in which every path that has no entry here is absent. */
  readonly #whole = new Set<string>()
  /** The names in each folder of such commits, made when they are first asked for. */
  readonly #folders = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>()
  /** Bytes of small files, by git id. */
  readonly contents = new BoundedCache<Uint8Array>(contentBytesMin, sizeOfBytes)
  /** Files that will be read. */
  readonly expected: Expected = new Map()
  /** The pointers that small files are, by git id; `null` for files that are none. */
  readonly pointers = new Map<string, Pointer | null>()

  /** What is at a path, `null` for nothing; `undefined` where that is not known. */
  find(commit: string, path: string): Entry | null | undefined {
    const entry = this.#entries.get(commit)?.get(path)
    return entry === undefined && this.#whole.has(commit) ? null : entry
  }

  /** The names in a folder; `null` where the commit is not known as a whole. */
  listNames(commit: string, folder: string): ReadonlySet<string> | null {
    if (!this.#whole.has(commit)) return null
    const folders = this.#folders.get(commit) ?? groupNames(this.#entries.get(commit) ?? new Map())
    this.#folders.set(commit, folders)
    return folders.get(folder) ?? new Set()
  }

  keep(commit: string, path: string, entry: Entry | null): void {
    const entries = this.#entries.get(commit) ?? new Map<string, Entry | null>()
    this.#entries.set(commit, entries.set(path, entry))
  }

  /** Makes the commit known as a whole: nothing is at paths that were not kept. */
  keepOthersAbsent(commit: string): void {
    this.#whole.add(commit)
  }

  /** Keeps all entries of a commit, which is known as a whole then. */
  keepWhole(commit: string, entries: ReadonlyMap<string, Entry>): void {
    this.#entries.set(commit, new Map(entries))
    this.#whole.add(commit)
  }
}

function groupNames(entries: ReadonlyMap<string, Entry | null>): Map<string, Set<string>> {
  const folders = new Map<string, Set<string>>()
  for (const [path, entry] of entries)
    if (entry !== null) folders.set(folderOf(path), (folders.get(folderOf(path)) ?? new Set()).add(nameOf(path)))
  return folders
}
