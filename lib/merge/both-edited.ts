/** A text that both sides have edited, each perhaps under another name. */
import { cardPath } from '../model/front-matter.ts'
import { bothOf, mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { asCard, mergeCard, uniteCard, type CardMerge } from '../text/merge-card.ts'
import { mergeText, uniteText } from '../text/merge-text.ts'
import { keepVersion } from './keep-both.ts'
import type { Settle, Verdict } from './verdict.ts'

/** `path`: where the merged file goes. `origin`: where it was at the base. `edited`: where each side has it now. */
export interface EditedFile {
  readonly path: string
  readonly origin: string
  readonly edited: Sides<string>
}

const whyUnclean = {
  'overlap': 'both sides changed the same lines',
  'not certain': 'lines repeat, so that it is not certain which ones each side changed',
  'too large': 'too many lines changed to merge them',
  'arrangement': 'both sides rearranged its front matter',
}

/** A card is merged key by key above its text, any other text by lines alone. */
export function mergeFile(path: string, base: string, texts: Sides<string>): CardMerge {
  return path === cardPath ? mergeCard(base, texts) : asCard(mergeText(base, texts))
}

/** As `mergeFile`, with the lines of both where they conflict; null where there are none that say both. */
export function uniteFile(path: string, base: string, texts: Sides<string>): ReturnType<typeof uniteText> {
  return (path === cardPath ? uniteCard : uniteText)(base, texts)
}

/** Keys of front matter in a sentence. */
export const nameKeys = (keys: readonly string[]) => keys.map((key) => JSON.stringify(key)).join(', ')

/** Puts the merged lines at `path` on both sides; what cannot be merged is a conflict with this `settle`. */
export function mergeEdits(verdict: Verdict, file: EditedFile, place: Settle): void {
  const { path, edited } = file
  const settle: Settle = (taken) => {
    place(taken)
    const loser = otherSide[taken]
    if (edited[loser] !== path) keepVersion(verdict, path, { side: loser, path: edited[loser] })
  }
  // Whoever takes a side decides about the file at its other name, too.
  const elsewhere = sides
    .map((side) => (edited[side] === path ? '' : ` (it is ${JSON.stringify(edited[side])} on ${side})`))
    .join('')
  const kind = 'content'
  if (sides.some((side) => verdict.stateOf(side, edited[side])!.lfs)) {
    const detail = `both sides changed it${elsewhere}, and it is stored in LFS`
    return verdict.conflict({ path, kind, detail }, settle)
  }
  const read = readTexts(verdict, file)
  if (read === null) return
  const texts = bothOf(read.texts)
  if (read.base === null || texts === null) {
    const detail = `both sides changed it${elsewhere}, and it is not text`
    return verdict.conflict({ path, kind, detail }, settle)
  }
  const merged = mergeFile(path, read.base, texts)
  if (merged.clean) return giveMerged(verdict, file, texts, merged)
  const united = verdict.input.take(path) === 'both' ? uniteFile(path, read.base, texts) : null
  if (united) return giveMerged(verdict, file, texts, united)
  const { keys, hunks } = merged
  const reasons = [
    ...(keys.length > 0 && merged.below !== 'arrangement'
      ? [`both sides changed ${nameKeys(keys)} in its front matter`]
      : []),
    ...(merged.below ? [whyUnclean[merged.below]] : []),
  ]
  verdict.conflict({ path, kind, detail: `${reasons.join('; ')}${elsewhere}`, keys }, settle, hunks)
}

/**
 * The base's text and each side's, `null` for what is no text. `null` as a whole while they are asked, or where the
 * base's two commits hold different files.
 */
function readTexts(
  verdict: Verdict,
  { origin, edited }: EditedFile,
): { readonly base: string | null; readonly texts: Sides<string | null> } | null {
  const { facts, input } = verdict
  const [one, other] = sides
  const places = mapSides((side) => ({ side, commit: input.baseOf(origin)[side]!, path: origin }))
  const before = mapSides((side) => input.changes[side].get(origin)?.before ?? null)
  const isShared = verdict.wasAtBase(one, origin, before[other], places[other])
  if (isShared === false) {
    verdict.baseMismatches.add(origin)
    return null
  }
  // Either side tells the base's text, unless it had an object there.
  const from = sides.find((side) => !facts.known(places[side])?.lfs) ?? one
  const base = facts.text(places[from], before[from]!)
  const texts = mapSides((side) =>
    facts.text(verdict.placeAt(side, edited[side]), verdict.stateOf(side, edited[side])!),
  )
  if (isShared === undefined || base === undefined || sides.some((side) => texts[side] === undefined)) return null
  return { base, texts: texts as Sides<string | null> }
}

/** Writes the merged text where it is not there already, and takes the file away from its other names. */
export function giveMerged(
  verdict: Verdict,
  { path, edited }: EditedFile,
  texts: Sides<string>,
  { text, hunks }: { readonly text: string; readonly hunks: Sides<number> },
): void {
  for (const to of sides) {
    const renamedFrom = edited[to] === path ? verdict.originAt(to, path) : edited[to]
    if (edited[to] !== path || texts[to] !== text)
      verdict.outcomes.push({ path, to, content: { text }, hunks, renamedFrom })
    if (edited[to] !== path) verdict.give(to, edited[to], null)
  }
}

/** Puts one side's version of a file, which perhaps has another name on each side, at one path on both. */
export function placeVersion(verdict: Verdict, path: string, edited: Sides<string>, taken: Side): void {
  for (const to of sides) {
    if (edited[to] !== path || to !== taken)
      verdict.giveMoved(to, path, verdict.placeAt(taken, edited[taken]), edited[to])
    if (edited[to] !== path) verdict.give(to, edited[to], null)
  }
}
