/** How far a run gets under the limits of the services. */
import { expect, test } from 'vitest'
import { forecast, noteShort, type KnownLimits } from '../../lib/plan/forecast.ts'

const minuteMs = 60_000
/** Of 1,000 an hour 100 are left for ten minutes. */
const known: KnownLimits = {
  told: {
    github: { core: { asked: 900, limit: 1_000, left: 100, until: '2026-11-30T14:10:00.000Z', seconds: 3_600 } },
    huggingface: {},
  },
  documented: {
    github: [
      { name: 'writes', limit: 80, seconds: 60 },
      { name: 'writes', limit: 500, seconds: 3_600 },
    ],
    huggingface: [{ name: 'commits', limit: 128, seconds: 3_600, left: 40 }],
  },
  nowMs: Date.parse('2026-11-30T14:00:00Z'),
  maxWaitMs: 15 * minuteMs,
}
const see = (github: Record<string, number>, huggingface: Record<string, number> = {}) =>
  forecast({ github, huggingface }, known)

test('what is left is not waited for, and what nobody has told of is no limit', () => {
  for (const requests of [{}, { core: 100 }, { writes: 80 }, { other: 1e6 }, { git: 1e6 }])
    expect(see(requests)).toEqual({ waitMs: 0, short: null })
})

test.each([
  [{ core: 101 }, 10, null],
  [{ core: 1_100 }, 10, null],
  [{ core: 1_101 }, 70, { name: 'core', made: 1_100, runs: 1 }],
  [{ core: 9_100 }, 490, { name: 'core', made: 1_100, runs: 8 }],
  [{ writes: 81 }, 1, null],
  [{ writes: 500 }, 6, null],
  [{ writes: 501 }, 60, { name: 'writes', limit: 500, made: 500, runs: 1 }],
])('%j takes %i minutes of waiting', (requests, minutes, short) => {
  const seen = see(requests)
  expect(seen.waitMs / minuteMs).toBe(minutes)
  if (short === null) expect(seen.short).toBeNull()
  else expect(seen.short).toMatchObject(short)
})

test('of several limits the one that lets the least of its requests through ends the run', () => {
  expect(see({ core: 2_000, writes: 1_200 }, { commits: 100 }).short).toMatchObject({ name: 'commits', made: 40 })
})

test('a run that may not wait makes what is left; one that may wait an hour makes all', () => {
  const requests = { github: { core: 101 }, huggingface: {} }
  expect(forecast(requests, { ...known, maxWaitMs: 0 }).short).toMatchObject({ made: 100 })
  const commits = { github: {}, huggingface: { commits: 100 } }
  expect(forecast(commits, { ...known, maxWaitMs: 60 * minuteMs })).toEqual({ waitMs: 60 * minuteMs, short: null })
})

test('what this run does and what the next ones do is said in one sentence', () => {
  const plan = {
    services: { github: 'GitHub', huggingface: 'Hugging Face' },
    commitCounts: { github: 0, huggingface: 100 },
  }
  const options = { maxWaitMs: known.maxWaitMs, isAtomic: { github: true, huggingface: false } }
  expect(noteShort(see({}, { commits: 100 }), plan, options)).toEqual([
    'Hugging Face takes 128 commits in 60 min, 40 are left, and this plan needs about 100: 60 min of waiting, where ' +
      '--max-wait allows 15 min. This run makes about 40 of them, and ends with code 1; the next continues from there',
  ])
  const files = { ...plan, commitCounts: { github: 0, huggingface: 1 } }
  expect(noteShort(see({ core: 9_100 }), files, options)).toEqual([
    'GitHub takes 1,000 requests (core) in 60 min, 100 are left, and this plan needs about 9,100: 490 min of waiting, ' +
      'where --max-wait allows 15 min. This run makes about 1,100 of them, no commit yet, and ends with code 1; ' +
      'about 8 more continue from there',
  ])
  expect(noteShort(see({}), plan, options)).toEqual([])
})
