/** What the heads leave to be done where they do not name one another, and what stands in its way. */
import { listNames } from '../history/sync-points.ts'
import { parseUndo } from '../history/undone.ts'
import { rolesOf, servicesOf } from '../model/capabilities.ts'
import { otherSide, sides } from '../model/sides.ts'
import { brakeConfig } from '../plan/one-way.ts'
import type { Refusal } from '../plan/plan.ts'
import { brakeUndone } from '../plan/undo.ts'
import type { Histories, State } from './histories.ts'
import { planLfsConfig, recordsLfsUrl, rememberHome } from './lfs-config.ts'
import { endPlan, type Phase, type Planning } from './planning.ts'

const proposes = (remotes: Planning['remotes']) => sides.some((side) => remotes[side].proposals)

/** Loaded by runs that propose, and have something to do. */
async function lookProposed(histories: Histories, planning: Planning) {
  const { readProposals } = await import('./proposals.ts')
  return readProposals(histories, planning)
}

/**
 * A head that undoes the last mirror ends a run that was not told how to go on from there. Where the other side names that
 * head somebody has done so, and the base tells.
 */
function findUndone({ heads, listings }: Histories, { remotes, options: { undo, redo, init } }: Planning): Refusal[] {
  if (undo || redo || init !== null) return []
  const open = sides.flatMap((side) => (heads[side] ? (parseUndo(side, heads[side]) ?? []) : []))
  const own = open.find(({ side, commit }) => !listNames(listings[otherSide[side]]).some(({ oid }) => oid === commit))
  return own ? brakeUndone(own, servicesOf(remotes)) : []
}

/** Goes on from what was read. `areNamed`: the heads name one another. Ends the plan as `readState` does. */
export async function judgeState(
  read: Histories,
  { heads, areNamed }: Pick<State, 'heads'> & { readonly areNamed: boolean },
  planning: Planning,
): Promise<Phase<State>> {
  const { remotes, options } = planning
  const undone = areNamed ? [] : findUndone(read, planning)
  if (undone.length > 0) return endPlan({ heads, refusals: undone })
  const proposed = areNamed || !proposes(remotes) ? null : await lookProposed(read, planning)
  const histories = proposed ? { ...read, listings: proposed.listings } : read
  const isInSync = areNamed || (proposed?.isInSync ?? false)
  const part = { heads, makeBranch: histories.makeBranch, ...(proposed && { open: proposed.open }) }
  const isDone = isInSync && (options.init === null || options.init === 'union')
  if (proposed?.waiting && !isDone) return endPlan({ ...part, waiting: proposed.waiting })
  const isRemembered = !isDone && (await rememberHome(histories, planning))
  const lfsStore = options.lfsHome.store
  const isConfigured =
    lfsStore === null || isRemembered || (isInSync && recordsLfsUrl(histories, remotes[lfsStore].lfsUrl))
  const { config, refusals } = isConfigured
    ? { config: null, refusals: [] }
    : await planLfsConfig(heads, lfsStore, planning)
  const unwritable = config && options.to === otherSide[config.to] ? brakeConfig(config.to, servicesOf(remotes)) : []
  if (refusals.length + unwritable.length > 0) return endPlan({ ...part, refusals: [...refusals, ...unwritable] })
  const baseDate = histories.heads[rolesOf(remotes).second]?.committerDate ?? null
  if (isDone && config === null) return endPlan({ ...part, base: heads, baseDate })
  // Only that file is missing, which an earlier run may have proposed.
  const { waiting = null, open } = isDone && proposes(remotes) ? (proposed ?? (await lookProposed(read, planning))) : {}
  if (waiting) return endPlan({ ...part, waiting })
  return { part: { ...part, ...(open && { open }) }, value: { histories, heads, isInSync, config } }
}
