/** What a batch says, and until when its addresses are good. */
import { describe, expect, test } from 'vitest'
import { isGood, parseBatch, parseParts, type ObjectAnswer } from '../../lib/lfs/batch.ts'

const nowMs = Date.parse('2026-11-01T00:00:00Z')
const object = { oid: 'a'.repeat(64), byteLength: 1000 }
const parse = (actions: unknown) => {
  const answers = parseBatch(
    JSON.stringify({ objects: [{ oid: object.oid, size: 1000, actions }] }),
    [object],
    ['basic'],
    { nowMs, serverMs: nowMs },
  )
  return typeof answers === 'string' ? answers : answers[0]!
}

/** As CloudFront writes it: base64 of another alphabet. */
function policy(seconds: number): string {
  const json = JSON.stringify({
    Statement: [
      {
        Resource: 'https://cas-bridge.xethub.hf.co/x?>>>???*',
        Condition: { DateLessThan: { 'AWS:EpochTime': seconds } },
      },
    ],
  })
  return Buffer.from(json).toString('base64').replaceAll('+', '-').replaceAll('=', '_').replaceAll('/', '~')
}

describe('the time of an address', () => {
  test.each([
    ['a date', { expires_at: '2026-11-01T00:10:00Z' }, ''],
    ['a date in the signature', {}, '?X-Amz-Date=20261101T000000Z&X-Amz-Expires=600'],
    ['no date in the signature', {}, '?X-Amz-Expires=600'],
    ['seconds since the epoch', {}, `?Expires=${nowMs / 1000 + 600}`],
  ])("is counted by the server's clock, however wrong ours is (%s)", (_, more, query) => {
    const wrongMs = nowMs - 7_200_000
    const batch = JSON.stringify({
      objects: [
        { oid: object.oid, size: 1000, actions: { upload: { href: `https://s3.amazonaws.com/x${query}`, ...more } } },
      ],
    })
    const [answer] = parseBatch(batch, [object], ['basic'], { nowMs: wrongMs, serverMs: nowMs }) as ObjectAnswer[]
    expect(answer!.upload!.goodUntilMs).toBe(wrongMs + 600_000)
  })

  test.each([
    ['nothing', 'https://s3.amazonaws.com/x', {}, null],
    ['seconds from now', 'https://s3.amazonaws.com/x', { expires_in: 900 }, 900_000],
    ['a date', 'https://s3.amazonaws.com/x', { expires_at: '2026-11-01T00:10:00Z' }, 600_000],
    [
      'both, and clocks differ',
      'https://s3.amazonaws.com/x',
      { expires_in: 900, expires_at: '2026-10-31T23:00:00Z' },
      900_000,
    ],
    ['zero seconds, which say nothing', 'https://s3.amazonaws.com/x', { expires_in: 0 }, null],
    ['the year 1, which says nothing', 'https://s3.amazonaws.com/x', { expires_at: '0001-01-01T00:00:00Z' }, null],
    ['no date', 'https://s3.amazonaws.com/x', { expires_at: 'soon' }, null],
    ['its signature', 'https://s3.amazonaws.com/x?X-Amz-Expires=300&X-Amz-Signature=f', {}, 300_000],
    [
      'its signature, which has a date',
      'https://s3.amazonaws.com/x?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261031T235900Z&X-Amz-Expires=3600&X-Amz-Signature=f',
      {},
      3_540_000,
    ],
    [
      "CloudFront's signature",
      `https://cas-bridge.xethub.hf.co/x?Expires=${nowMs / 1000 + 3600}&Policy=eyJ9&Signature=f&Key-Pair-Id=K`,
      {},
      3_600_000,
    ],
    [
      "CloudFront's policy alone",
      `https://cas-bridge.xethub.hf.co/x?Policy=${policy(nowMs / 1000 + 60)}&Signature=f&Key-Pair-Id=K`,
      {},
      60_000,
    ],
    [
      "Google's signature",
      'https://storage.googleapis.com/x?X-Goog-Date=20261101T000000Z&X-Goog-Expires=120&X-Goog-Signature=f',
      {},
      120_000,
    ],
    ["Azure's signature", 'https://x.blob.core.windows.net/x?sv=1&se=2026-11-01T00%3A02%3A00Z&sig=f', {}, 120_000],
    [
      'the first of two ends',
      `https://cas-bridge.xethub.hf.co/x?X-Amz-Expires=3600&Expires=${nowMs / 1000 + 90}`,
      {},
      90_000,
    ],
    [
      'its signature, which ends before what is said beside it',
      'https://s3.amazonaws.com/x?X-Amz-Expires=300',
      { expires_in: 900 },
      300_000,
    ],
    [
      'the end of the upload in parts',
      'https://huggingface.co/api/complete_multipart?uploadId=1&expiration=2026-11-01T00%3A05%3A00.000Z&signature=f',
      {},
      300_000,
    ],
    ["no date of CloudFront's", 'https://cas-bridge.xethub.hf.co/x?Expires=soon&Policy=%7B', {}, null],
    ['a broken signature', 'https://s3.amazonaws.com/x?X-Amz-Expires=never', {}, null],
    [
      'the signature of its first part',
      'https://huggingface.co/api/complete',
      { header: { 'chunk_size': '500', '00001': 'https://s3.amazonaws.com/1?X-Amz-Expires=60' } },
      60_000,
    ],
  ])('is told by %s', (_, href, more, left) => {
    const { upload } = parse({ upload: { href, ...more } }) as ObjectAnswer
    expect(upload!.goodUntilMs).toBe(left === null ? null : nowMs + left)
  })

  test('ends half a minute early, or never', () => {
    const { upload } = parse({ upload: { href: 'https://s3.amazonaws.com/x', expires_in: 100 } }) as ObjectAnswer
    expect([0, 69_000, 70_000, 100_000].map((after) => isGood(upload!, nowMs + after))).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect(isGood({ ...upload!, goodUntilMs: null }, Infinity)).toBe(true)
  })
})

