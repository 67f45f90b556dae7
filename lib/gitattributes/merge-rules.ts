/**
 * `.gitattributes` as a list of lines. Design, "How it decides": the hosts append rules of their own, so that a merge
 * by position would conflict at nearly every run. What was there at the sync point is no change and stays where it is;
 * only what a side added, removed or moved travels, to its place among the lines that both have.
 */
import { mapSides, otherSide, type Side, type Sides, valuesOf } from '../model/sides.ts'
import { explainDeadRule } from './rules.ts'

/**
 * `key` is the same for lines that say the same; `pattern` is `null` for a comment and for what git leaves out: neither
 * contradicts anything.
 */
interface Line {
  readonly key: string
  readonly pattern: string | null
  readonly text: string
}
type Lines = ReadonlyMap<string, Line>

/** One side's file at its own base and now. An absent file is ''. */
export interface RuleTexts {
  readonly before: string
  readonly after: string
}

/** `null` for a blank line. */
function parseLine(text: string): Line | null {
  const content = text.replace(/\r?\n?$/, '')
  const [, pattern = '', rest = ''] = /^[ \t\r]*("(?:[^"\\]|\\.)*"|[^ \t\r]*)(.*)$/s.exec(content) ?? []
  if (pattern === '') return null
  if (pattern.startsWith('#')) return { key: content.trim(), pattern: null, text: content }
  const key = [pattern, ...rest.split(/[ \t\r]+/).filter((word) => word !== '')].join(' ')
  return { key, pattern: explainDeadRule(content) !== null ? null : pattern, text: content }
}

/** The name that a line goes by here: the same for lines that say the same. */
export function ruleKey(line: string): string {
  return parseLine(line)?.key ?? ''
}

const byteOrderMark = '\uFEFF'
const withoutMark = (text: string) => (text.startsWith(byteOrderMark) ? text.slice(1) : text)

/**
 * By key, in the order of the file. A line that stands there twice counts where it stands last, since there it decides.
 */
function parseLines(text: string): Map<string, Line> {
  const lines = new Map<string, Line>()
  for (const line of withoutMark(text)
    .split('\n')
    .flatMap((one) => parseLine(one) ?? [])) {
    lines.delete(line.key)
    lines.set(line.key, line)
  }
  return lines
}

function withoutKeys(lines: Lines, known: { readonly has: (key: string) => boolean }): Map<string, Line> {
  return new Map([...lines].filter(([key]) => !known.has(key)))
}

/** Where the longest run of rising numbers stands, the earliest of several. */
function findRising(numbers: readonly number[]): Set<number> {
  // From the end: at `length`, the run of that length whose first number is the highest, by the index of that number.
  const starts: number[] = []
  const next = new Map<number, number | undefined>()
  for (let index = numbers.length - 1; index >= 0; index--) {
    let [low, high] = [0, starts.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (numbers[starts[middle]!]! > numbers[index]!) low = middle + 1
      else high = middle
    }
    next.set(index, starts[low - 1])
    starts[low] = index
  }
  const found = new Set<number>()
  for (let at = starts.at(-1); at !== undefined; at = next.get(at)) found.add(at)
  return found
}

/**
 * What a side did to its lines. `moved`: the fewest that, put elsewhere, make the old order the new one. `turned`: all
 * that have another one above or below them than before; of two that changed places, one is moved and both are turned.
 */
interface Edits {
  readonly added: Map<string, Line>
  readonly removed: Map<string, Line>
  readonly moved: Map<string, Line>
  readonly turned: Map<string, Line>
}

function readEdits(before: Lines, after: Lines): Edits {
  const places = new Map([...before.keys()].map((key, place) => [key, place]))
  const kept = [...after.values()].filter(({ key }) => places.has(key))
  const numbers = kept.map(({ key }) => places.get(key)!)
  const rising = findRising(numbers)
  const { above, below } = findExtremes(numbers)
  const pick = (isPicked: (index: number) => boolean) =>
    new Map(kept.flatMap((line, index) => (isPicked(index) ? [[line.key, line] as const] : [])))
  return {
    added: withoutKeys(after, before),
    removed: withoutKeys(before, after),
    moved: pick((index) => !rising.has(index)),
    turned: pick((index) => above[index]! > numbers[index]! || below[index]! < numbers[index]!),
  }
}

