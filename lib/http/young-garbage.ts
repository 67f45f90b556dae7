/**
 * Collects young garbage while bytes stream through. Each chunk of a body is a buffer outside of JavaScript's heap that
 * nobody needs a moment later, and node lets hundreds of MB of them pile up before it looks (.github/decisions/0020).
 * What has just been allocated is looked through in about a millisecond.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const byteLengthMax = 4_000_000

/** Node gives this function to new contexts while the flag is set: no flag has to be set on the command line. */
function findCollector(): (options: { readonly type: 'minor' }) => void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('typeof gc === "function" ? gc : null')
  setFlagsFromString('--no-expose-gc')
  return typeof collect === 'function' ? (collect as () => void) : () => {}
}

let collect: ReturnType<typeof findCollector> | null = null
let passed = 0

/** To be told of all bytes that came in. */
export function countGarbage(byteLength: number): void {
  passed += byteLength
  if (passed < byteLengthMax) return
  passed = 0
  collect ??= findCollector()
  collect({ type: 'minor' })
}
