/** What stays where it is, what has to be known, what a comparison found, and what all of it cost. */
import { quote, quoteSentence } from '../model/quote.ts'
import { sides } from '../model/sides.ts'
import { countBytes } from '../plan/estimate.ts'
import { count, formatBytes, formatDuration, formatNumber } from '../report/numbers.ts'
import type { Allowance } from './allowance.ts'
import { html, type Markup } from './html.ts'
import type { PageInput, PageRun } from './input.ts'

const bytesMax = 200_000

function formatCut(rest: readonly unknown[], noun: string): Markup | false {
  return rest.length > 0 && html`<p class="cut">and ${count(rest.length, noun)}: --json lists each of them.</p>`
}

/** Null where all is mirrored. */
export function formatStaying({ run, places }: PageInput, allowance: Allowance): Markup | null {
  const skipped = run?.plan.skipped ?? []
  if (skipped.length === 0) return null
  const { made, rest } = allowance.fit(
    skipped,
    ({ side, path, why }) =>
      html`<tr><td class="name">${quote(path)}<td>${places[side].service}<td>${quoteSentence(why)}`,
    bytesMax,
  )
  return html`<section id="staying" aria-labelledby="staying-title"><h2 id="staying-title">Not mirrored</h2><div class="card"><table><thead><tr><th scope="col">File<th scope="col">Stays on<th scope="col">Why<tbody>${made}</table>${formatCut(rest, 'more file')}</div></section>`
}

/** Conflicts that an option has settled; null where none was. */
export function formatSettled({ run, places }: PageInput, allowance: Allowance): Markup | null {
  const settled = run?.plan.settled ?? []
  if (settled.length === 0) return null
  const { made, rest } = allowance.fit(
    settled,
    ({
      path,
      side,
      by,
    }) => html`<tr><td class="name">${quote(path)}<td>${side === 'both' ? 'the lines of both' : places[side].service}<td>--${by}
`,
    bytesMax,
  )
  return html`<section id="settled" aria-labelledby="settled-title"><h2 id="settled-title">${count(settled.length, 'conflict')} settled beforehand</h2>
<div class="card"><table><thead><tr><th scope="col">File<th scope="col">Whose version<th scope="col">By
<tbody>
${made}</table>${formatCut(rest, 'more file')}</div></section>
`
}

/** What the plan does besides files, and what was written before it was made. */
function listBesides({ plan, earlier }: PageRun, { places }: PageInput): string[] {
  const { makeBranch, branches } = plan
  const made = makeBranch
    ? [
        `The branch "${quote(branches[makeBranch.side])}" is made on ${places[makeBranch.side].service} at ${makeBranch.at.slice(0, 7)}`,
      ]
    : []
  const before = earlier.map(
    ({ side, commit }) =>
      `Written before the other side moved, whole and consistent: ${places[side].service} ${commit.slice(0, 7)}`,
  )
  return [...made, ...before]
}

/** Null where there is nothing more to know. */
export function formatNotes(input: PageInput, allowance: Allowance): Markup | null {
  const { run } = input
  const notes = run ? [...listBesides(run, input), ...run.plan.notes, ...(run.inspection?.notes ?? [])] : []
  if (notes.length === 0) return null
  const { made, rest } = allowance.fit(notes, (note) => html`<li>${quoteSentence(note)}`, bytesMax)
  return html`<section id="notes" aria-labelledby="notes-title"><h2 id="notes-title">To know</h2><div class="card"><ul>${made}</ul>${formatCut(rest, 'more note')}</div></section>`
}

/** Both sides compared; null where nobody did. */
export function formatProof({ proof, places }: PageInput, allowance: Allowance): Markup | null {
  if (!proof) return null
  const { status, files, objects, differences, missing } = proof
  const found = [
    ...differences.map(({ path, why }) => ({ path, why: why as string })),
    ...sides.flatMap((side) =>
      missing[side].map((path) => ({ path, why: `its LFS object is missing on ${places[side].service}` })),
    ),
  ]
  const { made, rest } = allowance.fit(
    found,
    ({ path, why }) => html`<tr><td class="name">${quote(path)}<td>${why}`,
    allowance.left,
  )
  return html`<section id="proof" aria-labelledby="proof-title"><h2 id="proof-title">Both sides compared</h2><div class="card"><p><strong>${status === 'equal' ? '✓ Equal' : `✕ Different: ${count(found.length, 'path')}`}</strong></p><table class="numbers"><thead><tr><th scope="col">Side<th scope="col" class="size">Files<th scope="col" class="size">LFS objects<tbody>${sides.map(
    (side) =>
      html`<tr><th scope="row">${places[side].service}<td class="size">${formatNumber(files[side])}<td class="size">${formatNumber(objects[side])}`,
  )}</table>${
    found.length > 0 && html`<table><thead><tr><th scope="col">Path<th scope="col">What is so<tbody>${made}</table>`
  }${formatCut(rest, 'more path')}</div></section>`
}

/** The section on what the run has cost, and what is left to do. */
export function formatCost({ cost, places, run, status }: PageInput): Markup {
  const { requests, bytes, elapsedMs } = cost
  const total = sides.reduce((sum, side) => sum + requests[side], 0)
  const plan = status === 'planned' ? run?.plan : undefined
  const left = plan
    ? html`<p class="soft">To carry this plan out takes about ${count(Math.max(0, plan.requests - (run?.inspection?.spared ?? 0)), 'more request')} and moves ${formatBytes(countBytes(plan))}.</p>`
    : false
  return html`<section id="cost" aria-labelledby="cost-title"><h2 id="cost-title">What it took</h2><div class="card"><table class="numbers"><thead><tr><th scope="col">What<th scope="col" class="size">How much<tbody>${sides.map(
    (side) =>
      html`<tr><th scope="row">Requests to ${places[side].service}<td class="size">${formatNumber(requests[side])}`,
  )}<tr><th scope="row">Requests in all<td class="size">${formatNumber(total)}<tr><th scope="row">Received<td class="size">${formatBytes(bytes.downloaded)}<tr><th scope="row">Sent<td class="size">${formatBytes(bytes.uploaded)}<tr><th scope="row">Time<td class="size">${elapsedMs < 60_000 ? `${(elapsedMs / 1_000).toFixed(1)} s` : formatDuration(elapsedMs / 1_000)}</table>${left}</div></section>`
}
