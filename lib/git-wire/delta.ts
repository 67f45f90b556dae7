/** Deltas of packs: an object told as parts of another one, its base, and bytes of its own (gitformat-pack(5)). */
import { broken } from './failure.ts'

const misfit = () => broken('a delta does not fit its base, or itself')

/** The object that a delta makes of its base. `mayHave`: whether it may have so many bytes; where it may not, it is null. */
export function applyDelta(base: Buffer, delta: Buffer, mayHave: (byteLength: number) => boolean): Buffer | null {
  let at = 0
  const readLength = () => {
    let length = 0
    for (let scale = 1; scale < 2 ** 50; scale *= 128) {
      const byte = delta[at++]
      if (byte === undefined) break
      length += (byte & 127) * scale
      if (byte < 128) return length
    }
    throw misfit()
  }
  if (readLength() !== base.length) throw misfit()
  const byteLength = readLength()
  if (!mayHave(byteLength)) return null
  const body = Buffer.allocUnsafe(byteLength)
  let filled = 0
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
    if (!(length > 0 && start + length <= from.length && filled + length <= byteLength)) throw misfit()
    from.copy(body, filled, start, start + length)
    filled += length
  }
  if (filled !== byteLength) throw misfit()
  return body
}
