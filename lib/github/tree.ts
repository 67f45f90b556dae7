/** Trees, each folder proven by its id and known by it from then on, and what differs between two of them. */
import { mapConcurrent } from '../async/concurrent.ts'
import { isSuccess } from '../http/answer.ts'
import type { Bytes } from '../http/body.ts'
import { fields } from '../http/json.ts'
import { folderOf, nameOf, type BareEntry, type Change, type Entry } from '../model/entry.ts'
import { IntegrityError } from '../model/errors.ts'
import { ask, askUntil, parseAnswer, repeating, type Api } from './api.ts'
import { createFailure } from './failure.ts'
import { readJsonRows } from './json-rows.ts'
import { diffFolders, emptyFolder, FolderBuilder, type ListedFolder } from './listed-folder.ts'
import { parseTreeRow, type FolderRow, type Row } from './schema.ts'

const lanesMax = 4

/** Whether anything that is asked for may be below a folder. */
type MayHold = (folder: string) => boolean

const always: MayHold = () => true

/** What is in one folder. */
export async function readFolder(api: Api, tree: string): Promise<ListedFolder> {
  const read = async () => (await readListing(api, tree, false)).folders.get('')!
  return api.memory.rows.get(tree) ?? api.memory.folder(tree, read)
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

/** What is in one folder (`tree` null: nothing). Where nothing was told of it yet, what is below it comes along. */
async function openFolder(api: Api, tree: string | null): Promise<ListedFolder> {
  if (tree === null) return emptyFolder
  const { memory } = api
  // A listing of a folder that was cut short would be cut short again.
  if (memory.rows.get(tree) === undefined && !memory.cut.get(tree)?.size) await learnTree(api, tree)
  return readFolder(api, tree)
}

/**
 * Folders of a tree, the root first; `prefix` ends in a slash unless it is empty. Those of which `open` gives nothing
 * are passed over, and so are those that `mayHold` does not let through.
 */
async function* walkFolders(
  tree: string,
  open: (tree: string) => ListedFolder | Promise<ListedFolder>,
  mayHold: MayHold = always,
): AsyncGenerator<{ readonly prefix: string; readonly rows: ListedFolder }> {
  const folders = [{ tree, prefix: '' }]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const { prefix } = folder
    const rows = await open(folder.tree)
    yield { prefix, rows }
    for (const { name, oid } of rows.listFolders())
      if (mayHold(prefix + name)) folders.push({ tree: oid, prefix: `${prefix}${name}/` })
  }
}

/**
 * Counts files below a tree up to `most`, in one request unless that is cut short of `most`. To count as far as `most`
 * a listing need not be complete.
 */
export async function countBelow(
  api: Api,
  tree: string,
  { counts, mayHold }: { readonly counts: (path: string, row: FolderRow) => boolean; readonly mayHold?: MayHold },
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
  const told = await tellFolders(api, tree, mayHold)
  const seen = await count(told.folders)
  return told.isWhole() || seen === most ? seen : count(walkFolders(tree, (folder) => openFolder(api, folder), mayHold))
}

/** The folders of a tree as far as one request tells them. `isWhole`: once all were visited, whether none was cut. */
async function tellFolders(
  api: Api,
  tree: string,
  mayHold?: MayHold,
): Promise<{ readonly folders: ReturnType<typeof walkFolders>; readonly isWhole: () => boolean }> {
  const { memory } = api
  await learnTree(api, tree)
  let whole = true
  const folders = walkFolders(
    tree,
    (folder) => {
      const rows = memory.rows.get(folder)
      if (rows === undefined) whole = false
      return rows ?? memory.cut.get(folder) ?? emptyFolder
    },
    mayHold,
  )
  return { folders, isWhole: () => whole }
}

interface Listing {
  /** What is known of each folder by its path, `''` for the tree itself. */
  readonly folders: ReadonlyMap<string, ListedFolder>
  /** The id of each folder. */
  readonly trees: ReadonlyMap<string, string>
  readonly truncated: boolean
}

/**
 * Lists a tree. Each folder whose rows have its id is kept, whatever else is missing: what GitHub lists of a tree that
 * is too large for it holds most folders whole.
 */