/** For each number the highest one before it and the lowest one behind it. */
function findExtremes(numbers: readonly number[]): {
  readonly above: readonly number[]
  readonly below: readonly number[]
} {
  let [highest, lowest] = [-Infinity, Infinity]
  const above = numbers.map((number) => {
    const before = highest
    highest = Math.max(highest, number)
    return before
  })
  const below = numbers
    .toReversed()
    .map((number) => {
      const behind = lowest
      lowest = Math.min(lowest, number)
      return behind
    })
    .toReversed()
  return { above, below }
}

/** Of the lines that one side moved, those that do not stand in its order (`from`) in the other side's file yet. */
function findMisplaced(moved: Lines, from: Lines, there: Lines): Map<string, Line> {
  if (moved.size === 0) return new Map()
  const places = new Map([...there.keys()].map((key, place) => [key, place]))
  const shared = [...from.values()].filter(({ key }) => places.has(key))
  const numbers = shared.map(({ key }) => places.get(key)!)
  const { above, below } = findExtremes(numbers)
  return new Map(
    shared.flatMap((line, index) => {
      const isInPlace = above[index]! < numbers[index]! && numbers[index]! < below[index]!
      return moved.has(line.key) && !isInPlace ? [[line.key, line] as const] : []
    }),
  )
}

function rulesByPattern(lines: Lines): Map<string, Set<string>> {
  const rules = new Map<string, Set<string>>()
  for (const { key, pattern } of lines.values())
    if (pattern !== null) rules.set(pattern, (rules.get(pattern) ?? new Set()).add(key))
  return rules
}

/** Patterns to which both sides gave rules, and not the same ones. */
function findConflicts(added: Sides<Lines>): string[] {
  const rules = mapSides((side) => rulesByPattern(added[side]))
  const differ = (a: ReadonlySet<string>, b: ReadonlySet<string>) =>
    a.size !== b.size || [...a].some((key) => !b.has(key))
  const [ours, theirs] = valuesOf(rules)
  return [...ours]
    .filter(([pattern, keys]) => differ(keys, theirs.get(pattern) ?? keys))
    .map(([pattern]) => pattern)
    .toSorted()
}

/**
 * The file's own lines in their order without the removed ones, and the added ones: each before the first line below it
 * in its own file (`from`) that stands here too, since the last rule that fits a path decides; at the end where there
 * is none. Where both files have their lines in another order, it rather stays below the lines that it stood below:
 * those are the ones it is an exception to. Line endings are kept, and a byte order mark stays in front, where alone
 * git knows it for one.
 */
function editText(text: string, removed: Lines, added: Lines, from: Lines): string {
  const keyOf = (line: string) => parseLine(line)?.key ?? ''
  const mark = text.startsWith(byteOrderMark) ? byteOrderMark : ''
  const kept = (withoutMark(text).match(/[^\n]*\n|[^\n]+$/g) ?? []).filter((line) => !removed.has(keyOf(line)))
  const places = new Map(kept.map((line, index) => [keyOf(line), index]))
  const ending = /\r?\n/.exec(text)?.[0] ?? '\n'
  const inserted = new Map<number, string[]>()
  const insert = (place: number, lines: readonly string[]) =>
    inserted.set(place, [...(inserted.get(place) ?? []), ...lines])
  let [lowest, waiting] = [0, [] as string[]]
  for (const { key, text: line } of from.values()) {
    const place = places.get(key)
    if (place === undefined) {
      if (added.has(key)) waiting.push(line + ending)
      continue
    }
    if (waiting.length > 0) insert(Math.max(place, lowest), waiting)
    waiting = []
    lowest = Math.max(lowest, place + 1)
  }
  insert(kept.length, waiting)
  const body = kept.flatMap((line, index) => [...(inserted.get(index) ?? []), line]).join('')
  const last = inserted.get(kept.length)!
  const edited = `${body}${body === '' || body.endsWith('\n') || last.length === 0 ? '' : ending}${last.join('')}`
  return edited === '' ? '' : mark + edited
}

