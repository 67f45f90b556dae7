import { describe, expect, it } from 'vitest'
import { IntegrityError } from '../../lib/model/errors.ts'
import type { NewCommit } from '../../lib/model/remote.ts'
import { lfsObject, plainFile } from '../hubs/new-commits.ts'
import { at, blobId, link, newCommit, startWorld, texts, type World } from './setup.ts'
import { bin } from './setup.ts'

const publish = async ({ remote }: Pick<World, 'remote'>, commits: readonly NewCommit[], head: string) =>
  (await remote.prepare(commits, head)).publish()

describe('commits that are prepared', () => {
  it('take a tree and a commit, show nothing, and are published by one request', async () => {
    const world = startWorld()
    const { hub, remote, takeRequests } = world
    const head = world.commit({ 'a.txt': 'a\n', 'b/c.txt': 'c\n' })
    await remote.readHistory()
    await remote.readEntries(head, ['a.txt'])
    takeRequests()
    const prepared = await remote.prepare(
      [newCommit([head], { 'a.txt': 'A\n', 'b/d.txt': 'd\n', 'b/c.txt': null })],
      head,
    )
    expect(takeRequests()).toEqual(['POST /graphql', 'POST git/trees', 'POST git/commits'])
    expect(hub.head('main')).toBe(head)
    expect(await prepared.publish()).toBe(prepared.head)
    expect(takeRequests()).toEqual(['POST /graphql'])
    expect(hub.head('main')).toBe(prepared.head)
    expect(texts(hub)).toEqual({ 'a.txt': 'A\n', 'b/d.txt': 'd\n' })
  })

  it('say who, when and of what they are copies, and have one id whenever they are made', async () => {
    const world = startWorld()
    const head = world.commit({ 'a.txt': 'a\n' })
    const commit = newCommit(
      [head],
      { 'b.txt': 'b\n' },
      {
        title: 'Add b',
        body: 'Because.\n\n',
        author: { name: 'Ada', email: 'ada@example.com', date: '2026-10-31T12:00:00+02:00' },
        date: '2026-11-01T01:02:03Z',
      },
    )
    const first = await world.remote.prepare([commit], head)
    world.clock.pass(1e9)
    const second = await world.connect().prepare([commit], head)
    expect(second.head).toBe(first.head)
    const stored = world.hub.store.readCommit(first.head!)
    expect(stored).toEqual({
      tree: stored.tree,
      parents: [head],
      author: {
        name: 'Ada',
        email: 'ada@example.com',
        seconds: Date.parse('2026-10-31T10:00:00Z') / 1000,
        offset: '+0200',
      },
      committer: {
        name: 'hubmirror',
        email: 'hubmirror@users.noreply.invalid',
        seconds: Date.parse('2026-11-01T01:02:03Z') / 1000,
        offset: '+0000',
      },
      message: `Add b\n\nBecause.\n\nMirrored-From: ${link('a')}\nMirrored-Tree: ${stored.tree}\n`,
    })
  })

  it.each([
    { name: ' Ada <x>, Jr. ', email: 'ada@example.com', date: '2026-10-31T12:00:00.789Z' },
    { name: '...', email: '<>', date: '1969-01-01T00:00:00Z' },
    { name: 'J\u00fcrgen "J" O\'Neil', email: 'j@example.com', date: '2150-01-01T00:00:00-03:30' },
    { name: 'line\nbreak', email: ' a b ', date: 'never' },
    { name: 'half \ud83d', email: 'x@y', date: '2026-10-31T12:00:00-03:30' },
  ])('have an author that git can store: %o', async (author) => {
    const world = startWorld()
    const head = world.commit({ 'a.txt': 'a\n' })
    const oid = await publish(world, [newCommit([head], { 'b.txt': 'b\n' }, { title: 'half \ud83d\0', author })], head)
    const { author: stored, message } = world.hub.store.readCommit(oid)
    expect(stored.name).not.toMatch(/^[\s.,:;<>"\\']|[\s.,:;<>"\\']$|[<>\n]|^$/)
    expect(stored.email).not.toBe('')
    expect(message).toMatch(/^half \ufffd\n\n/)
  })

  it("may be a side line and a merge, with no trailers and the first parent's tree where nothing is edited", async () => {
    const world = startWorld()
    const base = world.commit({ 'a.txt': 'a\n' })
    const head = world.commit({ 'b.txt': 'b\n' })
    world.takeRequests()
    const oid = await publish(
      world,
      [
        newCommit([base], { 'a.txt': 'A\n' }),
        newCommit([head, 0], { 'a.txt': 'A\n' }, { title: 'Merge', mirrors: null }),
        newCommit([1], {}, { mirrors: link('c') }),
      ],
      head,
    )
    const { store } = world.hub
    const join = store.readCommit(oid)
    const merge = store.readCommit(join.parents[0]!)
    expect(join.tree).toBe(merge.tree)
    expect(merge.message).toBe('Merge\n')
    expect(merge.parents[0]).toBe(head)
    expect(store.readCommit(merge.parents[1]!).parents).toEqual([base])
    expect(texts(world.hub)).toEqual({ 'a.txt': 'A\n', 'b.txt': 'b\n' })
  })
})

describe('files on their way', () => {
  it('go as blobs where they are not text, four at a time, and not at all where the repository has them', async () => {
    const world = startWorld()
    const head = world.commit({ 'old.bin': bin('old'), 'run.sh': { mode: '100755', content: 'x\n' } })
    await world.remote.readEntries(head, ['old.bin'])
    world.takeRequests()
    const commit = newCommit([head], {
      'old.bin': null,
      'new.bin': bin('old'),
      'a.bin': bin('a'),
      'latin.txt': Buffer.from('caf\xe9', 'latin1'),
      'long.txt': 'x'.repeat(100_001),
      'bom.txt': '\ufefftext\r\n',
      'empty.txt': '',
    })
    const edits = [
      ...commit.edits,
      { path: 'run.sh', file: plainFile(Buffer.from('y\n'), '100755') },
      { path: 'x.dat', file: { store: 'lfs' as const, mode: null, object: lfsObject(bin('o')) } },
    ]
    await publish(world, [{ ...commit, edits }], head)
    expect(world.takeRequests().filter((line) => line === 'POST git/blobs')).toHaveLength(3)
    const files = world.hub.store.readFiles(world.hub.store.readCommit(world.hub.head('main')!).tree)
    expect(files.get('new.bin')).toEqual({ mode: '100644', oid: blobId(bin('old')) })
    expect(files.get('bom.txt')?.oid).toBe(blobId('\ufefftext\r\n'))
    expect(files.get('run.sh')).toEqual({ mode: '100755', oid: blobId('y\n') })
    expect(world.hub.repository.pointer(files.get('x.dat')!)).toEqual(lfsObject(bin('o')))
    expect([...files.keys()].toSorted()).toEqual([
      'a.bin',
      'bom.txt',
      'empty.txt',
      'latin.txt',
      'long.txt',
      'new.bin',
      'run.sh',
      'x.dat',
    ])
  })

  it('that are known are not even read', async () => {
    const world = startWorld()
    const head = world.commit({ 'old.txt': 'same\n' })
    await world.remote.readEntries(head, ['old.txt'])
    const file = {
      store: 'plain' as const,
      mode: null,
      oid: blobId('same\n'),
      byteLength: 5,
      read: () => Promise.reject(new Error('was read')),
    }
    await publish(
      world,
      [
        {
          ...newCommit([head], { 'old.txt': null }),
          edits: [
            { path: 'new.txt', file },
            { path: 'old.txt', file: null },
          ],
        },
      ],
      head,
    )
    expect(texts(world.hub)).toEqual({ 'new.txt': 'same\n' })
  })

  it('of 1,400 texts take 3 trees, and fewer fit where they are long', async () => {
    const world = startWorld()
    const head = world.commit({ x: 'x' })
    const files = Object.fromEntries(Array.from({ length: 1_400 }, (_, index) => [`data/${index}.txt`, `${index}\n`]))
    await publish(world, [newCommit([head], files)], head)
    expect(world.takeRequests().filter((line) => line === 'POST git/trees')).toHaveLength(3)
    expect(texts(world.hub)).toEqual({ x: 'x', ...files })
    const long = Object.fromEntries(
      Array.from({ length: 25 }, (_, index) => [`long/${index}.txt`, `${index}`.repeat(90_000).slice(0, 90_000)]),
    )
    await publish(world, [newCommit([world.hub.head('main')!], long)], world.hub.head('main')!)
    expect(world.takeRequests().filter((line) => line === 'POST git/trees')).toHaveLength(3)
    expect(texts(world.hub)).toEqual({ x: 'x', ...files, ...long })
  })

  it.each([422, 502] as const)(
    'are sent in halves where it is too much at once, and so are all that follow (%i)',
    async (treeOverload) => {
      const world = startWorld({ switches: { treeEntriesMax: 130, treeOverload } })
      const head = world.commit({ x: 'x' })
      const files = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`${index}.txt`, `${index}\n`]))
      await publish(world, [newCommit([head], { ...files, x: null })], head)
      expect(texts(world.hub)).toEqual(files)
      expect(world.hub.requests.filter(({ url }) => url.endsWith('/git/trees')).map(({ status }) => status)).toEqual([
        treeOverload,
        treeOverload,
        ...Array.from({ length: 9 }, () => 201),
      ])
    },
  )

  it('change places with folders', async () => {
    const world = startWorld()
    const head = world.commit({ 'a/b': 'ab\n', 'c': 'c\n', 'd/e/f': 'f\n' })
    await publish(
      world,
      [newCommit([head], { 'a': 'a\n', 'a/b': null, 'c': null, 'c/d': 'cd\n', 'd/e/f': null, 'd/e': 'e\n' })],
      head,
    )
    expect(texts(world.hub)).toEqual({ 'a': 'a\n', 'c/d': 'cd\n', 'd/e': 'e\n' })
  })

  it('whose bytes are not the planned ones stop everything', async () => {
    const world = startWorld()
    const head = world.commit({ x: 'x' })
    const file = {
      store: 'plain' as const,
      mode: null,
      oid: blobId('planned'),
      byteLength: 7,
      read: () => Promise.resolve(Buffer.from('changed')),
    }
    await expect(
      world.remote.prepare([{ ...newCommit([head], {}), edits: [{ path: 'a', file }] }], head),
    ).rejects.toThrow(IntegrityError)
    expect(world.takeRequests().filter((line) => line.startsWith('POST git/'))).toEqual([])
  })

  it.each(['git/blobs', 'git/trees', 'git/commits'])('that %s stores otherwise stop everything', async (route) => {
    const world = startWorld()
    const head = world.commit({ x: 'x' })
    const body = JSON.stringify({ sha: '1'.repeat(40), tree: [{ path: 'a.txt', sha: '2'.repeat(40) }] })
    world.hub.faults.push(
      at('POST', route, {
        when: 'before',
        act: { status: 201, headers: { 'content-type': 'application/json' }, body },
      }),
    )
    await expect(
      world.remote.prepare([newCommit([head], { 'a.txt': 'a\n', 'b.bin': bin('b') })], head),
    ).rejects.toThrow(IntegrityError)
  })

  it.each(['git/blobs', 'git/trees', 'git/commits'])('are sent to %s again when the answer is lost', async (route) => {
    const world = startWorld()
    const head = world.commit({ x: 'x' })
    for (const act of ['drop', 'cut', { status: 502, body: '{"message":"Server Error"}' }] as const)
      world.hub.faults.push(at('POST', route, { when: 'after', act }))
    await publish(world, [newCommit([head], { 'a.txt': 'a\n', 'b.bin': bin('b'), 'c/d.txt': 'd\n', 'x': null })], head)
    expect(texts(world.hub)).toEqual({ 'a.txt': 'a\n', 'b.bin': '\0b', 'c/d.txt': 'd\n' })
  })
})
