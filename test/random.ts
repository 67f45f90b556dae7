/**
 * fast-check as the suite uses it. `npm test` draws the same cases each time, so that it fails for what somebody
 * changed and never by chance; `npm run test:random` draws others, and twenty times as many. Both say their seed where
 * a property fails.
 */
import fc from 'fast-check'

const { RANDOM_SEED = '1', RANDOM_RUNS = '1' } = process.env
export const seed = Number(RANDOM_SEED)
const factor = Number(RANDOM_RUNS)
if (!Number.isInteger(seed) || !(factor > 0))
  throw new Error(`Cannot use RANDOM_SEED=${RANDOM_SEED} RANDOM_RUNS=${RANDOM_RUNS}: an integer and a number above 0`)

/** Whether more is drawn than usual. */
export const isLong = factor > 1

/** How many cases to draw where a short run takes so many. */
export const runs = (usual: number): number => Math.ceil(usual * factor)

// Making a failure smaller can take minutes: that is for the long form, with the seed that the short one told.
fc.configureGlobal({ seed, endOnFailure: !isLong })

export default fc

/**
 * Whole numbers from 0 up to `below`, the same every time for a seed: Mulberry32. For what is not drawn by fast-check.
 */
export function createRandom(seedOfOwn: number): (below: number) => number {
  let state = seedOfOwn
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}
