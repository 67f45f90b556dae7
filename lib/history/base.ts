/**
 * The last common commit of two histories, from what their commits say of themselves (Design, "Sync points"; decision
 * 0013).
 *
 * A sync point is a pair of commits, one a side, whose mirrored files are equal: a copy and its original, joined by a
 * `Mirrored-From` trailer, or one commit that both histories have. The base is the latest one, by the ancestry of the
 * first side: GitHub tells parents, Hugging Face lists commits by date, where a position decides nothing. Where two do not
 * come one after the other there, the second side is asked whether they do there. Of two that do on neither side, as after a
 * merge of mirrored branches on both, each is the base of the paths that it brought. Invariant: a trailer after the base
 * that names something later than the base is refused. To go back to an older pair would bring back what people have undone.
 */
import type { Roles } from '../model/capabilities.ts'
import { emptyTreeId } from '../model/git-object.ts'
import type { Onto } from '../model/onto.ts'
import type { Commit, Repository } from '../model/remote.ts'
import { sameRepository } from '../model/repository.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { parseTrailers } from '../model/trailers.ts'
import type { UndoRange } from '../model/undo-range.ts'
import { findLastMirror } from './last-mirror.ts'
import { listDoubted, listLatest } from './latest-pairs.ts'
import { listPairs, type Pair, type Proofs } from './sync-points.ts'
import { commitsAfter, findForks, readableAncestors, sortByTopology, type Listing } from './topology.ts'
import { addSideLines, findBegun, listEnded, listUndone, type Undone } from './undone.ts'

/** A piece of a copy, written after the base. `part` and `original` are the sync point of the paths that it brought. */
export interface Part {
  readonly side: Side
  readonly part: string
  readonly parent: string | null
  readonly original: string
}

/**
 * A second sync point, neither before nor after the first. It is the base of the paths that changed between `fork` and
 * it, but not between `fork` and the first; `fork` is the first side's commit from which both go out.
 */
export interface Beside {
  readonly commits: Sides<string>
  readonly fork: string
  readonly set: string | null
}

export interface Base {
  /** Null on both sides when nothing was mirrored yet but pieces of the first copy. */
  readonly commits: Sides<string | null>
  readonly by: 'trailer' | 'shared commit' | 'content' | 'empty side' | 'init' | 'no base'
  /** Whether a recorded tree proves it: then equal sizes are enough to take a plain file and an object for the same. */
  readonly treeProven: boolean
  readonly beside: Beside | null
  readonly parts: readonly Part[]
  /** Where mirroring begins with this run, or with one that was cut short: the side that held nothing of its own. */
  readonly emptySide: Side | null
  /** Which files were mirrored at the base, as `Mirrored-Set` says it. */
  readonly set: string | null
}

/** A trailer that cannot be believed: the commit that carries it, what it names, the branches that it is for. */
export interface Rewritten {
  readonly side: Side
  readonly commit: string
  readonly named: string
  readonly why: 'not in the history' | 'changed since it was copied'
  readonly branches: Sides<string>
}

export type BaseSearch =
  | {
      readonly state: 'found'
      readonly base: Base
      readonly rewritten: readonly Rewritten[]
      readonly undone: Undone
      /** What the run has written that made the base, where `seesUndone`. */
      readonly last: Sides<UndoRange | null>
    }
  | { readonly state: 'none'; readonly rewritten: readonly Rewritten[]; readonly undone: Undone }
  /** More of this side's history has to be read. */
  | { readonly state: 'more'; readonly side: Side }
  /** It has to be known first whether this commit changed what it says (`onto`). */
  | { readonly state: 'prove'; readonly side: Side; readonly commit: string; readonly onto: Onto }
  /** It has to be known first whether the commit `newer` of this side descends from `older`. */
  | { readonly state: 'order'; readonly side: Side; readonly older: string; readonly newer: string }
  /** Several sync points are the latest, and nothing tells which one is the base of which path. */
  | { readonly state: 'crossed'; readonly pairs: readonly Sides<string>[] }

/**
 * What the histories do not tell: the mirrored branches, what was proven of commits, whether one commit of the second side
 * descends from another (by both ids, the newer one first), which side is first. `sharesPaths`:
 * both sides show a commit's files at the same paths, so that one commit which both have is a sync point. `seesUndone`:
 * the last run is looked for, whose sync points count although they were undone.
 */
export interface Known {
  readonly branches: Sides<string>
  readonly sharesPaths: boolean
  readonly proofs: Proofs
  readonly descents: ReadonlyMap<string, boolean>
  readonly roles: Roles
  readonly seesUndone?: boolean
}

/** The key of `descents`. */
export const formatDescent = (newer: string, older: string) => `${newer} ${older}`

/** Whether a service may have made the commit with its repository. People use the same title, so that files decide. */
export function isFirstOfService({ message, parents }: Commit): boolean {
  return parents.length === 0 && message.trim() === 'initial commit'
}

