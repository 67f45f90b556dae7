/** Files that one side put into a folder that the other one has renamed. */
import { foldersAbove, isAttributes } from '../model/entry.ts'
import { otherSide, sides, type Side } from '../model/sides.ts'
import { findRenamedFolder } from './directory-renames.ts'
import type { Verdict } from './verdict.ts'

const quoted = (path: string) => JSON.stringify(path)

/** Whether the file at a changed path was added to a folder that the other side renamed; the conflict is noted then. */
export function isAddedToMoved(verdict: Verdict, path: string): boolean {
  for (const side of sides) {
    const change = verdict.input.changes[side].get(path)
    if (change?.after && !change.before) return !isAttributes(path) && isMisplaced(verdict, path, side)
  }
  return false
}

/**
 * Whether a side put the file at `path` into a folder that the other one renamed, and people have to say whether it
 * follows. The conflict is noted then. `put` brings the file to a path on both sides; without it the file is moved.
 */
export function isMisplaced(verdict: Verdict, path: string, side: Side, put?: (target: string) => void): boolean {
  const other = otherSide[side]
  const { folders, split } = verdict.moves[other]
  const folder = folders.size === 0 ? null : findRenamedFolder(folders, split, path)
  if (folder === null) return false
  const home = foldersAbove(path).at(-1) ?? ''
  const standing = folder.length < home.length ? folder : home
  if (verdict.entry(other, standing)?.mode === '040000' || verdict.input.take(path) === side) return false
  const renamed = folders.get(folder) ?? null
  const target = renamed === '' ? path.slice(folder.length + 1) : `${renamed}${path.slice(folder.length)}`
  const isFree = renamed !== null && isFreeOnBoth(verdict, target)
  const what =
    renamed === null
      ? `${other} moved the folder ${quoted(folder)}, perhaps to several places, and ${side} put this file into ${quoted(home)}`
      : `${other} moved all of the folder ${quoted(folder)} to ${quoted(renamed || '.')}, and ${side} put this file into it`
  const answers = isFree
    ? `taking ${other} moves it to ${quoted(target)}, taking ${side} leaves it here`
    : `taking ${side} leaves it here; to move it, do so on ${side}`
  const settle = () => {
    verdict.decided.add(target)
    if (put) put(target)
    else move(verdict, path, side, target)
  }
  verdict.conflict({ path, kind: 'file location', detail: `${what}: ${answers}` }, isFree ? settle : null)
  return true
}

/** Also that the path is mirrored: what is outside is seen by nobody. */
function isFreeOnBoth(verdict: Verdict, path: string): boolean {
  if (verdict.input.includes?.(path) === false) return false
  const inTheWay = sides.flatMap((side) => [verdict.entry(side, path), verdict.findBlock(otherSide[side], path)])
  return inTheWay.every((found) => found === null) && !verdict.decided.has(path)
}

/** Puts a file that only one side has, at one of its paths, at another one on both. */
function move(verdict: Verdict, path: string, side: Side, target: string): void {
  for (const to of sides) verdict.giveMoved(to, target, verdict.placeAt(side, path), path)
  verdict.give(side, path, null)
}
