/** Data that is made the same everywhere, as the tests of xet-core make theirs. */

const cut = (value: bigint) => BigInt.asUintN(64, value)

/** SplitMix64 (https://prng.di.unimi.it/splitmix64.c): numbers of 64 bits, without an end. */
function* splitMix(seed: bigint): Generator<bigint> {
  for (let state = cut(seed + 0x9e3779b97f4a7c15n); ; state = cut(state + 0x9e3779b97f4a7c15n)) {
    const mixed = cut((state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n)
    const again = cut((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn)
    yield again ^ (again >> 31n)
  }
}

function toBytes(words: Iterable<bigint>, byteLength: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(Math.ceil(byteLength / 8) * 8))
  let at = 0
  for (const word of words) {
    if (at >= byteLength) break
    view.setBigUint64(at, word, true)
    at += 8
  }
  return new Uint8Array(view.buffer, 0, byteLength)
}

/** `create_random_data` of xet-core's chunking.rs. */
export const randomBytes = (byteLength: number, seed: number) => toBytes(splitMix(BigInt(seed)), byteLength)

const rotate = (value: bigint, bits: bigint) => cut(value << bits) | (value >> (64n - bits))

function* xoshiro(seed: bigint): Generator<bigint> {
  const words = splitMix(seed)
  let [a, b, c, d] = Array.from({ length: 4 }, () => words.next().value as bigint) as [bigint, bigint, bigint, bigint]
  for (;;) {
    yield cut(rotate(cut(a + d), 23n) + a)
    const shifted = cut(b << 17n)
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotate(d, 45n)
  }
}

/** `MerkleHash::random_from_seed` of xet-core, by xoshiro256++; all zeros for 0, as its test of trees has it. */
export const randomHash = (seed: number) => (seed === 0 ? new Uint8Array(32) : toBytes(xoshiro(BigInt(seed)), 32))

/** A pattern in whose middle a boundary is, from the same file: repeated, each time after so many zeros. */
const pattern = Buffer.from(
  '9a342a229f4b7ee046ec0cc44fecb27c7f3263b22cb0ae7efaebcdaefc7a230a1465d645c10873699ee4786f88a2c6fbd3b7fdfca493' +
    '3f10baa27517aa24cdbbae4cd2aed3af0cad913b0246deb59fe3b69cbd33e26a1832b79d8c0a0817d4460aea1721dbfe27ec4631bf74' +
    '09730f651a9fa5dc0faa387d5ca35eeb26283151',
  'hex',
)

export function triggeringBytes(byteLength: number, padding: number): Uint8Array {
  return Buffer.alloc(byteLength, Buffer.concat([pattern, Buffer.alloc(padding)]))
}

/** Pieces that are cut where they end, each by its number: equal numbers are equal chunks. */
export function numberedChunks(numbers: Iterable<number>): Uint8Array {
  return Buffer.concat(
    Array.from(numbers, (number) =>
      Buffer.concat([pattern.subarray(64), Buffer.alloc(8_128, `chunk ${number}, `), pattern.subarray(0, 64)]),
    ),
  )
}

/** Many chunks, and then the same in short runs, in longer ones, and in short ones again with new ones between them. */
export function scatteredBytes(): Uint8Array {
  const runs = (count: number, length: number, step: number) =>
    Array.from({ length: count * length }, (_, at) => (Math.floor(at / length) * step + (at % length)) % 100)
  const mixed = Array.from({ length: 90 }, (_, at) => (at % 3 === 2 ? 1_000 + at : (at * 11) % 100))
  const first = Array.from({ length: 100 }, (_, at) => at)
  return numberedChunks([
    ...first,
    ...runs(200, 1, 7),
    ...runs(30, 5, 31),
    ...runs(12, 12, 17),
    ...mixed,
    ...runs(60, 3, 29),
  ])
}
