/** What planning has at hand, and how its phases follow one another. */
import type { Answer } from '../merge/take.ts'
import type { Limits } from '../model/guesses.ts'
import type { LfsHome } from '../model/lfs-home.ts'
import type { Remote } from '../model/remote.ts'
import type { Side, Sides } from '../model/sides.ts'
import type { NewVisibility } from '../model/visibility.ts'
import type { DeletionLimit } from '../plan/brakes.ts'
import type { Plan } from '../plan/plan.ts'
import type { Filters } from '../view/filters.ts'
import type { Contents } from './contents.ts'

/** What the user asked for. */
export interface PlanOptions {
  /** What is mirrored, as far as options say it. */
  readonly filters: Filters
  /** Whose version of a path is taken where both sides disagree, or whose lines; null leaves it a conflict. */
  readonly take: (path: string) => Answer | null
  /** The same where `take` has no answer; the side that changed later for `newer`. */
  readonly prefer: (path: string) => Side | 'newer' | null
  /** The version that is not taken is stored beside the other one. */
  readonly keepBoth: boolean
  /** Whether `take` answers anything: then a pull request that waits may have been made with another answer. */
  readonly answers: boolean
  /** How a new base is made: from one side's files, or from what both hold. */
  readonly init: Side | 'union' | null
  /** The only side that is written; null: both are. */
  readonly to: Side | null
  /** What changed on that side, and would go to the other one both ways, is overwritten. */
  readonly allowOverwrite: boolean
  /** Who is to be able to read a repository that is made because it is missing; null makes none. */
  readonly create: NewVisibility | null
  /** The side whose repository this very run has made. */
  readonly madeNow?: Side
  /** Takes back what the last run has written, instead of mirroring. */
  readonly undo: boolean
  /** Mirrors again what was undone. */
  readonly redo: boolean
  /** Commits of a side that are read in search of the base. */
  readonly historyMax: number
  /** One copy for all commits of a side. */
  readonly squash: boolean
  /** Nothing will be written, so that whatever would stand in a run's way is asked beforehand. */
  readonly dryRun: boolean
  /** Everybody may read what the run prints. */
  readonly publicLog: boolean
  /** Requests that were made so far. */
  readonly countRequests: () => number
  /** What the services have told of their limits so far. */
  readonly readLimits: () => Sides<Limits>
  readonly now: () => number
  /** Hears which side's head has to be as it is when the run begins to write. */
  readonly expectHead?: (side: Side) => void
  /** The most that the run waits for limits. */
  readonly maxWaitMs: number
  readonly allowDelete: boolean
  /** More deletions than that are refused. */
  readonly deletionLimit: DeletionLimit
  /** What not everybody can read may go where everybody can, also where no sync point says that it did before. */
  readonly allowPublic: boolean
  readonly lfsHome: LfsHome
}

/** What every phase may use. */
export interface Planning {
  readonly remotes: Sides<Remote>
  readonly contents: Contents
  readonly options: PlanOptions
}

/** What a phase says of the plan. */
export type PlanPart = Partial<Omit<Plan, 'digest' | 'requests' | 'forecast' | 'mayMoveLess'>>

/** How a phase ended: with what the next one needs; or null, and then the plan is what was said so far. */
export interface Phase<T> {
  readonly part: PlanPart
  readonly value: T | null
}

/** The plan ends here: nothing is to be done, or something stands in the way. */
export function endPlan(part: PlanPart): Phase<never> {
  return { part, value: null }
}

/** Goes on with the next phase unless the plan has ended. What a later phase says of a field replaces the earlier word. */
export async function andThen<T, R>(before: Phase<T>, next: (value: T) => Promise<Phase<R>>): Promise<Phase<R>> {
  if (before.value === null) return { ...before, value: null }
  const { part, value } = await next(before.value)
  return { part: { ...before.part, ...part }, value }
}
