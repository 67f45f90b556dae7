/**
 * The contents of the files in a tar archive, one after the other. Their names are not looked at: a file is known by
 * the git id of its content, which also proves it. So little of the format matters that reading it is shorter than
 * checking what a library makes of it.
 */
import { BrokenError, RemoteError } from '../model/errors.ts'

const blockByteLength = 512

/**
 * Files of the lengths that `wants` lets through, those of one chunk together; others are passed over. An archive of
 * more than `limit` bytes is not the one that was expected.
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
    let rest = Buffer.concat(held)
    const files: Buffer[] = []
    while (rest.byteLength >= needed) {
      const block = rest.subarray(0, needed)
      rest = rest.subarray(needed)
      if (file !== null) {
        // A copy, so that not the whole chunk is kept with it.
        files.push(Buffer.from(block.subarray(0, file)))
        file = null
        needed = blockByteLength
        continue
      }
      if (block.every((byte) => byte === 0)) {
        if (files.length > 0) yield files
        return
      }
      const byteLength = parseByteLength(block)
      const padded = Math.ceil(byteLength / blockByteLength) * blockByteLength
      if (position - rest.byteLength + byteLength > limit)
        throw new RemoteError(`the archive is longer than ${limit} bytes`)
      const type = String.fromCharCode(block[156]!)
      if ((type === '0' || type === '\0') && wants(byteLength)) {
        file = byteLength
        needed = padded
      } else {
        const skip = Math.min(padded, rest.byteLength)
        passed = padded - skip
        rest = rest.subarray(skip)
      }
    }
    held = [rest]
    heldByteLength = rest.byteLength
    if (files.length > 0) yield files
  }
  throw new BrokenError('the archive ended early')
}

/** Octal digits, and the sum of the header's bytes with blanks in place of the sum. */
function parseByteLength(header: Buffer): number {
  const octal = (from: number, to: number) => {
    const digits = header.toString('latin1', from, to)
    return /^ *[0-7]+[ \0]*$/.test(digits) ? Number.parseInt(digits, 8) : NaN
  }
  let sum = 0
  for (let at = 0; at < blockByteLength; at++) sum += at >= 148 && at < 156 ? 0x20 : header[at]!
  const byteLength = octal(124, 136)
  if (sum !== octal(148, 156) || Number.isNaN(byteLength)) throw new BrokenError('what came is no archive')
  return byteLength
}
