/**
 * LZ4 as chunks of a xorb have it: one frame with one block (https://github.com/lz4/lz4/tree/dev/doc). What of npm does this
 * is unkept or ten times as large (decision 0062).
 */
import { chunkLengthMax } from './chunker.ts'

/**
 * How a frame begins: its mark, then that blocks stand alone and that there is no checksum (0x60), blocks of 256 kB at most (0x50),
 * and a byte of the hash of these two.
 */
const frameStart = [0x04, 0x22, 0x4d, 0x18, 0x60, 0x50, 0xfb]
const blockAt = frameStart.length + 4
/** Zeros instead of another block. */
const frameEndLength = 4

const matchLengthMin = 4
const distanceMax = 65_535
/** The format wants the last five bytes as they are, and no match in the last twelve. */
const [lastLiterals, lastMatch] = [5, 12]
const slotBits = 14

/** Where four bytes were seen last, by their hash. */
const seen = new Int32Array(1 << slotBits)
const frame = Buffer.alloc(blockAt + chunkLengthMax + frameEndLength)
frame.set(frameStart)

/** Writes what a length has above the 15 that are in its token, and returns where it ends. */
function writeRest(at: number, length: number): number {
  if (length < 15) return at
  let rest = length - 15
  for (; rest >= 255; rest -= 255) frame[at++] = 255
  frame[at++] = rest
  return at
}

/** Writes a token and bytes as they are, and returns where they end. */
function writeLiterals(at: number, bytes: Uint8Array, from: number, end: number): number {
  const length = end - from
  frame[at] = Math.min(length, 15) << 4
  let to = writeRest(at + 1, length)
  if (length > 64) frame.set(bytes.subarray(from, end), to)
  else for (let index = from; index < end; index++) frame[to++] = bytes[index]!
  return length > 64 ? to + length : to
}

/** Where what is the same from both places on ends, for the later place. */
function findEnd(bytes: Uint8Array, at: number, earlier: number): number {
  const end = bytes.length - lastLiterals
  while (at < end && bytes[at] === bytes[earlier]) {
    at++
    earlier++
  }
  return at
}

/** Writes the block, and returns where it ends; null where that could be behind `limit`. */
function writeBlock(bytes: Uint8Array, limit: number): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  seen.fill(-1)
  let to = blockAt
  let written = 0
  let misses = 0
  for (let at = 0; at + lastMatch < bytes.length;) {
    const word = view.getInt32(at, true)
    const slot = Math.imul(word, -1_640_531_535) >>> (32 - slotBits)
    const earlier = seen[slot]!
    const distance = at - earlier
    seen[slot] = at
    if (earlier === -1 || distance > distanceMax || view.getInt32(earlier, true) !== word) {
      // Where nothing repeats, less and less is looked at.
      at += 1 + (misses++ >> 6)
      continue
    }
    misses = 0
    const end = findEnd(bytes, at + matchLengthMin, earlier + matchLengthMin)
    if (to + (at - written) + (end - written) / 255 + 8 > limit) return null
    const token = to
    to = writeLiterals(to, bytes, written, at)
    frame[to++] = distance & 255
    frame[to++] = distance >> 8
    const more = end - at - matchLengthMin
    frame[token]! |= Math.min(more, 15)
    to = writeRest(to, more)
    at = end
    written = end
  }
  const rest = bytes.length - written
  return to + rest + rest / 255 + 2 > limit ? null : writeLiterals(to, bytes, written, bytes.length)
}

/** The frame of a chunk; null where it would not be shorter than the chunk. */
export function compressChunk(bytes: Uint8Array): Uint8Array | null {
  const end = writeBlock(bytes, bytes.length - frameEndLength)
  if (end === null) return null
  frame.writeUInt32LE(end - blockAt, frameStart.length)
  frame.writeUInt32LE(0, end)
  return Uint8Array.prototype.slice.call(frame, 0, end + frameEndLength)
}
