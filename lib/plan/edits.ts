/** What a plan changes: one edit for each path of a side. Pure. */
import type { Outcome } from '../merge/outcome.ts'
import { objectOf } from '../model/content.ts'
import { isFile, type Entry, type Mode } from '../model/entry.ts'
import { gitBlobId } from '../model/git-object.ts'
import type { Draft, Store } from '../model/remote.ts'
import type { Side, Sides } from '../model/sides.ts'

/**
 * What the side `to` gets at a path: the verdict of the merge, and how that side will store it.
 *
 * - `content`: null deletes the path. What comes from the other side alone says so in `content.side`.
 * - `store`: null for a deletion.
 * - `was`: what stands at the path before the run, null where nothing does.
 * - `mode`: null for a deletion, and on a side that keeps no modes.
 * - `renamedFrom`: the path under which `to` has this file now, because the other side renamed it; else null.
 * - `hunks`: for a merged text, how many hunks each side brought; else null.
 * - `keeps`: where one side's version was taken, what it keeps of the other one, in words; else null.
 */
export interface PlannedEdit extends Draft {
  readonly to: Side
  readonly mode: Mode | null
  readonly renamedFrom: string | null
  readonly hunks: Sides<number> | null
  readonly keeps: string | null
}

/**
 * The edit that an outcome comes to as a plain file. `find`: what stands at a path of the side, null for nothing.
 * `modes`: the side keeps them. They are its own: an existing file keeps its mode, and takes it along where the other
 * side renamed it.
 */
export function planEdit(
  { path, to, content, renamedFrom = null, hunks, keeps = null }: Outcome,
  find: (path: string) => Entry | null,
  modes: boolean,
): PlannedEdit {
  const was = find(path)
  const own = isFile(was) || renamedFrom === null ? was : find(renamedFrom)
  const mode = modes && content ? (isFile(own) ? own.mode : '100644') : null
  return { path, to, content, store: content && 'plain', was, mode, renamedFrom, hunks, keeps }
}

/** What the edit does to its path. */
export function actionOf({ content, was }: PlannedEdit): 'add' | 'modify' | 'delete' {
  return content === null ? 'delete' : was ? 'modify' : 'add'
}

/** Whether the side holds an LFS object there afterwards. */
export function isStoredAsObject({ store }: { readonly store: Store | null }): boolean {
  return store !== null && store !== 'plain'
}

/**
 * The git id of what is stored as a plain file; null for a deletion, for what is an object there, and where only
 * reading the bytes tells.
 */
export function plainId({ content, store }: PlannedEdit): string | null {
  if (content === null || store !== 'plain') return null
  return 'text' in content ? gitBlobId(Buffer.from(content.text)) : content.entry.lfs ? null : content.entry.oid
}

/** Whether a file becomes an object on its way; where it is one already, both sides have or get the same object. */
export function becomesObject(edit: PlannedEdit): boolean {
  return isStoredAsObject(edit) && objectOf(edit.content) === null
}
