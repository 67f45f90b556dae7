/** A push that brings commits and moves the branch to the last one: what it takes, and every way in which it may end. */
import { describe, expect, it } from 'vitest'
import type { NewCommit } from '../../lib/model/remote.ts'
import type { Switches } from '../hubs/github-switches.ts'
import { protections } from '../hubs/github-switches.ts'
import type { Fault } from '../hubs/hub.ts'
import { at, bin, newCommit, startWorld, texts, type World } from './setup.ts'

/** As many as are pushed together, and no texts. */
const many = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`bin/${index}`, `${bin(`${index}`)}`]))

/** As objects of the Hub are: only reading them tells their git ids. */
const nameless = ({ edits, ...commit }: NewCommit): NewCommit => ({
  ...commit,
  edits: edits.map(({ path, file }) => ({ path, file: file?.store === 'plain' ? { ...file, oid: null } : file })),
})

function begin(switches: Partial<Switches> = {}) {
  const world = startWorld({ switches })
  const base = world.commit({ 'a.txt': 'a\n' })
  world.takeRequests()
  return { world, base }
}

/** Two commits, of which the second changes a file of the first. */
const two = (base: string) => [newCommit([base], many), newCommit([0], { 'bin/0': 'again', 'b.txt': 'b\n' })]

const ready = (world: World, commits: readonly NewCommit[], head: string) =>
  world.remote.prepare(commits.map(nameless), head)

const atPush = (fault: Omit<Fault, 'on'>): Fault => at('POST', '/git-receive-pack', fault)
const parentsOf = ({ hub }: World) => hub.store.readLog(hub.head('main')!).length
const otherRefs = ({ hub }: World) => [...hub.refs.keys()].filter((ref) => ref !== 'refs/heads/main')
/** What was written, and which refs were asked for. */
const asked = (world: World) =>
  world
    .takeRequests()
    .map(
      (line) =>
        /^(?:POST .*?(?=git-receive-pack|git\/(?!git-))|GET (?=git\/(?:ref|matching))|(?=DELETE))([\w-]+(?:\/\w+)?)/.exec(
          line,
        )?.[1],
    )
    .filter((one) => one !== undefined)

function expectWritten(world: World): void {
  expect(texts(world.hub)).toEqual({ 'a.txt': 'a\n', ...many, 'bin/0': 'again', 'b.txt': 'b\n' })
  expect([parentsOf(world), otherRefs(world)]).toEqual([3, []])
}

it('commits come in the push that moves the branch, and nobody sees anything before', async () => {
  const { world, base } = begin()
  const prepared = await ready(world, two(base), base)
  expect([world.hub.head('main'), otherRefs(world)]).toEqual([base, []])
  expect(await prepared.publish()).toBe(prepared.head)
  expect(world.hub.head('main')).toBe(prepared.head)
  expect(asked(world)).toEqual(['git/matching', 'git-receive-pack'])
  expectWritten(world)
})

it('it takes away what earlier runs have left, and a list of that which fails does not end it', async () => {
  for (const status of [200, 500]) {
    const { world, base } = begin()
    world.hub.refs.set(`refs/hubmirror/${base}`, base)
    if (status !== 200)
      world.hub.faults.push(at('GET', 'matching-refs', { when: 'before', act: { status }, times: Infinity }))
    await (await ready(world, two(base), base)).publish()
    expect([status, parentsOf(world), otherRefs(world).length]).toEqual([status, 3, status === 200 ? 0 : 1])
  }
})

it('what a remote is to check begins when all files were read, before anything is sent that people see', async () => {
  for (const commits of [two, (base: string) => [newCommit([base], { 'a.txt': 'b\n' })]]) {
    const { world, base } = begin()
    const seen: string[] = []
    await world.remote.prepare(commits(base).map(nameless), base, () => seen.push(...world.takeRequests()))
    expect(seen.filter((line) => /receive-pack|POST git\/commits/.test(line))).toEqual([])
    expect(world.hub.head('main')).toBe(base)
  }
})

describe('where the branch is not moved by a push', () => {
  it('the files are pushed beside it, and other requests move it: once for all later commits of the run', async () => {
    const { world, base } = begin({ pushes: 'no branch' })
    await (await ready(world, two(base), base)).publish()
    expectWritten(world)
    expect(asked(world).filter((one) => one !== 'git/ref')).toEqual([
      'git/matching',
      'git-receive-pack',
      'git-receive-pack',
      'git/commits',
      'git/commits',
      'DELETE',
    ])
    const head = world.hub.head('main')!
    const more = Object.fromEntries(Object.keys(many).map((path) => [path, `${bin(`later ${path}`)}`]))
    await (await ready(world, [newCommit([head], more)], head)).publish()
    expect(asked(world)).toEqual(['git-receive-pack', 'git/commits', 'DELETE'])
  })

  it.each([404, 422])('a ref that the API does not remove (%i) is removed by a push', async (status) => {
    const { world, base } = begin({ pushes: 'no branch' })
    world.hub.faults.push(at('DELETE', 'git/refs/hubmirror', { when: 'before', act: { status }, times: Infinity }))
    await (await ready(world, two(base), base)).publish()
    expectWritten(world)
    expect(asked(world).slice(-2)).toEqual(['DELETE', 'git-receive-pack'])
  })

  it('to take the ref away after six pushes waits for nothing', async () => {
    const { world, base } = begin({ pushes: 'no branch' })
    const push = world.http.fetch('github', { repeat: false })
    for (let count = 0; count < 4; count += 1)
      await push('https://github.com/acme/corpus.git/git-receive-pack', { method: 'POST' })
    const before = world.clock.now()
    await (await ready(world, two(base), base)).publish()
    expectWritten(world)
    expect(world.clock.now()).toBe(before)
  })

  it.each([protections.rules, protections.pullRequest])('the refusal is told as ever: %s', async (rule) => {
    const { world, base } = begin({ protectedBranches: new Map([['main', rule]]) })
    const prepared = await ready(world, two(base), base)
    await expect(prepared.publish()).rejects.toThrow(/--pull-request github/)
    expect([world.hub.head('main'), otherRefs(world)]).toEqual([base, []])
  })

  it('workflows that the token may not change are refused as ever', async () => {
    const { world, base } = begin({ allowsWorkflows: false })
    const commit = newCommit([base], { ...many, '.github/workflows/a.yml': 'on: push\n' })
    await expect(ready(world, [commit], base).then((prepared) => prepared.publish())).rejects.toThrow(
      'Reference update failed',
    )
    expect([world.hub.head('main'), otherRefs(world)]).toEqual([base, []])
  })

  it('a rule on other refs alone changes nothing, unless there is more than one push brings', async () => {
    const { world, base } = begin({ pushes: 'no other ref' })
    await (await ready(world, two(base), base)).publish()
    expect(asked(world).filter((one) => one === 'git-receive-pack')).toHaveLength(1)
    const head = world.hub.head('main')!
    const large = Object.fromEntries(
      Array.from({ length: 35 }, (_, index) => [`${index}.bin`, `\0${index}`.padEnd(500_000)]),
    )
    await (await ready(world, [newCommit([head], large)], head)).publish()
    expect(asked(world).filter((one) => one === 'git/blobs')).toHaveLength(35)
    expect(otherRefs(world)).toEqual([])
  })
})

