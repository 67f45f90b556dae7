/**
 * Whether bytes are one struct in Thrift's compact protocol, with no number longer than numbers are there: a reader
 * that trusts them may take minutes for a number of a million bytes. Pure. Source: Apache Thrift,
 * `doc/specs/thrift-compact-protocol.md`.
 */

/** Parquet's own metadata is less than half as deep. */
const depthMax = 32
/** Of a number of 64 bits, seven of them a byte. */
const varintByteLengthMax = 10

class Walk {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isInside(): boolean {
    return this.#at <= this.#bytes.byteLength
  }

  /** NaN for one that is too long or cut. */
  #readVarint(): number {
    let value = 0
    for (let read = 0; read < varintByteLengthMax; read += 1) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) return Number.NaN
      value += (byte & 0x7f) * 128 ** read
      if (byte < 0x80) return value
    }
    return Number.NaN
  }

  #skip(byteLength: number): boolean {
    this.#at += byteLength
    return byteLength >= 0 && this.isInside
  }

  passStruct(depth = 0): boolean {
    for (;;) {
      const header = this.#bytes[this.#at++]
      if (header === undefined || depth > depthMax) return false
      if ((header & 0x0f) === 0) return true
      if (header < 0x10 && Number.isNaN(this.#readVarint())) return false
      if (!this.#passValue(header & 0x0f, depth)) return false
    }
  }

  #passValue(type: number, depth: number): boolean {
    if (type === 1 || type === 2) return true
    if (type === 3) return this.#skip(1)
    if (type >= 4 && type <= 6) return !Number.isNaN(this.#readVarint())
    if (type === 7) return this.#skip(8)
    if (type === 8) return this.#skip(this.#readVarint())
    if (type === 9) return this.#passList(depth + 1)
    return type === 12 && this.passStruct(depth + 1)
  }

  #passList(depth: number): boolean {
    const header = this.#bytes[this.#at++]
    if (header === undefined || depth > depthMax) return false
    const size = header >> 4 === 15 ? this.#readVarint() : header >> 4
    const type = header & 0x0f
    // Each element takes a byte or more: no list is longer than what follows.
    if (!(size <= this.#bytes.byteLength - this.#at)) return false
    for (let index = 0; index < size; index += 1) {
      if (!(type === 1 || type === 2 ? this.#skip(1) : this.#passValue(type, depth))) return false
    }
    return true
  }
}

/** Whether the bytes are a whole struct in the compact protocol of Thrift. */
export function isThriftStruct(bytes: Uint8Array): boolean {
  const walk = new Walk(bytes)
  return walk.passStruct() && walk.isInside
}
