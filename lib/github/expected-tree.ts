/**
 * Computes, as git does, the id that a tree gets by edits. A tree's id depends on every path, mode and byte below it. So if
 * the id that GitHub tells of a new tree is the same, the whole tree is as it should be, before any branch shows it.
 */
import { groupBy } from '../model/batches.ts'
import type { Folder as ToldFolder } from '../model/complete.ts'
import { foldersOf } from '../model/entry.ts'
import { IntegrityError, RemoteError } from '../model/errors.ts'
import { emptyTreeId, formatTree, gitObjectId, gitTreeId, type NamedEntry } from '../model/git-object.ts'
import type { Api } from './api.ts'
import { readTreeId } from './history.ts'
import { byName } from './listed-folder.ts'
import { readFolders, type FolderLookup } from './lookup.ts'
import type { StagedEntry } from './tree-entries.ts'
import { learnTree, readFolder } from './tree.ts'

/** The most folders of one query. */
export const foldersMax = 25
/** More queries than this cost more than to list the whole tree. */
export const queriesMax = 4

/**
 * Reads the folders of these commits in which edits at `paths` change something, in as few requests as possible. Folders
 * that are not told here are read one by one when the id is computed.
 */
export async function learnFolders(api: Api, commits: readonly string[], paths: readonly string[]): Promise<void> {
  const places = commits.flatMap((commit) => listUnknown(api, commit, paths))
  if (places.length === 0) return
  const few = places.length <= foldersMax * queriesMax
  if (few && (await queryFolders(api, places))) return
  let complete = true
  for (const commit of new Set(places.map((place) => place.commit)))
    complete = (await learnTree(api, await readTreeId(api, commit))) && complete
  if (!few && !complete) await queryFolders(api, places)
}

/** The folders of a commit, at or above the paths, of which it is not known what they hold. */
function listUnknown(api: Api, commit: string, paths: readonly string[]): FolderLookup[] {
  return foldersOf(paths)
    .map((folder) => ({ commit, folder }))
    .filter((place) => !isKnown(api, place))
}

/** Whether memory tells what a folder holds, or that there is no such folder. */
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

/** The folders above paths of a commit that are not known; none where they are too many for one query. */
export function foldersBeside(api: Api, commit: string, paths: readonly string[]): FolderLookup[] {
  const places = listUnknown(api, commit, paths)
  return places.length > foldersMax ? [] : places
}

/** Keeps what a folder holds, if that makes the folder's id. It does not where a name is not UTF-8. */
export function keepToldFolder({ memory }: Api, { oid, entries }: ToldFolder): void {
  const named = [...entries].map(([name, { mode, oid: id }]) => ({ name, mode, oid: id }))
  if (oid !== null && gitTreeId(named) === oid) memory.folders.set(oid, named)
}

/** Asks GraphQL for folders, and keeps what they hold. Returns whether it told all of them. */
async function queryFolders(api: Api, places: readonly FolderLookup[]): Promise<boolean> {
  const told = await readFolders(api, places, foldersMax)
  for (const folder of told.values()) if (folder) keepToldFolder(api, folder)
  return told.size === places.length
}

async function readNames(api: Api, tree: string): Promise<Iterable<NamedEntry>> {
  return api.memory.folders.get(tree) ?? (await readFolder(api, tree))
}

/**
 * The id of a tree (null: an empty one) after edits; `null` where a folder in it cannot be read, as with a name that is not
 * UTF-8: git allows it, and GitHub's API does not tell it. `made` gets the tree and its folders as far as they are edited.
 */
export async function computeTree(
  api: Api,
  tree: string | null,
  edits: readonly StagedEntry[],
  made = new Map<string, Uint8Array>(),
): Promise<string | null> {
  try {
    return (await editTree(api, tree, edits, made)) ?? (made.set(emptyTreeId, Buffer.alloc(0)), emptyTreeId)
  } catch (error) {
    if (error instanceof IntegrityError || error instanceof RemoteError) return null
    throw error
  }
}

/** The id of a tree after the edits; `null` where nothing is left in it. */
async function editTree(
  api: Api,
  tree: string | null,
  edits: readonly StagedEntry[],
  made: Map<string, Uint8Array>,
): Promise<string | null> {
  const entries = byName(tree === null ? [] : await readNames(api, tree))
  const own = edits.filter(({ path }) => !path.includes('/'))
  const nested = edits.filter(({ path }) => path.includes('/'))
  const below = groupBy(nested, ({ path }) => path.slice(0, path.indexOf('/')))
  // Deletions come first, for a file that becomes a folder; new files come last, for a folder that becomes a file.
  for (const { path, oid } of own) if (oid === null) entries.delete(path)
  for (const [name, whole] of below) {
    const was = entries.get(name)
    const inner = whole.map(({ path, mode, oid }) => ({ path: path.slice(name.length + 1), mode, oid, text: null }))
    const oid = await editTree(api, was?.mode === '040000' ? was.oid : null, inner, made)
    if (oid === null) entries.delete(name)
    else entries.set(name, { name, mode: '040000', oid })
  }
  for (const { path, mode, oid } of own) if (oid !== null) entries.set(path, { name: path, mode, oid })
  if (entries.size === 0) return null
  const edited = [...entries.values()]
  const body = formatTree(edited)
  const oid = gitObjectId('tree', body)
  api.memory.folders.set(oid, edited)
  made.set(oid, body)
  return oid
}

/** A path at which the tree that GitHub made differs from the one that was computed, for a message; `null` for none. */
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
