/** One run: makes a plan and carries it out, and makes another one when a head moved in between. */
import { retry } from '../async/retry.ts'
import type { Inspection } from '../facts/inspection.ts'
import { servicesOf } from '../model/capabilities.ts'
import { DeniedError, MissingRepositoryError, MovedError, RefusedError, RemoteError } from '../model/errors.ts'
import type { Remote } from '../model/remote.ts'
import { bothOf, mapSides, sides, type Side, type Sides } from '../model/sides.ts'
import type { Creation } from '../plan/creation.ts'
import { isStoredAsObject } from '../plan/edits.ts'
import type { RunWatch } from '../plan/phases.ts'
import { listEdits, planStatus, type Plan, type PlanStatus } from '../plan/plan.ts'
import type { Share } from '../plan/shards.ts'
import { Contents } from '../planner/contents.ts'
import { makePlan } from '../planner/make-plan.ts'
import type { PlanOptions } from '../planner/planning.ts'
import type { FindTexts } from '../planner/texts.ts'
import { createView } from '../view/view.ts'
import type { Applying } from './apply.ts'
import type { Planned } from './create.ts'
import type { Confirm } from './default-branch.ts'
import { FreshHeads } from './fresh-heads.ts'
import type { Verification } from './verify.ts'
import { InterruptedError, addWritten, startWritten, wroteSomething, type Written } from './written.ts'

/** How many plans a run makes before it gives up on a branch that keeps moving. */
const roundsMax = 5

/** A plan and what was read for who is shown it. */
export interface Preview {
  readonly plan: Plan
  /** What the plan makes of a text, as far as both versions were read. */
  readonly findTexts: FindTexts
  /** What the plan's data says of itself; null where nobody looked. */
  readonly inspection: Inspection | null
}

/** Who hears of a run while it goes on. None of these functions may throw. */
export interface Audience {
  /** Told of what must be known, whatever the run comes to. */
  readonly warn: (message: string) => void
  /** Told of what happens on the way. */
  readonly note: (message: string) => void
  /** Shown each plan before it is carried out. */
  readonly show?: (preview: Preview) => void | Promise<void>
  /** Sees how far the run is. */
  readonly watch?: RunWatch
}

/** What the user asked for, and whom the run tells of it. */
export interface RunOptions extends PlanOptions {
  readonly sleep: (ms: number) => Promise<void>
  /** Looks into the data of a plan, for people. */
  readonly inspect: boolean
  /** The objects that are sent, and nothing else is done; null: all that the plan says. */
  readonly shard?: Share | null
  /** Reads the texts that the plan changes, for who wants to see their lines. */
  readonly diff?: boolean
  /** Makes sure of what a plan took for granted, before it is shown or carried out; throws where it was not so. */
  readonly confirm?: Confirm | null
  readonly audience: Audience
}

/**
 * What a run came to.
 *
 * - `written`: by the last round. `wrote`: whether any round wrote something.
 * - `earlier`: commits that a round wrote before the heads moved and another plan was made; each is whole and a sync point.
 * - `proof`: both sides compared after the run, where it brought objects or began a mirror; null where they were not. The
 *   status is `different` where it found a difference, and `proposed` where people have to merge what was written. It is
 *   `streamed` after a run that was to send objects alone.
 */
export interface Run extends Preview {
  readonly status: PlanStatus | 'mirrored' | 'proposed' | 'different' | 'streamed'
  readonly written: Written
  readonly earlier: readonly { readonly side: Side; readonly commit: string }[]
  readonly wrote: boolean
  readonly proof: Verification | null
}

/**
 * Whether both sides are compared after the run. What a commit holds was proven when it was written, but only the two
 * stores can say that they have an object, and a first run may have found files on both sides. Decision 0008.
 */
function wantsProof(plan: Plan): boolean {
  if (plan.undo) return false
  return plan.base === null || bothOf(plan.base) === null || listEdits(plan).some(isStoredAsObject)
}

