/** Files that changed places with one another, told by their content ids alone. */
import type { Change } from '../model/entry.ts'

/**
 * Rounds of two paths or more, in each of which every path holds exactly what another one of them held before: `a` and
 * `b` swapped, or `a` went to `b`, `b` to `c` and `c` to `a`. No path is in two rounds.
 */
export function findExchanges(changes: ReadonlyMap<string, Change>): string[][] {
  /** Where a content is now, null where it is in several places. */
  const places = new Map<string, string | null>()
  for (const { path, before, after } of changes.values())
    if (before && after) places.set(after.oid, places.has(after.oid) ? null : path)
  const rounds: string[][] = []
  const seen = new Set<string>()
  for (const { path: start, before } of changes.values()) {
    // Nearly all: what it held is nowhere now.
    if (!places.has(before?.oid ?? '')) continue
    const trail: string[] = []
    let next: string | null | undefined = start
    for (; next && !seen.has(next); next = places.get(changes.get(next)!.before?.oid ?? '')) {
      seen.add(next)
      trail.push(next)
    }
    // A trail that ends in the middle of itself came from a path that is in no round.
    if (next && trail.includes(next) && trail.length - trail.indexOf(next) > 1)
      rounds.push(trail.slice(trail.indexOf(next)))
  }
  return rounds
}
