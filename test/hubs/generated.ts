/** Objects of any size that need neither memory nor a disk, since their bytes are made when they are read. */
import { createHash } from 'node:crypto'

/** `oid`: the SHA-256 of its bytes, in hex. */
export interface LfsObject {
  oid: string
  byteLength: number
}

const block = Buffer.concat(
  Array.from({ length: 32_768 }, (_, index) => createHash('sha256').update(String(index)).digest()),
)
const tailByteLength = 8

/** Objects of one length. They differ only in their last bytes, a number, so that the rest is hashed once for all. */
export class Generated {
  readonly objects: readonly LfsObject[]
  readonly #indexes: ReadonlyMap<string, number>
  readonly #byteLength: number

  constructor(count: number, byteLength: number) {
    this.#byteLength = byteLength
    const hash = createHash('sha256')
    for (const chunk of this.#blocks()) hash.update(chunk)
    this.objects = Array.from({ length: count }, (_, index) => ({
      oid: hash.copy().update(tailOf(index)).digest('hex'),
      byteLength,
    }))
    this.#indexes = new Map(this.objects.map(({ oid }, index) => [oid, index]))
  }

  *#blocks(): Generator<Buffer> {
    for (let left = this.#byteLength - tailByteLength; left > 0; left -= block.length)
      yield block.subarray(0, Math.min(left, block.length))
  }

  /** The bytes of the object of that id. Throws where there is none. */
  *read(oid: string): Generator<Buffer> {
    const index = this.#indexes.get(oid)
    if (index === undefined) throw new Error(`No object is called ${oid}`)
    yield* this.#blocks()
    yield tailOf(index)
  }
}

function tailOf(index: number): Buffer {
  return Buffer.from(String(index).padStart(tailByteLength, '0'))
}
