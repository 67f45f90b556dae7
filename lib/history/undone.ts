/**
 * What was undone of what the mirror wrote (decision 0050). The commits that an undo takes back are no sync points any
 * more: to go on from them would take their undoing for an edit, and delete the originals. Which they are is told by the
 * commit that undoes them, which proves itself as a copy does.
 */
import type { Commit } from '../model/remote.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { parseTrailers, type Trailers } from '../model/trailers.ts'
import type { ReadRange, UndoRange } from '../model/undo-range.ts'
import { isOwn } from './last-mirror.ts'
import { isOnItsParent, type Pair } from './sync-points.ts'
import { readableAncestors, type Listing } from './topology.ts'

/**
 * A commit that undoes a run of the mirror on its side, or a part of that (`isWhole` false). `isOpen`: older commits have
 * to be read to know all that it takes back.
 */
export interface Undo extends ReadRange {
  readonly side: Side
  readonly commit: string
  readonly isOpen: boolean
}

/**
 * `undos`: newest first. `commits`: what they take back, and what came after that and before the undo: it holds what was taken
 * back, too. A run that was at work meanwhile may have copied some of it.
 */
export interface Undone {
  readonly undos: readonly Undo[]
  readonly commits: Sides<ReadonlySet<string>>
}

export const nothingUndone: Undone = { undos: [], commits: mapSides(() => new Set()) }

/** What the commit undoes; null where it undoes nothing, or has but a copied message. */
export function parseUndo(side: Side, commit: Commit): Omit<Undo, 'isOpen'> | null {
  const trailers = parseTrailers(commit.message)
  const { mirroredUndo } = trailers
  return mirroredUndo && isProven(commit, trailers) ? { ...mirroredUndo, side, commit: commit.oid } : null
}

function isProven(commit: Commit, { mirroredTree, mirroredOnto }: Trailers): boolean {
  if (commit.tree !== null) return commit.tree === mirroredTree
  return mirroredOnto !== null && isOnItsParent(commit, mirroredOnto)
}

/** Commits that `after` contains and `before` does not, as far as they were read, newest first. */
function listRange({ commits }: Listing, { before, after }: UndoRange): Commit[] {
  const outside = before === null ? new Set<string>() : readableAncestors(commits, before)
  const byId = new Map(commits.map((commit) => [commit.oid, commit]))
  const inside = new Set([after])
  for (const oid of inside)
    for (const parent of byId.get(oid)?.parents ?? []) if (!outside.has(parent)) inside.add(parent)
  return commits.filter(({ oid }) => inside.has(oid))
}

/** All that was undone, as far as it was read. `counts`: of which undos. */
export function listUndone(
  listings: Sides<Listing>,
  counts: (undo: Pick<Undo, 'side' | 'commit'>) => boolean = () => true,
): Undone {
  const undos: Undo[] = []
  const commits = mapSides(() => new Set<string>())
  for (const side of sides) {
    const read = new Set(listings[side].commits.map(({ oid }) => oid))
    for (const commit of listings[side].commits) {
      const undo = parseUndo(side, commit)
      if (!undo || !counts(undo)) continue
      const range = listRange(listings[side], undo)
      const ends = range.flatMap(({ parents }) => parents).filter((oid) => oid !== undo.before && !read.has(oid))
      undos.push({ ...undo, isOpen: !listings[side].complete && (range.length === 0 || ends.length > 0) })
      for (const { oid } of listRange(listings[side], { before: undo.before, after: commit.oid }))
        if (oid !== commit.oid) commits[side].add(oid)
    }
  }
  return { undos, commits }
}

/**
 * The latest sync point of a run that was undone on one side alone, where the undo says that the other side's commit follows; null
 * where no undo was cut short. Another run may have mirrored since.
 */
export function findBegun({ undos }: Undone, pairs: readonly Pair[]): Pair | null {
  for (const { side, after, isWhole, goesOn } of undos) {
    const pair = isWhole && goesOn ? pairs.find(({ commits }) => commits[side] === after) : undefined
    const other = otherSide[side]
    if (pair && !undos.some((one) => one.side === other && one.isWhole && one.after === pair.commits[other]))
      return pair
  }
  return null
}

/** What was undone before a later mirror, which has ended that matter. */
export function listEnded(listings: Sides<Listing>, pairs: readonly Pair[]): Undone['commits'] {
  const mirrored = mapSides((side) =>
    readableAncestors(listings[side].commits, ...pairs.map(({ commits }) => commits[side])),
  )
  return listUndone(listings, ({ side, commit }) => mirrored[side].has(commit)).commits
}

/**
 * With the side lines of merges whose copies were undone: the other side's half of that undo may have been amended, and
 * proves nothing any more. From a copy on such a line a run would take it for an edit all the same.
 */
export function addSideLines(
  commits: Undone['commits'],
  pairs: readonly Pair[],
  listings: Sides<Listing>,
): Undone['commits'] {
  return mapSides((side) => {
    const copied = new Set(
      pairs.flatMap((pair) => (commits[otherSide[side]].has(pair.commits[otherSide[side]]) ? pair.commits[side] : [])),
    )
    const lines = listings[side].commits
      .filter((commit) => copied.has(commit.oid) && commit.parents.length > 1 && isOwn(commit))
      .flatMap(({ oid, parents }) => listRange(listings[side], { before: parents[0]!, after: oid }))
    return new Set([...commits[side], ...lines.map(({ oid }) => oid)])
  })
}
