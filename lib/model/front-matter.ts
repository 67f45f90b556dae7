/**
 * The front matter of a card (README.md), split from its text as Hugging Face does it: by the expression
 * `^(\s*---[\r\n]+)([\S\s]*?)([\r\n]+---(\r\n|\n|$))` of huggingface_hub, with Python's blanks, of which U+FEFF is
 * none. It is parsed by hand, since the expression takes cubic time on a text of many line breaks.
 */

/** Only the file of this name is a card to the Hub. */
export const cardPath = 'README.md'

/** Front matter that is longer is no card's, and is not looked into. */
export const matterLengthMax = 200_000

/** `open + matter + close + body` is the text. Without front matter `matter` is null, and all of the text is `body`. */
export interface Card {
  readonly open: string
  readonly matter: string | null
  readonly close: string
  readonly body: string
}

/** Python's blanks that JavaScript's `\s` lacks. */
const moreBlanks = '\u001c\u001d\u001e\u001f\u0085'
const isBlank = (character: string) =>
  character !== '\ufeff' && (/\s/.test(character) || moreBlanks.includes(character))
const isBreak = (character: string | undefined) => character === '\n' || character === '\r'

/** The end of the fence that begins here, its line break included; null where none begins here. */
function findFenceEnd(text: string, at: number): number | null {
  if (!text.startsWith('---', at)) return null
  const end = at + 3
  if (end === text.length) return end
  if (text[end] === '\n') return end + 1
  return text.startsWith('\r\n', end) ? end + 2 : null
}

/** Splits a card by its front matter. */
export function splitFrontMatter(text: string): Card {
  const whole: Card = { open: '', matter: null, close: '', body: text }
  let fence = 0
  while (fence < text.length && isBlank(text[fence]!)) fence += 1
  let start = fence + 3
  if (!text.startsWith('---', fence) || !isBreak(text[start])) return whole
  while (isBreak(text[start])) start += 1
  const cut = (matter: number, close: number, end: number): Card => ({
    open: text.slice(0, matter),
    matter: text.slice(matter, close),
    close: text.slice(close, end),
    body: text.slice(end),
  })
  for (let at = text.indexOf('---', start + 1); at >= 0; at = text.indexOf('---', at + 1)) {
    const end = isBreak(text[at - 1]) ? findFenceEnd(text, at) : null
    if (end === null) continue
    let close = at
    while (isBreak(text[close - 1])) close -= 1
    return cut(start, close, end)
  }
  // Nothing between the fences but line breaks, at least two of them.
  const end = start > fence + 4 ? findFenceEnd(text, start) : null
  return end === null ? whole : cut(start - 1, start - 1, end)
}

/** The key that a line begins with, plain or in quotes, and what follows its colon; null for any other line. */
export function parseKey(line: string): { readonly key: string; readonly value: string } | null {
  const [all, double, single] =
    /^"((?:[^"\\]|\\.)*)"(?=[ \t]*:(?:[ \t]|$))|^'((?:[^']|'')*)'(?=[ \t]*:(?:[ \t]|$))/.exec(line) ?? []
  if (all !== undefined) return { key: double ?? single!, value: line.slice(line.indexOf(':', all.length) + 1).trim() }
  const end = /^(?:[^\s#\-?:,[\]{}&*!|>'"%@`]|[-?:]\S)/.test(line) ? line.search(/:(?:[ \t]|$)/) : -1
  return end > 0 ? { key: line.slice(0, end).trimEnd(), value: line.slice(end + 1).trim() } : null
}

/** The lines of each top-level key. Null where the text is no mapping, as between two horizontal rules in prose. */
export function listKeys(matter: string | null): Map<string, string> | null {
  const lines = (matter ?? '').split(/\r\n|\n|\r/)
  const keys = new Map<string, string[]>()
  let last: string[] | null = null
  for (const line of lines) {
    const found = parseKey(line)
    if (found) keys.set(found.key, (last = [line]))
    else if (last) last.push(line)
    else if (!/^\s*(?:#.*)?$/.test(line)) return null
  }
  if (keys.size === 0) return null
  // Comments and blank lines behind the last line of a key belong to the next key.
  return new Map(
    [...keys].map(([key, own]) => [
      key,
      own.slice(0, own.findLastIndex((line, index) => index === 0 || !/^(?:#.*|\s*)$/.test(line)) + 1).join('\n'),
    ]),
  )
}

/** A card with the `keys` that were kept in it; `whole`: the other card's whole block was, since it had none. */
export interface Kept {
  readonly text: string
  readonly keys: readonly string[]
  readonly whole: boolean
}

/**
 * The card for both sides where one side's card (`taken`, null if there is none) replaces the other's: with the
 * metadata that only the other one has. A key that the base had (`base`, null if there is none) was deleted by the side
 * that is taken, and stays out. Null where there is nothing to keep.
 */
export function keepFrontMatter(taken: string | null, other: string, base: string | null): Kept | null {
  const [own, theirs] = [splitFrontMatter(taken ?? ''), splitFrontMatter(other)]
  const [has, gone] = [listKeys(own.matter), listKeys(splitFrontMatter(base ?? '').matter)]
  const offered = listKeys(theirs.matter)
  if (!offered) return null
  if (!has) {
    if (gone) return null
    const block = theirs.open + theirs.matter! + theirs.close
    return {
      text: `${block}${taken === null || block.endsWith('\n') ? '' : '\n'}${(taken ?? '').replace(/^\ufeff/, '')}`,
      keys: [...offered.keys()],
      whole: true,
    }
  }
  const keys = [...offered.keys()].filter((key) => !has.has(key) && !gone?.has(key))
  if (keys.length === 0) return null
  const lineEnd = /\r\n|\n|\r/.exec(own.open)![0]
  const added = keys.map((key) => `${lineEnd}${offered.get(key)!.replaceAll('\n', lineEnd)}`).join('')
  return { text: own.open + own.matter! + added + own.close + own.body, keys, whole: false }
}
