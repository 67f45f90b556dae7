/** Worlds over the fake hubs: people with git on both sides, and runs of the whole command (`run/random-world.ts`). */
import fc from '../random.ts'
import { oneWaySteps, outside, play, side, steps } from '../run/random-steps.ts'
import { countAll, type Kind } from './kind.ts'

const world = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(steps, side, outside) },
  { weight: 1, arbitrary: fc.tuple(oneWaySteps, side, outside) },
)

export const hubWorlds: Kind = {
  name: 'hubs',
  play: async (seed, isShrunk) => {
    let told: readonly string[] = []
    const property = fc.asyncProperty(world, async (drawn) => {
      told = await play(...drawn)
    })
    const { failed, errorInstance } = await fc.check(property, { seed, numRuns: 1, endOnFailure: !isShrunk })
    // A line begins with how a run ended, or with blanks where somebody did something.
    const ends = told.map((line) => line.slice(0, 7).trim()).filter((end) => end !== '')
    return { ends: countAll(ends), failure: failed ? String((errorInstance as Error).message) : null }
  },
}
