/**
 * Cuts a stream of bytes by its content, as the specification of Xet says
 * (https://huggingface.co/docs/xet/chunking): a boundary is where the gear hash of the 64 bytes before it begins with 16
 * zero bits. Equal bytes are cut equally wherever they stand, so that an edit changes the chunks around it and no others.
 */
import { gearTable } from './gear-table.ts'

/** In bytes. The last chunk of a file may be shorter than the minimum. */
const chunkLengthMin = 8 * 1024
export const chunkLengthMax = 128 * 1024
/** What came earlier has been shifted out of the hash. */
const windowLength = 64

/**
 * The length of the first chunk of these bytes; null where it does not end among them, or not before `tested`, up to which that is
 * known. It hashes the window before that again: 64 bytes for each piece of a file.
 */
function findEnd(bytes: Uint8Array, tested: number): number | null {
  const { uppers, lowers } = gearTable
  let at = tested + 1 - windowLength
  let upper = 0
  let lower = 0
  while (at < bytes.length) {
    const byte = bytes[at++]!
    const added = lowers[byte]!
    // Twice the lower half and the added one may pass 32 bits by the top bit that is shifted out, and by their sum.
    const carry = (lower >>> 31) + (((lower & 0x7fffffff) + (added >>> 1)) >>> 31)
    upper = ((upper << 1) + uppers[byte]! + carry) | 0
    lower = ((lower << 1) + added) | 0
    if ((upper & 0xffff0000) === 0 && at > tested) return at
  }
  return bytes.length === chunkLengthMax ? chunkLengthMax : null
}

/** One for each file. It keeps one chunk, and no byte of what it was given. */
export class Chunker {
  readonly #chunk = new Uint8Array(chunkLengthMax)
  #length = 0;

  /**
   * Gives each chunk that ends in these bytes. What it gives is good until it is asked for the next one: it is the chunker's
   * own buffer. It has to be taken to its end before more is pushed, which `for … of` does.
   */
  *push(bytes: Uint8Array): Generator<Uint8Array> {
    let at = 0
    while (at < bytes.length) {
      const before = this.#length
      const taken = bytes.subarray(at, at + chunkLengthMax - before)
      this.#chunk.set(taken, before)
      this.#length += taken.length
      // No chunk ends before the minimum.
      const end = findEnd(this.#chunk.subarray(0, this.#length), Math.max(before, chunkLengthMin - 1))
      if (end === null) return
      at += end - before
      this.#length = 0
      yield this.#chunk.subarray(0, end)
    }
  }

  /** What is left at the end of the file; null where nothing is. Afterwards another file may be pushed. */
  finish(): Uint8Array | null {
    const rest = this.#chunk.subarray(0, this.#length)
    this.#length = 0
    return rest.length > 0 ? rest : null
  }
}