/** Everything is written by now, so that a failure to read is only a warning. Null: not compared. */
async function prove(
  { heads, filters }: Plan,
  { commits }: Written,
  remotes: Sides<Remote>,
  { sleep, audience: { warn, watch } }: RunOptions,
): Promise<Verification | null> {
  const now = bothOf(mapSides((side) => commits[side] ?? heads[side]))
  if (now === null) return null
  watch?.begin({ name: 'prove' })
  try {
    const { proveRun } = await import('./verify.ts')
    const proof = await proveRun(now, remotes, createView(filters), sleep)
    if (proof === null)
      warn('Both sides hold too many files to compare them after each run: run with --verify now and then')
    return proof
  } catch (error) {
    if (!(error instanceof RemoteError || error instanceof DeniedError)) throw error
    warn(`${error.message}; everything was written, but not compared once more: run with --verify`)
    return null
  }
}

/** Whether people are shown what a plan writes, or what they have to settle. */
function isForPeople(status: PlanStatus): boolean {
  return status === 'planned' || status === 'conflict'
}

/** Its modules are loaded by runs that have something to look into; the others tell the plan as it is. */
async function inspect(
  { plan, remotes, contents }: Planned,
  options: RunOptions,
): Promise<Pick<Run, 'plan' | 'inspection'>> {
  if (!options.inspect || !isForPeople(planStatus(plan))) return { plan, inspection: null }
  const { inspectPlan } = await import('../inspect/inspect-plan.ts')
  return inspectPlan(plan, remotes, contents, options.publicLog)
}

/** Whether a run goes no further than an undo that people have left it at. */
const isLeftUndone = ({ refusals }: Plan) => refusals.some(({ allowedBy }) => allowedBy === '--redo')

/** What the plan makes of texts, which are read where their lines are to be shown. */
async function prepareTexts(made: Planned, plan: Plan, options: RunOptions): Promise<FindTexts> {
  const { findTexts, readTexts } = await import('../planner/texts.ts')
  const isShown = options.diff !== true || (await readTexts(plan, { ...made, options }))
  return isShown ? findTexts(plan, made.contents) : () => null
}

/** The plan; where a repository is missing that may be made, the one that makes it. `made`: what this run has made already. */
async function planRound(seen: Omit<Planned, 'plan'>, options: RunOptions, made: Creation | null): Promise<Planned> {
  try {
    if (made === null) return { ...seen, plan: await makePlan(seen.remotes, seen.contents, options) }
    const { planWithMade } = await import('./create.ts')
    return await planWithMade(seen, options, made)
  } catch (error) {
    const { create } = options
    if (!(error instanceof MissingRepositoryError) || create === null) throw error
    const { planWithMissing } = await import('./create.ts')
    return planWithMissing(error.side, seen, { ...options, create })
  }
}

/** A plan that does nothing, as in most runs of a day, takes nothing for granted that would matter. */
async function planConfirmed(
  seen: Omit<Planned, 'plan'>,
  options: RunOptions,
  made: Creation | null,
): Promise<Planned> {
  try {
    const planned = await planRound(seen, options, made)
    const { plan } = planned
    if (!['in-sync', 'waiting'].includes(planStatus(plan)) && !isLeftUndone(plan)) await options.confirm?.()
    return planned
  } catch (error) {
    if (error instanceof RefusedError) await options.confirm?.()
    throw error
  }
}

/** A pull request that a killed run has left as a draft becomes one that people can merge. */
async function offerDraft(run: Run, remotes: Sides<Remote>): Promise<Run> {
  const { waiting, heads } = run.plan
  const head = waiting && heads[waiting.side]
  if (waiting?.why === 'open' && waiting.proposal.isDraft && head) {
    await remotes[waiting.side].proposals?.offer?.(waiting.proposal, head)
  }
  return run
}

