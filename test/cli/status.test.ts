/** What a run came to, for machines: exit codes and outputs. */
import { describe, expect, test } from 'vitest'
import { exitCode, statusOf, type Status } from '../../lib/cli/status.ts'
import {
  DeniedError,
  IntegrityError,
  MovedError,
  RefusedError,
  RemoteError,
  UsageError,
} from '../../lib/model/errors.ts'
import { planStatus } from '../../lib/plan/plan.ts'
import { InterruptedError, startWritten } from '../../lib/run/written.ts'
import { services } from '../plan/brakes-setup.ts'
import { conflict, example, makePlan } from './plans.ts'

describe('exit codes', () => {
  test.each<[Status, number]>([
    ['in-sync', 0],
    ['planned', 0],
    ['mirrored', 0],
    ['equal', 0],
    ['failed', 1],
    ['conflict', 2],
    ['refused', 3],
    ['denied', 4],
    ['different', 5],
    ['usage', 64],
    ['bug', 70],
  ])('%s is %i', (status, code) => {
    expect(exitCode(status, false)).toBe(code)
    expect(exitCode(status, true)).toBe(status === 'planned' ? 10 : code)
  })

  test.each<[Error, Status]>([
    [new UsageError('x'), 'usage'],
    [new DeniedError('x'), 'denied'],
    [new RefusedError('x'), 'refused'],
    [new RemoteError('x'), 'failed'],
    [new IntegrityError('x'), 'failed'],
    [new TypeError('x'), 'bug'],
    [new MovedError('x'), 'bug'],
  ])('%s ends as %s, also when something had been written before', (error, status) => {
    expect(statusOf(error)).toBe(status)
    // Code 3 says that nothing was written.
    expect(
      statusOf(
        new InterruptedError(error, { ...startWritten(), commits: { github: 'a', huggingface: null } }, services),
      ),
    ).toBe(status === 'refused' ? 'failed' : status)
  })

  test('a plan that is refused after an earlier round had written ends with 1, since 3 says that nothing was written', () => {
    expect([
      exitCode('refused', false, false),
      exitCode('refused', false, true),
      exitCode('conflict', false, true),
      exitCode('mirrored', false, true),
    ]).toEqual([3, 1, 2, 0])
  })

  test('what is thrown and is no error is a bug', () => {
    expect(statusOf('text')).toBe('bug')
    expect(statusOf(undefined)).toBe('bug')
  })

  test('a refusal outweighs a conflict, a conflict outweighs what would be written', () => {
    const refusals = [{ kind: 'emptied', message: '', allowedBy: null }] as const
    const conflicts = [conflict('a')]
    expect(planStatus(makePlan({ refusals, conflicts, commits: example.commits }))).toBe('refused')
    expect(planStatus(makePlan({ conflicts, commits: example.commits }))).toBe('conflict')
    expect(planStatus(example)).toBe('planned')
    expect(planStatus(makePlan({ makeBranch: { side: 'github', at: 'a' } }))).toBe('planned')
    expect(planStatus(makePlan())).toBe('in-sync')
  })
})
