/**
 * What is at paths of a commit, where a pointer may stand for its LFS object. A commit never changes, so nothing is asked
 * for twice.
 */
import { mapConcurrent } from '../async/concurrent.ts'
import { attributesPath, type Attributes } from '../gitattributes/rules.ts'
import { catchRemoteError } from '../http/answer.ts'
import { sliceBatches } from '../model/batches.ts'
import { folderOf, foldersAbove, foldersOf, isFile, nameOf, type Entry } from '../model/entry.ts'
import type { Api } from './api.ts'
import { readBlob } from './content.ts'
import { foldersBeside, keepToldFolder } from './expected-tree.ts'
import { readTreeId } from './history.ts'
import { byName } from './listed-folder.ts'
import { readPathsAndFolders, readTexts, type Lookup } from './lookup.ts'
import { formatEntries as formatRows, keepRow } from './pointers.ts'
import type { FolderRow, TreeRow } from './schema.ts'
import { learnTree, readFolder } from './tree.ts'

/** The most paths of one query, each in up to two commits. */
export const pathsMax = 50
/** Of up to so many paths the query asks for the texts too. */
export const textPathsMax = 20
/** Up to so many paths are asked for together with the folders above them. */
const besidePathsMax = 22
/** For more paths than this, a listing of the whole tree is tried first: it costs less than five queries. */
const listedPathsMin = 250
const lanesMax = 8

/** The entries of rows of a commit, in their order, with the objects that pointers stand for. */
export function formatEntries(api: Api, commit: string, rows: readonly TreeRow[]): Promise<Entry[]> {
  return formatRows(api, rows, (paths) => readRules(api, commit, paths))
}

/** The `.gitattributes` texts that hold for paths in a commit, by folder. A text in `known` replaces the commit's of that folder. */
export async function readRules(
  api: Api,
  commit: string,
  paths: readonly string[],
  known: Attributes = new Map(),
): Promise<Attributes> {
  const folders = foldersOf(paths).filter((folder) => !known.has(folder))
  const entries = await readEntries(api, commit, folders.map(attributesPath))
  // git does not follow a symlink of this name.
  const found = folders.flatMap((folder) => {
    const entry = entries.get(attributesPath(folder)) ?? null
    return isFile(entry) ? [{ folder, oid: entry.oid }] : []
  })
  const unread = [...new Set(found.map(({ oid }) => oid))].filter((oid) => api.memory.findContent(oid) === null)
  if (unread.length > 1) await readTexts(api, unread)
  const texts = await mapConcurrent(found, lanesMax, async ({ folder, oid }) => {
    const bytes = await readBlob(api, oid, attributesPath(folder))
    return [folder, Buffer.from(bytes).toString('utf8')] as const
  })
  return new Map([...known, ...texts])
}

/**
 * The paths of the `.gitattributes` above paths, as far as it is not known what is there, at most 50. They are asked for
 * together with the paths, since the rules are needed next.
 */
export function attributesAbove(api: Api, commit: string, paths: readonly string[]): string[] {
  const files = foldersOf(paths).map(attributesPath)
  return files.filter((path) => api.memory.findEntry(commit, path) === undefined).slice(0, pathsMax)
}

/** What is at paths of a commit (`readEntries` of the contract): from memory, by listings, or by GraphQL. */
export async function readEntries(
  api: Api,
  commit: string,
  paths: readonly string[],
): Promise<Map<string, Entry | null>> {
  const { memory } = api
  const unknown = [...new Set(paths)].filter((path) => memory.findEntry(commit, path) === undefined)
  const tree = memory.trees.get(commit)
  const isListed = unknown.length > 0 && tree !== undefined && memory.isListed(tree)
  if (unknown.length > listedPathsMin || isListed) {
    const rules = isListed ? null : learnRules(api, commit, unknown)
    await keepRows(api, commit, unknown, await readListed(api, commit, unknown))
    await rules
  }
  const open = unknown.filter((path) => memory.findEntry(commit, path) === undefined)
  for (const batch of sliceBatches(open, pathsMax)) {
    const rows = await readRows(api, commit, batch, unknown.length <= textPathsMax)
    await keepRows(api, commit, batch, rows ?? (await walkPaths(api, commit, batch)))
  }
  return new Map(paths.map((path) => [path, memory.findEntry(commit, path) ?? null]))
}

