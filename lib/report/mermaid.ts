/** Both histories as a flowchart of mermaid, which GitHub draws where Markdown has a block of it. */
import { sides, type Sides } from '../model/sides.ts'
import type { Meeting, Step, Story } from './story.ts'
import { shortenEnd } from './width.ts'

/** Steps of one side and kind: with both ends, eighteen boxes at most. */
export const stepsDrawn = 4
const titleWidth = 40

/**
 * Foreign words as they may stand between quotation marks: whatever mermaid could take for Markdown, HTML, a formula, an
 * icon, an entity or a directive becomes a dot.
 */
const inert = (text: string) => text.replace(/:(?! )|[^\p{L}\p{M}\p{N} .,:/()+='?!-]/gu, '·')

/** Our own words come first: a label that begins as a list in Markdown is not drawn. */
const label = (first: string, second: string) => `"${inert(first)}<br/>${inert(shortenEnd(second, titleWidth))}"`

function drawStep({ kind, about, title, planned }: Step, id: string): string {
  const [open, close] = kind === 'own' || kind === 'more' ? '[]' : '()'
  const text = kind === 'more' ? label(title, about) : label(about, title)
  return `    ${id}${open}${text}${close}${planned ? ':::planned' : ''}`
}

function drawLane(lane: readonly Step[], name: string, ids: ReadonlyMap<Step, string>): string[] {
  if (lane.length === 0) return []
  return [
    `  subgraph of${ids.get(lane[0]!)!} ["${inert(name)}"]`,
    ...lane.map((step) => drawStep(step, ids.get(step)!)),
    '  end',
  ]
}

const drawMeeting = (id: string, { title, about }: Meeting) => `  ${id}([${label(title, about)}])`

/** The lines of the chart; none where nothing has happened. `names`: what the sides are called. */
export function drawChart({ start, steps, end }: Story, names: Sides<string>): string[] {
  if (steps.length === 0) return []
  const ids = new Map(steps.map((step, index) => [step, `s${index}`]))
  const lanes = sides.map((side) => steps.filter((step) => step.side === side))
  const chains = lanes.map((lane) => ['start', ...lane.map((step) => ids.get(step)!), 'finish'].join(' --> '))
  const copies = steps.flatMap((step) => (step.from ? [`  ${ids.get(step.from)!} -.-> ${ids.get(step)!}`] : []))
  return [
    'flowchart LR',
    drawMeeting('start', start),
    ...sides.flatMap((side, index) => drawLane(lanes[index]!, names[side], ids)),
    drawMeeting('finish', end),
    ...chains.map((chain) => `  ${chain}`),
    ...copies,
    '  classDef planned stroke-dasharray: 4 3',
  ]
}
