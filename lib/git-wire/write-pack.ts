/** Packs of whole objects, as git sends them (gitformat-pack(5)). */
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { deflate, deflateSync } from 'node:zlib'
import { objectTypes, type PackedObject } from './pack.ts'

const compressLater = promisify(deflate)
/** A longer object is compressed by another thread; to hand over a short one takes eight times as long as to compress it. */
const atOnceMax = 16_384

function compress(body: Uint8Array): Buffer | Promise<Buffer> {
  const level = { level: 1 }
  return body.length > atOnceMax ? compressLater(body, level) : deflateSync(body, level)
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
