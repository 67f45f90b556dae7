/** What GitHub's updateRefs answers, and what a refusal of it says. */
import { describe, expect, it } from 'vitest'
import { MovedError, RefusedError, RemoteError } from '../../lib/model/errors.ts'
import { protections } from '../hubs/github-switches.ts'
import { fault, json, prepare } from './publish-setup.ts'
import { at, newCommit, startWorld } from './setup.ts'

describe('updateRefs', () => {
  const vague = {
    status: 200,
    headers: json,
    body: '{"data":{"updateRefs":null},"errors":[{"path":["updateRefs"],"message":"Something went wrong while executing your query. Please include `E6F7` when reporting this issue."}]}',
  }

  it.each([null, 'STALE_DATA'])(
    'that loses a race ends at the next look, whatever the race is called (%s)',
    async (refConflictType) => {
      const { world, prepared } = await prepare('allowed')
      world.hub.switches.refConflictType = refConflictType
      world.commit({ 'c.txt': 'c\n' })
      const start = world.clock.now()
      await expect(prepared.publish()).rejects.toThrow(MovedError)
      expect(world.clock.now()).toBe(start)
      expect(world.takeRequests()).toHaveLength(3)
    },
  )

  it.each(Object.entries(protections))(
    'that a rule refuses in the words of any failure is a refusal within ten seconds, and the rule is named (%s)',
    async (_, message) => {
      const { world, prepared, head } = await prepare('allowed')
      world.hub.switches.hidesRules = true
      world.hub.switches.protectedBranches.set('main', message)
      const start = world.clock.now()
      const failure = prepared.publish()
      await expect(failure).rejects.toThrow(RefusedError)
      await expect(failure).rejects.toThrow(message.trim().split('\n')[0]!.replace(/\.$/, ''))
      await expect(failure).rejects.toThrow(/allow the mirror's user to bypass/)
      expect(world.clock.now() - start).toBeLessThanOrEqual(10_000)
      expect(world.takeRequests().length).toBeLessThanOrEqual(12)
      expect(world.hub.head('main')).toBe(head)
    },
  )

  it('that fails once in the words of any failure is tried again at once, and nothing else is asked', async () => {
    const ready = await prepare('allowed')
    fault(ready, 'allowed', { when: 'before', act: vague })
    expect(await ready.prepared.publish()).toBe(ready.oid)
    expect(ready.world.takeRequests().filter((line) => /graphql|rules|PATCH/.test(line))).toEqual([
      'POST /graphql',
      'POST /graphql',
    ])
  })

  it.each([
    [
      '{"type":"RESOURCE_LIMITS_EXCEEDED","message":"Resource limits for this query exceeded."}',
      /3 times no clear answer/,
    ],
    [
      '{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}',
      /too much was asked of GitHub in a short time, run again in about an hour/,
    ],
  ])('that meets a limit of the service is no refusal: %s', async (error, says) => {
    const ready = await prepare('allowed')
    fault(ready, 'allowed', {
      times: 99,
      when: 'before',
      act: { status: 200, headers: json, body: `{"data":{"updateRefs":null},"errors":[${error}]}` },
    })
    const failure = ready.prepared.publish()
    await expect(failure).rejects.toThrow(RemoteError)
    await expect(failure).rejects.toThrow(says)
  })

  it("that never works on a branch without rules is the service's failure, and no plain fast-forward is sent in its stead", async () => {
    const ready = await prepare('allowed')
    fault(ready, 'allowed', { times: 99, when: 'before', act: vague })
    await expect(ready.prepared.publish()).rejects.toThrow(
      /3 times no clear answer, and the head is still [0-9a-f]{7}; run again later$/,
    )
    expect(ready.world.takeRequests().filter((line) => line.startsWith('PATCH'))).toEqual([])
  })

  it('that was done although it says otherwise has worked', async () => {
    const ready = await prepare('allowed')
    fault(ready, 'allowed', { when: 'after', act: vague })
    expect(await ready.prepared.publish()).toBe(ready.oid)
  })

  it('that fails on a branch whose rules the token may bypass gives way to a fast-forward', async () => {
    const ready = await prepare('allowed')
    fault(ready, 'allowed', { times: 99, when: 'before', act: vague })
    ready.world.hub.faults.push(
      at('GET', '/rules/branches/', {
        when: 'before',
        act: { status: 200, headers: json, body: '[{"type":"pull_request"}]' },
      }),
    )
    expect(await ready.prepared.publish()).toBe(ready.oid)
    expect(ready.world.hub.head('main')).toBe(ready.oid)
  })

  it('is not known to every service: then the branch is forwarded', async () => {
    const ready = await prepare('allowed')
    const body =
      '{"errors":[{"path":["mutation","updateRefs"],"extensions":{"code":"undefinedField"},"message":"Field \'updateRefs\' doesn\'t exist on type \'Mutation\'"}]}'
    fault(ready, 'allowed', { when: 'before', act: { status: 200, headers: json, body } })
    expect(await ready.prepared.publish()).toBe(ready.oid)
    expect(ready.world.takeRequests()).toHaveLength(3)
  })

  it('that meets a rate limit is an error of its own, and nothing was done', async () => {
    const ready = await prepare('allowed')
    fault(ready, 'allowed', {
      when: 'before',
      act: {
        status: 200,
        headers: json,
        body: '{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded for user ID 1."}]}',
      },
    })
    await expect(ready.prepared.publish()).rejects.toThrow(
      /too much was asked of GitHub in a short time, run again in about an hour$/,
    )
    expect(ready.world.hub.head('main')).toBe(ready.head)
  })

  it("asks for the repository's id where no query has told it", async () => {
    const world = startWorld()
    const head = world.commit({ 'a.txt': 'a\n' })
    world.hub.faults.push(
      at('POST', '/graphql', {
        when: 'before',
        act: {
          status: 200,
          headers: json,
          body: '{"data":{"repository":null},"errors":[{"message":"Could not be answered"}]}',
        },
      }),
    )
    const prepared = await world.remote.prepare([newCommit([head], { 'a.txt': 'b\n' })], head)
    world.takeRequests()
    expect(await prepared.publish()).toBe(prepared.head)
    expect(world.takeRequests()).toEqual(['POST /graphql', 'POST /graphql'])
  })
})

it('a new branch that a rule forbids is a refusal that says so', async () => {
  const world = startWorld()
  const head = world.commit({ 'a.txt': 'a\n' })
  world.hub.switches.protectedBranches.set('new', protections.rules)
  const failure = world.connect({ branch: 'new' }).createBranch(head)
  await expect(failure).rejects.toThrow(RefusedError)
  await expect(failure).rejects.toThrow(/"Reference update failed"; a rule of the repository is against it/)
})
