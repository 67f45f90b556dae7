import { describe, expect, test } from 'vitest'
import { backoffMs, formatRetry, parseWait, saysRateLimit } from '../../lib/http/rate-limit.ts'

const now = Date.parse('2026-11-01T00:00:00Z')
const secondary =
  '{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}'
const commits =
  '{"error":"You have exceeded the rate limit for repository commits (128 per hour). You can retry this action in about 1 hour."}'

describe('parseWait', () => {
  test.each<[string, number, Record<string, string>, string, number | null]>([
    ['Retry-After in seconds', 429, { 'retry-after': '60' }, '', 60_000],
    ['Retry-After as a date', 503, { 'retry-after': 'Sun, 01 Nov 2026 00:00:30 GMT' }, '', 30_000],
    ['a date that is past', 503, { 'retry-after': 'Sat, 31 Oct 2026 23:59:00 GMT' }, '', 0],
    ['Retry-After that says nothing', 503, { 'retry-after': 'soon' }, '', null],
    [
      'GitHub: nothing left until a reset',
      403,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 90) },
      '',
      91_000,
    ],
    [
      'GitHub: Retry-After before the reset, which is later',
      403,
      { 'retry-after': '5', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 90) },
      secondary,
      91_000,
    ],
    [
      'GitHub: Retry-After after the reset',
      403,
      { 'retry-after': '95', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 90) },
      secondary,
      95_000,
    ],
    [
      'GitHub: Retry-After beside the text',
      403,
      { 'retry-after': '5', 'x-ratelimit-remaining': '12' },
      secondary,
      5_000,
    ],
    ['GitHub: a text alone', 403, { 'x-ratelimit-remaining': '4000' }, secondary, 60_000],
    ['GitHub LFS: a text alone', 403, {}, '{"message":"Rate Limit Exceeded"}', 60_000],
    ['the Hub: a bucket that is empty', 429, { ratelimit: '"api";r=0;t=55' }, '', 56_000],
    ['the Hub: the bucket before Retry-After', 429, { 'ratelimit': '"api";r=0;t=55', 'retry-after': '1' }, '', 56_000],
    ['the Hub: the longer of two buckets', 429, { ratelimit: '"api";r=0;t=55, "resolvers";r=0;t=80' }, '', 81_000],
    ['the Hub: a bucket that is not empty', 429, { 'ratelimit': '"api";r=800;t=55', 'retry-after': '30' }, '', 30_000],
    [
      'the Hub: the commit quota in words, and a Retry-After of something else',
      429,
      { 'ratelimit': '"api";r=949;t=271', 'retry-after': '68' },
      commits,
      3_600_000,
    ],
    ['the Hub: the quota in other words', 429, {}, '{"error":"You can retry this action in 37 minutes."}', 37 * 60_000],
    ['the Hub: the quota in words without a number', 429, {}, 'retry in about an hour', 3_600_000],
    ['the Hub: Retry-After longer than the words', 429, { 'retry-after': '5000' }, commits, 5_000_000],
    ['the Hub: the commit quota in words', 429, { ratelimit: '"api";r=800;t=55' }, commits, 3_600_000],
    ['429 that says nothing', 429, {}, '', null],
    ['503 that says nothing', 503, { ratelimit: '"api";r=0;t=55' }, '', null],
    [
      "502 with GitHub's headers",
      502,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 90) },
      '',
      null,
    ],
  ])('%s', (_, status, headers, body, waitMs) => {
    expect(parseWait(status, new Headers(headers), body, now)).toBe(waitMs)
  })
})

test.each<[string, Record<string, string>, string, string]>([
  ['a header', { 'retry-after': '3600' }, secondary, 'after 2026-11-01 01:00 UTC'],
  ['a minute that has begun is not yet over', { 'retry-after': '61' }, secondary, 'after 2026-11-01 00:02 UTC'],
  [
    'a reset',
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 119) },
    '',
    'after 2026-11-01 00:02 UTC',
  ],
  ['words', {}, commits, 'after 2026-11-01 01:00 UTC'],
  ['a text that names no time: the minute that it asks for was waited', {}, secondary, 'in about an hour'],
])('when the next run may begin: %s', (_, headers, body, when) => {
  expect(formatRetry(429, new Headers(headers), body, now)).toBe(when)
})

test.each<[string, Record<string, string>]>([
  ['Retry-After', { 'retry-after': '99999999999999999999' }],
  ["GitHub's", { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '17000000000000000' }],
  ["the Hub's", { ratelimit: '"api";r=0;t=99999999999999999' }],
])('a wait that is no time of this world, by %s header, is taken for a month', (_, headers) => {
  expect(parseWait(429, new Headers(headers), '', now)).toBe(30 * 86_400_000)
  expect(formatRetry(429, new Headers(headers), '', now)).toBe('after 2026-12-01 00:00 UTC')
})

test.each<[string, number, Record<string, string>, string, boolean]>([
  ['429 is a rate limit', 429, {}, '', true],
  ['403 with nothing left is', 403, { 'x-ratelimit-remaining': '0' }, '', true],
  ['403 with the text is', 403, { 'x-ratelimit-remaining': '12' }, secondary, true],
  [
    '403 for missing rights is none',
    403,
    { 'x-ratelimit-remaining': '12' },
    '{"message":"Resource not accessible by integration"}',
    false,
  ],
  ['403 for the LFS quota is none', 403, {}, '{"message":"This repository is over its data quota."}', false],
  ['404 never is', 404, { 'x-ratelimit-remaining': '0' }, secondary, false],
])('%s', (_, status, headers, body, limited) => {
  expect(saysRateLimit(status, new Headers(headers), body)).toBe(limited)
})

test('the wait doubles from a second up to a minute, with up to as much again by chance', () => {
  expect([1, 2, 3, 6, 7, 30].map((attempt) => backoffMs(attempt, 0))).toEqual([
    1000, 2000, 4000, 32_000, 60_000, 60_000,
  ])
  expect([1, 2, 6].map((attempt) => backoffMs(attempt, 0.5))).toEqual([1500, 3000, 48_000])
})
