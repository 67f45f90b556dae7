/** Puts a plan together, phase by phase. Reads, and writes nothing. */
import { servicesOf } from '../model/capabilities.ts'
import type { Remote } from '../model/remote.ts'
import { awaitSides, mapSides, sides, type Sides } from '../model/sides.ts'
import { digestPlan, sendsObjects, type Plan } from '../plan/plan.ts'
import type { Contents } from './contents.ts'
import type { Copies } from './plan-replay.ts'
import { andThen, type Phase, type Planning, type PlanOptions } from './planning.ts'
import { readState } from './read-state.ts'

/** The plan of a run that has nothing to do, and of which nothing is known. */
function emptyPlan({ remotes, options }: Planning): Omit<Plan, 'digest'> {
  return {
    repositories: mapSides((side) => remotes[side].repository),
    services: servicesOf(remotes),
    branches: mapSides((side) => remotes[side].branch),
    filters: options.filters,
    lfsUrl: options.lfsHome.store && remotes[options.lfsHome.store].lfsUrl,
    heads: mapSides(() => null),
    base: null,
    baseBy: null,
    baseDate: null,
    originals: mapSides(() => []),
    creates: null,
    makeBranch: null,
    open: mapSides(() => null),
    waiting: null,
    edits: mapSides(() => []),
    conflicts: [],
    settled: [],
    refusals: [],
    skipped: [],
    notes: [],
    requests: mapSides(() => ({})),
    forecast: { waitMs: 0, short: null },
    mayMoveLess: false,
    askedAhead: 0,
    commits: mapSides(() => []),
    undo: null,
    commitCounts: mapSides(() => 0),
    present: mapSides(() => new Set<string>()),
    objects: mapSides(() => []),
  }
}

/**
 * The phases that decide. What they have read and asked can go when they are done: there may be 100,000 paths. All after
 * the first one are loaded when it has found something to do, which most runs of a day do not have.
 */
async function decideEdits(planning: Planning): Promise<Phase<Copies>> {
  const storage = await andThen(await readState(planning), async (value) => {
    const { decideDirections } = await import('./directions.ts')
    return decideDirections(value, planning)
  })
  return andThen(storage, async (value) => {
    const { planReplay } = await import('./plan-replay.ts')
    return planReplay(value, planning)
  })
}

async function mirror(planning: Planning): Promise<Phase<Plan['commits']>> {
  const checked = await andThen(await decideEdits(planning), async (one) => {
    const { checkEdits } = await import('./check.ts')
    return checkEdits(one, planning)
  })
  return andThen(checked, async (one) => {
    const { writeDown } = await import('./write-down.ts')
    return writeDown(one, planning)
  })
}

async function undo(planning: Planning): Promise<Phase<Plan['commits']>> {
  return andThen(await readState(planning), async (state) => {
    const { planUndo } = await import('./undo.ts')
    return planUndo(state, planning)
  })
}

/**
 * Decides everything that a run will do, from the heads of both sides to the commits that it writes. What stands in the
 * way, conflicts and refusals, is part of the plan. Throws where a service fails, a `RefusedError` where a branch is
 * missing and cannot be made, and a `MovedError` where a head moves meanwhile.
 */
export async function makePlan(remotes: Sides<Remote>, contents: Contents, options: PlanOptions): Promise<Plan> {
  const planning: Planning = { remotes, contents, options }
  const { part, value } = options.undo ? await undo(planning) : await mirror(planning)
  const notes = [...(await noteHome(planning)), ...(part.notes ?? []), ...(await noteOpen(part))]
  const plan = { ...emptyPlan(planning), ...part, notes }
  const whole = value === null ? plan : { ...plan, ...(await foresee(plan, planning)) }
  return { ...whole, digest: digestPlan(whole) }
}

/** Where a run goes on with a store that it was not told. */
async function noteHome({ remotes, options: { lfsHome } }: Planning): Promise<string[]> {
  const { store, remembers } = lfsHome
  if (store === null || store !== remembers) return []
  const { noteRemembered } = await import('../plan/lfs-config.ts')
  return [noteRemembered(store, servicesOf(remotes))]
}

/** Open pull requests that nothing is added to. */
async function noteOpen({ refusals = [], conflicts = [], ...part }: Partial<Plan>): Promise<string[]> {
  const { open, waiting, base, heads, commits } = part
  // The heads are a base where they name one another.
  if (!open || base === heads || waiting || refusals.length + conflicts.length > 0) return []
  const { noteIdle } = await import('../plan/proposal.ts')
  return sides.flatMap((side) => (open[side] && !commits?.[side].length ? [noteIdle(open[side])] : []))
}

/** What it takes to carry the plan out, and how far a run gets with that. */
async function foresee(plan: Omit<Plan, 'digest'>, { remotes, options }: Planning) {
  const { estimateRequests } = await import('../plan/estimate.ts')
  const { forecast, noteShort } = await import('../plan/forecast.ts')
  const guesses = await awaitSides((side) => remotes[side].loadGuesses())
  const requests = estimateRequests(plan, guesses)
  const { maxWaitMs } = options
  const documented = mapSides((side) => guesses[side].limits)
  const seen = forecast(requests, { told: options.readLimits(), documented, nowMs: options.now(), maxWaitMs })
  const isAtomic = mapSides((side) => remotes[side].capabilities.atomic)
  const mayMoveLess = sides.some((side) => remotes[side].capabilities.newOnly && sendsObjects(plan, side))
  return {
    requests,
    forecast: seen,
    mayMoveLess,
    notes: [...plan.notes, ...noteShort(seen, plan, { maxWaitMs, isAtomic })],
  }
}
