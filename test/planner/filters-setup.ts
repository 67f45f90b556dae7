/** Runs with filters. */
import { expect } from 'vitest'
import { sides } from '../../lib/model/sides.ts'
import { startPair, type Pair, type Ran } from '../hubs/pair.ts'
import { act, text, type Files } from '../run/mirror-setup.ts'

/** A run that ends well, and after which there is nothing to do. */
export async function run(pair: Pair, ...argv: string[]): Promise<Ran> {
  const ran = await pair.run(...argv)
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
  const again = await pair.run(...argv)
  expect([again.exitCode, again.requests], again.out + again.err).toEqual([0, 2])
  return ran
}

/** What each side holds at a path, and the same text on both. */
export const both = (pair: Pair, path: string) => sides.map((side) => text(pair, side, path))
export const onBoth = (value: string | undefined) => sides.map(() => value)

/** Begun on GitHub and mirrored with these options. */
export async function begin(files: Files, ...argv: string[]): Promise<Pair> {
  const pair = startPair()
  act(pair, 'github', files, 'Begin')
  await run(pair, ...argv)
  return pair
}
