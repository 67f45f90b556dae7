/**
 * How git's merges align two lists of lines since version 2.34 (its "histogram" diff, first made for JGit): the longest
 * run of equal lines around those that occur least often, then the same above and below it. Where it cannot choose it
 * falls back to `myers.ts`, as git does.
 */
import type { Alignment } from './alignment.ts'
import { alignByMyers } from './myers.ts'
import type { Budget } from './step-budget.ts'

/** Parts of both lists, ends not included. */
interface Region {
  readonly startA: number
  readonly endA: number
  readonly startB: number
  readonly endB: number
}

/** Lines that occur more often in a region of `a` are no place to begin. */
const occurrencesMax = 64

/** Steps of the budget, of about 2.5 ns each, for a run that is looked at. */
const runCost = 12

const lengthOf = (run: Region) => run.endA - run.startA

/** Whether no line of `a` is in two of the runs. */
function areApart(runs: readonly Region[]): boolean {
  return runs
    .toSorted((one, other) => one.startA - other.startA)
    .every((run, index, sorted) => index === 0 || sorted[index - 1]!.endA <= run.startA)
}

/** The longest run, then the longest of those above and below it, and so on; `null` when the budget is used up. */
function chooseRuns(runs: readonly Region[], budget: Budget): Region[] | null {
  const chosen: Region[] = []
  const lists = [runs]
  for (let list = lists.pop(); list !== undefined; list = lists.pop()) {
    if (!budget.spend(runCost * list.length)) return null
    const best = list.reduce<Region | undefined>(
      (longest, run) => (longest && lengthOf(longest) >= lengthOf(run) ? longest : run),
      undefined,
    )
    if (best === undefined) continue
    chosen.push(best)
    lists.push(
      list.filter((run) => run.endA <= best.startA && run.endB <= best.startB),
      list.filter((run) => run.startA >= best.endA && run.startB >= best.endB),
    )
  }
  return chosen.toSorted((one, other) => one.startA - other.startA)
}

class Index {
  readonly #a: Int32Array
  readonly #b: Int32Array
  /**
   * By line: where it occurs first in the region of `a`, and how often; -1 and 0 if not. By place: where it occurs
   * next, or -1.
   */
  readonly #first: Int32Array
  readonly #counts: Int32Array
  readonly #next: Int32Array
  readonly #budget: Budget

  constructor(a: Int32Array, b: Int32Array, lineMax: number, budget: Budget) {
    this.#a = a
    this.#b = b
    this.#first = new Int32Array(lineMax + 1).fill(-1)
    this.#counts = new Int32Array(lineMax + 1)
    this.#next = new Int32Array(a.length)
    this.#budget = budget
  }

  /**
   * The runs to align in a region, in order; none where no line is in both; `unclear` where all that are occur too
   * often; `null` when the budget is used up.
   */
  find(region: Region): Region[] | 'unclear' | null {
    const { startA, endA } = region
    const [a, first, counts] = [this.#a, this.#first, this.#counts]
    for (let at = endA - 1; at >= startA; at--) {
      const line = a[at]!
      this.#next[at] = first[line]!
      first[line] = at
      counts[line]!++
    }
    const found = this.#budget.spend(2 * (endA - startA) + region.endB - region.startB) ? this.#search(region) : null
    for (let at = startA; at < endA; at++) {
      first[a[at]!] = -1
      counts[a[at]!] = 0
    }
    return found
  }

  #search({ startA, endA, startB, endB }: Region): Region[] | 'unclear' | null {
    const [a, b, counts] = [this.#a, this.#b, this.#counts]
    const single: Region[] = []
    let repeats = false
    let best: Region | null = null
    let rarest = occurrencesMax + 1
    let hasCommon = false
    for (let at = startB, next = at; at < endB; at = next) {
      next = at + 1
      const count = counts[b[at]!]!
      hasCommon ||= count > 0
      repeats ||= count > 1
      if (count > rarest) continue
      for (let place = this.#first[b[at]!]!; place !== -1;) {
        let [top, left, bottom, right] = [place, at, place + 1, at + 1]
        let occurrences = count
        while (top > startA && left > startB && a[top - 1] === b[left - 1]) {
          top--
          left--
          occurrences = Math.min(occurrences, counts[a[top]!]!)
        }
        while (bottom < endA && right < endB && a[bottom] === b[right]) {
          occurrences = Math.min(occurrences, counts[a[bottom]!]!)
          bottom++
          right++
        }
        if (!this.#budget.spend(bottom - top)) return null
        next = Math.max(next, right)
        const run = { startA: top, endA: bottom, startB: left, endB: right }
        if (!repeats) single.push(run)
        if (occurrences < rarest || bottom - top > (best === null ? 1 : lengthOf(best))) {
          best = run
          rarest = occurrences
        }
        // Those within this run were tried with it.
        do place = this.#next[place]!
        while (place !== -1 && place < bottom)
      }
    }
    if (hasCommon && rarest > occurrencesMax) return 'unclear'
    // Where no line repeats, the runs above and below the best are among those that were found: to search them again
    // would take the time squared.
    return best === null ? [] : repeats || !areApart(single) ? [best] : chooseRuns(single, this.#budget)
  }
}

/** Marks what is changed; `false` when the budget is used up. */
export function alignByHistogram({ a, b, changedA, changedB }: Alignment, budget: Budget): boolean {
  let lineMax = 0
  for (const lines of [a, b]) for (const line of lines) lineMax = Math.max(lineMax, line)
  const index = new Index(a, b, lineMax, budget)
  const regions: Region[] = [{ startA: 0, endA: a.length, startB: 0, endB: b.length }]
  for (let region = regions.pop(); region !== undefined; region = regions.pop()) {
    const { startA, endA, startB, endB } = region
    const found = startA < endA && startB < endB ? index.find(region) : []
    if (found === null) return false
    if (found === 'unclear') {
      const part = {
        a: a.subarray(startA, endA),
        b: b.subarray(startB, endB),
        changedA: changedA.subarray(startA, endA),
        changedB: changedB.subarray(startB, endB),
      }
      if (!alignByMyers(part, budget)) return false
    } else if (found.length === 0) {
      changedA.fill(1, startA, endA)
      changedB.fill(1, startB, endB)
    } else {
      let [doneA, doneB] = [startA, startB]
      for (const run of found) {
        regions.push({ startA: doneA, endA: run.startA, startB: doneB, endB: run.startB })
        doneA = run.endA
        doneB = run.endB
      }
      regions.push({ startA: doneA, endA, startB: doneB, endB })
    }
  }
  return true
}
