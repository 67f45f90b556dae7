/**
 * Conflicts as Markdown, for a page that is read where the log is not: both versions with their links, the lines, and
 * what settles them. Foreign text stands in code spans, code blocks and addresses, which it cannot leave.
 */
import { formatTake, formatTakeBelow, listAnswers, listTakeable, showTake } from '../merge/take.ts'
import { fenceMarkdown, quote, quoteMarkdown, quoteSentence } from '../model/quote.ts'
import { mapSides, sides, type Side, type Sides } from '../model/sides.ts'
import type { Plan, PlannedConflict, PlannedHunk } from '../plan/plan.ts'
import { formatCommand } from './command-text.ts'
import { describeAbsence, describeAnswer, describeDeletions, describeHolding } from './conflict-text.ts'
import { fold, type Folded } from './fold.ts'
import { count } from './numbers.ts'
import { describePeople } from './plan-text.ts'
import { padEnd, shortenEnd, widthOf } from './width.ts'

/** Conflicts told one by one, or folders of them. */
const toldMax = 30
/** Files of a folder that are named with their links. */
const namedMax = 20
const namedBytesMax = 10_000
const hunksMax = 3
const linesMax = 10
const lineWidthMax = 200
/** With more conflicts than this, or longer names, one option takes all by a glob. */
const takesMax = 10
const takesLengthMax = 5_000

/**
 * `argv`: what the run was asked. `workflowUrl`: the page where the workflow is started by hand; null where that is not
 * known. `findData`: what is known of both versions of a data file, in lines.
 */
export interface MarkdownContext {
  readonly argv: readonly string[]
  readonly workflowUrl: string | null
  readonly nowMs: number
  readonly findData: (path: string) => readonly string[]
}

