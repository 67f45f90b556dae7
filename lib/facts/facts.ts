/** What the bytes of a data file say of it without its values: one shape for all formats. Pure. */
import { groupDigits } from '../model/group-digits.ts'
import { quote } from '../model/quote.ts'

/**
 * A column at the top level, by a type that all writers of a format share: how a type is spelled, and whether values
 * may be missing, is no part of it. `field` is the number that a schema gives the column itself, where it does.
 */
export interface Column {
  readonly name: string
  readonly type: string
  readonly field?: number | undefined
}

/** Null where the format does not tell, or where it takes more of the file than was read. */
export interface Facts {
  readonly format: string
  readonly rows: number | null
  /** Lines of a text of which it is not certain how they make rows. */
  readonly lines: number | null
  readonly columns: readonly Column[] | null
  /** Row groups of a Parquet file, record batches of an Arrow file. */
  readonly parts: number | null
  readonly compression: readonly string[] | null
  /** What the writer kept beside the schema. */
  readonly metadata: ReadonlyMap<string, string> | null
  readonly writer: string | null
  readonly pixels: { readonly width: number; readonly height: number } | null
}

/** Completes `named .parquet, but …`. */
export interface Misnamed {
  readonly misnamed: string
}

/** Completes `not looked into: …`. */
export interface Sealed {
  readonly sealed: string
}

/** What was found out of a file; null where nothing is certain. */
export type Found = Facts | Misnamed | Sealed | null

const unknown: Omit<Facts, 'format'> = {
  rows: null,
  lines: null,
  columns: null,
  parts: null,
  compression: null,
  metadata: null,
  writer: null,
  pixels: null,
}

/** Facts of which those that are not given are unknown. */
export function createFacts(known: Partial<Facts> & Pick<Facts, 'format'>): Facts {
  return { ...unknown, ...known }
}

/** Names and types in a sentence are cut there. */
const nameLengthMax = 60
const namesShownMax = 8

const shorten = (text: string) => (text.length > nameLengthMax ? `${text.slice(0, nameLengthMax - 1)}…` : text)

/** A name or a type out of a file, safe to print. */
export function formatName(text: string): string {
  return quote(shorten(text))
}

/** `a, b, c and 4 more`; the parts are safe to print. */
export function formatList(parts: readonly string[], most = namesShownMax): string {
  const more = parts.length - most
  return more > 0 ? `${parts.slice(0, most).join(', ')} and ${groupDigits(more)} more` : parts.join(', ')
}

/** `1 row`, `3,000,000 rows`. */
export function formatCount(number: number, word: string): string {
  return `${groupDigits(number)} ${word}${number === 1 ? '' : word.endsWith('ch') ? 'es' : 's'}`
}

/** The word for what `parts` counts. */
export function partWord({ format }: Facts): string {
  return format === 'Parquet' ? 'row group' : 'batch'
}

/** The word for what `columns` names: of a single object they are its keys. */
export function columnWord({ format }: Facts): string {
  return format === 'JSON object' ? 'key' : 'column'
}

/** The facts of one file in one line, such as `3,000,000 rows, 5 columns, 11 row groups, snappy`. */
export function formatFacts(facts: Facts): string {
  const { rows, lines, columns, parts, compression, pixels } = facts
  return [
    rows !== null && formatCount(rows, 'row'),
    lines !== null && formatCount(lines, 'line'),
    columns && formatCount(columns.length, columnWord(facts)),
    parts !== null && formatCount(parts, partWord(facts)),
    compression && compression.length > 0 && compression.map(formatName).join(' and '),
    pixels && formatPixels(pixels),
  ]
    .filter((part) => typeof part === 'string')
    .join(', ')
}

/** `640 x 480 pixels`. */
export function formatPixels({ width, height }: NonNullable<Facts['pixels']>): string {
  return `${groupDigits(width)} x ${groupDigits(height)} pixels`
}
