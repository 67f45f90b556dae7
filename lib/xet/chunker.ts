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

/** One for each file. It keeps one chunk, and no byte of what it was given. */
export class Chunker {
  readonly #chunk = new Uint8Array(chunkLengthMax)
  #length = 0
  /** How much of the chunk has been hashed. Before the minimum no boundary is, so that only a window of it counts. */
  #hashed = chunkLengthMin - windowLength
  #upper = 0
  #lower = 0;

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
      const end = this.#findEnd(before + taken.length)
      if (end === null) {
        this.#length = before + taken.length
        return
      }
      at += end - before
      this.#restart()
      yield this.#chunk.subarray(0, end)
    }
  }

  /** What is left at the end of the file; null where nothing is. Afterwards another file may be pushed. */
  finish(): Uint8Array | null {
    const rest = this.#chunk.subarray(0, this.#length)
    this.#restart()
    return rest.length > 0 ? rest : null
  }

  #restart(): void {
    this.#length = 0
    this.#hashed = chunkLengthMin - windowLength
    this.#upper = 0
    this.#lower = 0
  }

  /** Hashes up to there, and returns where the chunk ends; null where it does not end yet. */
  #findEnd(length: number): number | null {
    const { uppers, lowers } = gearTable
    const chunk = this.#chunk
    let upper = this.#upper
    let lower = this.#lower
    let at = this.#hashed
    while (at < length) {
      const byte = chunk[at++]!
      const added = lowers[byte]!
      // Twice the lower half and the added one may pass 32 bits by the top bit that is shifted out, and by their sum.
      const carry = (lower >>> 31) + (((lower & 0x7fffffff) + (added >>> 1)) >>> 31)
      upper = ((upper << 1) + uppers[byte]! + carry) | 0
      lower = ((lower << 1) + added) | 0
      if ((upper & 0xffff0000) === 0 && at >= chunkLengthMin) return at
    }
    if (length === chunkLengthMax) return length
    this.#hashed = at
    this.#upper = upper
    this.#lower = lower
    return null
  }
}
