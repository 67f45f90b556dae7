/**
 * Proves comparisons and listings of the Hub by listing single folders again. The Hub never tells the root's id, and no
 * modes, so a name that is left out of every answer cannot be found out.
 */
import { groupBy } from '../model/batches.ts'
import { foldersToProve, isComplete, type Folder } from '../model/complete.ts'
import { comparePaths, folderOf, nameOf, type Mode } from '../model/entry.ts'
import { IntegrityError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'
import type { Api } from './api.ts'
import type { PathRow } from './schema.ts'
import { listUnprovenDirectories, readFolder } from './tree.ts'

/** In most repositories two whole listings cost less than listing more folders than this in both commits. */
const foldersMax = 12
/** Directories that are listed again: where modes are unknown, those with executable files look incomplete too. */
const suspectsMax = 20

/**
 * Whether a comparison without an ETag is whole, or was cut behind one of its lines. git sorts paths, so only paths after the
 * last one can be missing, and the folders above the last one tell. Where the paths are not sorted, all folders above them
 * are listed. Costs two requests a folder.
 */
export async function provesDiff(api: Api, from: string, to: string, paths: readonly string[]): Promise<boolean> {
  const isSorted = paths.every((path, index) => index === 0 || comparePaths(paths[index - 1]!, path) < 0)
  const folders = foldersToProve(isSorted ? paths.slice(-1) : paths)
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
  // Listings are cut at their end.
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
