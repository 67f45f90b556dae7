/**
 * Three-way merge of two lists of changes, path by path. Design, "How it decides". Pure: what it has to know and does
 * not is a question (`questions.ts`), and a conflict is a value.
 *
 *            github │ absent      unchanged   changed
 *   huggingface     │
 *   absent          │ nothing     → deleted   modify/delete, or the rename is followed
 *   unchanged       │ ← deleted   nothing     → copied
 *   changed         │ modify/del. ← copied    equal: nothing · text: lines merged · else content or add/add
 */
import { foldersAbove, isFile, comparePaths, ownKind, type Change, type Entry } from '../model/entry.ts'
import { mapSides, otherSide, sides, type Side, type Sides, bothOf } from '../model/sides.ts'
import { isAttributes } from '../model/view.ts'
import { mergeAttributeFiles } from './attributes-file.ts'
import { createRenameVerdicts } from './merge-renames.ts'
import type { MergeInput, MergeResult } from './outcome.ts'
import type { Facts } from './questions.ts'
import { createVerdicts } from './verdicts.ts'

export function mergeChanges(input: MergeInput, facts: Facts): MergeResult {
  const { changes, heads, baseOf, chmods, makesWay } = input
  const verdicts = createVerdicts(input, facts)
  const {
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
  } = verdicts
  const { decideRename, decideExchanges, isMisplaced, move } = createRenameVerdicts(verdicts)
  const foldersMade = mapSides(
    (side) => new Set([...changes[side].values()].flatMap(({ path, after }) => (after ? foldersAbove(path) : []))),
  )

  /**
   * The bytes are there already. Where this side has moved them in or out of LFS, the other one's rules decide whether
   * it does the same.
   */
  function followStorage(path: string, side: Side, after: Entry | null, there: Entry | null): void {
    const commit = baseOf(path)[side]
    if (after === null || there === null || Boolean(after.lfs) === Boolean(there.lfs) || commit === null) return
    const before = facts.entry(side, commit, path)
    if (!before || Boolean(before.lfs) === Boolean(after.lfs)) return
    outcomes.push({
      to: otherSide[side],
      path,
      content: { from: side, commit: heads[side]!, path, entry: after },
      hunks: null,
      onlyStorage: true,
    })
  }

  function decideOneSided(path: string, side: Side, { before, after }: Change): void {
    const other = otherSide[side]
    const there = facts.entry(other, heads[other], path)
    const block = after !== null && before === null ? findBlock(side, path) : null
    if (there === undefined || block === undefined) return
    if (there === null || isFile(there)) {
      const same = facts.sameContent(after, placeAt(side, path), there, placeAt(other, path))
      if (same) return followStorage(path, side, after, there)
      if (same === undefined) return
      const agreed = agrees(before, side, path, there, placeAt(other, path))
      if (agreed === undefined) return
      if (!agreed) return decideUnshared(path, side, before, after, there)
      if (after === null && there !== null && chmods[other].has(path) && !moves[side].to.has(path)) {
        return decideChmod(path, side, there)
      }
    } else if (there.mode === '040000') {
      if (after === null) return
      const inside = facts.below(other, heads[other]!, path)
      if (inside === undefined) return
      // What the other side changed and is still there has become something that cannot be mirrored.
      const kept = inside.filter((file) => changes[side].get(file)?.after !== null || changes[other].has(file))
      if (kept.length > 0 && makesWay !== other) {
        return conflict(
          path,
          'type',
          `${other} holds ${JSON.stringify(kept[0])}, which cannot be mirrored, below it: move that away on ${other}, or rename the file on ${side}`,
          null,
        )
      }
      for (const file of kept) clear(other, file)
    } else {
      // What a side takes away is not mirrored there anyway.
      return after === null ? undefined : decideOwn(path, side, after, null, 'type', '')
    }
    place(path, side, after, block)
  }

  /**
   * A side deleted a file of which the other one changed the mode alone. What the former has there now, or above it,
   * makes way for the file or keeps it away.
   */
  function decideChmod(path: string, side: Side, there: Entry): void {
    const other = otherSide[side]
    const [now, block] = [facts.entryWithMode(side, heads[side], path), findBlock(other, path)]
    if (now === undefined || block === undefined) return
    const detail = `${side} deleted it, ${other} changed its mode`
    if (now?.mode === '040000') {
      const what = `${detail}, and it is a folder on ${side}: rename or delete one of the two`
      return conflict(path, 'file/directory', what, null)
    }
    if (block !== null || ownKind(now)) return decideOwn(path, other, there, block, 'modify/delete', `${detail}, and `)
    conflict(path, 'modify/delete', detail, (taken) =>
      taken === side ? give(other, path, side, null) : give(side, path, other, there),
    )
  }

  /** Gives it to the other side, unless something is in the way there. */
  function place(path: string, side: Side, after: Entry | null, block: string | null): void {
    // A file that the other side put there is a conflict of its own path.
    if (after === null || block === null) give(otherSide[side], path, side, after)
    else if (!stateOf(otherSide[side], block) || decided.has(block)) decideOwn(path, side, after, block, 'type', '')
  }

  /**
   * The base's two commits differ on the path. Where one of them held there, or above it, what cannot be mirrored, the
   * path was no part of the mirror and is now: as if both sides had added it. Otherwise somebody wrote behind the
   * mirror's back.
   */
  function decideUnshared(
    path: string,
    side: Side,
    before: Change['before'],
    after: Entry | null,
    guess: Entry | null,
  ): void {
    const other = otherSide[side]
    const there = guess && facts.entryWithMode(other, heads[other], path)
    const [own, block] = [
      sides.map((each) => wasOwn(each, path)),
      after !== null && before !== null ? findBlock(side, path) : null,
    ]
    // The answer may be that no file stands there at all.
    if (there === undefined || block === undefined || (there !== null && !isFile(there))) return
    if (own.includes(true) && there === null) return after === null ? undefined : place(path, side, after, block)
    if (own.includes(true) && after !== null) {
      return conflict(
        path,
        'add/add',
        'both sides hold a file now where one had something that cannot be mirrored, and they differ',
        (taken) => (taken === side ? give(other, path, side, after) : give(side, path, other, there)),
      )
    }
    if (!own.includes(undefined)) baseMismatches.add(path)
  }

  /**
   * A side whose bytes are what they were: it only stores them otherwise now, or spells the pointer to the same object
   * otherwise.
   */
  function isIdle(path: string, side: Side): boolean | undefined {
    const commit = baseOf(path)[side]
    const after = stateOf(side, path)
    if (commit === null || after === null || !changes[side].get(path)?.before) return false
    const before = facts.entry(side, commit, path)
    return before === null
      ? false
      : before && facts.sameContent(before, { side, commit, path }, after, placeAt(side, path))
  }

  const sameNow = (path: string, entries: Sides<Entry | null>) =>
    facts.sameOnBoth(
      entries,
      mapSides((side) => placeAt(side, path)),
    )

  function decideBoth(path: string, both: Sides<Change>): void {
    const after = mapSides((side) => both[side].after)
    if (sameNow(path, after) !== false) return
    const idle = mapSides((side) => isIdle(path, side))
    // Most often neither is: while that is still asked, the texts are asked with it.
    for (const side of sides) if (idle[side]) return give(side, path, otherSide[side], stateOf(otherSide[side], path))
    const deleter = sides.find((side) => after[side] === null)
    if (deleter) {
      const side = otherSide[deleter]
      const other = otherSide[side]
      const [there, block] = [facts.entryWithMode(other, heads[other], path), findBlock(side, path)]
      if (there === undefined || block === undefined) return
      const detail = `${side} changed it, ${other} deleted it`
      if (block !== null) return decideOwn(path, side, both[side].after!, block, 'modify/delete', `${detail}, and `)
      if (there?.mode === '040000')
        return conflict(
          path,
          'modify/delete',
          `${detail} and has a folder there with what cannot be mirrored: move that away on ${other}, or delete the file on ${side}`,
          null,
        )
      return conflict(
        path,
        'modify/delete',
        ownKind(there) ? `${detail} and has a ${ownKind(there)} there, which taking ${side} replaces` : detail,
        giveWinner(path),
      )
    }
    const before = mapSides((side) => both[side].before)
    if (bothOf(before) === null) {
      // As git has it: an empty file has nothing to lose, and a text is the merge of both.
      const full = sides.find((side) => both[otherSide[side]].after!.byteLength === 0)
      const text = full && !both[full].after!.lfs ? facts.text(placeAt(full, path), both[full].after!) : null
      if (text === undefined) return
      if (full && text !== null) return give(otherSide[full], path, full, both[full].after)
      return conflict(path, 'add/add', 'both sides added it, with different content', giveWinner(path))
    }
    mergeEdits(
      path,
      path,
      mapSides(() => path),
      giveWinner(path),
    )
  }

  const paths = [...new Set(sides.flatMap((side) => [...changes[side].keys()]))].toSorted(comparePaths)
  decideExchanges()
  for (const path of paths) {
    if (sides.some((side) => moves[side].to.has(path) || moves[side].unclear.has(path))) decideRename(path)
  }
  const rules: string[] = []
  for (const path of paths) {
    if (decided.has(path)) continue
    const both = mapSides((side) => changes[side].get(path) ?? null)
    // Nothing is left to be said of a path where both hold the same, whatever came of its folder or its rules.
    const changed = bothOf(both)
    const held = bothOf(mapSides((side) => both[side]?.after))
    if (held && sameNow(path, held)) continue
    const adder = sides.find((side) => both[side]?.after && !both[side].before)
    if (adder && !isAttributes(path) && isMisplaced(path, adder, (target) => move(path, adder, target))) continue
    const clash = sides.find((side) => both[side]?.after && foldersMade[otherSide[side]].has(path))
    if (clash)
      conflict(
        path,
        'file/directory',
        `it is a file on ${clash} and a folder on ${otherSide[clash]}: rename or delete one of the two`,
        null,
      )
    else if (isAttributes(path)) rules.push(path)
    else if (changed) decideBoth(path, changed)
    else for (const side of sides) if (both[side]) decideOneSided(path, side, both[side])
  }
  if (rules.length > 0) mergeAttributeFiles(rules, { heads, baseOf, changes, facts, outcomes, conflict })
  const questions = facts.takeQuestions()
  if (questions.length > 0) return { state: 'unknown', questions }
  return {
    state: 'merged',
    outcomes: outcomes.toSorted((a, b) => comparePaths(a.path, b.path)),
    conflicts,
    baseMismatches: [...baseMismatches],
  }
}
