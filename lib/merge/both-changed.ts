/** A path that both sides have changed. */
import { ownKind, type Change, type Entry } from '../model/entry.ts'
import { cardPath } from '../model/front-matter.ts'
import { bothOf, mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { findDifference } from '../text/merge-text.ts'
import { giveMerged, mergeEdits, mergeFile, nameKeys, uniteFile } from './both-edited.ts'
import { decideBlocked } from './unmirrored.ts'
import type { Verdict } from './verdict.ts'

/** Files that both sides added whose texts are read to show their lines. */
const addedReadMax = 50

/** Nothing where both hold the same now; else the lines of both, or a conflict. */
export function decideBoth(verdict: Verdict, path: string): void {
  if (verdict.isSameNow(path) !== false) return
  const changes = mapSides((side) => verdict.input.changes[side].get(path)!)
  const kept = mapSides((side) => keptBytes(verdict, side, changes[side]))
  // Usually neither side did, so that the texts are asked for while that is not known yet.
  const keeper = sides.find((side) => kept[side])
  if (keeper) return verdict.give(keeper, path, changes[otherSide[keeper]].after)
  const deleter = sides.find((side) => changes[side].after === null)
  if (deleter) return decideEditedAndDeleted(verdict, otherSide[deleter], path, changes[otherSide[deleter]].after!)
  const after = mapSides((side) => changes[side].after!)
  if (sides.some((side) => changes[side].before === null)) return decideBothAdded(verdict, path, after)
  mergeEdits(verdict, { path, origin: path, edited: mapSides(() => path) }, verdict.giveTaken(path))
}

/**
 * Whether a side's bytes are what they were, and it only moved the file into LFS or out of it, or wrote the pointer to
 * the same object in another way. `undefined` while that is asked.
 */
function keptBytes(verdict: Verdict, side: Side, { path, before, after }: Change): boolean | undefined {
  const commit = verdict.input.baseOf(path)[side]
  if (commit === null || after === null || before === null) return false
  const was = verdict.facts.entry(side, commit, path)
  if (!was) return was === null ? false : undefined
  return verdict.facts.sameContent(was, { side, commit, path }, after, verdict.placeAt(side, path))
}

/** `side` changed what the other one deleted: a conflict, whose words depend on what the other one has there now. */
function decideEditedAndDeleted(verdict: Verdict, side: Side, path: string, after: Entry): void {
  const other = otherSide[side]
  const there = verdict.entryWithMode(other, path)
  const block = verdict.findBlock(side, path)
  if (there === undefined || block === undefined) return
  const kind = 'modify/delete'
  const detail = `${side} changed it, ${other} deleted it`
  if (block !== null) return decideBlocked(verdict, { path, side, after, block, kind, why: `${detail}, and ` })
  if (there?.mode === '040000') {
    const what = `${detail} and has a folder there with what cannot be mirrored: move that away on ${other}, or delete the file on ${side}`
    return verdict.conflict({ path, kind, detail: what }, null)
  }
  const found = ownKind(there)
  const what = found ? `${detail} and has a ${found} there, which taking ${side} replaces` : detail
  verdict.conflict({ path, kind, detail: what }, verdict.giveTaken(path))
}

/** Both added other files. As in git an empty one gives way to a text, which is the merge of the two. */
function decideBothAdded(verdict: Verdict, path: string, after: Sides<Entry>): void {
  const full = sides.find((side) => after[otherSide[side]].byteLength === 0)
  const text = full && !after[full].lfs ? verdict.facts.text(verdict.placeAt(full, path), after[full]) : null
  if (text === undefined) return
  if (full && text !== null) return verdict.give(otherSide[full], path, after[full])
  const texts = readAdded(verdict, path, after)
  if (texts === undefined) return
  const united = texts && verdict.input.take(path) === 'both' ? uniteFile(path, '', texts) : null
  if (united) return giveMerged(verdict, { path, origin: path, edited: mapSides(() => path) }, texts!, united)
  const keys = texts ? listKeys(path, texts) : []
  const others = keys.length > 0 ? `; its front matter differs in ${nameKeys(keys)}` : ''
  const detail = `both sides added it, with different content${others}`
  const hunks = texts ? [findDifference(texts)] : []
  verdict.conflict({ path, kind: 'add/add', detail, keys }, verdict.giveTaken(path), hunks)
}

/** The keys of front matter on which two cards disagree. */
function listKeys(path: string, texts: Sides<string>): readonly string[] {
  const merged = path === cardPath ? mergeFile(path, '', texts) : null
  return merged && !merged.clean ? merged.keys : []
}

/**
 * Both texts, for their lines; `undefined` while they are asked. `null` where one is none, where the user takes a side,
 * and where there are many of them: joining two repositories may find thousands, and nobody reads all their lines.
 */
function readAdded(verdict: Verdict, path: string, after: Sides<Entry>): Sides<string> | null | undefined {
  const answer = verdict.input.take(path)
  if (sides.some((side) => after[side].lfs) || (answer !== null && answer !== 'both')) return null
  if (answer === null && verdict.addedRead++ >= addedReadMax) return null
  const texts = mapSides((side) => verdict.facts.text(verdict.placeAt(side, path), after[side]))
  return sides.some((side) => texts[side] === undefined) ? undefined : bothOf(texts as Sides<string | null>)
}
