/**
 * Text files, and what two sides made of one: lines merged with `diff3`. Design, section 4. Lines keep their terminators, so that no byte is
 * lost and a last line without a newline is another line than one with it.
 */
import diff3Merge from 'diff3'
import Onp from 'diff3/onp.js'
import { countDiffSteps } from './diff-cost.ts'
import { mapSides, type Sides } from './sides.ts'

/** Where both sides changed the base. `line` is 1-based, in the base. */
export interface Hunk { readonly line: number, readonly base: readonly string[], readonly github: readonly string[], readonly huggingface: readonly string[] }

/**
 * `hunks` of a clean merge: how many changed places each side brought (a side whose text is taken as a whole brought one). Those of an
 * unclean one: where the sides meet; from the first change to the last if `not certain`, none if `too large`.
 */
export type TextMerge =
  | { readonly clean: true, readonly text: string, readonly hunks: Sides<number> }
  | { readonly clean: false, readonly reason: 'overlap' | 'not certain' | 'too large', readonly hunks: readonly Hunk[] }

const textBytesMax = 10_000_000

/**
 * Bounds for a merge with its proof, which compares pairs of lists sixteen times. Measured on Node 20: 11 to 16 ns a step, so that the
 * worst that passes takes 2 s: one side rewriting 3,600 lines. Small edits in 100,000 lines take 0.4 s, in 400,000 lines 1.6 s and 500 MB.
 */
const stepsMax = 13_000_000
/** Between the first and the last change. */
const linesMax = 400_000

/** The file as text; `null` when it is none: not UTF-8, a NUL in it, or more than 10 MB. Encoded again it is the same bytes. */
export function parseText(content: Uint8Array): string | null {
  if (content.length > textBytesMax || content.includes(0)) return null
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)
  } catch {
    return null
  }
}

function splitLines(text: string): string[] {
  const lines: string[] = []
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start) + 1 || text.length
    lines.push(text.slice(start, end))
    start = end
  }
  return lines
}

/** How much all texts have in common at their beginning and, of the rest, at their end, in whole lines. */
function measureCommon(texts: readonly string[]): { prefix: number, suffix: number } {
  const [first = '', ...others] = texts
  const shortest = Math.min(...texts.map((text) => text.length))
  let prefix = 0
  while (prefix < shortest && others.every((text) => text.charCodeAt(prefix) === first.charCodeAt(prefix))) prefix++
  prefix = prefix === 0 ? 0 : first.lastIndexOf('\n', prefix - 1) + 1
  let suffix = 0
  const isCommon = (at: number) => others.every((text) => text.charCodeAt(text.length - at) === first.charCodeAt(first.length - at))
  while (suffix < shortest - prefix && isCommon(suffix + 1)) suffix++
  // Its first line may begin before it.
  const newline = first.indexOf('\n', first.length - suffix) + 1
  return { prefix, suffix: newline === 0 ? 0 : first.length - newline }
}

/** Lines as numbers, equal ones the same, since comparing them is what costs. */
class Lines {
  readonly #numbers = new Map<string, number>()
  readonly #texts: string[] = []

  parse(text: string): number[] {
    return splitLines(text).map((line) => {
      const known = this.#numbers.get(line)
      if (known !== undefined) return known
      this.#numbers.set(line, this.#texts.length)
      return this.#texts.push(line) - 1
    })
  }

  format(lines: readonly number[]): string[] {
    return lines.map((line) => this.#texts[line]!)
  }
}

type Numbers = readonly number[]

/** A hunk in numbers; `line` is 0-based. */
interface Place extends Sides<Numbers> { readonly line: number, readonly base: Numbers }

/** The merged lines, or the places where both sides changed the base. */
function mergeLines(base: Numbers, sides: Sides<Numbers>): { merged: number[] } | { conflicts: Place[] } {
  const blocks = diff3Merge(sides.github, base, sides.huggingface)
  const conflicts = blocks.flatMap(({ conflict }) => conflict ?? [])
    .map(({ a, o, oIndex, b }) => ({ line: oIndex, base: o, github: a, huggingface: b }))
  return conflicts.length > 0 ? { conflicts } : { merged: blocks.flatMap(({ ok }) => ok ?? []) }
}

function isSame(a: Numbers, b: Numbers): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index])
}

/**
 * The verdict on a merge without conflicts. Where lines repeat, diff3 may take one for another: it counts only if it certifies itself, that
 * is, if merging it again with either side changes nothing, and if all of this is so when the texts are read from their ends.
 */
function isCertain(base: Numbers, sides: Sides<Numbers>, merged: Numbers): boolean {
  const reverse = (lines: Numbers) => lines.toReversed()
  return [(lines: Numbers) => lines, reverse].every((turn) => [sides, { ...sides, github: merged }, { ...sides, huggingface: merged }].every((pair) => {
    const again = mergeLines(turn(base), mapSides((side) => turn(pair[side])))
    return 'merged' in again && isSame(again.merged, turn(merged))
  }))
}

function countLines(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}

/** Merges what two sides made of a text. Swapping the sides swaps the answer. */
export function mergeText(base: string, sides: Sides<string>): TextMerge {
  // What needs no merge has no bound and no doubt.
  const settled = sides.github === sides.huggingface || sides.huggingface === base ? sides.github : sides.github === base ? sides.huggingface : null
  if (settled !== null) return { clean: true, text: settled, hunks: mapSides((side) => Number(sides[side] !== base)) }

  const texts = [base, sides.github, sides.huggingface]
  const { prefix, suffix } = measureCommon(texts)
  const cut = (text: string) => text.slice(prefix, text.length - suffix)
  const tooLarge = { clean: false, reason: 'too large', hunks: [] } as const
  if (texts.some((text) => countLines(cut(text)) > linesMax)) return tooLarge
  const lines = new Lines()
  const from = lines.parse(cut(base))
  const to = mapSides((side) => lines.parse(cut(sides[side])))
  const costs = mapSides((side) => countDiffSteps(from, to[side], stepsMax))
  if (costs.github + costs.huggingface > stepsMax) return tooLarge

  const above = countLines(base.slice(0, prefix))
  const hunk = ({ line, base: before, github, huggingface }: Place): Hunk =>
    ({ line: above + line + 1, base: lines.format(before), github: lines.format(github), huggingface: lines.format(huggingface) })
  const result = mergeLines(from, to)
  if ('conflicts' in result) return { clean: false, reason: 'overlap', hunks: result.conflicts.map(hunk) }
  if (countDiffSteps(from, result.merged, stepsMax) > stepsMax) return tooLarge
  if (!isCertain(from, to, result.merged)) return { clean: false, reason: 'not certain', hunks: [hunk({ line: 0, base: from, ...to })] }
  return {
    clean: true,
    text: base.slice(0, prefix) + lines.format(result.merged).join('') + base.slice(base.length - suffix),
    hunks: mapSides((side) => new Onp(from, to[side]).compose().length),
  }
}
