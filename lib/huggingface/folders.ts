/** How many entries each folder will hold. The Hub refuses a commit that would give one folder too many. */
import { folderOf, foldersAbove, nameOf } from '../model/entry.ts'
import { quote } from '../model/quote.ts'
import type { Draft } from '../model/remote.ts'
import type { Api } from './api.ts'
import { keepPage } from './entries.ts'
import { readFolder, readTreePages } from './tree.ts'

/** The most entries of one folder (the Hub's docs, "Storage limits"). */
export const folderEntriesMax = 10_000
/** Of folders that get less than `manyMin` new entries, only the 8 that get the most are listed. */
const listedMax = 8
const manyMin = 100

/** The names that edits change in a folder. `fading`: folders that lose files, and vanish with their last one. */
export interface FolderEdits {
  readonly added: Set<string>
  readonly removed: Set<string>
  readonly fading: Set<string>
}

/** What edits do to each folder above them. The last edit of a path counts. */
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
 * How many entries a folder of these names has at least after the edits. `inParts`: the edits are cut into several commits,
 * of which the last one deletes, so that the one before holds all names.
 */
export function countEntries(
  names: ReadonlySet<string>,
  { added, removed, fading }: FolderEdits,
  inParts: boolean,
): number {
  return new Set([...[...names].filter((name) => inParts || !(removed.has(name) || fading.has(name))), ...added]).size
}

/** Finds the folders that would hold too many entries. */
export class Folders {
  readonly #api: Api
  /** The names in folders that were listed, by commit and folder. */
  readonly #listed = new Map<string, Promise<ReadonlySet<string>>>()
  /** The commits of which the first page of the listing was read. */
  readonly #begun = new Set<string>()

  constructor(api: Api) {
    this.#api = api
  }

  /**
   * A sentence for each folder that would hold too many entries. Lists the folders that get new ones, a request for 1,000
   * entries, unless it is known what they hold.
   */
  async readRefusals(head: string | null, drafts: readonly Draft[], inParts: boolean): Promise<string[]> {
    const stands = (path: string) => head !== null && Boolean(this.#api.cache.find(head, path))
    // Without a new path no folder grows.
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

  /** Reads the first page of the listing, which holds every folder of a small repository. */
  async #readFirstPage(head: string): Promise<void> {
    if (this.#begun.has(head)) return
    this.#begun.add(head)
    const { value } = await readTreePages(this.#api, head).next()
    if (value) keepPage(this.#api, head, value)
  }

  /** The names in a folder; `null` where they are not known without a request. */
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
