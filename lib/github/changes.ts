/**
 * What changed between two commits. GitHub's comparison names the paths; one query tells what both commits have there, and
 * what the folders above hold, which proves that no path is missing. Where that does not work, two listings are compared.
 */
import { isSuccess } from '../http/answer.ts'
import { fields, parseList } from '../http/json.ts'
import { sliceBatches } from '../model/batches.ts'
import { isComplete, type Folder } from '../model/complete.ts'
import {
  comparePaths,
  foldersOf,
  isAttributes,
  isFile,
  type Change,
  type Includes,
  type Reading,
} from '../model/entry.ts'
import { mayBePointer } from '../model/pointer.ts'
import type { Api } from './api.ts'
import { attributesAbove, formatEntries, pathsMax, textPathsMax } from './entries.ts'
import { keepToldFolder } from './expected-tree.ts'
import { createFailure } from './failure.ts'
import { askComparison, readTreeId } from './history.ts'
import { readPathsAndFolders, type Lookup } from './lookup.ts'
import { keepRow } from './pointers.ts'
import type { Row, TreeRow } from './schema.ts'
import { countBelow, diffTrees, formatBlob, formatFile, learnTree } from './tree.ts'

/** A comparison lists up to so many files, and does not say whether there are more. */
const comparedMax = 300
/** For more paths, or more folders above them, two listings cost less. */
const lookupsMax = 200
const foldersMax = 60

/** What changed between two commits (`readChanges` of the contract): by a comparison that is complete, or by both trees. */
export async function readChanges(
  api: Api,
  from: string | null,
  to: string,
  { includes, tell }: Reading,
): Promise<Change[]> {
  if (from === to) return []
  const found =
    (from === null ? null : await readCompared(api, from, to, { includes, tell })) ??
    (await readDiff(api, from, to, includes))
  const stored = found.filter(({ path }) => includes(path)).toSorted((a, b) => comparePaths(a.path, b.path))
  const changes = await seePointers(api, to, stored)
  // A path without a file may be a folder, so it is not kept. If the listing is whole, nothing has to be kept beside it.
  const tree = api.memory.trees.get(to)
  if (tree === undefined || !api.memory.isListed(tree) || !(await learnTree(api, tree)))
    for (const { path, after } of changes) if (after) api.memory.keepEntry(to, path, after)
  return changes
}

/** The changes, in which pointers are replaced by the objects that they stand for. */
async function seePointers(api: Api, to: string, changes: Change[]): Promise<Change[]> {
  const rows = changes.flatMap(({ path, after }) => (after && mayBePointer(after) ? [{ path, ...after }] : []))
  if (rows.length === 0) return changes
  const entries = await formatEntries(api, to, rows)
  const seen = new Map(rows.map(({ path }, index) => [path, entries[index]!]))
  return changes.map((change) => ({ ...change, after: seen.get(change.path) ?? change.after }))
}

async function readDiff(api: Api, from: string | null, to: string, { mayHold }: Includes): Promise<Change[]> {
  const [before, after] = await Promise.all([from === null ? null : readTreeId(api, from), readTreeId(api, to)])
  return diffTrees(api, before, after, mayHold)
}

/** The changes by GitHub's comparison; null where it is not complete, or where what the commits hold contradicts it. */
async function readCompared(api: Api, from: string, to: string, { includes, tell }: Reading): Promise<Change[] | null> {
  if (api.token === null || api.memory.graphqlRefused) return null
  const listed = await readCompare(api, from, to)
  if (listed === 'cut') tell?.('many')
  if (listed === 'cut' || listed === null) return null
  const paths = [...listed.keys()].filter(includes)
  tell?.(paths.map((path) => ({ path, isNew: listed.get(path)!, oid: null })))
  const folders = isSameTree(api, from, to) ? [] : foldersOf(listed.keys())
  if (paths.length > lookupsMax || folders.length > foldersMax) return null
  const changes: Change[] = []
  const known = { [from]: new Map<string, Folder | null>(), [to]: new Map<string, Folder | null>() }
  // The folders that prove the list are asked for together with the paths.
  const batches = paths.length === 0 && folders.length > 0 ? [[]] : sliceBatches(paths, pathsMax)
  const folderBatches = sliceBatches(folders, Math.ceil(folders.length / batches.length))
  for (const [index, batch] of batches.entries()) {
    const lookups = (commit: string) =>
      batch.map((path): Lookup => ({ commit, path, text: paths.length <= textPathsMax }))
    // So are the rules for the paths: they tell which pointers stand for objects, and how files are to be stored.
    const rules = [from, to].flatMap((commit) =>
      attributesAbove(api, commit, batch)
        .filter((path) => batch.length > 0 && !batch.includes(path))
        .map((path): Lookup => ({ commit, path, text: true })),
    )
    const asked = [...lookups(from), ...lookups(to), ...rules]
    const beside = [from, to].flatMap((commit) => (folderBatches[index] ?? []).map((folder) => ({ commit, folder })))
    const { rows, folders: told } = await readPathsAndFolders(api, asked, beside)
    if (rows === null) return null
    for (const [{ commit, folder }, names] of told) {
      known[commit]!.set(folder, names)
      if (names) keepToldFolder(api, names)
    }
    const found = asked.map(({ commit, path }, at) => ({ commit, path, row: rows[at]! }))
    const isRules = ({ path }: { readonly path: string }) => isAttributes(path)
    for (const { commit, path, row } of [...found.filter(isRules), ...found.filter((one) => !isRules(one))])
      keepRow(api, commit, path, row)
    for (const [at, path] of batch.entries()) {
      const [was, is] = [fileOf(rows[at]!), fileOf(rows[batch.length + at]!)]
      changes.push({ path, before: was && formatBlob(was), after: is && formatFile(is) })
    }
  }
  const contradicted = changes.some(({ before, after }) => before?.oid === after?.oid && before?.mode === after?.mode)
  const proven = folders.length === 0 || isComplete(new Set(listed.keys()), known[from]!, known[to]!)
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
 * The paths that a comparison names, and whether nothing was there; `cut` where it has room for no more, `null` where it does
 * not tell. GitHub compares `to` with the merge base of the two commits, so `from` has to be that.
 */
async function readCompare(api: Api, from: string, to: string): Promise<ReadonlyMap<string, boolean> | 'cut' | null> {
  const answer = await askComparison(api, from, to)
  if (answer.status === 401) throw createFailure(api, `compare commits of ${api.where}`, answer, 'read')
  const { status, files } = fields(answer.data)
  if (!isSuccess(answer) || (status !== 'ahead' && status !== 'identical')) return null
  const rows = parseList(files, (file) => {
    const { filename, status: change, previous_filename: previous } = fields(file)
    if (typeof filename !== 'string' || filename === '') return null
    const told = [filename, change === 'added' || change === 'renamed'] as const
    if (change !== 'renamed') return [told]
    return typeof previous === 'string' ? [[previous, false] as const, told] : null
  })
  return rows && (rows.length < comparedMax ? new Map(rows.flat()) : 'cut')
}

/** `countFiles` of the contract. Costs one request, unless the tree is so large that GitHub does not list it as a whole. */
export async function countFiles(api: Api, commit: string, includes: Includes, most: number): Promise<number> {
  const { mayHold } = includes
  const wanted = { counts: (path: string, row: Row) => isFile(row) && includes(path), ...(mayHold && { mayHold }) }
  return countBelow(api, await readTreeId(api, commit), wanted, most)
}
