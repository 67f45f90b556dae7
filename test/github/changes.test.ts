import { describe, expect, it } from 'vitest'
import { IntegrityError, RefusedError } from '../../lib/model/errors.ts'
import { Request } from '../hubs/message.ts'
import { lfsObject } from '../hubs/new-commits.ts'
import { big, change, everything, expected, pointer } from './changes-setup.ts'
import { at, startWorld } from './setup.ts'

const oddNames = [
  'a#b.txt',
  'a?b.txt',
  'a%20b.txt',
  'with space.txt',
  'ünïcode/日本💀.txt',
  'q"uo\\te.txt',
  'tab\there.txt',
  '__proto__',
  '$owner',
  '-x',
  "it's (1) [2].txt",
]

describe('changes between two commits', () => {
  it('take a comparison and one query, and the contents come along', async () => {
    const world = startWorld()
    const { from, to } = change(world)
    const changes = await world.remote.readChanges(from, to, everything)
    expect(changes).toEqual(expected)
    for (const { path, after } of changes.filter((one) => one.path.endsWith('.txt'))) {
      if (after)
        expect(Buffer.from(await world.remote.readContent(to, path, after)).toString()).toBe(
          path === 'a.txt' ? 'two\n' : 'same\n',
        )
    }
    expect(Buffer.from(await world.remote.readContent(from, 'a.txt', expected[0]!.before!)).toString()).toBe('one\n')
    expect(world.takeRequests()).toEqual([`GET compare/${from}...${to}`, 'POST /graphql'])
  })

  it('are the same without a token, from two listings', async () => {
    const world = startWorld()
    const { from, to } = change(world)
    expect(await world.connect({ token: null }).readChanges(from, to, everything)).toEqual(expected)
    expect(world.takeRequests().map((line) => line.replaceAll(/[0-9a-f]{40}/g, '*'))).toEqual([
      'GET git/commits/*',
      'GET git/commits/*',
      'GET git/trees/*',
      'GET git/trees/*',
      'GET git/blobs/*',
      'GET git/blobs/*',
    ])
  })

  it.each([404, 500, 503])('are the same when the comparison is answered with %i', async (compareStatus) => {
    const world = startWorld({ switches: { compareStatus } })
    const { from, to } = change(world)
    expect(await world.remote.readChanges(from, to, everything)).toEqual(expected)
  })

  it('are the same when GraphQL is refused, which is not tried again', async () => {
    const world = startWorld()
    const { from, to } = change(world)
    world.hub.faults.push(
      at('POST', '/graphql', {
        times: 9,
        when: 'before',
        act: {
          status: 403,
          headers: { 'content-type': 'application/json' },
          body: '{"message":"Resource not accessible by integration"}',
        },
      }),
    )
    expect(await world.remote.readChanges(from, to, everything)).toEqual(expected)
    await world.remote.readEntries(from, ['keep.txt'])
    expect(world.takeRequests().filter((line) => line === 'POST /graphql')).toHaveLength(1)
  })

  it('are the same from listings that are cut, folder by folder', async () => {
    const world = startWorld({ switches: { listingMax: 2, compareStatus: 500 } })
    const { from, to } = change(world)
    expect(await world.remote.readChanges(from, to, everything)).toEqual(expected)
  })

  it("are the same between commits of which none is the other one's ancestor", async () => {
    const world = startWorld()
    const { from, to } = change(world)
    const base = world.hub.store.readCommit(from)
    const other = world.hub.store.writeCommit({ ...base, message: 'Another root' })
    expect(await world.remote.readChanges(other, to, everything)).toEqual(expected)
    expect((await world.remote.readChanges(to, from, everything)).map(({ path }) => path)).toEqual(
      expected.map(({ path }) => path),
    )
  })

  it.each(['none', 'exact', 'similar'] as const)(
    'are the same however renames are seen: %s',
    async (compareRenames) => {
      const world = startWorld({ switches: { compareRenames } })
      const { from, to } = change(world)
      expect(await world.remote.readChanges(from, to, everything)).toEqual(expected)
    },
  )

  it('are only those that are asked for, and nothing but the proof is looked up where there are none', async () => {
    const world = startWorld()
    const { from, to } = change(world)
    expect(await world.remote.readChanges(from, to, (path) => path === 'gone.txt')).toEqual([expected[2]])
    world.takeRequests()
    expect(await world.remote.readChanges(from, to, () => false)).toEqual([])
    expect(world.takeRequests()).toEqual([`GET compare/${from}...${to}`, 'POST /graphql'])
    expect(await world.remote.readChanges(from, from, everything)).toEqual([])
    expect(world.takeRequests()).toEqual([])
  })

  it('keep odd names, also those that are variables of a query', async () => {
    const { remote, connect, commit } = startWorld()
    const from = commit({ x: 'x' })
    const to = commit(Object.fromEntries(oddNames.map((name) => [name, `${name}\n`])))
    const sorted = oddNames.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    for (const each of [remote, connect({ token: null })]) {
      const found = await each.readChanges(from, to, everything)
      expect(found.map(({ path }) => path)).toEqual(sorted)
      for (const { path, after } of found)
        expect(Buffer.from(await each.readContent(to, path, after!)).toString()).toBe(`${path}\n`)
    }
  })

  it('of 120 files with objects take three queries and one more for the pointers', async () => {
    const { remote, commit, takeRequests } = startWorld()
    const from = commit({ '.gitattributes': '*.bin filter=lfs\n', 'x': 'x' })
    const objects = Array.from({ length: 120 }, (_, index) => Buffer.from(`object ${index}`))
    const to = commit(Object.fromEntries(objects.map((content, index) => [`data/${index}.bin`, { lfs: content }])))
    const changes = await remote.readChanges(from, to, everything)
    expect(changes.map(({ after }) => after?.lfs)).toEqual(
      changes.map(({ path }) => lfsObject(objects[Number(/\d+/.exec(path)![0])]!)),
    )
    expect(takeRequests()).toEqual([`GET compare/${from}...${to}`, ...Array.from({ length: 4 }, () => 'POST /graphql')])
  })

  it.each([201, 301])('of %i files take a comparison and two listings', async (count) => {
    const { remote, commit, takeRequests } = startWorld()
    const from = commit({ x: 'x' })
    const to = commit(Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index}.txt`, `${index}\n`])))
    await remote.readHistory()
    takeRequests()
    expect(await remote.readChanges(from, to, everything)).toHaveLength(count)
    expect(takeRequests()).toHaveLength(3)
  })

  it('that a comparison tells and the commits contradict come from listings', async () => {
    const world = startWorld()
    const { from, to } = change(world)
    const files = [{ sha: '0'.repeat(40), filename: 'keep.txt', status: 'modified' }]
    world.hub.faults.push(
      at('GET', '/compare/', {
        when: 'before',
        act: {
          status: 200,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ status: 'ahead', files }),
        },
      }),
    )
    expect(await world.remote.readChanges(from, to, everything)).toEqual(expected)
  })

  it('do not believe a listing in which a byte is another', async () => {
    const world = startWorld({ switches: { compareStatus: 404 } })
    const { from, to } = change(world)
    const tree = world.hub.store.readCommit(to).tree
    const listing = await (
      await world.hub.fetch(new Request(`https://api.github.com/repos/acme/corpus/git/trees/${tree}?recursive=1`))
    ).text()
    const body = listing.replace('"path":"data/x.bin"', '"path":"data/y.bin"')
    expect(body).not.toBe(listing)
    world.hub.faults.push(
      at('GET', `/git/trees/${tree}`, {
        when: 'before',
        act: { status: 200, headers: { 'content-type': 'application/json' }, body },
      }),
    )
    await expect(world.remote.readChanges(from, to, everything)).rejects.toThrow(IntegrityError)
  })

  it('read as a pointer what git-lfs follows, and as text what no rule tracks or git-lfs does not take', async () => {
    const { remote, connect, commit } = startWorld()
    const from = commit({ '.gitattributes': '*.bin filter=lfs\n', 'docs/.gitattributes': '*.bin -filter\n' })
    const to = commit({
      'crlf.bin': pointer.replaceAll('\n', '\r\n'),
      'docs/kept.bin': pointer,
      'kept.txt': pointer,
      'link.bin': { mode: '120000', content: pointer },
      'long.bin': pointer.padEnd(1000, '\n'),
      'older.bin': pointer.replace('git-lfs', 'hawser'),
      'open.bin': pointer.trimEnd(),
      'upper.bin': pointer.replace(/[0-9a-f]{64}/, (oid) => oid.toUpperCase()),
      'usual.bin': pointer,
    })
    const object = lfsObject(big)
    for (const each of [remote, connect({ token: null })]) {
      const changes = await each.readChanges(from, to, everything)
      expect(changes.map(({ path, after }) => [path, after?.lfs])).toEqual([
        ['crlf.bin', object],
        ['docs/kept.bin', null],
        ['kept.txt', null],
        ['link.bin', null],
        ['long.bin', object],
        ['older.bin', object],
        ['open.bin', object],
        ['upper.bin', null],
        ['usual.bin', object],
      ])
      expect(
        await connect().readEntries(
          to,
          changes.map(({ path }) => path),
        ),
      ).toEqual(new Map(changes.map(({ path, after }) => [path, after])))
    }
  })

  it('are a refusal where a pointer has extensions, as are entries; where no rule tracks it, it is text', async () => {
    const { remote, connect, commit } = startWorld()
    const extended = pointer.replace('oid', `ext-0-crypt sha256:${'1'.repeat(64)}\noid`)
    const from = commit({ '.gitattributes': '*.bin filter=lfs\n' })
    const to = commit({ 'x.bin': extended, 'x.txt': extended })
    await expect(remote.readChanges(from, to, everything)).rejects.toThrow(
      /^Cannot mirror "x\.bin" of GitHub "acme\/corpus@main": it is a git-lfs pointer that cannot be mirrored: it names the extension ext-0-crypt/,
    )
    await expect(connect().readEntries(to, ['x.bin'])).rejects.toThrow(RefusedError)
    expect((await remote.readEntries(to, ['x.txt'])).get('x.txt')?.lfs).toBeNull()
  })
})
