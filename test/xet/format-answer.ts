/** What the service answers when it has a chunk: the shard that others sent, with a footer, and chunks named under a key. */
import { hashUnderKey } from '../../lib/xet/hashes.ts'

/** `expires`: seconds since 1970; without one, the greatest number there is. */
export function formatAnswer(
  shard: Buffer,
  { hmacKey = new Uint8Array(32), expires }: { hmacKey?: Uint8Array; expires?: number } = {},
): Buffer {
  const bytes = Buffer.from(shard)
  const isKeyed = hmacKey.some((byte) => byte !== 0)
  const isEnd = (at: number) => bytes.subarray(at, at + 32).every((byte) => byte === 255)
  let at = 48
  while (!isEnd(at)) {
    const [flags, count] = [bytes.readUInt32LE(at + 32), bytes.readUInt32LE(at + 36)]
    at += 48 * (1 + count * (flags & (2 ** 31) ? 2 : 1) + (flags & (2 ** 30) ? 1 : 0))
  }
  const xorbsAt = at + 48
  for (at = xorbsAt; !isEnd(at); at += 48) {
    for (let count = bytes.readUInt32LE(at + 36); count > 0; count--) {
      at += 48
      if (isKeyed) bytes.set(hashUnderKey(bytes.subarray(at, at + 32), hmacKey), at)
    }
  }
  const footer = Buffer.alloc(200)
  // Then the three tables for looking up, all of them empty: the own client reads xorbs as far as to the first.
  const numbers = [1, 48, xorbsAt, bytes.length, 0, bytes.length, 0, bytes.length, 0]
  for (const [index, number] of numbers.entries()) footer.writeBigUInt64LE(BigInt(number), 8 * index)
  footer.set(hmacKey, 72)
  footer.writeBigUInt64LE(expires === undefined ? 2n ** 64n - 1n : BigInt(expires), 112)
  footer.writeBigUInt64LE(BigInt(bytes.length), 192)
  bytes.writeBigUInt64LE(200n, 40)
  return Buffer.concat([bytes, footer])
}
