/** Objects between processes: memory stays flat whatever their size, and each byte passes once. */
import { expect, test } from 'vitest'
import { isLong } from '../random.ts'
import { measureCopy } from './streaming.ts'

const mb = 1024 * 1024
/** More than the memory that is allowed, so that no object is whole anywhere. */
const whole = (isLong ? 2048 : 264) * mb

test.each([
  { way: 'one large object', count: 1, byteLength: whole, partByteLength: 0 },
  { way: 'eight at once', count: 8, byteLength: whole / 8, partByteLength: 0 },
  { way: 'eight at once in parts that are kept', count: 8, byteLength: whole / 8, partByteLength: 16 * mb },
  {
    way: 'eight at once in parts that are too long to be kept',
    count: 8,
    byteLength: whole / 8,
    partByteLength: 20 * mb,
  },
])(
  '$way: at most 250 MB of memory, each byte down once and up once',
  { timeout: isLong ? 600_000 : 60_000 },
  async ({ count, byteLength, partByteLength }) => {
    const { rssBytesMax, given, taken, finished, sent } = await measureCopy({ count, byteLength, partByteLength })
    expect([given, taken, finished, sent]).toEqual([count * byteLength, count * byteLength, count, count])
    expect(rssBytesMax).toBeLessThanOrEqual(250_000_000)
    // What it measures is a process, not a number that is never filled in.
    expect(rssBytesMax).toBeGreaterThan(40_000_000)
  },
)
