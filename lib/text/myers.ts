/**
 * How `git merge-file` aligns two lists of lines: by a shortest edit script (Myers, "An O(ND) Difference Algorithm and
 * Its Variations", the variant in linear space), with git's heuristics for when the shortest one takes too long
 * (xdiffi.c). Among scripts that are equally short it takes the one that git takes, since that decides what git merges.
 */
import type { Alignment } from './alignment.ts'
import { chooseLines, roughRoot } from './line-choice.ts'
import type { Budget } from './step-budget.ts'

/**
 * A part of the edit graph: lines `top` to `bottom` of `a` are its rows, lines `left` to `right` of `b` its columns. In
 * an `exact` part the heuristics are off.
 */
interface Box {
  top: number
  bottom: number
  left: number
  right: number
  readonly exact: boolean
}

/** Where a box is cut: the script passes through this point, so that the parts before and after it are left to do. */
interface Cut {
  readonly row: number
  readonly column: number
  readonly exactBefore: boolean
  readonly exactAfter: boolean
}

/** Rounds after which a search settles for a path that looks good, and the fewest after which it takes what it has. */
const guessAfter = 256
/** So many equal lines in a row make a path look good. */
const longRun = 20

/** Steps for a diagonal or a line followed on it, and for a line looked up in a `Map`. */
const [diagonalCost, lookupCost] = [4, 20]

/** A search from both ends at once: the furthest row that each has reached, by diagonal (row minus column). */
class Search {
  readonly #a: Int32Array
  readonly #b: Int32Array
  readonly #down: Int32Array
  readonly #up: Int32Array
  readonly #zero: number
  readonly #roundsMax: number
  readonly #budget: Budget

  constructor(a: Int32Array, b: Int32Array, budget: Budget) {
    const diagonals = a.length + b.length + 3
    this.#a = a
    this.#b = b
    this.#down = new Int32Array(diagonals)
    this.#up = new Int32Array(diagonals)
    this.#zero = b.length + 1
    this.#roundsMax = Math.max(roughRoot(diagonals), guessAfter)
    this.#budget = budget
  }

