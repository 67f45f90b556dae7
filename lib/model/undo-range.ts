/**
 * The trailer `Mirrored-Undo: <before>..<after>` of a commit that takes back what a run has written on its side: in git's
 * own words the commits that `after` contains and `before` does not. Behind it `in part` says that more follows on this
 * side, `then more` that the other side's commit follows, without which the undo is not done.
 */
import { emptyTreeId } from './git-object.ts'

/** `before` null: there was no commit. `goesOn`: the other side gets a commit, too, after this one. */
export interface UndoRange {
  readonly before: string | null
  readonly after: string
  readonly goesOn?: boolean
}

/** `isWhole`: on its side. */
export type ReadRange = Required<UndoRange> & { readonly isWhole: boolean }

const format = /^([0-9a-f]{40})\.\.([0-9a-f]{40})( in part| then more)?$/

/** The value of the trailer; `parseRange` is its inverse. */
export function formatRange({ before, after, goesOn = false }: UndoRange, isWhole: boolean): string {
  return `${before ?? emptyTreeId}..${after}${isWhole ? (goesOn ? ' then more' : '') : ' in part'}`
}

/** What `formatRange` wrote; null for any other value. */
export function parseRange(value: string): ReadRange | null {
  const [, before, after, more] = format.exec(value) ?? []
  if (before === undefined || after === undefined) return null
  const [isWhole, goesOn] = [more !== ' in part', more !== undefined]
  return { before: before === emptyTreeId ? null : before, after, isWhole, goesOn }
}
