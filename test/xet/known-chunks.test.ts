import { describe, expect, test } from 'vitest'
import { parseAnswer, type Answer } from '../../lib/xet/answer.ts'
import { formatHash } from '../../lib/xet/hashes.ts'
import { isQueried, KnownChunks, QueryPace } from '../../lib/xet/known-chunks.ts'
import { formatShards } from '../../lib/xet/shard.ts'
import { nameXorb } from '../../lib/xet/xorb.ts'
import { assemble } from './assemble.ts'
import { formatAnswer } from './format-answer.ts'
import { numberedChunks, randomHash } from './generated.ts'

const hashOf = (number: number) => {
  const hash = new Uint8Array(32)
  new DataView(hash.buffer).setBigUint64(24, BigInt(number), true)
  return hash
}

describe('which chunks are asked for', () => {
  test('the first of a file, and those whose last eight bytes are a number that 1,024 divides', () => {
    expect([0, 1, 1023, 1024, 1025, 2048, 65_536, 2 ** 40].filter((each) => isQueried(hashOf(each), 5))).toEqual([
      0,
      1024,
      2048,
      65_536,
      2 ** 40,
    ])
    expect(isQueried(hashOf(1), 0)).toBe(true)
  })

  test('one in 4 MiB', () => {
    const pace = new QueryPace()
    const asked = Array.from({ length: 200 }, (_, index) =>
      pace.isDue({ hash: hashOf(index % 3 === 0 ? 1024 : 1), byteLength: 65_536 }) ? index : -1,
    )
    expect(asked.filter((index) => index !== -1)).toEqual([0, 66, 132, 198])
  })
})

describe('an answer', () => {
  const { shards, files, xorbs } = assemble([numberedChunks([1, 2, 3])])
  const [shard] = shards

  test('is read: key, time, xorbs and their chunks; files that may stand in it are passed over', () => {
    const hmacKey = randomHash(3)
    const answer = parseAnswer(formatAnswer(shard!, { hmacKey, expires: 1_800_000_000 }))!
    expect([answer.hmacKey, answer.expires]).toEqual([Buffer.from(hmacKey), 1_800_000_000])
    expect(answer.xorbs.map(({ hash, chunks }) => [formatHash(hash), chunks.length])).toEqual([
      [formatHash(files[0]!.terms[0]!.xorb), xorbs[0]!.chunks.length],
    ])
    const plain = parseAnswer(formatAnswer(shard!))!
    expect([plain.hmacKey, plain.expires]).toEqual([null, 2 ** 64])
    expect(plain.xorbs[0]!.chunks.map(({ hash, byteLength }) => [formatHash(hash), byteLength])).toEqual(
      xorbs[0]!.chunks.map(({ hash, byteLength }) => [formatHash(hash), byteLength]),
    )
  })

  test('that ends early anywhere, or is of another format, is none', () => {
    const bytes = formatAnswer(shard!)
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length)
      if (parseAnswer(cut) !== null) throw new Error(`${length} of ${bytes.length} bytes were taken for an answer`)
    }
    const changed = (at: number, byte: number) =>
      Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(at + 1)])
    const footerAt = bytes.length - 200
    expect(
      [changed(0, 1), changed(31, 1), changed(32, 3), changed(40, 0), changed(footerAt, 2), shard!].map(parseAnswer),
    ).toEqual(Array.from({ length: 6 }, () => null))
  })

  test('with as many chunks as a xorb may have is one, with one more it is none', () => {
    const [hash, sha256] = [randomHash(1), 'a'.repeat(64)]
    const answers = [8192, 8193].map((count) => {
      const chunks = Array.from({ length: count }, () => ({ hash, byteLength: 1 }))
      const [many] = formatShards([{ hash, chunks, byteLength: 1 }], [{ hash, sha256, terms: [] }])
      return parseAnswer(formatAnswer(many!))?.xorbs[0]!.chunks.length ?? null
    })
    expect(answers).toEqual([8192, null])
  })

  test('with a chunk or a xorb that cannot be is none', () => {
    const [, xorbsAt] = [0, Number(formatAnswer(shard!).readBigUInt64LE(formatAnswer(shard!).length - 200 + 16))]
    for (const [at, number] of [
      [xorbsAt + 36, 8193],
      [xorbsAt + 36, 2 ** 32 - 1],
      [xorbsAt + 48 + 36, 131_073],
      [48 + 36, 2 ** 32 - 1],
    ] as const) {
      const bytes = formatAnswer(shard!)
      bytes.writeUInt32LE(number, at)
      expect(parseAnswer(bytes)).toBeNull()
    }
  })
})

describe('what is remembered', () => {
  const xorb = nameXorb(randomHash(1))
  const told = (first: number, count: number): Answer => ({
    hmacKey: null,
    expires: 10,
    xorbs: [
      {
        hash: randomHash(1),
        chunks: Array.from({ length: count }, (_, at) => ({ hash: hashOf(first + at), byteLength: 5 })),
      },
    ],
  })

  test('is bounded: what came first is forgotten first', () => {
    const known = new KnownChunks(500)
    const find = (number: number) => known.find({ hash: hashOf(number), byteLength: 5 }, 0)?.index ?? null
    for (let index = 0; index <= 500; index++) known.remember(hashOf(index), { xorb, index, byteLength: 5 })
    expect([find(0), find(1), find(500)]).toEqual([null, 1, 500])
    const others = new KnownChunks(500)
    for (let answer = 0; answer < 3; answer++) others.learn(told(answer * 200, 200))
    const findOther = (number: number) => others.find({ hash: hashOf(number), byteLength: 5 }, 0)?.index ?? null
    expect([findOther(0), findOther(199), findOther(200), findOther(599)]).toEqual([null, null, 0, 199])
  })

  test('the chunk of this run is taken before that of an answer', () => {
    const known = new KnownChunks()
    known.learn(told(7, 1))
    const place = { xorb, index: 3, byteLength: 5 }
    known.remember(hashOf(7), place)
    expect(known.find({ hash: hashOf(7), byteLength: 5 }, 0)).toBe(place)
  })
})
