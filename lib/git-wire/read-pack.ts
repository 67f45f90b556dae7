/**
 * Reads packs as they come (gitformat-pack(5)): one pass, in bounded memory. Nothing in a pack is trusted: each object gets
 * the id that its bytes have, so that whoever asks by ids gets the right bytes or none.
 */
import { createHash } from 'node:crypto'
import { ByteReader, type Chunks } from './byte-reader.ts'
import { Deltas } from './deltas.ts'
import { broken } from './failure.ts'
import { inflate, inflateByPieces } from './inflate.ts'
import { objectTypes, type PackReading } from './pack.ts'

const offsetDelta = 6
const refDelta = 7
/** The longest header of an object: ten bytes of its length, and its base. */
const headerByteLengthMax = 30
const hashByteLength = 20

/**
 * Reads a whole pack. Objects that were given before an error are as good as others.
 * @returns How many objects of the pack were left out. Nothing else tells which ones.
 * @throws {CutError} Where the pack ends too early. Errors of `chunks` and of `take` are thrown as they are, if all of the
 *   pack was not here before.
 * @throws {IntegrityError} For bytes that are no pack, and for more than `totalBytesMax`.
 */
export async function readPack(chunks: Chunks, reading: PackReading): Promise<{ readonly leftOut: number }> {
  const reader = new ByteReader(chunks, { hash: createHash('sha1') })
  const deltas = new Deltas(reading)
  try {
    const count = await readCount(reader)
    for (let index = 0; index < count; index += 1) await readObject(reader, deltas)
    const expected = reader.digest()
    await reader.fill(hashByteLength)
    if (!reader.take(hashByteLength).equals(expected!)) throw broken('its hash is not the one that it ends with')
    if (await reader.fill(1)) throw broken('it goes on after its end')
    return { leftOut: deltas.leftOut + deltas.waiting }
  } finally {
    await reader.close()
  }
}

async function readCount(reader: ByteReader): Promise<number> {
  await reader.fill(12)
  const start = reader.take(12)
  // Version 3 exists, and nobody writes it.
  if (start.toString('latin1', 0, 8) !== 'PACK\0\0\0\x02') throw broken('its pack is not of version 2')
  return start.readUInt32BE(8)
}

async function readObject(reader: ByteReader, deltas: Deltas): Promise<void> {
  const offset = reader.position
  // Near the end of a pack fewer bytes are here, which is found when they are taken.
  const filled = reader.fill(headerByteLengthMax)
  if (filled !== true) await filled
  const { number, byteLength } = readHeader(reader)
  const type = objectTypes[number - 1]
  const base = type ? null : readBase(reader, number, offset)
  if (!deltas.isShort(byteLength)) return inflateByPieces(reader, byteLength)
  const inflated = inflate(reader, byteLength)
  const bytes = inflated instanceof Promise ? await inflated : inflated
  if (type) deltas.give(offset, { type, body: bytes })
  else deltas.addDelta({ offset, base: base!, bytes })
}

/** The number of the type, and the length: four bits of it, then seven more in each byte that follows. */
function readHeader(reader: ByteReader): { readonly number: number; readonly byteLength: number } {
  let byte = reader.takeByte()
  const number = (byte >> 4) & 7
  let byteLength = byte & 15
  for (let scale = 16; byte & 128; scale *= 128) {
    if (scale > 2 ** 45) throw broken('an object has no length')
    byte = reader.takeByte()
    byteLength += (byte & 127) * scale
  }
  return { number, byteLength }
}

/** The base of a delta: its id, or the place in the pack where it begins. */
function readBase(reader: ByteReader, number: number, offset: number): string | number {
  if (number === refDelta) return reader.take(hashByteLength).toString('hex')
  if (number !== offsetDelta) throw broken(`there is no type ${number}`)
  let byte = reader.takeByte()
  let distance = byte & 127
  while (byte & 128) {
    byte = reader.takeByte()
    // One is added so that each distance can be written in one way only.
    distance = (distance + 1) * 128 + (byte & 127)
    if (distance > offset) break
  }
  if (distance === 0 || distance > offset) throw broken('the base of a delta is not before it')
  return offset - distance
}
