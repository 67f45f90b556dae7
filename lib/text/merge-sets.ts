/** Ordered sets of texts, merged three ways: keys of a mapping, and lists of plain values as YAML writes them. */
import { mapSides, otherSide, sides, valuesOf, type Sides } from '../model/sides.ts'

type Lists = Sides<readonly string[]>

/** Whether two lists have the same items in the same order. */
const isSameList = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((item, index) => item === b[index])

/**
 * All items of both sides in one order: that of the side which moved some, with what the other one added put after
 * the item it follows there. Null where both moved items in different ways, or where a list has an item twice.
 */
export function orderItems(base: readonly string[], lists: Lists): string[] | null {
  const [was, has] = [new Set(base), mapSides((side) => new Set(lists[side]))]
  if (was.size < base.length || sides.some((side) => has[side].size < lists[side].length)) return null
  const inAll = (item: string) => was.has(item) && sides.every((side) => has[side].has(item))
  const before = base.filter(inAll)
  const kept = mapSides((side) => lists[side].filter(inAll))
  const movers = sides.filter((side) => !isSameList(kept[side], before))
  const [a, b] = valuesOf(kept)
  if (movers.length > 1 && !isSameList(a, b)) return null
  // Any rule will do that does not depend on which side is which.
  const [one, other] = sides
  const leader = movers[0] ?? (lists[one].join('\n') > lists[other].join('\n') ? one : other)
  const follower = otherSide[leader]
  const behind = new Map<string | null, string[]>()
  let anchor: string | null = null
  for (const item of lists[follower]) {
    if (has[leader].has(item)) anchor = item
    else if (behind.has(anchor)) behind.get(anchor)!.push(item)
    else behind.set(anchor, [item])
  }
  return [...(behind.get(null) ?? []), ...lists[leader].flatMap((item) => [item, ...(behind.get(item) ?? [])])]
}

/** A list of plain values: `head + items.join(glue) + foot` is its text. `glue` is null where it cannot be told. */
interface ValueList {
  readonly head: string
  readonly items: readonly string[]
  readonly glue: string | null
  readonly foot: string
}

const plainItem = /^(?:"[^"\\]*"|'[^']*'|[^\s"'[\]{},&*!|>%@`#?:-](?:(?!: | #|:$)[^,[\]{}"'])*)$/

/** A list in brackets, of which `rest` follows the first one and the blanks behind it. */
function parseFlow(head: string, rest: string): ValueList | null {
  const inner = rest.slice(0, Math.max(0, rest.lastIndexOf(']'))).trimEnd()
  const foot = rest.slice(inner.length)
  const parts = inner === '' ? [] : inner.split(',')
  const items = parts.map((part) => part.trim())
  const glues = parts.slice(1).map((part, index) => {
    const before = parts[index]!
    return `${before.slice(before.trimEnd().length)},${part.slice(0, part.length - part.trimStart().length)}`
  })
  const isList = /^ *\] *\r?\n$/.test(foot) && items.every((item) => plainItem.test(item)) && new Set(glues).size <= 1
  return isList ? { head, items, glue: glues[0] ?? null, foot } : null
}

/** One item a line, or all in brackets on one line; null for what is none of both, or has comments. */
function parseList(own: string): ValueList | null {
  const bracket = /^[^\s#[\]"']+: *\[ */.exec(own)?.[0]
  if (bracket !== undefined) return parseFlow(bracket, own.slice(bracket.length))
  const [first, ...lines] = own.match(/[^\n]*\n/g) ?? []
  const dash = /^ *- +/.exec(lines[0] ?? '')?.[0]
  if (dash === undefined || !/^[^\s#"'][^#"']*: *\r?\n$/.test(first!)) return null
  const items = lines.map((line) => line.slice(dash.length))
  const isList = lines.every((line, index) => line.startsWith(dash) && plainItem.test(items[index]!.trimEnd()))
  return isList ? { head: first! + dash, items, glue: dash, foot: '' } : null
}

/** The value of an item, however it is written. */
const valueOf = (item: string) => item.trim().replace(/^(["'])(.*)\1$/, '$2')

/**
 * The text of a key whose value is a list of plain values, with what both sides added and without what either one took
 * out. Null where it is no such list, where sides write it in other styles, where nothing would be left, and where one
 * value would stand there twice. `base`: null if it had no such key.
 */
export function mergeListText(base: string | null, texts: Sides<string>): string | null {
  const before = base === null ? null : parseList(base)
  const after = mapSides((side) => parseList(texts[side]))
  const lists = [...valuesOf(after), ...(base === null ? [] : [before])]
  const [first] = lists
  if (!lists.every((list) => list && list.head === first!.head && list.foot === first!.foot)) return null
  const glues = new Set(lists.flatMap((list) => list!.glue ?? []))
  if (glues.size > 1) return null
  const was = new Set(before?.items)
  const has = mapSides((side) => new Set(after[side]!.items))
  const isKept = (item: string) => !was.has(item) || sides.every((side) => has[side].has(item))
  const merged = orderItems(
    [...was],
    mapSides((side) => after[side]!.items),
  )?.filter(isKept)
  if (!merged || merged.length === 0 || new Set(merged.map(valueOf)).size < merged.length) return null
  return first!.head + merged.join([...glues][0] ?? ', ') + first!.foot
}
