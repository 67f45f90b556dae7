/** The commits of the side that moved, one by one. */
import type { Base, Listing } from '../history/base.ts'
import { listCopied } from '../history/copy-range.ts'
import { otherSide, type Side, type Sides } from '../model/sides.ts'
import type { Copy } from '../plan/plan.ts'
import type { Changes } from './changes.ts'
import type { Context } from './context.ts'
import type { Copying } from './copier.ts'
import { planCopies } from './replay.ts'

/** What one side changed since the base, in which commits. */
interface Moved {
  readonly base: Base
  readonly listings: Sides<Listing>
  readonly changes: Changes
}

/** The commits of the side that moved, one by one, where there are several and nothing stands in the way. */
export async function readCopies(
  from: Side,
  { base, listings, changes: { bases } }: Moved,
  goal: Pick<Copying, 'start' | 'net'>,
  context: Context,
): Promise<readonly Copy[] | null> {
  const { commits, by, parts } = base
  const {
    options: { squash, init, view },
    remotes,
    contents,
  } = context
  const originals =
    squash || init !== null || by === 'no base' || parts.length > 0 || bases.size > 0
      ? null
      : listCopied(listings[from], commits[from])
  const to = remotes[otherSide[from]]
  if (!originals || originals.length < 2 || originals.length > to.commitsLeft()) return null
  const copies = await planCopies({ ...goal, from, originals, base: commits[from] }, { remotes, contents, view })
  // What would not fit into the hour goes as one copy, which lists them.
  return copies && to.countCommits(copies, commits[otherSide[from]]) <= to.commitsLeft() ? copies : null
}