/** A printable word, for a shell and for whatever else knows quotation marks and no more of a shell. */
export const quoteWord = (text: string) => (/^[\w./:@=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

const sentence = (text: string) => quoteMarkdown(text, quoteSentence)

/** An address has its blanks and angle brackets encoded, so that nothing in it ends the link. */
const formatLink = (service: string, url: string | null) => (url === null ? service : `[${service}](<${url}>)`)

function formatVersion(label: string, lines: readonly string[] | null): string[] {
  if (lines === null)
    return [`${label} | (not shown: not everybody can read it, and everybody may be able to read this)`]
  if (lines.length === 0) return [`${label} | (deleted)`]
  const shown = lines
    .slice(0, linesMax)
    .map((line) => `${label} | ${shortenEnd(quote(line.replace(/\r?\n$/, '')), lineWidthMax)}`)
  return lines.length > linesMax ? [...shown, `${label} | (${count(lines.length - linesMax, 'more line')})`] : shown
}

/** Both sides' lines at each place, as a block of code; nothing where there are none. */
function formatHunks(hunks: readonly PlannedHunk[], services: Sides<string>): string[] {
  if (hunks.length === 0) return []
  const width = Math.max(...sides.map((side) => widthOf(services[side])))
  const lines: string[] = []
  for (const hunk of hunks.slice(0, hunksMax)) {
    lines.push(`line ${hunk.line}`)
    for (const side of sides) lines.push(...formatVersion(padEnd(services[side], width), hunk[side]))
  }
  const more = hunks.length - hunksMax
  return ['', ...fenceMarkdown(more > 0 ? [...lines, `and ${count(more, 'more place')}`] : lines)]
}

function formatConflict(conflict: PlannedConflict, plan: Plan, { nowMs, findData }: MarkdownContext): string {
  const { path, kind, detail, links, settleable, hunks } = conflict
  const people = describePeople(plan, nowMs)
  const versions = sides.map((side) => {
    const holding = describeHolding(side, conflict, people[side])
    const answer = listAnswers(conflict).includes(side) ? describeAnswer(conflict, side, plan.services) : null
    return (
      `- ${formatLink(plan.services[side], links[side])}${holding === '' ? '' : ` ${sentence(holding)}`}` +
      (answer === null ? '' : `; taking it ${answer}`)
    )
  })
  return [
    `${quoteMarkdown(path)} ${kind}: ${sentence(detail)}`,
    '',
    ...versions,
    ...(listAnswers(conflict).includes('both')
      ? [`- the lines of both: ${quoteMarkdown(quoteWord(showTake(formatTake(path, 'both'))), quoteSentence)}`]
      : []),
    ...findData(path).map((line) => `- ${sentence(line.trim())}`),
    ...(settleable ? [] : ['- settle it by hand on one side, then run again']),
    ...formatHunks(hunks, plan.services),
    '',
  ].join('\n')
}

function formatNamed(conflict: PlannedConflict, services: Sides<string>): string {
  const { path, kind, links } = conflict
  const versions = sides.map((side) => {
    const absence = describeAbsence(side, conflict)
    return `${formatLink(services[side], links[side])}${absence === null ? '' : ` ${absence}`}`
  })
  return `- ${quoteMarkdown(path)} ${kind} (${versions.join(', ')})`
}

function formatFolder({ name, items }: Folded<PlannedConflict>, { services }: Plan): string {
  let byteLength = 0
  const named = items
    .slice(0, namedMax)
    .map((conflict) => formatNamed(conflict, services))
    .filter((line) => (byteLength += Buffer.byteLength(line)) <= namedBytesMax)
  const more = items.length - named.length
  const ways = listTakeable(items).map((side) => quoteWord(showTake(formatTakeBelow(name, side))))
  const isOpen = items.some(({ settleable }) => settleable)
  return [
    `${quoteMarkdown(name)} ${count(items.length, 'conflict')}${isOpen ? ', settled with one of' : ''}`,
    '',
    ...(isOpen ? [...fenceMarkdown(ways), ''] : []),
    ...named,
    ...(more > 0 ? [`- and ${count(more, 'more conflict')}`] : []),
    '',
  ].join('\n')
}

/** What a plan's conflicts are, a block of Markdown for each of them or for a folder. */
export function listConflictBlocks(plan: Plan, context: MarkdownContext): string[] {
  return fold(plan.conflicts, ({ path }) => path, toldMax).map((line) =>
    line.isFolder ? formatFolder(line, plan) : formatConflict(line.items[0]!, plan, context),
  )
}

/** What is typed into the box `take` of a workflow, and the commands that do the same; empty where nothing settles so. */
export function formatWaysOut({ conflicts, services }: Plan, { argv, workflowUrl }: MarkdownContext): string[] {
  const open = conflicts.filter(({ settleable }) => settleable)
  if (open.length === 0) return []
  const listTakes = (side: Side) => {
    const each = open.slice(0, takesMax).map(({ path }) => showTake(formatTake(path, side)))
    const isLong = open.length > takesMax || each.join('').length > takesLengthMax
    return isLong ? [`*=${side}`] : each
  }
  const takes = mapSides(listTakes)
  const takeable = listTakeable(open)
  const versions = takeable.map((side) => `of ${services[side]}`).join(' or ')
  const where =
    workflowUrl === null
      ? 'a workflow that is started by hand'
      : `[the workflow](<${workflowUrl}>), which is started by hand`
  const byHand = conflicts.length - open.length
  const losses = takeable.flatMap((side) => {
    const losing = describeDeletions(open, side, '', services)
    return losing === null ? [] : [`- taking those of ${services[side]} ${sentence(losing)}`]
  })
  return [
    ...(byHand > 0 ? [`${count(byHand, 'conflict')} can only be settled by hand. Of the others:`, ''] : []),
    `All versions ${versions} go to both with one of these, in the box "take" of ${where}:`,
    '',
    ...fenceMarkdown(takeable.map((side) => takes[side].map(quoteWord).join(' '))),
    '',
    ...(losses.length > 0 ? [...losses, ''] : []),
    'The same in a shell:',
    '',
    ...fenceMarkdown(
      takeable.map((side) =>
        formatCommand(
          argv,
          takes[side].map((take) => `--take=${take}`),
        ).trim(),
      ),
    ),
    '',
  ]
}
