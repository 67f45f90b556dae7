/** A file that one side renamed while the other one edited or deleted it. */
import { bothOf, mapSides, otherSide, sides, sidesOf, valuesOf, type Side, type Sides } from '../model/sides.ts'
import { mergeEdits, placeVersion, type EditedFile } from './both-edited.ts'
import { isMisplaced } from './misplaced.ts'
import type { Verdict } from './verdict.ts'

/** Decides the old paths of all files that a side renamed, or may have renamed, among the changed `paths`. */
export function decideRenames(verdict: Verdict, paths: readonly string[]): void {
  const renamed = sides.flatMap((side) => [verdict.moves[side].to, verdict.moves[side].unclear])
  if (renamed.every(({ size }) => size === 0)) return
  for (const path of paths) if (renamed.some((from) => from.has(path))) decideRename(verdict, path)
}

/** One old path: what the other side made of the file follows it to its new path. */
function decideRename(verdict: Verdict, path: string): void {
  const { decided, input, moves } = verdict
  if (decided.has(path)) return
  const targets = mapSides((side) => moves[side].to.get(path) ?? null)
  const isGone = mapSides((side) => input.changes[side].has(path) && verdict.stateOf(side, path) === null)
  if (sides.every((side) => isGone[side])) return decideGone(verdict, path, targets)
  for (const side of sides) {
    const other = otherSide[side]
    const target = targets[side]
    if (!isGone[side] || target === null || verdict.stateOf(other, path) === null || input.changes[other].has(target))
      continue
    const there = verdict.entry(other, target)
    const block = verdict.findBlock(side, target)
    // Usually the place is free, so that what comes next is asked for while that is not known yet.
    if (there || block) continue
    decided.add(path).add(target)
    const edited = sidesOf(side, target, path)
    const put = (to: string) => follow(verdict, side, { path: to, origin: path, edited })
    if (!isMisplaced(verdict, target, side, put)) put(target)
  }
}

/** Puts a file that `side` renamed at one path on both sides, with what the other side made of it. */
function follow(verdict: Verdict, side: Side, file: EditedFile): void {
  const place = (taken: Side) => placeVersion(verdict, file.path, file.edited, taken)
  if (verdict.moves[side].exact.has(file.origin)) place(otherSide[side])
  else mergeEdits(verdict, file, place)
}

/** A path that both sides deleted. One of them or both have the file elsewhere (`targets`), or may have. */
function decideGone(verdict: Verdict, path: string, targets: Sides<string | null>): void {
  const { decided, moves } = verdict
  decided.add(path)
  const [target, otherTarget] = valuesOf(targets)
  if (target !== null && target === otherTarget) return decideRenamedAlike(verdict, path, target)
  const unclear = sides.filter((side) => moves[side].unclear.has(path))
  const newPaths = sides.flatMap((side) => [targets[side] ?? [], moves[side].unclear.get(path) ?? []].flat())
  // Where both sides hold the same file at each new path they agree, however it came there.
  if (newPaths.every((one) => verdict.isSameNow(one) === true)) return
  if (unclear.length > 0) {
    const detail = `${unclear.join(' and ')} may have renamed it: more than one place fits, or there is too much to compare`
    return verdict.conflict({ path, kind: 'rename/delete', detail }, () => {})
  }
  const kind = bothOf(targets) ? 'rename/rename' : 'rename/delete'
  const detail = sides
    .map((side) => `${side} ${targets[side] ? `renamed it to ${JSON.stringify(targets[side])}` : 'deleted it'}`)
    .join(', ')
  const answers = sides
    .map(
      (side) => `taking ${side} ${targets[side] ? `calls it ${JSON.stringify(targets[side])}` : 'deletes it'} on both`,
    )
    .join(', ')
  verdict.conflict({ path, kind, detail: `${detail}: ${answers}` }, (taken) => takeName(verdict, path, targets, taken))
}

/** Both sides renamed a file to the same path. */
function decideRenamedAlike(verdict: Verdict, path: string, target: string): void {
  const [mine, theirs] = valuesOf(mapSides((side) => verdict.stateOf(side, target)!))
  // What is no text to merge is decided at its new path, as any file that both sides added.
  if (mine.oid === theirs.oid || mine.lfs || theirs.lfs) return
  verdict.decided.add(target)
  mergeEdits(verdict, { path: target, origin: path, edited: mapSides(() => target) }, verdict.giveTaken(target))
}

/** The user took a side of two that renamed a file differently, or of which one deleted it. */
function takeName(verdict: Verdict, path: string, targets: Sides<string | null>, taken: Side): void {
  const { decided, moves } = verdict
  const other = otherSide[taken]
  const [own, loser] = [targets[taken], targets[other]]
  // A file of the taken side at the other one's new path is decided on its own.
  if (loser === null || verdict.stateOf(taken, loser)) return
  decided.add(loser)
  const isBlocked =
    own === null || (verdict.stateOf(other, own) ?? verdict.entry(other, own) ?? verdict.findBlock(taken, own))
  // The sides disagree on the name alone: an edit that the other one made goes to the name that is taken.
  if (own === null || isBlocked || moves[other].exact.has(path)) {
    if (own !== null && !isBlocked) verdict.noteOrigin(other, own, loser)
    return verdict.give(other, loser, null)
  }
  decided.add(own)
  follow(verdict, taken, { path: own, origin: path, edited: sidesOf(taken, own, loser) })
}