/** What trailers after the base say: pieces of copies to go on from, and copies that are to be refused. */
interface LaterTrailers {
  readonly parts: readonly Part[]
  readonly rewritten: readonly Rewritten[]
  readonly open: BaseSearch | null
}

/** All that the base is decided from. `believed`: the commits whose trailers make a sync point, or made one until it was undone. */
interface Evidence extends Known {
  readonly believed: ReadonlySet<string>
  readonly undone: Undone['commits']
  readonly listings: Sides<Listing>
  readonly byId: Sides<ReadonlyMap<string, Commit>>
  readonly repositories: Sides<Repository>
}

const isFor = (branches: Sides<string>, those: Sides<string>) => sides.every((side) => branches[side] === those[side])

/** The trailers of a side after the base that name commits of the other side which the base does not contain. */
function readLaterTrailers(
  side: Side,
  base: readonly string[],
  contained: ReadonlySet<string>,
  { listings, byId, believed, undone, repositories, branches }: Evidence,
): LaterTrailers {
  const other = otherSide[side]
  const parts: Part[] = []
  const rewritten: Rewritten[] = []
  const after = commitsAfter(listings[side], ...base)
  // A side branch may have commits that were not read yet: their trailers count as well.
  if (!listings[side].complete && after.some(({ parents }) => parents.some((oid) => !byId[side].has(oid))))
    return { parts, rewritten, open: { state: 'more', side } }
  for (const commit of after.toReversed()) {
    const { mirroredFrom, mirroredPart, mirroredOnto: onto, mirroredBranches } = parseTrailers(commit.message)
    const link = mirroredFrom ?? mirroredPart
    if (!link || contained.has(link.oid) || believed.has(commit.oid) || undone[side].has(commit.oid)) continue
    const named = byId[other].has(link.oid)
    // A trailer of another pair of repositories is no evidence against this one.
    if (!named && !sameRepository(link.repository, repositories[other])) continue
    if (!named && !listings[other].complete) return { parts, rewritten, open: { state: 'more', side: other } }
    const claim = { side, commit: commit.oid, named: link.oid, branches: mirroredBranches }
    if (!named) rewritten.push({ ...claim, why: 'not in the history' })
    else if (!mirroredFrom) {
      const parent = onto ? onto.parent : (commit.parents[0] ?? null)
      parts.push({ side, part: commit.oid, parent: parent === emptyTreeId ? null : parent, original: link.oid })
      // Any other copy is not the mirror's: its message is that of another branch, or records no parent.
    } else if (isFor(mirroredBranches, branches) && (commit.tree !== null || onto))
      rewritten.push({ ...claim, why: 'changed since it was copied' })
  }
  return { parts, rewritten, open: null }
}

/** Whether the mirror wrote for these branches before the base: then what it wrote for others came here by a merge. */
function isRecorded(base: Sides<readonly string[]>, { listings, repositories, branches }: Evidence): boolean {
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
  const { commits, by, set } = pair!
  const treeProven = pair!.treeProven && (second?.treeProven ?? true)
  const beside = second && fork !== null ? { commits: second.commits, fork, set: second.set } : null
  return { commits, by, treeProven, beside, parts, emptySide: null, set }
}

/** Stands for the base where a run has none. */
export const noBase: Base = {
  commits: mapSides(() => null),
  by: 'no base',
  treeProven: false,
  beside: null,
  parts: [],
  emptySide: null,
  set: null,
}

/** The base where a side holds nothing but pieces of a first copy; null where it holds something else. */
function findFirstParts(parts: readonly Part[], byId: Evidence['byId']): Base | null {
  const [first] = parts
  // On top of anything else the part was written by `--init`, which has to be asked for again.
  const below = first?.parent ? byId[first.side].get(first.parent) : undefined
  if (!first || (first.parent !== null && !(below && isFirstOfService(below)))) return null
  return { ...noBase, by: 'empty side', parts, emptySide: first.side }
}

/** Whether a side holds nothing but pieces of a first copy, on top of the commit that made its repository, if any. */
function isOnlyParts({ commits, complete }: Listing): boolean {
  const isPart = ({ message }: Commit) => parseTrailers(message).mirroredPart !== null
  return complete && commits.some(isPart) && commits.every((commit) => isPart(commit) || isFirstOfService(commit))
}

/**
 * Of the pairs that the first side's history leaves apart, those that the second side's leaves apart as well. It lists commits
 * without their parents, newest first, so that it is asked whether an earlier row descends from a later one.
 */
