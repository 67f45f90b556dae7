/**
 * One file to look at, of what a run will do or has done: for whoever approves it, and for whoever asks later. It loads
 * nothing and runs no script, and whatever is foreign in it is text. Pure.
 */
import { createHash } from 'node:crypto'
import { quote } from '../model/quote.ts'
import { valuesOf } from '../model/sides.ts'
import { Allowance } from './allowance.ts'
import { formatChanges } from './changes.ts'
import { formatConflicts } from './conflicts.ts'
import { formatData } from './data.ts'
import { formatDiffs } from './diffs.ts'
import { groupRows } from './groups.ts'
import { formatHistories } from './histories.ts'
import { html, Markup } from './html.ts'
import type { PageInput } from './input.ts'
import { formatProof } from './proof.ts'
import { formatCost, formatNotes, formatSettled, formatStaying } from './rest.ts'
import { formatStops } from './stops.ts'
import { style } from './style.ts'
import { formatGlance, formatHeader, judge } from './verdict.ts'

/**
 * Bytes of what a plan of any size may put on a page, together less than 5 MB: for what stops it and for files, in which
 * deletions come first; for the lines of texts; for everything else.
 */
const allowances = { files: 3_500_000, texts: 600_000, rest: 700_000 }

/** Nothing may be loaded, sent, run or framed; the page has one style, and that is known by its hash. */
const formatPolicy = () =>
  `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`

/** Sections by their ids, as the reader meets them; null for those that this run does not have. */
function formatSections(input: PageInput): [id: string, name: string, section: Markup | null][] {
  const groups = input.run ? groupRows(input.run.plan) : []
  const allowance = new Allowance(allowances.files)
  const stops = formatStops(input, allowance)
  const conflicts = formatConflicts(input, allowance)
  const { texts, diffs } = formatDiffs(input, new Allowance(allowances.texts))
  const files = formatChanges(groups, { input, allowance, diffs })
  allowance.grant(allowances.rest)
  return [
    ['stopped', 'Why it stopped', stops],
    ['conflicts', 'Conflicts', conflicts],
    ['glance', 'At a glance', formatGlance(input, groups)],
    ['histories', 'Both histories', formatHistories(input, allowance)],
    ['proof', 'Both sides compared', formatProof(input, allowance)],
    ['files', 'Files', files],
    ['data', 'Inside the data', formatData(input, allowance)],
    ['texts', 'Texts', texts],
    ['settled', 'Settled beforehand', formatSettled(input, allowance)],
    ['staying', 'Not mirrored', formatStaying(input, allowance)],
    ['notes', 'To know', formatNotes(input, allowance)],
    ['cost', 'What it took', formatCost(input)],
  ]
}

/** All of the page that stands within its `<html>`. */
export function formatPage(input: PageInput): string {
  const sections = formatSections(input).filter(([, , section]) => section !== null)
  const names = valuesOf(input.places).map(({ repository }) => quote(repository))
  return html`<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${formatPolicy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${judge(input).words}: ${names.join(' and ')}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<div class="page">
${formatHeader(input)}
<nav aria-label="On this page"><ul>${sections.map(([id, name]) => html`<li><a href="#${id}">${name}</a>`)}</ul></nav>
<main id="main">
${sections.map(([, , section]) => section)}
</main>
<footer class="soft"><p>Written by hubmirror. This page is one file: it loads nothing, sends nothing and runs no script.</p></footer>
</div>
</body>
`.text
}
