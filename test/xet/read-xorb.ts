/** Reads what is sent, by the specification alone: for the tests, and for whoever stands in for the service. */
import { formatHash, hashChunk, hashXorb } from '../../lib/xet/hashes.ts'

/** The bytes of an LZ4 frame. Throws for what is none. */
export function readLz4(frame: Buffer): Buffer {
  if (frame.readUInt32LE(0) !== 0x184d2204 || (frame[4]! & 0xdf) !== 0x40)
    throw new Error('No LZ4 frame without checksums')
  const blocks: Buffer[] = []
  for (let at = 7; ;) {
    const head = frame.readUInt32LE(at)
    const length = head & 0x7fffffff
    at += 4
    if (length === 0 && at === frame.length) return Buffer.concat(blocks)
    if (length === 0 || at + length > frame.length) throw new Error('An LZ4 frame that ends elsewhere')
    const block = frame.subarray(at, at + length)
    blocks.push(head < 2 ** 31 ? readBlock(block) : block)
    at += length
  }
}

function readBlock(block: Buffer): Buffer {
  const out: number[] = []
  let [at, matchAt] = [0, -1]
  const readLength = (nibble: number) => {
    let length = nibble
    for (let more = nibble === 15 ? 255 : 0; more === 255; length += more) more = block.readUInt8(at++)
    return length
  }
  for (;;) {
    const token = block.readUInt8(at++)
    const literals = readLength(token >> 4)
    if (at + literals > block.length) throw new Error('LZ4 literals that are not there')
    for (const end = at + literals; at < end; at++) out.push(block[at]!)
    if (at === block.length) {
      if (matchAt !== -1 && (literals < 5 || out.length - matchAt < 12))
        throw new Error('An LZ4 match too near to the end')
      return Buffer.from(out)
    }
    const distance = block.readUInt16LE(at)
    at += 2
    matchAt = out.length
    if (distance === 0 || distance > out.length) throw new Error('An LZ4 match before the beginning')
    for (let length = readLength(token & 15) + 4; length > 0; length--) out.push(out[out.length - distance]!)
  }
}

function ungroup(bytes: Buffer): Buffer {
  const sizes = [0, 1, 2, 3].map((group) => Math.ceil((bytes.length - group) / 4))
  const starts = sizes.map((_, group) => sizes.slice(0, group).reduce((sum, size) => sum + size, 0))
  return Buffer.from(bytes.map((_, index) => bytes[starts[index % 4]! + Math.floor(index / 4)]!))
}

/** The chunks of a xorb, and its name as its bytes tell it. Throws for what the service would refuse. */
export function readXorb(bytes: Buffer): { name: string; chunks: { bytes: Buffer; hash: Uint8Array }[] } {
  if (bytes.length > 64 * 1024 * 1024) throw new Error('The xorb is too long')
  const chunks: { bytes: Buffer; hash: Uint8Array }[] = []
  for (let at = 0; at < bytes.length;) {
    const [length, rawLength] = [bytes.readUIntLE(at + 1, 3), bytes.readUIntLE(at + 5, 3)]
    const content = bytes.subarray(at + 8, at + 8 + length)
    const read = [(each: Buffer) => each, readLz4, (each: Buffer) => ungroup(readLz4(each))][bytes[at + 4]!]
    const raw = read?.(content)
    if (bytes[at] !== 0 || content.length !== length || raw?.length !== rawLength || rawLength > 128 * 1024)
      throw new Error(`Chunk ${chunks.length} of the xorb is not as its header says`)
    chunks.push({ bytes: raw, hash: hashChunk(raw) })
    at += 8 + length
  }
  if (chunks.length > 8192) throw new Error('The xorb has too many chunks')
  return {
    name: formatHash(hashXorb(chunks.map(({ bytes: { length }, hash }) => ({ hash, byteLength: length })))),
    chunks,
  }
}