/**
 * What each side's file becomes. What one side removed while the other added it stays, and a line that both moved stays
 * where each put it. `conflicts`: patterns to which both sides gave different rules; then `texts` are the files as they
 * are. `added`, `placed`: the keys of lines that a side added, and of those besides that have another order now;
 * `changed`: the text of all these lines and of those that were removed.
 */
export interface MergedRules {
  readonly texts: Sides<string>
  readonly conflicts: readonly string[]
  readonly added: ReadonlySet<string>
  readonly placed: ReadonlySet<string>
  readonly changed: readonly string[]
}

export function mergeAttributes(sides: Sides<RuleTexts>): MergedRules {
  const after = mapSides((side) => parseLines(sides[side].after))
  const edits = mapSides((side) => readEdits(parseLines(sides[side].before), after[side]))
  const conflicts = findConflicts(mapSides((side) => edits[side].added))
  const all = valuesOf(edits)
  const added = new Set(all.flatMap((each) => [...each.added.keys()]))
  const placed = new Map(all.flatMap((each) => [...each.added, ...each.turned]))
  const changed = [placed, ...all.map((each) => each.removed)].flatMap((lines) =>
    [...lines.values()].map(({ text }) => text),
  )
  const edit = (side: Side, other: Side) => {
    // Where nothing of this side's own is in the file, the other's text is taken as it is: order, comments and blank
    // lines included.
    if (sides[side].before === sides[other].before && sides[side].after === sides[side].before)
      return sides[other].after
    const misplaced = withoutKeys(findMisplaced(edits[other].moved, after[other], after[side]), edits[side].moved)
    const removed = new Map([...withoutKeys(edits[other].removed, edits[side].added), ...misplaced])
    return editText(sides[side].after, removed, new Map([...edits[other].added, ...misplaced]), after[other])
  }
  const texts =
    conflicts.length > 0 ? mapSides((side) => sides[side].after) : mapSides((side) => edit(side, otherSide[side]))
  return { texts, conflicts, added, placed: new Set(placed.keys()), changed }
}

/**
 * The file as a side has it, had that side not touched the lines that are named by key and pattern; its other edits
 * stay.
 */
export function undoEdits(
  { before, after }: RuleTexts,
  isUndone: (line: { readonly text: string; readonly pattern: string | null }) => boolean,
): string {
  const [old, now] = [parseLines(before), parseLines(after)]
  const { added, removed, moved } = readEdits(old, now)
  const undone = (lines: Lines) => [...lines].filter(([, line]) => isUndone(line))
  return editText(
    after,
    new Map([...undone(added), ...undone(moved)]),
    new Map([...undone(removed), ...undone(moved)]),
    old,
  )
}

/**
 * The file with lines of another one (`from`) at its end, in that one's order: all that both have from the first that
 * is meant on, and those meant that this one lacks where they are `placed` there: a line of its own that a side put
 * elsewhere says something new.
 */
export function sinkRules(
  text: string,
  from: string,
  placed: ReadonlySet<string>,
  isMeant: (line: string) => boolean,
): string {
  const there = parseLines(text)
  const lines = [...parseLines(from).values()].filter(
    (line) => there.has(line.key) || (placed.has(line.key) && isMeant(line.text)),
  )
  const first = lines.findIndex((line) => isMeant(line.text))
  const sunk = new Map(first < 0 ? [] : lines.slice(first).map((line) => [line.key, line]))
  return editText(text, sunk, sunk, sunk)
}
