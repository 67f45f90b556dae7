/** The hashes of Xet (https://huggingface.co/docs/xet/hashing): all are BLAKE3 with a key, 32 bytes. */
import { hashKeyed } from './blake3.ts'

/** Something that has a hash, and how many bytes of a file it stands for: a chunk, or a node of the tree above chunks. */
export interface SizedHash {
  readonly hash: Uint8Array
  readonly byteLength: number
}

const dataKey = Buffer.from('6697f5775b9550de3135cbaca597181c9de421109beb2b58b4d0b04b93adf229', 'hex')
const nodeKey = Buffer.from('017ec5c7a5472996fd946666b48a02e65ddd536f37c76dd2f86352e64a53713f', 'hex')
const verificationKey = Buffer.from('7f1857d6ce56ed66127ff913e7a5c3f3a4cd26d5b5db49e64124987f28fb94c3', 'hex')
const zeroHash = new Uint8Array(32)

/** How hashes are written in addresses and in the nodes of a tree: each 8 bytes are a number, the lowest byte first. */
export const formatHash = (hash: Uint8Array) => Buffer.from(hash).swap64().toString('hex')

/** Null for what is no hash. */
export const parseHash = (text: string): Uint8Array | null =>
  /^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, 'hex').swap64() : null

/** Of one chunk's bytes. */
export const hashChunk = (bytes: Uint8Array) => hashKeyed(dataKey, bytes)

/** A hash under the key of an answer about known chunks, which names them by these. `hmacKey` has 32 bytes. */
export const hashUnderKey = (hash: Uint8Array, hmacKey: Uint8Array) => hashKeyed(hmacKey, hash)

/** Proves of one term of a file that who sends it has the chunks: their hashes one after the other, 8,192 at most. */
export const hashTerm = (chunkHashes: Uint8Array) => hashKeyed(verificationKey, chunkHashes)

/** Groups of a level have 2 to 9 nodes: at the third and later ones it ends where the hash, as a number, is divisible by 4. */
const groupSizeMax = 9
const endsGroup = (hash: Uint8Array, size: number) => size === groupSizeMax || (size > 2 && hash[24]! % 4 === 0)

/**
 * The tree over chunks, built as they come: of each level only the group is kept that has not ended. Its root is the hash of
 * a xorb, and makes that of a file.
 */
export class HashTree {
  /** From the leaves up: the nodes of the group that has not ended, and how many of its level there were. */
  readonly #levels: { group: SizedHash[]; count: number }[] = []

  get isEmpty(): boolean {
    return this.#levels.length === 0
  }

  add(node: SizedHash, height = 0): void {
    const level = (this.#levels[height] ??= { group: [], count: 0 })
    level.group.push(node)
    level.count++
    if (endsGroup(node.hash, level.group.length)) this.#endGroup(level, height)
  }

  /** Ends the tree: nothing can be added afterwards. All zeros for no chunk. */
  finish(): Uint8Array {
    for (let height = 0; height < this.#levels.length; height++) {
      const level = this.#levels[height]!
      if (level.count === 1) return level.group[0]!.hash
      if (level.group.length > 0) this.#endGroup(level, height)
    }
    return zeroHash
  }

  #endGroup(level: { group: SizedHash[] }, height: number): void {
    const text = level.group.map(({ hash, byteLength }) => `${formatHash(hash)} : ${byteLength}\n`).join('')
    const byteLength = level.group.reduce((sum, node) => sum + node.byteLength, 0)
    level.group = []
    this.add({ hash: hashKeyed(nodeKey, Buffer.from(text, 'latin1')), byteLength }, height + 1)
  }
}

/** Of the chunks of one xorb, in their order. */
export function hashXorb(chunks: Iterable<SizedHash>): Uint8Array {
  const tree = new HashTree()
  for (const chunk of chunks) tree.add(chunk)
  return tree.finish()
}

/** Of a whole file, whose tree it ends. A file without a byte has the hash of zeros. */
export const hashFile = (tree: HashTree) => (tree.isEmpty ? zeroHash : hashKeyed(zeroHash, tree.finish()))
