/**
 * What the last run that mirrored has written, by what its commits say of themselves (decision 0050). A run writes its
 * commits of a side one on top of the other: a merge with its side line, one copy, or several, of which all but the last
 * say in `Mirrored-Until` where the run ends; and each copy may be in parts.
 */
import type { Roles } from '../model/capabilities.ts'
import { mirrorIdentity } from '../model/mirror-identity.ts'
import type { Commit } from '../model/remote.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { parseTrailers } from '../model/trailers.ts'
import type { UndoRange } from '../model/undo-range.ts'
import { isOnItsParent } from './sync-points.ts'
import type { Listing } from './topology.ts'

/** By side, null where nothing was written. `more`: the side of which older commits have to be read. */
export type LastMirror = { readonly ranges: Sides<UndoRange | null> } | { readonly more: Side }

/** A commit of the mirror that copies none and undoes nothing: a merge, most often. */
export function isOwn({ author, message }: Commit): boolean {
  const { mirroredFrom, mirroredUndo } = parseTrailers(message)
  return author.email === mirrorIdentity.email && mirroredFrom === null && mirroredUndo === null
}

/** The last commits of the run, whose latest sync point these are; null on a side where it wrote nothing. */
function findTops(
  latest: Sides<string>,
  listings: Sides<Listing>,
  byId: Sides<ReadonlyMap<string, Commit>>,
  { first }: Roles,
): Sides<Commit | null> {
  const carries = (side: Side) =>
    parseTrailers(byId[side].get(latest[side])?.message ?? '').mirroredFrom?.oid === latest[otherSide[side]]
  return mapSides((side) => {
    const commit = byId[side].get(latest[side])
    if (commit === undefined) return null
    if (!carries(side)) return carries(otherSide[side]) && isOwn(commit) ? commit : null
    // A run that was cut short has not written the other side's copy of this merge.
    const merge = listings[side].commits.find((one) => one.parents.indexOf(commit.oid) > 0 && isOwn(one))
    return side === first && merge ? merge : commit
  })
}

/** Goes down from the last commit to the first one of the same run. `unread`: to where the history was not read. */
function findBefore(top: Commit, byId: ReadonlyMap<string, Commit>): string | null | undefined {
  const { mirroredFrom, mirroredUntil } = parseTrailers(top.message)
  const end = (mirroredUntil ?? mirroredFrom)?.oid
  let name = mirroredFrom?.oid
  for (let commit = top; ;) {
    const [parent] = commit.parents
    if (parent === undefined) return null
    if (commit.parents.length > 1 || name === undefined) return parent
    const below = byId.get(parent)
    if (below === undefined) return undefined
    const { mirroredFrom: from, mirroredPart: part, mirroredUntil: until, mirroredOnto } = parseTrailers(below.message)
    const isOfRun = part ? part.oid === name : from !== null && until?.oid === end
    if (!isOfRun || (mirroredOnto && !isOnItsParent(below, mirroredOnto))) return parent
    name = from?.oid ?? name
    commit = below
  }
}

/** What the run has written that made the latest sync point (`latest`). */
export function findLastMirror(latest: Sides<string>, listings: Sides<Listing>, roles: Roles): LastMirror {
  const byId = mapSides((side) => new Map(listings[side].commits.map((commit) => [commit.oid, commit])))
  const tops = findTops(latest, listings, byId, roles)
  const before = mapSides((side) => tops[side] && findBefore(tops[side], byId[side]))
  const more = sides.find((side) => before[side] === undefined && !listings[side].complete)
  if (more) return { more }
  return { ranges: mapSides((side) => tops[side] && { before: before[side] ?? null, after: tops[side].oid }) }
}
