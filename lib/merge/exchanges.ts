/** Files that changed places with one another on one side, told by their content ids alone. */
import { isFile, type Change, type Entry } from '../model/entry.ts'
import { mapSides, otherSide, sides, type Side } from '../model/sides.ts'
import type { Verdict } from './verdict.ts'

/**
 * Cycles of two paths or more, in each of which every path holds exactly what the next one held before: `a` and `b`
 * swapped, or `a` went to `b`, `b` to `c` and `c` to `a`. No path is in two cycles.
 */
export function findExchanges(changes: ReadonlyMap<string, Change>): string[][] {
  /** Where a content is now, null where it is in several places. */
  const pathOf = new Map<string, string | null>()
  for (const { path, before, after } of changes.values())
    if (before && after) pathOf.set(after.oid, pathOf.has(after.oid) ? null : path)
  const cycles: string[][] = []
  const seen = new Set<string>()
  for (const { path: start, before } of changes.values()) {
    // Of nearly all paths: what it held is nowhere now.
    if (!pathOf.has(before?.oid ?? '')) continue
    const trail: string[] = []
    let next: string | null | undefined = start
    for (; next && !seen.has(next); next = pathOf.get(changes.get(next)!.before?.oid ?? '')) {
      seen.add(next)
      trail.push(next)
    }
    // A trail that ends in the middle of itself began at a path that is in no cycle.
    if (next && trail.includes(next) && trail.length - trail.indexOf(next) > 1)
      cycles.push(trail.slice(trail.indexOf(next)))
  }
  return cycles
}

/**
 * A side exchanged files, and the other one edited or moved one of them. By path, as git merges, the edit would end in
 * another document; by content it belongs to where its file is now. Only people know which of the two was meant.
 */
export function decideExchanges(verdict: Verdict): void {
  for (const side of sides) {
    // What only one side changed means what it says.
    if (verdict.input.changes[otherSide[side]].size === 0) continue
    for (const cycle of findExchanges(verdict.input.changes[side])) decideExchange(verdict, side, cycle)
  }
}

function decideExchange(verdict: Verdict, side: Side, cycle: readonly string[]): void {
  const { decided, moves, input } = verdict
  const other = otherSide[side]
  if (cycle.some((path) => decided.has(path))) return
  const touched = cycle.filter(
    (path) =>
      input.changes[other].has(path) &&
      verdict.isSameNow(path) !== true &&
      (verdict.stateOf(other, path) || moves[other].to.has(path) || moves[other].unclear.has(path)),
  )
  if (touched.length === 0) return
  for (const path of cycle) decided.add(path)
  const held = cycle.map((path) => ({ path, entries: mapSides((each) => holds(verdict, each, path)) }))
  const inTheWay = cycle.flatMap((path) => [verdict.entryWithMode(other, path), verdict.findBlock(side, path)])
  const isFree = inTheWay.every((found) => !found || (typeof found === 'object' && isFile(found)))
  const list = (paths: readonly string[]) => paths.map((path) => JSON.stringify(path)).join(', ')
  const detail =
    `${side} exchanged ${list(cycle)} with one another, and ${other} changed ${list(touched)}; ` +
    'taking a side takes its version of all of them'
  const settle = (taken: Side) => {
    const loser = otherSide[taken]
    for (const { path, entries } of held)
      if (entries[taken]?.oid !== entries[loser]?.oid) verdict.give(loser, path, entries[taken])
  }
  verdict.conflict({ path: touched[0]!, kind: 'content', detail }, isFree ? settle : null)
}

/** What a side has now at a path that one of them changed; nothing while that is asked. */
function holds(verdict: Verdict, side: Side, path: string): Entry | null {
  const change = verdict.input.changes[side].get(path)
  return change ? change.after : (verdict.entry(side, path) ?? null)
}
