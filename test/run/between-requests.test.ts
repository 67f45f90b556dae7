/**
 * Every request of a run fails in every way once. Whatever happens, the next runs finish it: nothing lost, doubled or
 * left half done. `npm test` takes every third request for each way, others for the next one; `npm run test:random` all.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { mapSides, sides, type Sides } from '../../lib/model/sides.ts'
import type { Fault, RequestRecord } from '../hubs/hub.ts'
import { copyPair, startPair, tokens, type Pair } from '../hubs/pair.ts'
import { isLong } from '../random.ts'
import { act, contents } from './mirror-setup.ts'
import { begin, countCommits, edits, expectFinished, lines } from './moved-world.ts'

const moved = { github: 'GitHub moved', huggingface: 'Hugging Face moved' } as const
type World = 'both moved' | 'GitHub moved' | 'Hugging Face moved' | 'first run'

/** Before and after the first run. */
let begun: { readonly 'first run': Pair; readonly 'mirrored': Pair }

beforeAll(async () => {
  const pair = startPair()
  act(pair, 'huggingface', begin, 'Begin')
  const mirrored = copyPair(pair)
  expect((await mirrored.run()).exitCode).toBe(0)
  begun = { 'first run': pair, mirrored }
})

/** So many that they are fetched: of fewer, GitHub tells the texts with the entries. */
const several = Object.fromEntries(Array.from({ length: 24 }, (_, index) => [`n/${index}.txt`, `${index}\n`]))

function startWorld(world: World): Pair {
  const pair = copyPair(begun[world === 'first run' ? 'first run' : 'mirrored'])
  for (const side of sides)
    if (world === 'both moved' || world === moved[side]) act(pair, side, edits[side], `Edit on ${side}`)
  // Where one side alone moved, it has two commits, which are copied one by one.
  if (world === moved.github)
    act(
      pair,
      'github',
      { 'README.md': lines({ 5: 'later' }), 'g.txt': null, 'c.txt': 'c\n', ...several },
      'Another on GitHub',
    )
  if (world === moved.huggingface)
    act(
      pair,
      'huggingface',
      { 'README.md': lines({ 6: 'later' }), 'h.txt': null, 'c.txt': 'c\n', ...several },
      'Another on the Hub',
    )
  return pair
}

const kill = () => {
  throw new Error('killed')
}
/** A read has no effect: a fault after it is what the same fault before it is. */
const isRead = ({ method, url }: RequestRecord) => method === 'GET' || url.includes('/paths-info/')
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

describe.each(['both moved', 'GitHub moved', 'Hugging Face moved', 'first run'] as const)(
  '%s, and a request',
  (world) => {
    /** What the run without a fault comes to. */
    let expected: Record<string, string>
    let commits: number[]
    let requests: Sides<readonly RequestRecord[]>

    beforeAll(async () => {
      const pair = startWorld(world)
      expect((await pair.run()).exitCode).toBe(0)
      expected = contents(pair, 'github')
      expect(contents(pair, 'huggingface')).toEqual(expected)
      commits = countCommits(pair)
      requests = mapSides((side) => pair[side].requests)
      for (const side of sides)
        if (world === moved[side]) expect(requests[side].map(({ url }) => url).join()).toContain('/git-upload-pack')
    })

    test.each(Object.entries(faults))('%s', async (name, { when, act: effect, times = 1 }) => {
      const way = Object.keys(faults).indexOf(name)
      const isOnEffect = when === 'after' && effect !== 'cut' && effect !== 'corrupt'
      for (const side of sides) {
        for (const request of requests[side]) {
          if (isOnEffect && isRead(request)) continue
          const { number } = request
          if (!isLong && (number + way) % 3 !== 0) continue
          const pair = startWorld(world)
          pair[side].faults.push({
            on: (_request, now) => (times > 1 ? now >= number : now === number),
            when,
            act: effect,
            times,
          })
          const ran = await pair.run()
          pair[side].faults.length = 0
          // A wrong byte in a list may make the two commits of the base look unequal: refused, and nothing written.
          if (effect !== kill)
            expect(effect === 'corrupt' ? [0, 1, 3] : [0, 1], `${side} ${number}: ${ran.err}`).toContain(ran.exitCode)
          for (const token of Object.values(tokens)) expect(ran.out + ran.err).not.toContain(token)
          await expectFinished(pair, expected)
          const count = countCommits(pair)
          // A wrong byte in a history hides how its commits follow one another: then one copy stands for both.
          if (effect === 'corrupt')
            count.forEach((one, index) =>
              expect([commits[index], commits[index]! - 1], `${side} ${number}`).toContain(one),
            )
          else expect(count, `${side} ${number}`).toEqual(commits)
        }
      }
    })

    test('lets another writer in before it', async () => {
      for (const side of sides) {
        // An empty GitHub repository that somebody else fills is another story: two repositories that both hold files.
        if (world === 'first run' && side === 'github') continue
        for (const { number } of requests[side]) {
          const pair = startWorld(world)
          const write = () => void act(pair, side, { 'w.txt': 'w\n' }, 'Write')
          pair[side].faults.push({ on: number, when: 'before', act: write })
          expect((await pair.run()).exitCode).toBe(0)
          await expectFinished(pair, { ...expected, 'w.txt': 'w\n' })
        }
      }
    })

    test.each([1, 3, 8])('shows what was there %i reads ago', async (staleReads) => {
      const pair = startWorld(world)
      pair.github.switches.staleReads = staleReads
      pair.huggingface.switches.staleReads = staleReads
      expect([0, 1]).toContain((await pair.run()).exitCode)
      for (const side of sides) pair[side].switches.staleReads = 0
      // What the last write left behind is still to be read; a run reads a listing once where it believes it.
      for (let reads = 0; reads < staleReads; reads++) expect([0, 1]).toContain((await pair.run()).exitCode)
      await expectFinished(pair, expected)
    })
  },
)
