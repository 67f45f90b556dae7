import { describe, expect, test } from 'vitest'
import { chunkLengthMax } from '../../lib/xet/chunker.ts'
import { formatHash, hashChunk } from '../../lib/xet/hashes.ts'
import { compressChunk } from '../../lib/xet/lz4.ts'
import { Xorb } from '../../lib/xet/xorb.ts'
import { readVega } from '../facts/samples.ts'
import fc, { runs } from '../random.ts'
import { numberedChunks, randomBytes, triggeringBytes } from './generated.ts'
import { readLz4, readXorb } from './read-xorb.ts'
import { splitBytes } from './split.ts'

const officialName = 'f0c2c759d65fe6191f1fc3a8d056c134e7c03270f35e2c5dd740d4f1d511f377'
const officialXorb =
  'ALoAAAFAIAAEIk0YYECCqwAAAP9xmjQqIp9LfuBG7AzET+yyfH8yY7IssK5++uvNrvx6IwoUZdZFwQhzaZ7keG+Iosb707f9/KSTPxC6onUXqiTN' +
  'u65M0q7TrwytkTsCRt61n+O2nL0z4moYMredjAoIF9RGCuoXIdv+J+xGMb90CXMPZRqfpdwPqjh9XKNe6yYoMVGAAP//////////////////////' +
  '///////////////////GYHUXqiTNuwAAAAAAugAAAQAgAAQiTRhgQIKrAAAA/3GuTNKu068MrZE7AkbetZ/jtpy9M+JqGDK3nYwKCBfURgrqFyHb' +
  '/ifsRjG/dAlzD2Uan6XcD6o4fVyjXusmKDFRmjQqIp9LfuBG7AzET+yyfH8yY7IssK5++uvNrvx6IwoUZdZFwQhzaZ7keG+Iosb707f9/KSTPxC6' +
  'onUXqiTNu4AA/////////////////////////////////////////4ZgdReqJM27AAAAAAC6AAABwB8ABCJNGGBAgqsAAAD/ca5M0q7TrwytkTsC' +
  'Rt61n+O2nL0z4moYMredjAoIF9RGCuoXIdv+J+xGMb90CXMPZRqfpdwPqjh9XKNe6yYoMVGaNCoin0t+4EbsDMRP7LJ8fzJjsiywrn76682u/Hoj' +
  'ChRl1kXBCHNpnuR4b4iixvvTt/38pJM/ELqidReqJM27gAD/////////////////////////////////////////RmBe6yYoMVEAAAAA'

const fill = (xorb: Xorb, chunks: readonly Uint8Array[]) => chunks.map((chunk) => xorb.add(chunk, hashChunk(chunk)))

describe('LZ4', () => {
  /** As likely to repeat as not, near and far. */
  const bytes = fc
    .array(fc.tuple(fc.nat(3), fc.integer({ min: 0, max: 400 }), fc.nat(70_000)), { maxLength: 300 })
    .map((steps) => {
      let made = Buffer.alloc(0)
      for (const [kind, length, back] of steps) {
        const again = made.subarray(Math.max(0, made.length - back)).subarray(0, length)
        made = Buffer.concat([
          made,
          kind === 0 ? randomBytes(length, back) : kind === 1 ? Buffer.alloc(length, back) : again,
        ])
      }
      return made.subarray(0, chunkLengthMax)
    })

  test('what was compressed comes back, and is shorter', () => {
    let compressed = 0
    fc.assert(
      fc.property(bytes, (chunk) => {
        const frame = compressChunk(chunk)
        if (frame === null) return
        compressed++
        expect(frame.length).toBeLessThan(chunk.length)
        expect(readLz4(Buffer.from(frame)).equals(chunk)).toBe(true)
      }),
      { numRuns: runs(200) },
    )
    expect(compressed).toBeGreaterThan(100)
  })

  test('lengths at the edges of what a token holds come back', () => {
    for (const repeated of [5, 11, 12, 13, 100]) {
      // The end of the chunk is repeated as well as its beginning, and may not be taken for a match.
      const chunk = Buffer.concat([randomBytes(repeated, 5), Buffer.alloc(100, 1), randomBytes(repeated, 5)])
      expect(readLz4(Buffer.from(compressChunk(chunk)!)).equals(chunk)).toBe(true)
    }
    for (const literals of [0, 1, 14, 15, 16, 64, 65, 269, 270, 271, 525]) {
      for (const repeated of [4, 18, 19, 20, 273, 274, 275, 600]) {
        const chunk = Buffer.concat([
          Buffer.alloc(30, 1),
          randomBytes(literals, 9),
          Buffer.alloc(repeated, 1),
          randomBytes(12, 8),
        ])
        const frame = compressChunk(chunk)
        if (frame !== null) expect(readLz4(Buffer.from(frame)).equals(chunk)).toBe(true)
      }
    }
  })

  test('a match reaches 65,535 bytes back, and not one more', () => {
    const mark = randomBytes(300, 1)
    for (const distance of [65_534, 65_535, 65_536, 65_537]) {
      const between = randomBytes(distance - mark.length, 2)
      const chunk = Buffer.concat([mark, between, mark, Buffer.alloc(400, 7)])
      expect(readLz4(Buffer.from(compressChunk(chunk)!)).equals(chunk)).toBe(true)
    }
  })

  test('what does not get shorter is left as it is', () => {
    for (const chunk of [new Uint8Array(0), new Uint8Array(1), new Uint8Array(20), randomBytes(100_000, 3)])
      expect(compressChunk(chunk)).toBeNull()
  })
})

