/** Packs of whole objects, as git sends them (gitformat-pack(5)). */
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { deflate, deflateSync } from 'node:zlib'
import { objectTypes, type PackedObject } from './pack.ts'

const compressLater = promisify(deflate)
/** A longer object is compressed by another thread; to hand over a short one takes eight times as long as to compress it. */
const atOnceMax = 16_384
/** A shorter object is stored as it is: zlib takes 20 times as long for what a hundred bytes lose. */
const storedMax = 200

function compress(body: Uint8Array): Buffer | Promise<Buffer> {
  if (body.length <= storedMax) return store(body)
  const level = { level: 1 }
  if (body.length > atOnceMax) return compressLater(body, level)
  // A result keeps the whole chunk that zlib wrote it to, which is 16 kB where nothing else is said.
  return deflateSync(body, { ...level, chunkSize: body.length + 64 })
}

/** The form of zlib (RFC 1950), with one block that is not compressed (RFC 1951, section 3.2.4). */
function store(body: Uint8Array): Buffer {
  const { length } = body
  const stored = Buffer.allocUnsafe(length + 11)
  stored.writeUInt16BE(0x7801)
  stored[2] = 1
  stored.writeUInt16LE(length, 3)
  stored.writeUInt16LE(0xffff - length, 5)
  stored.set(body, 7)
  let [low, high] = [1, 0]
  for (const byte of body) {
    low += byte
    high += low
  }
  // So few bytes sum up to less than 2^32.
  stored.writeUInt16BE(high % 65_521, length + 7)
  stored.writeUInt16BE(low % 65_521, length + 9)
  return stored
}

/** A pack of the objects, compressed and without deltas. */
export async function formatPack(objects: readonly PackedObject[]): Promise<Buffer> {
  const start = Buffer.alloc(12)
  start.write('PACK')
  start.writeUInt32BE(2, 4)
  start.writeUInt32BE(objects.length, 8)
  const parts: Buffer[] = [start]
  for (const { type, body } of objects)
    parts.push(formatHeader(objectTypes.indexOf(type) + 1, body.length), await compress(body))
  const hash = createHash('sha1')
  for (const part of parts) hash.update(part)
  return Buffer.concat([...parts, hash.digest()])
}

/** An object's header in a pack: the type and four bits of the length, then seven more bits in each byte that follows. */
function formatHeader(type: number, byteLength: number): Buffer {
  const bytes = [(type << 4) | (byteLength & 15)]
  for (let rest = Math.floor(byteLength / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1]! |= 128
    bytes.push(rest % 128)
  }
  return Buffer.from(bytes)
}
