/** Trees, each folder proven by its id and known by it from then on, and what differs between two of them. */
import { mapConcurrent } from '../async/concurrent.ts'
import { fields } from '../http/json.ts'
import { IntegrityError } from '../model/errors.ts'
import { gitTreeId } from '../model/git-object.ts'
import { askUntil, isSuccess, parseAnswer, type Api } from './api.ts'
import { createFailure } from './failure.ts'
import { readJsonRows } from './json-rows.ts'
import { parseTreeRow, type FolderRow, type Row, type TreeRow } from './schema.ts'

const lanesMax = 4

/** One path that differs; directories are `null` like what is absent. */
export interface TreeChange {
  readonly path: string
  readonly before: Row | null
  readonly after: Row | null
}

/** What is in one folder. */
export async function readFolder(api: Api, tree: string): Promise<readonly FolderRow[]> {
  const { memory } = api
  const known = memory.rows.get(tree)
  if (known) return known
  return memory.folder(tree, async () => {
    const { folders } = await readListing(api, tree, false)
    return folders.get('')!
  })
}

/** Learns as much of what is below a tree as one request tells. `false`: that is not all of it. */
export function learnTree(api: Api, tree: string): Promise<boolean> {
  return api.memory.listing(tree, async () => {
    const { folders, trees, truncated } = await readListing(api, tree, true)
    for (const [path, oid] of trees)
      if (api.memory.rows.get(oid) === undefined) api.memory.cut.set(oid, folders.get(path)!)
    return !truncated
  })
}

/** What is in one folder, of which nothing was told yet: what is below it comes along. */
async function openFolder(api: Api, tree: string): Promise<readonly FolderRow[]> {
  const { memory } = api
  // To ask for the whole of what was cut would bring the same part once more.
  if (memory.rows.get(tree) === undefined && (memory.cut.get(tree) ?? []).length === 0) await learnTree(api, tree)
  return readFolder(api, tree)
}

/**
 * Folders of a tree, the root first; `prefix` ends in a slash unless it is empty. Those of which `open` gives nothing
 * are passed over.
 */
async function* walkFolders(
  tree: string,
  open: (tree: string) => readonly FolderRow[] | Promise<readonly FolderRow[]>,
): AsyncGenerator<{ readonly prefix: string; readonly rows: readonly FolderRow[] }> {
  const folders = [{ tree, prefix: '' }]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const { prefix } = folder
    const rows = await open(folder.tree)
    yield { prefix, rows }
    for (const { name, mode, oid } of rows)
      if (mode === '040000') folders.push({ tree: oid, prefix: `${prefix}${name}/` })
  }
}

/**
 * Counts files below a tree up to `most`, in one request unless what that tells of a very large tree is too few; what
 * is seen to be there needs no proof that nothing else is.
 */
export async function countBelow(
  api: Api,
  tree: string,
  counts: (path: string, row: FolderRow) => boolean,
  most: number,
): Promise<number> {
  const count = async (folders: ReturnType<typeof walkFolders>) => {
    let found = 0
    for await (const { prefix, rows } of folders) {
      for (const row of rows) if (row.mode !== '040000' && counts(prefix + row.name, row)) found += 1
      if (found >= most) break
    }
    return Math.min(found, most)
  }
  const told = await tellFolders(api, tree)
  const seen = await count(told.folders)
  return told.isWhole() || seen === most ? seen : count(walkFolders(tree, (folder) => openFolder(api, folder)))
}

/** Of all files in a tree together; `null` where a listing does not tell all of them. */
export async function sumByteLengths(api: Api, tree: string): Promise<number | null> {
  const { folders, isWhole } = await tellFolders(api, tree)
  let sum = 0
  for await (const { rows } of folders) for (const { byteLength } of rows) sum += byteLength
  return isWhole() ? sum : null
}

/**
 * What one request tells of all folders of a tree, and, when they were gone through, whether that was the whole of
 * each.
 */
async function tellFolders(
  api: Api,
  tree: string,
): Promise<{ readonly folders: ReturnType<typeof walkFolders>; readonly isWhole: () => boolean }> {
  const { memory } = api
  await learnTree(api, tree)
  let whole = true
  const folders = walkFolders(tree, (folder) => {
    const rows = memory.rows.get(folder)
    if (rows === undefined) whole = false
    return rows ?? memory.cut.get(folder) ?? []
  })
  return { folders, isWhole: () => whole }
}

interface Listing {
  readonly folders: ReadonlyMap<string, readonly FolderRow[]>
  readonly trees: ReadonlyMap<string, string>
  readonly truncated: boolean
}

/**
 * Rows by folder, and the folders' ids, `''` being the tree itself. A folder whose rows have its id is kept, whatever
 * else is missing: the part that GitHub lists of a tree that is too large for it holds most folders whole.
 */
