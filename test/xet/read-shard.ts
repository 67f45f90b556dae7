/** Reads a shard that is sent, by the specification alone. Hashes are as they are written in addresses. */
import { formatHash } from '../../lib/xet/hashes.ts'

export interface ReadShard {
  readonly files: {
    hash: string
    /** In hexadecimal digits. */
    sha256: string | null
    terms: { xorb: string; start: number; end: number; byteLength: number; proof: string | null }[]
  }[]
  readonly xorbs: {
    hash: string
    rawLength: number
    byteLength: number
    chunks: { hash: string; start: number; byteLength: number; flags: number }[]
  }[]
  /** What is behind the two sections. */
  readonly rest: Buffer
}

const tag = Buffer.from(
  'HFRepoMetaData\0\x55\x69\x67\x45\x6a\x7b\x81\x57\x83\xa5\xbd\xd9\x5c\xcd\xd1\x4a\xa9',
  'latin1',
)

/** Throws for what is none. */
export function readShard(bytes: Buffer): ReadShard {
  let at = 0
  const next = () => {
    const row = bytes.subarray(at, (at += 48))
    if (row.length < 48) throw new Error('The shard ends too early')
    return {
      row,
      hash: formatHash(row.subarray(0, 32)),
      numbers: [0, 1, 2, 3].map((index) => row.readUInt32LE(32 + 4 * index)),
    }
  }
  const many = (count: number) => Array.from({ length: count }, next)
  const section = <T>(read: (head: ReturnType<typeof next>) => T): T[] => {
    const entries: T[] = []
    for (let head = next(); head.hash !== 'f'.repeat(64); head = next()) entries.push(read(head))
    return entries
  }
  const header = next()
  if (!header.row.subarray(0, 32).equals(tag) || header.row.readBigUInt64LE(32) !== 2n) throw new Error('No shard')
  const files = section(({ hash, numbers: [flags = 0, count = 0] }) => {
    const terms = many(count)
    const proofs = flags & (2 ** 31) ? many(count) : null
    const sha256 = flags & (2 ** 30) ? next().hash : null
    return {
      hash,
      sha256,
      terms: terms.map(({ hash: xorb, numbers: [, byteLength = 0, start = 0, end = 0] }, index) => ({
        xorb,
        start,
        end,
        byteLength,
        proof: proofs?.[index]!.hash ?? null,
      })),
    }
  })
  const xorbs = section(({ hash, numbers: [, count = 0, rawLength = 0, byteLength = 0] }) => ({
    hash,
    rawLength,
    byteLength,
    chunks: many(count).map(({ hash: chunk, numbers: [start = 0, length = 0, flags = 0] }) => ({
      hash: chunk,
      start,
      byteLength: length,
      flags,
    })),
  }))
  return { files, xorbs, rest: bytes.subarray(at) }
}
