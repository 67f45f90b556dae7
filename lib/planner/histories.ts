/** What was read of both histories, and what of it the first phase finds. */
import type { Listing } from '../history/topology.ts'
import type { Commit, History } from '../model/remote.ts'
import { mapSides, type Side, type Sides } from '../model/sides.ts'
import type { PlannedEdit } from '../plan/edits.ts'
import type { PlanOptions } from './planning.ts'

/**
 * The commits that were read of both branches, newest first. `makeBranch`: the side that has no such branch yet, and the
 * commit where it is to start. `more` reads older commits; null where the listing is complete.
 */
export interface Histories {
  readonly listings: Sides<Listing>
  readonly heads: Sides<Commit | null>
  readonly makeBranch: { readonly side: Side; readonly at: string } | null
  readonly more: Record<Side, (() => Promise<History>) | null>
}

/** What the search for a base goes by. `seesUndone` as in `Known`. */
export type Searching = Pick<PlanOptions, 'historyMax' | 'filters' | 'create'> & { readonly seesUndone?: boolean }

/** `isInSync`: the heads name one another. `config`: what `.lfsconfig` has to become, null where it is right. */
export interface State {
  readonly histories: Histories
  readonly heads: Sides<string | null>
  readonly isInSync: boolean
  readonly config: PlannedEdit | null
}

/** What was read of both sides, in one value. */
export function listHistories(histories: Sides<History>, makeBranch: Histories['makeBranch']): Histories {
  const found = mapSides((side) => (histories[side].state === 'branch' ? histories[side] : null))
  const more = mapSides((side) => found[side]?.readMore ?? null)
  const listings = mapSides((side) => ({ commits: found[side]?.commits ?? [], complete: more[side] === null }))
  return { listings, heads: mapSides((side) => listings[side].commits[0] ?? null), makeBranch, more: { ...more } }
}
