/**
 * The last common commit of two histories, from what their commits say of themselves. Design, "Sync points"; decision
 * 0013.
 *
 * A sync point is a pair of commits, one a side, whose mirrored files are equal: a copy and its original (joined by a
 * `Mirrored-From` trailer), or one commit id in both histories. The base is the one that the first
 * side's head contains all others of, by that side's own ancestry: Hugging Face lists its commits by date and tells no
 * parents, so that a position there decides nothing, and GitHub is first. Where two sync points contain one another
 * neither way, as after a merge of two mirrored branches on both sides, each is the base of the paths that it brought.
 * A trailer is a hint that proves itself (`sync-points.ts`). Invariant: a trailer after the base that names something
 * later than the base is a refusal, never an older pair.
 */
import { rolesInOrder, type Roles } from '../model/capabilities.ts'
import { emptyTreeId } from '../model/git-object.ts'
import type { Onto } from '../model/onto.ts'
import type { Commit, Repository } from '../model/remote.ts'
import { sameRepository } from '../model/repository.ts'
import { bothOf, mapSides, otherSide, sides, valuesOf, type Side, type Sides } from '../model/sides.ts'
import { branchDefault, parseTrailers } from '../model/trailers.ts'
import type { View } from '../model/view.ts'
import { listDoubted, listLatest } from './latest-pairs.ts'
import { isOnItsParent, listFirstNames, listPairs, type Pair, type Proofs } from './sync-points.ts'
import { commitsAfter, findForks, readableAncestors, sortByTopology, type Listing } from './topology.ts'

export { commitsAfter, readableAncestors, type Listing } from './topology.ts'

/**
 * A piece of a copy that the mirror wrote after the base: for the paths it brought, (`original`, `part`) is the sync
 * point.
 */
export interface Part {
  readonly side: Side
  readonly part: string
  readonly parent: string | null
  readonly original: string
}

/**
 * A second sync point, neither before nor after the first: the base of the paths that changed from `fork`, a commit of
 * the first side, to it and not to the first.
 */
export interface Beside {
  readonly commits: Sides<string>
  readonly fork: string
}

/** `commits` are null on both sides when nothing was mirrored yet but pieces of the first copy. */
export interface Base {
  readonly commits: Sides<string | null>
  readonly by: 'trailer' | 'shared commit' | 'content' | 'empty side' | 'init' | 'no base'
  /** Whether the copy's recorded tree proves it, so that a size is enough to compare a plain file with an object. */
  readonly recorded: boolean
  readonly beside: Beside | null
  readonly parts: readonly Part[]
  /**
   * The side that held nothing of its own when mirroring began, where it begins with this run or with one that was cut
   * short.
   */
  readonly emptySide: Side | null
  /** Which files were mirrored then, as `View.set`. */
  readonly set: string | null
}

/** A trailer that cannot be believed: which commit carries it, what it names, and for which branches it was written. */
export interface Rewritten {
  readonly side: Side
  readonly commit: string
  readonly named: string
  readonly why: 'not in the history' | 'changed since it was copied'
  readonly branches: Sides<string>
}

export type BaseSearch =
  | { readonly state: 'found'; readonly base: Base; readonly rewritten: readonly Rewritten[] }
  | { readonly state: 'none'; readonly rewritten: readonly Rewritten[] }
  /** Not decided until more of this side's history is read. */
  | { readonly state: 'more'; readonly side: Side }
  /** Not decided until it is known whether this commit changed what it says. */
  | { readonly state: 'prove'; readonly side: Side; readonly commit: string; readonly onto: Onto }
  /** Several sync points, and nothing says how their files go together. */
  | { readonly state: 'crossed'; readonly pairs: readonly Sides<string>[] }

/** What the histories do not tell. */
export interface Known {
  readonly branches: Sides<string>
  readonly proofs: Proofs
  readonly roles: Roles
}

const nothingKnown: Known = { branches: mapSides(() => branchDefault), proofs: new Map(), roles: rolesInOrder }

/**
 * In sync, read from what was read of both sides first: one head names the other, or they are one commit. A name on
 * Hugging Face counts where the row below it is what it was made on; that its files were amended since with a forced
 * push is not seen here.
 */
