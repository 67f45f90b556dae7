/** Conflicts for people: what each side has, who made it, what each answer does, and the commands that give it. */
import { formatTake, formatTakeBelow, listAnswers, listTakeable, showTake } from '../merge/take.ts'
import { quote, quoteSentence, quoteShell } from '../model/quote.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import type { Plan, PlannedConflict, PlannedHunk } from '../plan/plan.ts'
import { formatCommand } from './command-text.ts'
import { fold, type Folded } from './fold.ts'
import { count, formatBytes, formatNumber } from './numbers.ts'
import type { Look } from './places.ts'
import { describePeople } from './plan-text.ts'
import { shorten, wrap } from './width.ts'

/** Conflicts told one by one, or folders of them. */
const toldMax = 12
const hunksShownMax = 3
const linesShownMax = 8
/** With more conflicts than this, a command takes all by a glob. */
const takesShownMax = 10
/** Names that stand for a folder of conflicts. */
const samplesMax = 3
const labelWidth = Math.max(...sides.map(({ length }) => length))

/**
 * `nothing`: the sentence that nothing was written, where that is so. `argv`: what the run was asked. `findData`: what
 * is known of both versions of a data file, in lines.
 */
export interface ConflictContext {
  readonly nothing: string
  readonly argv: readonly string[]
  readonly findData: (path: string) => readonly string[]
}

function formatVersion(side: Side, lines: readonly string[] | null, most: number): string[] {
  const label = `      ${side.padEnd(labelWidth)} |`
  if (lines === null)
    return [`${label} (not shown: not everybody can read it, and everybody may be able to read this log)`]
  if (lines.length === 0) return [`${label} (deleted)`]
  const shown = lines.slice(0, most).map((line) => `${label} ${quote(line.replace(/\r?\n$/, ''))}`)
  return lines.length > most ? [...shown, `${label} (${lines.length - most} more lines)`] : shown
}

/** Both sides' lines at each place. */
function formatHunks(hunks: readonly PlannedHunk[], isWhole: boolean): string[] {
  const [hunksMax, linesMax] = isWhole ? [Infinity, Infinity] : [hunksShownMax, linesShownMax]
  const lines: string[] = []
  for (const hunk of hunks.slice(0, hunksMax))
    lines.push(`    line ${hunk.line}`, ...sides.flatMap((side) => formatVersion(side, hunk[side], linesMax)))
  if (hunks.length > hunksMax) lines.push(`    and ${count(hunks.length - hunksMax, 'more hunk')}`)
  return lines
}

/** Why there is no version of a side at the path, such as `deleted`; null where there is one. */
export function describeAbsence(side: Side, { kind, detail, links, deleted }: PlannedConflict): string | null {
  if (kind === 'file/directory' && detail.includes(`a folder on ${side}`)) return 'a folder'
  if (links[side] !== null) return null
  // Its old name is gone; the file is not.
  return detail.includes(`${side} renamed it`) ? 'renamed' : deleted[side] ? 'deleted' : 'not there'
}

/** Whether taking a side deletes the file that the other side has there. */
const isDeletedBy = ({ detail, deleted, settleable }: PlannedConflict, side: Side) =>
  settleable && deleted[side] && !detail.includes(`${side} renamed it`)

/**
 * What taking a side for all of these conflicts deletes, such as `deletes a.csv on github`; null where nothing. People who
 * answer for a folder have not seen what is in it. `prefix`: the folder; `names`: what the sides are called.
 */
export function describeDeletions(
  conflicts: readonly PlannedConflict[],
  side: Side,
  prefix: string,
  names: Sides<string> = mapSides((each) => each),
): string | null {
  const gone = conflicts.filter((conflict) => isDeletedBy(conflict, side))
  return gone.length === 0 ? null : `deletes ${nameSome(gone, prefix)} on ${names[otherSide[side]]}`
}

/** The first of some paths in a folder, and how many more there are. */
function nameSome(conflicts: readonly PlannedConflict[], prefix: string): string {
  const names = conflicts.slice(0, samplesMax).map(({ path }) => shorten(quote(path.slice(prefix.length)), 30))
  const rest = conflicts.length - names.length
  return `${names.join(', ')}${rest > 0 ? ` and ${formatNumber(rest)} more` : ''}`
}

/**
 * What taking a side comes to, such as `deletes it on github`; null where the conflict's own words say it. `names`: what
 * the sides are called.
 */
export function describeAnswer(
  { detail, deleted, links }: PlannedConflict,
  side: Side,
  names: Sides<string> = mapSides((each) => each),
): string | null {
  if (new RegExp(`\\btaking (?:a side|${side}) `).test(detail)) return null
  const other = names[otherSide[side]]
  if (deleted[side]) return `deletes it on ${other}`
  if (links[side] === null) return `leaves ${other} without it`
  return deleted[otherSide[side]] ? `brings it back to ${other}` : `puts its version on ${other}`
}

/** What taking each side comes to, in one line; null as above. */
export function describeAnswers(conflict: PlannedConflict): string | null {
  const answers = listTakeable([conflict]).flatMap((side) => {
    const answer = describeAnswer(conflict, side)
    return answer === null ? [] : [`taking ${side} ${answer}`]
  })
  const both = listAnswers(conflict).includes('both') ? ['taking both keeps the lines of both'] : []
  return answers.length > 0 ? [...answers, ...both].join(', ') : null
}

