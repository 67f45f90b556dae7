/**
 * A card (README.md) cut into the source text of its front matter's top-level keys, and the text below. What is put
 * together again is the same bytes: nothing is parsed as YAML and printed. Where a line could be read in another way
 * than it looks, such as in a text in quotes that goes on in the next line, the cut is refused.
 */
import { matterLengthMax, parseKey, splitFrontMatter } from '../model/front-matter.ts'

/** `above`: comments and blank lines above the key. `own`: all of its lines, with their ends. */
export interface KeyText {
  readonly key: string
  readonly above: string
  readonly own: string
}

/** `tail`: comments below the last key. Without front matter there are no keys, and all but `body` is empty. */
export interface CutCard {
  readonly open: string
  readonly keys: readonly KeyText[]
  readonly tail: string
  readonly close: string
  readonly body: string
}

/** What readers of YAML may take for a line's end or for indentation, each in its own way. */
const ambiguous = /[\t\u0085\u2028\u2029\ufeff]|\r(?!\n)/
const quoted = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')(?:$| +(?:#|$))/
/** A block text whose blank lines at the end are no part of it. */
const blockHeader = /^[|>](?:[1-9]-?|-?[1-9]?)(?:$| +#)/

/** Where a text in quotes that begins at a place ends, the quote included; 0 where it does not. */
function findQuoteEnd(text: string, at: number): number {
  const quote = text[at]
  for (let end = at + 1; end < text.length; end++) {
    if (quote === '"' && text[end] === '\\') end += 1
    else if (text[end] === quote) return end + 1
  }
  return 0
}

/** Whether a list or mapping in brackets ends on its line, with nothing but a comment behind it. */
function isFlowClosed(value: string): boolean {
  let depth = 0
  for (let at = 0; at < value.length; at++) {
    const character = value[at]!
    if ('"\''.includes(character)) {
      const end = findQuoteEnd(value, at)
      if (end === 0) return false
      at = end - 1
    } else if ('&*!'.includes(character)) return false
    else if ('[{'.includes(character)) depth += 1
    else if (']}'.includes(character) && (depth -= 1) === 0) return /^(?:$| +#)/.test(value.slice(at + 1))
    else if (character === '#' && value[at - 1] === ' ') return false
  }
  return false
}

/** A line without its end and the blanks before that. Written out, since an expression takes quadratic time. */
function trimLine(line: string): string {
  let end = line.length
  while (end > 0 && ' \r\n'.includes(line[end - 1]!)) end -= 1
  return line.slice(0, end)
}

/** How a value goes on: `text` with any lines that are indented further; null where that is not certain. */
function readValue(value: string): 'text' | 'keys' | null {
  if (/^["']/.test(value)) return quoted.test(value) ? 'keys' : null
  if (/^[[{]/.test(value)) return isFlowClosed(value) ? 'keys' : null
  if (/^[|>]/.test(value)) return blockHeader.test(value) ? 'text' : null
  return /^(?:[&*!%@`]|[?:](?: |$))/.test(value) ? null : 'keys'
}

/** Cuts lines that all have an end; null where they are no plain mapping, or a key stands there twice. */
function cutKeys(source: string): Pick<CutCard, 'keys' | 'tail'> | null {
  if (source.length > matterLengthMax || ambiguous.test(source)) return null
  const keys: { key: string; above: string; own: string }[] = []
  let pending = ''
  /** The column that the lines of a block text are indented further than. */
  let textColumn: number | null = null
  for (const line of source.match(/[^\n]*\n/g) ?? []) {
    const text = trimLine(line)
    if (text === '' || text.startsWith('#')) {
      pending += line
      continue
    }
    const indent = text.search(/[^ ]/)
    const isText: boolean = textColumn !== null && indent > textColumn
    const rest = text.slice(indent).replace(/^(?:- +)+/, '')
    const found = parseKey(rest)
    if (indent === 0 && !/^-(?: |$)/.test(text)) {
      if (!found || / #|\\|''/.test(found.key) || /^(?:---|\.\.\.)(?: |$)/.test(text)) return null
      keys.push({ key: found.key, above: pending, own: '' })
      pending = ''
    }
    const last = keys.at(-1)
    if (!last) return null
    last.own += pending + line
    pending = ''
    if (isText) continue
    const kind =
      found?.key === '<<' ? null : rest === '-' || /^ *#/.test(rest) ? 'keys' : readValue(found?.value ?? rest)
    if (kind === null) return null
    const column = text.length - rest.length
    textColumn = kind === 'text' ? (found ? column : column - 1) : null
  }
  const isMapping = keys.length > 0 && new Set(keys.map(({ key }) => key)).size === keys.length
  return isMapping ? { keys, tail: pending } : null
}

/** Cuts a card; null where its front matter is not certain to be read as it looks. */
export function cutCard(text: string): CutCard | null {
  const { open, matter, close, body } = splitFrontMatter(text)
  if (matter === null) return { open: '', keys: [], tail: '', close: '', body: text }
  const end = /^(?:\r\n|\n|\r)/.exec(close)?.[0] ?? ''
  const cut = cutKeys(matter + end)
  return cut && { open, ...cut, close: close.slice(end.length), body }
}

/** The card's text. Without a key there are no fences: with nothing between them they would be read otherwise. */
export function formatCard({ open, keys, tail, close, body }: CutCard): string {
  return keys.length === 0 ? body : open + keys.map(({ above, own }) => above + own).join('') + tail + close + body
}