function dropOlder(
  pairs: readonly Pair[],
  { commits: rows }: Listing,
  side: Side,
  descents: Known['descents'],
): Pair[] | BaseSearch {
  const row = ({ commits }: Pair) => rows.findIndex(({ oid }) => oid === commits[side])
  const apart: Pair[] = []
  for (const one of pairs.toSorted((a, b) => row(a) - row(b))) {
    const older = one.commits[side]
    const known = apart.map(({ commits }) => descents.get(formatDescent(commits[side], older)))
    const open = known.indexOf(undefined)
    if (known.includes(true)) continue
    if (open !== -1) return { state: 'order', side, older, newer: apart[open]!.commits[side] }
    apart.push(one)
  }
  return apart
}

const noRun = { ranges: mapSides(() => null) }

/** Decides the base from what was read so far, or says what to read next. */
export function findBase(
  listings: Sides<Listing>,
  repositories: Sides<Repository>,
  { branches, sharesPaths, proofs, descents, roles, seesUndone = false }: Known,
): BaseSearch {
  const { first, second: secondSide } = roles
  const byId = mapSides((side) => new Map(listings[side].commits.map((commit) => [commit.oid, commit])))
  const told = listUndone(listings)
  const shown = listPairs(listings, byId, proofs, first).filter(({ by }) => sharesPaths || by === 'trailer')
  const likely = shown.filter(({ isLikely }) => isLikely)
  const believed = new Set(likely.map(({ carrier }) => carrier))
  const undone = addSideLines(seesUndone ? listEnded(listings, likely) : told.commits, likely, listings)
  const allPairs = shown.filter(({ commits }) => !sides.some((side) => undone[side].has(commits[side])))
  const evidence = { listings, byId, believed, undone, repositories, branches, sharesPaths, proofs, descents, roles }
  // Without a pair nothing is ordered: a long history is searched again with each page of it.
  const sorted = allPairs.length > 0 ? sortByTopology(listings[first].commits) : []
  const order = { listings, sorted, roles }
  const latest = allPairs.length > 0 ? listLatest(allPairs, order) : []
  // Each proof costs a request. Without it an amended copy would be taken for its original, and never be mirrored.
  const unproven = [...listDoubted(allPairs, latest, order), ...latest].find(({ open }) => open !== null)
  if (unproven?.open) return { state: 'prove', ...unproven.open }
  const pairs = dropOlder(latest, listings[secondSide], secondSide, descents)
  if ('state' in pairs) return pairs
  if (pairs.length > 2) return { state: 'crossed', pairs: pairs.map(({ commits }) => commits) }
  const [pair, second] = pairs
  const forks = pair && second ? findForks(listings[first], sorted, pair.commits[first], second.commits[first]) : []
  if (forks === 'unread') return { state: 'more', side: first }
  if (second && forks.length !== 1) return { state: 'crossed', pairs: pairs.map(({ commits }) => commits) }
  const begunSide = pair ? undefined : sides.find((side) => isOnlyParts(listings[side]))
  if (!pair && !begunSide) {
    const open = sides.filter((side) => !listings[side].complete)
    const shortest = open.toSorted((a, b) => listings[a].commits.length - listings[b].commits.length)[0]
    if (shortest) return { state: 'more', side: shortest }
  }
  const base = mapSides((side) => (side === first ? pairs : pairs.slice(0, 1)).map(({ commits }) => commits[side]))
  const contained = mapSides((side) =>
    readableAncestors(listings[side].commits, ...base[side], ...(second ? [second.commits[side]] : [])),
  )
  // Older commits of a side cannot name anything, if the other one holds nothing but pieces of a first copy.
  const later = mapSides((side) =>
    begunSide === otherSide[side] && !listings[side].complete
      ? { parts: [], rewritten: [], open: null }
      : readLaterTrailers(side, base[side], contained[otherSide[side]], evidence),
  )
  const undos = told.undos.filter(({ side, commit }) => !contained[side].has(commit))
  const unread = undos.find(({ isOpen }) => isOpen)?.side
  const [open] = sides.flatMap((side) => later[side].open ?? [])
  if (unread ?? open) return unread ? { state: 'more', side: unread } : open!
  const parts = sides.flatMap((side) => later[side].parts)
  const all = sides.flatMap((side) => later[side].rewritten)
  const isOwn = ({ side, branches: those }: Rewritten) => those[otherSide[side]] === branches[otherSide[side]]
  const rewritten = all.every(isOwn) || !isRecorded(base, evidence) ? all : all.filter(isOwn)
  const found = pair ? formatBase(pairs, forks[0] ?? null, parts) : findFirstParts(parts, byId)
  const tail = { rewritten, undone: { undos, commits: undone } }
  if (!found) return { state: 'none', ...tail }
  const run = seesUndone && pair ? (findBegun({ undos, commits: told.commits }, likely) ?? pair) : null
  const last = run ? findLastMirror(run.commits, listings, roles) : noRun
  return 'more' in last
    ? { state: 'more', side: last.more }
    : { state: 'found', base: found, last: last.ranges, ...tail }
}
