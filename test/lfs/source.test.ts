/** The one reader of an object's bytes: whatever breaks, what comes out is the object, or its last byte never does. */
import { describe, expect, test } from 'vitest'
import { Source } from '../../lib/lfs/source.ts'
import { BrokenError, IntegrityError, RemoteError } from '../../lib/model/errors.ts'
import { objectOf } from '../hubs/lfs-server.ts'
import fc, { runs } from '../random.ts'

/**
 * One connection: chunks of these lengths in turn, and after so many bytes it breaks, or ends as if it were complete.
 */
interface Line {
  readonly chunks: readonly number[]
  readonly after: number
  readonly how: 'breaks' | 'ends'
}

function streamOf(content: Uint8Array, { chunks, after, how }: Line): ReadableStream<Uint8Array> {
  async function* bytes() {
    const end = Math.min(after, content.length)
    for (let [at, turn] = [0, 0]; at < end; turn += 1) {
      const next = Math.min(end, at + chunks[turn % chunks.length]!)
      yield content.subarray(at, next)
      at = next
    }
    if (after <= content.length && how === 'breaks')
      throw new BrokenError('Cannot reach storage: the connection broke. Run again.')
  }
  return ReadableStream.from(bytes())
}

const noWaits = { sleep: () => Promise.resolve(), backoff: () => 0 }
const whole: Line = { chunks: [7], after: Infinity, how: 'ends' }

/** Opens each line in turn, then whole ones. */
function createSource(content: Uint8Array, lines: readonly Line[], stored = content) {
  const opened: number[] = []
  const source = new Source(
    {
      object: objectOf(content),
      open: async (from) => {
        opened.push(from)
        return streamOf(stored.subarray(from), lines[opened.length - 1] ?? whole)
      },
    },
    noWaits,
  )
  return { source, opened }
}

async function readAll(source: Source, byteLength: number, most = 11): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for (let left = byteLength; left > 0;) {
    const chunk = await source.read(Math.min(left, most))
    left -= chunk.byteLength
    chunks.push(Uint8Array.from(chunk))
  }
  return Buffer.concat(chunks)
}

const contents = fc.uint8Array({ minLength: 1, maxLength: 300 })
/** Always some bytes, so that it goes on. */
const line: fc.Arbitrary<Line> = fc.record({
  chunks: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
  after: fc.integer({ min: 4, max: 200 }),
  how: fc.constantFrom('breaks', 'ends'),
})

describe('a source', () => {
  test('gives the object, however its connections are cut and however it is read', async () => {
    await fc.assert(
      fc.asyncProperty(
        contents,
        fc.array(line, { maxLength: 8 }),
        fc.integer({ min: 1, max: 50 }),
        async (content, lines, most) => {
          const { source, opened } = createSource(content, lines)
          expect(await readAll(source, content.length, most)).toEqual(Buffer.from(content))
          expect(
            opened.every((from, index) => (index === 0 ? from === 0 : from > opened[index - 1]!)),
            'no byte is asked for twice',
          ).toBe(true)
        },
      ),
      { numRuns: runs(300) },
    )
  })

  test('gives it again from a mark on, as often as it is sent back', async () => {
    const steps = fc.array(
      fc.record({ byteLength: fc.integer({ min: 1, max: 60 }), again: fc.integer({ min: 0, max: 2 }) }),
      { minLength: 1, maxLength: 8 },
    )
    await fc.assert(
      fc.asyncProperty(contents, fc.array(line, { maxLength: 4 }), steps, async (content, lines, parts) => {
        const { source } = createSource(content, lines)
        const got: Buffer[] = []
        for (let [at, turn] = [0, 0]; at < content.length; turn += 1) {
          const { byteLength, again } = parts[turn % parts.length]!
          const length = Math.min(byteLength, content.length - at)
          const mark = source.mark()
          for (let times = 0; times < again; times += 1) {
            // Some way into it, or all of it.
            await readAll(source, times === 0 ? length : Math.ceil(length / 2))
            source.goBack(mark)
          }
          got.push(await readAll(source, length))
          at += length
        }
        expect(Buffer.concat(got)).toEqual(Buffer.from(content))
      }),
      { numRuns: runs(200) },
    )
  })

  test('never gives the last byte of anything else', async () => {
    await fc.assert(
      fc.asyncProperty(
        contents,
        fc.array(line, { maxLength: 4 }),
        fc.nat(),
        fc.constantFrom('flipped', 'longer', 'shorter'),
        async (content, lines, at, what) => {
          const other =
            what === 'longer'
              ? Buffer.concat([content, Buffer.from('!')])
              : Buffer.from(what === 'shorter' ? content.subarray(0, -1) : content)
          if (what === 'flipped') other[at % content.length]! ^= 1
          const { source } = createSource(content, lines, other)
          let came = 0
          const reading = (async () => {
            while (came < content.length) came += (await source.read(content.length - came)).byteLength
          })()
          const error = await reading.then(
            () => null,
            (reason: unknown) => reason,
          )
          // A connection that was cut right before a byte too many gave the object, and nothing else.
          if (what === 'longer' && error === null) {
            expect(lines).not.toEqual([])
            return
          }
          expect(error).toBeInstanceOf(IntegrityError)
          expect(came).toBeLessThan(content.length)
        },
      ),
      { numRuns: runs(200) },
    )
  })

  test('gives up after three breaks that brought next to nothing, and goes on after any number that brought more', async () => {
    const content = Buffer.alloc(1000, 'x')
    const stuck = createSource(content, [
      { ...whole, after: 500, how: 'breaks' },
      ...Array.from({ length: 9 }, (): Line => ({ chunks: [1], after: 1, how: 'breaks' })),
    ])
    await expect(readAll(stuck.source, 1000)).rejects.toThrow(
      /^Cannot download LFS object .* Cannot reach storage: the connection broke\. Run again\.$/,
    )
    expect(stuck.opened).toEqual([0, 500, 501])
    const slow = createSource(
      content,
      Array.from({ length: 99 }, (): Line => ({ chunks: [3], after: 10, how: 'breaks' })),
    )
    expect(await readAll(slow.source, 1000)).toEqual(content)
    expect(slow.opened).toHaveLength(100)
  })

  test('does not try again what is no broken connection', async () => {
    let opened = 0
    const open = () => {
      opened += 1
      return Promise.reject(new RemoteError('Cannot download: 404', 404))
    }
    await expect(new Source({ object: objectOf('x'), open }, noWaits).read(1)).rejects.toMatchObject({ status: 404 })
    expect(opened).toBe(1)
  })

  test('lets go of its connection when it is closed, and gives nothing more', async () => {
    let cancelled = false
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(Buffer.from('abc')),
      cancel: () => {
        cancelled = true
      },
    })
    const source = new Source({ object: objectOf('abcdef'), open: () => Promise.resolve(stream) }, noWaits)
    expect(Buffer.from(await source.read(2)).toString()).toBe('ab')
    source.close()
    await expect(source.read(1)).rejects.toThrow('its upload is over')
    expect(cancelled).toBe(true)
  })
})
