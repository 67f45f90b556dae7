/**
 * Every request of a run that proposes anew fails in every way once, and the next runs finish it: one pull request that holds all,
 * which is known when it was squashed. `npm test` takes a few of these, `npm run test:random` all.
 */
import { expect, test } from 'vitest'
import { sides } from '../../lib/model/sides.ts'
import { mergePull } from '../hubs/github-pulls.ts'
import type { Fault } from '../hubs/hub.ts'
import { mergeHubPull } from '../hubs/huggingface-pulls.ts'
import { copyPair, type Pair } from '../hubs/pair.ts'
import { isLong } from '../random.ts'
import { act, contents, startMirrored } from './mirror-setup.ts'
import { begun, branch, pulls } from './proposing.ts'

const kill = () => {
  throw new Error('killed')
}
const faults: readonly Pick<Fault, 'when' | 'act' | 'times'>[] = [
  { when: 'before', act: 'drop', times: 1 },
  { when: 'after', act: 'drop', times: 1 },
  { when: 'before', act: 'drop', times: 99 },
  { when: 'after', act: kill, times: 1 },
  { when: 'after', act: { status: 500, body: '{}' }, times: 1 },
]

type Mode = 'github' | 'huggingface'
const run = (pair: Pair, mode: Mode) => pair.run('--json', '--pull-request', mode)

/** GitHub goes on while the Hub's pull request waits: another one takes its place. */
async function startOutOfDate(begin: Pair): Promise<Pair> {
  const pair = copyPair(begin)
  for (const name of ['a', 'b', 'c']) {
    act(pair, 'github', { [name]: 'g\n' })
    if (name === 'a') await run(pair, 'huggingface')
  }
  return pair
}

/** Two were squashed while both sides went on: of the copies of both the next one takes one commit. */
async function startSquashed(begin: Pair): Promise<Pair> {
  const pair = copyPair(begin)
  act(pair, 'huggingface', { h11: 'h\n' })
  for (const number of [12, 13]) {
    await run(pair, 'github')
    act(pair, 'github', { [`g${number}`]: 'g\n' })
    mergePull(pair.github.repository, number, 'squash')
    act(pair, 'huggingface', { [`h${number}`]: 'h\n' })
  }
  return pair
}

/** Squashes the only one that is open. */
function merge(pair: Pair, mode: Mode): void {
  const { repository } = pair.huggingface
  const open =
    mode === 'github'
      ? pulls(pair).filter(({ state }) => state === 'open')
      : repository.pulls.filter(({ status }) => status === 'open' || status === 'draft')
  expect(open).toHaveLength(1)
  if (mode === 'huggingface') mergeHubPull(repository, repository.pulls.at(-1)!.num)
  else {
    const main = pair.github.store.readAncestors(pair.github.head('main')!)
    expect(pair.github.store.readLog(pair.github.head(branch)!).filter((oid) => !main.has(oid))).toHaveLength(3)
    mergePull(pair.github.repository, pulls(pair).at(-1)!.number, 'squash')
  }
}

test.each([
  ['huggingface', startOutOfDate, ['a', 'b', 'c']],
  ['github', startSquashed, ['g12', 'g13', 'h11', 'h12', 'h13']],
] as const)(
  'on %s',
  async (mode, start, names) => {
    const begin = await startMirrored(begun)
    const whole = await start(begin)
    const before = { github: whole.github.requests.length, huggingface: whole.huggingface.requests.length }
    await run(whole, mode)
    const cuts = sides.flatMap((side) =>
      faults.flatMap((fault) =>
        Array.from({ length: whole[side].requests.length - before[side] }, (_, index) => ({ side, fault, index })),
      ),
    )
    for (const { side, fault, index } of cuts.filter((_, number) => isLong || number % 61 === 17)) {
      const pair = await start(begin)
      const at = pair[side].requests.length + index
      pair[side].faults.push({ ...fault, on: (_, number) => number >= at })
      await run(pair, mode).catch(() => {})
      pair[side].faults.length = 0
      for (let again = 0; again < 3; again++) expect((await run(pair, mode)).exitCode).toBe(0)
      merge(pair, mode)
      // After a squash on GitHub the Hub gets the rest.
      if (mode === 'github') await run(pair, mode)
      const settled = await run(pair, mode)
      expect([JSON.parse(settled.out).status, settled.requests], settled.log.join('\n')).toEqual(['in-sync', 2])
      for (const each of sides)
        expect(contents(pair, each)).toMatchObject(
          Object.fromEntries(names.map((name) => [name, `${name[0] === 'h' ? 'h' : 'g'}\n`])),
        )
    }
  },
  isLong ? 900_000 : 60_000,
)
