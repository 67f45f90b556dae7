import { describe, expect, it } from 'vitest'
import { DeniedError, MovedError, RefusedError, RemoteError } from '../../lib/model/errors.ts'
import { protections } from '../hubs/github-switches.ts'
import { lfsObject } from '../hubs/new-commits.ts'
import { byForward, bySwap, fault, json, prepare, update, ways } from './publish-setup.ts'
import { at, newCommit, texts } from './setup.ts'

describe.each(ways)('publishing where updateRefs is %s', (way) => {
  it('takes one request where it may, and two more where it may not', async () => {
    const { world, prepared, oid } = await prepare(way)
    expect(await prepared.publish()).toBe(oid)
    expect(world.hub.head('main')).toBe(oid)
    expect(world.takeRequests()).toEqual(
      way === 'allowed' ? ['POST /graphql'] : ['POST /graphql', 'GET git/ref/heads/main', 'PATCH git/refs/heads/main'],
    )
  })

  it('changes nothing when somebody else was faster', async () => {
    const { world, prepared, head } = await prepare(way)
    const other = world.commit({ 'c.txt': 'c\n' })
    const failure = prepared.publish()
    await expect(failure).rejects.toThrow(MovedError)
    await expect(failure).rejects.toThrow(
      `Cannot move GitHub "acme/corpus@main" to ${prepared.head!.slice(0, 7)}: head is ${other.slice(0, 7)}, the plan was made for ${head.slice(0, 7)}`,
    )
    expect(world.hub.head('main')).toBe(other)
  })

  it('changes nothing when somebody is faster than the update itself', async () => {
    const ready = await prepare(way)
    let other = ''
    const commit = () => {
      other = ready.world.commit({ 'c.txt': 'c\n' })
    }
    fault(ready, way, { when: 'before', act: commit })
    await expect(ready.prepared.publish()).rejects.toThrow(MovedError)
    expect(ready.world.hub.head('main')).toBe(other)
  })

  it('does not undo what an owner took back', async () => {
    const { world, prepared, older } = await prepare(way)
    world.hub.forcePush('main', older)
    await expect(prepared.publish()).rejects.toThrow(MovedError)
    expect(world.hub.head('main')).toBe(older)
  })

  it('does not bring back a branch that was deleted', async () => {
    const { world, prepared } = await prepare(way)
    world.hub.forcePush('main', null)
    world.hub.commit('other', { files: { x: 'x' }, message: 'Other' })
    await expect(prepared.publish()).rejects.toThrow(/there is no such branch now/)
    expect(world.hub.head('main')).toBeNull()
  })

  it.each([
    'drop',
    'cut',
    { status: 502, body: '{"message":"Server Error"}' },
    { status: 200, headers: json, body: '{}' },
  ] as const)('is found to have worked when the answer is lost: %o', async (act) => {
    const ready = await prepare(way)
    const { world, prepared, oid } = ready
    fault(ready, way, { when: 'after', act })
    expect(await prepared.publish()).toBe(oid)
    expect(world.hub.head('main')).toBe(oid)
    expect(
      world
        .takeRequests()
        .filter((line) => line === `${update[way].method} ${way === 'allowed' ? '/graphql' : 'git/refs/heads/main'}`),
    ).toHaveLength(1)
  })

  it.each(['drop', { status: 504, body: '' }] as const)('is done again when it was not done: %o', async (act) => {
    const ready = await prepare(way)
    fault(ready, way, { when: 'before', act })
    expect(await ready.prepared.publish()).toBe(ready.oid)
    expect(ready.world.hub.head('main')).toBe(ready.oid)
  })

  it.each([1, 3, 5])('is found to have worked when reads lag behind a lost answer (%i of them)', async (staleReads) => {
    const ready = await prepare(way)
    const { world, prepared, oid, head } = ready
    world.hub.switches.staleReads = staleReads
    fault(ready, way, { when: 'after', act: 'drop' })
    expect(await prepared.publish()).toBe(oid)
    expect(world.hub.store.readLog(world.hub.head('main')!).find((commit) => commit !== oid)).toBe(head)
  })

  it('has worked when others put a commit on top before the answer was lost', async () => {
    const ready = await prepare(way)
    const commitAndDrop = () => {
      ready.world.commit({ 'c.txt': 'c\n' })
      throw new TypeError('fetch failed')
    }
    fault(ready, way, { when: 'after', act: commitAndDrop })
    expect(await ready.prepared.publish()).toBe(ready.oid)
    expect(texts(ready.world.hub)).toEqual({ 'a.txt': '3\n', 'b.txt': 'b\n', 'c.txt': 'c\n' })
  })

  it('has worked when another run has published the same', async () => {
    const { world, prepared, oid } = await prepare(way)
    world.hub.forcePush('main', oid)
    expect(await prepared.publish()).toBe(oid)
  })

  it('gives up when nothing comes back, and says that it is safe to run again', async () => {
    const ready = await prepare(way)
    fault(ready, way, { times: 99, when: 'before', act: 'drop' })
    const failure = ready.prepared.publish()
    await expect(failure).rejects.toThrow(RemoteError)
    await expect(failure).rejects.toThrow(
      /3 times no clear answer, and the head is still [0-9a-f]{7}; run again later$/,
    )
    expect(ready.world.takeRequests().length).toBeLessThan(40)
  })

  it.each([
    ['rules', protections.rules],
    ['pullRequest', protections.pullRequest],
    ['checks', protections.checks],
    ['review', protections.review],
  ])('says that the branch is protected: %s', async (_, message) => {
    const { world, prepared, head } = await prepare(way)
    world.hub.switches.protectedBranches.set('main', message)
    const failure = prepared.publish()
    await expect(failure).rejects.toThrow(RefusedError)
    await expect(failure).rejects.toThrow(
      /the branch is protected: allow the mirror's user to bypass the rule, or propose with --pull-request github$/,
    )
    await expect(failure).rejects.toThrow(message.trim().split('\n')[0]!.replace(/\.$/, ''))
    expect(world.hub.head('main')).toBe(head)
  })

  it('is refused in the end where GitHub gives no reason, and once more where it was a lock', async () => {
    const refused = await prepare(way)
    refused.world.hub.switches.protectedBranches.set('main', protections.generic)
    await expect(refused.prepared.publish()).rejects.toThrow(
      /^Cannot move GitHub "acme\/corpus@main" to [0-9a-f]{7}: GitHub .*"Reference cannot be updated"/,
    )
    const locked = await prepare(way)
    const reason =
      way === 'allowed'
        ? '{"data":{"updateRefs":null},"errors":[{"type":"UNPROCESSABLE","message":"Reference cannot be updated"}]}'
        : '{"message":"Reference cannot be updated"}'
    fault(locked, way, { when: 'before', act: { status: way === 'allowed' ? 200 : 422, headers: json, body: reason } })
    expect(await locked.prepared.publish()).toBe(locked.oid)
  })

  it('says which objects are missing where GitHub asks', async () => {
    const { world, head } = await prepare(way)
    world.hub.switches.refusesDanglingPointers = true
    const edits = [
      { path: 'x.bin', file: { store: 'lfs' as const, mode: null, object: lfsObject(Buffer.from('nowhere')) } },
    ]
    const prepared = await world.remote.prepare([{ ...newCommit([head], {}), edits }], head)
    await expect(prepared.publish()).rejects.toThrow(/unknown Git LFS object/)
    expect(world.hub.head('main')).toBe(head)
  })

  it('needs the permission', async () => {
    const ready = await prepare(way)
    for (const { method, part } of [bySwap, byForward]) {
      ready.world.hub.faults.push(
        at(method, part, {
          times: 9,
          when: 'before',
          act: { status: 403, headers: json, body: '{"message":"Resource not accessible by integration"}' },
        }),
      )
    }
    const failure = ready.prepared.publish()
    await expect(failure).rejects.toThrow(DeniedError)
    await expect(failure).rejects.toThrow(/it needs `permissions: contents: write`/)
  })
})
