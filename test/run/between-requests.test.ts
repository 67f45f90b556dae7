/** Before each request of a run somebody else writes, or each shows what was there some reads ago. Its faults: `test/faults`. */
import { beforeAll, describe, expect, test } from 'vitest'
import { mapSides, sides, type Sides } from '../../lib/model/sides.ts'
import type { RequestRecord } from '../hubs/hub.ts'
import { copyPair, startPair, type Pair } from '../hubs/pair.ts'
import { act, contents } from './mirror-setup.ts'
import { begin, edits, expectFinished, lines } from './moved-world.ts'

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

describe.each(['both moved', 'GitHub moved', 'Hugging Face moved', 'first run'] as const)(
  '%s, and a request',
  (world) => {
    /** What the run without a fault comes to. */
    let expected: Record<string, string>
    let requests: Sides<readonly RequestRecord[]>

    beforeAll(async () => {
      const pair = startWorld(world)
      expect((await pair.run()).exitCode).toBe(0)
      expected = contents(pair, 'github')
      expect(contents(pair, 'huggingface')).toEqual(expected)
      requests = mapSides((side) => pair[side].requests)
      for (const side of sides)
        if (world === moved[side]) expect(requests[side].map(({ url }) => url).join()).toContain('/git-upload-pack')
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
