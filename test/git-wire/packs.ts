/** Packs that are made by hand, also such as no git makes. */
import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import type { PackReading, Unpacked } from '../../lib/git-wire/pack.ts'
import { readPack } from '../../lib/git-wire/read-pack.ts'
import { gitObjectId } from '../../lib/model/git-object.ts'

/** A number as packs write lengths: seven bits a byte, the lowest first. */
function formatNumber(number: number): Buffer {
  return number < 128
    ? Buffer.from([number])
    : Buffer.concat([Buffer.from([128 | (number % 128)]), formatNumber(Math.floor(number / 128))])
}

/** An object of a pack. `byteLength` and `packed` by default tell the truth about `body`. */
export function formatObject(
  type: number,
  body: Buffer,
  options: { readonly base?: Buffer; readonly byteLength?: number; readonly packed?: Buffer } = {},
): Buffer {
  const { base = Buffer.alloc(0), byteLength = body.length, packed = deflateSync(body) } = options
  const rest = Math.floor(byteLength / 16)
  const first = (type << 4) | (byteLength & 15)
  const header = rest === 0 ? Buffer.from([first]) : Buffer.concat([Buffer.from([128 | first]), formatNumber(rest)])
  return Buffer.concat([header, base, packed])
}

/** A pack with the right hash at its end. `count` by default tells the truth. */
export function formatPack(objects: readonly Buffer[], count = objects.length): Buffer {
  const start = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1')
  start.writeUInt32BE(count, 8)
  const pack = Buffer.concat([start, ...objects])
  return Buffer.concat([pack, createHash('sha1').update(pack).digest()])
}

/** A delta: copies `[offset, length]` of the base, and bytes of its own. */
export function formatDelta(
  baseByteLength: number,
  byteLength: number,
  steps: readonly (Buffer | readonly [offset: number, byteLength: number])[],
): Buffer {
  return Buffer.concat([
    formatNumber(baseByteLength),
    formatNumber(byteLength),
    ...steps.flatMap((step) => {
      if (Buffer.isBuffer(step)) return [Buffer.from([step.length]), step]
      const bytes = Buffer.alloc(7)
      bytes.writeUInt32LE(step[0])
      bytes.writeUIntLE(step[1], 4, 3)
      return [Buffer.from([255]), bytes]
    }),
  ])
}

export const blobId = (body: Buffer) => gitObjectId('blob', body)

/** As chunks that end at these places. */
export async function* cutAt(bytes: Buffer, places: readonly number[]): AsyncGenerator<Buffer> {
  let from = 0
  for (const place of [...places, bytes.length]) {
    yield bytes.subarray(from, place)
    from = place
  }
}

/** What a pack gives, by id, whose bytes were compared with it; and how the reading ended. */
export async function read(
  pack: Buffer,
  reading: Partial<PackReading> = {},
  chunks: AsyncIterable<Uint8Array> = cutAt(pack, []),
): Promise<{ readonly objects: Map<string, Unpacked>; readonly end: number | string }> {
  const objects = new Map<string, Unpacked>()
  const ending = readPack(chunks, {
    byteLengthMax: 1e7,
    keptBytesMax: 1e8,
    totalBytesMax: 1e9,
    take: (oid, object) => {
      if (gitObjectId(object.type, object.body) !== oid) throw new Error(`${oid} has other bytes`)
      objects.set(oid, object)
    },
    ...reading,
  })
  const end = await ending.then(
    ({ leftOut }) => leftOut,
    (error: Error) => {
      if (!['RemoteError', 'IntegrityError'].includes(error.name)) throw error
      return error.message
    },
  )
  return { objects, end }
}
