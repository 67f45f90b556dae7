import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { formatHash } from '../../lib/xet/hashes.ts'
import { formatShards, type FileEntry, type XorbEntry } from '../../lib/xet/shard.ts'
import { assemble } from './assemble.ts'
import { numberedChunks, randomHash } from './generated.ts'
import { files } from './known-files.ts'
import { readShard } from './read-shard.ts'

/** As the official client writes it, which does not tell how long xorbs are as they are sent. */
function withoutLengths(shard: Buffer): Buffer {
  const { files: entries, xorbs } = readShard(shard)
  const copy = Buffer.from(shard)
  let at = 48 * (2 + entries.reduce((sum, { terms }) => sum + 2 + 2 * terms.length, 0))
  for (const { chunks } of xorbs) {
    copy.writeUInt32LE(0, at + 44)
    at += 48 * (1 + chunks.length)
  }
  return copy
}

const entries = (count: number): { xorbs: XorbEntry[]; files: FileEntry[] } => ({
  xorbs: Array.from({ length: count }, (_, index) => ({
    hash: randomHash(index + 1),
    byteLength: index * 7,
    chunks: Array.from({ length: index + 1 }, (__, at) => ({ hash: randomHash(at + 100), byteLength: at + 9 })),
  })),
  files: Array.from({ length: count }, (_, index) => ({
    hash: randomHash(index + 200),
    sha256: String(index % 10).repeat(64),
    terms: Array.from({ length: index }, (__, at) => ({
      xorb: randomHash(at + 1),
      start: at,
      end: at + 2,
      byteLength: 2 ** 32 - 1 - at,
      proof: randomHash(at + 50),
    })),
  })),
})

test.each(files)('of %s it is, byte for byte, what the official client sends', (name, hash, shard, read) => {
  const { shards, files: told } = assemble([read()])
  expect(told.map((file) => formatHash(file.hash))).toEqual([hash])
  expect(shards).toHaveLength(1)
  expect([name, createHash('sha256').update(withoutLengths(shards[0]!)).digest('hex')]).toEqual([name, shard])
})

describe('what is written', () => {
  test('is read back', () => {
    const { xorbs, files: told } = entries(4)
    const [shard, ...others] = formatShards(xorbs, told)
    const read = readShard(shard!)
    expect([others.length, read.rest.length]).toEqual([0, 0])
    expect(read.files).toEqual(
      told.map(({ hash, sha256, terms }) => ({
        hash: formatHash(hash),
        sha256,
        terms: terms.map(({ xorb, proof, ...term }) => ({ ...term, xorb: formatHash(xorb), proof: formatHash(proof) })),
      })),
    )
    expect(read.xorbs.map(({ hash, byteLength }) => [hash, byteLength])).toEqual(
      xorbs.map(({ hash, byteLength }) => [formatHash(hash), byteLength]),
    )
    expect(read.xorbs.map(({ rawLength }) => rawLength)).toEqual([9, 19, 30, 42])
    expect(read.xorbs[3]!.chunks.map(({ start, byteLength }) => [start, byteLength])).toEqual([
      [0, 9],
      [9, 10],
      [19, 11],
      [30, 12],
    ])
  })

  test('is nothing for nothing', () => {
    expect([...formatShards([], [])]).toEqual([])
  })

  test('goes into as few shards as hold it, all of them whole, the xorbs first', () => {
    const { xorbs, files: told } = entries(12)
    const [whole] = formatShards(xorbs, told)
    for (const lengthMax of [1_500, 2_000, 4_000]) {
      const shards = [...formatShards(xorbs, told, lengthMax)]
      expect(shards.length).toBeGreaterThan(1)
      expect(shards.length).toBeLessThan((2 * whole!.length) / lengthMax + 4)
      expect(shards.filter(({ length }) => length > lengthMax)).toEqual([])
      const read = shards.map(readShard)
      expect(read.flatMap((shard) => shard.xorbs)).toEqual(readShard(whole!).xorbs)
      expect(read.flatMap((shard) => shard.files)).toEqual(readShard(whole!).files)
      expect(read.findIndex((shard) => shard.files.length > 0)).toBeGreaterThanOrEqual(
        read.findLastIndex((shard) => shard.xorbs.length > 0),
      )
    }
    expect(() => [...formatShards(xorbs, told, 600)]).toThrow(RangeError)
  })

  test('names the object as the pointer does', () => {
    const bytes = numberedChunks([1])
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    expect(readShard(assemble([bytes]).shards[0]!).files.map((file) => file.sha256)).toEqual([sha256])
    const [file] = entries(1).files
    expect(() => [...formatShards([], [{ ...file!, sha256: 'x' }])]).toThrow(TypeError)
  })
})