export function nameOneAnother(listings: Sides<Listing>, view: Pick<View, 'added'>): boolean {
  const heads = bothOf(mapSides((side) => listings[side].commits[0]))
  if (heads === null) return false
  if (new Set(valuesOf(heads).map(({ oid }) => oid)).size === 1) return true
  // Commits after it that undo one another, or a merge that brought nothing, have its very tree.
  const alike = mapSides((side) =>
    listings[side].commits.filter(
      ({ oid, tree }) => oid === heads[side].oid || (tree !== null && tree === heads[side].tree),
    ),
  )
  return sides.some((side) =>
    alike[side].some((commit) => {
      const { mirroredFrom, mirroredTree, mirroredOnto, mirroredSet } = parseTrailers(commit.message)
      const other = otherSide[side]
      if (!alike[other].some(({ oid }) => oid === mirroredFrom?.oid) || view.added(mirroredSet)) return false
      if (commit.tree !== null) return commit.tree === mirroredTree
      return mirroredOnto
        ? isOnItsParent(commit, mirroredOnto)
        : listFirstNames(listings[side], listings[other].commits).has(commit.oid)
    }),
  )
}

/**
 * Whether a service may have made the commit, together with its repository. People call their own first commit so as
 * well: what it holds decides.
 */
export function isFirstOfService({ message, parents }: Commit): boolean {
  return parents.length === 0 && message.trim() === 'initial commit'
}

interface Claims {
  readonly parts: readonly Part[]
  readonly rewritten: readonly Rewritten[]
  readonly open: BaseSearch | null
}

/** `paired`: the commits whose trailers are believed. */
interface Search extends Known {
  readonly paired: ReadonlySet<string>
  readonly listings: Sides<Listing>
  readonly ids: Sides<ReadonlyMap<string, Commit>>
  readonly repositories: Sides<Repository>
}

const isFor = (branches: Sides<string>, those: Sides<string>) => sides.every((side) => branches[side] === those[side])

/** What the commits of one side say after the base about commits of the other side that the base does not contain. */
function listClaims(
  side: Side,
  base: readonly string[],
  known: ReadonlySet<string>,
  { listings, ids, paired, repositories, branches }: Search,
): Claims {
  const other = otherSide[side]
  const parts: Part[] = []
  const rewritten: Rewritten[] = []
  const after = commitsAfter(listings[side], ...base)
  // A side branch may go below what was read: until it meets the base's history, what it says has not been heard.
  if (!listings[side].complete && after.some(({ parents }) => parents.some((oid) => !ids[side].has(oid))))
    return { parts, rewritten, open: { state: 'more', side } }
  for (const commit of after.toReversed()) {
    const { mirroredFrom, mirroredPart, mirroredOnto: onto, mirroredBranches } = parseTrailers(commit.message)
    const link = mirroredFrom ?? mirroredPart
    if (!link || known.has(link.oid) || paired.has(commit.oid)) continue
    const named = ids[other].has(link.oid)
    // A trailer of another pair of repositories is no evidence against this one.
    if (!named && !sameRepository(link.repository, repositories[other])) continue
    if (!named && !listings[other].complete) return { parts, rewritten, open: { state: 'more', side: other } }
    const claim = { side, commit: commit.oid, named: link.oid, branches: mirroredBranches }
    if (!named) rewritten.push({ ...claim, why: 'not in the history' })
    else if (!mirroredFrom) {
      const parent = onto ? onto.parent : (commit.parents[0] ?? null)
      parts.push({ side, part: commit.oid, parent: parent === emptyTreeId ? null : parent, original: link.oid })
      // Else it is somebody's copy of a message: of another branch's, or written by hand, since the mirror's own would
      // say what it was made on.
    } else if (isFor(mirroredBranches, branches) && (commit.tree !== null || onto))
      rewritten.push({ ...claim, why: 'changed since it was copied' })
  }
  return { parts, rewritten, open: null }
}

/**
 * Whether the mirror is known to have written for these branches, up to the base: then what it wrote for others came
 * here by a merge.
 */
function isRecorded(base: Sides<readonly string[]>, { listings, repositories, branches }: Search): boolean {
  return sides.some((side) => {
    const before = readableAncestors(listings[side].commits, ...base[side])
    return listings[side].commits.some(({ oid, message }) => {
      const { mirroredFrom, mirroredBranches } = parseTrailers(message)
      return (
        mirroredFrom !== null &&
        before.has(oid) &&
        isFor(mirroredBranches, branches) &&
        sameRepository(mirroredFrom.repository, repositories[otherSide[side]])
      )
    })
  })
}

function formatBase([pair, second]: readonly Pair[], fork: string | null, parts: readonly Part[]): Base {
  const { commits, by, recorded, set } = pair!
  return {
    commits,
    by,
    recorded: recorded && (second?.recorded ?? true),
    beside: second && fork !== null ? { commits: second.commits, fork } : null,
    parts,
    emptySide: null,
    set,
  }
}

