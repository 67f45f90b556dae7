/** A cache whose values are together never larger than a limit. The oldest ones make way for new ones. */
export class BoundedCache<V> {
  readonly #sizeMax: number
  readonly #sizeOf: (value: V) => number
  readonly #values = new Map<string, V>()
  /** It goes on where it was: each new one would have to pass over all that was deleted from the front. */
  #oldest = this.#values.keys()
  #size = 0

  /** `sizeMax` is in the unit of `sizeOf`; without one each value counts as 1. */
  constructor(sizeMax: number, sizeOf: (value: V) => number = () => 1) {
    this.#sizeMax = sizeMax
    this.#sizeOf = sizeOf
  }

  get(key: string): V | undefined {
    return this.#values.get(key)
  }

  /** A value larger than a quarter of the limit is not kept, since it would push out everything else. */
  set(key: string, value: V): void {
    this.delete(key)
    const size = this.#sizeOf(value)
    if (size > this.#sizeMax / 4) return
    this.#values.set(key, value)
    this.#size += size
    while (this.#size > this.#sizeMax) {
      const { value: oldest } = this.#oldest.next()
      if (oldest === undefined) this.#oldest = this.#values.keys()
      else this.delete(oldest)
    }
  }

  delete(key: string): void {
    const value = this.#values.get(key)
    if (value === undefined) return
    this.#values.delete(key)
    this.#size -= this.#sizeOf(value)
  }
}

/** The longest file that is read together with others. A cache of contents has to keep it. */
export const fetchedByteLengthMax = 4_000_000

/** Bytes of memory that a small buffer takes besides its content (measured on Node 20). */
const bufferOverhead = 200

/** What a buffer takes in memory, in bytes: a `sizeOf` for a cache. */
export function sizeOfBytes({ byteLength }: Uint8Array): number {
  return byteLength + bufferOverhead
}

/** The smallest size, by `sizeOfBytes`, of a cache that keeps each file that was read together with others. */
export const contentBytesMin = 4 * (fetchedByteLengthMax + bufferOverhead)
