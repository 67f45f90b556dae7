/**
 * The merge of `.gitattributes` rule by rule. Design, "How it decides": hosts append rules of their own, so that a
 * merge by line numbers would conflict in nearly every run. Lines that stood in a side's file at the base stay as they
 * are; what the other side added, removed or moved since is brought, to its place among the lines that both files have.
 */
import { mapSides, otherSide, type Side, type Sides, valuesOf } from '../model/sides.ts'
import { explainDeadRule } from './rules.ts'

/**
 * A line of a file. Lines that say the same have the same `key`. `pattern` is `null` for a comment and for a line that
 * git ignores: these contradict nothing.
 */
interface Line {
  readonly key: string
  readonly pattern: string | null
  readonly text: string
}
type Lines = ReadonlyMap<string, Line>

/** One side's file at its half of the base and at its head. An absent file is ''. */
export interface RuleTexts {
  readonly before: string
  readonly after: string
}

/** A line and what it is about; null for a blank line. */
function parseLine(text: string): Line | null {
  const content = text.replace(/\r?\n?$/, '')
  const [, pattern = '', rest = ''] = /^[ \t\r]*("(?:[^"\\]|\\.)*"|[^ \t\r]*)(.*)$/s.exec(content) ?? []
  if (pattern === '') return null
  if (pattern.startsWith('#')) return { key: content.trim(), pattern: null, text: content }
  const key = [pattern, ...rest.split(/[ \t\r]+/).filter((word) => word !== '')].join(' ')
  return { key, pattern: explainDeadRule(content) !== null ? null : pattern, text: content }
}

/** What lines that say the same have in common: pattern and attributes, one blank between them. '' for a blank line. */
export function ruleKey(line: string): string {
  return parseLine(line)?.key ?? ''
}

const byteOrderMark = '\uFEFF'
const withoutMark = (text: string) => (text.startsWith(byteOrderMark) ? text.slice(1) : text)

/** The lines by key, in order. One that occurs twice counts where it stands last, since there it decides. */
function parseLines(text: string): Map<string, Line> {
  const lines = new Map<string, Line>()
  for (const content of withoutMark(text).split('\n')) {
    const line = parseLine(content)
    if (line === null) continue
    lines.delete(line.key)
    lines.set(line.key, line)
  }
  return lines
}

function withoutKeys(lines: Lines, known: { readonly has: (key: string) => boolean }): Map<string, Line> {
  return new Map([...lines].filter(([key]) => !known.has(key)))
}

/** The indices of the longest subsequence of rising numbers; of several, the one that begins first. */
function findRising(numbers: readonly number[]): Set<number> {
  // Going backwards. `starts[n]`: the index of the highest number at which a subsequence of n + 1 numbers begins.
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
 * What a side did to its lines. `moved`: the fewest lines that have to be put elsewhere to make the old order the new
 * one. `turned`: all lines whose order changed against some other line. Where two lines changed places, one of them is
 * moved and both are turned.
 */
interface Edits {
  readonly added: Map<string, Line>
  readonly removed: Map<string, Line>
  readonly moved: Map<string, Line>
  readonly turned: Map<string, Line>
}

/** The lines that two files share, in the order of `lines`, and the place that each has in the other file. */
function listShared(lines: Lines, other: Lines) {
  const places = new Map([...other.keys()].map((key, place) => [key, place]))
  const shared = [...lines.values()].filter(({ key }) => places.has(key))
  return { shared, numbers: shared.map(({ key }) => places.get(key)!) }
}

function readEdits(before: Lines, after: Lines): Edits {
  const { shared: kept, numbers } = listShared(after, before)
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

/** For each number, the highest one before it and the lowest one behind it. */
function findExtremes(numbers: readonly number[]) {
  const above = [-Infinity]
  for (const number of numbers) above.push(Math.max(above.at(-1)!, number))
  const below = [Infinity]
  for (const number of numbers.toReversed()) below.push(Math.min(below.at(-1)!, number))
  return { above, below: below.toReversed().slice(1) }
}

/** Of the lines that a side moved, those that the other side's file does not have in that side's order (`from`) yet. */
function findMisplaced(moved: Lines, from: Lines, there: Lines): Map<string, Line> {
  if (moved.size === 0) return new Map()
  const { shared, numbers } = listShared(from, there)
  const { above, below } = findExtremes(numbers)
  const isInPlace = (index: number) => above[index]! < numbers[index]! && numbers[index]! < below[index]!
  const misplaced = shared.filter(({ key }, index) => moved.has(key) && !isInPlace(index))
  return new Map(misplaced.map((line) => [line.key, line]))
}

function rulesByPattern(lines: Lines): Map<string, Set<string>> {
  const rules = new Map<string, Set<string>>()
  for (const { key, pattern } of lines.values())
    if (pattern !== null) rules.set(pattern, (rules.get(pattern) ?? new Set()).add(key))
  return rules
}

/** Patterns for which both sides added rules, and not the same ones. */
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
 * A file without the removed lines and with the added ones, which come from another file (`from`). The last rule that
 * matches a path decides, so that an added line goes above the next line below it in `from` that this file has too, or
 * to the end. Where the two files have their common lines in different orders, it goes below all the lines that it
 * stood below in `from`, to which it may be an exception. Line endings are kept, and so is a byte order mark at the
 * start.
 */
function editText(text: string, removed: Lines, added: Lines, from: Lines): string {
  const mark = text.startsWith(byteOrderMark) ? byteOrderMark : ''
  const kept = (withoutMark(text).match(/[^\n]*\n|[^\n]+$/g) ?? []).filter((line) => !removed.has(ruleKey(line)))
  const places = new Map(kept.map((line, index) => [ruleKey(line), index]))
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
 * What each side's file becomes. A line that one side removed and the other added stays; a line that both moved stays
 * where each put it. `conflicts`: patterns for which both sides added different rules; then `texts` are the files
 * unchanged. `added`: the keys of lines that a side added; `placed`: these, and the keys of lines that a side gave
 * another order; `changed`: the texts of all these lines and of the removed ones.
 */
export interface MergedRules {
  readonly texts: Sides<string>
  readonly conflicts: readonly string[]
  readonly added: ReadonlySet<string>
  readonly placed: ReadonlySet<string>
  readonly changed: readonly string[]
}

/** Merges what two sides made of one file. */
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
    // A file that has nothing of this side's own becomes the other side's text, comments and blank lines included.
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

/** A side's file as if the side had not edited the lines that `isUndone` names; its other edits stay. */
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
 * A file with lines of another file (`from`) moved or added to its end, in the order of `from`, so that they decide:
 * beginning with the first line that `isMeant` names, all lines that both files have, and of those that only `from` has
 * the meant ones whose keys are in `placed`, since only an edited line says something new.
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
