/**
 * What stands at paths of a commit, LFS pointers seen for what they are. A commit never changes, so nothing is asked
 * for twice.
 */
import { mapConcurrent } from '../async/concurrent.ts'
import { attributesPath, type Attributes } from '../gitattributes/rules.ts'
import { sliceBatches } from '../model/batches.ts'
import { folderOf, foldersAbove, isFile, nameOf, type Entry } from '../model/entry.ts'
import type { Api } from './api.ts'
import { readBlob } from './content.ts'
import { foldersBeside, keepToldFolder } from './expected-tree.ts'
import { readTreeId } from './history.ts'
import { byName } from './listed-folder.ts'
import { readPathsAndFolders, readTexts, type Lookup } from './lookup.ts'
import { formatEntries as formatRows, keepRow } from './pointers.ts'
import type { FolderRow, TreeRow } from './schema.ts'
import { learnTree, readFolder } from './tree.ts'

/** Paths looked up in one query, each in up to two commits. */
export const pathsMax = 50
/** Of so few paths the texts are asked for too. */
export const textPathsMax = 20
/** Beside so few paths the folders that hold them are asked for. */
const besidePathsMax = 22
/** For more paths than this a listing of the whole tree costs less than five queries. */
const listedPathsMin = 250
const lanesMax = 8

/** The entries that stand for rows of a commit, in their order. */
export function formatEntries(api: Api, commit: string, rows: readonly TreeRow[]): Promise<Entry[]> {
  return formatRows(api, rows, (paths) => readRules(api, commit, paths))
}

/**
 * The texts of the `.gitattributes` that hold for paths of a commit, by folder, those left out that are known to be
 * others.
 */
export async function readRules(
  api: Api,
  commit: string,
  paths: readonly string[],
  known: Attributes = new Map(),
): Promise<Attributes> {
  const folders = [...new Set(['', ...paths.flatMap(foldersAbove)])].filter((folder) => !known.has(folder))
  const entries = await readEntries(api, commit, folders.map(attributesPath))
  // git follows no symlink here.
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
 * The `.gitattributes` that hold for paths and are not known yet, at most 50: whoever asks for a path asks for its
 * rules next.
 */
export function attributesAbove(api: Api, commit: string, paths: readonly string[]): string[] {
  const files = new Set(['', ...paths.flatMap(foldersAbove)].map(attributesPath))
  return [...files].filter((path) => api.memory.findEntry(commit, path) === undefined).slice(0, pathsMax)
}

/** What a commit has at the paths (`readEntries` of the contract): from memory, by listings, or by GraphQL. */
export async function readEntries(
  api: Api,
  commit: string,
  paths: readonly string[],
): Promise<Map<string, Entry | null>> {
  const { memory } = api
  const unknown = [...new Set(paths)].filter((path) => memory.findEntry(commit, path) === undefined)
  const tree = memory.trees.get(commit)
  const isListed = unknown.length > 0 && tree !== undefined && memory.isListed(tree)
  if (unknown.length > listedPathsMin || isListed)
    await keepRows(api, commit, unknown, await readListed(api, commit, unknown))
  const open = unknown.filter((path) => memory.findEntry(commit, path) === undefined)
  for (const batch of sliceBatches(open, pathsMax)) {
    const rows = await readRows(api, commit, batch, unknown.length <= textPathsMax)
    await keepRows(api, commit, batch, rows ?? (await walkPaths(api, commit, batch)))
  }
  return new Map(paths.map((path) => [path, memory.findEntry(commit, path) ?? null]))
}

/**
 * The rows at paths by listings of the whole tree, or of each folder of one that is too large for that; null where it
 * costs fewer requests to ask path by path.
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
  // Single paths are looked at because something is to be written there, and the folders that hold them prove what was
  // written. Beside many paths they would make the query too large for a service at its limits.
  const beside = paths.length <= besidePathsMax ? foldersBeside(api, commit, paths) : []
  const { rows, folders: told } = await readPathsAndFolders(api, lookups, beside)
  for (const folder of told.values()) if (folder) keepToldFolder(api, folder)
  if (rows === null) return null
  for (const [index, path] of rules.entries()) keepRow(api, commit, path, rows[paths.length + index]!)
  return rows.slice(0, paths.length)
}

/** The rows at paths, each folder read once; null where nothing stands, as below a file or a symlink. */
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

/** The rows of a folder by name; null where there is no such folder. */
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
