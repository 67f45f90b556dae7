/** What changed between two versions of a data file, in lines that are safe to print. Pure. */
import { groupDigits } from '../model/group-digits.ts'
import {
  columnWord,
  formatCount,
  formatFacts,
  formatList,
  formatName,
  formatPixels,
  partWord,
  type Column,
  type Facts,
} from './facts.ts'
import { compareFeatures, featuresKey } from './features.ts'

/** Columns of the two versions that belong together. */
interface Matched {
  readonly pairs: readonly (readonly [before: Column, after: Column])[]
  readonly added: readonly Column[]
  readonly removed: readonly Column[]
}

/**
 * `[]` where the facts are alike in everything that people are told. `renamed`: columns by their names before, where
 * something else than the facts proves it.
 */
export function compareFacts(
  before: Facts,
  after: Facts,
  renamed: ReadonlyMap<string, string> = new Map(),
): readonly string[] {
  const columns = compareColumns(before, after, renamed)
  const lines = [
    ...compareFormats(before, after),
    ...compareNumbers('rows', before.rows, after.rows),
    ...compareNumbers('lines', before.lines, after.lines),
    ...columns,
    ...compareNumbers(partWord(after) === 'batch' ? 'batches' : 'row groups', before.parts, after.parts),
    ...compareCompression(before, after),
    ...comparePixels(before, after),
    ...compareMetadata(before, after, columns.length > 0),
  ]
  const isSameWriter = before.writer === null || after.writer === null || before.writer === after.writer
  if (!isSameWriter) lines.push(`written by ${formatName(before.writer!)} -> ${formatName(after.writer!)}`)
  // Where rows are as many as before, that is the first thing that one wants to know.
  const isSameCount = before.rows !== null && before.rows === after.rows
  return lines.length > 0 && isSameCount ? [`${formatCount(after.rows!, 'row')}, as before`, ...lines] : lines
}

/** A file that is new, or of which nothing is known before. */
export function listFacts(facts: Facts): readonly string[] {
  const columns = (facts.columns ?? []).map(formatColumn)
  return [formatFacts(facts), ...(columns.length > 0 ? [`${columnWord(facts)}s: ${formatList(columns)}`] : [])].filter(
    Boolean,
  )
}

function formatColumn({ name, type }: Column): string {
  return type === '' ? formatName(name) : `${formatName(name)} ${formatName(type)}`
}

function compareFormats({ format: before }: Facts, { format: after }: Facts): string[] {
  return before === after ? [] : [`${before} -> ${after}`]
}

function compareNumbers(word: string, before: number | null, after: number | null): string[] {
  if (before === null || after === null || before === after) return []
  const difference = `${after > before ? '+' : '-'}${groupDigits(Math.abs(after - before))}`
  return [`${word} ${groupDigits(before)} -> ${groupDigits(after)} (${difference})`]
}

function compareCompression({ compression: before }: Facts, { compression: after }: Facts): string[] {
  if (!before?.length || !after?.length || before.join() === after.join()) return []
  return [`compression: ${before.map(formatName).join(' and ')} -> ${after.map(formatName).join(' and ')}`]
}

function comparePixels({ pixels: before }: Facts, { pixels: after }: Facts): string[] {
  if (!before || !after || (before.width === after.width && before.height === after.height)) return []
  return [`${formatPixels(before)} -> ${formatPixels(after)}`]
}

function compareColumns(before: Facts, after: Facts, renamed: ReadonlyMap<string, string>): string[] {
  if (!before.columns || !after.columns) return []
  const { pairs, added, removed } = matchColumns(before.columns, after.columns, renamed)
  const word = `${columnWord(after)}s`
  const lines = [
    ...say(`${word} removed`, removed.map(formatColumn)),
    ...say(`${word} added`, added.map(formatColumn)),
    ...say(
      `${word} renamed`,
      pairs
        .filter(([old, now]) => old.name !== now.name)
        .map(([old, now]) => `${formatName(old.name)} -> ${formatName(now.name)}`),
    ),
    ...say(
      `${word} retyped`,
      pairs.filter(([old, now]) => !isSameType(old.type, now.type)).map(([old, now]) => formatRetype(old, now)),
    ),
  ]
  const place = new Map(after.columns.map((column, index) => [column, index]))
  const places = pairs.map(([, now]) => place.get(now)!)
  const isReordered = places.some((at, index) => index > 0 && at < places[index - 1]!)
  return isReordered ? [...lines, `${word} in another order`] : lines
}

