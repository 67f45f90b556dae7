/** The first phase: reads what stands on both branches, and whether their heads alone say that all is done. */
import { nameOneAnother } from '../history/sync-points.ts'
import { rolesOf } from '../model/capabilities.ts'
import { RefusedError } from '../model/errors.ts'
import type { Remote } from '../model/remote.ts'
import { awaitSides, mapSides, valuesOf, type Sides } from '../model/sides.ts'
import { describeSet } from '../view/view.ts'
import { listHistories, type Histories, type Searching, type State } from './histories.ts'
import { endPlan, type Phase, type Planning } from './planning.ts'

/**
 * Costs a request a side where both have the branch. Where one is missing, what makes it is loaded; throws a `RefusedError`
 * where it cannot be made.
 */
async function readHistories(remotes: Sides<Remote>, options: Searching): Promise<Histories> {
  const histories = await awaitSides((side) => remotes[side].readHistory())
  if (valuesOf(histories).every(({ state }) => state !== 'no branch')) return listHistories(histories, null)
  const { startBranch } = await import('./start-branch.ts')
  return startBranch(histories, remotes, options)
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

/**
 * Ends the plan where the heads name one another and nothing else is asked for: what decides anything else is loaded then.
 * Whoever says with `--init` which side is right does not take the heads' word. Throws a `RefusedError` where a branch is
 * missing and cannot be made.
 */
export async function readState(planning: Planning): Promise<Phase<State>> {
  const { remotes, options } = planning
  const read = await readHistories(remotes, options)
  const heads = mapSides((side) => read.heads[side]?.oid ?? null)
  requireBranch(read, planning)
  if (options.undo) return { part: { heads }, value: { histories: read, heads, isInSync: false, config: null } }
  const areNamed = nameOneAnother(read.listings, describeSet(options.filters))
  if (areNamed && (options.init === null || options.init === 'union') && options.lfsHome.store === null) {
    const baseDate = read.heads[rolesOf(remotes).second]?.committerDate ?? null
    return endPlan({ heads, makeBranch: read.makeBranch, base: heads, baseDate })
  }
  const { judgeState } = await import('./judge-state.ts')
  return judgeState(read, { heads, areNamed }, planning)
}
