/** Worlds in memory, and how a failing one is made smaller. */
import { createRandom } from '../random.ts'
import { drawChanges, drawSteps, type Step } from './changes.ts'
import { playDecision } from './decisions.ts'
import { countAll, type Kind, type Played } from './kind.ts'
import { MemoryWorld } from './memory-world.ts'

export async function playSteps(steps: readonly Step[]): Promise<Played> {
  const world = new MemoryWorld()
  try {
    for (const step of steps) {
      if (step.kind === 'run') await world.run(step)
      else world.act(step)
    }
    return { ends: countAll(world.ends), failure: null }
  } catch (error) {
    return { ends: countAll(world.ends), failure: `${(error as Error).stack}\n${world.told.join('\n')}` }
  }
}

/** Leaves out one step after the other as long as it still fails. */
async function shrink(
  steps: readonly Step[],
  play: (steps: readonly Step[]) => Promise<Played>,
): Promise<readonly Step[]> {
  for (const at of steps.keys()) {
    const fewer = steps.toSpliced(at, 1)
    if ((await play(fewer)).failure !== null) return shrink(fewer, play)
  }
  return steps
}

const kindOf = (
  name: string,
  draw: (below: (count: number) => number) => Step[],
  play: (steps: readonly Step[]) => Promise<Played>,
): Kind => ({
  name,
  play: async (seed, isShrunk) => {
    const steps = draw(createRandom(seed))
    const played = await play(steps)
    if (played.failure === null || !isShrunk) return played
    const fewest = await shrink(steps, play)
    return { ...played, failure: `${(await play(fewest)).failure}\n${JSON.stringify(fewest)}` }
  },
})

/** Whole runs between two repositories in memory. */
export const memoryWorlds = kindOf('memory', drawSteps, playSteps)

/** The merge alone. */
export const decisionWorlds = kindOf('decisions', drawChanges, async (steps) => {
  const { end, failure } = playDecision(steps)
  return { ends: { [end]: 1 }, failure }
})
