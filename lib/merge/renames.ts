/** All that one side renamed: files by content, and the folders that went with them. */
import { foldersAbove, type Change } from '../model/entry.ts'
import { otherSide, type Side } from '../model/sides.ts'
import { findFolderRenames } from './directory-renames.ts'
import { findRenames, type Renames } from './exact-renames.ts'
import { findSimilarRenames } from './inexact-renames.ts'
import type { MergeInput } from './outcome.ts'
import type { Facts } from './questions.ts'

/**
 * `exact`: files that were not edited on the way. `folders`: old folder to new one, `null` where its files may have gone
 * to several places; `split` are those.
 */
export interface Moves extends Renames {
  readonly exact: Renames['to']
  readonly folders: ReadonlyMap<string, string | null>
  readonly split: readonly string[]
}

/** The folders that files were added right into. */
function listFilledFolders(changes: ReadonlyMap<string, Change>): Set<string> {
  const folders = new Set<string>()
  for (const { path, before, after } of changes.values())
    if (after && !before && path.includes('/')) folders.add(path.slice(0, path.lastIndexOf('/')))
  return folders
}

/**
 * What a side renamed. Files that were edited on the way are only searched for where it matters: where the other side
 * changed the deleted file too, has it as an executable, or added a file to its folder.
 */
export function findMoves(side: Side, input: MergeInput, facts: Facts): Moves {
  const { changes, chmods, heads } = input
  const other = otherSide[side]
  const isTouched = (path: string) =>
    changes[other].has(path) ||
    chmods[other].has(path) ||
    facts.known({ side: other, commit: heads[other], path })?.mode === '100755'
  // A folder that is still there was not renamed.
  const isGone = (folder: string) => {
    const stands = facts.entry(side, heads[side], folder)
    return stands !== undefined && stands?.mode !== '040000'
  }
  let filled: ReadonlySet<string> | null = null
  // git asks where a folder went for a file that was added right to it, and then of all folders below it as well.
  const isAsked = (folder: string) => {
    const asked = (filled ??= listFilledFolders(changes[other]))
    return asked.size > 0 && [...foldersAbove(folder), folder].some((one) => asked.has(one) && isGone(one))
  }
  const exact = findRenames(changes[side])
  const matters = (path: string) => isTouched(path) || foldersAbove(path).slice(-1).some(isAsked)
  const { to, unclear } = findSimilarRenames({ side, input, exact, matters, facts })
  const unclearFolders = [...unclear.keys()].flatMap(foldersAbove).map((folder): [string, null] => [folder, null])
  const folders = new Map([...findFolderRenames(to), ...unclearFolders].filter(([folder]) => isAsked(folder)))
  const split = [...folders].flatMap(([folder, now]) => (now === null ? [folder] : []))
  return { to, unclear, exact: exact.to, folders, split }
}
