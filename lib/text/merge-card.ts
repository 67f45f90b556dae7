/**
 * The merge of two versions of a card (README.md): its front matter key by key, the text below by lines. Decision 0031.
 * Front matter that is not certain to be read as it looks is merged by lines, as any other text.
 */
import { splitFrontMatter } from '../model/front-matter.ts'
import { bothOf, mapSides, sides, valuesOf, type Sides } from '../model/sides.ts'
import { cutCard, formatCard, type CutCard, type KeyText } from './card-keys.ts'
import { countChanges, mergeBlocks, textOf, type Block } from './merge-block.ts'
import { mergeText, uniteText, type Hunk, type TextMerge } from './merge-text.ts'

/**
 * As of any text. `keys`: those on which the sides disagree, whose hunks come first. `below`: why the lines below the
 * front matter are not merged; with `arrangement` it is the front matter that is not, all of its keys.
 */
export type CardMerge =
  | Extract<TextMerge, { clean: true }>
  | {
      readonly clean: false
      readonly keys: readonly string[]
      readonly below: Extract<TextMerge, { clean: false }>['reason'] | 'arrangement' | null
      readonly hunks: readonly Hunk[]
    }

const countLines = (text: string) => text.split('\n').length - 1
const splitLines = (text: string) => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

/**
 * What each side has of a key, without the comments above it where nobody changed them, and its place in the base: that
 * of the block's end for a key that it lacks.
 */
function findHunk(key: string, { was, cards }: Cut): Hunk {
  const find = (card: CutCard) => card.keys.find((one) => one.key === key)
  const at = was.keys.findIndex((one) => one.key === key)
  const above = find(was)?.above
  const isShown = sides.some((side) => (find(cards[side])?.above ?? above) !== above)
  const lines = (card: CutCard) => splitLines(isShown ? textOf(find(card)) : (find(card)?.own ?? ''))
  const before = was.keys.slice(0, at < 0 ? was.keys.length : at).map(textOf)
  const line = countLines(was.open + before.join('') + (isShown ? '' : (above ?? ''))) + 1
  return { line, base: lines(was), ...mapSides((side) => lines(cards[side])) }
}

/** Three cards cut into keys, and their front matter merged. */
interface Cut {
  readonly was: CutCard
  readonly cards: Sides<CutCard>
  readonly block: Block
}

const blockOf = (text: string) => text.slice(0, text.length - splitFrontMatter(text).body.length)

/** Null where only lines can tell: nobody changed front matter, one side changed all, or it is not understood. */
function cutAll(base: string, texts: Sides<string>): Cut | null {
  const [a, b] = valuesOf(texts)
  const isSettled = a === b || a === base || b === base
  if (isSettled || sides.every((side) => blockOf(texts[side]) === blockOf(base))) return null
  const was = cutCard(base)
  const cards = bothOf(mapSides((side) => cutCard(texts[side])))
  return was && cards && { was, cards, block: mergeBlocks(was, cards) }
}

/** The card as a text; null where it would not be read again as what it is put together from. */
function writeCard({ open, keys, tail, close, isArranged }: Block, body: string): string | null {
  const card = keys.length > 0 ? { open, keys, tail, close, body } : { open: '', keys, tail: '', close: '', body }
  const text = formatCard(card)
  return isArranged && JSON.stringify(cutCard(text)) === JSON.stringify(card) ? text : null
}

/** Whether a text that lines made has the merged keys, in any order. */
function hasKeys(text: string, { keys }: Block): boolean {
  const list = (some: readonly KeyText[] | undefined) =>
    some
      ?.map(({ key, own }) => `${key}\n${own}`)
      .toSorted()
      .join('\n')
  return list(cutCard(text)?.keys) === list(keys)
}

/** The merge of a text by lines alone. */
export const asCard = (merged: TextMerge): CardMerge =>
  merged.clean ? merged : { clean: false, keys: [], below: merged.reason, hunks: merged.hunks }

/** Merges two versions of a card. Swapping the sides swaps the result. */
export function mergeCard(base: string, texts: Sides<string>): CardMerge {
  const cut = cutAll(base, texts)
  if (!cut) return asCard(mergeText(base, texts))
  const { was, cards, block } = cut
  const bodies = mapSides((side) => cards[side].body)
  const below = mergeText(was.body, bodies)
  if (block.conflicts.length > 0 || (block.isArranged && !below.clean)) {
    const shift = countLines(blockOf(base))
    const hunks = below.clean ? [] : below.hunks.map((hunk) => ({ ...hunk, line: hunk.line + shift }))
    const keyed = block.conflicts.map((key) => findHunk(key, cut))
    return {
      clean: false,
      keys: block.conflicts,
      below: below.clean ? null : below.reason,
      hunks: [...keyed, ...hunks],
    }
  }
  const text = below.clean ? writeCard(block, below.text) : null
  if (below.clean && text !== null) {
    const hunks = mapSides((side) => countChanges(was, cards[side]) + below.hunks[side] || Number(texts[side] !== base))
    return { clean: true, text, hunks }
  }
  const byLines = mergeText(base, texts)
  if (byLines.clean && hasKeys(byLines.text, block)) return byLines
  const [before, after] = [splitLines(blockOf(base)), mapSides((side) => splitLines(blockOf(texts[side])))]
  const hunks = byLines.clean ? [{ line: 1, base: before, ...after }] : byLines.hunks
  return { clean: false, keys: block.keys.map(({ key }) => key), below: 'arrangement', hunks }
}

/**
 * Merges two versions of a card; where both changed the same lines below the front matter, it has those of both. `null`
 * where that would take too long, where a key would need two values, and where nobody can tell how the keys are arranged.
 */
export function uniteCard(base: string, texts: Sides<string>): ReturnType<typeof uniteText> {
  const cut = cutAll(base, texts)
  if (!cut) return uniteText(base, texts)
  const { was, cards, block } = cut
  const bodies = mapSides((side) => cards[side].body)
  const below = block.conflicts.length > 0 ? null : uniteText(was.body, bodies)
  const text = below && writeCard(block, below.text)
  return text === null ? null : { text, hunks: mapSides((side) => countChanges(was, cards[side]) + below!.hunks[side]) }
}
