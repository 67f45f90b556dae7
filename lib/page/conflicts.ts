/** What both sides changed, side by side, with the commands that settle it. */
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
  return html`<pre class="code" tabindex="0">${lines(texts.slice(0, linesMax).map((text) => text.replace(/\r?\n$/, '')))}</pre>${more > 0 && html`<p class="cut">and ${count(more, 'more line')}</p>`}`
}

function formatHunk(hunk: PlannedHunk, { places }: PageInput): Markup {
  return html`<p class="place">Line ${hunk.line}</p><div class="pair">${sides.map(
    (side) =>
      html`<div><p class="lane-${sides.indexOf(side)} lane-name">${places[side].service}</p>${formatLines(hunk[side], '(deleted)')}</div>`,
  )}</div>${
    hunk.base !== null &&
    hunk.base.length > 0 &&
    html`<details class="base"><summary>What both had before</summary>${formatLines(hunk.base, '')}</details>`
  }`
}

function formatVersion(side: Side, { links, deleted }: PlannedConflict, { places }: PageInput): Markup {
  const { service } = places[side]
  return links[side] === null
    ? html`${deleted[side] ? 'deleted' : 'not there'} on ${service}`
    : link(links[side], `the file on ${service}`)
}

function formatConflict(conflict: PlannedConflict, isOpen: boolean, input: PageInput): Markup {
  const { path, kind, detail, settleable, hunks } = conflict
  const [one, other] = sides as [Side, Side]
  const more = hunks.length - hunksMax
  return html`<details class="card conflict" ${isOpen && html` open`}><summary><h3>${quote(path)}</h3><span class="tag">${kind}</span></summary><p>${quoteSentence(detail)} (${formatVersion(one, conflict, input)}, ${formatVersion(other, conflict, input)})</p>${hunks.slice(0, hunksMax).map((hunk) => formatHunk(hunk, input))}${more > 0 && html`<p class="cut">and ${count(more, 'more place')} in this file</p>`}${
    settleable
      ? html`<p class="soft">Settle it by one of these, or by editing one side so that they agree:</p>${sides.map(
          (side) =>
            html`<p class="way">${input.places[side].service}’s version goes to both</p>${command(input.argv, [take(path, side)])}`,
        )}`
      : html`<p>Settle it by hand on one side, then run again.</p>`
  }</details> `
}

/** Commands that take one side's version of everything. */
function formatAll(open: readonly PlannedConflict[], { argv, places }: PageInput): Markup | false {
  if (open.length < 2) return false
  const takes = (side: Side) =>
    open.length > takesMax ? [`--take=*=${side}`] : open.map(({ path }) => take(path, side))
  return html`<div class="card"><h3>All of them at once</h3>${sides.map(
    (side) => html`<p class="way">${places[side].service}’s version goes to both</p>${command(argv, takes(side))}`,
  )}</div>`
}

/** Null where nothing conflicts. */
export function formatConflicts(input: PageInput, allowance: Allowance): Markup | null {
  const conflicts = input.run?.plan.conflicts ?? []
  if (conflicts.length === 0) return null
  const numbers = new Map(conflicts.map((one, index) => [one, index]))
  const { made, rest } = allowance.fit(
    conflicts,
    (one) => formatConflict(one, numbers.get(one)! < openMax, input),
    bytesMax,
  )
  const names = allowance.fit(
    rest,
    ({ path, kind }) => html`<li>${quote(path)} <span class="soft">${kind}</span> `,
    bytesMax,
  )
  return html`<section id="conflicts" aria-labelledby="conflicts-title"><h2 id="conflicts-title">${count(conflicts.length, 'conflict')}</h2>${formatAll(
    conflicts.filter(({ settleable }) => settleable),
    input,
  )}${made}${
    rest.length > 0 &&
    html`<details class="card"><summary>${count(rest.length, 'more conflict')}, by name alone</summary><ul class="dense">${names.made}</ul>${names.rest.length > 0 && html`<p class="cut">and ${count(names.rest.length, 'more')}: --json lists each of them.</p>`}</details>`
  }</section>`
}
