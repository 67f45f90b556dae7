/** What a run would show to more people than could see it before. Pure. */
import type { Base, Listing } from '../history/base.ts'
import { listOriginals } from '../history/message.ts'
import type { Repository, Visibility } from '../model/remote.ts'
import { sameRepository } from '../model/repository.ts'
import { otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { parseTrailers } from '../model/trailers.ts'
import { lfsConfigPath } from './lfs-config.ts'
import type { PlannedCommit, PlannedEdit } from './plan.ts'

/**
 * Whether the commits that were read say that these two repositories were mirrored before. A side that says nothing is
 * no evidence; one whose copies all name other repositories was taken from another mirror, with its history.
 */
export function wereMirrored(listings: Sides<Listing>, repositories: Sides<Repository>): boolean {
  const named = sides.flatMap((side) => {
    const links = listings[side].commits.flatMap(({ message, tree }) => {
      const { mirroredFrom, mirroredTree } = parseTrailers(message)
      return mirroredFrom && (tree === null || tree === mirroredTree) ? [mirroredFrom.repository] : []
    })
    return links.length === 0
      ? []
      : [links.some((repository) => sameRepository(repository, repositories[otherSide[side]]))]
  })
  return named.length > 0 && named.every(Boolean)
}

/** `.lfsconfig` is the mirror's own work, and what a side gets back is its own. */
function brings({ path, content }: PlannedEdit, to: Side): boolean {
  return content !== null && path !== lfsConfigPath && ('text' in content || content.from !== to)
}

export interface Journey {
  readonly from: Side
  readonly to: Side
  readonly files: number
}

/**
 * Where content of one side goes to the other: files, and the messages and authors of the commits that are copied, be
 * they of deletions.
 */
export function listJourneys(
  commits: Sides<readonly PlannedCommit[]>,
  base: Base,
  listings: Sides<Listing>,
  repositories: Sides<Repository>,
): Journey[] {
  return sides.flatMap((to): Journey[] => {
    const from = otherSide[to]
    const edits = commits[to].flatMap((commit) => commit.edits)
    const files = new Set(edits.filter((edit) => brings(edit, to)).map(({ path }) => path)).size
    const hasMessages =
      edits.length > 0 &&
      base.by !== 'init' &&
      listOriginals(listings[from], base.commits[from], repositories[to]).length > 0
    return files > 0 || hasMessages ? [{ from, to, files }] : []
  })
}

/**
 * Whether a journey ends where everybody can read and began where not everybody could. What is not known is taken for
 * what is worse.
 */
export function isPublishing({ from, to }: Journey, visibility: Sides<Visibility>): boolean {
  return visibility[from] !== 'public' && (visibility[to] === 'public' || visibility[to] === 'unknown')
}
