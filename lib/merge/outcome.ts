/** What a merge is asked, and what it answers: outcomes and conflicts, as values. */
import type { Content } from '../model/content.ts'
import type { Change } from '../model/entry.ts'
import type { Side, Sides } from '../model/sides.ts'
import type { Hunk } from '../text/merge-text.ts'
import type { Question } from './questions.ts'

/**
 * `content` null deletes. `hunks`: how many each side brought to a merged text. `onlyStorage`: that side holds these
 * bytes already, and the other one has moved the file in or out of LFS: to be written where the rules say that it has
 * to be stored otherwise here too. `renamedFrom`: where that side has the file that is written here, because the other
 * one renamed it. `keeps`: what of a side's own it holds beside what was taken.
 */
export interface Outcome {
  readonly path: string
  readonly to: Side
  readonly content: Content | null
  readonly hunks: Sides<number> | null
  readonly onlyStorage?: true
  readonly renamedFrom?: string | undefined
  readonly keeps?: string
}

/** git's names; tools rely on them. */
export type ConflictKind =
  | 'content'
  | 'add/add'
  | 'modify/delete'
  | 'rename/delete'
  | 'rename/rename'
  | 'file/directory'
  | 'file location'
  | 'type'

/** `settleable`: taking one side's version of this path settles it. */
export interface Conflict {
  readonly path: string
  readonly kind: ConflictKind
  readonly detail: string
  readonly settleable: boolean
  readonly hunks: readonly Hunk[]
}

export interface MergeInput {
  /** null where a side holds nothing at all. */
  readonly heads: Sides<string | null>
  /** The pair of commits that is the base for a path; null where there is none. */
  readonly baseOf: (path: string) => Sides<string | null>
  /** What each side changed since its base, inside the view. */
  readonly changes: Sides<ReadonlyMap<string, Change>>
  /** Paths of which a side changed the mode alone: no change for the other side, unless that deletes them. */
  readonly chmods: Sides<ReadonlySet<string>>
  /**
   * Whether the base is proven by a recorded tree, so that equal sizes of a plain file and an object are proof enough.
   */
  readonly recorded: boolean
  /** Which side the user takes where both disagree on a path. */
  readonly take: (path: string) => Side | null
  /**
   * The side on which all that stands in the way of the other's files makes way, whatever it is: what is written there
   * only stands for the other one.
   */
  readonly makesWay?: Side
}

/** `baseMismatches`: paths on which the base's two commits turn out not to be equal. */
export type MergeResult =
  | { readonly state: 'unknown'; readonly questions: readonly Question[] }
  | {
      readonly state: 'merged'
      readonly outcomes: readonly Outcome[]
      readonly conflicts: readonly Conflict[]
      readonly baseMismatches: readonly string[]
    }
