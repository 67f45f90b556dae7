/**
 * What git sends when it pushes: lines with their length in front, and a pack of whole objects, without deltas.
 * Formats: git's `gitprotocol-pack` and `gitformat-pack`.
 */
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { deflate } from 'node:zlib'

export interface PackedObject {
  readonly type: 'commit' | 'tree' | 'blob'
  readonly body: Uint8Array
}

const typeNumbers = { commit: 1, tree: 2, blob: 3 }
const compress = promisify(deflate)

/** A pack of whole objects (gitformat-pack(5)). */
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

/** The header of an object: its type and four bits of its length, then seven bits more in each byte that follows. */
function formatHeader(type: number, byteLength: number): Buffer {
  const bytes = [(type << 4) | (byteLength & 15)]
  for (let rest = Math.floor(byteLength / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1]! |= 128
    bytes.push(rest % 128)
  }
  return Buffer.from(bytes)
}

export const flush = Buffer.from('0000')

/** A line of git's protocol: its length in four hex digits, and its text (gitprotocol-common(5)). */
export function formatLine(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
}

/** The lines up to the first flush; null where the bytes are no such lines, or end within one. */
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

/** What a service sends over band 1 of packets, the data; the other bands are for people to read. */
export function joinBand(packets: readonly Buffer[]): Buffer {
  return Buffer.concat(packets.filter(([band]) => band === 1).map((packet) => packet.subarray(1)))
}
