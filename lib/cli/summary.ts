/** The report for GitHub Actions: a job summary in Markdown, and outputs. Foreign text is always a code span. */
import { quoteMarkdown, quoteSentence } from '../model/quote.ts'
import { formatRepository } from '../model/repository.ts'
import { sides } from '../model/sides.ts'
import type { Plan } from '../plan/plan.ts'
import { formatBytes } from '../report/numbers.ts'
import { listRows, type Row } from '../report/rows.ts'
import type { Run } from '../run/mirror.ts'
import { formatCost } from './report.ts'
import type { Cost, Status } from './status.ts'

/**
 * GitHub drops a summary of more than 1 MiB as a whole: what is foreign gets a part of it, and no part has more rows
 * than people read.
 */
const sectionBytesMax = 300_000
const rowsMax = 500

/** As many as fit, and how many are left out. */
function limitRows<T>(items: readonly T[], format: (item: T) => string): string[] {
  let bytes = 0
  const shown = items
    .slice(0, rowsMax)
    .map(format)
    .filter((row) => (bytes += Buffer.byteLength(row) + 1) <= sectionBytesMax)
  return shown.length < items.length ? [...shown, '', `and ${items.length - shown.length} more`, ''] : shown
}

const headline: Record<Run['status'], string> = {
  'in-sync': 'In sync',
  'planned': 'Changes are waiting (dry run)',
  'mirrored': 'Mirrored',
  'different': 'Mirrored, and not equal',
  'conflict': 'Conflict: nothing was written',
  'refused': 'Refused: nothing was written',
  'denied': 'A token may not write: nothing was written',
}

/** An address has its blanks and angle brackets encoded, so that nothing in it ends the link. */
function formatLink(service: string, url: string | null, deleted: boolean): string {
  return url === null ? `${deleted ? 'deleted' : 'not there'} on ${service}` : `[${service}](<${url}>)`
}

/** A file that is renamed is one row, under both of its names. */
function formatRow({ services }: Plan): (row: Row) => string {
  return ({ path, to, kind, from, byteLength, isObject }) => {
    const name = `${from === null ? '' : `${quoteMarkdown(from)} to `}${quoteMarkdown(path)}`
    const size = kind === 'deleted' || byteLength === null ? '' : formatBytes(byteLength)
    return `| ${services[to]} | ${kind} | ${name} | ${size}${isObject && kind !== 'deleted' ? ' LFS' : ''} |`
  }
}

/** The job summary of a run, in Markdown. */
export function formatSummary({ status, plan, written, earlier }: Run, cost: Cost): string {
  const names = sides.map((side) => quoteMarkdown(formatRepository(plan.repositories[side]))).join(' and ')
  const lines = [
    `### ${earlier.length > 0 ? headline[status].replace(': nothing was written', '') : headline[status]}: ${names}`,
    '',
  ]
  const rows = sides.flatMap((side) => listRows(plan, side))
  if (rows.length > 0) {
    lines.push('| to | | path | size |', '| --- | --- | --- | ---: |')
    lines.push(
      ...limitRows(
        // Where not all of them fit, nobody is to miss a deletion.
        rows.toSorted((a, b) => Number(b.kind === 'deleted') - Number(a.kind === 'deleted')),
        formatRow(plan),
      ),
      '',
    )
  }
  lines.push(
    ...limitRows(
      plan.conflicts,
      ({ path, kind, detail, links, deleted }) =>
        `- ${quoteMarkdown(path)} ${kind}: ${quoteMarkdown(detail, quoteSentence)} ` +
        `(${sides.map((side) => formatLink(plan.services[side], links[side], deleted[side])).join(', ')})`,
    ),
  )
  lines.push(...limitRows(plan.refusals, ({ message }) => `- ${quoteMarkdown(message, quoteSentence)}`))
  lines.push(...limitRows(plan.notes, (note) => `- ${quoteMarkdown(note, quoteSentence)}`))
  for (const side of sides)
    if (written.commits[side])
      lines.push(`- ${plan.services[side]} is at ${quoteMarkdown(written.commits[side].slice(0, 7))}`)
  lines.push('', formatCost(cost, plan.services), '')
  return lines.join('\n')
}

/** Lines for the file that `GITHUB_OUTPUT` names: fixed words and numbers alone. */
export function formatOutputs(status: Status, { requests, bytes }: Cost): string {
  const lines = {
    status,
    requests: requests.github + requests.huggingface,
    bytes_downloaded: bytes.downloaded,
    bytes_uploaded: bytes.uploaded,
  }
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