describe('an answer that is lost', () => {
  it.each(['drop', 'cut', 'corrupt'] as const)('is no failure: %s, once or always, before or after', async (act) => {
    for (const times of [1, 100])
      for (const when of act === 'drop' ? (['before', 'after'] as const) : (['after'] as const)) {
        const { world, base } = begin()
        world.hub.faults.push(atPush({ when, act, times }))
        const prepared = await ready(world, two(base), base)
        expect(await prepared.publish()).toBe(prepared.head)
        expectWritten(world)
      }
  })

  it('is none where somebody puts a commit on top meanwhile', async () => {
    const { world, base } = begin()
    world.hub.faults.push(atPush({ when: 'after', act: 'drop', times: 2 }), {
      ...at('GET', 'git/ref/heads', { when: 'before', act: () => void world.commit({ 'c.txt': 'c\n' }) }),
    })
    const prepared = await ready(world, two(base), base)
    expect(await prepared.publish()).toBe(prepared.head)
    expect([parentsOf(world), texts(world.hub)['c.txt']]).toEqual([4, 'c\n'])
  })

  it('of a push that arrives late is none: what is done instead makes the same commit', async () => {
    const { world, base } = begin()
    const late: Request[] = []
    const fake = world.hub.fetch.bind(world.hub)
    world.hub.fetch = async (request) => {
      if (request.url.endsWith('/git-receive-pack') && late.length < 2) {
        late.push(request.clone() as unknown as Request)
        throw new TypeError('fetch failed')
      }
      if (request.url.endsWith('/git/commits') && late.length === 2)
        await fake(late.pop()! as unknown as typeof request)
      return fake(request)
    }
    const prepared = await ready(world, two(base), base)
    expect(await prepared.publish()).toBe(prepared.head)
    expectWritten(world)
  })
})

describe('somebody else', () => {
  const elsewhere: Record<string, (world: World, base: string) => void> = {
    'puts a commit on the branch': (world) => void world.commit({ 'c.txt': 'c\n' }),
    'takes the head back': (world) =>
      world.hub.forcePush('main', world.hub.store.readCommit(world.hub.head('main')!).parents[0]!),
    'deletes the branch': (world) => world.hub.forcePush('main', null),
  }
  it.each(Object.entries(elsewhere))('%s before the push: it stays so, and the run plans again', async (_, act) => {
    for (const lost of [false, true]) {
      const { world } = begin()
      const base = world.commit({ 'd.txt': 'd\n' })
      const prepared = await ready(world, two(base), base)
      act(world, base)
      const head = world.hub.head('main')
      if (lost) world.hub.faults.push(atPush({ when: 'after', act: 'drop', times: 2 }))
      await expect(prepared.publish()).rejects.toThrow('the plan was made for')
      expect([world.hub.head('main'), otherRefs(world)]).toEqual([head, []])
    }
  })

  it('pushes the same commits at the same time: both are content', async () => {
    const { world, base } = begin()
    const other = await ready({ ...world, remote: world.connect() }, two(base), base)
    const prepared = await ready(world, two(base), base)
    expect(await Promise.all([other.publish(), prepared.publish()])).toEqual([prepared.head, prepared.head])
    expectWritten(world)
  })
})

describe('a limit', () => {
  const limit = { status: 429, headers: { 'retry-after': '30' }, body: 'Too many requests' }
  it('is waited for, and the push sent again', async () => {
    const { world, base } = begin()
    world.hub.faults.push(atPush({ when: 'before', act: limit }))
    const before = world.clock.now()
    await (await ready(world, two(base), base)).publish()
    expectWritten(world)
    expect(world.clock.now() - before).toBeGreaterThanOrEqual(30_000)
  })

  it.each([limit, { status: 403, body: 'You have exceeded a secondary rate limit' }])(
    'that does not end ends the run, for whom to write one by one would take longer: %o',
    async (act) => {
      const { world, base } = begin()
      world.hub.faults.push(atPush({ when: 'before', act, times: Infinity }))
      await expect((await ready(world, two(base), base)).publish()).rejects.toThrow(/too much was asked .* run again/)
      expect([world.hub.head('main'), asked(world).includes('git/blobs')]).toEqual([base, false])
    },
  )
})
