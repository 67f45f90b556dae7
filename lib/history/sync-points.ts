/**
 * Which pairs of commits are said to hold the same files, and how far that is proven (decision 0013).
 *
 * On GitHub a copy counts while its tree is the one that it recorded. Hugging Face tells no trees, and people copy
 * messages with their trailers (cherry-pick, amend, rebase, paste). So a copy there records its parent and a digest of
 * its edits: one comparison proves it. Without a request, the row below it in the history tells as much: it is that
 * parent, unless the message was copied or somebody merged branches.
 */
import { emptyTreeId } from '../model/git-object.ts'
import { everySet, formatSet, wasMirrored, type MirroredSet } from '../model/mirrored-set.ts'
import { digestSquash, parseSquash, type Onto } from '../model/onto.ts'
import type { Commit } from '../model/remote.ts'
import type { CommitLink } from '../model/repository.ts'
import { bothOf, mapSides, otherSide, sides, sidesOf, valuesOf, type Side, type Sides } from '../model/sides.ts'
import { parseOwnTrailers, parseTrailers, type Trailers } from '../model/trailers.ts'
import { readableAncestors, type Listing } from './topology.ts'

/** By commit whose tree is not told: whether its edits are the recorded ones; null where the service could not say. */
export type Proofs = ReadonlyMap<string, boolean | null>

/**
 * Two commits that are said to hold the same files. `carrier`: the commit that says so. `treeProven`: its tree proves it.
 * `open`: the commit whose edits would prove it. `isLikely`: it counts without that proof, too. `set`: which files were
 * mirrored, as `Mirrored-Set` says it.
 */
export interface Pair {
  readonly commits: Sides<string>
  readonly carrier: string
  readonly by: 'trailer' | 'shared commit'
  readonly treeProven: boolean
  readonly open: { readonly side: Side; readonly commit: string; readonly onto: Onto } | null
  readonly isLikely: boolean
  readonly set: string | null
}

const proven = { treeProven: true, open: null, isLikely: true } as const

/** Whether a commit stands on the parent that it recorded; a Hub commit's parent is the row below it. */
export function isOnItsParent({ parents }: Commit, { parent }: Onto): boolean {
  return (parents[0] ?? emptyTreeId) === parent
}

/**
 * Whether a Hub commit is a squash of what was proposed as a copy of one of these commits, and of nothing else, on the parent for
 * which that was proposed. `now`: what is mirrored.
 */
function isSquashOf({ tree, parents, message }: Commit, originals: readonly Commit[], now: MirroredSet): boolean {
  const squash = tree === null ? parseSquash(message) : null
  const set = formatSet(now)
  if (squash === null || !wasMirrored(now, set)) return false
  return originals.some(({ oid }) => digestSquash(oid, set, parents[0], squash.commits) === squash.digest)
}

/** Whether a copy records what it was made on, as the mirror does today; it once did not. */
function hasOnto({ mirroredOnto, mirroredFrom, mirroredPart }: Trailers): boolean {
  return mirroredOnto !== null && (mirroredFrom ?? mirroredPart) !== null
}

/**
 * The old copies that count although they record no parent: from the oldest commit on, those that name an original which
 * none before them has named or left behind. Above the first copy that records its parent they are copied messages.
 */
function listFirstNames({ commits }: Listing, named: readonly Commit[]): Set<string> {
  const byId = new Map(named.map((commit) => [commit.oid, commit]))
  const behind = new Set<string>()
  const first = new Set<string>()
  for (const { oid, message } of commits.toReversed()) {
    const trailers = parseTrailers(message)
    if (hasOnto(trailers)) return first
    const name = trailers.mirroredFrom?.oid
    if (name === undefined || !byId.has(name) || behind.has(name)) continue
    first.add(oid)
    const stack = [name]
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (behind.has(next)) continue
      behind.add(next)
      stack.push(...(byId.get(next)?.parents ?? []))
    }
  }
  return first
}

/** What the trailers of a copy amount to; null where they count for nothing. `first`: what `listFirstNames` found. */
function parsePair(
  side: Side,
  commit: Commit,
  first: ReadonlySet<string>,
  proofs: Proofs,
): Omit<Pair, 'commits' | 'carrier' | 'by'> | null {
  const { mirroredTree, mirroredOnto: onto, mirroredSet: set } = parseOwnTrailers(commit)
  if (commit.tree !== null) return commit.tree === mirroredTree ? { ...proven, set } : null
  if (onto === null) return first.has(commit.oid) ? { ...proven, treeProven: false, set } : null
  const proof = proofs.get(commit.oid)
  if (proof === false || (proof === null && !isOnItsParent(commit, onto))) return null
  return {
    treeProven: false,
    open: proof === undefined ? { side, commit: commit.oid, onto } : null,
    isLikely: proof === true || isOnItsParent(commit, onto),
    set,
  }
}

