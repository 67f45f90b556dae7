import { describe, expect, it } from 'vitest'
import { MovedError, RemoteError } from '../../lib/model/errors.ts'
import { newCommit, startWorld, texts, type World } from './setup.ts'

const isCommit = ({ method, url }: Request) => method === 'POST' && url.includes('/commit/')
const isRead = ({ method }: Request) => method === 'GET'

async function publish(world: World, more: Parameters<typeof newCommit>[2] = {}): Promise<string> {
  const parent = world.hub.head('main')!
  return (await world.remote.prepare([newCommit(parent, { a: '1\n' }, more)], parent)).publish()
}

const commits = ({ hub }: World) => hub.git.readLog(hub.head('main')!).length - 1
const posts = (world: World) =>
  world.takeRequests().filter((request) => request.startsWith('POST') && request.includes('/commit/')).length

const answers = [
  ['500', { status: 500 }],
  ['504', { status: 504 }],
  ['a page of HTML', { status: 200, body: '<html>' }],
  ['no answer', 'drop'],
  ['half an answer', 'cut'],
] as const

describe('a commit that is answered by', () => {
  it.each(answers)('%s after it was made is found on the branch', async (_, act) => {
    const world = startWorld()
    world.hub.faults.push({ on: isCommit, when: 'after', act })
    expect(await publish(world)).toBe(world.hub.head('main'))
    expect([commits(world), posts(world)]).toEqual([1, 1])
  })

  it.each([...answers.slice(0, 4), ['503', { status: 503 }]] as const)(
    '%s before it was made is sent once more, after a while',
    async (name, act) => {
      const world = startWorld()
      world.hub.faults.push({ on: isCommit, when: 'before', act })
      const start = world.clock.now()
      expect(await publish(world)).toBe(world.hub.head('main'))
      expect(Math.round((world.clock.now() - start) / 1_000)).toBe(/HTML|503/.test(name) ? 40 : 130)
      expect([commits(world), posts(world)]).toEqual([1, 2])
    },
  )

  it('nothing but 500 is given up after the second time', async () => {
    const world = startWorld()
    world.hub.faults.push({ on: isCommit, times: 99, when: 'before', act: { status: 500 } })
    await expect(publish(world)).rejects.toThrow(RemoteError)
    expect([commits(world), posts(world)]).toEqual([0, 2])
  })
})

describe.each([true, false])('a commit that takes longer than its answer (others locked out: %s)', (locksWhileLate) => {
  it.each([1_000, 30_000, 60_000, 100_000, 119_000])(
    'is found when it lands %i ms after a 504, and not made twice',
    async (lateMs) => {
      const world = startWorld({ switches: { lateCommits: [lateMs], locksWhileLate } })
      expect(await publish(world)).toBe(world.hub.head('main'))
      expect([commits(world), posts(world)]).toEqual([1, 1])
    },
  )

  it('is found even later than that, by the refusal that a second one meets, or by the next run', async () => {
    const world = startWorld({ switches: { lateCommits: [150_000], locksWhileLate } })
    const published = await publish(world).catch((error: unknown) => error)
    await world.clock.sleep(60_000)
    world.takeRequests()
    expect((await world.remote.readHistory()).state).toBe('branch')
    expect(commits(world)).toBe(1)
    expect(published).toBe(world.hub.head('main'))
  })
})

describe('a lost answer', () => {
  it('is found below what others put on top', async () => {
    const world = startWorld()
    let ours = ''
    world.hub.faults.push({
      on: isCommit,
      when: 'after',
      act: () => {
        ours = world.hub.head('main')!
        world.hub.commit('main', { files: { theirs: 't\n' }, message: 'Theirs' })
      },
    })
    world.hub.faults.push({ on: isCommit, when: 'after', act: 'drop' })
    expect(await publish(world)).toBe(ours)
    expect(texts(world.hub)).toEqual({ a: '1\n', theirs: 't\n' })
  })

  it.each(['trailer', 'message'])(
    'of a commit known by its %s is told apart from a commit of others',
    async (known) => {
      const world = startWorld()
      world.hub.faults.push({
        on: isCommit,
        when: 'before',
        act: () => {
          world.hub.commit('main', { files: { theirs: 't\n' }, message: 'Theirs' })
        },
      })
      world.hub.faults.push({ on: isCommit, when: 'before', act: 'drop' })
      await expect(publish(world, known === 'trailer' ? {} : { mirrors: null })).rejects.toThrow(MovedError)
      expect([commits(world), posts(world)]).toEqual([1, 1])
    },
  )

  it('of a commit without a trailer is found by its message', async () => {
    const world = startWorld()
    world.hub.faults.push({ on: isCommit, when: 'after', act: 'drop' })
    expect(await publish(world, { mirrors: null, body: 'Two\n\nparagraphs' })).toBe(world.hub.head('main'))
    expect(posts(world)).toBe(1)
  })

  it('is found although other answers lag behind', async () => {
    const world = startWorld({ switches: { staleReads: 9 } })
    world.hub.faults.push({ on: isCommit, when: 'after', act: { status: 504 } })
    expect(await publish(world)).toBe(world.hub.head('main'))
    expect(posts(world)).toBe(1)
  })

  it('stays unknown when the branch cannot be read either, and nothing is sent again', async () => {
    const world = startWorld()
    world.hub.faults.push(
      { on: isCommit, when: 'after', act: 'drop' },
      { on: isRead, times: 999, when: 'before', act: { status: 503 } },
    )
    await expect(publish(world)).rejects.toThrow(RemoteError)
    expect([commits(world), posts(world)]).toEqual([1, 1])
  })

  it('is found although the refusal that follows is our own success', async () => {
    const world = startWorld()
    world.hub.faults.push({
      on: isCommit,
      when: 'after',
      act: { status: 412, body: '{"error":"The branch was updated since you opened this page."}' },
    })
    expect(await publish(world)).toBe(world.hub.head('main'))
    expect([commits(world), posts(world)]).toEqual([1, 1])
  })

  it('in a commit of parts is found part by part', async () => {
    const world = startWorld()
    const remote = world.connect({ limits: { operations: 1, operationsSure: 1, plainByteLength: 100 } })
    world.hub.faults.push({ on: isCommit, times: 3, when: 'after', act: 'drop' })
    const parent = world.hub.head('main')!
    const oid = await (await remote.prepare([newCommit(parent, { a: '1\n', b: '2\n', c: '3\n' })], parent)).publish()
    expect(oid).toBe(world.hub.head('main'))
    expect([commits(world), posts(world)]).toEqual([3, 3])
  })
})
