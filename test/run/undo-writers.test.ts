/** Before each request of an undo somebody else writes, or another run. Its faults: `test/faults`. */
import { beforeAll, expect, test } from 'vitest'
import { mapSides, sides, type Sides } from '../../lib/model/sides.ts'
import type { RequestRecord } from '../hubs/hub.ts'
import { copyPair, type Pair } from '../hubs/pair.ts'
import { interleave, type Waiting } from '../interleavings/gate.ts'
import { isLong } from '../random.ts'
import { act, contents, startMoved } from './mirror-setup.ts'
import { startWorld } from './moved-world.ts'

const both = (pair: Pair) => mapSides((side) => contents(pair, side))

let mirrored: Pair
/** Before the mirror, with what people have changed since. */
let expected: ReturnType<typeof both>
let requests: Sides<readonly RequestRecord[]>

beforeAll(async () => {
  const { pair } = await startWorld()
  const before = both(pair)
  expect((await pair.run()).exitCode).toBe(0)
  act(pair, 'github', { 'since-g.txt': 'g\n' })
  act(pair, 'huggingface', { 'since-h.txt': 'h\n' })
  expected = {
    github: { ...before.github, 'since-g.txt': 'g\n' },
    huggingface: { ...before.huggingface, 'since-h.txt': 'h\n' },
  }
  mirrored = copyPair(pair)
  const whole = copyPair(pair)
  expect((await whole.run('--undo')).exitCode).toBe(0)
  expect(both(whole)).toEqual(expected)
  requests = mapSides((side) => whole[side].requests)
})

test('another writer before any request of an undo loses nothing', async () => {
  for (const side of sides)
    for (const { number } of requests[side]) {
      if (!isLong && number % 5 !== 0) continue
      const pair = copyPair(mirrored)
      pair[side].faults.push({
        on: number,
        when: 'before',
        act: () => void act(pair, side, { 'w.txt': 'w\n' }, 'Write'),
      })
      const ran = await pair.run('--undo')
      expect(ran.exitCode, ran.out + ran.err).toBe(0)
      expect(both(pair)).toEqual({ ...expected, [side]: { ...expected[side], 'w.txt': 'w\n' } })
    }
})

test.each(sides)(
  'a run mirrors between the two looks of an undo, of which the one at %s comes late: the undo plans again',
  async (late) => {
    const pair = await startMoved(...sides)
    expect((await pair.run()).exitCode).toBe(0)
    for (const side of sides) act(pair, side, { [`${side}.txt`]: 'changed\n' })
    const changed = both(pair)
    const isEarly = ({ actor, what }: Waiting) => actor === 0 && what.includes('/datasets/') === (late === 'github')
    let hasLooked = false
    const choose = (waiting: readonly Waiting[]) => {
      const next = hasLooked ? waiting.findIndex(({ actor }) => actor === 1) : waiting.findIndex(isEarly)
      hasLooked = true
      return Math.max(next, 0)
    }
    const { ran } = await interleave(pair, [{ argv: ['--undo'] }, { argv: [] }], choose)
    expect(ran).toMatchObject([{ exitCode: 0, err: expect.stringContaining('planning again') }, { exitCode: 0 }])
    // What the other run has mirrored is undone, not what was mirrored before.
    expect(both(pair)).toEqual(changed)
  },
)
