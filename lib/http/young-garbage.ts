/**
 * Runs V8's minor garbage collection while bytes stream through the process. Each chunk of a body is a buffer outside of
 * the JavaScript heap; node would let hundreds of MB of them pile up before it collects them. A minor collection takes
 * about a millisecond (.github/decisions/0020 has the measurements).
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const byteLengthMax = 4_000_000

/** V8's collector. A context that is made while the flag is set has `gc`, so node need not be started with the flag. */
function findCollector(): (options: { readonly type: 'minor' }) => void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('typeof gc === "function" ? gc : null')
  setFlagsFromString('--no-expose-gc')
  return typeof collect === 'function' ? (collect as () => void) : () => {}
}

let collect: ReturnType<typeof findCollector> | null = null
let passed = 0

/** To be called with the length of each chunk that came. Collects after each 4 MB. */
export function countGarbage(byteLength: number): void {
  passed += byteLength
  if (passed < byteLengthMax) return
  passed = 0
  collect ??= findCollector()
  collect({ type: 'minor' })
}
