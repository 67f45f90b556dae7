/**
 * The id that a tree has to get when edits are put in, computed as git computes it. A tree id stands for every path,
 * mode and byte below it, so comparing GitHub's answer with it proves the whole tree, before any branch shows what was
 * made.
 */
import { groupBy } from '../model/batches.ts'
import type { Folder as ToldFolder } from '../model/complete.ts'
import { foldersAbove, type Mode } from '../model/entry.ts'
import { IntegrityError, RemoteError } from '../model/errors.ts'
import { emptyTreeId, gitTreeId, type NamedEntry } from '../model/git-object.ts'
import type { Api } from './api.ts'
import { readTreeId } from './history.ts'
import { byName } from './listed-folder.ts'
import { readFolders, type FolderLookup } from './lookup.ts'
import { learnTree, readFolder } from './tree.ts'

/** What is to stand at a path; `entry` null: nothing. */
export interface TreeEdit {
  readonly path: string
  readonly entry: { readonly mode: Mode; readonly oid: string } | null
}

/** Folders in one query. */
const foldersMax = 25
/** To list a whole tree costs less than this many queries. */
const queriesMax = 4

/**
 * Reads the folders of these commits that edits at `paths` change, in as few requests as possible. What cannot be read
 * here is read one by one when the id is computed.
 */
export async function learnFolders(api: Api, commits: readonly string[], paths: readonly string[]): Promise<void> {
  const folders = ['', ...new Set(paths.flatMap(foldersAbove))]
  const places = commits
    .flatMap((commit) => folders.map((folder) => ({ commit, folder })))
    .filter((place) => !isKnown(api, place))
  if (places.length === 0) return
  const few = places.length <= foldersMax * queriesMax
  if (few && (await queryFolders(api, places))) return
  let complete = true
  for (const commit of new Set(places.map((place) => place.commit)))
    complete = (await learnTree(api, await readTreeId(api, commit))) && complete
  if (!few && !complete) await queryFolders(api, places)
}

/** Whether what stands at a folder can be told from what was read before; a folder that is not there is known too. */
function isKnown({ memory }: Api, { commit, folder }: FolderLookup): boolean {
  let tree = memory.trees.get(commit)
  for (const name of folder === '' ? [] : folder.split('/')) {
    const [names, rows] = tree === undefined ? [] : [memory.folders.get(tree), memory.rows.get(tree)]
    if (names === undefined && rows === undefined) return false
    const entry = names ? names.find((one) => one.name === name) : rows!.find(name)
    if (entry?.mode !== '040000') return true
    tree = entry.oid
  }
  return tree !== undefined && (memory.folders.has(tree) || memory.rows.get(tree) !== undefined)
}

/**
 * The folders at and above paths of a commit that are not known yet, if they are few enough to be told beside others.
 */
export function foldersBeside(api: Api, commit: string, paths: readonly string[]): FolderLookup[] {
  const places = ['', ...new Set(paths.flatMap(foldersAbove))]
    .map((folder) => ({ commit, folder }))
    .filter((place) => !isKnown(api, place))
  return places.length > foldersMax ? [] : places
}

/** Keeps what a folder holds, if its entries make its id: they do not where a name is not UTF-8. */
export function keepToldFolder({ memory }: Api, { oid, entries }: ToldFolder): void {
  const named = [...entries].map(([name, { mode, oid: id }]) => ({ name, mode, oid: id }))
  if (oid !== null && gitTreeId(named) === oid) memory.folders.set(oid, named)
}

/** Asks GraphQL for folders and keeps what they hold. `false` where it does not tell all of them. */
async function queryFolders(api: Api, places: readonly FolderLookup[]): Promise<boolean> {
  const told = await readFolders(api, places, foldersMax)
  for (const folder of told.values()) if (folder) keepToldFolder(api, folder)
  return told.size === places.length
}

async function readNames(api: Api, tree: string): Promise<Iterable<NamedEntry>> {
  return api.memory.folders.get(tree) ?? (await readFolder(api, tree))
}

/**
 * The tree's id after the edits; `tree` null: there was none. Answers `null` where the folders that stand there cannot
 * be read to the last byte: git takes names that are not UTF-8, and no API tells them.
 */
export async function computeTree(api: Api, tree: string | null, edits: readonly TreeEdit[]): Promise<string | null> {
  try {
    return (await editTree(api, tree, edits)) ?? emptyTreeId
  } catch (error) {
    if (error instanceof IntegrityError || error instanceof RemoteError) return null
    throw error
  }
}

/** The id of a tree after the edits; null where nothing is left of it. */
async function editTree(api: Api, tree: string | null, edits: readonly TreeEdit[]): Promise<string | null> {
  const entries = byName(tree === null ? [] : await readNames(api, tree))
  const own = edits.filter(({ path }) => !path.includes('/'))
  const nested = edits.filter(({ path }) => path.includes('/'))
  const below = groupBy(nested, ({ path }) => path.slice(0, path.indexOf('/')))
  // What is deleted makes way first, as a file that becomes a folder does; what is put comes last, for the reverse.
  for (const { path, entry } of own) if (entry === null) entries.delete(path)
  for (const [name, whole] of below) {
    const was = entries.get(name)
    const inner = whole.map(({ path, entry }) => ({ path: path.slice(name.length + 1), entry }))
    const oid = await editTree(api, was?.mode === '040000' ? was.oid : null, inner)
    if (oid === null) entries.delete(name)
    else entries.set(name, { name, mode: '040000', oid })
  }
  for (const { path, entry } of own) if (entry !== null) entries.set(path, { name: path, ...entry })
  if (entries.size === 0) return null
  const edited = [...entries.values()]
  const oid = gitTreeId(edited)
  api.memory.folders.set(oid, edited)
  return oid
}

/**
 * The first path on which a tree that GitHub made is not the one that was computed, for people to look at; `null` where
 * it cannot be told.
 */
export async function findDifference(api: Api, expected: string, made: string): Promise<string | null> {
  const wanted = byName(await readNames(api, expected))
  const found = byName(await readFolder(api, made))
  for (const name of new Set([...wanted.keys(), ...found.keys()])) {
    const [want, is] = [wanted.get(name), found.get(name)]
    if (want?.oid === is?.oid && want?.mode === is?.mode) continue
    const below = want?.mode === '040000' && is?.mode === '040000' ? await findDifference(api, want.oid, is.oid) : null
    return below === null ? name : `${name}/${below}`
  }
  return null
}
