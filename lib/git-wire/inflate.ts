/** Unpacks objects of a pack. What follows an object tells nothing of where it ends: only zlib finds that out. */
import { createInflate, inflateSync, type Inflate } from 'node:zlib'
import type { ByteReader } from './byte-reader.ts'
import { broken } from './failure.ts'

/** Up to so many bytes an object is unpacked at once, which takes 6 microseconds for a small one, a stream 75. */
const atOnceMax = 1_048_576
const pieceByteLength = 65_536

const wrongLength = () => broken('an object has another length than it says')
const noZlib = (error: Error) => broken(error.message)

/**
 * An object of so many bytes; a promise of it where more of the pack has to come first.
 * @throws {CutError} Where the pack ends within it.
 * @throws {IntegrityError} Where it is not compressed, or has another length.
 */
export function inflate(reader: ByteReader, byteLength: number): Buffer | Promise<Buffer> {
  if (byteLength > atOnceMax) return inflateLong(reader, byteLength)
  // Compressed it is no longer than this, unless somebody wants it to be. Twice as much is read, so that each byte is
  // moved twice at most.
  const most = byteLength + (byteLength >> 8) + 64
  const filled = reader.fill(most, 2 * most)
  const unpack = () => inflateAtOnce(reader, byteLength) ?? inflateLong(reader, byteLength)
  return filled === true ? unpack() : filled.then(unpack)
}

async function inflateLong(reader: ByteReader, byteLength: number): Promise<Buffer> {
  const body = Buffer.allocUnsafe(byteLength)
  let filled = 0
  await inflateByPieces(reader, byteLength, (piece) => {
    filled += piece.copy(body, filled)
  })
  return body
}

/** Null where the object goes on after what is here. */
function inflateAtOnce(reader: ByteReader, byteLength: number): Buffer | null {
  let unpacked: { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } }
  try {
    unpacked = inflateSync(reader.rest, {
      info: true,
      maxOutputLength: byteLength + 1,
      chunkSize: Math.max(64, byteLength + 1),
    }) as unknown as typeof unpacked
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR') return null
    throw noZlib(error as Error)
  }
  if (unpacked.buffer.length !== byteLength) throw wrongLength()
  reader.take(unpacked.engine.bytesWritten)
  return unpacked.buffer
}

/** Reads an object of so many bytes by its pieces, which are dropped where nobody takes them. Errors as `inflate`. */
export async function inflateByPieces(
  reader: ByteReader,
  byteLength: number,
  take: (piece: Buffer) => void = () => {},
): Promise<void> {
  const engine = createInflate({ chunkSize: pieceByteLength })
  let got = 0
  engine.on('data', (piece: Buffer) => {
    got += piece.length
    if (got <= byteLength) take(piece)
  })
  try {
    // It notices the end of the object only by what comes after it, which in a pack is another object or the hash.
    for (let ended = false; !ended;) {
      if (!(await reader.fill(1))) throw reader.end
      const before = engine.bytesWritten
      // Where nothing is taken nothing ever will be: not every runtime tells the end.
      ended = (await write(engine, reader.rest.subarray(0, pieceByteLength))) || engine.bytesWritten === before
      reader.take(engine.bytesWritten - before)
      if (got > byteLength) break
    }
  } finally {
    engine.destroy()
  }
  if (got !== byteLength) throw wrongLength()
}

/** Whether the object has ended with these bytes or before them. */
function write(engine: Inflate, bytes: Buffer): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const end = () => resolve(true)
    const fail = (error: Error) => reject(noZlib(error))
    engine.once('end', end).once('error', fail)
    engine.write(bytes, (error) => {
      engine.off('end', end)
      if (error) return fail(error)
      engine.off('error', fail)
      resolve(false)
    })
  })
}
