/** Packs of whole objects, as git sends them (gitformat-pack(5)). */
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { deflate } from 'node:zlib'
import { objectTypes, type PackedObject } from './pack.ts'

const compress = promisify(deflate)

/** A pack of the objects, compressed and without deltas. */
export async function formatPack(objects: readonly PackedObject[]): Promise<Buffer> {
  const start = Buffer.alloc(12)
  start.write('PACK')
  start.writeUInt32BE(2, 4)
  start.writeUInt32BE(objects.length, 8)
  const parts: Buffer[] = [start]
  for (const { type, body } of objects)
    parts.push(formatHeader(objectTypes.indexOf(type) + 1, body.length), await compress(body, { level: 1 }))
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
