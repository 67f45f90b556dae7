/** Xorbs: chunks one after the other, as they are sent and stored (https://huggingface.co/docs/xet/xorb). */
import { chunkLengthMax } from './chunker.ts'
import { HashTree, type SizedHash } from './hashes.ts'
import { compressChunk } from './lz4.ts'

/** The service takes no longer one, and no more chunks in one. */
const xorbLengthMax = 64 * 1024 * 1024
export const xorbChunksMax = 8 * 1024

const headerLength = 8
const [schemeNone, schemeLz4] = [0, 1]

/** A xorb that has or will have a name. */
export interface NamedXorb {
  /** Where the chunk of an index is. Throws before the xorb is finished. */
  locate(index: number): { readonly hash: Uint8Array; readonly index: number }
}

/** One that is stored already. */
export const nameXorb = (hash: Uint8Array): NamedXorb => ({ locate: (index) => ({ hash, index }) })

function formatChunk(bytes: Uint8Array): Uint8Array[] {
  const compressed = compressChunk(bytes)
  const header = Buffer.alloc(headerLength)
  header.writeUIntLE((compressed ?? bytes).length, 1, 3)
  header[4] = compressed === null ? schemeNone : schemeLz4
  header.writeUIntLE(bytes.length, 5, 3)
  return [header, compressed ?? bytes.slice()]
}

/** One that is being filled. It keeps the bytes of its chunks, compressed where that pays. */
export class Xorb implements NamedXorb {
  /** What is sent, in order. */
  readonly parts: Uint8Array[] = []
  readonly chunks: SizedHash[] = []
  /** Of all parts together. */
  byteLength = 0
  /** Of the chunks themselves. */
  rawLength = 0
  #hash: Uint8Array | null = null
  #movedTo: { xorb: Xorb; offset: number } | null = null
  readonly #lengthMax: number

  /**
   * `lengthMax`: in bytes, for chunks that do not get shorter, so that equal chunks fill equal xorbs. Throws RangeError where that
   * has no room for the longest chunk.
   */
  constructor(lengthMax = xorbLengthMax) {
    if (lengthMax < headerLength + chunkLengthMax)
      throw new RangeError(`A xorb of ${lengthMax} bytes has no room for a chunk`)
    this.#lengthMax = lengthMax
  }

  #hasRoom(rawLength: number, count: number): boolean {
    const chunkCount = this.chunks.length + count
    if (this.#hash !== null || this.#movedTo !== null) return false
    return chunkCount <= xorbChunksMax && this.rawLength + rawLength + chunkCount * headerLength <= this.#lengthMax
  }

  /** Returns the chunk's index; null where it has no room, or the xorb is finished. The bytes are copied. */
  add(bytes: Uint8Array, hash: Uint8Array): number | null {
    if (!this.#hasRoom(bytes.length, 1)) return null
    for (const part of formatChunk(bytes)) {
      this.parts.push(part)
      this.byteLength += part.length
    }
    this.rawLength += bytes.length
    return this.chunks.push({ hash, byteLength: bytes.length }) - 1
  }

  /** Takes all chunks of one that is not finished, and which is this one from then on; false where they have no room. */
  absorb(other: Xorb): boolean {
    if (!this.#hasRoom(other.rawLength, other.chunks.length)) return false
    other.#movedTo = { xorb: this, offset: this.chunks.length }
    this.parts.push(...other.parts.splice(0))
    this.chunks.push(...other.chunks.splice(0))
    this.byteLength += other.byteLength
    this.rawLength += other.rawLength
    return true
  }

  /** Its hash, which is its name. Nothing can be added afterwards. */
  finish(): Uint8Array {
    if (this.#hash !== null) return this.#hash
    const tree = new HashTree()
    for (const chunk of this.chunks) tree.add(chunk)
    this.#hash = tree.finish()
    return this.#hash
  }

  locate(index: number): { hash: Uint8Array; index: number } {
    if (this.#movedTo !== null) return this.#movedTo.xorb.locate(this.#movedTo.offset + index)
    if (this.#hash === null) throw new TypeError('The chunks of a xorb have no place before it is finished')
    return { hash: this.#hash, index }
  }
}
