/** How many tasks run at once, and what a failure leaves under way. */
import { expect, test } from 'vitest'
import { mapConcurrent } from '../../lib/async/concurrent.ts'
import fc from '../random.ts'

test('results stand in the order of the items, and no more tasks run at once than may', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(5)), fc.integer({ min: 1, max: 6 }), async (turns, most) => {
      let [running, highest] = [0, 0]
      const results = await mapConcurrent(turns.entries(), most, async ([index, count]) => {
        highest = Math.max(highest, (running += 1))
        for (let turn = 0; turn <= count; turn++) await Promise.resolve()
        running -= 1
        return index
      })
      expect(results).toEqual([...turns.keys()])
      expect(highest).toBe(Math.min(most, turns.length))
    }),
  )
})

test('after a failure no task begins, and it is thrown when those that run have ended', async () => {
  const begun: number[] = []
  const end: (() => void)[] = []
  const all = mapConcurrent([0, 1, 2], 2, async (index) => {
    begun.push(index)
    if (index === 1) throw new Error('broken')
    await new Promise<void>((resolve) => end.push(resolve))
  }).catch((error: Error) => error.message)
  const later = new Promise((resolve) => setImmediate(resolve, 'still running'))
  expect(await Promise.race([all, later])).toBe('still running')
  end[0]!()
  expect(await all).toBe('broken')
  expect(begun).toEqual([0, 1])
})