/** The pieces of a first copy, on a side that holds nothing else. */
function findFirstParts(parts: readonly Part[], ids: Search['ids']): Base | null {
  const [first] = parts
  // On top of anything else a part is of `--init`, which was asked for once and has to be asked for again.
  const below = first?.parent ? ids[first.side].get(first.parent) : undefined
  if (!first || (first.parent !== null && !(below && isFirstOfService(below)))) return null
  return {
    commits: mapSides(() => null),
    by: 'empty side',
    recorded: false,
    beside: null,
    parts,
    emptySide: first.side,
    set: null,
  }
}

/**
 * Whether a side holds nothing but pieces of a first copy, on top of the commit that made its repository: nothing was
 * ever mirrored from there.
 */
function isOnlyParts({ commits, complete }: Listing): boolean {
  const isPart = ({ message }: Commit) => parseTrailers(message).mirroredPart !== null
  return complete && commits.some(isPart) && commits.every((commit) => isPart(commit) || isFirstOfService(commit))
}

/** Decides the base from what was read so far, or says what to read next. */
export function findBase(
  listings: Sides<Listing>,
  repositories: Sides<Repository>,
  { branches, proofs, roles }: Known = nothingKnown,
): BaseSearch {
  const { first, second: secondSide } = roles
  const ids = mapSides((side) => new Map(listings[side].commits.map((commit) => [commit.oid, commit])))
  const pairing = listPairs(listings, ids, proofs, first)
  const paired = new Set(pairing.filter(({ isLikely }) => isLikely).map(({ carrier }) => carrier))
  const search = { listings, ids, paired, repositories, branches, proofs, roles }
  const sorted = sortByTopology(listings[first].commits)
  const order = { listings, sorted, roles }
  const latest = listLatest(pairing, order)
  // A request each. What an amended copy holds would else be taken for what GitHub holds, and never be mirrored.
  const unproven = [...listDoubted(pairing, latest, order), ...latest].find(({ open }) => open !== null)
  if (unproven?.open) return { state: 'prove', ...unproven.open }
  if (latest.length > 2) return { state: 'crossed', pairs: latest.map(({ commits }) => commits) }
  const pairs = latest.toSorted(
    (a, b) =>
      listings[secondSide].commits.findIndex(({ oid }) => oid === a.commits[secondSide]) -
      listings[secondSide].commits.findIndex(({ oid }) => oid === b.commits[secondSide]),
  )
  const [pair, second] = pairs
  const forks = pair && second ? findForks(listings[first], sorted, pair.commits[first], second.commits[first]) : []
  if (forks === 'unread') return { state: 'more', side: first }
  if (second && forks.length !== 1) return { state: 'crossed', pairs: pairs.map(({ commits }) => commits) }
  const seeded = pair ? undefined : sides.find((side) => isOnlyParts(listings[side]))
  if (!pair && !seeded) {
    const open = sides.filter((side) => !listings[side].complete)
    const shortest = open.toSorted((a, b) => listings[a].commits.length - listings[b].commits.length)[0]
    if (shortest) return { state: 'more', side: shortest }
  }
  const base = mapSides((side) => (side === first ? pairs : pairs.slice(0, 1)).map(({ commits }) => commits[side]))
  const known = mapSides((side) =>
    readableAncestors(listings[side].commits, ...base[side], ...(second ? [second.commits[side]] : [])),
  )
  // What is older than was read cannot name anything on a side that holds nothing but pieces of a first copy.
  const claims = mapSides((side) =>
    seeded === otherSide[side] && !listings[side].complete
      ? { parts: [], rewritten: [], open: null }
      : listClaims(side, base[side], known[otherSide[side]], search),
  )
  const [open] = sides.flatMap((side) => claims[side].open ?? [])
  if (open) return open
  const parts = sides.flatMap((side) => claims[side].parts)
  const all = sides.flatMap((side) => claims[side].rewritten)
  const isOwn = ({ side, branches: those }: Rewritten) => those[otherSide[side]] === branches[otherSide[side]]
  const rewritten = all.every(isOwn) || !isRecorded(base, search) ? all : all.filter(isOwn)
  if (pair) return { state: 'found', base: formatBase(pairs, forks[0] ?? null, parts), rewritten }
  const begun = findFirstParts(parts, ids)
  return begun ? { state: 'found', base: begun, rewritten } : { state: 'none', rewritten }
}
