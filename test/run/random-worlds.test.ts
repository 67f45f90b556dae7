/**
 * What people do with git, in browsers and by hand on both sides, drawn at random, with runs of the mirror in between.
 */
import { expect, test } from 'vitest'
import { hasGit } from '../git-judge.ts'
import fc, { isLong, runs } from '../random.ts'
import { oneWaySteps, outside, play, side, steps } from './random-steps.ts'

test.skipIf(!hasGit)(
  "whatever people and their tools do to both histories, no edit is lost without a word, and every commit of the mirror's tells the truth",
  async () => {
    const told: string[] = []
    await fc.assert(
      fc.asyncProperty(steps, side, outside, async (drawn, last, folder) => {
        told.push(...(await play(drawn, last, folder)))
      }),
      { numRuns: runs(20) },
    )
    const count = (result: string) => told.filter((line) => line.startsWith(`${result} `)).length
    // What the worlds are worth: most runs end well, and all other ends come up.
    expect([count('0') > told.length / 5, count('2') > 0, count('3') > 0, count('killed') > 0]).toEqual([
      true,
      true,
      true,
      true,
    ])
  },
  isLong ? undefined : 120_000,
)

test.skipIf(!hasGit)(
  'runs one way never write the other side, and lose nothing of what changed on the side that they write',
  async () => {
    const told: string[] = []
    await fc.assert(
      fc.asyncProperty(oneWaySteps, side, outside, async (drawn, last, folder) => {
        told.push(...(await play(drawn, last, folder)))
      }),
      { numRuns: runs(10) },
    )
    const has = (result: string, flag: string) =>
      told.some((line) => line.startsWith(`${result} `) && line.includes(flag))
    expect(['0', '3'].map((result) => has(result, '--to'))).toEqual([true, true])
  },
  isLong ? undefined : 120_000,
)
