/** Before each request of an undo somebody else writes. Its faults: `test/faults`. */
import { beforeAll, expect, test } from 'vitest'
import { mapSides, sides, type Sides } from '../../lib/model/sides.ts'
import type { RequestRecord } from '../hubs/hub.ts'
import { copyPair, type Pair } from '../hubs/pair.ts'
import { isLong } from '../random.ts'
import { act, contents } from './mirror-setup.ts'
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
