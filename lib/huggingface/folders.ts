/**
 * How many entries folders will hold: the Hub takes 10,000 of each, and refuses a whole commit for one folder that has
 * more.
 */
import { parseList } from '../http/json.ts'
import { foldersAbove } from '../model/entry.ts'
import { quote } from '../model/quote.ts'
import type { Draft } from '../model/remote.ts'
import { apiUrl, encodePath, parseNextPage } from './address.ts'
import { ask, isSuccess, parseAnswer, type Api } from './api.ts'
import { createFailure, parseRefusal } from './failure.ts'
import { parsePathRow, type PathRow } from './schema.ts'

export const folderEntriesMax = 10_000
/**
 * Folders that get fewer new entries than `manyMin` are listed too, but of these no more than this, those with the most
 * first.
 */
const listedMax = 8
const manyMin = 100
const pageSize = 1_000

/**
 * What edits do to a folder, by the names in it. `fading`: folders in it that lose files, and may go with the last one.
 */
export interface FolderEdits {
  readonly added: Set<string>
  readonly removed: Set<string>
  readonly fading: Set<string>
}

export function listFolderEdits(drafts: readonly Draft[]): Map<string, FolderEdits> {
  const folders = new Map<string, FolderEdits>()
  const latest = new Map(drafts.map(({ path, store }) => [path, store !== null]))
  for (const [path, stays] of latest) {
    for (let end = path.length; end > 0;) {
      const slash = path.lastIndexOf('/', end - 1)
      const folder = path.slice(0, Math.max(slash, 0))
      const edits = folders.get(folder) ?? { added: new Set(), removed: new Set(), fading: new Set() }
      folders.set(folder, edits)
      const name = path.slice(slash + 1, end)
      if (stays) edits.added.add(name)
      else if (end === path.length) edits.removed.add(name)
      else edits.fading.add(name)
      end = slash
    }
  }
  return folders
}

/** The least that the folder will hold. `inParts`: what is removed goes last, after a commit that holds it still. */
export function countEntries(
  names: ReadonlySet<string>,
  { added, removed, fading }: FolderEdits,
  inParts: boolean,
): number {
  return new Set([...[...names].filter((name) => inParts || !(removed.has(name) || fading.has(name))), ...added]).size
}

export class Folders {
  readonly #api: Api
  readonly #listed = new Map<string, Promise<ReadonlySet<string>>>()
  /** Commits that were asked for as a whole, and the folders of those that one page told. */
  readonly #large = new Set<string>()
  readonly #small = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>()

  constructor(api: Api) {
    this.#api = api
  }

  /**
   * Sentences on the folders that would hold too much. Lists those that get something new, unless what stands there is
   * known, a page for each 1,000 entries.
   */
  async readRefusals(head: string | null, drafts: readonly Draft[], inParts: boolean): Promise<string[]> {
    // Where nothing new comes, no folder grows.
    if (head !== null && drafts.every(({ path, store }) => store === null || this.#api.cache.find(head, path)))
      return []
    const standing = new Set(
      head === null
        ? []
        : drafts.flatMap(({ path }) => (this.#api.cache.find(head, path) ? [path, ...foldersAbove(path)] : [])),
    )
    const isNew = (path: string) => !standing.has(path) && !(head !== null && this.#api.cache.find(head, path))
    const growing = [...listFolderEdits(drafts)]
      .map(([folder, edits]) => ({
        folder,
        edits,
        more: [...edits.added].filter((name) => isNew(folder === '' ? name : `${folder}/${name}`)).length,
      }))
      .filter(({ more }) => more > 0)
      .toSorted((a, b) => b.more - a.more)
    if (head !== null && growing.filter(({ folder }) => this.#known(head, folder) === null).length > 1)
      await this.#readSmall(head)
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
          `${where} would hold ${count.toLocaleString('en-US')} entries, and Hugging Face takes ${folderEntriesMax.toLocaleString('en-US')} in a folder: spread them over several folders`,
        )
      }
    }
    return refusals
  }

  /** One page tells every folder of a small repository. */
  async #readSmall(head: string): Promise<void> {
    if (this.#large.has(head)) return
    this.#large.add(head)
    const { rows, next } = await readPage(
      this.#api,
      `${apiUrl(this.#api, 'tree', head)}?recursive=true&limit=${pageSize}`,
    )
    if (rows === null || next !== null) return
    const folders = new Map<string, Set<string>>([['', new Set()]])
    for (const { path } of rows) {
      const slash = Math.max(path.lastIndexOf('/'), 0)
      folders.set(
        path.slice(0, slash),
        (folders.get(path.slice(0, slash)) ?? new Set()).add(path.slice(path.lastIndexOf('/') + 1)),
      )
    }
    this.#small.set(head, folders)
  }

  /** What stands in a folder, where no request is needed to tell; null where one is. */
  #known(head: string | null, folder: string): ReadonlySet<string> | null {
    if (head === null || (folder !== '' && this.#api.cache.find(head, folder) === null)) return new Set()
    const small = this.#small.get(head)
    return small ? (small.get(folder) ?? new Set()) : this.#api.cache.listNames(head, folder)
  }

  #list(head: string, folder: string): Promise<ReadonlySet<string>> {
    const key = `${head} ${folder}`
    const known = this.#listed.get(key)
    if (known) return known
    const names = readNames(this.#api, head, folder)
    this.#listed.set(key, names)
    names.catch(() => this.#listed.delete(key))
    return names
  }
}

/** `rows` null: there is no such folder. */
async function readPage(api: Api, url: string): Promise<{ rows: readonly PathRow[] | null; next: string | null }> {
  const answer = await ask(api, { what: 'a folder', url, repeat: true })
  if (answer.status === 404 && parseRefusal(answer).code === 'EntryNotFound') return { rows: null, next: null }
  if (!isSuccess(answer)) throw await createFailure(api, `list a folder of ${api.where}`, answer, 'read')
  return {
    rows: parseAnswer(api, 'a folder', answer, (value) => parseList(value, parsePathRow)),
    next: parseNextPage(answer.headers.get('link')),
  }
}

/** The names in one folder; none where there is no such folder. */
async function readNames(api: Api, head: string, folder: string): Promise<Set<string>> {
  const names = new Set<string>()
  const url = `${apiUrl(api, 'tree', head)}${folder === '' ? '' : `/${encodePath(folder)}`}`
  // A folder beyond the limit cannot be, whatever the pages say.
  for (let query: string | null = `?limit=${pageSize}`; query !== null && names.size <= folderEntriesMax;) {
    const { rows, next } = await readPage(api, url + query)
    const before = names.size
    for (const { path } of rows ?? []) names.add(path.slice(path.lastIndexOf('/') + 1))
    query = names.size === before ? null : next
  }
  return names
}