describe('a xorb', () => {
  test('holds what was put into it, under the name that its bytes have', () => {
    for (const bytes of [
      readVega('weather.csv'),
      randomBytes(300_000, 4),
      triggeringBytes(100_000, 3),
      Buffer.from('a'),
    ]) {
      const chunks = splitBytes(bytes)
      const xorb = new Xorb()
      expect(fill(xorb, chunks)).toEqual(chunks.map((_, index) => index))
      const sent = Buffer.concat(xorb.parts)
      const read = readXorb(sent)
      expect([read.name, sent.length, xorb.rawLength]).toEqual([
        formatHash(xorb.finish()),
        xorb.byteLength,
        bytes.length,
      ])
      expect(Buffer.concat(read.chunks.map((chunk) => chunk.bytes)).equals(bytes)).toBe(true)
    }
  })

  test('that of the official client is read as its name says', () => {
    // Sent by hf_xet 1.6.0 for `triggeringBytes(65_536, 0)`.
    expect(readXorb(Buffer.from(officialXorb, 'base64')).name).toBe(officialName)
  })

  test('takes no more than the service does, compressed or not', () => {
    const chunks = splitBytes(numberedChunks(Array.from({ length: 22 }, (_, index) => index))).slice(1)
    const lengthMax = 18 * (chunks[0]!.length + 8)
    const xorb = new Xorb(lengthMax)
    expect(fill(xorb, chunks)).toEqual(chunks.map((_, index) => (index < 18 ? index : null)))
    expect(fill(new Xorb(lengthMax - 1), chunks)[17]).toBeNull()
    expect(() => new Xorb(131_079)).toThrow(RangeError)
    const small = new Xorb()
    for (let index = 0; index < 8192; index++) expect(small.add(Uint8Array.of(1), randomBytes(32, 1))).toBe(index)
    expect(small.add(Uint8Array.of(1), randomBytes(32, 1))).toBeNull()
  })

  test('that has a name takes nothing any more, and tells no place before', () => {
    const xorb = new Xorb()
    fill(xorb, [Uint8Array.of(1)])
    expect(() => xorb.locate(0)).toThrow(TypeError)
    const hash = xorb.finish()
    expect(fill(xorb, [Uint8Array.of(2)])).toEqual([null])
    expect(xorb.absorb(new Xorb())).toBe(false)
    expect(xorb.locate(0)).toEqual({ hash, index: 0 })
  })

  test('that was absorbed finds its chunks in the other one, which is as if it had been filled with both', () => {
    const chunks = splitBytes(numberedChunks([1, 2, 3, 4, 5]))
    const [first, second, third] = [new Xorb(), new Xorb(), new Xorb()]
    fill(first, chunks.slice(0, 2))
    fill(second, chunks.slice(2, 3))
    fill(third, chunks.slice(3))
    expect([second.absorb(third), first.absorb(second)]).toEqual([true, true])
    const whole = new Xorb()
    fill(whole, chunks)
    expect(first.finish()).toEqual(whole.finish())
    expect(Buffer.concat(first.parts).equals(Buffer.concat(whole.parts))).toBe(true)
    expect([first.byteLength, first.rawLength]).toEqual([whole.byteLength, whole.rawLength])
    expect([second.locate(0).index, third.locate(0).index, third.locate(1).index]).toEqual([2, 3, 4])
    expect(third.add(chunks[0]!, hashChunk(chunks[0]!))).toBeNull()
    const [short, long] = [new Xorb(131_080), new Xorb()]
    fill(long, splitBytes(randomBytes(140_000, 1)))
    expect([short.absorb(long), long.chunks.length > 0]).toEqual([false, true])
  })
})