/** All that the plan says, or its share of the objects. */
async function carryOut(applying: Applying, { shard }: RunOptions): Promise<void> {
  const { applyPlan, sendObjects } = await import('./apply.ts')
  if (!shard) return applyPlan(applying)
  const { selectShare } = await import('../plan/shards.ts')
  await sendObjects({ ...applying, plan: selectShare(applying.plan, shard) })
}

/** What a run came to that has written something. */
function judgeWritten({ undo }: Plan, { proposal }: Written, proof: Verification | null): Run['status'] {
  if (undo) return 'undone'
  return proposal ? 'proposed' : proof?.status === 'different' ? 'different' : 'mirrored'
}

const giveUp = ({ message }: MovedError) =>
  new RemoteError(`Gave up after ${roundsMax} plans: ${message}. Run again when fewer people write at once`)

/** What a run that writes commits asks for, together with what it will want to see once more. */
function lookAhead(options: RunOptions, heads: FreshHeads): RunOptions {
  if (options.dryRun || options.shard) return options
  const expectHead = (side: Side) => {
    heads.expect(side)
    options.confirm?.expect?.()
  }
  return { ...options, expectHead }
}

/**
 * Plans and carries out, with a new plan where a head moved in between. Throws an `InterruptedError` where something was
 * written before a failure, else the failure itself.
 */
export async function runMirror(remotes: Sides<Remote>, options: RunOptions): Promise<Run> {
  const { audience } = options
  const { watch } = audience
  const all = new Contents(remotes)
  const earlier: { side: Side; commit: string }[] = []
  const total = startWritten()
  let hasTried = false
  const create = async (plan: Plan, creates: Creation) => {
    const { createMissing } = await import('./create.ts')
    const isAgain = hasTried
    hasTried = true
    const made = () => {
      total.repository = creates
    }
    await createMissing({ plan, creates }, remotes, { sleep: options.sleep, note: audience.note, made, isAgain })
  }
  const runRound = async (): Promise<Run> => {
    const written = startWritten()
    written.repository = total.repository
    const heads = new FreshHeads(remotes, options.now)
    try {
      watch?.begin({ name: 'compare' })
      const made = await planConfirmed({ remotes, contents: all }, lookAhead(options, heads), total.repository)
      const status = planStatus(made.plan)
      const { plan, inspection } = await inspect(made, options)
      const findTexts = status === 'in-sync' ? () => null : await prepareTexts(made, plan, options)
      watch?.end()
      const preview = { plan, findTexts, inspection }
      const run = { ...preview, status, written, earlier, wrote: wroteSomething(total), proof: null }
      if (options.dryRun || (options.shard && status !== 'planned')) return run
      if (status !== 'planned') return await offerDraft(run, remotes)
      if (plan.creates) {
        await create(plan, plan.creates)
        return runRound()
      }
      await audience.show?.(preview)
      await carryOut({ plan, remotes, contents: all, written, watch: watch ?? {}, heads }, options)
      watch?.end()
      if (options.shard) return { ...run, status: 'streamed' }
      const proof = wantsProof(plan) && written.proposal === null ? await prove(plan, written, remotes, options) : null
      return { ...run, status: judgeWritten(plan, written, proof), wrote: true, proof }
    } catch (error) {
      for (const side of sides) if (written.commits[side]) earlier.push({ side, commit: written.commits[side] })
      addWritten(total, written)
      throw error
    }
  }
  const waitAfter = (error: Error, round: number) => {
    if (!(error instanceof MovedError)) return null
    audience.note(`${error.message}; planning again`)
    return 1_000 * 2 ** (round - 1)
  }
  try {
    return await retry(runRound, { attemptsMax: roundsMax, sleep: options.sleep, waitAfter })
  } catch (error) {
    const failure = error instanceof MovedError ? giveUp(error) : error
    throw wroteSomething(total) ? new InterruptedError(failure, total, servicesOf(remotes)) : failure
  }
}
