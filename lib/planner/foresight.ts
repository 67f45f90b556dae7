/** Finds out whether a plan can be written, without writing. */
import { DeniedError, MissingTokenError, RefusedError, RemoteError } from '../model/errors.ts'
import { awaitSides, sides, type Side } from '../model/sides.ts'
import { brakeHost } from '../plan/brakes.ts'
import { plainId } from '../plan/edits.ts'
import { sendsObjects, type Plan } from '../plan/plan.ts'
import type { Planning } from './planning.ts'

type Ahead = Pick<Plan, 'refusals' | 'notes' | 'askedAhead' | 'present'>
type Answer = Pick<Ahead, 'refusals' | 'notes'>

/** Whether the token may write to the side, and its store takes the objects. */
async function askSide(side: Side, { objects }: Unasked, { remotes, options: { dryRun } }: Planning): Promise<Answer> {
  try {
    await remotes[side].checkWrite(objects[side])
    return { refusals: [], notes: [] }
  } catch (error) {
    if (error instanceof RefusedError) return { refusals: brakeHost(remotes[side].service, [error.message]), notes: [] }
    // A dry run shows its plan also without a token, and where a service fails that may work by the time of the run.
    if (dryRun && (error instanceof MissingTokenError || error instanceof RemoteError))
      return { refusals: [], notes: [error.message] }
    if (error instanceof DeniedError)
      return { refusals: [{ kind: 'token', message: error.message, allowedBy: null }], notes: [] }
    throw error
  }
}

/** A note on the rules of the branch that a write has to pass, where the service has such rules. */
async function noteRules(side: Side, { remotes }: Planning): Promise<Answer> {
  const { service, proposals } = remotes[side]
  if (proposals) return { refusals: [], notes: [] }
  const rules = (await remotes[side].readRules()) ?? []
  const note =
    `${service}'s branch has rules (${rules.join(', ')}): a run is refused there, unless the mirror's user may bypass them ` +
    'or --pull-request proposes'
  return { refusals: [], notes: rules.length === 0 ? [] : [note] }
}

/**
 * Which plain files need not be sent, so that a dry run and the run after it tell the same costs. A run would ask when it
 * writes, and is answered from what it has learned here.
 */
async function readPresent({ commits }: Unasked, { remotes, contents }: Planning): Promise<Plan['present']> {
  await contents.settle()
  return awaitSides(async (side) => {
    const oids = commits[side].flatMap(({ edits }) => edits.flatMap((edit) => plainId(edit) ?? []))
    return oids.length > 0 ? remotes[side].readPresent(oids) : new Set<string>()
  })
}

/** What is known of a plan when this is asked. */
type Unasked = Pick<Plan, 'commits' | 'makeBranch' | 'objects'>

/**
 * What stands in the way of writing. A run asks only where it would leave something behind if it found out later: where
 * it sends objects, or writes one side before the other. Where texts go to one side alone the first write finds out, and
 * nobody sees anything. A dry run always asks, also for the rules of the branch. Costs a few requests a side.
 */
export async function foresee(plan: Unasked, planning: Planning): Promise<Ahead> {
  const { dryRun, countRequests } = planning.options
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
