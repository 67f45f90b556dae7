/** What answers tell of the limits that they were counted under. */
import { expect, test } from 'vitest'
import { HeaderMap } from '../../lib/http/headers.ts'
import { LimitLedger } from '../../lib/http/limits.ts'

const nowMs = Date.parse('2026-11-30T14:00:00Z')

function tell(...answers: Record<string, string>[]) {
  const ledger = new LimitLedger()
  for (const headers of answers) ledger.note(new HeaderMap(headers), nowMs)
  return ledger.told
}

const github = (left: number, until: string, resource = 'core') => ({
  'x-ratelimit-resource': resource,
  'x-ratelimit-limit': '5000',
  'x-ratelimit-remaining': `${left}`,
  'x-ratelimit-reset': `${Date.parse(until) / 1_000}`,
})

test('of GitHub each resource is one limit, and an answer that came late takes nothing back', () => {
  const until = '2026-11-30T14:30:00.000Z'
  const told = tell(github(4_998, until), github(4_999, until), github(100, '2026-11-30T14:00:30.000Z', 'lfs'))
  expect(told).toEqual({
    core: { asked: 2, limit: 5_000, left: 4_998, until, seconds: 3_600 },
    lfs: { asked: 1, limit: 5_000, left: 100, until: '2026-11-30T14:00:30.000Z', seconds: 60 },
  })
})

test('when a window is over the next one counts', () => {
  const told = tell(github(0, '2026-11-30T14:00:00Z'), github(4_990, '2026-11-30T15:00:00Z'))
  expect(told['core']).toMatchObject({ asked: 2, left: 4_990, until: '2026-11-30T15:00:00.000Z' })
})

test('of the Hub the policy tells how many there are in which time', () => {
  const policy = { 'ratelimit-policy': '"fixed window";"resolvers";q=5000;w=300' }
  const until = '2026-11-30T14:01:00.000Z'
  expect(tell({ ratelimit: '"resolvers";r=4990;t=60', ...policy })).toEqual({
    resolvers: { asked: 1, limit: 5_000, left: 4_990, until, seconds: 300 },
  })
  expect(tell({ ratelimit: '"api";r=900;t=60' })).toEqual({
    api: { asked: 1, limit: 900, left: 900, until, seconds: 60 },
  })
})

test.each([
  {},
  { 'x-ratelimit-resource': 'core' },
  { ...github(1, '2026-11-30T14:00:00Z'), 'x-ratelimit-remaining': 'x' },
  github(1, '2026-11-30T14:00:00Z', '[31mcore'),
  { ratelimit: '"api";r=1;t=99999999999999999' },
  { ratelimit: '"a b";r=1;t=5' },
])('nothing is told of %j', (headers) => {
  expect(tell(headers)).toEqual({})
})
