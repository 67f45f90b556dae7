/** What changes in texts, line by line, as far as they were read for the plan. */
import { quote } from '../model/quote.ts'
import { sides, type Side } from '../model/sides.ts'
import type { PlannedEdit } from '../plan/edits.ts'
import { listDiffLines, type DiffLine } from '../report/diff-text.ts'
import { count, formatNumber } from '../report/numbers.ts'
import type { Allowance } from './allowance.ts'
import { html, lines, type Markup } from './html.ts'
import type { PageInput } from './input.ts'
import { formatCut, section } from './section.ts'

/** Files that are compared at all: each takes a moment. */
const filesMax = 200
/** Lines that are shown of one file, and of one that is open when the page is. */
const linesMax = 400
const openLinesMax = 40

/** Texts by the edits that change them: `id` is where the page shows the lines, null where it has no room for them. */
export type Diffs = ReadonlyMap<PlannedEdit, { readonly id: string | null; readonly counts: Markup }>

interface Diff {
  readonly id: string
  readonly side: Side
  readonly edit: PlannedEdit
  readonly told: readonly DiffLine[] | null
}

function* readDiffs({ run }: PageInput): Generator<Diff> {
  if (!run?.findTexts) return
  let number = 0
  for (const side of sides)
    for (const edit of run.plan.edits[side]) {
      if (number === filesMax) return
      // Of a file that is new or goes, every line would be.
      if (edit.content === null || (edit.was === null && edit.renamedFrom === null)) continue
      const versions = run.findTexts(edit)
      if (versions === null || versions.before === versions.after) continue
      yield { id: `text-${++number}`, side, edit, told: listDiffLines(versions) }
    }
}

/** The sign stays, so that no colour has to tell. */
function formatLine({ sign, text }: DiffLine): Markup {
  const line = html`${sign}${lines([text])}`
  if (sign === '+') return html`<ins>${line}</ins>`
  if (sign === '-') return html`<del>${line}</del>`
  return sign === ' ' ? html`<span>${line}</span>` : html`<span class="soft">${line}</span>`
}

function formatCounts({ told }: Diff): Markup {
  if (told === null) return html`many lines`
  const number = (sign: DiffLine['sign']) => formatNumber(told.filter((line) => line.sign === sign).length)
  return html`<span class="added">+${number('+')}</span> <span class="removed">−${number('-')}</span>`
}

function formatDiff(diff: Diff, { places }: PageInput): Markup {
  const { id, side, edit, told } = diff
  const isOpen = told !== null && told.length <= openLinesMax
  const more = (told?.length ?? 0) - linesMax
  const from = edit.renamedFrom !== null && html`<span class="soft">${quote(edit.renamedFrom)} → </span>`
  const inside = told
    ? html`<pre class="diff" tabindex="0">${told.slice(0, linesMax).map(formatLine)}</pre>${more > 0 && html`<p class="cut">and ${count(more, 'more line')}</p>`}`
    : html`<p class="cut">Too many lines changed to compare them here.</p>`
  return html`<details class="card text" id="${id}"${isOpen && html` open`}><summary><h3>${from}${quote(edit.path)}</h3> ${formatCounts(diff)} <span class="soft">for ${places[side].service}</span></summary>
${inside}</details>
`
}

/** The section, null where no text is known, and what other sections say of its texts. */
export function formatDiffs(input: PageInput, allowance: Allowance): { texts: Markup | null; diffs: Diffs } {
  const found = [...readDiffs(input)]
  const { made, rest } = allowance.fit(found, (diff) => formatDiff(diff, input), allowance.left)
  const left = new Set(rest)
  const diffs = new Map(
    found.map((diff) => [diff.edit, { id: left.has(diff) ? null : diff.id, counts: formatCounts(diff) }]),
  )
  const texts = section('texts', 'Texts', [made, formatCut(rest, 'more text', '--diff prints them')])
  return { texts: found.length > 0 ? texts : null, diffs }
}
