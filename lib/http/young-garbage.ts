/**
 * Collects young garbage while bytes stream through. Each chunk of a body is a buffer outside of JavaScript's heap that
 * nobody needs a moment later, and node lets hundreds of MB of them pile up before it collects them. Collecting what is
 * young takes about a millisecond. (.github/decisions/0020 has the measurements.)
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const byteLengthMax = 4_000_000

/** Contexts that are made while the flag is set have `gc`, so nobody has to start node with the flag. */
function findCollector(): (options: { readonly type: 'minor' }) => void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('typeof gc === "function" ? gc : null')
  setFlagsFromString('--no-expose-gc')
  return typeof collect === 'function' ? (collect as () => void) : () => {}
}

let collect: ReturnType<typeof findCollector> | null = null
let passed = 0

/** To be told of all bytes that came: collects after each 4 MB of them. */
export function countGarbage(byteLength: number): void {
  passed += byteLength
  if (passed < byteLengthMax) return
  passed = 0
  collect ??= findCollector()
  collect({ type: 'minor' })
}
