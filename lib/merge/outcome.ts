/** What a merge is asked, and what it answers: outcomes and conflicts, as values. */
import type { Content } from '../model/content.ts'
import type { Change } from '../model/entry.ts'
import type { Side, Sides } from '../model/sides.ts'
import type { Hunk } from '../text/merge-text.ts'
import type { Answer } from './take.ts'

/**
 * What a side is to hold at a path. `content`: null for a deletion. `hunks`: how many each side brought to a merged
 * text. `onlyStorage`: the side holds these bytes already and the other one moved the file into LFS or out of it, so
 * that it is written only if the side's rules say the same. `renamedFrom`: where the side still has the file, which the
 * other one renamed. `keeps`: in words, what of its own the side keeps beside what was taken.
 */
export interface Outcome {
  readonly path: string
  readonly to: Side
  readonly content: Content | null
  readonly hunks: Sides<number> | null
  readonly onlyStorage?: true
  readonly renamedFrom?: string | null
  readonly keeps?: string | null
}

/** git's names for conflicts. They are part of `--json`, so they stay. */
export type ConflictKind =
  | 'content'
  | 'add/add'
  | 'modify/delete'
  | 'rename/delete'
  | 'rename/rename'
  | 'file/directory'
  | 'file location'
  | 'type'

/**
 * A path that people have to decide about. `settleable`: taking one side for it (`--take`) settles it. `keys`: those of a
 * card's front matter on which the sides disagree, so that the lines of both are no answer.
 */
export interface Conflict {
  readonly path: string
  readonly kind: ConflictKind
  readonly detail: string
  readonly settleable: boolean
  readonly keys?: readonly string[]
  readonly hunks: readonly Hunk[]
}

export interface MergeInput {
  /** Null for a side without a commit. */
  readonly heads: Sides<string | null>
  /** The base of a path, a commit of each side; null where there is none. */
  readonly baseOf: (path: string) => Sides<string | null>
  /** What each side changed since its base, inside the view. */
  readonly changes: Sides<ReadonlyMap<string, Change>>
  /** Paths of which a side changed the mode alone: that stays there, and counts only if the other side deletes them. */
  readonly chmods: Sides<ReadonlySet<string>>
  /** Whether a recorded tree proves the base: then a plain file and an object of equal size are the same file there. */
  readonly treeProven: boolean
  /** The side that the user takes where both disagree on a path; `both` for the lines of both. */
  readonly take: (path: string) => Answer | null
  /** Whether a path is mirrored; all are where nobody says so. */
  readonly includes?: (path: string) => boolean
  /** Whether the version that is not taken is stored beside the other one. */
  readonly keepsBoth?: boolean
  /** A side on which whatever stands in the way of the other side's files is deleted, since it is to become its copy. */
  readonly makesWay?: Side
}

/** `baseMismatches`: paths at which the base's two commits turn out not to be equal. */
export interface MergeResult {
  readonly outcomes: readonly Outcome[]
  readonly conflicts: readonly Conflict[]
  readonly baseMismatches: readonly string[]
}