/** One side's version: how large it is, or why there is none, and who made it. */
export function describeHolding(side: Side, conflict: PlannedConflict, who: string): string {
  const absence = describeAbsence(side, conflict)
  const size = conflict.byteLengths[side]
  const is = absence !== null ? `(${absence})` : size === null ? '' : formatBytes(size)
  return [is, who].filter(Boolean).join(', ')
}

/** The same, and where to look at it. */
function formatHolding(side: Side, conflict: PlannedConflict, who: string): string[] {
  const link = conflict.links[side]
  const [label, below] = [side, ''].map((text) => `    ${text.padEnd(labelWidth)}   `)
  return [`${label}${describeHolding(side, conflict, who)}`, ...(link === null ? [] : [`${below}${quote(link)}`])]
}

/**
 * What is told of a conflict. `data`: what is known of both versions of a data file. `isWhole`: all of its lines.
 * `isAsked`: the question comes right below, so that no command is told.
 */
export interface ConflictDetail {
  readonly data: readonly string[]
  readonly isWhole?: boolean
  readonly isAsked?: boolean
}

/** One conflict, all that is known of it. */
export function formatConflict(
  conflict: PlannedConflict,
  plan: Plan,
  { data, isWhole = false, isAsked = false }: ConflictDetail,
  look: Look,
): string[] {
  const { path, kind, detail, settleable, hunks } = conflict
  const people = describePeople(plan, look.nowMs)
  const answers = settleable ? describeAnswers(conflict) : null
  const sentence = (text: string) => wrap(text, look.sentenceWidth, '    ')
  return [
    sentence(`  ${look.paint('wrong', quote(path))}  ${kind}: ${quoteSentence(detail)}`),
    ...formatHunks(hunks, isWhole),
    ...sides.flatMap((side) => formatHolding(side, conflict, people[side])),
    ...data.map((line) => `    ${quoteSentence(line)}`),
    ...(answers === null ? [] : [sentence(`    ${answers}`)]),
    ...(isAsked ? [] : [formatWayOut(conflict)]),
  ]
}

/** The option that gives an answer, as a shell takes it. */
const quoteTake = (argument: string) => `--take=${quoteShell(showTake(argument))}`

/** All answers that a conflict has. */
function formatWayOut(conflict: PlannedConflict): string {
  const answers = listAnswers(conflict).map((answer) => quoteTake(formatTake(conflict.path, answer)))
  return answers.length > 0
    ? `    settle it with ${answers.join(' or ')}`
    : '    settle it by hand on one side, then run again'
}

/** A folder of conflicts. */
function formatFolder({ name, prefix, items }: Folded<PlannedConflict>, look: Look): string[] {
  const kinds = [...new Set(items.map(({ kind }) => kind))]
  const open = items.filter(({ settleable }) => settleable).length
  return [
    `  ${look.paint('wrong', quote(name))}  ${count(items.length, 'conflict')} (${kinds.join(', ')})`,
    `    ${nameSome(items, prefix)}`,
    ...listTakeable(items).flatMap((side) => {
      const losing = describeDeletions(items, side, prefix)
      return losing === null ? [] : [wrap(`    taking ${side} ${losing}`, look.sentenceWidth, '    ')]
    }),
    ...(open < items.length ? [`    ${formatNumber(items.length - open)} of them can only be settled by hand`] : []),
    ...(open > 0
      ? [
          `    settle them with ${listTakeable(items)
            .map((side) => quoteTake(formatTakeBelow(name, side)))
            .join(' or ')}`,
        ]
      : []),
  ]
}

/** One command for each side that takes its version of everything. */
function formatCommands(conflicts: readonly PlannedConflict[], argv: readonly string[]): string[] {
  const open = conflicts.filter(({ settleable }) => settleable)
  if (open.length === 0) return []
  const takes = (side: Side) =>
    (open.length > takesShownMax ? [`*=${side}`] : open.map(({ path }) => formatTake(path, side))).map(quoteTake)
  const left = conflicts.length - open.length
  const options = listTakeable(open)
  const heading =
    left > 0
      ? `${count(left, 'conflict')} can only be settled by hand; the rest with`
      : open.length > 1
        ? 'All of them are settled with'
        : 'It is settled with'
  return [
    options.length > 1 ? `${heading} one of these (or some of each):` : `${heading}:`,
    ...options.map((side) => `${formatCommand(argv)} ${takes(side).join(' ')}`),
  ]
}

/** All conflicts of a plan: each with what is known of it, many of them by folder. */
export function formatConflicts(plan: Plan, { nothing, argv, findData }: ConflictContext, look: Look): string[] {
  const { conflicts } = plan
  const lines = ['', `${count(conflicts.length, 'conflict')}.${nothing && ` ${nothing}`}`]
  for (const line of fold(conflicts, ({ path }) => path, toldMax)) {
    const [first] = line.items
    const told = line.isFolder
      ? formatFolder(line, look)
      : formatConflict(first!, plan, { data: findData(first!.path) }, look)
    lines.push('', ...told)
  }
  return [...lines, '', ...formatCommands(conflicts, argv)]
}