describe('the addresses of parts', () => {
  const upload = (header: Record<string, string>) =>
    (parse({ upload: { href: 'https://huggingface.co/c', header } }) as ObjectAnswer).upload!
  const at = (part: number) => `https://s3.amazonaws.com/${part}`

  test('come in the order of their numbers', () => {
    const parsed = parseParts(upload({ 'chunk_size': '400', '00003': at(3), '00001': at(1), '00002': at(2) }), 1000)
    expect(parsed).toEqual({ hrefs: [at(1), at(2), at(3)].map((href) => new URL(href)), partByteLength: 400 })
  })

  test.each([
    ['no length', { '1': at(1) }, 'its parts have no length'],
    [
      'one too few',
      { 'chunk_size': '400', '1': at(1), '2': at(2) },
      '2 addresses for the 3 parts of 400 bytes that 1000 bytes take',
    ],
    [
      'one too many',
      { 'chunk_size': '1000', '1': at(1), '2': at(2) },
      '2 addresses for the 1 parts of 1000 bytes that 1000 bytes take',
    ],
    [
      'a gap',
      { 'chunk_size': '500', '1': at(1), '3': at(3) },
      '2 addresses for the 2 parts of 500 bytes that 1000 bytes take',
    ],
    ['no address', { 'chunk_size': '1000', '1': 'there' }, 'a part has no address'],
  ])('are refused with %s', (_, header, sentence) => {
    expect(parseParts(upload(header), 1000)).toBe(sentence)
  })
})

test.each([
  ['leaves an object out', { objects: [{ oid: object.oid, size: 1000 }] }, `leaves out object ${'b'.repeat(64)}`],
  ['is for another transfer', { transfer: 'tus', objects: [] }, 'is for a transfer that was not offered'],
  ['is no batch', { message: 'busy' }, 'is not a batch'],
])('an answer that %s tells nothing of any object', (_, answer, why) => {
  const asked = [object, { oid: 'b'.repeat(64), byteLength: 1 }]
  expect(parseBatch(JSON.stringify(answer), asked, ['basic'], { nowMs, serverMs: nowMs })).toContain(why)
})