async function readListing(api: Api, tree: string, recursive: boolean): Promise<Listing> {
  const { memory } = api
  const parameters = { tree_sha: tree, ...(recursive && { recursive: '1' }) }
  const sending = { ...repeating, read: (body: Bytes) => readRows(body, tree, recursive) }
  const answer = await askUntil(api, [404], () =>
    ask(api, 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}', parameters, sending),
  )
  if (!isSuccess(answer)) throw createFailure(api, `list the files of ${api.where}`, answer, 'read')
  const listing = parseAnswer(api, 'the files', answer, (data) =>
    fields(data)['folders'] instanceof Map ? (data as Listing) : null,
  )
  const { folders, trees, truncated } = listing
  let proven = [...folders.keys()].every((folder) => trees.has(folder))
  for (const [path, oid] of trees) {
    if (memory.rows.get(oid) !== undefined) continue
    const inside = folders.get(path) ?? emptyFolder
    memory.blobs.addListed(inside)
    if (inside.oid === oid) memory.rows.set(oid, inside)
    else proven = false
  }
  if (!proven && !truncated) {
    throw new IntegrityError(
      `Cannot list the files of ${api.where}: the listing of tree ${tree} has not that tree's id; ` +
        'run again, and if this stays, a file has a name that is not UTF-8',
    )
  }
  return listing
}

/** The listing in a body; null for what is no listing, or broke off. */
async function readRows(body: Bytes, tree: string, recursive: boolean): Promise<Listing | null> {
  const builders = new Map([['', new FolderBuilder()]])
  const trees = new Map([['', tree]])
  const builderOf = (folder: string) => builders.get(folder) ?? builders.set(folder, new FolderBuilder()).get(folder)!
  let isWrong = false
  const take = (value: unknown) => {
    const row = parseTreeRow(value)
    if (row === null) return void (isWrong = true)
    const { path, mode, oid } = row
    builderOf(folderOf(path)).add(nameOf(path), row)
    if (!recursive || mode !== '040000') return
    trees.set(path, oid)
    builderOf(path)
  }
  try {
    const document = fields(await readJsonRows(body, 'tree', take))
    if (isWrong || !Array.isArray(document['tree'])) return null
    const folders = new Map([...builders].map(([path, builder]) => [path, builder.build()]))
    return { folders, trees, truncated: recursive && document['truncated'] === true }
  } catch {
    return null
  }
}

/**
 * The files that differ between two trees, as git stores them: no pointer is taken for its object yet. Of trees that are
 * too large to be listed, only folders that differ are read, and no others than `mayHold` lets through. `null` is an empty tree.
 */
export async function diffTrees(
  api: Api,
  from: string | null,
  to: string | null,
  mayHold: MayHold = always,
): Promise<Change[]> {
  const changes: Change[] = []
  if (from === to) return changes
  await Promise.all([to, from].map((tree) => tree !== null && learnTree(api, tree)))
  await diffPair(api, { prefix: '', from, to, mayHold }, changes)
  return changes
}

/** `prefix`: the path of the folder, with a slash at its end unless it is the root. */
interface FolderPair {
  readonly prefix: string
  readonly from: string | null
  readonly to: string | null
  readonly mayHold: MayHold
}

async function diffPair(api: Api, { prefix, from, to, mayHold }: FolderPair, changes: Change[]): Promise<void> {
  const [before, after] = await Promise.all([openFolder(api, from), openFolder(api, to)])
  const below = new Map<string, { from: string | null; to: string | null }>()
  for (const { was, is } of diffFolders(before, after)) {
    // `join` makes one flat string: of a concatenation V8 would keep both parts in memory too.
    const path = [prefix, (was ?? is)!.name].join('')
    if ((was ?? is)!.mode !== '040000')
      changes.push({ path, before: was && formatBlob(was), after: is && formatFile(is) })
    else if (mayHold(path)) below.set(`${path}/`, { from: was?.oid ?? null, to: is?.oid ?? null })
  }
  await mapConcurrent(below, lanesMax, ([path, pair]) => diffPair(api, { prefix: path, mayHold, ...pair }, changes))
}

/** The part of a row that tells what stood there. */
export function formatBlob({ mode, oid }: Row): BareEntry {
  return { mode, oid }
}

/** A row as an entry that is no pointer. */
export function formatFile({ mode, oid, byteLength }: Row): Entry {
  return { mode, oid, byteLength, lfs: null }
}
