/** The files of a plan as tables in Markdown: the same rows as in the plan for a terminal, folders folded. */
import { quoteMarkdown, quoteSentence } from '../model/quote.ts'
import { formatNumber } from './numbers.ts'
import type { Look } from './places.ts'
import { describeFiles, formatOrigin, type ToldFiles, type ToldSide } from './plan-text.ts'
import type { TableRow } from './table.ts'

/** Names and notes are quoted already. */
const code = (text: string) => (text === '' ? '' : quoteMarkdown(text, quoteSentence))

function listCells({ kind, name, from, cells, notes }: TableRow): string[] {
  const [lines, size, store, who] = cells as readonly [string, string, string, string]
  const names = from === undefined ? code(name) : `${code(from)} to ${code(name)}`
  return [kind, [names, ...notes.map(code)].join('<br>'), lines, [size, store].filter(Boolean).join(' '), code(who)]
}

const columns = [
  ['', '---'],
  ['path', '---'],
  ['', '---:'],
  ['size', '---:'],
  ['by', '---'],
] as const

function formatSide({ side, heading, groups, rows }: ToldSide, { plan }: ToldFiles, look: Look): string[] {
  const counts = groups.map(({ kind, rows: all }) => `${formatNumber(all.length)} ${kind}`).join(', ')
  const origin = formatOrigin(plan, side, look).map((line) => `, ${code(line.trim())}`)
  const told = rows.map(listCells)
  const shown = columns.map((_, index) => told.some((cells) => cells[index] !== ''))
  const formatRow = (cells: readonly string[]) => `| ${cells.filter((_, index) => shown[index]).join(' | ')} |`
  const [names, lines] = [0, 1].map((at) => formatRow(columns.map((column) => column[at]!))) as [string, string]
  return [`**${heading}** ${counts}${origin.join('')}`, '', names, lines, ...told.map(formatRow), '']
}

/** A table for each side that gets something; at most 200 rows in all. Only `nowMs` and `width` of the look count. */
export function formatTables(told: ToldFiles, look: Look): string[] {
  return describeFiles(told).flatMap((one) => formatSide(one, told, look))
}
