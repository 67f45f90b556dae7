/**
 * Reads the contents of the files in a tar archive. Names are not needed: the caller finds a file by the git id of its
 * content, which also proves it. The little of the format that matters is shorter than the use of a library.
 */
import { BrokenError, RemoteError } from '../model/errors.ts'

const blockByteLength = 512
const [blank, digitZero] = [0x20, 0x30]

/**
 * The contents of the files whose length `wants` accepts; those that end in one chunk come together. They share the chunk's
 * memory, so a caller that keeps one has to copy it.
 * @throws {BrokenError} For what is no archive, or ends early.
 * @throws {RemoteError} For more than `limit` bytes: it is not the expected archive then.
 */
export async function* readTar(
  chunks: AsyncIterable<Uint8Array>,
  wants: (byteLength: number) => boolean,
  limit: number,
): AsyncGenerator<Buffer[]> {
  /**
   * Bytes that came and were not used yet; how many they are, how many the next step needs, and where in the archive the
   * next piece begins.
   */
  let held: Uint8Array[] = []
  let [heldByteLength, needed, position] = [0, blockByteLength, 0]
  /** The length of the file that comes next, null if a header does; and how many bytes are to be skipped first. */
  let file: number | null = null
  let passed = 0
  for await (const chunk of chunks) {
    const missing = heldByteLength === 0 ? 0 : needed - heldByteLength
    held.push(chunk.subarray(0, missing))
    heldByteLength += Math.min(missing, chunk.byteLength)
    if (chunk.byteLength < missing) continue
    // Only what the next step takes is joined with what was left: joining all of it would copy the whole archive.
    const pieces = [...(missing > 0 ? [Buffer.concat(held)] : []), chunk.subarray(missing) as Buffer]
    const files: Buffer[] = []
    for (const bytes of pieces) {
      let at = Math.min(passed, bytes.byteLength)
      passed -= at
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
        if (position + at + byteLength > limit) throw new RemoteError(`the archive is longer than ${limit} bytes`)
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
      position += bytes.byteLength
      held = [bytes.subarray(at)]
      heldByteLength = bytes.byteLength - at
    }
    if (files.length > 0) yield files
  }
  throw new BrokenError('the archive ended early')
}

function sumBlock(bytes: Uint8Array, start: number): number {
  let sum = 0
  for (let at = start; at < start + blockByteLength; at++) sum += bytes[at]!
  return sum
}

/** The length of a file by its header. `sum`: of the header's bytes. The header has that sum, with blanks in its place. */
function parseByteLength(bytes: Uint8Array, start: number, sum: number): number {
  const [sumAt, sumLength] = [start + 148, 8]
  let counted = sum + sumLength * blank
  for (let at = sumAt; at < sumAt + sumLength; at++) counted -= bytes[at]!
  const byteLength = parseOctal(bytes, start + 124, 12)
  if (counted !== parseOctal(bytes, sumAt, sumLength) || Number.isNaN(byteLength))
    throw new BrokenError('what came is no archive')
  return byteLength
}

/** A number in octal digits, after blanks and before blanks or NULs; `NaN` for anything else. */
function parseOctal(bytes: Uint8Array, start: number, length: number): number {
  let at = start
  while (at < start + length && bytes[at] === blank) at += 1
  let [value, digits] = [0, 0]
  for (; at < start + length && bytes[at]! >= digitZero && bytes[at]! < digitZero + 8; at++, digits++)
    value = value * 8 + bytes[at]! - digitZero
  for (; at < start + length; at++) if (bytes[at] !== blank && bytes[at] !== 0) return NaN
  return digits > 0 ? value : NaN
}
