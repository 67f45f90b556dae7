/** The latest of all sync points: the pairs that no other pair comes after. */
import type { Roles } from '../model/capabilities.ts'
import type { Commit } from '../model/remote.ts'
import { type Side, type Sides, mapSides, valuesOf } from '../model/sides.ts'
import { groupPairs, listBridges, type Pair } from './sync-points.ts'
import { listTips, readableAncestors, type Listing } from './topology.ts'

/** What pairs are ordered by: both histories, and that of the first side sorted, children before parents. */
interface Order {
  readonly listings: Sides<Listing>
  readonly sorted: readonly Commit[]
  readonly roles: Roles
}

/**
 * The latest pairs. Pairs that share a commit are a group, one state of both sides, and stand where the first side first
 * had it: a later commit of the group only repeats it. Of each latest group the most likely pair is taken, then the
 * latest.
 */
export function listLatest(
  pairs: readonly Pair[],
  { listings, sorted, roles: { first: firstSide, second } }: Order,
): Pair[] {
  const rank = mapSides(
    (side) =>
      new Map((side === firstSide ? sorted : listings[side].commits).map(({ oid }, index) => [oid, index] as const)),
  )
  const compare = (a: Pair, b: Pair, side: Side) => rank[side].get(a.commits[side])! - rank[side].get(b.commits[side])!
  const { commits } = listings[firstSide]
  const roots = new Set(commits.filter(({ parents }) => parents.length === 0).map(({ oid }) => oid))
  const groups = groupPairs(pairs).map((group) => {
    const oids = [...new Set(group.map((pair) => pair.commits[firstSide]))]
    const first =
      oids.length === 1
        ? oids
        : oids.filter((oid) => {
            const before = readableAncestors(commits, oid)
            return oids.every((other) => other === oid || !before.has(other))
          })
    return { first, group }
  })
  const tips = new Set(listTips(sorted, new Set(groups.flatMap(({ first }) => first))))
  const latest = groups.filter(({ first }) => first.every((oid) => tips.has(oid)))
  const pairsOf = (latest.length > 0 ? latest : groups.filter(({ first }) => first.some((oid) => tips.has(oid)))).map(
    ({ group }) =>
      group.toSorted(
        (a, b) =>
          Number(b.isLikely) - Number(a.isLikely) ||
          compare(a, b, firstSide) ||
          compare(a, b, second) ||
          Number(b.treeProven) - Number(a.treeProven),
      )[0]!,
  )
  // A copy without a parent was written where somebody asked for a new base: what does not contain it is older.
  const [fresh] = pairsOf.filter(({ carrier }) => roots.has(carrier)).toSorted((a, b) => compare(a, b, second))
  return fresh ? [fresh] : pairsOf
}

/**
 * The pairs that have to be proven before it is certain which are the latest: those that alone join two groups. Empty
 * where the latest pairs are the same without them, as nearly always.
 */
export function listDoubted(pairs: readonly Pair[], latest: readonly Pair[], order: Order): readonly Pair[] {
  const bridges = new Set(listBridges(pairs))
  if (bridges.size === 0) return []
  const names = (some: readonly Pair[]) => some.map(({ commits }) => valuesOf(commits).join(' ')).toSorted()
  const without = listLatest(
    pairs.filter((pair) => !bridges.has(pair)),
    order,
  )
  return names(latest).join() === names(without).join() ? [] : [...bridges]
}
