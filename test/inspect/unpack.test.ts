/** Text out of gzip: bounded by what comes out, whatever goes in. */
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { unpackGzip } from '../../lib/inspect/unpack.ts'

const text = (unpacked: Awaited<ReturnType<typeof unpackGzip>>) => unpacked && Buffer.from(unpacked.bytes).toString()

test('a whole file of several members is unpacked as a whole', async () => {
  const unpacked = await unpackGzip(Buffer.concat([gzipSync('id\n'), gzipSync('1\n')]), true, 100)
  expect([text(unpacked), unpacked!.isWhole]).toEqual(['id\n1\n', true])
})

test('a small file that would unpack to very much stops at the bound', async () => {
  const packed = gzipSync(Buffer.alloc(50_000_000))
  expect(packed.byteLength).toBeLessThan(50_000)
  const before = process.memoryUsage().arrayBuffers
  const unpacked = await unpackGzip(packed, true, 1_000_000)
  expect([unpacked!.bytes.byteLength, unpacked!.isWhole]).toEqual([1_000_000, false])
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000)
})

test('the beginning of a file gives the beginning of its text', async () => {
  const packed = gzipSync(Array.from({ length: 9_000 }, (_, row) => `${row},${Math.sin(row)}\n`).join(''))
  const unpacked = await unpackGzip(packed.subarray(0, 2_000), false, 1_000_000)
  expect([text(unpacked)!.slice(0, 4), unpacked!.isWhole]).toEqual(['0,0\n', false])
})

test.each([
  ['no gzip', Buffer.from('id,name\n'), true],
  ['no gzip at its beginning', Buffer.from('id,name\n'), false],
  ['cut', gzipSync('id,name\n').subarray(0, -4), true],
  ['damaged', Buffer.concat([gzipSync('id,name\n').subarray(0, -8), Buffer.alloc(8)]), true],
])('what is %s is nothing', async (_, packed, isWhole) => {
  expect(await unpackGzip(packed, isWhole, 100)).toBeNull()
})
