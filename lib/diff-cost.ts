/** What a comparison of two lists would cost, found out in flat memory and given up in time. */

/**
 * A step that finds a run of equal lines keeps an object: measured, those cost up to thirty times a plain step (350 ns against 11 ns) and
 * 90 bytes.
 */
const stepsPerRun = 30

/**
 * Steps that the algorithm of `diff3` takes (Wu, Manber, Myers, Miller: "An O(NP) Sequence Comparison Algorithm"), the same walk without
 * its trace; `Infinity` as soon as there are more than `stepsMax`. Small edits cost about a step a line, a total rewrite one per pair of lines.
 */
export function countDiffSteps(a: readonly number[], b: readonly number[], stepsMax: number): number {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  const delta = long.length - short.length
  const offset = short.length + 1
  const reached = new Int32Array(short.length + long.length + 3).fill(-1)
  let steps = 0
  const follow = (diagonal: number) => {
    const start = Math.max(reached[diagonal - 1 + offset]! + 1, reached[diagonal + 1 + offset]!)
    let y = start
    while (y < long.length && y - diagonal < short.length && short[y - diagonal] === long[y]) y++
    reached[diagonal + offset] = y
    steps += y === start ? 1 : y - start + stepsPerRun
  }
  for (let deletions = 0; reached[delta + offset] !== long.length; deletions++) {
    for (let diagonal = -deletions; diagonal < delta; diagonal++) {
      follow(diagonal)
      if (steps > stepsMax) return Infinity
    }
    for (let diagonal = delta + deletions; diagonal >= delta; diagonal--) {
      follow(diagonal)
      if (steps > stepsMax) return Infinity
    }
  }
  return steps
}
