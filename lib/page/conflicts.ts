/** What both sides changed, side by side, with the commands that settle it. */
import { createFinder } from '../facts/inspection.ts'
import { formatTake, formatTakeBelow, listAnswers, listTakeable, showTake, type Answer } from '../merge/take.ts'
import { quote, quoteSentence } from '../model/quote.ts'
import { mapSides, sides, type Side, type Sides } from '../model/sides.ts'
import type { PlannedConflict, PlannedHunk } from '../plan/plan.ts'
import { describeAbsence, describeAnswer, describeDeletions } from '../report/conflict-text.ts'
import { fold, type Folded } from '../report/fold.ts'
import { count, formatBytes } from '../report/numbers.ts'
import { tellPeople } from '../report/story.ts'
import type { Allowance } from './allowance.ts'
import { html, lines, link, type Markup } from './html.ts'
import type { PageInput } from './input.ts'
import { formatCut, section } from './section.ts'
import { command } from './stops.ts'

/** With more conflicts than this, one command takes all by a glob. */
const takesMax = 10
/** As many are open when the page is. */
const openMax = 10
const hunksMax = 10
const linesMax = 60
/** Conflicts that are told one by one, or folders of them. */
const foldedMax = 40
const bytesMax = 2_500_000

const take = (path: string, side: Answer) => `--take=${showTake(formatTake(path, side))}`
const hidden = '(not shown: not everybody can read it, and everybody may be able to read this page)'

function formatLines(texts: readonly string[] | null, empty: string): Markup {
  if (texts === null) return html`<p class="soft">${hidden}</p>`
  if (texts.length === 0) return html`<p class="soft">${empty}</p>`
  const more = texts.length - linesMax
  const shown = texts.slice(0, linesMax).map((text) => text.replace(/\r?\n$/, ''))
  return html`<pre class="code" tabindex="0">${lines(shown)}</pre>${more > 0 && html`<p class="cut">and ${count(more, 'more line')}</p>`}`
}

function formatHunk(hunk: PlannedHunk, { places }: PageInput): Markup {
  const versions = sides.map((side, lane) => {
    const name = html`<p class="lane-name lane-${lane}">${places[side].service}</p>`
    return html`<div>${name}${formatLines(hunk[side], '(deleted)')}</div>`
  })
  const base = hunk.base ?? []
  return html`<p class="place">Line ${hunk.line}</p>
<div class="pair">${versions}</div>
${base.length > 0 && html`<details><summary>What both had before</summary>${formatLines(base, '')}</details>`}`
}

function formatHunks(hunks: readonly PlannedHunk[], input: PageInput): Markup {
  const more = hunks.length - hunksMax
  return html`${hunks.slice(0, hunksMax).map((hunk) => formatHunk(hunk, input))}${more > 0 && html`<p class="cut">and ${count(more, 'more place')} in this file</p>`}`
}

/** What all conflicts of a page have in common. */
interface Making {
  readonly input: PageInput
  readonly findData: (path: string) => readonly string[]
  readonly people: Sides<string>
}

/** One side's version, and the command that makes it that of both. */
function formatAnswer(conflict: PlannedConflict, side: Side, { input, people }: Making): Markup {
  const { path, links, byteLengths } = conflict
  const size = byteLengths[side]
  const about = [
    describeAbsence(side, conflict) ?? (links[side] !== null && link(links[side], 'see the file')),
    size !== null && formatBytes(size),
    people[side],
  ].filter((one) => one !== false && one !== '')
  const answer = describeAnswer(conflict, side, input.run!.plan.services)
  const way = html`<p class="way">Taking ${input.places[side].service}${answer !== null && ` ${answer}`}:</p>${command(input.argv, [take(path, side)])}`
  const name = html`<span class="lane-name lane-${sides.indexOf(side)}">${input.places[side].service}</span>`
  return html`<div><p>${name} <span class="soft">${about.map((one, index) => [index > 0 && ', ', one])}</span></p>${listAnswers(conflict).includes(side) && way}</div>`
}

