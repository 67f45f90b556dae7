/** Texts by the columns that they take in a terminal: measured, padded, shortened, wrapped. */
import { createRequire } from 'node:module'

const ellipsis = '…'
let segmenter: Intl.Segmenter | undefined
let library: typeof import('string-width') | undefined

/** Columns; escape sequences of colours take none. Most texts are ASCII, for which no tables have to be loaded. */
export function widthOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length
  library ??= createRequire(import.meta.url)('string-width') as typeof import('string-width')
  return library.default(text)
}

/** The text with blanks behind it, up to that many columns. */
export const padEnd = (text: string, width: number) => text + ' '.repeat(Math.max(0, width - widthOf(text)))
/** The text with blanks before it, up to that many columns. */
export const padStart = (text: string, width: number) => ' '.repeat(Math.max(0, width - widthOf(text))) + text

/** A text as what stands in a column, or in two. */
function split(text: string): string[] {
  segmenter ??= new Intl.Segmenter('en')
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

/** As many from the start as fit. */
function takeStart(parts: readonly string[], width: number): string {
  let [taken, left] = ['', width]
  for (const part of parts) {
    left -= widthOf(part)
    if (left < 0) break
    taken += part
  }
  return taken
}

function takeEnd(parts: readonly string[], width: number): string {
  let [taken, left] = ['', width]
  for (const part of parts.toReversed()) {
    left -= widthOf(part)
    if (left < 0) break
    taken = part + taken
  }
  return taken
}

/** Cut in the middle: a name says most with its folder and its end. */
export function shorten(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  if (width < 2) return takeStart([ellipsis], width)
  const parts = split(text)
  const end = takeEnd(parts, Math.ceil((width - 1) / 2))
  return `${takeStart(parts, width - 1 - widthOf(end))}${ellipsis}${end}`
}

/** Cut at the end, for sentences. */
export function shortenEnd(text: string, width: number): string {
  return widthOf(text) <= width ? text : `${takeStart(split(text), width - 1).trimEnd()}${ellipsis}`
}

function countCommon(names: readonly (readonly string[])[], at: (name: readonly string[], index: number) => unknown) {
  const shortest = Math.min(...names.map(({ length }) => length))
  let length = 0
  while (length < shortest && names.every((name) => at(name, length) === at(names[0]!, length))) length++
  return length
}

/** What lies between the start and the end that all of these have in common, with as much around it as fits. */
function shortenAround(names: readonly string[], width: number): string[] {
  const parts = names.map(split)
  const start = countCommon(parts, (name, index) => name[index])
  const rest = parts.map((name) => name.slice(start))
  const end = countCommon(rest, (name, index) => name.at(-1 - index))
  return rest.map((name, index) => {
    const core = name.slice(0, name.length - end)
    const space = width - widthOf(core.join('')) - 2 * ellipsis.length
    if (space < 0) return shorten(names[index]!, width)
    // What stands before the difference leads to it; what comes after is mostly an ending.
    const tail = takeEnd(name.slice(name.length - end), Math.ceil(space / 3))
    const before = parts[index]!.slice(0, start)
    const near = takeEnd(before, Math.ceil((space - widthOf(tail)) / 2))
    const head = takeStart(before.slice(0, before.length - split(near).length), space - widthOf(tail) - widthOf(near))
    const whole = before.join('')
    const gapBefore = head + near === whole ? '' : ellipsis
    const gapAfter = split(tail).length === end ? '' : ellipsis
    return `${head}${gapBefore}${near}${core.join('')}${gapAfter}${tail}`
  })
}

/** Each at most so wide, and different names different still. */
export function shortenAll(names: readonly string[], width: number): string[] {
  const short = names.map((name) => shorten(name, width))
  const groups = new Map<string, number[]>()
  for (const [index, text] of short.entries()) groups.set(text, [...(groups.get(text) ?? []), index])
  for (const group of groups.values()) {
    if (new Set(group.map((index) => names[index])).size < 2) continue
    const around = shortenAround(
      group.map((index) => names[index]!),
      width,
    )
    for (const [at, index] of group.entries()) short[index] = around[at]!
  }
  return numberAlike(names, short, width)
}

/** What is still alike gets a number. */
function numberAlike(names: readonly string[], short: readonly string[], width: number): string[] {
  const owners = new Map<string, string>()
  return short.map((text, index) => {
    const name = names[index]!
    let unique = text
    for (let number = 2; (owners.get(unique) ?? name) !== name; number++)
      unique = `${shorten(text, width - String(number).length - 1)}~${number}`
    owners.set(unique, name)
    return unique
  })
}

/** A sentence over as many lines as it needs; those after the first begin with `indent`. Words are never broken. */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = []
  let line = /^ */.exec(text)![0]
  for (const [index, word] of text.slice(line.length).split(' ').entries()) {
    if (index > 0 && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line)
      line = `${indent}${word}`
    } else line += index === 0 ? word : ` ${word}`
  }
  return [...lines, line].join('\n')
}
