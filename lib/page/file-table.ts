/** Files as rows of a table, and folders that open to one. */
import { quote } from '../model/quote.ts'
import { sides } from '../model/sides.ts'
import type { Folded } from '../report/fold.ts'
import { count, formatBytes } from '../report/numbers.ts'
import type { Row } from '../report/rows.ts'
import { nameOf } from '../report/story.ts'
import type { Allowance } from './allowance.ts'
import type { Diffs } from './diffs.ts'
import { sumBytes } from './groups.ts'
import { html, type Markup, type Piece } from './html.ts'
import type { PageInput } from './input.ts'

/** A folder with more files lists names alone, many of them in a row. */
const rowsMax = 400

/** `longest`: bytes of the longest bar on the page. `diffs`: of texts that the page shows line by line. */
export interface Making {
  readonly input: PageInput
  readonly allowance: Allowance
  readonly diffs: Diffs
  readonly longest: number
}

function formatSize(byteLength: number | null, longest: number): Markup {
  if (byteLength === null) return html``
  const share = Math.max(1, Math.round((byteLength / Math.max(1, longest)) * 100))
  return html`<svg class="bar" aria-hidden="true"><rect width="${share}%" height="6" rx="2"/></svg>${formatBytes(byteLength)}`
}

/** The folders of a path are told softly. */
function formatName(path: string): Markup {
  const slash = path.lastIndexOf('/') + 1
  return html`${slash > 0 && html`<span class="soft">${quote(path.slice(0, slash))}</span>`}<b>${quote(path.slice(slash))}</b>`
}

/** `sender`: whether it is worth saying who changed a file. */
function noteRow({ isObject, by, edit }: Row, { input: { places }, diffs }: Making, sender: boolean): Piece[] {
  const { hunks, keeps } = edit
  const diff = diffs.get(edit)
  return [
    isObject && html`<span class="tag">LFS</span>`,
    diff !== undefined && (diff.id === null ? diff.counts : html`<a href="#${diff.id}">${diff.counts}</a>`),
    hunks && sides.map((side) => `${count(hunks[side], 'hunk')} from ${places[side].service}`).join(', '),
    keeps !== null && quote(keeps),
    sender && by && html`<span class="soft">${nameOf(by)}</span>`,
  ].filter((note) => note !== false && note !== null)
}

/** What is the same for all rows of a table. `skipped`: letters of each path that the folder above tells. */
interface Columns {
  readonly notes: boolean
  readonly sender: boolean
  readonly skipped: number
}

function chooseColumns(rows: readonly Row[], making: Making, skipped: number): Columns {
  const sender = new Set(rows.map(({ by }) => by?.name)).size > 1
  return { notes: rows.some((row) => noteRow(row, making, sender).length > 0), sender, skipped }
}

function formatRow(row: Row, { notes, sender, skipped }: Columns, making: Making): Markup {
  const from =
    row.from !== null &&
    html`<span class="from">${quote(row.from)} <span aria-hidden="true">→</span><span class="unseen">becomes</span> </span>`
  const said = noteRow(row, making, sender).map((note, index) => [index > 0 && ' · ', note])
  return html`<tr><td class="name">${from}${formatName(row.path.slice(skipped))}${notes && html`<td>${said}`}<td class="size">${formatSize(row.byteLength, making.longest)}
`
}

/** What a cut left out, so that it hides nothing. */
function formatRest(rest: readonly Row[], where: string): Markup | false {
  return (
    rest.length > 0 &&
    html`<p class="cut">${count(rest.length, 'more file')} (${formatBytes(sumBytes(rest))}) ${where}, left out of this page: --json lists each of them.</p>`
  )
}

/** As many rows as fit into `byteLength`; `where` says of which files. */
export function formatTable(
  rows: readonly Row[],
  { where, byteLength, skipped }: { readonly where: string; readonly byteLength: number; readonly skipped: number },
  making: Making,
): Markup {
  const isDense = skipped > 0 && rows.length > rowsMax
  const columns = chooseColumns(rows, making, skipped)
  const make = isDense
    ? ({ path }: Row) => html`<li>${quote(path.slice(skipped))}
`
    : (row: Row) => formatRow(row, columns, making)
  const { made, rest } = making.allowance.fit(rows, make, byteLength)
  if (made.length === 0) return html`${formatRest(rest, where)}`
  if (isDense) return html`<ul class="dense">${made}</ul>${formatRest(rest, where)}`
  return html`<table class="files"><caption class="unseen">Files ${where}</caption>
<colgroup><col>${columns.notes && html`<col class="notes">`}<col class="sizes"></colgroup>
<thead><tr><th scope="col">File${columns.notes && html`<th scope="col">What else`}<th scope="col" class="size">Size
<tbody>
${made}</table>${formatRest(rest, where)}`
}

/** A folder that can be opened. */
export function formatFolder(line: Folded<Row>, isOpen: boolean, byteLength: number, making: Making): Markup {
  const { name, items } = line
  const skipped = name === './' ? 0 : name.replace(/\*$/, '').length
  const about = { where: `in ${quote(name)}`, byteLength, skipped }
  return html`<details${isOpen && html` open`}><summary><span class="name">${quote(name)}</span> <span class="soft">${count(items.length, 'file')}</span> <span class="size">${formatSize(sumBytes(items), making.longest)}</span></summary>
${formatTable(items, about, making)}</details>
`
}
