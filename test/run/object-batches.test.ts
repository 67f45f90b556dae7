/** How many objects a run asks for at once. */
import { expect, test } from 'vitest'
import { startPair } from '../hubs/pair.ts'
import { act, beginMirror, pictures } from './mirror-setup.ts'

test('files that become objects on the Hub are asked for as many at once as it takes', async () => {
  const pair = startPair()
  await beginMirror(pair, { 'a.txt': 'a\n' })
  act(pair, 'github', pictures(300))
  const { log, exitCode } = await pair.run()
  expect(exitCode).toBe(0)
  const batches = log.filter((line) => /^POST \/datasets\/.*\/objects\/batch 200$/.test(line))
  // 256 and 44 each time. In batches of 100 there would be nine.
  expect(batches).toHaveLength(7)
  await pair.close()
})
