/** Deltas of packs: an object told as parts of another one, its base, and bytes of its own (gitformat-pack(5)). */
import { broken } from './failure.ts'

/** How many bytes the object will have. */
export function deltaResultByteLength(delta: Buffer): number {
  return readLengths(delta).byteLength
}

/** The object that a delta makes of its base. */
export function applyDelta(base: Buffer, delta: Buffer): Buffer {
  const { baseByteLength, byteLength, end } = readLengths(delta)
  if (baseByteLength !== base.length) throw broken('a delta is for another base')
  const body = Buffer.allocUnsafe(byteLength)
  let [at, filled] = [end, 0]
  while (at < delta.length) {
    const code = delta[at++]!
    let [from, start, length] = [delta, at, code]
    if (code & 128) {
      // The bits of the code tell which bytes of offset and length follow; the others are 0.
      let offset = 0
      length = 0
      for (let bit = 0; bit < 4; bit += 1) if (code & (1 << bit)) offset += delta[at++]! * 256 ** bit
      for (let bit = 0; bit < 3; bit += 1) if (code & (16 << bit)) length += delta[at++]! * 256 ** bit
      length ||= 65_536
      ;[from, start] = [base, offset]
    } else at += code
    // Lengths that are beyond the end of the delta are NaN, and fail here.
    if (!(length > 0 && start + length <= from.length && filled + length <= byteLength))
      throw broken('a delta goes beyond its bounds')
    from.copy(body, filled, start, start + length)
    filled += length
  }
  if (filled !== byteLength) throw broken('a delta makes an object of another length')
  return body
}

function readLengths(delta: Buffer): {
  readonly baseByteLength: number
  readonly byteLength: number
  readonly end: number
} {
  let at = 0
  const readLength = () => {
    let length = 0
    for (let scale = 1; scale < 2 ** 50; scale *= 128) {
      const byte = delta[at++]
      if (byte === undefined) break
      length += (byte & 127) * scale
      if (byte < 128) return length
    }
    throw broken('a delta has no lengths')
  }
  return { baseByteLength: readLength(), byteLength: readLength(), end: at }
}