function say(what: string, parts: readonly string[]): string[] {
  return parts.length > 0 ? [`${what}: ${formatList(parts)}`] : []
}

/** Of a name that stands there twice nothing can be said but how often it does. */
function matchColumns(
  before: readonly Column[],
  after: readonly Column[],
  renamed: ReadonlyMap<string, string>,
): Matched {
  const keyOf = numbersAreNames(before) && numbersAreNames(after) ? (column: Column) => String(column.field) : null
  const left = new Map<string, Column[]>()
  for (const column of after) {
    const key = keyOf?.(column) ?? column.name
    left.set(key, [...(left.get(key) ?? []), column])
  }
  const pairs: [Column, Column][] = []
  const removed: Column[] = []
  for (const column of before) {
    const now = left.get(keyOf?.(column) ?? renamed.get(column.name) ?? column.name)?.shift()
    if (now) pairs.push([column, now])
    else removed.push(column)
  }
  const added = new Set([...left.values()].flat())
  return { pairs, removed, added: after.filter((column) => added.has(column)) }
}

/**
 * Whether every column has a number of its own, which it keeps when its name changes: schemas of Iceberg and Delta tables
 * do. Writers that only count the columns give the first one 0 or 1, so their numbers are places, not names.
 */
function numbersAreNames(columns: readonly Column[]): boolean {
  const fields = columns.map(({ field }) => field)
  const isCounted = fields.every((field, index) => field === index || field === index + 1)
  return !isCounted && !fields.includes(undefined) && new Set(fields).size === fields.length
}

/** What a spelling leaves open, as whether a timestamp is in UTC, is no difference. */
function isSameType(before: string, after: string): boolean {
  const loose = (type: string) => type.replace(/(timestamp\[\w+), (?:UTC|local)\]/g, '$1]')
  const isOpen = (type: string) => /timestamp\[\w+\]/.test(type)
  if (before === after || before === '' || after === '') return true
  return (isOpen(before) || isOpen(after)) && loose(before) === loose(after)
}

function formatRetype(before: Column, after: Column): string {
  const warning = losesDigits(before.type, after.type) ? ', which can lose digits' : ''
  return `${formatName(after.name)} ${formatName(before.type)} -> ${formatName(after.type)}${warning}`
}

const floatDigits: Readonly<Record<string, number>> = { float16: 11, float32: 24, float64: 53 }

/** How many binary digits of a whole number a type keeps; null for what is no number. */
function countDigits(type: string): number | null {
  const [, sign, bits] = /^(u?)int(\d+)$/.exec(type) ?? []
  if (bits !== undefined) return Number(bits) - (sign === 'u' ? 0 : 1)
  const [, precision] = /^decimal\((\d+), /.exec(type) ?? []
  return precision === undefined ? (floatDigits[type] ?? null) : Math.ceil(Number(precision) * Math.log2(10))
}

function losesDigits(before: string, after: string): boolean {
  const [had, has] = [countDigits(before), countDigits(after)]
  const losesFraction = /^(?:float|decimal)/.test(before) && /int\d/.test(after)
  return had !== null && has !== null && (has < had || losesFraction)
}

/** Copies of the schema, which say nothing that the columns do not. */
const schemaCopies = /^(?:ARROW:schema|pandas|org\.apache\.spark\.|iceberg\.schema|parquet\.(?:avro|proto))/

function compareMetadata({ metadata: before }: Facts, { metadata: after }: Facts, columnsChanged: boolean): string[] {
  if (!before || !after) return []
  const names = (keys: Iterable<string>) => [...keys].map(formatName)
  const changed = [...after.keys()].filter((key) => before.has(key) && before.get(key) !== after.get(key))
  return [
    ...say('metadata removed', names([...before.keys()].filter((key) => !after.has(key)))),
    ...say('metadata added', names([...after.keys()].filter((key) => !before.has(key)))),
    ...say(
      'metadata changed',
      names(changed.filter((key) => key !== featuresKey && !(columnsChanged && schemaCopies.test(key)))),
    ),
    ...(changed.includes(featuresKey) ? compareFeatures(before.get(featuresKey)!, after.get(featuresKey)!) : []),
  ]
}
