/** A badge: a label and a few words on a ground of one colour, as a picture, or as data that shields.io draws. Pure. */

/** ASCII alone. `color`: hex digits, dark enough for white letters. */
export interface Badge {
  readonly message: string
  readonly color: string
}

const label = 'mirror'

/** How a file of ours begins, by its ending; what begins otherwise is somebody's own. */
export const beginnings: Readonly<Record<string, string>> = {
  '.svg': '<svg xmlns="http://www.w3.org/2000/svg" data-by="hubmirror"',
  '.json': `{"schemaVersion":1,"label":"${label}"`,
}

/** A picture in Markdown, which shields.io draws, and the words in its place. https://shields.io/badges/static-badge */
export function formatBadgeMarkdown({ message, color }: Badge): string {
  const words = encodeURIComponent(message).replaceAll(/[-_]/g, '$&$&')
  return `![${label}: ${message}](https://img.shields.io/badge/${label}-${words}-${color})`
}

/** In pixels, blanks on both sides included. The picture stretches its letters to it, whatever font there is. */
const measure = (text: string) => Math.round(text.length * 6.5) + 10

/** The text of a file with that ending. https://shields.io/badges/endpoint-badge */
export function formatBadge({ message, color }: Badge, ending: string): string {
  const beginning = beginnings[ending]!
  if (ending === '.json') return `${beginning},"message":"${message}","color":"${color}"}\n`
  const [left, right] = [measure(label), measure(message)]
  const ground = (x: number, width: number, fill: string) =>
    `<path d="M${x} 0h${width}v20h-${width}z" fill="#${fill}"/>`
  const write = (x: number, width: number, text: string) =>
    `<text x="${x + 5}" y="14" textLength="${width - 10}">${text}</text>`
  return (
    `${beginning} width="${left + right}" height="20" role="img" aria-label="${label}: ${message}">` +
    `<title>${label}: ${message}</title>${ground(0, left, '444')}${ground(left, right, color)}` +
    '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">' +
    `${write(0, left, label)}${write(left, right, message)}</g></svg>\n`
  )
}
