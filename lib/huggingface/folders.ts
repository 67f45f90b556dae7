/** How many entries folders will hold: the Hub refuses a whole commit for one folder that has too many. */
import { folderOf, foldersAbove, nameOf } from '../model/entry.ts'
import { quote } from '../model/quote.ts'
import type { Draft } from '../model/remote.ts'
import type { Api } from './api.ts'
import { keepPage } from './entries.ts'
import { readFolder, readTreePages } from './tree.ts'

/** Entries of one folder, by the Hub's docs, "Storage limits". */
export const folderEntriesMax = 10_000
/** Of folders that get less than `manyMin` new entries only so many are listed, those that get the most. */
const listedMax = 8
const manyMin = 100

/** What edits do to the names in a folder. `fading`: folders in it that lose files, and go where they lose their last one. */
export interface FolderEdits {
  readonly added: Set<string>
  readonly removed: Set<string>
  readonly fading: Set<string>
}

/** What edits do to each folder above them. Of several edits of one path the last one counts. */
export function listFolderEdits(drafts: readonly Draft[]): Map<string, FolderEdits> {
  const folders = new Map<string, FolderEdits>()
  const latest = new Map(drafts.map(({ path, store }) => [path, store !== null]))
  for (const [path, stays] of latest) {
    for (const below of [path, ...foldersAbove(path).toReversed()]) {
      const folder = folderOf(below)
      const edits = folders.get(folder) ?? { added: new Set(), removed: new Set(), fading: new Set() }
      folders.set(folder, edits)
      edits[stays ? 'added' : below === path ? 'removed' : 'fading'].add(nameOf(below))
    }
  }
  return folders
}

/**
 * The least number of entries that a folder of these names has after the edits. `inParts`: the edits are several commits,
 * the last of which removes, so that the others hold what was to go.
 */
export function countEntries(
  names: ReadonlySet<string>,
  { added, removed, fading }: FolderEdits,
  inParts: boolean,
): number {
  return new Set([...[...names].filter((name) => inParts || !(removed.has(name) || fading.has(name))), ...added]).size
}

/** Finds folders that would hold too much. */
export class Folders {
  readonly #api: Api
  readonly #listed = new Map<string, Promise<ReadonlySet<string>>>()
  /** Commits of which the first page of the listing was read. */
  readonly #begun = new Set<string>()

  constructor(api: Api) {
    this.#api = api
  }

  /**
   * A sentence on each folder that would hold too much. Folders that get something new are listed, a request for each
   * 1,000 entries, unless it is known what stands there.
   */
  async readRefusals(head: string | null, drafts: readonly Draft[], inParts: boolean): Promise<string[]> {
    const stands = (path: string) => head !== null && Boolean(this.#api.cache.find(head, path))
    // Where nothing new comes, no folder grows.
    if (drafts.every(({ path, store }) => store === null || stands(path))) return []
    const standing = new Set(drafts.flatMap(({ path }) => (stands(path) ? [path, ...foldersAbove(path)] : [])))
    const isNew = (path: string) => !standing.has(path) && !stands(path)
    const growing = [...listFolderEdits(drafts)]
      .map(([folder, edits]) => ({
        folder,
        edits,
        more: [...edits.added].filter((name) => isNew(folder === '' ? name : `${folder}/${name}`)).length,
      }))
      .filter(({ more }) => more > 0)
      .toSorted((a, b) => b.more - a.more)
    if (head !== null && growing.filter(({ folder }) => this.#known(head, folder) === null).length > 1)
      await this.#readFirstPage(head)
    const refusals: string[] = []
    let listed = 0
    for (const { folder, edits, more } of growing) {
      const known = this.#known(head, folder)
      if (known === null && edits.added.size <= folderEntriesMax) {
        listed += 1
        if (listed > listedMax && more < manyMin) continue
      }
      const names = known ?? (edits.added.size > folderEntriesMax ? new Set<string>() : await this.#list(head!, folder))
      const count = countEntries(names, edits, inParts)
      if (count > folderEntriesMax) {
        const where = folder === '' ? 'the root' : `"${quote(folder)}"`
        refusals.push(
          `${where} would hold ${count.toLocaleString('en-US')} entries, and Hugging Face takes ` +
            `${folderEntriesMax.toLocaleString('en-US')} in a folder: spread them over several folders`,
        )
      }
    }
    return refusals
  }

  /** One page tells every folder of a small repository. */
  async #readFirstPage(head: string): Promise<void> {
    if (this.#begun.has(head)) return
    this.#begun.add(head)
    const { value } = await readTreePages(this.#api, head).next()
    if (value) keepPage(this.#api, head, value)
  }

  /** The names in a folder, `null` where it takes a request to tell. */
  #known(head: string | null, folder: string): ReadonlySet<string> | null {
    if (head === null || (folder !== '' && this.#api.cache.find(head, folder) === null)) return new Set()
    return this.#api.cache.listNames(head, folder)
  }

  #list(head: string, folder: string): Promise<ReadonlySet<string>> {
    const key = `${head} ${folder}`
    const known = this.#listed.get(key)
    if (known) return known
    const names = readFolder(this.#api, head, folder, folderEntriesMax).then(
      (rows) => new Set((rows ?? []).map(({ path }) => nameOf(path))),
    )
    this.#listed.set(key, names)
    names.catch(() => this.#listed.delete(key))
    return names
  }
}
