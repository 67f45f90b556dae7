/** Both histories as a drawing: time runs down, each side has its lane, and copies lead across between them. */
import { mapSides, sides, type Sides } from '../model/sides.ts'
import { laneOf, type Meeting, type Step, type Story } from '../report/story.ts'
import { shortenEnd } from '../report/width.ts'
import { html, type Markup } from './html.ts'
import type { PageInput } from './input.ts'

const rowHeight = 46
const headHeight = 30
const meetingHeight = 42
/** How wide a letter is at most, about, by size of type: which letters a reader's system has is not known here. */
const letterWidth = { title: 7.6, about: 6.6 }

/** Where words stand: they begin at `x`, or end there. `width`: room for them. */
interface Place {
  readonly x: number
  readonly isEnd: boolean
  readonly width: number
}

/** In pixels: where the lanes of both sides are, and their words and names. `isNamed`: each step says its side. */
interface Layout {
  readonly width: number
  readonly lanes: readonly [number, number]
  readonly words: readonly [Place, Place]
  readonly names: readonly [Place, Place]
  readonly isNamed: boolean
}

/** As wide as a telephone and as a wide screen's column, so that no words are made small. */
const layouts: Readonly<Record<'narrow' | 'wide', Layout>> = {
  narrow: {
    width: 330,
    lanes: [14, 50],
    words: [
      { x: 66, isEnd: false, width: 262 },
      { x: 66, isEnd: false, width: 262 },
    ],
    names: [
      { x: 6, isEnd: false, width: 120 },
      { x: 130, isEnd: false, width: 200 },
    ],
    isNamed: true,
  },
  wide: {
    width: 1000,
    lanes: [440, 560],
    words: [
      { x: 424, isEnd: true, width: 420 },
      { x: 576, isEnd: false, width: 420 },
    ],
    names: [
      { x: 446, isEnd: true, width: 420 },
      { x: 554, isEnd: false, width: 420 },
    ],
    isNamed: false,
  },
}

/** Words at a height, cut where they would leave their place. */
function write({ x, isEnd, width }: Place, y: number, kind: string, text: string): Markup {
  const letter = kind === 'about' ? letterWidth.about : letterWidth.title
  return html`<text x="${x}" y="${y}" class="${kind}"${isEnd && html` text-anchor="end"`}>${shortenEnd(text, Math.floor(width / letter))}</text>`
}

/** Draws on a layout. */
class Canvas {
  readonly #layout: Layout
  readonly #services: Sides<string>

  constructor(layout: Layout, services: Sides<string>) {
    this.#layout = layout
    this.#services = services
  }

  x(lane: number): number {
    return this.#layout.lanes[lane]!
  }

  names(y: number): Markup {
    const { names, isNamed } = this.#layout
    return html`${sides.map((side, lane) => write(names[lane]!, y, `head${isNamed ? ` lane-name-${lane}` : ''}`, this.#services[side]))}
`
  }

  /** A bar over both lanes. */
  meeting({ title, about }: Meeting, y: number, state: Story['end']['state']): Markup {
    const { width } = this.#layout
    const middle = width / 2
    return html`<g class="${state}"><rect x="1" y="${y}" width="${width - 2}" height="${meetingHeight}" rx="10"/><text x="${middle}" y="${y + 18}" text-anchor="middle" class="title">${state === 'apart' && '✕ '}${title}</text><text x="${middle}" y="${y + 33}" text-anchor="middle" class="about">${about}</text></g>
`
  }

  lanes(from: number, to: number): Markup {
    return html`${sides.map((_, lane) => html`<path class="lane lane-${lane}" d="M${this.x(lane)} ${from}V${to}"/>`)}
`
  }

  step({ kind, side, title, about, planned }: Step, y: number): Markup {
    const lane = laneOf(side)
    const [x, place] = [this.x(lane), this.#layout.words[lane]!]
    const said = this.#layout.isNamed ? `${this.#services[side]}, ${about}` : about
    const dot = (at: number, radius: number) => html`<circle cx="${x}" cy="${at}" r="${radius}"/>`
    const node =
      kind === 'more' ? [-6, 0, 6].map((at) => dot(y + at, 2)) : [dot(y, 6.5), kind === 'merge' && dot(y, 2.5)]
    return html`<g class="step ${kind} lane-${lane}${planned && ' planned'}"><title>${title}</title>${node}${write(place, y - 1, 'title', title)}${write(place, y + 14, 'about', said)}</g>
`
  }

  /** From an original to its copy on the other lane. */
  arrow(from: Step, copy: Step, at: ReadonlyMap<Step, number>): Markup {
    const [start, end] = [this.x(laneOf(from.side)), this.x(laneOf(copy.side))]
    const [top, bottom] = [at.get(from)!, at.get(copy)!]
    const sign = end > start ? 1 : -1
    const [tail, tip] = [start + sign * 9, end - sign * 10]
    const bend = (tip - tail) / 2
    return html`<path class="arrow" d="M${tail} ${top}C${tail + bend} ${top} ${tip - bend} ${bottom} ${tip - sign * 5} ${bottom}"/><path class="point" d="M${tip} ${bottom}l${-sign * 7} -4v8z"/>
`
  }
}

/** `name` sets the ids of the two drawings of a page apart. */
export function draw(story: Story, name: 'narrow' | 'wide', { places }: PageInput): Markup {
  const { start, steps, end } = story
  const { width } = layouts[name]
  const canvas = new Canvas(
    layouts[name],
    mapSides((side) => places[side].service),
  )
  const top = headHeight + meetingHeight
  const at = new Map(steps.map((step, index) => [step, top + 28 + index * rowHeight]))
  const bottom = top + steps.length * rowHeight + 12
  const height = bottom + meetingHeight + 2
  return html`<svg class="histories ${name}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${name}-title" aria-describedby="${name}-words">
<title id="${name}-title">Both histories since they last met</title><desc id="${name}-words">${describe(story, places)}</desc>
${canvas.names(18)}${canvas.lanes(headHeight, bottom)}${steps.map((step) => step.from && canvas.arrow(step.from, step, at))}${canvas.meeting(start, headHeight, 'met')}${steps.map((step) => canvas.step(step, at.get(step)!))}${canvas.meeting(end, bottom, end.state)}</svg>
`
}

/** The drawing in words. */
function describe({ start, steps, end }: Story, places: PageInput['places']): string {
  const told = steps.map(({ side, title, about }) => `${places[side].service}: ${title} (${about})`)
  return [`${start.title} (${start.about})`, ...told, `${end.title} (${end.about})`].join('. ')
}
