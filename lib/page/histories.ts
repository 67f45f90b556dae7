/** Where the two histories met, what happened since on either side, and what is written: drawn, and as a list. */
import { sides, type Side } from '../model/sides.ts'
import { count, formatAge } from '../report/numbers.ts'
import { nameOf, tellStory, titleOf } from '../report/story.ts'
import type { Allowance } from './allowance.ts'
import { draw } from './drawing.ts'
import { html, link, type Markup, type Piece } from './html.ts'
import type { PageInput, PageRun } from './input.ts'
import { formatCut, section, table } from './section.ts'

const listBytesMax = 150_000

/** A row is made when its turn comes: there may be more of them than a page has room for. */
function listCommits({ places, links, nowMs }: PageInput, { plan }: PageRun, allowance: Allowance): Markup {
  const row = (side: Side, commit: Piece, title: string, about: string) =>
    html`<tr><td>${places[side].service}<td>${commit}<td>${titleOf(title)}<td>${about}
`
  const rows = sides.flatMap((side) => [
    ...plan.originals[side].map(({ oid, message, author }) => () => {
      const id = link(links?.[side].commitUrl(oid) ?? null, html`<code>${oid.slice(0, 7)}</code>`)
      return row(side, id, message, `${nameOf(author)}, ${formatAge(Date.parse(author.date), nowMs)}`)
    }),
    ...plan.commits[side].map(({ title, edits, author }) => () => {
      const files = count(edits.length, 'file')
      return row(side, 'by this plan', title, author ? `${nameOf(author)}, ${files}` : files)
    }),
  ])
  const { made, rest } = allowance.fit(rows, (make) => make(), listBytesMax)
  return html`<details><summary>${count(rows.length, 'commit')} as a list</summary>
${table(['On', 'Commit', 'What', 'Who'], made)}${formatCut(rest, 'more commit', 'both services list them')}</details>`
}

/** The section that draws both histories; null where nothing was planned. */
export function formatHistories(input: PageInput, allowance: Allowance): Markup | null {
  if (!input.run) return null
  const { plan } = input.run
  const story = tellStory(input, input.run)
  const isEmpty = sides.every((side) => plan.originals[side].length + plan.commits[side].length === 0)
  const legend = html`<p class="soft">Filled: commits of people. Ring: a copy that the mirror writes, dashed until it is written. Arrows lead from an original to its copy.</p>`
  const inside = html`<div class="card">${(['narrow', 'wide'] as const).map((name) => draw(story, name, input))}
${story.steps.some(({ kind }) => kind !== 'own') && legend}${!isEmpty && listCommits(input, input.run, allowance)}</div>`
  return section('histories', 'Both histories', inside)
}
