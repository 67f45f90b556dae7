/** A run that goes well. */
import { expect } from 'vitest'
import { type Pair } from '../hubs/pair.ts'

export const isHubCommit = ({ method, url }: Request) => method === 'POST' && /\/commit\/main/.test(url)

export async function run(pair: Pair, ...argv: string[]) {
  const ran = await pair.run(...argv)
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
  return ran
}
