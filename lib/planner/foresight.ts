/**
 * What stands in a run's way besides what it writes: who can read both repositories, and whether they may be written at
 * all.
 */
import type { Base, Listing } from '../history/base.ts'
import { servicesOf } from '../model/capabilities.ts'
import { DeniedError, MissingTokenError, RefusedError, RemoteError } from '../model/errors.ts'
import type { Remote } from '../model/remote.ts'
import { formatRepository } from '../model/repository.ts'
import { awaitSides, bothOf, mapSides, sides, type Side, type Sides } from '../model/sides.ts'
import { brakeHost } from '../plan/brakes.ts'
import { plainId } from '../plan/edits.ts'
import { brakePublic, listJourneys, listReached, noteVisibility, wereMirrored, type Journey } from '../plan/exposure.ts'
import { sendsObjects, type Plan, type PlannedConflict, type PlannedHunk } from '../plan/plan.ts'

export interface ExposureInput {
  readonly remotes: Sides<Remote>
  readonly options: { readonly init: Side | 'union' | null; readonly allowPublic: boolean }
}

/** Whether a journey may publish, asked of one side at most, and of none where a service has told already. */
async function mayPublish({ from, to }: Journey, { remotes }: ExposureInput): Promise<boolean> {
  const isPublic = mapSides((side) => remotes[side].isPublic())
  if (isPublic[from] === true || isPublic[to] === false) return false
  if (isPublic[from] === null) return (await remotes[from].readVisibility()) !== 'public'
  const there = await remotes[to].readVisibility()
  return there === 'public' || there === 'unknown'
}

/**
 * Whether a run would publish something. One that begins to mirror the two repositories asks both; on a common commit,
 * where people push to both sides, whoever is not asked has nothing to lose. One that goes on where an earlier one
 * ended asks only about content that goes where none of this repository went so far.
 */
export async function readExposure(
  commits: Plan['commits'],
  base: Base,
  listings: Sides<Listing>,
  input: ExposureInput,
): Promise<Pick<Plan, 'refusals' | 'notes'>> {
  const {
    remotes,
    options: { init, allowPublic },
  } = input
  const repositories = mapSides((side) => remotes[side].repository)
  const goesOn = init === null && bothOf(base.commits) !== null && wereMirrored(listings, repositories)
  if (allowPublic || sides.every((side) => commits[side].length === 0)) return { refusals: [], notes: [] }
  const all = listJourneys(commits, base, listings, repositories)
  const reached = listReached(listings, repositories)
  const journeys = goesOn ? all.filter(({ to }) => !reached.has(to)) : all
  if (goesOn) {
    const doubts = await Promise.all(journeys.map((journey) => mayPublish(journey, input)))
    if (!doubts.includes(true)) return { refusals: [], notes: [] }
  } else if (base.by === 'shared commit') {
    const sources = await Promise.all(journeys.map(({ from }) => remotes[from].readVisibility()))
    if (sources.every((source) => source === 'public')) return { refusals: [], notes: [] }
  }
  const told = {
    services: servicesOf(remotes),
    names: mapSides((side) => formatRepository(repositories[side])),
    visibility: await awaitSides((side) => remotes[side].readVisibility()),
    begins: init !== null ? ('init' as const) : !goesOn,
  }
  const refusals = brakePublic(journeys, told)
  return { refusals, notes: refusals.length > 0 || goesOn ? [] : noteVisibility(told) }
}

/**
 * Conflicts without the lines of a repository that not everybody can read, where everybody may read what the run
 * prints. What the base holds is shown where both are. Costs a request a side, there alone; who does not answer is
 * taken for private.
 */
