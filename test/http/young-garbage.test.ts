/** What is left of a body that has passed, in a process of its own: how much piles up before somebody looks. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const lib = fileURLToPath(new URL('../../lib/http/young-garbage.ts', import.meta.url))

/** The most bytes of buffers that were alive at once, in MB, of 400 MB that pass in chunks as sockets give them. */
function measure(counts: boolean): number {
  const script = `import { countGarbage } from ${JSON.stringify(lib)}
    let most = 0
    for (let chunk = 0; chunk < 6400; chunk++) {
      Buffer.allocUnsafeSlow(62_500)
      if (${counts}) countGarbage(62_500)
      most = Math.max(most, process.memoryUsage().arrayBuffers)
    }
    if (typeof globalThis.gc === 'function') throw new Error('the collector is left where anybody finds it')
    console.log(most / 1e6)`
  return Number(
    execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { encoding: 'utf8' }),
  )
}

test('is collected every 4 MB while bytes pass, with no flag on the command line', () => {
  expect(measure(true)).toBeLessThan(10)
  // Without it node lets more of it lie, or this would prove nothing.
  expect(measure(false)).toBeGreaterThan(10)
})
