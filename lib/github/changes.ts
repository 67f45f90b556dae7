/**
 * What changed between two commits: a comparison, and one look in both at its paths and at the folders above them,
 * whose ids prove that it is all; two listings where that does not do.
 */
import { fields, parseList } from '../http/json.ts'
import { sliceBatches } from '../model/batches.ts'
import { foldersToProve, isComplete, type Folder } from '../model/complete.ts'
import { comparePaths, isFile, type Blob, type Change } from '../model/entry.ts'
import { isAttributes } from '../model/view.ts'
import { ask, isSuccess, type Api } from './api.ts'
import { attributesAbove, formatEntries, pathsMax, textPathsMax } from './entries.ts'
import { keepToldFolder } from './expected-tree.ts'
import { createFailure } from './failure.ts'
import { readTreeId } from './history.ts'
import { readPathsAndFolders, type Lookup } from './lookup.ts'
import { keepRow } from './pointers.ts'
import { expectContents } from './read-ahead.ts'
import type { Row, TreeRow } from './schema.ts'
import { countBelow, diffTrees, type TreeChange } from './tree.ts'

type Includes = (path: string) => boolean

/** A comparison lists no more files, and does not say when there are more. */
const comparedMax = 300
/** Two listings cost less than looking up more. */
const lookupsMax = 200
/** And so they do where more folders had to be looked at, each in both commits. */
const foldersMax = 60

export async function readChanges(api: Api, from: string | null, to: string, includes: Includes): Promise<Change[]> {
  if (from === to) return []
  const found = (from === null ? null : await readCompared(api, from, to, includes)) ?? (await readDiff(api, from, to))
  const changes = found.filter(({ path }) => includes(path)).toSorted((a, b) => comparePaths(a.path, b.path))
  const rows = changes.flatMap(({ path, after }) =>
    after ? [{ path, mode: after.mode, oid: after.oid, byteLength: after.byteLength }] : [],
  )
  const entries = new Map((await formatEntries(api, to, rows)).map((entry, index) => [rows[index]!.path, entry]))
  expectContents(api, to, entries)
  // Where a file is gone there may be a folder.
  for (const [path, entry] of entries) api.memory.keepEntry(to, path, entry)
  return changes.map(({ path, before }) => ({
    path,
    before: before && formatBlob(before),
    after: entries.get(path) ?? null,
  }))
}

function formatBlob({ mode, oid }: Row): Blob {
  return { mode, oid }
}

async function readDiff(api: Api, from: string | null, to: string): Promise<TreeChange[]> {
  const [before, after] = await Promise.all([from === null ? null : readTreeId(api, from), readTreeId(api, to)])
  return diffTrees(api, before, after)
}

/** `null` where it does not tell, or not all, or tells what the commits contradict. */
async function readCompared(api: Api, from: string, to: string, includes: Includes): Promise<TreeChange[] | null> {
  if (api.token === null || api.memory.graphqlRefused) return null
  const listed = await readCompare(api, from, to)
  if (listed === null) return null
  const paths = [...listed].filter(includes)
  const folders = isSameTree(api, from, to) ? [] : foldersToProve(listed)
  if (paths.length > lookupsMax || folders.length > foldersMax) return null
  const changes: TreeChange[] = []
  const known = { [from]: new Map<string, Folder | null>(), [to]: new Map<string, Folder | null>() }
  // The folders that prove the list come with the paths.
  const batches = paths.length === 0 && folders.length > 0 ? [[]] : sliceBatches(paths, pathsMax)
  const folderBatches = sliceBatches(folders, Math.ceil(folders.length / batches.length))
  for (const [index, batch] of batches.entries()) {
    const lookups = (commit: string) =>
      batch.map((path): Lookup => ({ commit, path, text: paths.length <= textPathsMax }))
    // The rules above the paths come with them: they tell which pointers are objects, and where to store a file is
    // asked next.
    const rules = [from, to].flatMap((commit) =>
      attributesAbove(api, commit, batch)
        .filter((path) => batch.length > 0 && !batch.includes(path))
        .map((path): Lookup => ({ commit, path, text: true })),
    )
    const asked = [...lookups(from), ...lookups(to), ...rules]
    const { rows, folders: told } = await readPathsAndFolders(
      api,
      asked,
      [from, to].flatMap((commit) => (folderBatches[index] ?? []).map((folder) => ({ commit, folder }))),
    )
    if (rows === null) return null
    for (const [{ commit, folder }, names] of told) {
      known[commit]!.set(folder, names)
      if (names) keepToldFolder(api, names)
    }
    const found = asked.map(({ commit, path }, at) => ({ commit, path, row: rows[at]! }))
    const isRules = ({ path }: { readonly path: string }) => isAttributes(path)
    for (const { commit, path, row } of [...found.filter(isRules), ...found.filter((one) => !isRules(one))])
      keepRow(api, commit, path, row)
    changes.push(
      ...batch.map((path, at) => ({ path, before: fileOf(rows[at]!), after: fileOf(rows[batch.length + at]!) })),
    )
  }
  const contradicted = changes.some(({ before, after }) => before?.oid === after?.oid && before?.mode === after?.mode)
  const proven =
    folders.length === 0 ||
    isComplete(
      listed,
      (folder) => known[from]!.get(folder),
      (folder) => known[to]!.get(folder),
    )
  return contradicted || !proven ? null : changes
}

function isSameTree({ memory }: Api, from: string, to: string): boolean {
  const tree = memory.trees.get(from)
  return tree !== undefined && tree === memory.trees.get(to)
}

function fileOf(row: TreeRow | null): TreeRow | null {
  return row?.mode === '040000' ? null : row
}

/**
 * The paths that a comparison names, or `null` where it does not tell all of them: three dots compare with the merge
 * base, which must be `from`.
 */
async function readCompare(api: Api, from: string, to: string): Promise<ReadonlySet<string> | null> {
  const answer = await ask(() =>
    api.repeating.rest.repos.compareCommitsWithBasehead({ ...api.place, basehead: `${from}...${to}`, per_page: 1 }),
  )
  if (answer.status === 401) throw createFailure(api, `compare commits of ${api.where}`, answer, 'read')
  const { status, files } = fields(answer.data)
  if (!isSuccess(answer) || (status !== 'ahead' && status !== 'identical')) return null
  const rows = parseList(files, (file) => {
    const { filename, status: change, previous_filename: previous } = fields(file)
    if (typeof filename !== 'string' || filename === '') return null
    return change === 'renamed' ? (typeof previous === 'string' ? [filename, previous] : null) : [filename]
  })
  return rows && rows.length < comparedMax ? new Set(rows.flat()) : null
}

/**
 * In one request unless the first part of a very large tree has too few; what is seen to be there needs no proof that
 * nothing else is.
 */
export async function countFiles(api: Api, commit: string, includes: Includes, most: number): Promise<number> {
  return countBelow(api, await readTreeId(api, commit), (path, row) => isFile(row) && includes(path), most)
}
