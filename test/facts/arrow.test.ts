/** Schemas of Arrow data, and the dimensions of images. */
import { expect, test } from 'vitest'
import { addBatches, listBatches } from '../../lib/facts/arrow-batches.ts'
import { parseArrowFile, parseArrowStream } from '../../lib/facts/arrow.ts'
import { formatFacts } from '../../lib/facts/facts.ts'
import { parseImage } from '../../lib/facts/image.ts'
import fc, { runs } from '../random.ts'
import { factsOf, readSample, readVega, sampleTypes } from './samples.ts'

const types = [...sampleTypes, 'dictionary<string>']

test('the end of an Arrow file tells its schema and its batches', () => {
  const facts = factsOf(parseArrowFile(readSample('pyarrow.arrow').subarray(-2_000)))
  expect(facts.columns!.map(({ type }) => type)).toEqual(types)
  expect(formatFacts(facts)).toBe('9 columns, 2 batches')
  const flights = factsOf(parseArrowFile(readVega('flights-200k.arrow').subarray(-8_192)))
  expect(flights).toMatchObject({
    columns: [{ name: 'delay', type: 'int16' }, { name: 'distance' }, { name: 'time', type: 'float32' }],
    parts: 1,
  })
})

test.each([
  ['pyarrow.arrow', readSample('pyarrow.arrow'), '3 rows, 9 columns, 2 batches'],
  ['flights-200k.arrow', readVega('flights-200k.arrow'), '200,000 rows, 3 columns, 1 batch'],
])('the few bytes before each batch of %s tell its rows', (_, bytes, line) => {
  const facts = factsOf(parseArrowFile(bytes))
  const places = listBatches(bytes.subarray(-8_192))
  expect(places.every(({ from, to }) => to - from <= 1_024)).toBe(true)
  const batches = places.map(({ from, to }) => bytes.subarray(from, to))
  expect(formatFacts(addBatches(facts, batches))).toBe(line)
  // One batch that is missing or damaged leaves the number open.
  expect(addBatches(facts, batches.slice(1)).rows).toBeNull()
  expect(addBatches(facts, [...batches.slice(1), batches[0]!.subarray(0, 12)]).rows).toBeNull()
  expect(addBatches(facts, [...batches.slice(1), new Uint8Array(400)]).rows).toBeNull()
})

test('the beginning of an Arrow stream tells its schema alone', () => {
  const facts = factsOf(parseArrowStream(readSample('stream.arrow').subarray(0, 2_000)))
  expect(facts.columns!.map(({ type }) => type)).toEqual(types)
  expect(formatFacts(facts)).toBe('9 columns')
  expect(parseArrowStream(readSample('stream.arrow').subarray(0, 100))).toBeNull()
})

test('what is neither is told so, and damage anywhere ends at once', () => {
  const none = { misnamed: 'it is neither an Arrow file nor an Arrow stream' }
  expect(parseArrowFile(Buffer.from('a text'))).toEqual(none)
  expect(parseArrowStream(Buffer.from('a text, and a longer one'))).toEqual(none)
  const footer = readSample('pyarrow.arrow').subarray(-1_800)
  fc.assert(
    fc.property(fc.nat(footer.length - 11), fc.nat(255), (at, byte) => {
      const damaged = Uint8Array.from(footer)
      damaged[at] = byte
      expect(() => parseArrowFile(damaged)).not.toThrow()
      expect(() => listBatches(damaged)).not.toThrow()
    }),
    { numRuns: runs(300) },
  )
})

/**
 * A stream's first message, whose schema has two fields that are one and the same, as are the two children of each down
 * to `depth`: a few bytes that would make 2 ^ `depth` fields.
 */
function writeSharedFields(depth: number): Buffer {
  const blockByteLength = 36
  const message = Buffer.alloc(28 + (depth + 1) * blockByteLength)
  message.writeUInt32LE(16, 0)
  // The table of the message: a byte for the kind of its header, and the header.
  for (const [at, value] of [10, 12, 0, 8, 4].entries()) message.writeUInt16LE(value, 4 + 2 * at)
  message.writeInt32LE(12, 16)
  message.writeUInt32LE(28 + 16 - 20, 20)
  message.writeUInt8(1, 24)
  for (let level = 0; level <= depth; level += 1) {
    // The schema's fields are its second field, a field's children its sixth.
    const [at, slot] = [28 + level * blockByteLength, level === 0 ? 1 : 5]
    message.writeUInt16LE(16, at)
    message.writeUInt16LE(8, at + 2)
    message.writeUInt16LE(4, at + 4 + 2 * slot)
    message.writeInt32LE(16, at + 16)
    message.writeUInt32LE(4, at + 20)
    message.writeUInt32LE(level === depth ? 0 : 2, at + 24)
    for (const place of [28, 32]) message.writeUInt32LE(blockByteLength + 16 - place, at + place)
  }
  const start = Buffer.alloc(8)
  start.writeInt32LE(-1, 0)
  start.writeInt32LE(message.length, 4)
  return Buffer.concat([start, message])
}

test('a schema that leads to the same fields again and again ends at once', () => {
  expect(factsOf(parseArrowStream(writeSharedFields(3))).columns).toHaveLength(2)
  expect(parseArrowStream(writeSharedFields(60))).toEqual({
    misnamed: 'it is neither an Arrow file nor an Arrow stream',
  })
})

test('an image is told by its dimensions, and by its format where its name says another', () => {
  expect(formatFacts(factsOf(parseImage(readVega('7zip.png').subarray(0, 64), 'png')))).toBe('100 x 100 pixels')
  expect(parseImage(readVega('7zip.png'), 'jpg')).toEqual({ misnamed: 'it is a PNG image' })
  const jpeg = Buffer.from('ffd8ffe000104a46494600010101006000600000ffc0000b080010002001011100', 'hex')
  expect(factsOf(parseImage(jpeg, 'jpg')).pixels).toEqual({ width: 32, height: 16 })
  expect(factsOf(parseImage(Buffer.from('GIF89a\u0003\0\u0004\0', 'latin1'), 'gif')).pixels).toEqual({
    width: 3,
    height: 4,
  })
  const webp = Buffer.from('524946461a000000574542505650384c0d0000002f0240010000', 'hex')
  expect(factsOf(parseImage(webp, 'webp')).pixels).toEqual({ width: 3, height: 6 })
  expect(parseImage(Buffer.from('<html>404</html>'), 'png')).toEqual({
    misnamed: 'it does not begin as a PNG image does',
  })
  expect(parseImage(jpeg.subarray(0, 20), 'jpeg')).toBeNull()
})
