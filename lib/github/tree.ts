/** Listings of trees, each proven by the ids of the trees in it, and what differs between two of them. */
import { IntegrityError } from '../model/errors.ts'
import { gitTreeId, type NamedEntry } from '../model/git-object.ts'
import { askUntil, isSuccess, parseAnswer, type Api } from './api.ts'
import { createFailure } from './failure.ts'
import { mapLanes } from './lanes.ts'
import { fields, parseList, parseTreeRow, type Listing, type TreeRow } from './schema.ts'

const lanesMax = 4

/** One path that differs; directories are `null` like what is absent. */
export interface TreeChange {
  readonly path: string
  readonly before: TreeRow | null
  readonly after: TreeRow | null
}

/** What is in one folder, by name. */
export function readFolder(api: Api, tree: string): Promise<ReadonlyMap<string, TreeRow>> {
  return api.memory.folder(
    tree,
    async () => new Map((await readListing(api, tree, false)).rows.map((row) => [row.path, row])),
  )
}

/** As much of what is below a tree as one request tells, directories included; unproven where that is not all. */
export function readPart(api: Api, tree: string): Promise<Listing> {
  return api.memory.listing(tree, () => readListing(api, tree, true))
}

/** `null` where one request does not tell all. */
async function readWholeTree(api: Api, tree: string): Promise<readonly TreeRow[] | null> {
  const { rows, truncated } = await readPart(api, tree)
  return truncated ? null : rows
}

/** Everything below a tree, folder by folder where it has to be. */
export async function readTree(api: Api, tree: string): Promise<readonly TreeRow[]> {
  const whole = await readWholeTree(api, tree)
  if (whole) return whole
  const rows = [...(await readFolder(api, tree)).values()]
  const below = await mapLanes(rows, lanesMax, async (row) =>
    row.mode === '040000' ? prefixRows(row.path, await readTree(api, row.oid)) : [],
  )
  return [rows, ...below].flat()
}

function prefixRows(folder: string, rows: readonly TreeRow[]): TreeRow[] {
  return rows.map(({ path, mode, oid, byteLength }) => ({ path: `${folder}/${path}`, mode, oid, byteLength }))
}

async function readListing(api: Api, tree: string, recursive: boolean): Promise<Listing> {
  const answer = await askUntil(api, [404], () =>
    api.repeating.rest.git.getTree({ ...api.place, tree_sha: tree, ...(recursive && { recursive: '1' }) }),
  )
  if (!isSuccess(answer)) throw createFailure(api, `list the files of ${api.where}`, answer, 'read')
  const { rows, truncated } = parseAnswer(api, 'the files', answer, (data) => {
    const found = parseList(fields(data)['tree'], parseTreeRow)
    return found && { rows: found, truncated: fields(data)['truncated'] === true }
  })
  if (!truncated && !isProven(tree, rows, recursive)) {
    throw new IntegrityError(
      `Cannot list the files of ${api.where}: the listing of tree ${tree} has not that tree's id; run again, and if this stays, a file has a name that is not UTF-8`,
    )
  }
  for (const { mode, oid } of rows) if (mode !== '040000' && mode !== '160000') api.memory.blobs.add(oid)
  return { rows, truncated: truncated && recursive }
}

/** Whether every tree in a listing, the listed one included, has the id of what is listed in it. */
function isProven(tree: string, rows: readonly TreeRow[], recursive: boolean): boolean {
  const children = new Map<string, NamedEntry[]>()
  for (const { path, mode, oid } of rows) {
    const slash = path.lastIndexOf('/')
    const folder = path.slice(0, Math.max(slash, 0))
    const entry = { name: path.slice(slash + 1), mode, oid }
    const entries = children.get(folder)
    if (entries) entries.push(entry)
    else children.set(folder, [entry])
  }
  const isRight = (folder: string, oid: string) => gitTreeId(children.get(folder) ?? []) === oid
  return (
    isRight('', tree) && (!recursive || rows.every(({ path, mode, oid }) => mode !== '040000' || isRight(path, oid)))
  )
}

/**
 * The files that differ between two trees; of trees too large to be listed, only folders that differ are read. `null`
 * is an empty tree.
 */
export async function diffTrees(api: Api, from: string | null, to: string | null): Promise<TreeChange[]> {
  if (from === to) return []
  const after = to === null ? [] : await readWholeTree(api, to)
  const before = after === null ? null : from === null ? [] : await readWholeTree(api, from)
  if (after && before) return diffRows(before, after)
  const [old, current] = await Promise.all([from, to].map((tree) => (tree === null ? null : readFolder(api, tree))))
  const names = [...new Set([...(old?.keys() ?? []), ...(current?.keys() ?? [])])]
  const changes = await mapLanes(names, lanesMax, async (name) =>
    diffEntries(api, name, old?.get(name) ?? null, current?.get(name) ?? null),
  )
  return changes.flat()
}

async function diffEntries(
  api: Api,
  name: string,
  before: TreeRow | null,
  after: TreeRow | null,
): Promise<TreeChange[]> {
  if (before?.oid === after?.oid && before?.mode === after?.mode) return []
  const treeOf = (row: TreeRow | null) => (row?.mode === '040000' ? row.oid : null)
  const fileOf = (row: TreeRow | null) => (row?.mode === '040000' ? null : row)
  const below = (await diffTrees(api, treeOf(before), treeOf(after))).map(({ path, before: was, after: is }) => ({
    path: `${name}/${path}`,
    before: was,
    after: is,
  }))
  const [was, is] = [fileOf(before), fileOf(after)]
  return was || is ? [{ path: name, before: was, after: is }, ...below] : below
}

function diffRows(before: readonly TreeRow[], after: readonly TreeRow[]): TreeChange[] {
  const index = (rows: readonly TreeRow[]) =>
    new Map(rows.flatMap((row) => (row.mode === '040000' ? [] : [[row.path, row]])))
  const [old, current] = [index(before), index(after)]
  return [...new Set([...old.keys(), ...current.keys()])].flatMap((path) => {
    const [was, is] = [old.get(path) ?? null, current.get(path) ?? null]
    return was?.oid === is?.oid && was?.mode === is?.mode ? [] : [{ path, before: was, after: is }]
  })
}
