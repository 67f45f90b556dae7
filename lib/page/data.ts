/** What data files say of themselves: rows and columns, before and after. */
import { formatPixels, partWord } from '../facts/facts.ts'
import type { InspectedFile, ToldFacts } from '../facts/inspection.ts'
import { quote, quoteSentence } from '../model/quote.ts'
import { count, formatNumber } from '../report/numbers.ts'
import type { Allowance } from './allowance.ts'
import { html, type Markup } from './html.ts'
import type { PageInput } from './input.ts'
import { formatCut, section, table } from './section.ts'

const bytesMax = 300_000

/** `1,000 → 1,200`; the one number where it stays, or where there is only one. */
function formatChange(before: number | null | undefined, after: number | null | undefined): Markup {
  const [old, now] = [before ?? null, after ?? null]
  if (now === null) return html``
  if (old === null || old === now) return html`${formatNumber(now)}`
  return html`<span class="soft">${formatNumber(old)}</span> <span aria-hidden="true">→</span><span class="unseen">becomes</span> <b>${formatNumber(now)}</b>`
}

/** How the file is made, in words. */
function formatMaking(facts: ToldFacts | null): string {
  if (facts === null) return ''
  const { format, parts, compression, pixels } = facts
  const word = parts === null ? [] : [count(parts, partWord({ ...facts, metadata: null }))]
  return [format, ...word, ...(compression ?? []).map(quote), ...(pixels ? [formatPixels(pixels)] : [])].join(', ')
}

function formatFile({ path, to, before, after, lines }: InspectedFile, { places }: PageInput): Markup {
  // Of a new file the first line says what the cells do.
  const said = (before === null && after !== null ? lines.slice(1) : lines).map(
    (line) => html`<li>${quoteSentence(line)}`,
  )
  return html`<tr><th scope="row" class="name">${quote(path)}${to && html` <span class="soft">for ${places[to].service}</span>`}<td class="size" data-of="Rows">${formatChange(before?.rows, after?.rows)}<td class="size" data-of="Columns">${formatChange(before?.columns?.length, after?.columns?.length)}<td>${formatMaking(after)}
${said.length > 0 && html`<tr class="said"><td colspan="4"><ul>${said}</ul>`}`
}

/** Null where nobody looked into any data. Conflicts show their own. */
export function formatData(input: PageInput, allowance: Allowance): Markup | null {
  const files = (input.run?.inspection?.files ?? []).filter(({ to }) => to !== null)
  if (files.length === 0) return null
  const { made, rest } = allowance.fit(files, (file) => formatFile(file, input), bytesMax)
  const columns = ['File', '#Rows', '#Columns', 'How it is made']
  const inside = html`<div class="card">${table(columns, made, 'data')}${formatCut(rest, 'more file')}</div>`
  return section('data', 'Inside the data', inside)
}
