/** Reads so many bytes at a time out of chunks that may be cut anywhere. */
import type { Hash } from 'node:crypto'
import { broken, cut } from './failure.ts'

/** The bytes of an answer, in order, to be read once. */
export type Chunks = AsyncIterable<Uint8Array>

interface ReaderOptions {
  readonly hash?: Hash | null
  readonly byteLengthMax?: number
}

/** A place in the chunks. It holds the chunk that the place is in, and as much as `fill` was asked for. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>
  #buffer: Buffer = Buffer.alloc(0)
  #at = 0
  #hash: Hash | null
  #left: number
  /** How many bytes were taken before those of `#buffer`. */
  #before = 0
  /** What to throw where more bytes are needed than came. */
  end: unknown = cut()

  /** `hash` gets all that is taken. Chunks of more than `byteLengthMax` bytes together are an error. */
  constructor(chunks: Chunks, { hash = null, byteLengthMax = Infinity }: ReaderOptions = {}) {
    this.#chunks = chunks[Symbol.asyncIterator]()
    this.#hash = hash
    this.#left = byteLengthMax
  }

  /** How many bytes were taken. */
  get position(): number {
    return this.#before + this.#at
  }

  /** What is here and was not taken yet. */
  get rest(): Buffer {
    return this.#buffer.subarray(this.#at)
  }

  /**
   * Reads on until so many bytes are here; if it has to read, until `filledLength` are. False where the chunks end before
   * `byteLength`, also by an error: `rest` has what came before it, and `end` is the error. No promise where they are here
   * already, as with most objects of a pack: waiting for each would cost as much as reading it.
   */
  fill(byteLength: number, filledLength = byteLength): true | Promise<boolean> {
    return this.#buffer.length - this.#at >= byteLength || this.#read(byteLength, filledLength)
  }

  async #read(byteLength: number, filledLength: number): Promise<boolean> {
    const rest = this.#settle()
    const parts: Uint8Array[] = rest.length > 0 ? [rest] : []
    let length = rest.length
    try {
      while (length < filledLength) {
        const { done, value } = await this.#chunks.next()
        if (done === true) break
        if ((this.#left -= value.length) < 0) throw broken('it is longer than it should be')
        parts.push(value)
        length += value.length
      }
    } catch (error) {
      this.end = error
    }
    const [first] = parts
    if (parts.length === 1) this.#buffer = Buffer.from(first!.buffer, first!.byteOffset, first!.length)
    else this.#buffer = Buffer.concat(parts, length)
    return length >= byteLength
  }

  /** The next bytes, which stay as they are. Throws `end` where they are not here. */
  take(byteLength: number): Buffer {
    if (this.#at + byteLength > this.#buffer.length) throw this.end
    return this.#buffer.subarray(this.#at, (this.#at += byteLength))
  }

  takeByte(): number {
    if (this.#at >= this.#buffer.length) throw this.end
    return this.#buffer[this.#at++]!
  }

  /** The hash of all that was taken until now; nothing is hashed after that. Undefined where no hash was given. */
  digest(): Buffer | undefined {
    this.#settle()
    const digest = this.#hash?.digest()
    this.#hash = null
    return digest
  }

  /** Gives up what was not read. Chunks that have failed may fail once more, which tells nothing new. */
  async close(): Promise<void> {
    await this.#chunks.return?.().catch(() => {})
  }

  /** Forgets what was taken; returns the rest. */
  #settle(): Buffer {
    if (this.#at > 0) this.#hash?.update(this.#buffer.subarray(0, this.#at))
    this.#before += this.#at
    this.#buffer = this.#buffer.subarray(this.#at)
    this.#at = 0
    return this.#buffer
  }
}
