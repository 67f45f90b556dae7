/**
 * Proves that comparisons and listings of the Hub are whole, by listing single folders again. The Hub never tells the id of
 * the root, nor modes, so a name that all of its answers leave out is not found.
 */
import { groupBy } from '../model/batches.ts'
import { isComplete, type Folder } from '../model/complete.ts'
import { comparePaths, folderOf, foldersOf, nameOf, type Mode } from '../model/entry.ts'
import { IntegrityError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'
import type { Api } from './api.ts'
import type { PathRow } from './schema.ts'
import { listUnprovenDirectories, readFolder } from './tree.ts'

/** To list more folders than this in both commits costs more than two whole listings, in most repositories. */
const foldersMax = 12
/** How many directories are listed again: without modes, each directory with an executable file looks incomplete. */
const suspectsMax = 20

/**
 * Whether a comparison without an ETag is whole, and was not cut after one of its lines. git sorts paths, so only paths after
 * the last one can be missing, and the folders above the last path show them. If the paths are not sorted, all folders above
 * them are listed. Costs two requests a folder.
 */
export async function provesDiff(api: Api, from: string, to: string, paths: readonly string[]): Promise<boolean> {
  const isSorted = paths.every((path, index) => index === 0 || comparePaths(paths[index - 1]!, path) < 0)
  const folders = foldersOf(isSorted ? paths.slice(-1) : paths)
  if (folders.length > foldersMax) return false
  const read = async (commit: string) =>
    new Map(await Promise.all(folders.map(async (folder) => [folder, await readNames(api, commit, folder)] as const)))
  const [before, after] = await Promise.all([read(from), read(to)])
  return isComplete(new Set(paths), before, after, folders)
}

const modes: Record<PathRow['type'], Mode> = { file: '100644', directory: '040000', unknown: '160000' }

async function readNames(api: Api, commit: string, folder: string): Promise<Folder | null> {
  const rows = await readFolder(api, commit, folder)
  const entries = rows?.map(({ path, type, oid }) => [nameOf(path), { mode: modes[type], oid }] as const)
  return entries ? { oid: null, entries: new Map(entries) } : null
}

/** Throws an `IntegrityError` where a folder that is listed by itself holds something else than the whole listing says. */
export async function proveListing(api: Api, commit: string, rows: ReadonlyMap<string, PathRow>): Promise<void> {
  const children = groupBy(rows.values(), ({ path }) => folderOf(path))
  // A listing that is not whole lacks its end, so the last ones are looked at.
  const suspects = listUnprovenDirectories(rows, new Map(), '100644').slice(-suspectsMax)
  await Promise.all(
    ['', ...suspects].map(async (folder) => {
      const listed = children.get(folder) ?? []
      const found = (await readFolder(api, commit, folder)) ?? []
      if (found.length === listed.length && found.every(({ path, oid }) => rows.get(path)?.oid === oid)) return
      throw new IntegrityError(
        `Cannot list the files of ${api.where}: the listing of everything at ${commit} has other names in ` +
          `"${quote(folder)}" than the listing of that folder; run again`,
      )
    }),
  )
}
