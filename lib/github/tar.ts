/**
 * The contents of the files in a tar archive, one after the other. Their names are not looked at: a file is known by
 * the git id of its content, which also proves it. So little of the format matters that reading it is shorter than
 * checking what a library makes of it.
 */
import { BrokenError, RemoteError } from '../model/errors.ts'

const blockByteLength = 512
const [blank, digitZero] = [0x20, 0x30]

/**
 * Files of the lengths that `wants` lets through, those of one chunk together. They are parts of the chunk, so that who
 * keeps one has to copy it. Others are passed over. An archive of more than `limit` bytes is not the expected one.
 * @throws {BrokenError} For what is no archive, or ends early; {RemoteError} for one that is too long.
 */
export async function* readTar(
  chunks: AsyncIterable<Uint8Array>,
  wants: (byteLength: number) => boolean,
  limit: number,
): AsyncGenerator<Buffer[]> {
  /** What came and was not used yet, and how much of it the next step takes. */
  let held: Uint8Array[] = []
  let [heldByteLength, needed, position] = [0, blockByteLength, 0]
  /** The length of the file whose bytes come next, null before a header; and how many bytes are passed over first. */
  let file: number | null = null
  let passed = 0
  for await (const chunk of chunks) {
    position += chunk.byteLength
    const skipped = Math.min(passed, chunk.byteLength)
    passed -= skipped
    held.push(chunk.subarray(skipped))
    heldByteLength += chunk.byteLength - skipped
    if (heldByteLength < needed) continue
    const bytes = held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held)
    const files: Buffer[] = []
    let at = 0
    while (bytes.byteLength - at >= needed) {
      const start = at
      at += needed
      if (file !== null) {
        files.push(bytes.subarray(start, start + file))
        file = null
        needed = blockByteLength
        continue
      }
      const sum = sumBlock(bytes, start)
      if (sum === 0) {
        if (files.length > 0) yield files
        return
      }
      const byteLength = parseByteLength(bytes, start, sum)
      const padded = Math.ceil(byteLength / blockByteLength) * blockByteLength
      if (position - bytes.byteLength + at + byteLength > limit)
        throw new RemoteError(`the archive is longer than ${limit} bytes`)
      const type = bytes[start + 156]!
      if ((type === 0 || type === digitZero) && wants(byteLength)) {
        file = byteLength
        needed = padded
      } else {
        const skip = Math.min(padded, bytes.byteLength - at)
        passed = padded - skip
        at += skip
      }
    }
    held = [bytes.subarray(at)]
    heldByteLength = bytes.byteLength - at
    if (files.length > 0) yield files
  }
  throw new BrokenError('the archive ended early')
}

function sumBlock(bytes: Uint8Array, start: number): number {
  let sum = 0
  for (let at = start; at < start + blockByteLength; at++) sum += bytes[at]!
  return sum
}

/** `sum`: of all bytes of the header, which tells it itself, counting blanks in the place of that number. */
function parseByteLength(bytes: Uint8Array, start: number, sum: number): number {
  const [sumAt, sumLength] = [start + 148, 8]
  let counted = sum + sumLength * blank
  for (let at = sumAt; at < sumAt + sumLength; at++) counted -= bytes[at]!
  const byteLength = parseOctal(bytes, start + 124, 12)
  if (counted !== parseOctal(bytes, sumAt, sumLength) || Number.isNaN(byteLength))
    throw new BrokenError('what came is no archive')
  return byteLength
}

/** A number among blanks, with a blank or NUL behind it; `NaN` for anything else. */
function parseOctal(bytes: Uint8Array, start: number, length: number): number {
  let at = start
  while (at < start + length && bytes[at] === blank) at += 1
  let [value, digits] = [0, 0]
  for (; at < start + length && bytes[at]! >= digitZero && bytes[at]! < digitZero + 8; at++, digits++)
    value = value * 8 + bytes[at]! - digitZero
  for (; at < start + length; at++) if (bytes[at] !== blank && bytes[at] !== 0) return NaN
  return digits > 0 ? value : NaN
}
