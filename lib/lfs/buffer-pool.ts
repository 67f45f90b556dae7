const byteLengthMaxDefault = 24 * 1024 * 1024
const buffersMax = 8

/**
 * Lends buffers for parts of objects, at most 8 of together 24 MB for all uploads of a run. They are used again: memory
 * that is left to the garbage collector would stay in the process for long.
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
   * Lends a buffer of at least this length; `null` when all are lent. The caller then has to do without: if callers waited,
   * uploads could wait for each other for ever.
   */
  acquire(byteLength: number): Buffer | null {
    if (this.#acquired === buffersMax) return null
    const fitting = this.#free.findIndex((buffer) => buffer.byteLength >= byteLength)
    if (fitting !== -1) {
      this.#acquired += 1
      return this.#free.splice(fitting, 1)[0]!
    }
    // Free buffers that are too small are given up for a larger one.
    while (this.#byteLength + byteLength > this.#byteLengthMax && this.#free.length > 0)
      this.#byteLength -= this.#free.pop()!.byteLength
    if (this.#byteLength + byteLength > this.#byteLengthMax) return null
    this.#acquired += 1
    this.#byteLength += byteLength
    return Buffer.allocUnsafeSlow(byteLength)
  }

  /** Takes a buffer back. The caller must not use it any more. */
  release(buffer: Buffer): void {
    this.#acquired -= 1
    this.#free.push(buffer)
  }
}
