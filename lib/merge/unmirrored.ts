/** Files that meet something on the other side that is no file there: a symlink, a submodule, or a file as a folder. */
import { foldersAbove, ownKind, type Entry } from '../model/entry.ts'
import { otherSide, type Side } from '../model/sides.ts'
import type { Verdict } from './verdict.ts'

/**
 * A side's file and what is in its way on the other side: at its own path where `block` is null, else at `block`, a
 * folder above it. `why`: the beginning of the sentence that tells people of it.
 */
interface Blocked {
  readonly path: string
  readonly side: Side
  readonly after: Entry
  readonly block: string | null
  readonly kind: 'type' | 'modify/delete'
  readonly why: string
}

/**
 * A side has a file where the other one holds something that cannot be mirrored, or below such a thing. Taking either
 * side makes both equal: the file takes the place of the symlink or submodule, or the file is deleted.
 */
export function decideBlocked(verdict: Verdict, { path, side, after, block, kind, why }: Blocked): void {
  const other = otherSide[side]
  const entry = verdict.entryWithMode(other, block ?? path)
  if (entry === undefined) return
  const put = () => {
    if (block !== null) verdict.clear(other, block)
    verdict.give(other, path, after)
  }
  if (verdict.input.makesWay === other) return put()
  const where = block === null ? 'there' : `at ${JSON.stringify(block)}`
  const found = ownKind(entry)
  if (found === null) {
    const detail = `${why}${other} holds a file ${where}, so that nothing can be below it: rename or delete one of the two`
    return verdict.conflict({ path, kind, detail }, null)
  }
  const detail =
    `${why}${other} holds a ${found} ${where}, which cannot be mirrored: taking ${side} puts its file in the place ` +
    `of the ${found}, taking ${other} deletes the file on ${side}`
  verdict.conflict({ path, kind, detail }, (taken) => (taken === side ? put() : verdict.give(side, path, null)))
}

/** The other side gets a side's file or its deletion, unless `block`, a path above it, keeps it from having the folder. */
export function placeFile(
  verdict: Verdict,
  side: Side,
  { path, after }: { readonly path: string; readonly after: Entry | null },
  block: string | null,
): void {
  if (after === null || block === null) verdict.give(otherSide[side], path, after)
  // A file that the other side put at `block` is a conflict of that path.
  else if (!verdict.stateOf(otherSide[side], block) || verdict.decided.has(block))
    decideBlocked(verdict, { path, side, after, block, kind: 'type', why: '' })
}

/**
 * Whether a side's base had a symlink or submodule at the path or above it, so that the path was no part of what is
 * mirrored. `undefined` while that is asked.
 */
export function wasUnmirrored({ facts, input }: Verdict, side: Side, path: string): boolean | undefined {
  const commit = input.baseOf(path)[side]
  const entries = [path, ...foldersAbove(path)].map((one) => facts.entryWithMode(side, commit, one))
  if (entries.some((entry) => entry && ownKind(entry) !== null)) return true
  return entries.includes(undefined) ? undefined : false
}
