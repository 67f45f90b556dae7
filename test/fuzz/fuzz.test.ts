/** A fixed sample of `npm run test:fuzz`, and what it would find. */
import { expect, test } from 'vitest'
import { fuzz, judgeInput } from './fuzz.ts'
import { targets } from './targets.ts'

test.each(targets)('whatever bytes come: $name', async (target) => {
  for (const seed of target.seeds) expect(await judgeInput(target, seed)).toBeNull()
  const { tried, wrong } = await fuzz(target, 1, (count) => count < 300)
  expect([tried, wrong]).toEqual([300, null])
})

test('what throws something else, and what takes too long, is found', async () => {
  const seeds = [Buffer.from('right')]
  const throws = { name: 'throws', seeds, take: (bytes: Buffer) => JSON.parse(bytes.toString()) as unknown }
  expect((await fuzz(throws, 1, () => true)).wrong).toContain('SyntaxError')
  const allowed = { ...throws, errors: [SyntaxError] }
  expect((await fuzz(allowed, 1, (count) => count < 50)).wrong).toBeNull()
  const slow = {
    name: 'slow',
    seeds,
    msMax: 20,
    take: () => {
      // Of the processor's time, which is what is measured: on a busy machine little of it passes in 60 ms.
      const end = process.cpuUsage().user + 60_000
      while (process.cpuUsage().user < end);
    },
  }
  expect((await fuzz(slow, 1, () => true)).wrong).toMatch(/it took \d+ ms/)
})
