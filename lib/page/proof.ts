/** Both sides compared: what each holds, and every path that is not equal, many of them by folder. */
import { quote, quoteSentence } from '../model/quote.ts'
import { mapSides, sides } from '../model/sides.ts'
import { fold, type Folded } from '../report/fold.ts'
import { count, formatNumber } from '../report/numbers.ts'
import { adviseMissing, describeFound, listFound, type Found } from '../report/verification-text.ts'
import type { Allowance } from './allowance.ts'
import { html, type Markup } from './html.ts'
import type { PageInput } from './input.ts'
import { formatCut, section, table } from './section.ts'

/** Paths, and folders that stand for the rest. */
const linesMax = 120
/** Each folder may show some of its paths, however many folders there are. */
const folderBytesMin = 2_000

function formatPaths(found: readonly Found[], skipped: number, byteLength: number, allowance: Allowance): Markup {
  const formatOne = ({
    path,
    why,
  }: Found) => html`<tr><td class="name">${quote(path.slice(skipped))}<td>${quoteSentence(why)}
`
  const { made, rest } = allowance.fit(found, formatOne, byteLength)
  return html`${made.length > 0 && table(['Path', 'What is so'], made)}${formatCut(rest, 'more path')}`
}

function formatFolder({ name, items }: Folded<Found>, byteLength: number, allowance: Allowance): Markup {
  const skipped = items.every(({ path }) => path.startsWith(name)) ? name.length : 0
  const summary = html`<summary><span class="name">${quote(name)}</span> <span class="soft">${count(items.length, 'path')}: ${quoteSentence(describeFound(items))}</span></summary>`
  return html`<details>${summary}
${formatPaths(items, skipped, byteLength, allowance)}</details>
`
}

/** Null where nobody compared them. */
export function formatProof({ proof, places }: PageInput, allowance: Allowance): Markup | null {
  if (!proof) return null
  const services = mapSides((side) => places[side].service)
  const found = listFound(proof, services)
  const advice = adviseMissing(proof, services)
  const lines = fold(found, ({ path }) => path, linesMax, true)
  const single = lines.filter(({ isFolder }) => !isFolder).flatMap(({ items }) => items)
  const folders = lines.filter(({ isFolder }) => isFolder)
  const held = sides.map(
    (
      side,
    ) => html`<tr><th scope="row">${services[side]}<td class="size">${formatNumber(proof.files[side])}<td class="size">${formatNumber(proof.objects[side])}
`,
  )
  const words = proof.status === 'equal' ? '✓ Equal' : `✕ Different: ${count(found.length, 'path')}`
  const paths = single.length > 0 && formatPaths(single, 0, allowance.left / 2, allowance)
  const opened = folders.map((folder, index) =>
    formatFolder(folder, Math.max(folderBytesMin, allowance.left / 2 / (folders.length - index)), allowance),
  )
  return section(
    'proof',
    'Both sides compared',
    html`<div class="card"><p><strong>${words}</strong></p>
${table(['Side', '#Files', '#LFS objects'], held, 'numbers')}${advice !== null && html`<p>${advice}.</p>`}${paths}${opened}</div>`,
  )
}
