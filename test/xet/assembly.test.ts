import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { parseAnswer } from '../../lib/xet/answer.ts'
import { FileAssembly } from '../../lib/xet/assembly.ts'
import { formatHash, hashChunk, hashTerm } from '../../lib/xet/hashes.ts'
import { KnownChunks } from '../../lib/xet/known-chunks.ts'
import { nameXorb } from '../../lib/xet/xorb.ts'
import fc, { runs } from '../random.ts'
import { assemble, type Assembled } from './assemble.ts'
import { formatAnswer } from './format-answer.ts'
import { numberedChunks, randomBytes, randomHash, scatteredBytes } from './generated.ts'
import { readShard } from './read-shard.ts'
import { readXorb } from './read-xorb.ts'
import { splitBytes } from './split.ts'

const key = randomBytes(32, 77)

/** What a service would have: chunks by xorb. */
type Store = Map<string, { bytes: Buffer; hash: Uint8Array }[]>

function store({ xorbs }: Assembled, into: Store = new Map()): Store {
  for (const xorb of xorbs) {
    const { name, chunks } = readXorb(Buffer.concat(xorb.parts))
    into.set(name, chunks)
  }
  return into
}

/** Puts each file together from what its shard says, as a service would, and tells those whose bytes are others. */
function findWrong({ shards }: Assembled, stored: Store, contents: readonly Uint8Array[]): string[] {
  const bySha = new Map(contents.map((bytes) => [createHash('sha256').update(bytes).digest('hex'), bytes]))
  const told = shards.flatMap((shard) => readShard(shard).files)
  return told.flatMap(({ sha256, terms }) => {
    const parts = terms.map(({ xorb, start, end }) => (stored.get(xorb) ?? []).slice(start, end))
    const isProven = terms.every(
      ({ proof, byteLength, end, start }, index) =>
        parts[index]!.length === end - start &&
        formatHash(hashTerm(Buffer.concat(parts[index]!.map(({ hash }) => hash)))) === proof &&
        parts[index]!.reduce((sum, { bytes }) => sum + bytes.length, 0) === byteLength,
    )
    const bytes = Buffer.concat(parts.flat().map((chunk) => chunk.bytes))
    return isProven && bytes.equals(bySha.get(sha256!) ?? Buffer.from('?')) ? [] : [sha256!]
  })
}

function learn(
  assembled: Assembled,
  options: { hmacKey?: Uint8Array; expires?: number } = { hmacKey: key },
): KnownChunks {
  const known = new KnownChunks()
  for (const shard of assembled.shards) known.learn(parseAnswer(formatAnswer(shard, options))!)
  return known
}

describe('files of one run', () => {
  const numbers = fc.array(fc.nat(12), { maxLength: 40 })

  test('are found whole in what was sent, and no chunk of one file was sent twice but for long runs', () => {
    fc.assert(
      fc.property(fc.array(numbers, { minLength: 1, maxLength: 5 }), fc.integer({ min: 20, max: 300 }), (lists, kB) => {
        const contents = lists.map((list) => numberedChunks(list))
        const assembled = assemble(contents, { xorbLengthMax: 131_080 + kB * 1_000 })
        expect(findWrong(assembled, store(assembled), contents)).toEqual([])
        const different = new Set(
          contents.flatMap((bytes) => splitBytes(bytes).map((each) => formatHash(hashChunk(each)))),
        )
        const sent = assembled.xorbs.reduce((sum, { chunks }) => sum + chunks.length, 0)
        expect(sent).toBe(different.size)
      }),
      { numRuns: runs(25) },
    )
  })

  test('in many short runs are found whole, too', () => {
    const contents = [scatteredBytes(), scatteredBytes().subarray(100_000)]
    const assembled = assemble(contents, { xorbLengthMax: 400_000 })
    expect(findWrong(assembled, store(assembled), contents)).toEqual([])
    const [first] = assembled.files
    expect(first!.terms.reduce((sum, { end, start }) => sum + end - start, 0) / first!.terms.length).toBeGreaterThan(2)
  })

  test('their last chunks share a xorb', () => {
    const contents = Array.from({ length: 30 }, (_, seed) => randomBytes(5_000, seed))
    const assembled = assemble(contents)
    expect(assembled.xorbs.map(({ chunks }) => chunks.length)).toEqual([30])
    expect(findWrong(assembled, store(assembled), contents)).toEqual([])
  })
})

test('a file refers to runs shorter than those before until these have 4 chunks on average, and then not until they have 8', () => {
  const assembly = new FileAssembly(new KnownChunks())
  const hash = randomHash(1)
  /** So many runs of stored chunks, each in a xorb of its own; returns how many chunks were sent again. */
  const add = (count: number, length: number) => {
    const before = assembly.newLength
    for (let run = 0; run < count; run++) {
      const xorb = nameXorb(hash)
      for (let index = 0; index < length; index++)
        assembly.add({ bytes: Uint8Array.of(1), hash }, { xorb, index, byteLength: 1 })
    }
    return assembly.newLength - before
  }
  expect(add(128, 3)).toBe(0)
  // What is held back is sent when the next run begins.
  expect([add(1, 2), add(1, 20)]).toEqual([0, 2])
  expect([add(60, 7), add(1, 2), add(1, 20)]).toEqual([0, 0, 2])
  expect([add(128, 20), add(100, 1)]).toEqual([0, 0])
  expect(add(28, 1)).toBe(19)
})

describe('what the service told of', () => {
  const base = randomBytes(600_000, 21)
  const earlier = assemble([base])
  const edited = Buffer.concat([base.subarray(0, 300_000), Buffer.from('edit'), base.subarray(300_000)])

  test.each([
    ['under a key', { hmacKey: key }],
    ['without one', {}],
  ])('%s is not sent again', (_, options) => {
    const assembled = assemble([edited], { known: learn(earlier, options) })
    expect(assembled.newLengths[0]).toBeLessThan(3 * 131_072)
    expect(assembled.newLengths[0]).toBeGreaterThan(0)
    expect(findWrong(assembled, store(assembled, store(earlier)), [edited])).toEqual([])
    const same = assemble([base], { known: learn(earlier, options) })
    expect([same.newLengths, same.xorbs, same.files[0]!.terms.length]).toEqual([[0], [], 1])
    expect(findWrong(same, store(earlier), [base])).toEqual([])
  })

  test('does not count after its time', () => {
    expect(assemble([base], { known: learn(earlier, { hmacKey: key, expires: 1 }) }).newLengths).toEqual([0])
    expect(assemble([base], { known: learn(earlier, { hmacKey: key, expires: 0 }) }).newLengths).toEqual([base.length])
  })

  test('under another key, or of another length, is no chunk of ours', () => {
    const answer = parseAnswer(formatAnswer(earlier.shards[0]!, { hmacKey: key }))!
    for (const wrong of [
      { ...answer, hmacKey: randomBytes(32, 78) },
      { ...answer, hmacKey: null },
      {
        ...answer,
        xorbs: answer.xorbs.map(({ hash, chunks }) => ({
          hash,
          chunks: chunks.map((chunk) => ({ hash: chunk.hash, byteLength: 1 })),
        })),
      },
    ]) {
      const known = new KnownChunks()
      known.learn(wrong)
      expect(assemble([base], { known }).newLengths).toEqual([base.length])
    }
  })
})
