/**
 * The contents of the files in a tar archive, one after the other. Their names are not looked at: a file is known by
 * the git id of its content, which also proves it. So little of the format matters that reading it is shorter than
 * checking what a library makes of it.
 */
import { BrokenError, RemoteError } from '../model/errors.ts'

const blockByteLength = 512

/** Exactly so many bytes at a time, from chunks of any length. */
class Blocks {
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array()
  /** All that was read so far. */
  position = 0

  constructor(chunks: AsyncIterator<Uint8Array>) {
    this.#chunks = chunks
  }

  async read(byteLength: number): Promise<Buffer> {
    const parts: Uint8Array[] = []
    await this.#take(byteLength, (part) => parts.push(part))
    return Buffer.concat(parts, byteLength)
  }

  skip(byteLength: number): Promise<void> {
    return this.#take(byteLength, () => {})
  }

  async #take(byteLength: number, give: (part: Uint8Array) => void): Promise<void> {
    for (let left = byteLength; left > 0;) {
      if (this.#rest.byteLength === 0) {
        const { value, done } = await this.#chunks.next()
        if (done) throw new BrokenError('the archive ended early')
        this.#rest = value
      }
      const part = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(part.byteLength)
      give(part)
      left -= part.byteLength
      this.position += part.byteLength
    }
  }
}

/**
 * Files of the lengths that `wants` lets through; others are passed over. An archive of more than `limit` bytes is not
 * the one that was expected.
 * @throws {BrokenError} For what is no archive, or ends early; {RemoteError} for one that is too long.
 */
export async function* readTar(
  chunks: AsyncIterator<Uint8Array>,
  wants: (byteLength: number) => boolean,
  limit: number,
): AsyncGenerator<Buffer> {
  const blocks = new Blocks(chunks)
  for (;;) {
    const header = await blocks.read(blockByteLength)
    if (header.every((byte) => byte === 0)) return
    const byteLength = parseByteLength(header)
    if (blocks.position + byteLength > limit) throw new RemoteError(`the archive is longer than ${limit} bytes`)
    const padding = (blockByteLength - (byteLength % blockByteLength)) % blockByteLength
    const type = String.fromCharCode(header[156]!)
    if ((type === '0' || type === '\0') && wants(byteLength)) yield await blocks.read(byteLength)
    else await blocks.skip(byteLength)
    await blocks.skip(padding)
  }
}

/** Octal digits, and the sum of the header's bytes with blanks in place of the sum. */
function parseByteLength(header: Buffer): number {
  const octal = (from: number, to: number) => {
    const [, digits] = /^ *([0-7]+)[ \0]*$/.exec(header.toString('latin1', from, to)) ?? []
    return digits === undefined ? NaN : Number.parseInt(digits, 8)
  }
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0)
  const byteLength = octal(124, 136)
  if (sum !== octal(148, 156) || Number.isNaN(byteLength)) throw new BrokenError('what came is no archive')
  return byteLength
}
