import { describe, expect, test } from 'vitest'
import { Chunker, chunkLengthMax } from '../../lib/xet/chunker.ts'
import { gearTable } from '../../lib/xet/gear-table.ts'
import fc, { createRandom, runs } from '../random.ts'
import { randomBytes, triggeringBytes } from './generated.ts'
import { randomEnds, triggeredLengths } from './known-files.ts'
import { splitBytes } from './split.ts'

const lengthsOf = (chunks: readonly Uint8Array[]) => chunks.map(({ length }) => length)

const table = [...gearTable.uppers].map(
  (upper, byte) => (BigInt.asUintN(32, BigInt(upper)) << 32n) | BigInt.asUintN(32, BigInt(gearTable.lowers[byte]!)),
)

/** The specification's own pseudocode, on numbers that have 64 bits. */
function splitSlowly(bytes: Uint8Array): number[] {
  const lengths: number[] = []
  let [hash, length] = [0n, 0]
  for (const byte of bytes) {
    hash = BigInt.asUintN(64, (hash << 1n) + table[byte]!)
    length++
    if (length < 8192 || (length < 131_072 && (hash & 0xffff000000000000n) !== 0n)) continue
    lengths.push(length)
    ;[hash, length] = [0n, 0]
  }
  return length > 0 ? [...lengths, length] : lengths
}

describe('known answers of xet-core', () => {
  test('random bytes are cut where they are cut there', () => {
    let end = 0
    expect(splitBytes(randomBytes(1_000_000, 0)).map(({ length }) => (end += length))).toEqual(randomEnds)
  })

  test('a boundary below the minimum is passed over, wherever it is', () => {
    expect(triggeredLengths).toHaveLength(128)
    for (const [padding, [first, later]] of triggeredLengths.entries()) {
      const lengths = lengthsOf(splitBytes(triggeringBytes(65_536, padding)))
      const count = Math.floor((65_536 - first) / later)
      const rest = 65_536 - first - count * later
      expect([padding, lengths]).toEqual([
        padding,
        [first, ...Array<number>(count).fill(later), ...(rest ? [rest] : [])],
      ])
    }
  })

  test('where no boundary is, the maximum is one', () => {
    expect(lengthsOf(splitBytes(new Uint8Array(1_000_000).fill(59)))).toEqual([
      ...Array<number>(7).fill(chunkLengthMax),
      1_000_000 - 7 * chunkLengthMax,
    ])
  })
})

describe('laws', () => {
  const bytes = randomBytes(600_000, 11)
  const whole = splitBytes(bytes)

  test('chunks are the same in whatever pieces the bytes come', () => {
    const piece = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300_000 }))
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (lengths) => {
        expect(lengthsOf(splitBytes(bytes, ...lengths))).toEqual(lengthsOf(whole))
      }),
      { numRuns: runs(30) },
    )
  })

  test('they are the file, cut as the pseudocode of the specification cuts it', () => {
    fc.assert(
      fc.property(fc.nat(300_000), fc.nat(1_000), fc.integer({ min: 1, max: 8 }), (byteLength, seed, repeated) => {
        const file = randomBytes(byteLength, seed).map((byte) => byte & (255 >> repeated))
        const chunks = splitBytes(file, 65_536)
        expect(Buffer.concat(chunks).equals(file)).toBe(true)
        expect(lengthsOf(chunks)).toEqual(splitSlowly(file))
      }),
      { numRuns: runs(8) },
    )
  })

  test('after an edit in the middle the chunks meet again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), fc.nat(5_000), fc.nat(5_000), (at, removed, added) => {
        const edited = Buffer.concat([bytes.subarray(0, at), randomBytes(added, 99), bytes.subarray(at + removed)])
        const chunks = splitBytes(edited)
        const known = new Set(whole.map((chunk) => Buffer.from(chunk).toString('base64')))
        const isNew = chunks.map((chunk) => !known.has(Buffer.from(chunk).toString('base64')))
        // Once they have met they go on alike.
        const first = isNew.indexOf(true)
        const after = isNew.lastIndexOf(true) + 1
        expect(isNew.slice(after)).not.toEqual([])
        expect(lengthsOf(chunks.slice(after))).toEqual(lengthsOf(whole).slice(-(chunks.length - after)))
        expect(lengthsOf(chunks.slice(0, Math.max(first, 0)))).toEqual(lengthsOf(whole).slice(0, Math.max(first, 0)))
      }),
      { numRuns: runs(30) },
    )
  })

  test('a chunker that has finished cuts the next file as a new one does', () => {
    const chunker = new Chunker()
    expect(chunker.finish()).toBeNull()
    const below = createRandom(5)
    for (let times = 0; times < 5; times++) {
      const chunks = [...chunker.push(bytes.subarray(0, below(200_000)))].map((chunk) => chunk.length)
      const rest = chunker.finish()?.length ?? 0
      const length = chunks.reduce((sum, each) => sum + each, rest)
      expect([...chunks, ...(rest > 0 ? [rest] : [])]).toEqual(lengthsOf(splitBytes(bytes.subarray(0, length))))
    }
  })
})
