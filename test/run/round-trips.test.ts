/** The requests of a run that wait for one another: at 100 ms each, most of what a small run takes. */
import { expect, test } from 'vitest'
import type { Switches } from '../hubs/github-switches.ts'
import { startPair, type Pair, type PairOptions } from '../hubs/pair.ts'
import { act, beginMirror, pictures } from './mirror-setup.ts'
import { countRoundTrips } from './round-trips.ts'

interface Scene {
  readonly name: string
  readonly trips: number
  readonly change: (pair: Pair) => void
  readonly pushes?: Switches['pushes']
}

const texts = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`data/${index % 40}/${index}.csv`, `${index}\n`]))

const scenes: readonly Scene[] = [
  { name: 'nothing to do', trips: 1, change: () => {} },
  {
    name: 'a text, Hub -> GitHub',
    trips: 7,
    change: (pair) => act(pair, 'huggingface', { 'README.md': '# The corpus\n' }),
  },
  { name: 'a text, GitHub -> Hub', trips: 6, change: (pair) => act(pair, 'github', { 'README.md': '# The corpus\n' }) },
  { name: '1,600 texts, Hub -> GitHub', trips: 6, change: (pair) => act(pair, 'huggingface', texts(1_600)) },
  { name: '250 texts, GitHub -> Hub', trips: 8, change: (pair) => act(pair, 'github', texts(250)) },
  { name: '1,600 texts, GitHub -> Hub', trips: 7, change: (pair) => act(pair, 'github', texts(1_600)) },
  { name: '20 pictures, Hub -> GitHub', trips: 8, change: (pair) => act(pair, 'huggingface', pictures(20)) },
  {
    name: '8 commits, Hub -> GitHub',
    trips: 12,
    change: (pair) => {
      for (let number = 1; number <= 8; number += 1) act(pair, 'huggingface', { 'a.txt': `${number}\n` })
    },
  },
  {
    name: '20 pictures, Hub -> GitHub, where no push moves the branch',
    trips: 13,
    change: (pair) => act(pair, 'huggingface', pictures(20)),
    pushes: 'no branch',
  },
]

test.each(scenes)('$name', async ({ trips, change, pushes = 'taken' }) => {
  const options: PairOptions = {
    github: { switches: { pushes } },
    huggingface: { switches: { commitMsPerOperation: 0 } },
  }
  const pair = startPair(options)
  await beginMirror(pair, { 'README.md': '# Corpus\n', 'data/a.csv': 'a\n1\n' })
  // Who can read what is not asked any more.
  act(pair, 'huggingface', { 'begun.txt': 'begun\n' })
  expect((await pair.run()).exitCode).toBe(0)
  change(pair)
  expect(await countRoundTrips(pair, options, trips)).toBe(trips)
})
