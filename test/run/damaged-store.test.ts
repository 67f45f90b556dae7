/**
 * A store that took an object, said that all is well, and gives other bytes of the same length afterwards. No run reads an
 * object again that is in place; the next one that has to carry it finds out, and nothing is lost, since each side has its own.
 */
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import { startPair, type Pair } from '../hubs/pair.ts'
import { act, expectInSync, heads, startMirrored } from './mirror-setup.ts'

const rules = { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n' }
const content = Buffer.alloc(5_000, 'an object\n')
const oid = createHash('sha256').update(content).digest('hex')
const objects = (pair: Pair, side: Side) => pair.storages[side].objects
const keyOf = (pair: Pair, side: Side) => pair[side].repository.key(oid)

/** One bit of what a side's store has is another one. */
function damage(pair: Pair, side: Side): void {
  const kept = Buffer.from(objects(pair, side).get(keyOf(pair, side))!)
  kept[17]! ^= 1
  objects(pair, side).set(keyOf(pair, side), kept)
}

/** The object came from the other side, and this side's store has damaged it since. */
async function startDamaged(side: Side): Promise<Pair> {
  const pair = await startMirrored({ 'a.txt': 'a\n', ...rules })
  act(pair, otherSide[side], { 'o.bin': { lfs: content } }, 'Add an object')
  expect((await pair.run()).exitCode).toBe(0)
  damage(pair, side)
  return pair
}

const repair = (pair: Pair, side: Side) => objects(pair, side).set(keyOf(pair, side), content)

test.each(sides)('of %s stops no run that need not carry it, and the other side has the object', async (side) => {
  const pair = await startDamaged(side)
  expect((await pair.run()).out).toContain('In sync.')
  for (const each of sides) act(pair, each, { [`${each}.txt`]: 'more\n' }, 'Go on')
  act(pair, side, { 'o.bin': null, 'moved.bin': { lfs: content } }, 'Rename it')
  damage(pair, side)
  expect((await pair.run()).exitCode).toBe(0)
  expect(objects(pair, otherSide[side]).get(keyOf(pair, otherSide[side]))).toEqual(content)
  repair(pair, side)
  await expectInSync(pair)
})

test.each(sides)(
  'of %s is told by the run that has to carry it, which commits nothing until it is put right',
  async (side) => {
    const pair = startPair()
    act(pair, side, { 'o.bin': { lfs: content }, 'a.txt': 'a\n', ...rules }, 'Begin')
    damage(pair, side)
    const before = heads(pair)
    for (let run = 0; run < 2; run++) {
      const { exitCode, err } = await pair.run()
      expect([exitCode, err]).toEqual([1, expect.stringMatching(/They were damaged on the way or in the store/)])
      expect([heads(pair), objects(pair, otherSide[side]).has(keyOf(pair, otherSide[side]))]).toEqual([before, false])
    }
    repair(pair, side)
    expect((await pair.run()).exitCode).toBe(0)
    await expectInSync(pair)
  },
)
