import { describe, expect, test } from 'vitest'
import { hashKeyed } from '../../lib/xet/blake3.ts'
import {
  formatHash,
  hashChunk,
  hashFile,
  hashTerm,
  hashUnderKey,
  HashTree,
  hashXorb,
  parseHash,
} from '../../lib/xet/hashes.ts'
import { randomHash } from './generated.ts'
import { blake3Hashes, blake3Key, trees } from './known-hashes.ts'

const bytesOf = (byteLength: number) => Uint8Array.from({ length: byteLength }, (_, index) => index % 251)

function treeOf(chunks: readonly { hash: Uint8Array; byteLength: number }[]): HashTree {
  const tree = new HashTree()
  for (const chunk of chunks) tree.add(chunk)
  return tree
}

describe('BLAKE3 with a key', () => {
  test('gives the hashes of its own test vectors, twice', () => {
    for (const [byteLength, hash] of [...blake3Hashes, ...blake3Hashes.toReversed()])
      expect([byteLength, Buffer.from(hashKeyed(Buffer.from(blake3Key), bytesOf(byteLength))).toString('hex')]).toEqual(
        [byteLength, hash],
      )
  })

  test('refuses what is longer than its memory, and another key', () => {
    expect(() => hashKeyed(new Uint8Array(32), new Uint8Array(256 * 1024))).not.toThrow()
    expect(() => hashKeyed(new Uint8Array(32), new Uint8Array(256 * 1024 + 1))).toThrow(RangeError)
    expect(() => hashKeyed(new Uint8Array(31), new Uint8Array(1))).toThrow(RangeError)
  })
})

describe('known answers', () => {
  test('xorbs and files of chunks have the hashes that xet-core gives them', () => {
    expect(trees).toHaveLength(18)
    for (const { chunks, xorb, file, key, keyed } of trees) {
      const nodes = chunks.map((seed) => ({ hash: randomHash(seed), byteLength: seed * 100 }))
      const isEmpty = chunks.length === 0
      const root = hashXorb(nodes)
      expect([formatHash(root), formatHash(hashFile(treeOf(nodes)))]).toEqual([xorb, file])
      expect(isEmpty ? keyed : formatHash(hashUnderKey(root, parseHash(key)!))).toBe(keyed)
    }
  })
})

describe('hashes as text', () => {
  test('each eight bytes are written the last one first', () => {
    const hash = Uint8Array.from({ length: 32 }, (_, index) => index)
    const text = '07060504030201000f0e0d0c0b0a0908171615141312111f1e1d1c1b1a1918'
    // The specification's example, which leaves a byte out (10).
    const whole = text.replace('1211', '121110')
    expect([formatHash(hash), parseHash(whole)]).toEqual([whole, Buffer.from(hash)])
  })

  test('what is no hash is none', () => {
    for (const text of ['', 'a'.repeat(63), 'A'.repeat(64), 'g'.repeat(64), `${'a'.repeat(64)}\n`])
      expect(parseHash(text)).toBeNull()
  })

  test('keys keep the kinds of hashes apart', () => {
    const bytes = randomHash(1)
    const made = [
      hashChunk(bytes),
      hashTerm(bytes),
      hashUnderKey(bytes, new Uint8Array(32)),
      hashUnderKey(bytes, bytes),
    ]
    expect(new Set(made.map(formatHash)).size).toBe(4)
  })
})
