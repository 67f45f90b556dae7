/** Whether what a plan would write can be written, as far as a read can tell. */
import { DeniedError, MissingTokenError, RefusedError, RemoteError } from '../model/errors.ts'
import { awaitSides, sides, type Side } from '../model/sides.ts'
import { brakeHost } from '../plan/brakes.ts'
import { plainId } from '../plan/edits.ts'
import { sendsObjects, type Plan } from '../plan/plan.ts'
import type { Planning } from './planning.ts'

type Ahead = Pick<Plan, 'refusals' | 'notes' | 'askedAhead' | 'present'>
type Answer = Pick<Ahead, 'refusals' | 'notes'>

/** Whether the side can be written, and its store takes what it is to get. */
async function askSide(side: Side, { objects }: Unasked, { remotes, options: { dryRun } }: Planning): Promise<Answer> {
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

async function noteRules(side: Side, { remotes }: Planning): Promise<Answer> {
  const rules = await remotes[side].readRules()
  const notes =
    rules === null || rules.length === 0
      ? []
      : [
          `${remotes[side].service}'s branch has rules (${rules.join(', ')}): a run is refused there, unless the mirror's ` +
            'user may bypass them',
        ]
  return { refusals: [], notes }
}

/** What need not be sent. A run asks for it when it writes, a dry run beforehand, to tell what that will cost. */
function readPresent({ commits }: Unasked, { remotes, options: { dryRun } }: Planning): Promise<Plan['present']> {
  return awaitSides(async (side) =>
    dryRun
      ? remotes[side].readPresent(commits[side].flatMap(({ edits }) => edits.flatMap((edit) => plainId(edit) ?? [])))
      : new Set(),
  )
}

type Unasked = Pick<Plan, 'commits' | 'makeBranch' | 'objects'>

/**
 * What stands in the way of writing, as far as a read can tell. A run asks where something would be left behind if it
 * found out later: where objects are sent, or where one side is written before the other. Where texts go to one side
 * alone, the first write tells the same and shows nothing to anybody: there only a dry run asks, and only a dry run
 * asks for the rules of a branch.
 */
export async function foresee(plan: Unasked, planning: Planning): Promise<Ahead> {
  const {
    options: { dryRun, countRequests },
  } = planning
  const written = sides.filter((side) => plan.commits[side].length > 0 || plan.makeBranch?.side === side)
  const isAsked = written.length > 1 || written.some((side) => sendsObjects(plan, side))
  const ask = () => Promise.all(written.map((side) => askSide(side, plan, planning)))
  const always = isAsked ? await ask() : []
  const present = await readPresent(plan, planning)
  const before = countRequests()
  const ahead = dryRun
    ? [...(isAsked ? [] : await ask()), ...(await Promise.all(written.map((side) => noteRules(side, planning))))]
    : []
  const all = [...always, ...ahead]
  return {
    refusals: all.flatMap(({ refusals }) => refusals),
    notes: all.flatMap(({ notes }) => notes),
    askedAhead: countRequests() - before,
    present,
  }
}
