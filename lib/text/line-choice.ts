/**
 * Which lines `git merge-file` aligns at all: before it looks for a shortest edit script it leaves out lines that would
 * only lead it astray (`xdl_cleanup_records` of git's xprepare.c).
 */
import type { Budget } from './step-budget.ts'

/** A power of two near the square root of a count, as git estimates it (`xdl_bogosqrt`). */
export function roughRoot(count: number): number {
  return 2 ** Math.ceil((32 - Math.clz32(count)) / 2)
}

/** How often a line occurs in the other list: never, sometimes, or so often that finding it says little. */
const [never, sometimes, often] = [0, 1, 2]

function countLines(lines: Int32Array): Map<number, number> {
  const counts = new Map<number, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
  return counts
}

/** Lines `start` to `end` of one list, the whole other list, and the marks of the first one. */
interface Choice {
  readonly lines: Int32Array
  readonly others: Int32Array
  readonly changed: Uint8Array
  readonly start: number
  readonly end: number
}

/**
 * The indices of the lines that are worth a search. Lines that the other list lacks are not, nor are frequent lines
 * that stand among such: these are marked as changed. Returns `null` when the budget is used up.
 */
export function chooseLines({ lines, others, changed, start, end }: Choice, budget: Budget): Int32Array | null {
  const counts = countLines(others)
  const oftenMin = Math.min(roughRoot(lines.length), 1024)
  const kinds = Uint8Array.from(lines.subarray(start, end), (line) => {
    const count = counts.get(line) ?? 0
    return count === 0 ? never : count < oftenMin ? sometimes : often
  })
  /** Lines looked at in each direction. */
  const window = 100
  let steps = 0
  const isNoise = (at: number) => {
    let [alone, repeated] = [0, 2]
    for (const step of [-1, 1]) {
      const before = alone
      for (
        let index = at + step;
        index >= 0 && index < kinds.length && Math.abs(index - at) <= window && kinds[index] !== sometimes;
        index += step
      ) {
        if (kinds[index] === never) alone++
        else repeated++
        steps++
      }
      if (alone === before) return false
    }
    return repeated * 4 < repeated + alone
  }
  const chosen = new Int32Array(kinds.length)
  let count = 0
  for (let index = 0; index < kinds.length; index++) {
    if (kinds[index] === never || (kinds[index] === often && isNoise(index))) changed[start + index] = 1
    else chosen[count++] = start + index
    if (!budget.spend(steps)) return null
    steps = 0
  }
  return chosen.subarray(0, count)
}
