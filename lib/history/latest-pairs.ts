/** Of all sync points the latest: the pairs that no other comes after. */
import { type Roles } from '../model/capabilities.ts'
import type { Commit } from '../model/remote.ts'
import { type Side, type Sides, mapSides, valuesOf } from '../model/sides.ts'
import { groupPairs, listBridges, type Pair } from './sync-points.ts'
import { listTips, readableAncestors, type Listing } from './topology.ts'

/** What orders pairs: both histories, and the first side's with children before parents. */
interface Order {
  readonly listings: Sides<Listing>
  readonly sorted: readonly Commit[]
  readonly roles: Roles
}

/**
 * The pair of each group that no other group comes after. A group begins where the first side first has it: what
 * repeats it later was copied, or is another commit of the same files. Of a group, what is more likely and later
 * counts.
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
          Number(b.recorded) - Number(a.recorded),
      )[0]!,
  )
  // A copy that stands on nothing was written where somebody asked for a new base: what does not come after it is
  // older.
  const [fresh] = pairsOf.filter(({ carrier }) => roots.has(carrier)).toSorted((a, b) => compare(a, b, second))
  return fresh ? [fresh] : pairsOf
}

/**
 * What has to be known before the latest pairs are: names that would make one group of two, if what carries them holds
 * what it says. Empty where the answer is the same without them, as it is for nearly all.
 */
export function listDoubted(pairs: readonly Pair[], latest: readonly Pair[], order: Order): readonly Pair[] {
  const bridges = listBridges(pairs)
  if (bridges.length === 0) return []
  const names = (some: readonly Pair[]) =>
    some
      .map(({ commits }) => valuesOf(commits).join(' '))
      .toSorted()
      .join()
  return names(latest) ===
    names(
      listLatest(
        pairs.filter((pair) => !bridges.includes(pair)),
        order,
      ),
    )
    ? []
    : bridges
}
