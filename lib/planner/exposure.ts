/** Whether a run would show something to more people than could see it before. */
import { servicesOf } from '../model/capabilities.ts'
import { formatRepository } from '../model/repository.ts'
import { awaitSides, bothOf, mapSides, otherSide, sides } from '../model/sides.ts'
import { brakePublic, listJourneys, listReached, noteVisibility, wereMirrored, type Journey } from '../plan/exposure.ts'
import type { Plan } from '../plan/plan.ts'
import type { Planning } from './planning.ts'
import type { Start } from './start.ts'

/** Whether a journey may publish. Costs at most a request, and none where an earlier answer told who can read. */
async function mayPublish({ from, to }: Pick<Journey, 'from' | 'to'>, { remotes }: Planning): Promise<boolean> {
  const isPublic = mapSides((side) => remotes[side].isPublic())
  if (isPublic[from] === true || isPublic[to] === false) return false
  if (isPublic[from] === null) return (await remotes[from].readVisibility()) !== 'public'
  const there = await remotes[to].readVisibility()
  return there === 'public' || there === 'unknown'
}

const isContinued = ({ base, listings }: Start, { remotes, options }: Planning): boolean => {
  // What is overwritten has no base any more; that two repositories were mirrored before is told all the same.
  const hasBase = base.by === 'init' || bothOf(base.commits) !== null
  const repositories = mapSides((side) => remotes[side].repository)
  return options.init === null && hasBase && wereMirrored(listings, repositories)
}

/** Asks who can read what, as far as `readExposure` will want to know it of a run that goes on, while the run decides. */
export function askExposure(start: Start, planning: Planning): void {
  const { remotes, options } = planning
  if (options.allowPublic || !isContinued(start, planning)) return
  const reached = listReached(
    start.listings,
    mapSides((side) => remotes[side].repository),
  )
  for (const from of sides) {
    const to = otherSide[from]
    if (start.changes.mirrored[from].size === 0 || reached.has(to)) continue
    // What fails is asked again by whoever needs it, and fails there.
    mayPublish({ from, to }, planning).catch(() => {})
  }
}

/**
 * Refuses to publish, and notes who will see what. A run that begins to mirror two repositories asks both who can read
 * them; where they have a commit in common, only the source if it is public. A run that goes on asks only where content
 * goes to a side to which none of this repository went so far.
 */
export async function readExposure(
  commits: Plan['commits'],
  start: Start,
  planning: Planning,
): Promise<Pick<Plan, 'refusals' | 'notes'>> {
  const { base, listings, originals } = start
  const { remotes, options } = planning
  const { init, allowPublic } = options
  const repositories = mapSides((side) => remotes[side].repository)
  const goesOn = isContinued(start, planning)
  const nothing = { refusals: [], notes: [] }
  if (allowPublic || sides.every((side) => commits[side].length === 0)) return nothing
  // What a service puts into a repository that this run has made tells nothing but what the run was asked for.
  const isBegun = base.by === 'empty side' && base.emptySide === options.madeNow
  const told = listJourneys(commits, base.by, originals)
  const all = isBegun ? told.filter(({ from }) => from !== base.emptySide) : told
  const reached = listReached(listings, repositories)
  const journeys = goesOn ? all.filter(({ to }) => !reached.has(to)) : all
  if (goesOn) {
    const doubts = await Promise.all(journeys.map((journey) => mayPublish(journey, planning)))
    if (!doubts.includes(true)) return nothing
  } else if (base.by === 'shared commit') {
    const sources = await Promise.all(journeys.map(({ from }) => remotes[from].readVisibility()))
    if (sources.every((source) => source === 'public')) return nothing
  }
  const facts = {
    services: servicesOf(remotes),
    names: mapSides((side) => formatRepository(repositories[side])),
    visibility: await awaitSides((side) => remotes[side].readVisibility()),
    begins: init !== null ? ('init' as const) : !goesOn,
  }
  const refusals = brakePublic(journeys, facts)
  return { refusals, notes: refusals.length > 0 || goesOn ? [] : noteVisibility(facts) }
}