/** All pairs of both histories whose commit on the first side is in its head's history. */
export function listPairs(
  listings: Sides<Listing>,
  ids: Sides<ReadonlyMap<string, Commit>>,
  proofs: Proofs,
  firstSide: Side,
): Pair[] {
  const pairs: Pair[] = []
  for (const side of sides) {
    const other = otherSide[side]
    const first = listFirstNames(listings[side], listings[other].commits)
    for (const commit of listings[side].commits) {
      // A commit that both sides have is one pair, found once.
      if (side === firstSide && ids[other].has(commit.oid)) {
        const commits = mapSides(() => commit.oid)
        pairs.push({ ...proven, commits, carrier: commit.oid, by: 'shared commit', set: everySet })
      }
      const named = parseOwnTrailers(commit).mirroredFrom?.oid
      const pair = named !== undefined && ids[other].has(named) ? parsePair(side, commit, first, proofs) : null
      if (pair) pairs.push({ ...pair, carrier: commit.oid, commits: sidesOf(side, commit.oid, named!), by: 'trailer' })
    }
  }
  const listing = listings[firstSide].commits
  if (pairs.length === 0 || !listing[0]) return []
  const reachable = readableAncestors(listing, listing[0].oid)
  return dropUnlikely(pairs.filter(({ commits }) => reachable.has(commits[firstSide])))
}

/** Without unlikely pairs of which one commit is in a likely one: they tell nothing new and would join two groups. */
function dropUnlikely(pairs: readonly Pair[]): Pair[] {
  const named = new Set(pairs.flatMap(({ commits, isLikely }) => (isLikely ? sides.map((side) => commits[side]) : [])))
  return pairs.filter(({ commits, isLikely }) => isLikely || !sides.some((side) => named.has(commits[side])))
}

/** Groups of pairs that share commits: all commits of a group hold the same files, one state of both sides. */
export function groupPairs(pairs: readonly Pair[]): Pair[][] {
  const groups = mapSides(() => new Map<string, Pair[]>())
  const all = new Set<Pair[]>()
  for (const pair of pairs) {
    const group = [pair]
    for (const joined of new Set(
      sides.flatMap((side) => (groups[side].has(pair.commits[side]) ? [groups[side].get(pair.commits[side])!] : [])),
    )) {
      group.push(...joined)
      all.delete(joined)
    }
    all.add(group)
    for (const { commits } of group) for (const side of sides) groups[side].set(commits[side], group)
  }
  return [...all]
}

/** Unproven pairs whose two commits certain pairs put into two groups. */
export function listBridges(pairs: readonly Pair[]): Pair[] {
  const groupOf = new Map<string, number>()
  for (const [index, group] of groupPairs(pairs.filter(({ open }) => open === null)).entries())
    for (const { commits } of group) for (const side of sides) groupOf.set(commits[side], index)
  return pairs.filter(
    ({ open, commits }) =>
      open !== null &&
      groupOf.has(commits[open.side]) &&
      groupOf.get(commits[open.side]) !== groupOf.get(commits[otherSide[open.side]]),
  )
}

/** What the commits of a history name, the latest first, without copies that are known to be changed. */
export function listNames({ commits }: Listing): CommitLink[] {
  return commits.flatMap((commit) => {
    const { mirroredFrom, mirroredTree, mirroredOnto } = parseTrailers(commit.message)
    const isCopied =
      commit.tree === null
        ? mirroredOnto !== null && !isOnItsParent(commit, mirroredOnto)
        : commit.tree !== mirroredTree
    return mirroredFrom === null || isCopied ? [] : [mirroredFrom]
  })
}

/**
 * Whether both sides are in sync as far as their latest commits tell: one head names the other, or they are one commit.
 * On Hugging Face a name counts if the commit stands on its recorded parent; that a forced push has amended its files
 * since is not seen here. A squash there counts by its title, where it has squashed nothing but the mirror's commits, on the
 * parent for which they were proposed. `now`: what is mirrored.
 */
export function nameOneAnother(listings: Sides<Listing>, now: MirroredSet): boolean {
  const heads = bothOf(mapSides((side) => listings[side].commits[0]))
  if (heads === null) return false
  if (new Set(valuesOf(heads).map(({ oid }) => oid)).size === 1) return wasMirrored(now, everySet)
  // Commits that undo one another, or a merge that brought nothing, leave the tree of the copy.
  const alike = mapSides((side) =>
    listings[side].commits.filter(
      ({ oid, tree }) => oid === heads[side].oid || (tree !== null && tree === heads[side].tree),
    ),
  )
  return sides.some((side) =>
    alike[side].some((commit) => {
      const { mirroredFrom, mirroredTree, mirroredOnto, mirroredSet } = parseOwnTrailers(commit)
      const other = otherSide[side]
      if (isSquashOf(commit, alike[other], now)) return true
      if (!alike[other].some(({ oid }) => oid === mirroredFrom?.oid) || !wasMirrored(now, mirroredSet)) return false
      if (commit.tree !== null) return commit.tree === mirroredTree
      return mirroredOnto
        ? isOnItsParent(commit, mirroredOnto)
        : listFirstNames(listings[side], listings[other].commits).has(commit.oid)
    }),
  )
}
