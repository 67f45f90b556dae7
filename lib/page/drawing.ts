/** Both histories as a drawing: time runs down, each side has its lane, and copies lead across between them. */
import { sides } from '../model/sides.ts'
import { html, type Markup } from './html.ts'
import type { PageInput } from './input.ts'
import { laneOf, type Meeting, type Step, type Story } from './story.ts'

const rowHeight = 46
const headHeight = 30
const meetingHeight = 42
/** Between the two lanes, and from a lane to its words. */
const gap = { narrow: 44, wide: 120 }
const wordsInset = 16
/** How wide a letter is about, by size of type. */
const letterWidth = { title: 7, about: 6 }

/** Cut where it would leave its place. */
function cut(text: string, width: number, letter: number): string {
  const most = Math.floor(width / letter)
  return text.length > most ? `${text.slice(0, Math.max(1, most - 1)).trimEnd()}…` : text
}

/** Of one width in pixels. The words of the first side stand to the left of its lane, those of the other to the right. */
class Canvas {
  readonly #width: number
  readonly #gap: number

  constructor(width: number, between: number) {
    this.#width = width
    this.#gap = between
  }

  x(lane: number): number {
    return this.#width / 2 + (lane - 0.5) * this.#gap
  }

  /** Words of a lane at a height. */
  words(lane: number, y: number, kind: 'title' | 'about' | 'head', text: string): Markup {
    const width = (this.#width - this.#gap) / 2 - wordsInset - 2
    const x = this.x(lane) + (lane === 0 ? -wordsInset : wordsInset)
    const letter = kind === 'about' ? letterWidth.about : letterWidth.title
    return html`<text x="${x}" y="${y}" class="${kind}"${lane === 0 && html` text-anchor="end"`}>${cut(text, width, letter)}</text>`
  }

  /** A bar over both lanes. */
  meeting({ title, about }: Meeting, y: number, state: Story['end']['state']): Markup {
    const middle = this.#width / 2
    return html`<g class="${state}"><rect x="1" y="${y}" width="${this.#width - 2}" height="${meetingHeight}" rx="10"/><text x="${middle}" y="${y + 18}" text-anchor="middle" class="title">${state === 'apart' && '✕ '}${title}</text><text x="${middle}" y="${y + 33}" text-anchor="middle" class="about">${about}</text></g>
`
  }

  lanes(from: number, to: number): Markup {
    return html`${sides.map((_, lane) => html`<path class="lane lane-${lane}" d="M${this.x(lane)} ${from}V${to}"/>`)}
`
  }

  step({ kind, side, title, about, planned }: Step, y: number): Markup {
    const lane = laneOf(side)
    const x = this.x(lane)
    const dot = (at: number, radius: number) => html`<circle cx="${x}" cy="${at}" r="${radius}"/>`
    const node =
      kind === 'more' ? [-6, 0, 6].map((at) => dot(y + at, 2)) : [dot(y, 6.5), kind === 'merge' && dot(y, 2.5)]
    return html`<g class="step ${kind} lane-${lane}${planned && ' planned'}"><title>${title}</title>${node}${this.words(lane, y - 1, 'title', title)}${this.words(lane, y + 14, 'about', about)}</g>
`
  }

  /** From an original to its copy on the other lane. */
  arrow(from: Step, copy: Step, at: ReadonlyMap<Step, number>): Markup {
    const [start, end] = [this.x(laneOf(from.side)), this.x(laneOf(copy.side))]
    const [top, bottom] = [at.get(from)!, at.get(copy)!]
    const sign = end > start ? 1 : -1
    const [tail, tip] = [start + sign * 10, end - sign * 11]
    const bend = (tip - tail) / 2
    return html`<path class="arrow" d="M${tail} ${top}C${tail + bend} ${top} ${tip - bend} ${bottom} ${tip - sign * 5} ${bottom}"/><path class="point" d="M${tip} ${bottom}l${-sign * 7} -4v8z"/>
`
  }
}

/** `width` in pixels, at which its words are as large as those around it. `name` sets its ids apart. */
export function draw(story: Story, width: number, name: 'narrow' | 'wide', { places }: PageInput): Markup {
  const { start, steps, end } = story
  const canvas = new Canvas(width, gap[name])
  const top = headHeight + meetingHeight
  const at = new Map(steps.map((step, index) => [step, top + 28 + index * rowHeight]))
  const bottom = top + steps.length * rowHeight + 12
  const height = bottom + meetingHeight + 2
  return html`<svg class="histories ${name}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${name}-title" aria-describedby="${name}-words">
<title id="${name}-title">Both histories since they last met</title><desc id="${name}-words">${describe(story, places)}</desc>
${sides.map((side, lane) => canvas.words(lane, 18, 'head', places[side].service))}
${canvas.lanes(headHeight, bottom)}${steps.map((step) => step.from && canvas.arrow(step.from, step, at))}${canvas.meeting(start, headHeight, 'met')}${steps.map((step) => canvas.step(step, at.get(step)!))}${canvas.meeting(end, bottom, end.state)}</svg>
`
}

/** The drawing in words. */
function describe({ start, steps, end }: Story, places: PageInput['places']): string {
  const told = steps.map(({ side, title, about }) => `${places[side].service}: ${title} (${about})`)
  return [`${start.title} (${start.about})`, ...told, `${end.title} (${end.about})`].join('. ')
}
