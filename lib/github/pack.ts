/** The formats of git's protocol: lines (gitprotocol-common(5)) and packs of whole objects (gitformat-pack(5)). */
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { deflate } from 'node:zlib'

/** An object for a pack: its type, and its bytes without git's header. */
export interface PackedObject {
  readonly type: 'commit' | 'tree' | 'blob'
  readonly body: Uint8Array
}

const typeNumbers = { commit: 1, tree: 2, blob: 3 }
const compress = promisify(deflate)

/** A pack of the objects, compressed and without deltas. */
export async function formatPack(objects: readonly PackedObject[]): Promise<Buffer> {
  const start = Buffer.alloc(12)
  start.write('PACK')
  start.writeUInt32BE(2, 4)
  start.writeUInt32BE(objects.length, 8)
  const parts: Buffer[] = [start]
  for (const { type, body } of objects)
    parts.push(formatHeader(typeNumbers[type], body.length), await compress(body, { level: 1 }))
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

/** Ends a list of lines. */
export const flush = Buffer.from('0000')

/** A line: its length in four hex digits, these included, and its text. */
export function formatLine(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
}

/** The contents of the lines before the first flush; null where the bytes are no lines, or end within a line. */
export function parseLines(bytes: Buffer): Buffer[] | null {
  const lines: Buffer[] = []
  for (let at = 0; ;) {
    const length = /^[0-9a-f]{4}$/i.test(bytes.toString('latin1', at, at + 4))
      ? Number.parseInt(bytes.toString('latin1', at, at + 4), 16)
      : -1
    if (length === 0) return lines
    if (length < 4 || at + length > bytes.length) return null
    lines.push(bytes.subarray(at + 4, at + length))
    at += length
  }
}

/** The data of packets, which is band 1. The other bands have progress and errors for people. */
export function joinBand(packets: readonly Buffer[]): Buffer {
  return Buffer.concat(packets.filter(([band]) => band === 1).map((packet) => packet.subarray(1)))
}
