/** What two sides made of a list of lines, as numbers, merged with `diff3`. */
import diff3Merge from 'diff3'
import { mapSides, sides, type Sides, valuesOf, sidesOf, type Side } from '../model/sides.ts'
import type { Change } from './alignment.ts'
import type { Budget } from './step-budget.ts'

/** What a side made of the base. */
export interface Version {
  readonly lines: Int32Array
  readonly changes: readonly Change[]
}

/** Where both sides changed the base; `line` is 0-based, in the base. */
export interface Place extends Sides<Int32Array> {
  readonly line: number
  readonly base: Int32Array
}

/** Steps of the budget, of about 2.5 ns each, for two pieces that `diff3` compares. */
const diffCost = 12

/** Pieces of the base in a window, at the least. Short windows cost the least. */
const windowLength = 32

export function isSame(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index])
}

/** Parts of lists, by number. */
class Pieces {
  readonly #lists: Int32Array[] = []
  readonly #starts: number[] = []
  readonly #ends: number[] = []

  add(list: Int32Array, start: number, end: number): number {
    this.#lists.push(list)
    this.#starts.push(start)
    return this.#ends.push(end) - 1
  }

  read(numbers: readonly number[]): Int32Array {
    const lines = new Int32Array(
      numbers.reduce((length, number) => length + this.#ends[number]! - this.#starts[number]!, 0),
    )
    let length = 0
    for (const number of numbers)
      for (let index = this.#starts[number]!; index < this.#ends[number]!; index++)
        lines[length++] = this.#lists[number]![index]!
    return lines
  }
}

/** Where pieces of the base begin, and where the last one ends: at the ends of all changes. */
function findCuts(length: number, versions: Sides<Version>): Int32Array {
  const cuts = [0, length]
  for (const side of sides) for (const { start, end } of versions[side].changes) cuts.push(start, end)
  return Int32Array.from(cuts)
    .toSorted()
    .filter((cut, index, all) => index === 0 || cut !== all[index - 1])
}

/**
 * The merged lines, or the places where both sides changed the base in different ways; `null` when the budget is used
 * up.
 *
 * `diff3` would align the lines itself, and other than git where they repeat. So it is given pieces instead of lines:
 * those of the base, cut at the ends of all changes, and for each side those that it kept and, between them, those that
 * it brought. No piece occurs twice, so there is nothing to choose. Where both sides kept a piece changes cannot meet:
 * there the list is cut into windows, for the time that it takes grows with the square of the length.
 */
export function mergeLines(
  base: Int32Array,
  versions: Sides<Version>,
  budget: Budget,
): { merged: Int32Array } | { conflicts: Place[] } | null {
  const cuts = findCuts(base.length, versions)
  const baseCount = cuts.length - 1
  const pieces = new Pieces()
  for (let number = 0; number < baseCount; number++) pieces.add(base, cuts[number]!, cuts[number + 1]!)
  const merged: number[] = []
  const conflicts: Place[] = []

  const startWindow = (first: number) => ({ first, base: [] as number[], ...mapSides(() => [] as number[]) })
  let window = startWindow(0)
  const mergeWindow = (): boolean => {
    const [a, b] = valuesOf(window)
    if (!budget.spend(diffCost * window.base.length * (a.length + b.length))) return false
    for (const { ok, conflict } of diff3Merge(a, window.base, b)) {
      // The same lines brought by both sides are two pieces, and no conflict.
      const place = conflict && {
        line: cuts[window.first + conflict.oIndex]!,
        base: pieces.read(conflict.o),
        ...sidesOf(sides[0]!, pieces.read(conflict.a), pieces.read(conflict.b)),
      }
      if (place && !isSame(...valuesOf(place))) conflicts.push(place)
      else for (const number of ok ?? conflict!.a) merged.push(number)
    }
    return true
  }

  const next: Record<Side, number> = mapSides(() => 0)
  const goneTo: Record<Side, number> = mapSides(() => 0)
  for (const [number, start] of cuts.entries()) {
    for (const side of sides) {
      const { lines, changes } = versions[side]
      const change = changes[next[side]]
      if (change?.start === start) {
        if (change.to > change.from) window[side].push(pieces.add(lines, change.from, change.to))
        goneTo[side] = change.end
        next[side]++
      }
      if (number < baseCount && start >= goneTo[side]) window[side].push(number)
    }
    if (number < baseCount) window.base.push(number)
    if (window.base.length >= windowLength && sides.every((side) => start >= goneTo[side])) {
      if (!mergeWindow()) return null
      window = startWindow(number + 1)
    }
  }
  if (!mergeWindow()) return null
  return conflicts.length > 0 ? { conflicts } : { merged: pieces.read(merged) }
}
