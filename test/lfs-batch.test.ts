/** What a batch says, and until when its addresses are good. */
import { describe, expect, test } from 'vitest'
import { isGood, parseBatch, parseParts, type ObjectAnswer } from '../lib/lfs-batch.ts'

const nowMs = Date.parse('2026-11-01T00:00:00Z')
const object = { oid: 'a'.repeat(64), byteLength: 1000 }
const parse = (actions: unknown) => {
  const answers = parseBatch(JSON.stringify({ objects: [{ oid: object.oid, size: 1000, actions }] }), [object], ['basic'], nowMs)
  return typeof answers === 'string' ? answers : answers[0]!
}

describe('the time of an address', () => {
  test.each([
    ['nothing', 'https://s3.amazonaws.com/x', {}, null],
    ['seconds from now', 'https://s3.amazonaws.com/x', { expires_in: 900 }, 900_000],
    ['a date', 'https://s3.amazonaws.com/x', { expires_at: '2026-11-01T00:10:00Z' }, 600_000],
    ['both, and clocks differ', 'https://s3.amazonaws.com/x', { expires_in: 900, expires_at: '2026-10-31T23:00:00Z' }, 900_000],
    ['zero seconds, which say nothing', 'https://s3.amazonaws.com/x', { expires_in: 0 }, null],
    ['the year 1, which says nothing', 'https://s3.amazonaws.com/x', { expires_at: '0001-01-01T00:00:00Z' }, null],
    ['no date', 'https://s3.amazonaws.com/x', { expires_at: 'soon' }, null],
    ['its signature', 'https://s3.amazonaws.com/x?X-Amz-Expires=300&X-Amz-Signature=f', {}, 300_000],
    ['a broken signature', 'https://s3.amazonaws.com/x?X-Amz-Expires=never', {}, null],
    ['the signature of its first part', 'https://huggingface.co/api/complete', { header: { chunk_size: '500', '00001': 'https://s3.amazonaws.com/1?X-Amz-Expires=60' } }, 60_000],
  ])('is told by %s', (_, href, more, left) => {
    const { upload } = parse({ upload: { href, ...more } }) as ObjectAnswer
    expect(upload!.goodUntilMs).toBe(left === null ? null : nowMs + left)
  })

  test('ends half a minute early, or never', () => {
    const { upload } = parse({ upload: { href: 'https://s3.amazonaws.com/x', expires_in: 100 } }) as ObjectAnswer
    expect([0, 69_000, 70_000, 100_000].map(after => isGood(upload!, nowMs + after))).toEqual([true, true, false, false])
    expect(isGood({ ...upload!, goodUntilMs: null }, Infinity)).toBe(true)
  })
})

describe('the addresses of parts', () => {
  const upload = (header: Record<string, string>) => (parse({ upload: { href: 'https://huggingface.co/c', header } }) as ObjectAnswer).upload!
  const at = (part: number) => `https://s3.amazonaws.com/${part}`

  test('come in the order of their numbers', () => {
    const parsed = parseParts(upload({ chunk_size: '400', '00003': at(3), '00001': at(1), '00002': at(2) }), 1000)
    expect(parsed).toEqual({ hrefs: [at(1), at(2), at(3)].map(href => new URL(href)), partByteLength: 400 })
  })

  test.each([
    ['no length', { '1': at(1) }, 'its parts have no length'],
    ['one too few', { chunk_size: '400', '1': at(1), '2': at(2) }, '2 addresses for the 3 parts of 400 bytes that 1000 bytes take'],
    ['one too many', { chunk_size: '1000', '1': at(1), '2': at(2) }, '2 addresses for the 1 parts of 1000 bytes that 1000 bytes take'],
    ['a gap', { chunk_size: '500', '1': at(1), '3': at(3) }, '2 addresses for the 2 parts of 500 bytes that 1000 bytes take'],
    ['no address', { chunk_size: '1000', '1': 'there' }, 'a part has no address'],
  ])('are refused with %s', (_, header, sentence) => {
    expect(parseParts(upload(header), 1000)).toBe(sentence)
  })
})
