/**
 * Both sides moved: the world in which every request can go wrong, what it has to come to, and what the run without a
 * fault takes.
 */
import { expect } from 'vitest'
import { sides, type Sides } from '../../lib/model/sides.ts'
import { copyPair, startPair, type Pair, type PairOptions } from '../hubs/pair.ts'
import { act, contents, type Files } from './mirror-setup.ts'

const asTheyAre: PairOptions = {}
export const settings: Record<string, PairOptions> = {
  'as they are': asTheyAre,
  'with updateRefs forbidden': { github: { switches: { updateRefs: 'forbidden' } } },
  'with no comparison on either side': {
    github: { switches: { compareStatus: 404 } },
    huggingface: { switches: { compareStatus: 404 } },
  },
}

export const lines = (edits: Record<number, string> = {}) =>
  Array.from({ length: 20 }, (_, index) => `${edits[index] ?? `line ${index}`}\n`).join('')
/** What is there first, on both sides, and what each side then makes of it. */
export const begin = { 'README.md': lines(), 'a.txt': 'a\n', 'b.txt': 'b\n' }
export const edits: Sides<Files> = {
  github: { 'README.md': lines({ 3: 'on GitHub' }), 'g.txt': 'g\n', 'a.txt': null },
  huggingface: { 'README.md': lines({ 15: 'on the Hub' }), 'h.txt': 'h\n' },
}
export const merged = {
  'README.md': lines({ 3: 'on GitHub', 15: 'on the Hub' }),
  'b.txt': 'b\n',
  'g.txt': 'g\n',
  'h.txt': 'h\n',
}

/** What `startWorld` begins with, by the settings of the services. */
const begun = new Map<PairOptions, Pair>()

async function beginWorld(options: PairOptions): Promise<Pair> {
  const pair = startPair(options)
  act(pair, 'huggingface', begin, 'Begin')
  expect((await pair.run()).exitCode).toBe(0)
  return pair
}

/** Both moved. `base` is GitHub's last mirrored commit, `edit` what Bob put on it. */
export async function startWorld(options: PairOptions = asTheyAre) {
  const world = begun.get(options) ?? (await beginWorld(options))
  begun.set(options, world)
  const pair = copyPair(world, options)
  const base = pair.github.head('main')!
  const edit = act(pair, 'github', edits.github, 'Edit on GitHub')
  act(pair, 'huggingface', edits.huggingface, 'Edit on the Hub')
  return {
    pair,
    base,
    edit,
    from: { github: pair.github.requests.length, huggingface: pair.huggingface.requests.length },
  }
}

/** How many requests the run without a fault takes, and how many commits there are after it. */
export async function measure(options: PairOptions = asTheyAre) {
  const { pair, from } = await startWorld(options)
  expect((await pair.run()).exitCode).toBe(0)
  expect(contents(pair, 'github')).toEqual(merged)
  return {
    commits: countCommits(pair),
    requests: {
      github: pair.github.requests.length - from.github,
      huggingface: pair.huggingface.requests.length - from.huggingface,
    },
  }
}

export const countCommits = ({ github, huggingface }: Pair) => [
  github.store.readLog(github.head('main')!).length,
  huggingface.git.readLog(huggingface.head('main')!).length,
]

/**
 * Three more runs at the most and there is nothing left to do: a run that asks for both heads and nothing else writes
 * nothing, so one more would be the same again. `requestsMax`: more than two while the last commit of a side changed
 * nothing that is mirrored.
 */
export async function expectFinished(pair: Pair, expected: Record<string, string>, requestsMax = 2): Promise<void> {
  for (const side of sides) pair[side].faults.length = 0
  let last = await pair.run()
  for (let more = 0; more < 2 && (last.exitCode !== 0 || last.requests > 2); more++) last = await pair.run()
  expect(last.exitCode, last.out + last.err).toBe(0)
  expect(last.requests, last.out).toBeLessThanOrEqual(requestsMax)
  for (const side of sides) expect(contents(pair, side), side).toEqual(expected)
}
