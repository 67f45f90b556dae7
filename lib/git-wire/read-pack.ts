/**
 * Reads packs as they come (gitformat-pack(5)): one pass, in bounded memory. Nothing in a pack is trusted: each object gets
 * the id that its bytes have, so that whoever asks by ids gets the right bytes or none.
 */
import { createHash } from 'node:crypto'
import type { ObjectType } from '../model/git-object.ts'
import { ByteReader, type Chunks } from './byte-reader.ts'
import { Deltas } from './deltas.ts'
import { broken, cut } from './failure.ts'
import { inflate, skipInflated } from './inflate.ts'
import { typeNumbers, type PackReading } from './pack.ts'

const types = new Map(Object.entries(typeNumbers).map(([type, number]) => [number, type as ObjectType]))
const offsetDelta = 6
const refDelta = 7
/** The longest header of an object: ten bytes of its length, and its base. */
const headerByteLengthMax = 30
const hashByteLength = 20
/** What an object costs beside its bytes, so that a pack cannot hold millions of empty ones for nothing. */
const objectByteLength = 100

/**
 * Reads a whole pack. Objects that were given before an error are as good as others.
 * @returns How many objects of the pack were left out. Nothing else tells which ones.
 * @throws {CutError} Where the pack ends too early. Errors of `chunks` and of `take` are thrown as they are.
 * @throws {IntegrityError} For bytes that are no pack, and for more than `totalBytesMax`.
 */
export async function readPack(chunks: Chunks, reading: PackReading): Promise<{ readonly leftOut: number }> {
  const reader = new ByteReader(chunks, createHash('sha1'))
  const deltas = new Deltas(reading, addUp(reading.totalBytesMax))
  try {
    const count = await readCount(reader)
    for (let index = 0; index < count; index += 1) await readObject(reader, reading, deltas)
    const expected = reader.digest()
    if (!(await reader.fill(hashByteLength))) throw cut()
    if (!reader.take(hashByteLength).equals(expected!)) throw broken('its hash is not the one that it ends with')
    if (await reader.fill(1)) throw broken('it goes on after its end')
    return { leftOut: deltas.leftOut }
  } finally {
    await reader.close()
  }
}

/** A function that adds up lengths, and throws when there are too many bytes. */
function addUp(totalBytesMax: number): (byteLength: number) => void {
  let total = 0
  return (byteLength) => {
    total += byteLength + objectByteLength
    if (total > totalBytesMax) throw broken(`it has more than ${totalBytesMax} bytes`)
  }
}

async function readCount(reader: ByteReader): Promise<number> {
  if (!(await reader.fill(12))) throw cut()
  const start = reader.take(12)
  // Version 3 exists, and nobody writes it.
  if (start.toString('latin1', 0, 8) !== 'PACK\0\0\0\x02') throw broken('its pack is not of version 2')
  return start.readUInt32BE(8)
}

async function readObject(reader: ByteReader, { byteLengthMax }: PackReading, deltas: Deltas): Promise<void> {
  const offset = reader.position
  // Near the end of a pack fewer bytes are here, which is found when they are taken.
  await reader.fill(headerByteLengthMax)
  const { number, byteLength } = readHeader(reader)
  const type = types.get(number)
  const base = type ? null : readBase(reader, number, offset)
  deltas.count(byteLength)
  if (byteLength > byteLengthMax) {
    await skipInflated(reader, byteLength)
    deltas.leaveOut()
    return
  }
  const bytes = await inflate(reader, byteLength)
  if (type) await deltas.give(offset, { type, body: bytes })
  else await deltas.addDelta({ offset, base: base!, bytes })
}

function takeByte(reader: ByteReader): number {
  const byte = reader.takeByte()
  if (byte === undefined) throw cut()
  return byte
}

/** The number of the type, and the length: four bits of it, then seven more in each byte that follows. */
function readHeader(reader: ByteReader): { readonly number: number; readonly byteLength: number } {
  let byte = takeByte(reader)
  const number = (byte >> 4) & 7
  let byteLength = byte & 15
  for (let scale = 16; byte & 128; scale *= 128) {
    if (scale > 2 ** 45) throw broken('an object has no length')
    byte = takeByte(reader)
    byteLength += (byte & 127) * scale
  }
  return { number, byteLength }
}

/** The base of a delta: its id, or the place in the pack where it begins. */
function readBase(reader: ByteReader, number: number, offset: number): string | number {
  if (number === refDelta) {
    if (reader.rest.length < hashByteLength) throw cut()
    return reader.take(hashByteLength).toString('hex')
  }
  if (number !== offsetDelta) throw broken(`there is no type ${number}`)
  let byte = takeByte(reader)
  let distance = byte & 127
  while (byte & 128) {
    byte = takeByte(reader)
    // One is added so that each distance can be written in one way only.
    distance = (distance + 1) * 128 + (byte & 127)
    if (distance > offset) break
  }
  if (distance === 0 || distance > offset) throw broken('the base of a delta is not before it')
  return offset - distance
}
