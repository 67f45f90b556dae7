/** What was measured, as a table for people. Pure. */

/**
 * `unit` says how a value is printed: `bytes` in kB, MB and GB, `ms` as seconds from 1,000 on, `ratio` and `exponent` with
 * two places, `minutes` with one, the rest as they are.
 */
export type Unit = 'requests' | 'bytes' | 'ms' | 'minutes' | 'ratio' | 'exponent' | 'count'
export interface Figure {
  readonly value: number
  readonly unit: Unit
}

/** `cells` by column. What could not be measured has a `note` that says why, and no cells. */
export interface Row {
  readonly name: string
  readonly cells: Readonly<Record<string, Figure>>
  readonly note?: string
}
export interface Section {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
  /** What is to be said of the figures, in sentences. */
  readonly notes?: readonly string[]
}

const grouped = (value: number) => Math.round(value).toLocaleString('en-GB')

export function formatFigure({ value, unit }: Figure): string {
  if (unit === 'exponent') return value.toFixed(2)
  if (unit === 'minutes') return `${value.toFixed(1)} min`
  if (unit === 'ratio') return `${value.toFixed(2)} x`
  if (unit === 'ms') return value < 1000 ? `${grouped(value)} ms` : `${(value / 1000).toFixed(1)} s`
  if (unit !== 'bytes') return grouped(value)
  if (value < 1000) return `${grouped(value)} B`
  const [size, name] = value < 999_950 ? [1e3, 'kB'] : value < 999_950_000 ? [1e6, 'MB'] : [1e9, 'GB']
  return `${(value / size).toFixed(1)} ${name}`
}

/** Names to the left, figures to the right, notes after them; two blanks between columns. */
export function formatSection({ title, columns, rows, notes = [] }: Section): string {
  const lines = [
    [title, ...columns],
    ...rows.map(({ name, cells }) => [
      name,
      ...columns.map((column) => (cells[column] ? formatFigure(cells[column]) : '-')),
    ]),
  ]
  const widths = [title, ...columns].map((_, at) => Math.max(...lines.map((line) => line[at]!.length)))
  return lines
    .map((line, index) => {
      const cells = line.map((cell, at) => (at === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[at]!)))
      const note = index === 0 ? undefined : rows[index - 1]!.note
      return [...cells, ...(note === undefined ? [] : [note])].join('  ').trimEnd()
    })
    .concat(notes)
    .join('\n')
}
