/** What `--check` makes of a token, of a repository that is missing, and of what a store said. */
import { describe, expect, test } from 'vitest'
import { DeniedError, RefusedError, RemoteError } from '../../lib/model/errors.ts'
import { judgeFailure, judgeMissing, judgeToken, judgeUpload, type Finding } from '../../lib/model/finding.ts'

const nowMs = Date.parse('2026-11-01T12:00:00Z')
const hourMs = 3_600_000
const link = 'https://example.org/tokens'

/** A finding as one line: what it is about, its state, how a run would end, and what has to be settled first. */
const show = ({ what, state, ends, because, say }: Finding) =>
  [what, state, ends, because && `(${because})`, say].filter((word) => word !== null).join(' ')

describe('a token', () => {
  test.each([
    [14 * 24, 'ok of jane, until 2026-11-15'],
    [14 * 24 - 1, 'warning of jane, until 2026-11-15, which is in 13 days'],
    [48, 'warning of jane, until 2026-11-03, which is in 2 days'],
    [47, 'warning of jane, until 2026-11-03, which is tomorrow'],
    [24, 'warning of jane, until 2026-11-02, which is tomorrow'],
    [23, 'warning of jane, until 2026-11-02, which is within a day'],
  ])('that ends in %i hours', (hours, line) => {
    const found = judgeToken('of jane', nowMs + hours * hourMs, nowMs, link)
    expect(show(found)).toBe(`token ${line}`)
    const isSoon = line.startsWith('warning')
    expect([found.fix?.includes('another token'), found.link]).toEqual(isSoon ? [true, link] : [undefined, null])
  })

  test('of which no end is told', () => {
    expect(show(judgeToken('of jane', null, nowMs, link))).toBe('token ok of jane; no end is told')
  })
})

describe('a repository that is missing', () => {
  const about = { visibility: 'private', tokenName: 'HF_TOKEN', link } as const
  test.each([
    [true, 'write ok HF_TOKEN may make it'],
    [null, 'write unknown nobody tells whether HF_TOKEN may make it'],
    [new DeniedError('Cannot make it'), 'write fault denied Cannot make it'],
  ])('is made by a run, if the token may: %s', (answer, line) => {
    const may = answer as true | Error | null
    const found = judgeMissing(may, about)
    expect(found.map(show)).toEqual([
      'repository ok it is missing, and --create makes it, private',
      'branch ok a run begins it',
      line,
      'lfs unknown (repository) not known, because the repository is still to be made',
    ])
    expect(found[2]!.link).toBe(may === true ? null : link)
  })
})

describe('an upload that is asked for and not made', () => {
  const links = { fix: 'set another token', token: link, store: 'https://example.org/store' }
  const judge = (refusal: Error | null) => judgeUpload('HF_TOKEN', refusal, links)

  test('that is taken tells of the right to write as well', () => {
    expect(judge(null).map(show)).toEqual([
      'write ok HF_TOKEN may write, by what the LFS store says',
      'lfs ok takes objects',
    ])
  })

  test('that is denied tells nothing of the store', () => {
    const found = judge(new DeniedError('Cannot upload: 403'))
    expect(found.map(show)).toEqual([
      'write fault denied Cannot upload: 403',
      'lfs unknown (write) not known, because HF_TOKEN may not write',
    ])
    expect([found[0]!.fix, found[0]!.link]).toEqual([links.fix, links.token])
  })

  test('that the store refuses, or does not answer, tells nothing of the right to write', () => {
    const open = 'write unknown (lfs) not known, because the LFS store, which is asked without writing, does not tell'
    const refused = judge(new RefusedError('Cannot upload x: no room is left'))
    expect(refused.map(show)).toEqual([open, 'lfs warning takes no object: no room is left'])
    expect(refused[1]!.link).toBe(links.store)
    expect(judge(new RemoteError('no answer')).map(show)).toEqual([open, 'lfs unknown failed no answer'])
  })
})

test.each([
  [new DeniedError('no'), 'write fault denied no'],
  [new RefusedError('no'), 'write fault refused no'],
  [new RemoteError('no'), 'write unknown failed no'],
])('a failure is told by its kind', (error, line) => {
  expect(show(judgeFailure('write', error))).toBe(line)
})
