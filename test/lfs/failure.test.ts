/** What LFS servers refuse, in the words of both, and who is told to do what about it. */
import { describe, expect, test } from 'vitest'
import type { Operation } from '../../lib/lfs/batch.ts'
import { batchFailure, objectFailure, StorageError } from '../../lib/lfs/failure.ts'
import { DeniedError, RefusedError, RemoteError } from '../../lib/model/errors.ts'
import type { Side } from '../../lib/model/sides.ts'

const batch = (side: Side, operation: Operation, status: number, message: string) =>
  batchFailure(
    { side, tokenName: 'GH_TOKEN', operation, hasToken: true },
    { host: 'host.test', status, headers: new Headers(), text: JSON.stringify({ message }) },
    0,
  )
const budget =
  'This repository exceeded its LFS budget. The account responsible for the budget should increase it to restore access.'
const fork = '@mirror can not upload new objects to public fork acme/corpus'
const disabled = 'Git LFS is disabled for this repository.'
const full =
  'Private repository storage limit reached, please upgrade your plan to increase your private storage limit.'

describe('a batch that is refused', () => {
  test.each([
    [
      'github',
      'upload',
      403,
      budget,
      RefusedError,
      /raise its LFS quota on GitHub, or run with --lfs huggingface, which keeps LFS objects on Hugging Face alone\.$/,
    ],
    [
      'github',
      'download',
      403,
      budget,
      RefusedError,
      /raise its LFS quota on GitHub, or run with --lfs huggingface, .* \(what only GitHub has can still not be read there\)\.$/,
    ],
    [
      'github',
      'upload',
      403,
      disabled,
      RefusedError,
      /disabled for this repository\. Switch LFS on in the settings of the repository on GitHub, or run with --lfs huggingface/,
    ],
    [
      'github',
      'upload',
      403,
      fork,
      RefusedError,
      /A public fork takes no new LFS objects: mirror the repository that it was forked from, or run with --lfs huggingface/,
    ],
    ['huggingface', 'upload', 403, full, RefusedError, /raise its LFS quota on Hugging Face\.$/],
    ['huggingface', 'upload', 507, '', RefusedError, /raise its LFS quota on Hugging Face/],
    [
      'github',
      'upload',
      403,
      'You must have push access to verify locks',
      DeniedError,
      /GH_TOKEN must be allowed to write it/,
    ],
    ['huggingface', 'upload', 401, 'Invalid credentials', DeniedError, /GH_TOKEN must be a token with write access/],
    ['github', 'download', 503, 'Unavailable', RemoteError, /Run again later\.$/],
  ] as const)('%s, %s, %i %j', (side, operation, status, message, kind, says) => {
    const error = batch(side, operation, status, message)
    expect(error).toBeInstanceOf(kind)
    expect(error.message).toMatch(says)
  })

  test('in words that would start a command or move a cursor is told without them', () => {
    expect(batch('github', 'upload', 422, '::error::x\u001b[2J').message).toContain('422 \\u{3a}:error::x')
  })
})

describe('an object that is refused', () => {
  const object = { oid: 'a'.repeat(64), byteLength: 3_000_000_000 }
  test.each([
    [
      'github',
      422,
      'Size must be less than or equal to 2147483648',
      'Make the file smaller or split it, or run with --lfs huggingface, which keeps LFS objects on Hugging Face alone.',
    ],
    ['huggingface', 413, 'Payload', 'Make the file smaller or split it.'],
    [
      'github',
      422,
      'Object does not have the size that was given',
      'Its pointer may name a size that the object does not have: commit the file itself again.',
    ],
  ] as const)('by %s with %i %j', (side, code, message, advice) => {
    const error = objectFailure({ side, tokenName: 'GH_TOKEN', operation: 'upload', host: 'host.test' }, object, {
      code,
      message,
    })
    expect(error).toBeInstanceOf(RefusedError)
    expect(error.message.endsWith(`: ${code} ${message}. ${advice}`), error.message).toBe(true)
  })
})

test('an object is told by the path of its file, quoted, where that is known', () => {
  const named = { oid: 'a'.repeat(64), byteLength: 5_000_008, path: 'data/a\tb.parquet' }
  const { message } = objectFailure(
    { side: 'github', tokenName: 'GH_TOKEN', operation: 'upload', host: 'host.test' },
    named,
    { code: 404, message: 'Not found' },
  )
  expect(message).toMatch(
    /^Cannot upload "data\/a\\tb\.parquet" \(LFS object aaaaaaaaaaaa, 5,000,008 bytes\) at host\.test: 404 Not found\./,
  )
})

test.each([
  [
    429,
    { ratelimit: '"api";r=0;t=240' },
    /Too much was asked of it in a short time: run again after 2026-11-01 00:05 UTC\.$/,
  ],
  [403, { 'x-ratelimit-remaining': '0' }, /run again in about an hour\.$/],
  [403, {}, /Run again; if this stays, the storage of the service is at fault\.$/],
  [500, { 'retry-after': '60' }, /Run again; if this stays, the storage of the service is at fault\.$/],
])('an address that answers %i %o is a limit or a fault, and is told for what it is', (status, headers, says) => {
  const answered = { host: 'host.test', status, headers: new Headers(headers), text: 'No.' }
  expect(new StorageError('verify "a.bin"', answered, Date.parse('2026-11-01T00:00:10Z')).message).toMatch(says)
})
