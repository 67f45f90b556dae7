/** What is known of a commit's paths; a commit never changes, so nothing is asked for twice. */
import { BoundedCache, sizeOfBytes } from '../model/bounded-cache.ts'
import type { Entry } from '../model/entry.ts'
import type { Pointer } from '../model/pointer.ts'

const contentBytesMax = 16_000_000

/** Of some paths what is known, or of a whole commit, after which an unknown path is known to be absent. */
export class EntryCache {
  readonly #known = new Map<string, Map<string, Entry | null>>()
  readonly #whole = new Set<string>()
  /** Of small files that were read, by git id. */
  readonly contents = new BoundedCache<Uint8Array>(contentBytesMax, sizeOfBytes)
  /** Of small files that were read, by git id: the pointers that they are, `null` for those that are none. */
  readonly pointers = new Map<string, Pointer | null>()
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
