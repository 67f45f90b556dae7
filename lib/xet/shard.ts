/**
 * Shards: lists of files and xorbs, by which files are made known to the service, and by which it tells what it has
 * (https://huggingface.co/docs/xet/shard). They are rows of 48 bytes.
 */
import { parseHash, type SizedHash } from './hashes.ts'

/** The service takes no longer one. */
const shardLengthMax = 64 * 1024 * 1024
export const rowLength = 48
/** `HFRepoMetaData`, and bytes that no other format has here. */
export const shardTag = Buffer.from('48465265706f4d6574614461746100556967456a7b815783a5bdd95ccdd14aa9', 'hex')
export const shardVersion = 2
const endHash = new Uint8Array(32).fill(0xff)
const [hasVerification, hasMetadata] = [2 ** 31, 2 ** 30]

/** A run of chunks of one xorb: from `start` up to `end`, which is not in it. `proof`: the hash of their hashes. */
export interface Term {
  readonly xorb: Uint8Array
  readonly start: number
  readonly end: number
  readonly byteLength: number
  readonly proof: Uint8Array
}

/** `sha256`: in hexadecimal digits, the object's name in git-lfs. */
export interface FileEntry {
  readonly hash: Uint8Array
  readonly sha256: string
  readonly terms: readonly Term[]
}

export interface XorbEntry {
  readonly hash: Uint8Array
  readonly chunks: readonly SizedHash[]
  /** As it was sent. */
  readonly byteLength: number
}

/** A hash and four numbers. */
function formatRow(hash: Uint8Array, ...numbers: number[]): Buffer {
  const row = Buffer.alloc(rowLength)
  row.set(hash)
  for (const [index, number] of numbers.entries()) row.writeUInt32LE(number, 32 + 4 * index)
  return row
}

function formatFile({ hash, sha256, terms }: FileEntry): Buffer {
  // The specification does not say so, but its client writes SHA-256 as it writes the hashes of Xet: each 8 bytes turned.
  const object = parseHash(sha256)
  if (object === null) throw new TypeError(`No SHA-256: ${sha256}`)
  return Buffer.concat([
    formatRow(hash, hasVerification + hasMetadata, terms.length),
    ...terms.map(({ xorb, start, end, byteLength }) => formatRow(xorb, 0, byteLength, start, end)),
    ...terms.map(({ proof }) => formatRow(proof)),
    formatRow(object),
  ])
}

function formatXorb({ hash, chunks, byteLength }: XorbEntry): Buffer {
  let start = 0
  const rows = chunks.map((chunk) => {
    const row = formatRow(chunk.hash, start, chunk.byteLength)
    start += chunk.byteLength
    return row
  })
  return Buffer.concat([formatRow(hash, 0, chunks.length, start, byteLength), ...rows])
}

/**
 * As few shards as hold all of them, to be sent after all xorbs, in this order: the xorbs first. Without a footer, as they are
 * to be sent. `lengthMax`: of each, in bytes.
 */
export function* formatShards(
  xorbs: readonly XorbEntry[],
  files: readonly FileEntry[],
  lengthMax = shardLengthMax,
): Generator<Buffer> {
  const header = formatRow(shardTag, shardVersion)
  const end = formatRow(endHash)
  const emptyLength = header.length + 2 * end.length
  let blocks: { xorbs: Buffer[]; files: Buffer[] } = { xorbs: [], files: [] }
  let length = emptyLength
  const close = () => Buffer.concat([header, ...blocks.files, end, ...blocks.xorbs, end])
  for (const [kind, block] of [
    ...xorbs.map((xorb) => ['xorbs', formatXorb(xorb)] as const),
    ...files.map((file) => ['files', formatFile(file)] as const),
  ]) {
    if (emptyLength + block.length > lengthMax) throw new RangeError('A shard cannot hold a file in so many pieces')
    if (length + block.length > lengthMax) {
      yield close()
      blocks = { xorbs: [], files: [] }
      length = emptyLength
    }
    blocks[kind].push(block)
    length += block.length
  }
  if (length > emptyLength) yield close()
}
