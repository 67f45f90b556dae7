/**
 * Every request of a run fails in every way once. Whatever happens, the next runs finish it: nothing lost, doubled or
 * left half done.
 */
import { describe, expect, test } from 'vitest'
import type { Fault } from '../hubs/hub.ts'
import { startPair, tokens, type Pair } from '../hubs/pair.ts'

const bob = { name: 'Bob', email: 'bob@example.org' }
const lines = (changed: number) =>
  `${Array.from({ length: 20 }, (_, index) => `line ${index}${index === changed ? ', changed' : ''}`).join('\n')}\n`

type World = 'both moved' | 'GitHub moved' | 'Hugging Face moved' | 'first run'

async function startWorld(world: World): Promise<Pair> {
  const pair = startPair()
  pair.huggingface.commit('main', {
    files: { 'README.md': lines(-1), 'a.txt': 'a\n', 'b.txt': 'b\n' },
    message: 'Begin',
    user: 'alice',
  })
  if (world !== 'first run') expect((await pair.run()).exitCode).toBe(0)
  if (world === 'both moved' || world === 'GitHub moved')
    pair.github.commit('main', {
      files: { 'README.md': lines(3), 'g.txt': 'g\n', 'a.txt': null },
      message: 'Edit on GitHub',
      author: bob,
    })
  if (world === 'both moved' || world === 'Hugging Face moved')
    pair.huggingface.commit('main', {
      files: { 'README.md': lines(15), 'h.txt': 'h\n' },
      message: 'Edit on the Hub',
      user: 'alice',
    })
  // Where one side alone moved, it has two commits, which are copied one by one.
  if (world === 'GitHub moved')
    pair.github.commit('main', {
      files: { 'README.md': lines(5), 'g.txt': null, 'c.txt': 'c\n' },
      message: 'Another on GitHub',
      author: bob,
    })
  if (world === 'Hugging Face moved')
    pair.huggingface.commit('main', {
      files: { 'README.md': lines(6), 'h.txt': null, 'c.txt': 'c\n' },
      message: 'Another on the Hub',
      user: 'alice',
    })
  return pair
}

const contents = (pair: Pair, side: 'github' | 'huggingface') =>
  Object.fromEntries(
    [...pair[side].files('main')]
      .filter(([path]) => path !== '.gitattributes')
      .map(([path, { content }]) => [path, content.toString()])
      .toSorted(),
  )

const countCommits = ({ github, huggingface }: Pair) => [
  github.store.readLog(github.head('main')!).length,
  huggingface.git.readLog(huggingface.head('main')!).length,
]

const kill = () => {
  throw new Error('killed')
}
const faults: Record<string, Pick<Fault, 'when' | 'act' | 'times'>> = {
  'is never answered': { when: 'before', act: 'drop' },
  'has its effect and is never answered': { when: 'after', act: 'drop' },
  'is answered 503': { when: 'before', act: { status: 503 } },
  'has its effect and is answered 500': { when: 'after', act: { status: 500, body: '{}' } },
  'is answered by half a body': { when: 'after', act: 'cut' },
  'is answered by a body with a wrong byte': { when: 'after', act: 'corrupt' },
  'is the last before the run is killed': { when: 'after', act: kill },
  'is where the run is killed': { when: 'before', act: kill },
  'and all after it are never answered': { when: 'before', act: 'drop', times: 99 },
}

/** Three more runs without faults: the third has nothing to do. */
async function expectFinished(pair: Pair, expected: Record<string, string>): Promise<void> {
  await pair.run()
  await pair.run()
  const last = await pair.run()
  expect({ github: contents(pair, 'github'), huggingface: contents(pair, 'huggingface') }).toEqual({
    github: expected,
    huggingface: expected,
  })
  expect([last.exitCode, last.requests]).toEqual([0, 2])
}

describe.each(['both moved', 'GitHub moved', 'Hugging Face moved', 'first run'] as const)(
  '%s, and a request',
  (world) => {
    const measure = async () => {
      const pair = await startWorld(world)
      const before = { github: pair.github.requests.length, huggingface: pair.huggingface.requests.length }
      expect((await pair.run()).exitCode).toBe(0)
      const expected = contents(pair, 'github')
      expect(contents(pair, 'huggingface')).toEqual(expected)
      return {
        expected,
        commits: countCommits(pair),
        requests: {
          github: pair.github.requests.length - before.github,
          huggingface: pair.huggingface.requests.length - before.huggingface,
        },
      }
    }

    test.each(Object.entries(faults))('%s', async (_, { when, act, times = 1 }) => {
      const { expected, commits, requests } = await measure()
      for (const side of ['github', 'huggingface'] as const) {
        for (let number = 1; number <= requests[side]; number++) {
          const pair = await startWorld(world)
          const from = pair[side].requests.length + number
          pair[side].faults.push({ on: (_request, now) => (times > 1 ? now >= from : now === from), when, act, times })
          const ran = await pair.run()
          pair[side].faults.length = 0
          // A wrong byte in a list may make the sides look as if they had diverged: refused, and nothing written.
          if (act !== kill)
            expect(act === 'corrupt' ? [0, 1, 3] : [0, 1], `${side} ${number}: ${ran.err}`).toContain(ran.exitCode)
          for (const token of Object.values(tokens)) expect(ran.out + ran.err).not.toContain(token)
          await expectFinished(pair, expected)
          const count = countCommits(pair)
          // A wrong byte in a history hides how its commits follow one another: then one copy stands for both.
          if (act === 'corrupt')
            count.forEach((one, index) =>
              expect([commits[index], commits[index]! - 1], `${side} ${number}`).toContain(one),
            )
          else expect(count, `${side} ${number}`).toEqual(commits)
        }
      }
    })

    test('lets another writer in before it', async () => {
      const { expected, requests } = await measure()
      for (const side of ['github', 'huggingface'] as const) {
        // An empty GitHub repository that somebody else fills is another story: two repositories that both hold files.
        if (world === 'first run' && side === 'github') continue
        for (let number = 1; number <= requests[side]; number++) {
          const pair = await startWorld(world)
          const write =
            side === 'github'
              ? () => {
                  pair.github.commit('main', { files: { 'w.txt': 'w\n' }, message: 'Write', author: bob })
                }
              : () => {
                  pair.huggingface.commit('main', { files: { 'w.txt': 'w\n' }, message: 'Write', user: 'carol' })
                }
          pair[side].faults.push({ on: pair[side].requests.length + number, when: 'before', act: write })
          expect((await pair.run()).exitCode).toBe(0)
          await expectFinished(pair, { ...expected, 'w.txt': 'w\n' })
        }
      }
    })

    test.each([1, 3, 8])('shows what was there %i reads ago', async (staleReads) => {
      const { expected } = await measure()
      const pair = await startWorld(world)
      pair.github.switches.staleReads = staleReads
      pair.huggingface.switches.staleReads = staleReads
      expect([0, 1]).toContain((await pair.run()).exitCode)
      for (const side of ['github', 'huggingface'] as const) pair[side].switches.staleReads = 0
      // What the last write left behind is still to be read; a run reads a listing once where it believes it.
      for (let reads = 0; reads < staleReads; reads++) expect([0, 1]).toContain((await pair.run()).exitCode)
      await expectFinished(pair, expected)
    })
  },
)
