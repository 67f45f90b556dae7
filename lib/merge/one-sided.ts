/** A path that one side alone has changed. */
import { isFile, ownKind, type Change, type Entry } from '../model/entry.ts'
import { otherSide, type Side } from '../model/sides.ts'
import { decideChmod } from './chmod.ts'
import { decideBlocked, placeFile } from './unmirrored.ts'
import { decideUnshared } from './unshared-base.ts'
import type { Verdict } from './verdict.ts'

/** The change goes to the other side, if that still has what this side's base had. */
export function decideOneSided(verdict: Verdict, side: Side, change: Change): void {
  const { facts, input } = verdict
  const { path, before, after } = change
  const other = otherSide[side]
  const there = verdict.entry(other, path)
  const block = after !== null && before === null ? verdict.findBlock(side, path) : null
  if (there === undefined || block === undefined) return
  if (there !== null && !isFile(there)) {
    // A deletion has nothing to take away there: what is no file is not mirrored.
    if (after === null) return
    if (ownKind(there)) return decideBlocked(verdict, { path, side, after, block: null, kind: 'type', why: '' })
    return decideOverFolder(verdict, side, { path, after }, block)
  }
  const place = verdict.placeAt(other, path)
  const isSame = facts.sameContent(after, verdict.placeAt(side, path), there, place)
  // What the other side has not deleted is still there: a service that does not tell it must not make a deletion void.
  if (after === null && there === null) return decideUnshared(verdict, side, change, there)
  if (isSame) return followStorage(verdict, side, change, there)
  const isShared = isSame === undefined ? undefined : verdict.wasAtBase(side, path, there, place)
  if (isShared === undefined) return
  if (!isShared) return decideUnshared(verdict, side, change, there)
  if (after === null && there !== null && input.chmods[other].has(path) && !verdict.moves[side].to.has(path))
    return decideChmod(verdict, side, path, there)
  placeFile(verdict, side, change, block)
}

/**
 * The other side has these bytes already. Where this side moved the file into LFS or out of it, the other side's rules
 * are to decide whether it does the same there.
 */
function followStorage({ facts, input, outcomes }: Verdict, side: Side, change: Change, there: Entry | null): void {
  const { path, after } = change
  const commit = input.baseOf(path)[side]
  if (after === null || there === null || Boolean(after.lfs) === Boolean(there.lfs) || commit === null) return
  const before = facts.entry(side, commit, path)
  if (!before || Boolean(before.lfs) === Boolean(after.lfs)) return
  const content = { side, commit: input.heads[side]!, path, entry: after }
  outcomes.push({ to: otherSide[side], path, content, hunks: null, onlyStorage: true })
}

/** A side has a file where the other one has a folder. What this side deleted in there makes way with it. */
function decideOverFolder(
  verdict: Verdict,
  side: Side,
  { path, after }: { readonly path: string; readonly after: Entry },
  block: string | null,
): void {
  const { changes, heads, makesWay } = verdict.input
  const other = otherSide[side]
  const inside = verdict.facts.below(other, heads[other]!, path)
  if (inside === undefined) return
  // A file that the other side changed and that still stands there has become something that cannot be mirrored.
  const kept = inside.filter((file) => changes[side].get(file)?.after !== null || changes[other].has(file))
  if (kept.length > 0 && makesWay !== other) {
    const detail =
      `${other} holds ${JSON.stringify(kept[0])}, which cannot be mirrored, below it: move that away on ${other}, ` +
      `or rename the file on ${side}`
    return verdict.conflict({ path, kind: 'type', detail }, null)
  }
  for (const file of kept) verdict.clear(other, file)
  placeFile(verdict, side, { path, after }, block)
}
