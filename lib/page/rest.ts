/** What stays where it is, what has to be known, what a comparison found, and what all of it cost. */
import { quote, quoteSentence } from '../model/quote.ts'
import { sides } from '../model/sides.ts'
import { countAhead, type Settled, type Skipped } from '../plan/plan.ts'
import { count, formatBytes, formatDuration, formatNumber } from '../report/numbers.ts'
import { describeSaved, formatMoved } from '../report/saved-text.ts'
import type { Allowance } from './allowance.ts'
import { html, type Markup } from './html.ts'
import type { PageInput, PageRun } from './input.ts'
import { formatCut, section, table } from './section.ts'

const bytesMax = 200_000

/** Null where all is mirrored. */
export function formatStaying({ run, places }: PageInput, allowance: Allowance): Markup | null {
  const skipped = run?.plan.skipped ?? []
  if (skipped.length === 0) return null
  const formatOne = ({ side, path, why }: Skipped) =>
    html`<tr><td class="name">${quote(path)}<td>${places[side].service}<td>${quoteSentence(why)}
`
  const { made, rest } = allowance.fit(skipped, formatOne, bytesMax)
  const inside = html`<div class="card">${table(['File', 'Stays on', 'Why'], made)}${formatCut(rest, 'more file')}</div>`
  return section('staying', 'Not mirrored', inside)
}

/** Conflicts that an option has settled; null where none was. */
export function formatSettled({ run, places }: PageInput, allowance: Allowance): Markup | null {
  const settled = run?.plan.settled ?? []
  if (settled.length === 0) return null
  const formatOne = ({ path, side, by }: Settled) => {
    const version = side === 'both' ? 'the lines of both' : places[side].service
    return html`<tr><td class="name">${quote(path)}<td>${version}<td>--${by}
`
  }
  const { made, rest } = allowance.fit(settled, formatOne, bytesMax)
  const inside = html`<div class="card">${table(['File', 'Whose version', 'By'], made)}${formatCut(rest, 'more file')}</div>`
  return section('settled', `${count(settled.length, 'conflict')} settled beforehand`, inside)
}

/** What the plan does besides files, and what was written before it was made. */
function listBesides({ plan: { makeBranch, branches }, earlier }: PageRun, { places }: PageInput): string[] {
  const before = earlier.map(
    ({ side, commit }) =>
      `Written before the other side moved, whole and consistent: ${places[side].service} ${commit.slice(0, 7)}`,
  )
  if (makeBranch === null) return before
  const { side, at } = makeBranch
  return [`The branch "${quote(branches[side])}" is made on ${places[side].service} at ${at.slice(0, 7)}`, ...before]
}

/** Null where there is nothing more to know. */
export function formatNotes(input: PageInput, allowance: Allowance): Markup | null {
  const { run } = input
  const notes = run ? [...listBesides(run, input), ...run.plan.notes, ...(run.inspection?.notes ?? [])] : []
  if (notes.length === 0) return null
  const { made, rest } = allowance.fit(notes, (note) => html`<li>${quoteSentence(note)}`, bytesMax)
  return section('notes', 'To know', html`<div class="card"><ul>${made}</ul>${formatCut(rest, 'more note')}</div>`)
}

/** The section on what the run has cost, and what is left to do. */
export function formatCost({ cost, places, run, status }: PageInput): Markup {
  const { requests, bytes, elapsedMs } = cost
  const total = sides.reduce((sum, side) => sum + requests[side], 0)
  const time = elapsedMs < 60_000 ? `${(elapsedMs / 1_000).toFixed(1)} s` : formatDuration(elapsedMs / 1_000)
  const rows = [
    ...sides.map((side) => [`Requests to ${places[side].service}`, formatNumber(requests[side])] as const),
    ['Requests in all', formatNumber(total)] as const,
    ['Received', formatBytes(bytes.downloaded)] as const,
    ['Sent', formatBytes(bytes.uploaded)] as const,
    ['Time', time] as const,
  ].map(([what, much]) => html`<tr><th scope="row">${what}<td class="size">${much}`)
  const plan = status === 'planned' ? run?.plan : undefined
  const ahead = plan ? Math.max(0, countAhead(plan) - (run?.inspection?.spared ?? 0)) : 0
  const left =
    plan &&
    html`<p class="soft">To carry this plan out takes about ${count(ahead, 'more request')} and moves ${formatMoved(plan)}.</p>`
  const saved = run ? describeSaved(run.written.objects, run.plan.services) : []
  return section(
    'cost',
    'What it took',
    html`<div class="card">${table(['What', '#How much'], rows, 'numbers')}${saved.map((line) => html`<p class="soft">${line}.</p>`)}${left ?? null}</div>`,
  )
}
