/** Reads so many bytes at a time out of chunks that may be cut anywhere. */
import type { Hash } from 'node:crypto'

/** The bytes of an answer, in order, to be read once. */
export type Chunks = AsyncIterable<Uint8Array>

/** A place in the chunks. It holds the chunk that the place is in, and no more than `fill` was asked for. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>
  #buffer: Buffer = Buffer.alloc(0)
  #at = 0
  #hash: Hash | null
  /** How many bytes were taken before those of `#buffer`. */
  #before = 0

  constructor(chunks: Chunks, hash: Hash | null = null) {
    this.#chunks = chunks[Symbol.asyncIterator]()
    this.#hash = hash
  }

  /** How many bytes were taken or skipped. */
  get position(): number {
    return this.#before + this.#at
  }

  /** What is here and was not taken yet. */
  get rest(): Buffer {
    return this.#buffer.subarray(this.#at)
  }

  /** Reads on until so many bytes are here. False where the chunks end before that; `rest` has what there was. */
  async fill(byteLength: number): Promise<boolean> {
    if (this.#buffer.length - this.#at >= byteLength) return true
    const rest = this.#settle()
    const parts: Uint8Array[] = rest.length > 0 ? [rest] : []
    let length = rest.length
    while (length < byteLength) {
      const { done, value } = await this.#chunks.next()
      if (done === true) break
      parts.push(value)
      length += value.length
    }
    const [first] = parts
    if (parts.length === 1) this.#buffer = Buffer.from(first!.buffer, first!.byteOffset, first!.length)
    else this.#buffer = Buffer.concat(parts, length)
    return length >= byteLength
  }

  /** The next bytes, which have to be here. They stay as they are. */
  take(byteLength: number): Buffer {
    return this.#buffer.subarray(this.#at, (this.#at += byteLength))
  }

  /** The next byte; undefined where it is not here. */
  takeByte(): number | undefined {
    return this.#buffer[this.#at++]
  }

  skip(byteLength: number): void {
    this.#at += byteLength
  }

  /** The hash of all that was taken until now; nothing is hashed after that. Undefined where no hash was given. */
  digest(): Buffer | undefined {
    this.#settle()
    const digest = this.#hash?.digest()
    this.#hash = null
    return digest
  }

  /** Gives up what was not read. */
  async close(): Promise<void> {
    await this.#chunks.return?.()
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
