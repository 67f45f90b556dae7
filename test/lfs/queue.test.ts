/** Which object is next, how many are under way, and what memory their parts may take. */
import { describe, expect, test } from 'vitest'
import type { ObjectAnswer } from '../../lib/lfs/batch.ts'
import { BufferPool } from '../../lib/lfs/buffer-pool.ts'
import { Queue } from '../../lib/lfs/queue.ts'
import type { LfsObject } from '../../lib/model/entry.ts'
import fc, { runs } from '../random.ts'

const mb = 1024 * 1024
const objectsOf = (lengths: readonly number[]): LfsObject[] =>
  lengths.map((byteLength, index) => ({ oid: String(index).padStart(64, '0'), byteLength }))

function createQueue(objects: readonly LfsObject[]) {
  const batches: number[] = []
  const queue = new Queue(objects, 100, async (asked) => {
    batches.push(asked.length)
    return asked.map((object): ObjectAnswer => ({
      object,
      transfer: 'basic',
      download: null,
      upload: null,
      verify: null,
      error: null,
    }))
  })
  return { queue, batches }
}

const turn = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve)
  })

/** Runs with work that ends when it is told. */
function start(objects: readonly LfsObject[]) {
  const { queue, batches } = createQueue(objects)
  const running = new Map<LfsObject, { readonly end: () => void; readonly fail: (error: Error) => void }>()
  const begun: LfsObject[] = []
  const failures: unknown[] = []
  const done = queue.run(
    ({ object }) =>
      new Promise<null>((resolve, reject) => {
        begun.push(object)
        const leave =
          <T>(settle: (value: T) => void) =>
          (value: T) => {
            running.delete(object)
            settle(value)
          }
        running.set(object, { end: () => leave(resolve)(null), fail: leave(reject) })
      }),
    (error) => failures.push(error),
  )
  return { running, begun, failures, batches, done }
}

describe('the queue', () => {
  test('takes every object once, in batches of at most 100, the largest first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 64 * mb }), { maxLength: 320 }), async (lengths) => {
        const objects = objectsOf(lengths)
        const { queue, batches } = createQueue(objects)
        const largest = await queue.readLargest()
        expect(largest.length === 0 ? 0 : Math.max(...largest.map(({ object }) => object.byteLength))).toBe(
          Math.max(0, ...lengths),
        )
        const taken: LfsObject[] = []
        let [now, most] = [0, 0]
        await queue.run(
          async ({ object }) => {
            most = Math.max(most, (now += 1))
            taken.push(object)
            await Promise.resolve()
            now -= 1
            return null
          },
          (error) => {
            throw error
          },
        )
        expect(taken.map(({ oid }) => oid).toSorted()).toEqual(objects.map(({ oid }) => oid))
        expect([batches.length, batches.every((length) => length <= 100)]).toEqual([
          Math.ceil(lengths.length / 100),
          true,
        ])
        expect(most).toBeLessThanOrEqual(12)
      }),
      { numRuns: runs(60) },
    )
  })

  test('lets small objects pass while eight large ones are under way, and no ninth', async () => {
    const { running, begun, done } = start(
      objectsOf([...Array.from({ length: 20 }, () => 500 * mb), ...Array.from({ length: 50 }, () => 1000)]),
    )
    for (let turns = 0; turns < 60; turns += 1) {
      await turn()
      for (const [{ byteLength }, { end }] of running) if (byteLength === 1000) end()
    }
    expect([begun.filter(({ byteLength }) => byteLength === 1000).length, running.size]).toEqual([50, 8])
    while (running.size > 0) {
      for (const { end } of running.values()) end()
      await turn()
    }
    await done
    expect(begun).toHaveLength(70)
  })

  test('asks for a batch when one of it is next, not before', async () => {
    const { running, batches, done } = start(objectsOf(Array.from({ length: 1000 }, () => 500 * mb)))
    await turn()
    expect(batches).toEqual([100])
    for (let turns = 0; turns < 20; turns += 1) {
      for (const { end } of running.values()) end()
      await turn()
    }
    expect(batches.length).toBeLessThanOrEqual(3)
    while (running.size > 0) {
      for (const { end } of running.values()) end()
      await turn()
    }
    await done
    expect(batches).toHaveLength(10)
  })

  test('what comes after the bytes of an object runs beside the next ones, for twelve objects at most, and its failure is told', async () => {
    const { queue } = createQueue(objectsOf(Array.from({ length: 60 }, () => 1000)))
    const [ends, failures]: [(() => void)[], unknown[]] = [[], []]
    let begun = 0
    const done = queue.run(
      async () => {
        const nth = (begun += 1)
        return () =>
          new Promise<void>((resolve, reject) => {
            ends.push(nth === 30 ? () => reject(new Error('thirtieth')) : resolve)
          })
      },
      (error) => failures.push(error),
    )
    await turn()
    expect([begun, ends.length], 'each task waits with one object more').toEqual([24, 12])
    while (ends.length > 0) {
      for (const end of ends.splice(0)) end()
      await turn()
      expect(ends.length).toBeLessThanOrEqual(12)
    }
    await done
    expect([begun < 60, failures.map(String)]).toEqual([true, ['Error: thirtieth']])
  })

  test('begins nothing after a failure, waits for what is under way, and tells all failures', async () => {
    const { running, begun, failures, done } = start(objectsOf(Array.from({ length: 50 }, () => 1000)))
    await turn()
    const [first, second, ...others] = running.values()
    first!.fail(new Error('one'))
    second!.fail(new Error('another'))
    await turn()
    let ended = false
    void done.then(() => {
      ended = true
    })
    for (const { end } of others.slice(1)) end()
    await turn()
    expect([begun.length, ended, running.size]).toEqual([12, false, 1])
    others[0]!.end()
    await done
    expect(failures.map(String)).toEqual(['Error: one', 'Error: another'])
  })
})

describe('the buffer pool', () => {
  test("are never more than 24 MiB nor eight, are nobody else's while they are taken, and are there when nobody holds one", () => {
    const step = fc.record({ take: fc.boolean(), byteLength: fc.integer({ min: 1, max: 20 * mb }), which: fc.nat() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const pool = new BufferPool()
        const held: Buffer[] = []
        for (const { take, byteLength, which } of steps) {
          if (!take && held.length > 0) pool.release(held.splice(which % held.length, 1)[0]!)
          else if (take) {
            const buffer = pool.acquire(byteLength)
            if (buffer === null) expect(held.length).toBeGreaterThan(0)
            else {
              expect([buffer.byteLength >= byteLength, held.includes(buffer)]).toEqual([true, false])
              held.push(buffer)
            }
          }
          expect(held.reduce((sum, { byteLength: taken }) => sum + taken, 0)).toBeLessThanOrEqual(24 * mb)
          expect(held.length).toBeLessThanOrEqual(8)
        }
      }),
      { numRuns: runs(300) },
    )
    expect(new BufferPool().acquire(24 * mb + 1)).toBeNull()
  })
})
