/** Values by key, together never larger than a limit. */

export class BoundedCache<V> {
  readonly #sizeMax: number
  readonly #sizeOf: (value: V) => number
  readonly #values = new Map<string, V>()
  #size = 0

  /** By default each value counts as one. */
  constructor(sizeMax: number, sizeOf: (value: V) => number = () => 1) {
    this.#sizeMax = sizeMax
    this.#sizeOf = sizeOf
  }

  get(key: string): V | undefined {
    return this.#values.get(key)
  }

  /**
   * The oldest values make way. What would take more than a quarter of the room is not kept: it would push out
   * everything else.
   */
  set(key: string, value: V): void {
    this.delete(key)
    const size = this.#sizeOf(value)
    if (size > this.#sizeMax / 4) return
    this.#values.set(key, value)
    this.#size += size
    if (this.#size <= this.#sizeMax) return
    for (const oldest of this.#values.keys()) {
      this.delete(oldest)
      if (this.#size <= this.#sizeMax) break
    }
  }

  delete(key: string): void {
    const value = this.#values.get(key)
    if (value === undefined) return
    this.#values.delete(key)
    this.#size -= this.#sizeOf(value)
  }
}

/**
 * What a small buffer takes beside its bytes: measured, so that the limit of a cache with very many of them is one of
 * memory.
 */
const bufferOverhead = 200

export function sizeOfBytes({ byteLength }: Uint8Array): number {
  return byteLength + bufferOverhead
}
