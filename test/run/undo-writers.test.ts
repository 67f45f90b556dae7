/** An undo of a merge whose requests fail, one in each run: the next `--undo` finishes it, and then there is nothing left. */
import { beforeAll, expect, test } from 'vitest'
import { mapSides, sides, type Sides } from '../../lib/model/sides.ts'
import type { Fault, RequestRecord } from '../hubs/hub.ts'
import { copyPair, type Pair } from '../hubs/pair.ts'
import { isLong } from '../random.ts'
import { act, contents, heads } from './mirror-setup.ts'
import { startWorld } from './moved-world.ts'

const kill = () => {
  throw new Error('killed')
}
const faults: Record<string, Pick<Fault, 'when' | 'act'>> = {
  'has its effect and is never answered': { when: 'after', act: 'drop' },
  'is answered 503': { when: 'before', act: { status: 503 } },
  'is answered by a body with a wrong byte': { when: 'after', act: 'corrupt' },
  'is the last before the run is killed': { when: 'after', act: kill },
  'is where the run is killed': { when: 'before', act: kill },
}
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

test.each(Object.entries(faults))('a request of an undo %s', async (name, fault) => {
  const way = Object.keys(faults).indexOf(name)
  for (const side of sides)
    for (const { number } of requests[side]) {
      if (!isLong && (number + way) % 7 !== 0) continue
      const pair = copyPair(mirrored)
      pair[side].faults.push({ on: number, times: 1, ...fault })
      await pair.run('--undo')
      pair[side].faults.length = 0
      const again = await pair.run('--undo', '--json')
      expect([again.exitCode, JSON.parse(again.out).status], again.out + again.err).toEqual([0, 'undone'])
      expect(both(pair), `${side} ${number}`).toEqual(expected)
      const last = heads(pair)
      expect([(await pair.run('--undo')).exitCode, (await pair.run()).exitCode]).toEqual([0, 3])
      expect(heads(pair)).toEqual(last)
      expect((await pair.run('--redo')).exitCode).toBe(0)
      expect(contents(pair, 'github')).toEqual(contents(pair, 'huggingface'))
      expect(contents(pair, 'github')).toMatchObject({
        'g.txt': 'g\n',
        'h.txt': 'h\n',
        'since-g.txt': 'g\n',
        'since-h.txt': 'h\n',
      })
    }
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
