/**
 * A card's front matter, told apart from its text as the Hub does it: by the expression
 * `^(\s*---[\r\n]+)([\S\s]*?)([\r\n]+---(\r\n|\n|$))` that huggingface_hub publishes for it, with Python's blanks
 * (U+FEFF is none). Written by hand, since on a text of many line breaks the expression takes cubic time. Pure.
 */

/**
 * `open + matter + close + body` is the text; `matter` null where it has no front matter, and then all of it is `body`.
 */
export interface Card {
  readonly open: string
  readonly matter: string | null
  readonly close: string
  readonly body: string
}

/** Of Python's blanks those that JavaScript's `\s` lacks; of JavaScript's it lacks one. */
const moreBlanks = '\u001c\u001d\u001e\u001f\u0085'
const isBlank = (character: string) =>
  character !== '\ufeff' && (/\s/.test(character) || moreBlanks.includes(character))
const isBreak = (character: string | undefined) => character === '\n' || character === '\r'

/** Where a fence that begins here ends, its line break included; null where there is none. */
function findFenceEnd(text: string, at: number): number | null {
  if (!text.startsWith('---', at)) return null
  const end = at + 3
  if (end === text.length) return end
  if (text[end] === '\n') return end + 1
  return text.startsWith('\r\n', end) ? end + 2 : null
}

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

/**
 * The key that a line begins with, plain or in quotes; null where it begins with something else, as an indented one
 * does.
 */
function parseKey(line: string): string | null {
  const [all, double, single] =
    /^"((?:[^"\\]|\\.)*)"(?=[ \t]*:(?:[ \t]|$))|^'((?:[^']|'')*)'(?=[ \t]*:(?:[ \t]|$))/.exec(line) ?? []
  if (all !== undefined) return double ?? single!
  const end = /^(?:[^\s#\-?:,[\]{}&*!|>'"%@`]|[-?:]\S)/.test(line) ? line.search(/:(?:[ \t]|$)/) : -1
  return end > 0 ? line.slice(0, end).trimEnd() : null
}

/**
 * The metadata's own lines by top-level key; what stands before the first one is left out. Null where it is no mapping,
 * as between two rules in prose.
 */
function listKeys(matter: string | null): Map<string, string> | null {
  const lines = (matter ?? '').split(/\r\n|\n|\r/)
  const keys = new Map<string, string[]>()
  let last: string[] | null = null
  for (const line of lines) {
    const key = parseKey(line)
    if (key !== null) keys.set(key, (last = [line]))
    else if (last) last.push(line)
    else if (!/^\s*(?:#.*)?$/.test(line)) return null
  }
  if (keys.size === 0) return null
  // Comments and blank lines at the end belong to the key after it.
  return new Map(
    [...keys].map(([key, own]) => [
      key,
      own.slice(0, own.findLastIndex((line, index) => index === 0 || !/^(?:#.*|\s*)$/.test(line)) + 1).join('\n'),
    ]),
  )
}

/** `whole`: all of the block; otherwise the keys that were added to the other one. */
export interface Kept {
  readonly text: string
  readonly keys: readonly string[]
  readonly whole: boolean
}

/**
 * What is to stand where one side's README takes the place of the other's: the taken text, with the metadata that only
 * the other one has. What was there at the base was taken out by the side that is taken, and stays out. Null where
 * nothing has to be kept. `taken` null: that side has no such file; `base` null: there is no base, or it had no such
 * file.
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
