/** What both sides changed, side by side, with the commands that settle it. */
import { createFinder } from '../facts/inspection.ts'
import { formatTake } from '../merge/take.ts'
import { quote, quoteSentence } from '../model/quote.ts'
import { sides, type Side } from '../model/sides.ts'
import type { PlannedConflict, PlannedHunk } from '../plan/plan.ts'
import { count } from '../report/numbers.ts'
import type { Allowance } from './allowance.ts'
import { html, lines, link, type Markup } from './html.ts'
import type { PageInput } from './input.ts'
import { command } from './stops.ts'

/** With more conflicts than this, one command takes all by a glob. */
const takesMax = 10
/** As many are open when the page is. */
const openMax = 10
const hunksMax = 10
const linesMax = 60
const bytesMax = 2_500_000

const take = (path: string, side: Side) => `--take=${formatTake(path, side)}`
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

function formatVersion(side: Side, { links, deleted }: PlannedConflict, { places }: PageInput): Markup {
  const { service } = places[side]
  return links[side] === null
    ? html`${deleted[side] ? 'deleted' : 'not there'} on ${service}`
    : link(links[side], `the file on ${service}`)
}

/** Commands that make the version of either side that of both. */
const formatWays = (takes: (side: Side) => readonly string[], { argv, places }: PageInput) =>
  sides.map(
    (side) => html`<p class="way">${places[side].service}’s version goes to both:</p>${command(argv, takes(side))}`,
  )

/** `data`: what the two versions are as data, in lines. */
function formatConflict(conflict: PlannedConflict, isOpen: boolean, data: readonly string[], input: PageInput): Markup {
  const { path, kind, detail, settleable, hunks } = conflict
  const [one, other] = sides as [Side, Side]
  const more = hunks.length - hunksMax
  const ways = settleable
    ? html`<p class="soft">Settle it by one of these, or by editing one side so that they agree.</p>${formatWays((side) => [take(path, side)], input)}`
    : html`<p>Settle it by hand on one side, then run again.</p>`
  return html`<details class="card conflict"${isOpen && html` open`}><summary><h3>${quote(path)}</h3> <span class="tag">${kind}</span></summary>
<p>${quoteSentence(detail)} (${formatVersion(one, conflict, input)}, ${formatVersion(other, conflict, input)})</p>
${data.length > 0 && html`<ul>${data.map((line) => html`<li>${quoteSentence(line.trim())}`)}</ul>`}
${hunks.slice(0, hunksMax).map((hunk) => formatHunk(hunk, input))}${more > 0 && html`<p class="cut">and ${count(more, 'more place')} in this file</p>`}
${ways}</details>
`
}

/** One command for all of them; where they are many, by a glob. */
function formatAll(settleable: readonly PlannedConflict[], input: PageInput): Markup | false {
  if (settleable.length < 2) return false
  const takes = (side: Side) =>
    settleable.length > takesMax ? [`--take=*=${side}`] : settleable.map(({ path }) => take(path, side))
  return html`<div class="card"><h3>All of them at once</h3>${formatWays(takes, input)}</div>
`
}

/** Conflicts for which there is no room are named at least. */
function formatNames(rest: readonly PlannedConflict[], allowance: Allowance): Markup | false {
  if (rest.length === 0) return false
  const formatOne = ({ path, kind }: PlannedConflict) => html`<li>${quote(path)} <span class="soft">${kind}</span>
`
  const names = allowance.fit(rest, formatOne, bytesMax)
  return html`<details class="card"><summary>${count(rest.length, 'more conflict')}, by name alone</summary>
<ul class="dense">${names.made}</ul>${names.rest.length > 0 && html`<p class="cut">and ${count(names.rest.length, 'more')}: --json lists each of them.</p>`}</details>
`
}

/** Null where nothing conflicts. */
export function formatConflicts(input: PageInput, allowance: Allowance): Markup | null {
  const conflicts = input.run?.plan.conflicts ?? []
  if (conflicts.length === 0) return null
  const open = new Set(conflicts.slice(0, openMax))
  const findData = createFinder(input.run?.inspection ?? null, null)
  const formatOne = (one: PlannedConflict) => formatConflict(one, open.has(one), findData(one.path), input)
  const { made, rest } = allowance.fit(conflicts, formatOne, bytesMax)
  const settleable = conflicts.filter((one) => one.settleable)
  return html`<section id="conflicts" aria-labelledby="conflicts-title">
<h2 id="conflicts-title">${count(conflicts.length, 'conflict')}</h2>
${formatAll(settleable, input)}${made}${formatNames(rest, allowance)}</section>
`
}
