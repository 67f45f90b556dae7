/** The first phase: reads what stands on both branches, and whether their heads alone say that all is done. */
import { nameOneAnother } from '../history/base.ts'
import { listNames } from '../history/sync-points.ts'
import { parseUndo } from '../history/undone.ts'
import { rolesOf, servicesOf } from '../model/capabilities.ts'
import { RefusedError } from '../model/errors.ts'
import { mapSides, otherSide, sides, type Sides } from '../model/sides.ts'
import type { PlannedEdit } from '../plan/edits.ts'
import { brakeConfig } from '../plan/one-way.ts'
import type { Refusal } from '../plan/plan.ts'
import { brakeUndone } from '../plan/undo.ts'
import { describeSet } from '../view/view.ts'
import { readHistories, type Histories } from './histories.ts'
import { planLfsConfig, recordsLfsUrl, rememberHome } from './lfs-config.ts'
import { endPlan, type Phase, type Planning } from './planning.ts'

/** `isInSync`: the heads name one another. `config`: what `.lfsconfig` has to become, null where it is right. */
export interface State {
  readonly histories: Histories
  readonly heads: Sides<string | null>
  readonly isInSync: boolean
  readonly config: PlannedEdit | null
}

/** Throws a `RefusedError` where the branch is missing on the side that nothing may be written to. */
function requireBranch({ makeBranch }: Histories, { remotes, options: { to } }: Planning): void {
  if (!makeBranch || to === null || makeBranch.side === to) return
  const { branch, service } = remotes[makeBranch.side]
  throw new RefusedError(
    `Cannot mirror branch ${JSON.stringify(branch)} one way: ${service} has no branch of that name, and --to ${to} ` +
      'makes none there. Make it by hand, or run once without --to',
  )
}

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

/**
 * Ends the plan where the heads name one another and nothing else is asked for. Whoever says with `--init` which side is
 * right does not take the heads' word. Throws a `RefusedError` where a branch is missing and cannot be made.
 */
export async function readState(planning: Planning): Promise<Phase<State>> {
  const { remotes, options } = planning
  const read = await readHistories(remotes, options)
  const heads = mapSides((side) => read.heads[side]?.oid ?? null)
  requireBranch(read, planning)
  if (options.undo) return { part: { heads }, value: { histories: read, heads, isInSync: false, config: null } }
  const areNamed = nameOneAnother(read.listings, describeSet(options.filters))
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
