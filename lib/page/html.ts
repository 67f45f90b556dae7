/** Markup from templates: whatever is put into one is text, and stays text. */
import { reveal } from '../model/quote.ts'

/** What is markup already, and goes into a template as it is. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** `false` and null leave nothing behind; a list is its pieces, one after the other. */
export type Piece = Markup | string | number | false | null | readonly Piece[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Safe as text and within a quoted attribute; what is not seen or moves what is seen is spelled out. */
function escapeHtml(text: string): string {
  return reveal(text).replace(/[&<>"']/g, (character) => entities[character]!)
}

function markup(piece: Piece): string {
  if (piece instanceof Markup) return piece.text
  if (piece === false || piece === null) return ''
  return typeof piece === 'object' ? piece.map(markup).join('') : escapeHtml(String(piece))
}

/** Attributes of the template MUST be quoted. */
export function html(strings: TemplateStringsArray, ...pieces: Piece[]): Markup {
  return new Markup(strings.map((text, index) => (index === 0 ? text : markup(pieces[index - 1]!) + text)).join(''))
}

/** Letters of a line that are shown: what is longer was not written to be read. */
const letterMax = 600

function cutLine(text: string): string {
  if (text.length <= letterMax) return text
  const shown = text.slice(0, letterMax).replace(/[\uD800-\uDBFF]$/, '')
  return `${shown}… (${text.length - shown.length} more letters)`
}

/** Lines of a text as people read them, with their tabs, for what keeps its line ends. */
export function lines(texts: readonly string[]): Markup {
  return new Markup(texts.map((text) => cutLine(text).split('\t').map(escapeHtml).join('\t')).join('\n'))
}

/** A link to a page of one of the services; the words alone where there is none. */
export function link(url: string | null, words: Piece): Markup {
  return url !== null && /^https?:\/\//i.test(url)
    ? html`<a href="${url}" rel="noreferrer">${words}</a>`
    : html`${words}`
}
