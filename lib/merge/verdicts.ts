/**
 * What a merge has come to so far, and what every decision about a path needs: who holds what, what stands in the way,
 * what two edits come to.
 */
import { foldersAbove, isFile, ownKind, type Blob, type Entry } from '../model/entry.ts'
import { mapSides, otherSide, sides, type Side, type Sides, bothOf } from '../model/sides.ts'
import { mergeText, type Hunk } from '../text/merge-text.ts'
import type { Conflict, ConflictKind, MergeInput, Outcome } from './outcome.ts'
import type { Facts, Place } from './questions.ts'
import { findMoves } from './renames.ts'

export type Verdicts = ReturnType<typeof createVerdicts>

/**
 * `decided`: paths of which nothing is left to be said. `baseMismatches`: those on which the base's two commits turn out not
 * to be equal.
 */
export function createVerdicts(input: MergeInput, facts: Facts) {
  const { changes, heads, baseOf, recorded, take, makesWay } = input
  const outcomes: Outcome[] = []
  const conflicts: Conflict[] = []
  const baseMismatches = new Set<string>()
  const decided = new Set<string>()
  const moves = mapSides((side) => findMoves(side, input, facts))
  const origins = mapSides((side) => new Map([...moves[side].to].map(([from, to]) => [to, from])))
  const originAt = (to: Side, path: string) => origins[otherSide[to]].get(path)

  const placeAt = (side: Side, path: string): Place => ({ side, path, commit: heads[side]! })
  const stateOf = (side: Side, path: string) => changes[side].get(path)?.after ?? null
  /** `origin`: where `from` has it; `own`: where `to` has the file that is written, if it is renamed there. */
  const give = (to: Side, path: string, from: Side, entry: Entry | null, origin = path, own = path) => {
    const renamedFrom = own === path ? originAt(to, path) : own
    outcomes.push({
      to,
      path,
      content: entry && { from, commit: heads[from]!, path: origin, entry },
      hunks: null,
      renamedFrom: entry ? renamedFrom : undefined,
    })
  }
  const conflict = (
    path: string,
    kind: ConflictKind,
    detail: string,
    settle: ((taken: Side) => void) | null,
    hunks: readonly Hunk[] = [],
  ) => {
    const taken = take(path)
    if (taken && settle) settle(taken)
    else conflicts.push({ path, kind, detail, settleable: settle !== null, hunks })
  }
  const cleared = mapSides(() => new Set<string>())
  /** Deletes what stands in the way of the other side's file, once. */
  const clear = (to: Side, path: string) => {
    if (cleared[to].has(path)) return
    cleared[to].add(path)
    give(to, path, otherSide[to], null)
  }
  const giveWinner = (path: string) => (taken: Side) => give(otherSide[taken], path, taken, stateOf(taken, path))

  /** Whether a side's base state is what the other side holds. */
  function agrees(
    before: Blob | null,
    side: Side,
    path: string,
    there: Blob | null,
    thereAt: Place,
  ): boolean | undefined {
    if (before === null || there === null) return before === there
    if (before.oid === there.oid) return true
    const commit = baseOf(path)[side]
    const entries = [facts.entry(side, commit, path), facts.entry(thereAt.side, thereAt.commit, path)] as const
    if (entries[0] === undefined || entries[1] === undefined) return undefined
    if (entries[0] && entries[1] && recorded && Boolean(entries[0].lfs) !== Boolean(entries[1].lfs))
      return entries[0].byteLength === entries[1].byteLength
    return facts.sameContent(entries[0], { side, commit: commit!, path }, entries[1], thereAt)
  }

  /**
   * What keeps the other side from having a folder above a path of this side. A file that this side deleted makes way,
   * a symlink never.
   */
  function findBlock(side: Side, path: string): string | null | undefined {
    const other = otherSide[side]
    // All of them are asked for before any of them is looked at, so that depth costs no further round of questions.
    const above = foldersAbove(path).map((folder) => ({ folder, entry: facts.entry(other, heads[other], folder) }))
    if (above.some(({ entry }) => entry === undefined)) return undefined
    const way = above.map(({ folder, entry }) => ({
      folder,
      free: !entry || entry.mode === '040000' || isLeft(side, folder, entry),
    }))
    if (way.some(({ free }) => free === undefined)) return undefined
    return way.find(({ free }) => !free)?.folder ?? null
  }

  /**
   * Whether a side deleted what still stands on the other one, and that is a file: a symlink, which a service's entries
   * may take for one, makes no way.
   */
  function isLeft(side: Side, path: string, entry: Entry): boolean | undefined {
    const other = otherSide[side]
    const change = changes[side].get(path)
    if (
      !isFile(entry) ||
      !change ||
      change.after !== null ||
      (changes[other].has(path) && stateOf(other, path) === null)
    )
      return false
    if (change.before?.oid === entry.oid) return true
    const known = facts.entryWithMode(other, heads[other], path)
    return known === undefined ? undefined : isFile(known)
  }

  /**
   * A side has a file where the other one holds something that cannot be mirrored, or below it (`block`). Either side
   * can be taken so that both are equal afterwards: its symlink or submodule makes way for the file, or the file goes.
   */
  function decideOwn(
    path: string,
    side: Side,
    after: Entry,
    block: string | null,
    kind: 'type' | 'modify/delete',
    what: string,
  ): void {
    const other = otherSide[side]
    const own = block ?? path
    const entry = facts.entryWithMode(other, heads[other], own)
    if (entry === undefined) return
    const put = () => {
      if (block !== null) clear(other, block)
      give(other, path, side, after)
    }
    if (makesWay === other) return put()
    const name = block === null ? 'there' : `at ${JSON.stringify(block)}`
    const found = ownKind(entry)
    if (found === null)
      return conflict(
        path,
        kind,
        `${what}${other} holds a file ${name}, so that nothing can be below it: rename or delete one of the two`,
        null,
      )
    conflict(
      path,
      kind,
      `${what}${other} holds a ${found} ${name}, which cannot be mirrored: taking ${side} puts its file in the place of the ${found}, taking ${other} deletes the file on ${side}`,
      (taken) => (taken === side ? put() : give(side, path, other, null)),
    )
  }

  /**
   * Whether a side's base had a symlink or submodule at the path or above it, so that it was no part of what is
   * mirrored.
   */
  function wasOwn(side: Side, path: string): boolean | undefined {
    const commit = baseOf(path)[side]
    const entries = [path, ...foldersAbove(path)].map((one) => facts.entryWithMode(side, commit, one))
    return entries.some((entry) => entry && ownKind(entry) !== null)
      ? true
      : entries.includes(undefined)
        ? undefined
        : false
  }

  /**
   * What both sides made of a text, each perhaps under another name; `changed` says where. Conflicts are settled by
   * `settle`.
   */
  function mergeEdits(path: string, origin: string, edited: Sides<string>, settle: (taken: Side) => void): void {
    const before = mapSides((side) => changes[side].get(origin)?.before ?? null)
    const entries = mapSides((side) => stateOf(side, edited[side])!)
    // Who takes a side decides about the file that has another name there, too.
    const names = sides
      .map((side) => (edited[side] === path ? '' : ` (it is ${JSON.stringify(edited[side])} on ${side})`))
      .join('')
    const [one, other] = sides as [Side, Side]
    if (sides.some((side) => entries[side].lfs))
      return conflict(path, 'content', `both sides changed it${names}, and it is stored in LFS`, settle)
    const agreed = agrees(before[one], one, origin, before[other], {
      side: other,
      commit: baseOf(origin)[other]!,
      path: origin,
    })
    if (agreed === false) return void baseMismatches.add(origin)
    // Either side tells the base, unless it kept an object there.
    const from = sides.find((side) => !facts.known({ side, commit: baseOf(origin)[side], path: origin })?.lfs) ?? one
    const base = facts.text({ side: from, commit: baseOf(origin)[from]!, path: origin }, before[from]!)
    const read = mapSides((side) => facts.text(placeAt(side, edited[side]), entries[side]))
    if (agreed === undefined || base === undefined || sides.some((side) => read[side] === undefined)) return
    const texts = bothOf(read)
    if (base === null || texts === null)
      return conflict(path, 'content', `both sides changed it${names}, and it is not text`, settle)
    const merged = mergeText(base, texts)
    if (!merged.clean) {
      const why = {
        'overlap': 'both sides changed the same lines',
        'not certain': 'lines repeat, so that it is not certain which ones each side changed',
        'too large': 'too many lines changed to merge them',
      }
      return conflict(path, 'content', `${why[merged.reason]}${names}`, settle, merged.hunks)
    }
    for (const side of sides) {
      if (edited[side] !== path || texts[side] !== merged.text)
        outcomes.push({
          path,
          to: side,
          content: { text: merged.text },
          hunks: merged.hunks,
          renamedFrom: edited[side] === path ? originAt(side, path) : edited[side],
        })
      if (edited[side] !== path) give(side, edited[side], otherSide[side], null)
    }
  }

  return {
    input,
    facts,
    outcomes,
    conflicts,
    baseMismatches,
    decided,
    moves,
    placeAt,
    stateOf,
    give,
    conflict,
    giveWinner,
    clear,
    agrees,
    findBlock,
    decideOwn,
    wasOwn,
    mergeEdits,
  }
}