async function readListing(api: Api, tree: string, recursive: boolean): Promise<Listing> {
  const { memory } = api
  const send = () =>
    api.repeating.rest.git.getTree({ ...api.place, tree_sha: tree, ...(recursive && { recursive: '1' }) })
  const answer = await askUntil(api, [404], send, readRows)
  if (!isSuccess(answer)) throw createFailure(api, `list the files of ${api.where}`, answer, 'read')
  const { rows, truncated } = parseAnswer(api, 'the files', answer, (data) =>
    Array.isArray(fields(data)['rows']) ? (data as Rows) : null,
  )
  const { folders, trees } = groupRows(tree, rows, recursive)
  let proven = [...folders.keys()].every((folder) => trees.has(folder))
  for (const [path, oid] of trees) {
    if (memory.rows.get(oid) !== undefined) continue
    const inside = folders.get(path) ?? []
    if (gitTreeId(inside) === oid) memory.rows.set(oid, inside)
    else proven = false
  }
  if (!proven && !(truncated && recursive)) {
    throw new IntegrityError(
      `Cannot list the files of ${api.where}: the listing of tree ${tree} has not that tree's id; run again, and if this stays, a file has a name that is not UTF-8`,
    )
  }
  for (const { mode, oid } of rows) if (mode !== '040000' && mode !== '160000') memory.blobs.add(oid)
  return { folders, trees, truncated: truncated && recursive }
}

interface Rows {
  readonly rows: readonly TreeRow[]
  readonly truncated: boolean
}

/** `null` for what is no listing, or broke off. */
async function readRows(body: ReadableStream<Uint8Array>): Promise<Rows | null> {
  const rows: (TreeRow | null)[] = []
  try {
    const { tree, truncated } = fields(await readJsonRows(body, 'tree', (row) => rows.push(parseTreeRow(row))))
    return Array.isArray(tree) && !rows.includes(null)
      ? { rows: rows as TreeRow[], truncated: truncated === true }
      : null
  } catch {
    return null
  }
}

function groupRows(tree: string, rows: readonly TreeRow[], recursive: boolean): Pick<Listing, 'folders' | 'trees'> {
  const folders = new Map<string, FolderRow[]>([['', []]])
  const trees = new Map([['', tree]])
  for (const { path, mode, oid, byteLength } of rows) {
    const slash = path.lastIndexOf('/')
    const folder = path.slice(0, Math.max(slash, 0))
    const row = { name: path.slice(slash + 1), mode, oid, byteLength }
    const inside = folders.get(folder)
    if (inside) inside.push(row)
    else folders.set(folder, [row])
    if (!recursive || mode !== '040000') continue
    trees.set(path, oid)
    if (!folders.has(path)) folders.set(path, [])
  }
  return { folders, trees }
}

/**
 * The files that differ between two trees; of trees too large to be listed, only folders that differ are read. `null`
 * is an empty tree.
 */
export async function diffTrees(api: Api, from: string | null, to: string | null): Promise<TreeChange[]> {
  const changes: TreeChange[] = []
  if (from === to) return changes
  for (const tree of [to, from]) if (tree !== null) await learnTree(api, tree)
  await diffFolders(api, { prefix: '', from, to }, changes)
  return changes
}

/** `prefix`: the path of the folder, with a slash at its end unless it is the root. */
interface FolderPair {
  readonly prefix: string
  readonly from: string | null
  readonly to: string | null
}

async function diffFolders(api: Api, { prefix, from, to }: FolderPair, changes: TreeChange[]): Promise<void> {
  const [before, after] = (await Promise.all(
    [from, to].map((tree) => (tree === null ? [] : openFolder(api, tree))),
  )) as [readonly FolderRow[], readonly FolderRow[]]
  const gone = new Map(before.map((row) => [row.name, row]))
  const below: FolderPair[] = []
  const compare = (name: string, was: FolderRow | null, is: FolderRow | null) => {
    if (was?.oid === is?.oid && was?.mode === is?.mode) return
    const path = prefix + name
    const files = { before: fileOf(was), after: fileOf(is) }
    if (files.before || files.after) changes.push({ path, ...files })
    const trees = { from: treeOf(was), to: treeOf(is) }
    if (trees.from !== trees.to) below.push({ prefix: `${path}/`, ...trees })
  }
  for (const row of after) {
    compare(row.name, gone.get(row.name) ?? null, row)
    gone.delete(row.name)
  }
  for (const row of gone.values()) compare(row.name, row, null)
  await mapConcurrent(below, lanesMax, (folder) => diffFolders(api, folder, changes))
}

function treeOf(row: FolderRow | null): string | null {
  return row?.mode === '040000' ? row.oid : null
}

function fileOf(row: FolderRow | null): FolderRow | null {
  return row?.mode === '040000' ? null : row
}
