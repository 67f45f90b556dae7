/** Whether a run would show something to people who could not see it before. Pure. */
import type { Base } from '../history/base.ts'
import type { Listing } from '../history/topology.ts'
import type { Commit, Repository } from '../model/remote.ts'
import { sameRepository } from '../model/repository.ts'
import { otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { parseTrailers } from '../model/trailers.ts'
import type { Visibility } from '../model/visibility.ts'
import type { PlannedEdit } from './edits.ts'
import { lfsConfigPath } from './lfs-config.ts'
import type { PlannedCommit, Refusal } from './plan.ts'

/**
 * Whether the commits that were read say that these two repositories were mirrored before. A side without copies says
 * nothing. A side whose copies all name other repositories was copied from another mirror, with its history.
 */
export function wereMirrored(listings: Sides<Listing>, repositories: Sides<Repository>): boolean {
  const reached = listReached(listings, repositories)
  const copied = sides.filter((side) => listSources(listings[side]).length > 0)
  return copied.length > 0 && copied.every((side) => reached.has(side))
}

/**
 * The sides that hold a copy of some commit of the other repository, so that content went there before. The copies that a
 * fork inherits name the repository that they came from, and so prove nothing of the fork.
 */
export function listReached(listings: Sides<Listing>, repositories: Sides<Repository>): ReadonlySet<Side> {
  return new Set(
    sides.filter((side) =>
      listSources(listings[side]).some((source) => sameRepository(source, repositories[otherSide[side]])),
    ),
  )
}

/** The repositories that the copies of a history name. A copy whose tree is not the recorded one is none. */
function listSources({ commits }: Listing): Repository[] {
  return commits.flatMap(({ message, tree }) => {
    const { mirroredFrom, mirroredTree } = parseTrailers(message)
    return mirroredFrom && (tree === null || tree === mirroredTree) ? [mirroredFrom.repository] : []
  })
}

/** Whether an edit shows content of the other side. `.lfsconfig` is the mirror's own, and a side's own file comes back. */
function brings({ path, content }: PlannedEdit, to: Side): boolean {
  return content !== null && path !== lfsConfigPath && ('text' in content || content.side !== to)
}

/** Content that goes from one side to the other, and how many files of it. */
export interface Journey {
  readonly from: Side
  readonly to: Side
  readonly files: number
}

/** Where content goes: files, and also messages and authors of the commits that are copied, even if these only delete. */
export function listJourneys(
  commits: Sides<readonly PlannedCommit[]>,
  by: Base['by'],
  originals: Sides<readonly Commit[]>,
): Journey[] {
  return sides.flatMap((to): Journey[] => {
    const from = otherSide[to]
    const paths = new Set<string>()
    for (const { edits } of commits[to]) for (const edit of edits) if (brings(edit, to)) paths.add(edit.path)
    const isWritten = commits[to].some(({ edits }) => edits.length > 0)
    const hasMessages = isWritten && by !== 'init' && originals[from].length > 0
    return paths.size > 0 || hasMessages ? [{ from, to, files: paths.size }] : []
  })
}

/** Whether content goes from where not everybody can read it to where everybody can. If that is not known, it does. */
export function isPublishing({ from, to }: Journey, visibility: Sides<Visibility>): boolean {
  return visibility[from] !== 'public' && (visibility[to] === 'public' || visibility[to] === 'unknown')
}

const seen: Record<Visibility, string> = {
  public: 'is public',
  internal: 'is internal to an enterprise',
  gated: 'is gated, so that not everybody can read it',
  private: 'is private',
  unknown: 'does not tell who can read it',
}

/** Who can read the two repositories: what each is called, on which service, and what that says of it. */
export interface Exposed {
  readonly names: Sides<string>
  readonly services: Sides<string>
  readonly visibility: Sides<Visibility>
}

/** Refuses journeys that publish. `begins`: whether the run begins to mirror the two repositories, and by `--init`. */
export function brakePublic(
  journeys: readonly Journey[],
  { names, services, visibility, begins }: Exposed & { readonly begins: 'init' | boolean },
): Refusal[] {
  const why = ({ from, to }: Journey) =>
    begins === 'init'
      ? '--init begins anew'
      : begins
        ? 'nothing says that the two were mirrored before'
        : `no commit of ${services[to]}'s says that anything came from ${names[from]} before`
  const tell = (side: Side) => `${services[side]} ${names[side]} ${seen[visibility[side]]}`
  return journeys
    .filter((journey) => isPublishing(journey, visibility))
    .map(({ from, to, files }) => ({
      kind: 'public',
      allowedBy: '--allow-public',
      message:
        `${tell(from)}, and ${tell(to)}: this run would bring ` +
        `${files === 0 ? 'what commits say' : `${files} file${files === 1 ? '' : 's'} and what commits say`} ` +
        `from the former to the latter, and ${why({ from, to, files })}. If it is meant, run once with --allow-public`,
    }))
}

/** Tells people who begin to mirror a repository that not everybody can read who will see it. */
export function noteVisibility({ names, services, visibility }: Exposed): string[] {
  return sides.flatMap((from) => {
    const to = otherSide[from]
    if (isPublishing({ from, to, files: 0 }, visibility))
      return [
        `${services[from]} ${names[from]} ${seen[visibility[from]]}, and ${services[to]} ${names[to]} ` +
          `${seen[visibility[to]]}: once they are mirrored, what is committed to the former is brought to the latter, ` +
          'and only the first run that does so asks',
      ]
    const isShown = visibility[to] === 'gated' && (visibility[from] === 'private' || visibility[from] === 'internal')
    return isShown
      ? [`${services[to]} ${names[to]} is gated: everybody can see the names of its files and its README.md`]
      : []
  })
}
