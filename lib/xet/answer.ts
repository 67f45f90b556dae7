/** What the service tells of chunks that it has: a shard whose chunks are named under a key. */
import { chunkLengthMax } from './chunker.ts'
import type { SizedHash } from './hashes.ts'
import { rowLength, shardTag, shardVersion } from './shard.ts'
import { xorbChunksMax } from './xorb.ts'

const footerLength = 200
const footerVersion = 1
const [verificationBit, metadataBit] = [31, 30]

export interface Answer {
  /** The hashes of chunks are hashes under it; null where they are those of the chunks. */
  readonly hmacKey: Uint8Array | null
  /** After that it is not to be used: seconds since 1970. */
  readonly expires: number
  readonly xorbs: readonly { readonly hash: Uint8Array; readonly chunks: readonly SizedHash[] }[]
}

/** Goes through rows of 48 bytes. */
class Rows {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** Null where so many more are not there. */
  take(count: number): Buffer | null {
    const end = this.#at + count * rowLength
    if (end > this.#bytes.length) return null
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }

  /** The next row; `end` for the one that closes a section, null where none is. */
  takeHead(): Buffer | 'end' | null {
    const row = this.take(1)
    return row?.subarray(0, 32).every((byte) => byte === 0xff) ? 'end' : row
  }
}

/** Goes behind all files. False where they do not end. */
function skipFiles(rows: Rows): boolean {
  for (;;) {
    const head = rows.takeHead()
    if (head === null || head === 'end') return head === 'end'
    const [flags, count] = [head.readUInt32LE(32), head.readUInt32LE(36)]
    const hasAll = rows.take(count * (1 + ((flags >>> verificationBit) & 1)) + ((flags >>> metadataBit) & 1))
    if (hasAll === null) return false
  }
}

function readXorbs(rows: Rows): Answer['xorbs'] | null {
  const xorbs: { hash: Uint8Array; chunks: SizedHash[] }[] = []
  for (;;) {
    const head = rows.takeHead()
    if (head === null || head === 'end') return head === 'end' ? xorbs : null
    const count = head.readUInt32LE(36)
    const taken = count <= xorbChunksMax ? rows.take(count) : null
    if (taken === null) return null
    const chunks = Array.from({ length: count }, (_, index) => ({
      hash: taken.subarray(index * rowLength, index * rowLength + 32),
      byteLength: taken.readUInt32LE(index * rowLength + 36),
    }))
    if (chunks.some(({ byteLength }) => byteLength > chunkLengthMax)) return null
    xorbs.push({ hash: head.subarray(0, 32), chunks })
  }
}

/** Null for what is no shard with a footer, or names chunks that cannot be: such an answer is of no use. */
export function parseAnswer(body: Uint8Array): Answer | null {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const rows = new Rows(bytes)
  const header = rows.take(1)
  if (header === null || bytes.length < rowLength + footerLength) return null
  const footer = bytes.subarray(-footerLength)
  const isShard = header.subarray(0, 32).equals(shardTag) && header.readUInt32LE(32) === shardVersion
  if (!isShard || header.readUInt32LE(40) !== footerLength || footer.readUInt32LE(0) !== footerVersion) return null
  const xorbs = skipFiles(rows) ? readXorbs(rows) : null
  if (xorbs === null) return null
  const hmacKey = footer.subarray(72, 104)
  return {
    hmacKey: hmacKey.some((byte) => byte !== 0) ? hmacKey : null,
    expires: Number(footer.readBigUInt64LE(112)),
    xorbs,
  }
}
