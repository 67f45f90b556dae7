/** The job summary of GitHub Actions, in Markdown. Foreign text is always code. */
import { createFinder } from '../facts/inspection.ts'
import { fenceMarkdown, quote, quoteMarkdown, quoteSentence } from '../model/quote.ts'
import { formatRepository } from '../model/repository.ts'
import { otherSide, sides, type Sides } from '../model/sides.ts'
import type { Plan, Refusal } from '../plan/plan.ts'
import { formatCommand } from '../report/command-text.ts'
import { formatWaysOut, listConflictBlocks, type MarkdownContext } from '../report/conflict-markdown.ts'
import { fold } from '../report/fold.ts'
import { drawChart, stepsDrawn } from '../report/mermaid.ts'
import { count, formatBytes, formatNumber } from '../report/numbers.ts'
import { noColors } from '../report/paint.ts'
import { describeMapping, nameFolder } from '../report/places.ts'
import { formatTables } from '../report/plan-markdown.ts'
import { formatBeside } from '../report/plan-text.ts'
import { describeSaved } from '../report/saved-text.ts'
import { tellStory } from '../report/story.ts'
import { formatVerification, type Compared } from '../report/verification-text.ts'
import type { Run } from '../run/mirror.ts'
import { formatCost } from './report.ts'
import type { Cost } from './status.ts'

/**
 * GitHub drops a summary of more than 1 MiB as a whole, so each part has a limit: of rows, as many as people read, and
 * of bytes.
 */
const rowsMax = 500
const bytesMax = { changes: 300_000, conflicts: 400_000, refusals: 50_000, notes: 50_000, compared: 100_000 }
/** Columns of a text within the page. */
const textWidth = 120
/** Lines that name what a side has lost. */
const lostMax = 20

/** As many as fit, and how many are left out. */
function limitRows<T>(part: keyof typeof bytesMax, items: readonly T[], format: (item: T) => string): string[] {
  let bytes = 0
  const shown = items
    .slice(0, rowsMax)
    .map(format)
    .filter((row) => (bytes += Buffer.byteLength(row) + 1) <= bytesMax[part])
  return shown.length < items.length ? [...shown, '', `and ${items.length - shown.length} more`, ''] : shown
}

const headline: Record<Run['status'], string> = {
  'in-sync': 'In sync',
  'planned': 'Changes are waiting (dry run)',
  'mirrored': 'Mirrored',
  'proposed': 'Proposed by a pull request',
  'waiting': 'Waiting for a pull request',
  'streamed': 'Objects are sent, and no commit is made',
  'undone': 'The last mirror is undone',
  'different': 'Mirrored, and not equal',
  'conflict': 'Conflict: nothing was written',
  'refused': 'Refused: nothing was written',
  'denied': 'A token may not write: nothing was written',
}

function formatConflicts({ plan, inspection }: Run, summaryContext: SummaryContext): string[] {
  if (plan.undo) return []
  const context = { ...summaryContext, findData: createFinder(inspection, null) }
  const blocks = limitRows('conflicts', listConflictBlocks(plan, context), (block) => block)
  return [...blocks, ...formatWaysOut(plan, context)]
}

/** Both histories drawn, then what each side gets. */
function formatChanges(run: Run, { nowMs }: SummaryContext): string[] {
  const { plan, status } = run
  const chart = drawChart(tellStory({ status, nowMs }, run, stepsDrawn), plan.services)
  const look = { width: textWidth, sentenceWidth: Infinity, paint: noColors, nowMs }
  const beside = formatBeside(plan, look)
  return [
    ...(chart.length > 0 ? ['```mermaid', ...chart, '```', ''] : []),
    ...limitRows('changes', formatTables(run, look), (row) => row),
    ...(beside.length > 0 ? [...fenceMarkdown(beside.slice(1)), ''] : []),
  ]
}

/** What a side has lost, which files, and the ways from there: that back comes first. */
function formatRefusal({ message, loss }: Refusal, argv: readonly string[]): string {
  if (!loss) return `- ${quoteMarkdown(message, quoteSentence)}`
  const { side, fact, back, byteLength, paths, count: all } = loss
  const lines = fold(paths, (path) => path, lostMax, true).map(({ name, items }) =>
    items.length === 1 ? quote(name) : `${quote(name)}  ${count(items.length, 'file')}`,
  )
  const more = all - paths.length
  const show = (...way: string[]) => fenceMarkdown([way.join(' '), formatCommand(argv, way).trim()])
  return [
    `${quoteMarkdown(fact, quoteSentence)}:`,
    '',
    ...fenceMarkdown(more > 0 ? [...lines, `and ${formatNumber(more)} more`] : lines),
    '',
    `To bring them back (${back}; about ${formatBytes(byteLength)} to move), in the box for arguments of a workflow ` +
      'that is started by hand, or in a shell:',
    '',
    ...show('--init', otherSide[side]),
    '',
    'If it is meant:',
    '',
    ...show('--allow-delete'),
    '',
  ].join('\n')
}

function formatCompared(compared: Compared, services: Sides<string>): string[] {
  const [first, ...rest] = formatVerification(compared, services).split('\n')
  return [first!, '', ...(rest.length > 0 ? [...fenceMarkdown(limitRows('compared', rest, (line) => line)), ''] : [])]
}

/** Both sides compared, as the job summary of a run that does nothing else, in Markdown. */
export function formatComparison(
  compared: Compared,
  { services, ...both }: Pick<Plan, 'services' | 'repositories' | 'filters'>,
  cost: Cost,
): string {
  const head = compared.status === 'equal' ? 'Equal' : 'Not equal'
  return [
    `### ${head}: ${nameBoth(both)}`,
    '',
    ...formatCompared(compared, services),
    formatCost(cost, services),
    '',
  ].join('\n')
}

const nameBoth = ({ repositories, filters }: Pick<Plan, 'repositories' | 'filters'>) =>
  sides.map((side) => quoteMarkdown(formatRepository(repositories[side]) + nameFolder(side, filters))).join(' and ')

/** As `MarkdownContext`. */
export type SummaryContext = Omit<MarkdownContext, 'findData'>

/** The job summary of a run, in Markdown. */
export function formatSummary(run: Run, cost: Cost, context: SummaryContext): string {
  const { status, plan, written, earlier, proof } = run
  const head =
    earlier.length > 0 || run.wrote ? headline[status].replace(': nothing was written', '') : headline[status]
  const commits = sides.flatMap((side) =>
    written.commits[side] ? [`- ${plan.services[side]} is at ${quoteMarkdown(written.commits[side].slice(0, 7))}`] : [],
  )
  const moved = describeMapping(plan).map((line) => `- ${quoteMarkdown(line, (text) => text)}`)
  return [
    `### ${head}: ${nameBoth(plan)}`,
    '',
    ...moved,
    ...(moved.length > 0 ? [''] : []),
    ...formatChanges(run, context),
    ...formatConflicts(run, context),
    ...limitRows('refusals', plan.refusals, (refusal) => formatRefusal(refusal, context.argv)),
    ...limitRows('notes', plan.notes, (note) => `- ${quoteMarkdown(note, quoteSentence)}`),
    ...commits,
    '',
    ...(proof?.status === 'different' ? formatCompared(proof, plan.services) : []),
    ...describeSaved(written.objects, plan.services).flatMap((line) => [`${line}.`, '']),
    formatCost(cost, plan.services),
    '',
  ].join('\n')
}