/** Reads the rules above paths in the time that a listing takes, since they are needed next. */
async function learnRules(api: Api, commit: string, paths: readonly string[]): Promise<void> {
  const rules = attributesAbove(api, commit, paths)
  const rows = rules.length === 0 ? null : await catchRemoteError(readRows(api, commit, rules, true), null)
  if (rows) for (const [index, path] of rules.entries()) keepRow(api, commit, path, rows[index]!)
}

/**
 * The rows at paths by a listing of the whole tree, or where GitHub does not list it as a whole, by listings of the folders
 * above the paths; null where these would cost more requests than to ask for the paths.
 */
async function readListed(api: Api, commit: string, paths: readonly string[]): Promise<(TreeRow | null)[] | null> {
  const whole = await learnTree(api, await readTreeId(api, commit))
  const folders = new Set(paths.flatMap(foldersAbove))
  return whole || folders.size < paths.length / pathsMax ? walkPaths(api, commit, paths) : null
}

async function keepRows(
  api: Api,
  commit: string,
  paths: readonly string[],
  rows: readonly (TreeRow | null)[] | null,
): Promise<void> {
  if (rows === null) return
  const found = new Map(paths.flatMap((path, index) => (rows[index] ? [[path, rows[index]] as const] : [])))
  const there = await formatEntries(api, commit, Array.from(found.values()))
  const entries = new Map([...found.keys()].map((path, index) => [path, there[index]!]))
  for (const path of paths) api.memory.keepEntry(commit, path, entries.get(path) ?? null)
}

async function readRows(
  api: Api,
  commit: string,
  paths: readonly string[],
  text: boolean,
): Promise<(TreeRow | null)[] | null> {
  const rules = attributesAbove(api, commit, paths).filter((path) => !paths.includes(path))
  const lookups = [
    ...paths.map((path): Lookup => ({ commit, path, text })),
    ...rules.map((path): Lookup => ({ commit, path, text: true })),
  ]
  // A few paths are mostly read because something is written there, and that needs the folders above them (`computeTree`).
  // With many paths the query would be too large for a service that is at its limits.
  const beside = paths.length <= besidePathsMax ? foldersBeside(api, commit, paths) : []
  const { rows, folders: told } = await readPathsAndFolders(api, lookups, beside)
  for (const folder of told.values()) if (folder) keepToldFolder(api, folder)
  if (rows === null) return null
  for (const [index, path] of rules.entries()) keepRow(api, commit, path, rows[paths.length + index]!)
  return rows.slice(0, paths.length)
}

/** The rows at paths by listings of the folders above them, each read once; null where nothing is. */
async function walkPaths(api: Api, commit: string, paths: readonly string[]): Promise<(TreeRow | null)[]> {
  const root = await readTreeId(api, commit)
  const opened = new Map<string, Promise<ReadonlyMap<string, FolderRow>>>()
  const open = (tree: string) => {
    const known = opened.get(tree)
    if (known) return known
    const rows = readFolder(api, tree).then(byName)
    opened.set(tree, rows)
    return rows
  }
  const folders = [...new Set(paths.map(folderOf))]
  const read = await mapConcurrent(folders, lanesMax, (folder) => readFolderAt(open, root, folder))
  const byFolder = new Map(folders.map((folder, index) => [folder, read[index]!]))
  return paths.map((path) => {
    const row = byFolder.get(folderOf(path))?.get(nameOf(path))
    return row ? { path, mode: row.mode, oid: row.oid, byteLength: row.byteLength } : null
  })
}

/** The rows of a folder by name; null where there is no such folder. `open` lists a folder by its tree id. */
async function readFolderAt(
  open: (tree: string) => Promise<ReadonlyMap<string, FolderRow>>,
  root: string,
  folder: string,
): Promise<ReadonlyMap<string, FolderRow> | null> {
  let rows = await open(root)
  for (const name of folder === '' ? [] : folder.split('/')) {
    const row = rows.get(name)
    if (row?.mode !== '040000') return null
    rows = await open(row.oid)
  }
  return rows
}