export async function hideLines(
  conflicts: readonly PlannedConflict[],
  {
    remotes,
    options: { publicLog },
  }: { readonly remotes: Sides<Remote>; readonly options: { readonly publicLog: boolean } },
): Promise<PlannedConflict[]> {
  if (!publicLog || conflicts.every(({ hunks }) => hunks.length === 0)) return [...conflicts]
  const isShown = await awaitSides(async (side) => {
    try {
      return (await remotes[side].readVisibility()) === 'public'
    } catch (error) {
      if (error instanceof RemoteError || error instanceof DeniedError) return false
      throw error
    }
  })
  const hide = (hunk: PlannedHunk): PlannedHunk => ({
    line: hunk.line,
    base: sides.every((side) => isShown[side]) ? hunk.base : null,
    ...mapSides((side) => (isShown[side] ? hunk[side] : null)),
  })
  return conflicts.map((conflict) => ({ ...conflict, hunks: conflict.hunks.map(hide) }))
}

type Ahead = Pick<Plan, 'refusals' | 'notes' | 'askedAhead' | 'present'>
type Answer = Pick<Ahead, 'refusals' | 'notes'>

/** Whether the side can be written, and its store takes what it is to get. */
async function askSide(
  side: Side,
  { objects }: Unasked,
  { remotes, options: { dryRun } }: ForesightInput,
): Promise<Answer> {
  try {
    await remotes[side].checkWrite(objects[side])
    return { refusals: [], notes: [] }
  } catch (error) {
    if (error instanceof RefusedError) return { refusals: brakeHost(remotes[side].service, [error.message]), notes: [] }
    // A plan may be looked at without a token; and a service that fails now may answer the run.
    if (dryRun && (error instanceof MissingTokenError || error instanceof RemoteError))
      return { refusals: [], notes: [error.message] }
    if (error instanceof DeniedError)
      return { refusals: [{ kind: 'token', message: error.message, allowedBy: null }], notes: [] }
    throw error
  }
}

async function noteRules(side: Side, { remotes }: ForesightInput): Promise<Answer> {
  const rules = await remotes[side].readRules()
  const notes =
    rules === null || rules.length === 0
      ? []
      : [
          `${remotes[side].service}'s branch has rules (${rules.join(', ')}): a run is refused there, unless the mirror's user may bypass them`,
        ]
  return { refusals: [], notes }
}

/** What need not be sent. A run asks for it when it writes, a dry run beforehand, to tell what that will cost. */
function readPresent({ commits }: Unasked, { remotes, options: { dryRun } }: ForesightInput): Promise<Plan['present']> {
  return awaitSides(async (side) =>
    dryRun
      ? remotes[side].readPresent(commits[side].flatMap(({ edits }) => edits.flatMap((edit) => plainId(edit) ?? [])))
      : new Set(),
  )
}

type Unasked = Pick<Plan, 'commits' | 'makeBranch' | 'objects'>
type ForesightInput = Pick<ExposureInput, 'remotes'> & {
  readonly options: { readonly dryRun: boolean; readonly countRequests: () => number }
}

/**
 * What stands in the way of writing, as far as a read can tell. A run asks where something would be left behind if it
 * found out later: where objects are sent, or where one side is written before the other. Where texts go to one side
 * alone, the first write tells the same and shows nothing to anybody: there only a dry run asks, and only a dry run
 * asks for the rules of a branch.
 */
export async function foresee(plan: Unasked, input: ForesightInput): Promise<Ahead> {
  const {
    options: { dryRun, countRequests },
  } = input
  const written = sides.filter((side) => plan.commits[side].length > 0 || plan.makeBranch?.side === side)
  const isAsked = written.length > 1 || written.some((side) => sendsObjects(plan, side))
  const ask = () => Promise.all(written.map((side) => askSide(side, plan, input)))
  const always = isAsked ? await ask() : []
  const present = await readPresent(plan, input)
  const before = countRequests()
  const ahead = dryRun
    ? [...(isAsked ? [] : await ask()), ...(await Promise.all(written.map((side) => noteRules(side, input))))]
    : []
  const all = [...always, ...ahead]
  return {
    refusals: all.flatMap(({ refusals }) => refusals),
    notes: all.flatMap(({ notes }) => notes),
    askedAhead: countRequests() - before,
    present,
  }
}