  /** Where the paths from both ends meet, or a guess of it. Returns `null` when the budget is used up. */
  cut(box: Box): Cut | null {
    const { top, bottom, left, right, exact } = box
    const [a, b, down, up, zero] = [this.#a, this.#b, this.#down, this.#up, this.#zero]
    const [lowest, highest] = [top - right, bottom - left]
    const isOdd = ((top - left - bottom + right) & 1) === 1
    let downLow = top - left
    let downHigh = downLow
    let upLow = bottom - right
    let upHigh = upLow
    down[downLow + zero] = top
    up[upLow + zero] = bottom
    for (let round = 1; ; round++) {
      let steps = 0
      let foundRun = false
      if (downLow > lowest) down[--downLow - 1 + zero] = -1
      else downLow++
      if (downHigh < highest) down[++downHigh + 1 + zero] = -1
      else downHigh--
      for (let diagonal = downHigh; diagonal >= downLow; diagonal -= 2) {
        const start = Math.max(down[diagonal - 1 + zero]! + 1, down[diagonal + 1 + zero]!)
        let row = start
        while (row < bottom && row - diagonal < right && a[row] === b[row - diagonal]) row++
        foundRun ||= row - start > longRun
        steps += row - start + 1
        down[diagonal + zero] = row
        if (isOdd && upLow <= diagonal && diagonal <= upHigh && up[diagonal + zero]! <= row) {
          return this.#budget.spend(diagonalCost * steps)
            ? { row, column: row - diagonal, exactBefore: true, exactAfter: true }
            : null
        }
      }
      if (upLow > lowest) up[--upLow - 1 + zero] = 0x7fff_ffff
      else upLow++
      if (upHigh < highest) up[++upHigh + 1 + zero] = 0x7fff_ffff
      else upHigh--
      for (let diagonal = upHigh; diagonal >= upLow; diagonal -= 2) {
        const start = Math.min(up[diagonal - 1 + zero]!, up[diagonal + 1 + zero]! - 1)
        let row = start
        while (row > top && row - diagonal > left && a[row - 1] === b[row - diagonal - 1]) row--
        foundRun ||= start - row > longRun
        steps += start - row + 1
        up[diagonal + zero] = row
        if (!isOdd && downLow <= diagonal && diagonal <= downHigh && row <= down[diagonal + zero]!) {
          return this.#budget.spend(diagonalCost * steps)
            ? { row, column: row - diagonal, exactBefore: true, exactAfter: true }
            : null
        }
      }
      if (!this.#budget.spend(diagonalCost * steps)) return null
      if (exact) continue
      const guess =
        foundRun && round > guessAfter
          ? (this.#followRun(box, round, [downLow, downHigh], false) ??
            this.#followRun(box, round, [upLow, upHigh], true))
          : null
      if (guess !== null) return guess
      if (round >= this.#roundsMax) return this.#takeFurthest(box, [downLow, downHigh], [upLow, upHigh])
    }
  }

  /**
   * The longest of the paths from one end (from the lower one if `isUp`) that got far for their cost and end in a long
   * run of equal lines, if any. The run lies within the box, and does not touch the end that the paths go to.
   */
  #followRun(box: Box, round: number, [low, high]: readonly [number, number], isUp: boolean): Cut | null {
    const { top, bottom, left, right } = box
    const rows = isUp ? this.#up : this.#down
    const [start, end] = isUp ? [1, 0] : [0, 1]
    let best = 4 * round
    let cut: Cut | null = null
    for (let diagonal = high; diagonal >= low; diagonal -= 2) {
      const row = rows[diagonal + this.#zero]!
      const column = row - diagonal
      const length = isUp
        ? bottom - row + right - column - Math.abs(diagonal - (bottom - right))
        : row - top + column - left - Math.abs(diagonal - (top - left))
      const [runRow, runColumn] = isUp ? [row, column] : [row - longRun, column - longRun]
      const isInside =
        runRow >= top + start &&
        runRow + longRun <= bottom - end &&
        runColumn >= left + start &&
        runColumn + longRun <= right - end
      if (length <= best || !isInside || !this.#isRun(runRow, runColumn)) continue
      best = length
      cut = { row, column, exactBefore: !isUp, exactAfter: isUp }
    }
    return cut
  }

  #isRun(row: number, column: number): boolean {
    for (let index = 0; index < longRun; index++) if (this.#a[row + index] !== this.#b[column + index]) return false
    return true
  }

  /** The path that got furthest, from either end; both searches are given by their lowest and highest diagonal. */
  #takeFurthest(
    { top, bottom, left, right }: Box,
    [downLow, downHigh]: readonly [number, number],
    [upLow, upHigh]: readonly [number, number],
  ): Cut {
    let furthest = -1
    let downRow = -1
    for (let diagonal = downHigh; diagonal >= downLow; diagonal -= 2) {
      const row = Math.min(this.#down[diagonal + this.#zero]!, bottom, right + diagonal)
      if (2 * row - diagonal <= furthest) continue
      furthest = 2 * row - diagonal
      downRow = row
    }
    let nearest = Infinity
    let upRow = -1
    for (let diagonal = upHigh; diagonal >= upLow; diagonal -= 2) {
      const row = Math.max(this.#up[diagonal + this.#zero]!, top, left + diagonal)
      if (2 * row - diagonal >= nearest) continue
      nearest = 2 * row - diagonal
      upRow = row
    }
    return bottom + right - nearest < furthest - top - left
      ? { row: downRow, column: furthest - downRow, exactBefore: true, exactAfter: false }
      : { row: upRow, column: nearest - upRow, exactBefore: false, exactAfter: true }
  }
}

/** Marks the changed lines of both lists. Returns `false` when the budget is used up. */
export function alignByMyers({ a, b, changedA, changedB }: Alignment, budget: Budget): boolean {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let [endA, endB] = [a.length, b.length]
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--
    endB--
  }
  if (!budget.spend(lookupCost * (a.length + b.length))) return false
  const rows = chooseLines({ lines: a, others: b, changed: changedA, start, end: endA }, budget)
  const columns = chooseLines({ lines: b, others: a, changed: changedB, start, end: endB }, budget)
  if (rows === null || columns === null) return false
  const [linesA, linesB] = [rows.map((row) => a[row]!), columns.map((column) => b[column]!)]
  const search = new Search(linesA, linesB, budget)
  const boxes: Box[] = [{ top: 0, bottom: rows.length, left: 0, right: columns.length, exact: false }]
  for (let box = boxes.pop(); box !== undefined; box = boxes.pop()) {
    const from = box.top
    while (box.top < box.bottom && box.left < box.right && linesA[box.top] === linesB[box.left]) {
      box.top++
      box.left++
    }
    const to = box.bottom
    while (box.top < box.bottom && box.left < box.right && linesA[box.bottom - 1] === linesB[box.right - 1]) {
      box.bottom--
      box.right--
    }
    if (!budget.spend(box.top - from + to - box.bottom)) return false
    if (box.top === box.bottom) for (let column = box.left; column < box.right; column++) changedB[columns[column]!] = 1
    else if (box.left === box.right) for (let row = box.top; row < box.bottom; row++) changedA[rows[row]!] = 1
    else {
      const cut = search.cut(box)
      if (cut === null) return false
      boxes.push({ top: box.top, bottom: cut.row, left: box.left, right: cut.column, exact: cut.exactBefore })
      boxes.push({ top: cut.row, bottom: box.bottom, left: cut.column, right: box.right, exact: cut.exactAfter })
    }
  }
  return true
}
