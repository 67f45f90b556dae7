/**
 * How `git merge` aligns two lists of lines since version 2.34: its "histogram" diff (xhistogram.c), which JGit had
 * first. It aligns the longest run of equal lines that holds one of the rarest lines, then does the same above and
 * below that run. Where all common lines occur too often it falls back to `myers.ts`, as git does.
 */
import type { Alignment } from './alignment.ts'
import { alignByMyers } from './myers.ts'
import type { Budget } from './step-budget.ts'

/** A part of each list; ends are excluded. A run of equal lines is a region whose two parts are the same. */
interface Region {
  readonly startA: number
  readonly endA: number
  readonly startB: number
  readonly endB: number
}

/** A line that occurs more often than this in a region of `a` is no place to begin a run. */
const occurrencesMax = 64

/** Steps for each run that is looked at. */
const runCost = 12

const lengthOf = (run: Region) => run.endA - run.startA

/** Whether no line of `a` is in two of these runs. */
function areApart(runs: readonly Region[]): boolean {
  return runs
    .toSorted((one, other) => one.startA - other.startA)
    .every((run, index, sorted) => index === 0 || sorted[index - 1]!.endA <= run.startA)
}

/**
 * The longest run, then the longest of those above and of those below it, and so on, in order of their lines. Returns
 * `null` when the budget is used up.
 */
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

/** Where each line occurs in the region of `a` that is searched. */
class Index {
  readonly #a: Int32Array
  readonly #b: Int32Array
  /** By line: the index of its first occurrence in the region, -1 if there is none, and the number of them. */
  readonly #first: Int32Array
  readonly #counts: Int32Array
  /** By index: where the same line occurs next in the region, or -1. */
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
   * The runs to align in a region, in order; none where the two parts share no line. `unclear`: all shared lines occur
   * too often. `null`: the budget is used up.
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
        // An occurrence within this run would give the same run again.
        do place = this.#next[place]!
        while (place !== -1 && place < bottom)
      }
    }
    if (hasCommon && rarest > occurrencesMax) return 'unclear'
    // Where no line repeats, all runs of the regions above and below are found already. To search these regions again
    // would make the time quadratic.
    return best === null ? [] : repeats || !areApart(single) ? [best] : chooseRuns(single, this.#budget)
  }
}

/** Marks the changed lines of both lists. Returns `false` when the budget is used up. */
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
