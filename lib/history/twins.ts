/**
 * Which commits of the other side hold the same files as a commit: a sync point is more than a base, since whatever names
 * one of its commits, such as a tag, has to name the other one there.
 */
import type { Commit } from '../model/remote.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { groupPairs, listPairs, type Pair, type Proofs } from './sync-points.ts'
import type { Listing } from './topology.ts'

/** A commit of the other side. `open`: what would prove that it holds the same files; null where nothing has to. */
export interface Twin {
  readonly commit: string
  readonly open: Pair['open']
}

/** By commit, those with a pair of their own first, and among these the oldest first: later ones only repeat it. */
export type Twins = Sides<ReadonlyMap<string, readonly Twin[]>>

/** As far as both histories were read. A commit that has the tree of another one has its twins. */
export function findTwins(listings: Sides<Listing>, proofs: Proofs, firstSide: Side): Twins {
  const ids = mapSides((side) => new Map(listings[side].commits.map((commit) => [commit.oid, commit])))
  const pairs = listPairs(listings, ids, proofs, firstSide).filter(({ isLikely }) => isLikely)
  const age = new Map(pairs.map((pair, index) => [pair, index]))
  const twins = mapSides(() => new Map<string, Twin[]>())
  for (const group of groupPairs(pairs)) {
    const oldestFirst = group.toSorted((a, b) => age.get(b)! - age.get(a)!)
    for (const side of sides)
      for (const { commits } of group) twins[side].set(commits[side], listTwins(oldestFirst, side, commits[side]))
  }
  return mapSides((side) => withEqualTrees(twins[side], listings[side].commits))
}

/** The commits of the other side in a group, those that are paired with this one (`oid`) first. */
function listTwins(group: readonly Pair[], side: Side, oid: string): Twin[] {
  const isOwn = ({ commits }: Pair) => commits[side] === oid
  const own = group.filter(isOwn)
  const found = new Map<string, Twin>()
  for (const { commits, open } of [...own, ...group.filter((pair) => !isOwn(pair))]) {
    const commit = commits[otherSide[side]]
    if (!found.has(commit)) found.set(commit, { commit, open })
  }
  return [...found.values()]
}

function withEqualTrees(twins: ReadonlyMap<string, readonly Twin[]>, commits: readonly Commit[]) {
  const byTree = new Map<string, readonly Twin[]>()
  for (const { oid, tree } of commits.toReversed())
    if (tree !== null && !byTree.has(tree) && twins.has(oid)) byTree.set(tree, twins.get(oid)!)
  const alike = commits.flatMap(({ oid, tree }) => {
    const found = tree === null || twins.has(oid) ? undefined : byTree.get(tree)
    return found ? [[oid, found] as const] : []
  })
  return new Map([...twins, ...alike])
}

/** The nearest of the commits that one descends from and that have twins; null where none of those that were read has. */
export function findTwinnedAncestor(
  { commits }: Listing,
  twins: ReadonlyMap<string, readonly Twin[]>,
  oid: string,
): string | null {
  const byId = new Map(commits.map((commit) => [commit.oid, commit]))
  const seen = new Set([oid])
  for (const next of seen) {
    if (next !== oid && twins.has(next)) return next
    for (const parent of byId.get(next)?.parents ?? []) seen.add(parent)
  }
  return null
}
