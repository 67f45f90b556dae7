/**
 * The trailer `Mirrored-Undo: <before>..<after>` of a commit that takes back what a run has written on its side: in git's
 * own words the commits that `after` contains and `before` does not. `in part` behind it says that more of the same
 * follows.
 */
import { emptyTreeId } from './git-object.ts'

/** `before` null: there was no commit. */
export interface UndoRange {
  readonly before: string | null
  readonly after: string
}

const format = /^([0-9a-f]{40})\.\.([0-9a-f]{40})( in part)?$/

/** The value of the trailer; `parseRange` is its inverse. */
export function formatRange({ before, after }: UndoRange, isWhole: boolean): string {
  return `${before ?? emptyTreeId}..${after}${isWhole ? '' : ' in part'}`
}

/** What `formatRange` wrote; null for any other value. */
export function parseRange(value: string): (UndoRange & { readonly isWhole: boolean }) | null {
  const [, before, after, part] = format.exec(value) ?? []
  if (before === undefined || after === undefined) return null
  return { before: before === emptyTreeId ? null : before, after, isWhole: part === undefined }
}
