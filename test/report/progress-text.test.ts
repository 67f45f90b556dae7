/** How a run goes on, in one line. */
import { describe, expect, test } from 'vitest'
import { planSending, planWriting } from '../../lib/plan/phases.ts'
import { formatMoment, formatPast, type Moment } from '../../lib/report/progress-text.ts'
import { bySide, edit, makePlan, object } from '../cli/plans.ts'

const moment = (rest: Partial<Moment>): Moment => ({
  phase: { name: 'compare' },
  nowMs: 0,
  elapsedMs: 12_000,
  requests: 45,
  byteLength: 3_200_000,
  stored: 0,
  sent: 0,
  read: 0,
  perSecond: 0,
  wait: null,
  ...rest,
})
const sending = { name: 'send', objects: 6, byteLength: 75_000_000 } as const
const clock = (ms: number) => new Date(ms).toTimeString().slice(0, 8)

describe('a moment of a run', () => {
  test.each<[Partial<Moment>, string]>([
    [{}, 'Comparing both sides: 45 requests, 12 s, 3.2 MB'],
    [
      { phase: sending, sent: 7_900_000, stored: 1, perSecond: 3_900_000 },
      'Sending large files: 7.9 MB of 75.0 MB, 1 of 6 files, 3.9 MB/s, 17 s left',
    ],
    [{ phase: sending }, 'Sending large files: 0 B of 75.0 MB, 0 of 6 files'],
    [
      { phase: sending, sent: 74_999_999, stored: 5, perSecond: 9_000_000 },
      'Sending large files: 75.0 MB of 75.0 MB, 5 of 6 files, 9.0 MB/s, 1 s left',
    ],
    [
      { phase: sending, sent: 75_000_000, stored: 5, perSecond: 9_000_000 },
      'Sending large files: 75.0 MB of 75.0 MB, 5 of 6 files, 9.0 MB/s, finishing',
    ],
    [
      { phase: { name: 'write', service: 'GitHub', files: 501 }, read: 120 },
      'Writing to GitHub: 120 of 501 files read, 45 requests, 12 s, 3.2 MB',
    ],
    [
      { phase: { name: 'write', service: 'Hugging Face', files: 0 }, byteLength: 0, requests: 1, elapsedMs: 120_000 },
      'Writing to Hugging Face: 1 request, 2 min',
    ],
    [{ phase: { name: 'prove' } }, 'Comparing both sides once more: 45 requests, 12 s, 3.2 MB'],
    [
      { wait: { why: 'GitHub answered 429 (too much asked)', untilMs: 45_000 } },
      `GitHub answered 429 (too much asked): going on in 45 s, at ${clock(45_000)}`,
    ],
    [
      { nowMs: 44_500, wait: { why: 'GitHub answered 429', untilMs: 45_000 } },
      'Comparing both sides: 45 requests, 12 s, 3.2 MB',
    ],
  ])('%j', (rest, expected) => {
    expect(formatMoment(moment(rest), 79)).toBe(expected)
  })

  test('says until when it waits also where there is no room for the reason', () => {
    const wait = { why: 'Hugging Face answered 429 (too much asked)', untilMs: 45_000 }
    expect(formatMoment(moment({ wait }), 39)).toBe(`going on in 45 s, at ${clock(45_000)}: Hugging…`)
  })

  test.each([20, 40, 79])('takes at most %i columns, whatever it tells', (width) => {
    for (const phase of [sending, { name: 'write', service: 'Hugging Face', files: 1e9 }, { name: 'prove' }] as const)
      for (const wait of [null, { why: 'Hugging Face does not answer', untilMs: 9e9 }]) {
        const told = moment({ phase, wait, sent: 99e12, read: 1e9, requests: 1e9, perSecond: 1, elapsedMs: 9e9 })
        expect(formatMoment(told, width).length).toBeLessThanOrEqual(width)
        expect(formatPast(told, width).length).toBeLessThanOrEqual(width)
      }
  })
})

test('a phase that is over says what it took', () => {
  expect(formatPast(moment({}), 79)).toBe('Compared both sides: 45 requests, 3.2 MB, 12 s')
  expect(formatPast(moment({ phase: sending, sent: 75_000_000, stored: 6, elapsedMs: 20_000 }), 79)).toBe(
    'Sent large files: 6 files, 75.0 MB, 20 s, 3.8 MB/s',
  )
  expect(formatPast(moment({ phase: { name: 'write', service: 'GitHub', files: 501 }, read: 501 }), 79)).toBe(
    'Wrote to GitHub: 501 files read, 45 requests, 3.2 MB, 12 s',
  )
})

test('what there is to do is read from the plan: objects that pass and that are made, files that are read, each once', () => {
  const big = edit('big.csv', { to: 'huggingface', store: 'lfs', byteLength: 20 })
  const made = {
    ...big,
    content: {
      ...big.content!,
      entry: { ...edit('x').was!, oid: 'd'.repeat(40), byteLength: 20, lfs: null, mode: '100644' as const },
    },
  }
  const commit = { parents: [], title: 'x', body: '', author: null, date: '2026-11-25T00:00:00Z', copyOf: null }
  const edits = [edit('a.txt', { to: 'huggingface' }), made, edit('gone.txt', { to: 'huggingface', action: 'delete' })]
  const plan = makePlan({
    edits: bySide(edits),
    objects: { github: [object('a', 5)], huggingface: [] },
    commits: {
      github: [],
      huggingface: [
        { ...commit, edits },
        { ...commit, edits },
      ],
    },
  })
  expect(planSending(plan)).toEqual({ name: 'send', objects: 2, byteLength: 25 })
  expect(planSending(makePlan())).toBeNull()
  expect(planWriting(plan, 'huggingface')).toEqual({ name: 'write', service: 'Hugging Face', files: 1 })
})