/** `level`: of its heading. */
function formatConflict(conflict: PlannedConflict, isOpen: boolean, level: 3 | 4, making: Making): Markup {
  const { path, kind, detail, settleable, hunks } = conflict
  const heading = level === 3 ? html`<h3>${quote(path)}</h3>` : html`<h4>${quote(path)}</h4>`
  const both = html`<p class="way">Taking the lines of both, one after the other:</p>${command(making.input.argv, [take(path, 'both')])}`
  const data = making.findData(path).map((line) => html`<li>${quoteSentence(line.trim())}`)
  return html`<details class="conflict${level === 3 && ' card'}"${isOpen && html` open`}><summary>${heading} <span class="tag">${kind}</span></summary>
<p>${quoteSentence(detail)}</p>${data.length > 0 && html`<ul>${data}</ul>`}
${formatHunks(hunks, making.input)}
<div class="pair">${sides.map((side) => formatAnswer(conflict, side, making))}</div>
${listAnswers(conflict).includes('both') && both}${!settleable && html`<p>Settle it by hand on one side, then run again.</p>`}</details>
`
}

/** Commands that make one side's version of several files that of both. */
function formatWays(
  conflicts: readonly PlannedConflict[],
  prefix: string,
  takes: (side: Side) => readonly string[],
  { argv, places }: PageInput,
): Markup {
  const services = mapSides((side) => places[side].service)
  const ways = listTakeable(conflicts).map((side) => {
    const losing = describeDeletions(conflicts, side, prefix, services)
    const which = losing === null ? '' : `; that ${losing}`
    return html`<div><p class="way">${services[side]}’s versions go to both${which}:</p>${command(argv, takes(side))}</div>`
  })
  return html`<div class="pair">${ways}</div>`
}

/** One command for all of them; where they are many, by a glob. */
function formatAll(conflicts: readonly PlannedConflict[], input: PageInput): Markup | false {
  const settleable = conflicts.filter((one) => one.settleable)
  if (settleable.length < 2) return false
  const takes = (side: Side) =>
    settleable.length > takesMax ? [`--take=*=${side}`] : settleable.map(({ path }) => take(path, side))
  const byHand = conflicts.length - settleable.length
  const heading = byHand === 0 ? 'All of them at once' : `All but ${byHand} that can only be settled by hand`
  return html`<div class="card"><h3>${heading}</h3>${formatWays(settleable, '', takes, input)}</div>
`
}

/** A folder of conflicts, as many of them in full as there is room for; the others are named. */
function formatFolder(
  { name, prefix, items }: Folded<PlannedConflict>,
  making: Making,
  allowance: Allowance,
  byteLength: number,
): Markup {
  const { made, rest } = allowance.fit(items, (one) => formatConflict(one, false, 4, making), byteLength)
  const formatName = ({ path, kind }: PlannedConflict) => html`<li>${quote(path)} <span class="soft">${kind}</span>
`
  const names = allowance.fit(rest, formatName, byteLength)
  const ways =
    items.some(({ settleable }) => settleable) &&
    formatWays(items, prefix, (side) => [`--take=${showTake(formatTakeBelow(name, side))}`], making.input)
  return html`<details class="card conflict"><summary><h3>${quote(name)}</h3> <span class="soft">${count(items.length, 'conflict')}</span></summary>
${ways}${made}${names.made.length > 0 && html`<ul class="dense">${names.made}</ul>`}${formatCut(names.rest, 'more conflict')}</details>
`
}

/** All conflicts of a plan, many of them by folder; null where nothing conflicts. */
export function formatConflicts(input: PageInput, allowance: Allowance): Markup | null {
  const { conflicts = [], originals } = input.run?.plan ?? {}
  // Those of an undo have no two sides, and are told as what stopped it.
  if (conflicts.length === 0 || input.run?.plan.undo) return null
  const findData = createFinder(input.run?.inspection ?? null, null)
  const people = mapSides((side) => tellPeople(originals?.[side] ?? [], input.nowMs))
  const making = { input, findData, people }
  const folded = fold(conflicts, ({ path }) => path, foldedMax)
  const made = folded.map((line, index) => {
    const byteLength = Math.min(bytesMax, allowance.left) / (folded.length - index)
    if (line.isFolder) return formatFolder(line, making, allowance, byteLength)
    const [conflict] = line.items as [PlannedConflict]
    const whole = formatConflict(conflict, index < openMax, 3, making)
    return allowance.spend(
      Buffer.byteLength(whole.text) <= byteLength
        ? whole
        : formatConflict({ ...conflict, hunks: [] }, false, 3, making),
    )
  })
  return section('conflicts', count(conflicts.length, 'conflict'), [formatAll(conflicts, input), made])
}
