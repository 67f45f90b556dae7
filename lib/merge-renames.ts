/** What becomes of files that were renamed, and of files that were put where the other side has moved everything away. */
import { foldersAbove } from './entry.ts'
import { findRenamedFolder } from './folder-renames.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from './sides.ts'
import type { Verdicts } from './verdicts.ts'

export function createRenameVerdicts({ input: { changes, heads, take }, facts, decided, moves, stateOf, give, conflict, giveWinner, findBlock, mergeEdits }: Verdicts) {
  /** One side deleted the path and has it elsewhere, or both did. */
  function decideRename(path: string): void {
    const targets = mapSides((side) => moves[side].to.get(path) ?? null)
    const gone = mapSides((side) => changes[side].has(path) && stateOf(side, path) === null)
    if (gone.github && gone.huggingface) {
      decided.add(path)
      if (targets.github !== null && targets.github === targets.huggingface) {
        const [target, same] = [targets.github, stateOf('github', targets.github)!.oid === stateOf('huggingface', targets.github)!.oid]
        if (same || sides.some((side) => stateOf(side, target)!.lfs)) return
        decided.add(target)
        return mergeEdits(target, path, { github: target, huggingface: target }, giveWinner(target))
      }
      const unclear = sides.filter((side) => moves[side].unclear.has(path))
      if (unclear.length > 0) return conflict(path, 'rename/delete', `${unclear.join(' and ')} may have renamed it: more than one place fits, or there is too much to compare`, () => {})
      if (targets.github === targets.huggingface) return
      const kind = targets.github && targets.huggingface ? 'rename/rename' : 'rename/delete'
      const detail = sides.map((side) => `${side} ${targets[side] ? `renamed it to ${JSON.stringify(targets[side])}` : 'deleted it'}`).join(', ')
      conflict(path, kind, detail, (taken) => {
        const loser = targets[otherSide[taken]]
        // A file that the other side has there is decided on its own.
        if (loser === null || stateOf(taken, loser)) return
        decided.add(loser)
        give(otherSide[taken], loser, taken, null)
      })
      return
    }
    for (const side of sides) {
      const other = otherSide[side]
      const target = targets[side]
      const edited = stateOf(other, path)
      if (!gone[side] || target === null || edited === null || changes[other].has(target)) continue
      // Most often the place is free: while that is still asked, what comes next is asked with it.
      const [there, block] = [facts.entry(other, heads[other], target), findBlock(side, target)]
      if (there || block) continue
      if (isMisplaced(target, side)) return void decided.add(path).add(target)
      decided.add(path).add(target)
      const follow = () => {
        give(side, target, other, edited, path)
        give(other, target, other, edited, path)
        give(other, path, side, null)
      }
      if (moves[side].exact.has(path)) return follow()
      mergeEdits(target, path, { [side]: target, [other]: path } as unknown as Sides<string>, (taken) => {
        if (taken === other) return follow()
        give(other, target, side, stateOf(side, target))
        give(other, path, side, null)
      })
    }
  }

  /** One side put a file into a folder that the other one renamed: only people know whether it is to follow. */
  function isMisplaced(path: string, side: Side): boolean {
    const other = otherSide[side]
    const home = foldersAbove(path).at(-1) ?? ''
    const folder = findRenamedFolder(moves[other].folders, moves[other].split, path)
    if (folder === null || facts.entry(other, heads[other], folder.length < home.length ? folder : home)?.mode === '040000' || take(path) === side) return false
    const renamed = moves[other].folders.get(folder) ?? null
    const target = renamed === '' ? path.slice(folder.length + 1) : `${renamed}${path.slice(folder.length)}`
    const inTheWay = renamed === null ? [] : sides.flatMap((each) => [facts.entry(each, heads[each], target), findBlock(otherSide[each], target)])
    const isFree = renamed !== null && inTheWay.every((one) => one === null)
    const what = renamed === null ? `${other} moved the folder ${JSON.stringify(folder)}, perhaps to several places, and ${side} put a file into ${JSON.stringify(home)}` : `${other} moved all of the folder ${JSON.stringify(folder)}, and ${side} put it there`
    conflict(path, 'file location', what, isFree ? () => {
      decided.add(target)
      for (const each of sides) give(each, target, side, stateOf(side, path), path)
      give(side, path, other, null)
    } : null)
    return true
  }

  return { decideRename, isMisplaced }
}
