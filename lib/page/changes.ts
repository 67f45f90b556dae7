/** The files of a plan: by side, by kind, by folder. What is lost comes first and is cut last. */
import { fold, type Folded } from '../report/fold.ts'
import { formatBytes, formatNumber } from '../report/numbers.ts'
import type { Row } from '../report/rows.ts'
import { formatFolder, formatTable, type Making } from './file-table.ts'
import { sumBytes, type Group } from './groups.ts'
import { html, type Markup } from './html.ts'
import { section } from './section.ts'
import { signs } from './verdict.ts'

/** Lines of one kind on one side: files, and folders that stand for the rest. */
const linesMax = 120
/** With more rows than this, folders of deleted files are closed as well. */
const openMax = 200
/** Each folder may show some of its files, however many folders there are. */
const folderBytesMin = 2_000

interface FoldedGroup extends Group {
  readonly lines: readonly Folded<Row>[]
}

function formatGroup({ side, kind, rows, byteLength, lines }: FoldedGroup, making: Making): Markup {
  const { input, allowance } = making
  const folders = lines.filter(({ isFolder }) => isFolder)
  const files = lines.filter(({ isFolder }) => !isFolder).flatMap(({ items }) => items)
  const where = `${kind} on ${input.places[side].service}`
  const table = files.length > 0 && formatTable(files, { where, byteLength: allowance.left, skipped: 0 }, making)
  const isOpen = kind === 'deleted' && rows.length <= openMax
  const opened = folders.map((folder, index) =>
    formatFolder(folder, isOpen, Math.max(folderBytesMin, allowance.left / (folders.length - index)), making),
  )
  return html`<section class="kind ${kind}" aria-labelledby="${side}-${kind}">
<h4 id="${side}-${kind}"><span class="sign" aria-hidden="true">${signs[kind]}</span> ${formatNumber(rows.length)} ${kind} <span class="soft">${formatBytes(byteLength)}</span></h4>
${table}${opened}</section>
`
}

/** All files that change. Deletions spend the allowance first, whatever stands above them on the page. */
export function formatChanges(groups: readonly Group[], about: Omit<Making, 'longest'>): Markup | null {
  if (groups.length === 0) return null
  const folded = groups.map((group): FoldedGroup => ({
    ...group,
    lines: fold(group.rows, ({ path }) => path, linesMax, true),
  }))
  const longest = Math.max(...folded.flatMap(({ lines }) => lines.map(({ items }) => sumBytes(items))))
  const making = { ...about, longest }
  const made = new Map<Group, Markup>()
  for (const group of folded.toSorted((a, b) => Number(b.kind === 'deleted') - Number(a.kind === 'deleted')))
    made.set(group, formatGroup(group, making))
  const order = [...new Set(folded.map(({ side }) => side))]
  const cards = order.map((side) => {
    const own = folded.filter((group) => group.side === side).map((group) => made.get(group)!)
    return html`<section class="card" aria-labelledby="files-${side}"><h3 id="files-${side}">${about.input.places[side].service} gets</h3>
${own}</section>
`
  })
  const scale = html`<p class="soft">Bars show sizes, the longest one ${formatBytes(longest)}.</p>`
  return section('files', 'Files', [cards, scale])
}
