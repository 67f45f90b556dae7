/**
 * The merge of front matter, key by key. Only what both sides changed is looked into: lists of plain values are merged
 * as sets, other values by lines.
 */
import { mapSides, otherSide, sides, valuesOf, type Sides } from '../model/sides.ts'
import type { CutCard, KeyText } from './card-keys.ts'
import { mergeListText, orderItems } from './merge-sets.ts'
import { mergeText } from './merge-text.ts'

/** What both sides made of a value that they do not share out; null where both changed it, and not to the same. */
function mergeWhole<T>(base: T, values: Sides<T>): T | null {
  const [a, b] = valuesOf(values)
  return a === b || b === base ? a : a === base ? b : null
}

/** By lines, where both changed them. */
function mergeParts(base: string, texts: Sides<string>): string | null {
  const merged = mergeText(base, texts)
  return merged.clean ? merged.text : null
}

/** The lines of a key, with those above it; none if there is no such key. */
export const textOf = (key: KeyText | undefined) => (key ? key.above + key.own : '')

/** Whether a side left a key as it was. A comment may be gone from it to a key that was put in between. */
const isUntouched = (base: KeyText, now: KeyText) =>
  now.own === base.own && (now.above === base.above || now.above === '')

/** The key for both sides; `gone` where one side took it out, `conflict` where both sides disagree. */
function mergeKey(base: KeyText | undefined, versions: Sides<KeyText | undefined>): KeyText | 'gone' | 'conflict' {
  const side = sides.find((one) => versions[one] === undefined)
  if (side !== undefined) {
    const now = versions[otherSide[side]]
    if (!now) return 'gone'
    return !base ? now : isUntouched(base, now) ? 'gone' : 'conflict'
  }
  const now = versions as Sides<KeyText>
  const own = mapSides((one) => now[one].own)
  const merged = {
    key: now[sides[0]].key,
    above: mergeParts(
      base?.above ?? '',
      mapSides((one) => now[one].above),
    ),
    own:
      mergeWhole(base?.own ?? null, own) ?? mergeListText(base?.own ?? null, own) ?? mergeParts(base?.own ?? '', own),
  }
  return merged.above === null || merged.own === null ? 'conflict' : (merged as KeyText)
}

/**
 * Front matter merged, with the keys that conflict. `isArranged`: how it is put together is certain; it is not where both
 * sides moved keys or changed fences in different ways, or put new keys below one comment.
 */
export type Block = Omit<CutCard, 'body'> & { readonly conflicts: readonly string[]; readonly isArranged: boolean }

/** The fences, of the sides that have some. */
function mergeFence(fence: 'open' | 'close' | 'tail', base: CutCard, cards: Sides<CutCard>): string | null {
  const side = sides.find((one) => cards[one].keys.length === 0)
  return side === undefined
    ? mergeWhole(
        base[fence],
        mapSides((one) => cards[one][fence]),
      )
    : cards[otherSide[side]][fence]
}

/** Merges the front matter of two cards, neither of which is as in the base. */
export function mergeBlocks(base: CutCard, cards: Sides<CutCard>): Block {
  const index = ({ keys }: CutCard) => new Map(keys.map((key) => [key.key, key]))
  const before = index(base)
  const after = mapSides((side) => index(cards[side]))
  const names = mapSides((side) => [...after[side].keys()])
  const order = orderItems([...before.keys()], names)
  const keys: KeyText[] = []
  const conflicts: string[] = []
  for (const key of order ?? new Set([...before.keys(), ...sides.flatMap((side) => names[side]).toSorted()])) {
    const versions = mapSides((side) => after[side].get(key))
    const merged = mergeKey(before.get(key), versions)
    if (merged === 'conflict') conflicts.push(key)
    else if (merged !== 'gone') keys.push(merged)
  }
  const open = mergeFence('open', base, cards)
  const close = mergeFence('close', base, cards)
  const tail = mergeFence('tail', base, cards)
  const isArranged = ![order, open, close, tail].includes(null) && !hasMoreComments(keys, cards)
  return { open: open ?? '', keys, tail: tail ?? '', close: close ?? '', conflicts, isArranged }
}

/** Whether a comment stands above more keys than on either side. */
function hasMoreComments(keys: readonly KeyText[], cards: Sides<CutCard>): boolean {
  const own = mapSides((side) => countComments(cards[side].keys))
  return [...countComments(keys)].some(([above, count]) => sides.every((side) => count > (own[side].get(above) ?? 0)))
}

/** How often each comment stands above a key. */
function countComments(keys: readonly KeyText[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { above } of keys) if (above.includes('#')) counts.set(above, (counts.get(above) ?? 0) + 1)
  return counts
}

/** How many places of the front matter a side changed. */
export function countChanges(base: CutCard, card: CutCard): number {
  const before = new Map(base.keys.map((key) => [key.key, textOf(key)]))
  const changed = card.keys.filter((key) => before.get(key.key) !== textOf(key)).length
  const names = new Set(card.keys.map(({ key }) => key))
  return changed + base.keys.filter(({ key }) => !names.has(key)).length
}
