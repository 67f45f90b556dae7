/**
 * The proof that a list of changed paths is complete. Services cut long comparisons short; but the folders above the
 * listed paths name everything that stands beside these paths, by ids that tell whether it changed.
 */
import { foldersOf, type Mode } from './entry.ts'

/** A folder of a commit: what it holds, by name. `oid` is its tree's id, `null` where the service does not tell it. */
export interface Folder {
  readonly oid: string | null
  readonly entries: ReadonlyMap<string, { readonly mode: Mode; readonly oid: string }>
}

/** What was read of a commit, by folder: null where there is no such folder, nothing where that is not known. */
type Folders = Pick<ReadonlyMap<string, Folder | null>, 'get'>

/**
 * Whether `paths` are all paths that differ between two commits, by the folders of `foldersOf` at either commit.
 * Where one of these is not known nothing is proven. A folder with the same id on both sides holds no change; one that
 * differs and has no listed path below it is a gap. With `looked`, only these folders are checked; the listing is known
 * to be complete in the others.
 */
export function isComplete(
  paths: ReadonlySet<string>,
  before: Folders,
  after: Folders,
  looked?: readonly string[],
): boolean {
  const folders = new Set(foldersOf(paths))
  const own = new Set(looked ?? folders)
  const sides = [before, after]
  return [...own].every((folder) => {
    const known = sides.map((read) => read.get(folder))
    if (known.includes(undefined)) return false
    const [old, now] = known as [Folder | null, Folder | null]
    const names = new Set([...(old?.entries.keys() ?? []), ...(now?.entries.keys() ?? [])])
    return [...names].every((name) => {
      const path = folder === '' ? name : `${folder}/${name}`
      const [was, is] = [old?.entries.get(name), now?.entries.get(name)]
      const isKnown = sides.every((read, index) =>
        isLinked([was, is][index], own.has(path) ? read.get(path) : undefined),
      )
      if (!isKnown) return false
      if (was?.oid === is?.oid && was?.mode === is?.mode) return true
      const both = [was, is].filter((entry) => entry !== undefined)
      return (
        (!both.some(({ mode }) => mode === '040000') || folders.has(path)) &&
        (!both.some(({ mode }) => mode !== '040000') || paths.has(path))
      )
    })
  })
}

/** Whether a folder that was read has the id that its parent has for it. */
function isLinked(
  entry: { readonly mode: Mode; readonly oid: string } | undefined,
  folder: Folder | null | undefined,
): boolean {
  if (folder === undefined) return true
  const tree = entry?.mode === '040000' ? entry.oid : null
  return folder === null ? tree === null : tree !== null && (folder.oid === null || folder.oid === tree)
}
