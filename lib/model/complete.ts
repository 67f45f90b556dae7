/**
 * Whether a list of changed paths is all that differs between two commits, proven by the names in the folders above
 * them. Pure.
 */
import { foldersAbove, type Mode } from './entry.ts'

/**
 * What a folder of a commit holds by name, `null` where there is no such folder. `oid` is its tree's; `null` where the
 * service does not tell it.
 */
export interface Folder {
  readonly oid: string | null
  readonly entries: ReadonlyMap<string, { readonly mode: Mode; readonly oid: string }>
}

/** The folders that have to be looked at, the root (`''`) first. */
export function foldersToProve(paths: Iterable<string>): string[] {
  return [...new Set(['', ...[...paths].flatMap(foldersAbove)])]
}

/**
 * `before` and `after` give the folders of `foldersToProve` at both commits, `undefined` where one is not known: then
 * nothing is proven. A tree's id stands for all that is below it, so a folder that is the same needs no look, and one
 * that differs without a listed path below it is a gap. `looked`: only these folders are; of the others it is known
 * that they are told to the end.
 */
export function isComplete(
  paths: ReadonlySet<string>,
  before: (folder: string) => Folder | null | undefined,
  after: (folder: string) => Folder | null | undefined,
  looked?: readonly string[],
): boolean {
  const folders = new Set(foldersToProve(paths))
  const own = new Set(looked ?? folders)
  const sides = [before, after]
  return [...own].every((folder) => {
    const known = sides.map((read) => read(folder))
    if (known.includes(undefined)) return false
    const [old, now] = known as [Folder | null, Folder | null]
    const names = new Set([...(old?.entries.keys() ?? []), ...(now?.entries.keys() ?? [])])
    return [...names].every((name) => {
      const path = folder === '' ? name : `${folder}/${name}`
      const [was, is] = [old?.entries.get(name), now?.entries.get(name)]
      const isKnown = sides.every((read, index) => isLinked([was, is][index], own.has(path) ? read(path) : undefined))
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

/** Whether a folder that was looked at is the one that its parent names. */
function isLinked(
  entry: { readonly mode: Mode; readonly oid: string } | undefined,
  folder: Folder | null | undefined,
): boolean {
  if (folder === undefined) return true
  const tree = entry?.mode === '040000' ? entry.oid : null
  return folder === null ? tree === null : tree !== null && (folder.oid === null || folder.oid === tree)
}
