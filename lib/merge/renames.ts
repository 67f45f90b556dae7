/** All that one side moved: files by content, and the folders that went with them. */
import { foldersAbove, type Change } from '../model/entry.ts'
import { otherSide, type Side, type Sides } from '../model/sides.ts'
import { findFolderRenames } from './directory-renames.ts'
import { findRenames, type Renames } from './exact-renames.ts'
import { findSimilarRenames } from './inexact-renames.ts'
import type { Facts } from './questions.ts'

/**
 * `exact`: those that were not edited on the way. `folders`: old to new, null for those whose files may have gone to
 * several places, which are `split`.
 */
export interface Moves extends Renames {
  readonly exact: Renames['to']
  readonly folders: ReadonlyMap<string, string | null>
  readonly split: readonly string[]
}

export interface MovesInput {
  readonly changes: Sides<ReadonlyMap<string, Change>>
  readonly chmods: Sides<ReadonlySet<string>>
  readonly heads: Sides<string | null>
  readonly baseOf: (path: string) => Sides<string | null>
}

/**
 * Where a deleted file went matters if the other side changed it too, has it as an executable, or put another one into
 * its folder.
 */
export function findMoves(side: Side, { changes, chmods, heads, baseOf }: MovesInput, facts: Facts): Moves {
  const other = otherSide[side]
  const there = changes[other]
  const isTouched = (path: string) =>
    there.has(path) ||
    chmods[other].has(path) ||
    facts.known({ side: other, commit: heads[other], path })?.mode === '100755'
  const foldersAddedTo = new Set(
    [...there.values()].flatMap(({ path, before, after }) => (after && !before ? foldersAbove(path).slice(-1) : [])),
  )
  // A folder that is still there was not renamed.
  const isFolderGone = (folder: string) => {
    const stands = facts.entry(side, heads[side], folder)
    return stands !== undefined && stands?.mode !== '040000'
  }
  // git asks where a folder went for a file that was put right into it, and then of all folders below it as well.
  const isAsked = (folder: string) =>
    [...foldersAbove(folder), folder].some((one) => foldersAddedTo.has(one) && isFolderGone(one))
  const exact = findRenames(changes[side])
  const { to, unclear } = findSimilarRenames(
    {
      side,
      changes: changes[side],
      exact,
      head: heads[side],
      baseOf: (path) => baseOf(path)[side],
      matters: (path) => isTouched(path) || foldersAbove(path).slice(-1).some(isAsked),
    },
    facts,
  )
  const unclearFolders = [...unclear.keys()].flatMap(foldersAbove).map((folder): [string, null] => [folder, null])
  const folders = new Map([...findFolderRenames(to), ...unclearFolders].filter(([folder]) => isAsked(folder)))
  return {
    to,
    unclear,
    exact: exact.to,
    folders,
    split: [...folders].flatMap(([folder, now]) => (now === null ? [folder] : [])),
  }
}
