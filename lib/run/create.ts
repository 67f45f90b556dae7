/**
 * Makes the repository that is missing, for `--create`: a plan is made first that takes it for an empty one, and ends the run
 * where it conflicts or is refused. Then it is made, what the service tells of it is compared with what was asked for, and
 * the run plans again with the repository as it is.
 */
import { lagWaitsMs, lookUntil } from '../async/retry.ts'
import { servicesOf } from '../model/capabilities.ts'
import { MissingRepositoryError, RefusedError, RemoteError } from '../model/errors.ts'
import { addRequests } from '../model/guesses.ts'
import type { Remote } from '../model/remote.ts'
import { mapSides, otherSide, type Side, type Sides } from '../model/sides.ts'
import type { NewVisibility } from '../model/visibility.ts'
import {
  formatBothMissing,
  formatExposed,
  formatUnread,
  nameCreation,
  noteCreation,
  noteNothingToMirror,
  type Creation,
} from '../plan/creation.ts'
import { digestPlan, type Plan } from '../plan/plan.ts'
import { Contents } from '../planner/contents.ts'
import { makePlan } from '../planner/make-plan.ts'
import type { PlanOptions } from '../planner/planning.ts'

/** A plan, and the remotes as it saw them. */
export interface Planned {
  readonly plan: Plan
  readonly remotes: Sides<Remote>
  readonly contents: Contents
}

/** Requests that making a repository takes, and those of the plan after it: a guess. */
const creationRequests = { other: 10 }

const isMissing = (error: unknown) => error instanceof MissingRepositoryError

/** A repository that is to be made, as a remote that is empty. What can be asked without it is asked. */
function asEmpty(remote: Remote, visibility: NewVisibility): Remote {
  const nobody = (): never => {
    throw new Error('written too early')
  }
  return {
    ...remote,
    readHistory: () => Promise.resolve({ state: 'empty' }),
    readHead: () => Promise.resolve(null),
    containsCommit: () => Promise.resolve(false),
    readMissing: (objects) => Promise.resolve([...new Map(objects.map((object) => [object.oid, object])).values()]),
    readVisibility: () => Promise.resolve(visibility),
    isPublic: () => visibility === 'public',
    checkWrite: async () => void (await remote.checkCreate(visibility)),
    readRules: () => Promise.resolve(null),
    readPresent: () => Promise.resolve(new Set()),
    commitsLeft: async () => Infinity,
    uploadObjects: nobody,
    createBranch: nobody,
    prepare: nobody,
  }
}

/** The plan of a run that has made a repository. */
export async function planWithMade(
  { remotes, contents }: Omit<Planned, 'plan'>,
  options: PlanOptions,
  made: Creation,
): Promise<Planned> {
  const plan = await makePlan(remotes, contents, { ...options, madeNow: made.side })
  return {
    plan: { ...plan, notes: [`This run has made the ${nameCreation(made, plan)}`, ...plan.notes] },
    remotes,
    contents,
  }
}

/**
 * The plan by which the missing repository of this side is made; where it is there by now, the plan for it as it is. Throws a
 * `RefusedError` where both are missing, or the one that is only read.
 */
export async function planWithMissing(
  side: Side,
  { remotes, contents }: Omit<Planned, 'plan'>,
  { create, ...options }: PlanOptions & { readonly create: NewVisibility },
): Promise<Planned> {
  const { to, init } = options
  // Another run may have made it, or another answer failed to see it. Who does not see it again throws what says so.
  if (!(await remotes[side].readHistory().then(() => false, isMissing)))
    return { plan: await makePlan(remotes, contents, { ...options, create }), remotes, contents }
  const named = { repositories: mapSides((each) => remotes[each].repository), services: servicesOf(remotes) }
  const isRead = to !== null && to !== side
  if (isRead || init === side) throw new RefusedError(formatUnread(side, isRead ? to : null, named))
  const creates: Creation = { side, visibility: create }
  const seen = { ...remotes, [side]: asEmpty(remotes[side], create) }
  const empty = new Contents(seen)
  const plan = await makePlan(seen, empty, { ...options, create }).catch((second: unknown) => {
    throw isMissing(second) && second.side === otherSide[side] ? new RefusedError(formatBothMissing(named)) : second
  })
  const isIdle = plan.edits[side].length === 0 && plan.conflicts.length === 0 && plan.refusals.length === 0
  if (plan.heads[otherSide[side]] === null || isIdle)
    return { plan: { ...plan, notes: [noteNothingToMirror(creates, named)] }, remotes: seen, contents: empty }
  const note = noteCreation(creates, named, remotes[side].capabilities.beginsWith.size > 0)
  const requests = { ...plan.requests, [side]: addRequests(plan.requests[side], creationRequests) }
  const creating = { ...plan, creates, requests, notes: [note, ...plan.notes] }
  return { plan: { ...creating, digest: digestPlan(creating) }, remotes: seen, contents: empty }
}

/** `note` is told what happens; `made` is called as soon as the repository is there. `isAgain`: this run has made it before. */
interface Making {
  readonly sleep: (ms: number) => Promise<void>
  readonly note: (message: string) => void
  readonly made: () => void
  readonly isAgain: boolean
}

/**
 * Makes the repository of a plan, and returns when its history can be read.
 * @throws {RefusedError} Where others can read it than was asked for.
 */
export async function createMissing(
  { plan, creates }: { readonly plan: Plan; readonly creates: Creation },
  remotes: Sides<Remote>,
  { sleep, note, made, isAgain }: Making,
): Promise<void> {
  const { side, visibility } = creates
  const remote = remotes[side]
  const name = nameCreation(creates, plan)
  // Whoever makes one that cannot be seen a second time would go on for ever.
  if (isAgain) throw new RemoteError(`The ${name} was made and cannot be seen; run again later`)
  await remote.checkCreate(visibility)
  const seen = await remote.createRepository(visibility)
  if (seen.isOurs) made()
  if (seen.visibility !== visibility) throw new RefusedError(formatExposed(creates, seen, plan))
  note(
    seen.isOurs
      ? `Made the ${name}, which is ${visibility}, as ${remote.service} tells; planning again`
      : `The ${name} is there by now; planning again`,
  )
  await lookUntil(
    () => remote.readHistory(),
    () => true,
    { waitsMs: lagWaitsMs, sleep, mayPass: isMissing },
  )
}
