/** Rows of the plan in columns: kind, name, and what is known of it. */
import { quoteSentence } from '../model/quote.ts'
import type { Meaning, Paint } from './paint.ts'
import { padEnd, padStart, shortenAll, widthOf, wrap } from './width.ts'

/**
 * `kind` stands before the name in its colour. `from`: the former name. `cells`: numbers and words behind the name, the
 * same number in all rows of a table. `notes`: sentences below it.
 */
export interface TableRow {
  readonly kind: Meaning | 'stays' | 'taken'
  readonly name: string
  readonly from?: string
  readonly cells: readonly string[]
  readonly notes: readonly string[]
}

const indent = '  '
const gap = '  '
const arrow = ' -> '
/** A name keeps so much, whatever stands behind it. */
const nameWidthMin = 20

/** Numbers are compared by their ends, words by their beginnings. */
const isNumber = (text: string) => /^[+\d]/.test(text)

/** Lines of at most `width` columns. Names are shortened in the middle, and different ones stay different. */
export function formatTable(
  rows: readonly TableRow[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string[] {
  const kindWidth = Math.max(0, ...rows.map(({ kind }) => kind.length))
  const cellWidths = (rows[0]?.cells ?? []).map((_, index) =>
    Math.max(0, ...rows.map(({ cells }) => widthOf(cells[index]!))),
  )
  const cellsWidth = cellWidths.reduce((total, one) => total + (one > 0 ? one + gap.length : 0), 0)
  const space = Math.max(nameWidthMin, width - indent.length - kindWidth - gap.length - cellsWidth)
  const halves = Math.floor((space - arrow.length) / 2)
  const tos = shortenSome(
    rows,
    ({ from }) => from === undefined,
    ({ name }) => name,
    space,
  )
  const [froms, ends] = [({ from }: TableRow) => from ?? '', ({ name }: TableRow) => name].map((read) =>
    shortenSome(rows, ({ from }) => from !== undefined, read, halves),
  ) as [string[], string[]]
  const names = rows.map((row, index) =>
    row.from === undefined ? tos[index]! : `${froms[index]!}${arrow}${ends[index]!}`,
  )
  const nameWidth = Math.max(0, ...names.map(widthOf))
  const below = ' '.repeat(indent.length + kindWidth + gap.length)
  return rows.flatMap(({ kind, cells, notes }, index) => {
    const name = padEnd(names[index]!, nameWidth)
    const tail = cells
      .map((cell, at) =>
        cellWidths[at] === 0 ? '' : `${gap}${(isNumber(cell) ? padStart : padEnd)(cell, cellWidths[at]!)}`,
      )
      .join('')
    const label = kind === 'stays' || kind === 'taken' ? kind : paint(kind, kind)
    const margin = ' '.repeat(kindWidth - kind.length)
    return [
      `${indent}${label}${margin}${gap}${name}${tail}`.trimEnd(),
      ...notes.flatMap((note) =>
        wrap(`${below}${quoteSentence(note)}`, width, below)
          .split('\n')
          .map((line) => paint('aside', line)),
      ),
    ]
  })
}

/** A text for each row: shortened where it is one of those that `has` picks. */
function shortenSome(
  rows: readonly TableRow[],
  has: (row: TableRow) => boolean,
  read: (row: TableRow) => string,
  width: number,
): string[] {
  const short = shortenAll(rows.filter(has).map(read), width)[Symbol.iterator]()
  return rows.map((row) => (has(row) ? short.next().value! : ''))
}
