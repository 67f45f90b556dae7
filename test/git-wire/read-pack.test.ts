/** Packs that lie, end too early, or hold more than anybody wants: right objects or none, and always an end. */
import { randomBytes } from 'node:crypto'
import { constants, deflateRawSync, deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import fc, { runs } from '../random.ts'
import { blobId, cutAt, formatDelta, formatObject, formatPack, read } from './packs.ts'

const blob = 3
const offsetDelta = 6
const refDelta = 7
const text = Buffer.from('one line\nand another\n')
const one = formatObject(blob, text)
const idOf = (body: Buffer) => Buffer.from(blobId(body), 'hex')
/** The text with something after it. */
const longer = (more: string, base = text) => Buffer.concat([base, Buffer.from(more)])
const longerDelta = (more: string, base = text) =>
  formatDelta(base.length, base.length + more.length, [[0, base.length], Buffer.from(more)])

describe('deltas', () => {
  it('are put together whether their bases come before or after them', async () => {
    // Each is what differs from the one before it, and the whole one comes last.
    const bodies = ['', 'a', 'b', 'c', 'd'].map((_, index, all) => longer(all.slice(0, index + 1).join('')))
    const deltas = bodies
      .slice(1)
      .map((body, index) =>
        formatObject(refDelta, longerDelta(body.toString().slice(bodies[index]!.length), bodies[index]), {
          base: idOf(bodies[index]!),
        }),
      )
    const objects = [formatObject(blob, text), ...deltas]
    for (const order of [objects, objects.toReversed()]) {
      const { objects: found, end } = await read(formatPack(order))
      expect([end, [...found.keys()].toSorted()]).toEqual([0, bodies.map(blobId).toSorted()])
    }
  })

  it('may refer to one that waits by its place, and be as many as a pack can have', async () => {
    const count = 5_000
    const parts = [formatObject(refDelta, longerDelta('a'), { base: idOf(text) })]
    let body = longer('a')
    for (let index = 1; index < count; index += 1) {
      const next = Buffer.concat([text, Buffer.from(String(index))])
      const delta = formatDelta(body.length, next.length, [next])
      parts.push(formatObject(offsetDelta, delta, { base: Buffer.from([parts.at(-1)!.length]) }))
      body = next
    }
    const { objects, end } = await read(formatPack([...parts, formatObject(blob, text)]))
    expect([end, objects.size, objects.has(blobId(body))]).toEqual([0, count + 1, true])
  })

  it('of what is not in the pack are left out', async () => {
    const pack = formatPack([formatObject(refDelta, longerDelta('a'), { base: idOf(text) })])
    expect((await read(pack)).end).toBe(1)
  })

  it('that wait for one another in a circle are left out', async () => {
    const [id, other] = [randomBytes(20), randomBytes(20)]
    const pack = formatPack([
      formatObject(refDelta, longerDelta('a'), { base: id }),
      formatObject(refDelta, longerDelta('b'), { base: other }),
      formatObject(blob, text),
    ])
    expect(await read(pack)).toEqual({ end: 2, objects: new Map([[blobId(text), { type: 'blob', body: text }]]) })
  })

  it.each([
    ['another base', formatDelta(text.length + 1, 5, [[0, 5]])],
    ['a part that the base does not have', formatDelta(text.length, 5, [[text.length - 4, 5]])],
    ['a part far beyond', formatDelta(text.length, 5, [[2 ** 32 - 1, 5]])],
    ['more than it says', formatDelta(text.length, 5, [[0, 6]])],
    ['less than it says', formatDelta(text.length, 5, [[0, 4]])],
    ['a step that git reserves', Buffer.concat([formatDelta(text.length, 5, []), Buffer.from([0])])],
    ['no steps', formatDelta(text.length, 5, [])],
    ['bytes that it does not have', Buffer.concat([formatDelta(text.length, 5, []), Buffer.from([5, 1])])],
    ['a step that breaks off', Buffer.concat([formatDelta(text.length, 5, []), Buffer.from([255, 0])])],
    ['lengths that break off', Buffer.from([128, 128])],
    ['lengths without an end', Buffer.alloc(40, 255)],
  ])('with %s end the reading', async (_, delta) => {
    const { objects, end } = await read(
      formatPack([formatObject(blob, text), formatObject(refDelta, delta, { base: idOf(text) })]),
    )
    expect([[...objects.keys()], end]).toEqual([
      [blobId(text)],
      expect.stringMatching(/^Cannot read git's answer: a delta /),
    ])
  })
})

describe('an object that is longer than wanted', () => {
  const large = Buffer.alloc(3_000_000, 'large ')

  it('is left out with all that refers to it, and the others come', async () => {
    const whole = formatObject(blob, large)
    const delta = formatObject(offsetDelta, formatDelta(large.length, 5, [[0, 5]]), {
      base: formatDistance(whole.length),
    })
    const grown = formatObject(
      refDelta,
      formatDelta(
        text.length,
        2_000,
        Array.from({ length: 100 }, () => [0, 20] as const),
      ),
      { base: idOf(text) },
    )
    const pack = formatPack([whole, delta, grown, formatObject(blob, text), formatObject(blob, Buffer.alloc(0))])
    const { objects, end } = await read(pack, { byteLengthMax: 1_000 }, cutAt(pack, [500, 2_000]))
    expect([end, [...objects.keys()].toSorted()]).toEqual([3, [blobId(text), blobId(Buffer.alloc(0))].toSorted()])
  })

  it('comes whole where it is wanted, however it is cut', async () => {
    const random = randomBytes(2_000_000)
    const pack = formatPack([large, random, text].map((body) => formatObject(blob, body)))
    const places = Array.from({ length: pack.length / 9_973 }, (_, index) => index * 9_973)
    expect([...(await read(pack, {}, cutAt(pack, places))).objects.keys()]).toEqual([large, random, text].map(blobId))
  })

  it('is not unpacked to its end where it has more bytes than it says', async () => {
    for (const byteLength of [10, 2_000_000]) {
      const bomb = formatObject(blob, large, { byteLength })
      const { objects, end } = await read(formatPack([bomb]), { byteLengthMax: 1_000 })
      expect([objects.size, end]).toEqual([
        0,
        expect.stringMatching(/another length than it says|larger than 11 bytes/),
      ])
    }
  })
})

describe('memory', () => {
  it('holds no more than it may: a delta whose base made way is left out', async () => {
    const bodies = Array.from({ length: 50 }, (_, index) => Buffer.from(`${index}`.padEnd(10_000, 'x')))
    const first = formatObject(refDelta, formatDelta(10_000, 5, [[0, 5]]), { base: idOf(bodies[0]!) })
    const last = formatObject(refDelta, formatDelta(10_000, 6, [[0, 6]]), { base: idOf(bodies[49]!) })
    const pack = formatPack([...bodies.map((body) => formatObject(blob, body)), first, last])
    expect((await read(pack)).end).toBe(0)
    const { objects, end } = await read(pack, { keptBytesMax: 100_000 })
    expect([end, objects.size]).toEqual([1, 51])
    // An object that is longer than all of it makes none of the others go.
    const longest = formatObject(blob, Buffer.alloc(200_000))
    const after = formatPack([formatObject(blob, bodies[0]!), longest, first])
    expect((await read(after, { keptBytesMax: 100_000 })).end).toBe(0)
    // Deltas that wait count as well.
    const early = formatPack([first, ...bodies.map((body) => formatObject(blob, body))])
    expect((await read(early, { keptBytesMax: 200 })).end).toBe(1)
  })

  it('holds one object that was made, however many wait for the same base', async () => {
    const grown = ['a', 'b', 'c'].map((more) =>
      formatObject(refDelta, longerDelta(more.repeat(100), text), { base: idOf(text) }),
    )
    // There is room for the base, the deltas, and the first object that they make, which is given before the next one is.
    const { objects, end } = await read(formatPack([...grown, one]), { totalBytesMax: 1_100 })
    expect([[...objects.keys()], end]).toEqual([
      [blobId(text), blobId(longer('c'.repeat(100)))],
      expect.stringMatching(/more than 1100 bytes/),
    ])
  })

  it('is not filled by many objects that are small, nor by deltas that make much of little', async () => {
    const empty = formatPack(Array<Buffer>(2_000).fill(formatObject(blob, Buffer.alloc(0))))
    expect((await read(empty, { totalBytesMax: 100_000 })).end).toMatch(/more than 100000 bytes/)
    const seed = Buffer.alloc(65_536)
    const bombs = Array.from({ length: 100 }, (_, index) =>
      formatObject(
        refDelta,
        formatDelta(
          seed.length,
          6_553_600 + index,
          Array.from({ length: 100 }, () => [0, 65_536] as const),
        ),
        { base: idOf(seed) },
      ),
    )
    const { end } = await read(formatPack([formatObject(blob, seed), ...bombs]), { totalBytesMax: 1_000_000 })
    expect(end).toMatch(/more than 1000000 bytes/)
  })
})

it.each([
  ['nothing', Buffer.alloc(0)],
  ['another file', Buffer.from('<html>'.padEnd(100))],
  ['another version', Buffer.concat([Buffer.from('PACK\0\0\0\x09\0\0\0\0', 'latin1'), Buffer.alloc(20)])],
  ['fewer objects than it says', formatPack([one], 2)],
  ['as many objects as a number can say', formatPack([one], 2 ** 32 - 1)],
  ['more objects than it says', formatPack([one, one], 1)],
  ['something after its end', Buffer.concat([formatPack([one]), Buffer.from('x')])],
  ['another hash', Buffer.concat([formatPack([one]).subarray(0, -1), Buffer.from('x')])],
  ['a type that there is not', formatPack([formatObject(5, text)])],
  ['a type that there was never', formatPack([formatObject(0, text)])],
  ['an object that is longer than it says', formatPack([formatObject(blob, text, { byteLength: 5 })])],
  ['an object that is shorter than it says', formatPack([formatObject(blob, text, { byteLength: 500 })])],
  ['a length without an end', formatPack([Buffer.alloc(30, 0xbf)])],
  ['an object that is not compressed', formatPack([formatObject(blob, text, { packed: Buffer.alloc(50, 'x') })])],
  ['an object without the wrapper of zlib', formatPack([formatObject(blob, text, { packed: deflateRawSync(text) })])],
  ['a sum that is wrong', formatPack([Buffer.concat([one.subarray(0, -1), Buffer.from('x')])])],
  ['a base at its own place', formatPack([formatObject(offsetDelta, text, { base: Buffer.from([0]) })])],
  ['a base before the pack', formatPack([formatObject(offsetDelta, text, { base: Buffer.from([100]) })])],
  ['a base without an end', formatPack([formatObject(offsetDelta, text, { base: Buffer.alloc(25, 255) })])],
])('a pack with %s is none', async (_, pack) => {
  expect((await read(pack)).end).toMatch(/^Cannot read git's answer: /)
})

it('an object may be compressed badly, or not at all', async () => {
  const parts = Array.from({ length: 200 }, () => Buffer.from([0, 0, 0, 255, 255]))
  const packed = deflateSync(text, { level: 0 })
  // 200 empty blocks before the one with the text.
  const silly = Buffer.concat([packed.subarray(0, 2), ...parts, packed.subarray(2)])
  const other = randomBytes(70_000)
  const stored = deflateSync(other, { level: 0, strategy: constants.Z_HUFFMAN_ONLY })
  const pack = formatPack([formatObject(blob, text, { packed: silly }), formatObject(blob, other, { packed: stored })])
  expect([...(await read(pack)).objects.keys()]).toEqual([blobId(text), blobId(other)])
})

it('a byte that is changed, and an end that is missing, never give a wrong object', () => {
  const delta = formatObject(refDelta, longerDelta('a'), { base: idOf(text) })
  const pack = formatPack([
    one,
    delta,
    formatObject(offsetDelta, longerDelta('b'), { base: formatDistance(one.length + delta.length) }),
    formatObject(blob, Buffer.alloc(100_000, 'x')),
  ])
  return fc.assert(
    fc.asyncProperty(fc.nat(pack.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), async (at, flip, cut) => {
      const changed = Buffer.from(pack)
      changed[at]! ^= flip
      expect((await read(cut ? pack.subarray(0, at) : changed)).end).toMatch(/^Cannot read git's answer: /)
    }),
    { numRuns: runs(200) },
  )
})

/** How far back a base is, as packs write it. */
function formatDistance(distance: number): Buffer {
  const bytes = [distance & 127]
  for (let rest = distance >> 7; rest > 0; rest >>= 7) bytes.unshift(128 | (--rest & 127))
  return Buffer.from(bytes)
}
