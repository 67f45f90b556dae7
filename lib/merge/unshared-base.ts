/** A path at which the base's two commits do not hold the same. */
import { isFile, type Change, type Entry } from '../model/entry.ts'
import { otherSide, sides, type Side } from '../model/sides.ts'
import { placeFile, wasUnmirrored } from './unmirrored.ts'
import type { Verdict } from './verdict.ts'

/**
 * Where one of the two commits held something there, or above it, that cannot be mirrored, the path was no part of the
 * mirror and is now, as if both sides had added it. Otherwise the base is wrong: somebody wrote to one side alone.
 * `guess`: what the other side's entries say that it holds.
 */
export function decideUnshared(verdict: Verdict, side: Side, change: Change, guess: Entry | null): void {
  const { path, before, after } = change
  const other = otherSide[side]
  const there = guess && verdict.entryWithMode(other, path)
  const unmirrored = new Set(sides.map((each) => wasUnmirrored(verdict, each, path)))
  const block = after !== null && before !== null ? verdict.findBlock(side, path) : null
  // With its mode it may turn out that no file stands there at all.
  if (there === undefined || block === undefined || (there !== null && !isFile(there))) return
  const wasOutside = unmirrored.has(true)
  if (wasOutside && there === null) {
    if (after !== null) placeFile(verdict, side, change, block)
  } else if (wasOutside && after !== null) {
    const detail = 'both sides hold a file now where one had something that cannot be mirrored, and they differ'
    verdict.conflict({ path, kind: 'add/add', detail }, (taken) =>
      taken === side ? verdict.give(other, path, after) : verdict.give(side, path, there),
    )
  } else if (!unmirrored.has(undefined)) verdict.baseMismatches.add(path)
}
