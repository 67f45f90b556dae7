/** The first phase: reads what stands on both branches, and whether their heads alone say that all is done. */
import { nameOneAnother } from '../history/base.ts'
import { wasMirrored } from '../model/mirrored-set.ts'
import { mapSides, type Sides } from '../model/sides.ts'
import type { PlannedEdit } from '../plan/edits.ts'
import { describeSet } from '../view/view.ts'
import { readHistories, type Histories } from './histories.ts'
import { planLfsConfig, recordsLfsUrl } from './lfs-config.ts'
import { endPlan, type Phase, type Planning } from './planning.ts'

/** `isInSync`: the heads name one another. `config`: what `.lfsconfig` has to become, null where it is right. */
export interface State {
  readonly histories: Histories
  readonly heads: Sides<string | null>
  readonly isInSync: boolean
  readonly config: PlannedEdit | null
}

/**
 * Ends the plan where the heads name one another and nothing else is asked for. Whoever says with `--init` which side is
 * right does not take the heads' word. Throws a `RefusedError` where a branch is missing and cannot be made.
 */
export async function readState(planning: Planning): Promise<Phase<State>> {
  const { remotes, options } = planning
  const histories = await readHistories(remotes, options.historyMax)
  const heads = mapSides((side) => histories.heads[side]?.oid ?? null)
  const part = { heads, makeBranch: histories.makeBranch }
  const now = describeSet(options.filters)
  const isInSync = nameOneAnother(histories.listings, (set) => wasMirrored(now, set))
  const { lfsStore } = options
  const isConfigured = lfsStore === null || (isInSync && recordsLfsUrl(histories, remotes[lfsStore].lfsUrl))
  const { config, refusals } = isConfigured
    ? { config: null, refusals: [] }
    : await planLfsConfig(heads, lfsStore, planning)
  if (refusals.length > 0) return endPlan({ ...part, refusals })
  if (isInSync && config === null && (options.init === null || options.init === 'union'))
    return endPlan({ ...part, base: heads })
  return { part, value: { histories, heads, isInSync, config } }
}
