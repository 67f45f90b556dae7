/**
 * What can be proven of the Hub's comparisons and listings where nothing beside them does: single folders are listed
 * again, by themselves. The Hub tells the ids of directories, but never the root's, and no modes; so a service that
 * leaves the same name out of every answer cannot be found out.
 */
import { foldersToProve, isComplete, type Folder } from '../model/complete.ts'
import { comparePaths, type Mode } from '../model/entry.ts'
import { IntegrityError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'
import type { Api } from './api.ts'
import type { PathRow } from './schema.ts'
import { listUnprovenDirectories, readFolder } from './tree.ts'

/** Two listings of everything cost less than listing more folders than this in both commits, in most repositories. */
const foldersMax = 12
/** Directories with executable files look like those that lack something, where no mode is known. */
const suspectsMax = 20

/**
 * Whether a comparison without a tag tells all: it may have been cut behind any of its lines. git sorts them, so only
 * what comes after the last one can be missing, and the folders above that one show it; where they are not sorted, all
 * folders. Costs two requests for each.
 */
export async function provesDiff(api: Api, from: string, to: string, paths: readonly string[]): Promise<boolean> {
  const isSorted = paths.every((path, index) => index === 0 || comparePaths(paths[index - 1]!, path) < 0)
  const folders = foldersToProve(isSorted ? paths.slice(-1) : paths)
  if (folders.length > foldersMax) return false
  const read = async (commit: string) =>
    new Map(await Promise.all(folders.map(async (folder) => [folder, await readNames(api, commit, folder)] as const)))
  const [before, after] = await Promise.all([read(from), read(to)])
  return isComplete(
    new Set(paths),
    (folder) => before.get(folder),
    (folder) => after.get(folder),
    folders,
  )
}

const modes: Record<PathRow['type'], Mode> = { file: '100644', directory: '040000', unknown: '160000' }

async function readNames(api: Api, commit: string, folder: string): Promise<Folder | null> {
  const rows = await readFolder(api, commit, folder)
  return (
    rows && {
      oid: null,
      entries: new Map(
        rows.map(({ path, type, oid }) => [path.slice(path.lastIndexOf('/') + 1), { mode: modes[type], oid }]),
      ),
    }
  )
}

/**
 * Throws an `IntegrityError` where a folder of its own holds something else than the listing of the whole commit says.
 */
export async function proveListing(api: Api, commit: string, rows: ReadonlyMap<string, PathRow>): Promise<void> {
  const children = new Map<string, PathRow[]>()
  for (const row of rows.values()) {
    const folder = row.path.slice(0, Math.max(row.path.lastIndexOf('/'), 0))
    const known = children.get(folder)
    if (known) known.push(row)
    else children.set(folder, [row])
  }
  // What a listing loses it loses at its end.
  const suspects = listUnprovenDirectories(rows, new Map(), '100644').slice(-suspectsMax)
  await Promise.all(
    ['', ...suspects].map(async (folder) => {
      const listed = children.get(folder) ?? []
      const found = (await readFolder(api, commit, folder)) ?? []
      if (found.length === listed.length && found.every(({ path, oid }) => rows.get(path)?.oid === oid)) return
      throw new IntegrityError(
        `Cannot list the files of ${api.where}: the listing of everything at ${commit} has other names in "${quote(folder)}" than the listing of that folder; run again`,
      )
    }),
  )
}
