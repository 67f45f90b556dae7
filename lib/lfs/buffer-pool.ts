const byteLengthMaxDefault = 24 * 1024 * 1024
const buffersMax = 8

/**
 * Buffers for parts that are kept until they are stored: a fixed amount of memory for all uploads together. They are used
 * again and again, as memory that is given back to the garbage collector stays in the process for long.
 */
export class BufferPool {
  readonly #byteLengthMax: number
  readonly #free: Buffer[] = []
  #acquired = 0
  #byteLength = 0

  constructor(byteLengthMax = byteLengthMaxDefault) {
    this.#byteLengthMax = byteLengthMax
  }

  /**
   * A buffer of at least this length, `null` when the pool is used up. The caller then streams its part without a buffer:
   * it never waits for one, so uploads cannot wait for each other for ever.
   */
  acquire(byteLength: number): Buffer | null {
    if (this.#acquired === buffersMax) return null
    const fitting = this.#free.findIndex((buffer) => buffer.byteLength >= byteLength)
    if (fitting !== -1) {
      this.#acquired += 1
      return this.#free.splice(fitting, 1)[0]!
    }
    // Free buffers that are too small make room.
    while (this.#byteLength + byteLength > this.#byteLengthMax && this.#free.length > 0)
      this.#byteLength -= this.#free.pop()!.byteLength
    if (this.#byteLength + byteLength > this.#byteLengthMax) return null
    this.#acquired += 1
    this.#byteLength += byteLength
    return Buffer.allocUnsafeSlow(byteLength)
  }

  /** Gives a buffer back. Its bytes are no longer the caller's. */
  release(buffer: Buffer): void {
    this.#acquired -= 1
    this.#free.push(buffer)
  }
}
