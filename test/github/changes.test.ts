import { describe, expect, it } from 'vitest'
import { createGithubRemote } from '../../lib/github/remote.ts'
import { Http } from '../../lib/http/http.ts'
import type { Change } from '../../lib/model/entry.ts'
import { IntegrityError, RefusedError } from '../../lib/model/errors.ts'
import { gitTreeId } from '../../lib/model/git-object.ts'
import { formatPointer } from '../../lib/model/pointer.ts'
import { parseGithubId } from '../../lib/model/repository.ts'
import { apiUrl, at, blobId, lfsObject, serverUrl, startWorld, writer, type World } from './setup.ts'

const everything = () => true
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
const big = Buffer.alloc(2000, 7)
const pointer = formatPointer(lfsObject(big))

/** Text, LFS, modes, a symlink, a submodule, a rename, and a file and a folder that change places. */
function change({ commit }: World): { from: string; to: string } {
  const from = commit({
    '.gitattributes': '*.bin filter=lfs\n',
    'a.txt': 'one\n',
    'gone.txt': 'g\n',
    'old name.txt': 'same\n',
    'keep.txt': 'k\n',
    'run.sh': '#!\n',
    'was/file/x': 'x\n',
    'to-folder': 'f\n',
    'vendor': { mode: '160000', content: '1'.repeat(40) },
  })
  const to = commit({
    'a.txt': 'two\n',
    'gone.txt': null,
    'old name.txt': null,
    'new name.txt': 'same\n',
    'data/x.bin': { lfs: big },
    'run.sh': { mode: '100755', content: '#!\n' },
    'was/file/x': null,
    'was/file': 'now a file\n',
    'to-folder': null,
    'to-folder/y': 'y\n',
    'link': { mode: '120000', content: 'a.txt' },
    'vendor': { mode: '160000', content: '2'.repeat(40) },
  })
  return { from, to }
}

const blob = (content: string) => ({ mode: '100644', oid: blobId(content) })
const entry = (content: string, mode = '100644') => ({
  mode,
  oid: blobId(content),
  byteLength: content.length,
  lfs: null,
})
const expected = [
  { path: 'a.txt', before: blob('one\n'), after: entry('two\n') },
  {
    path: 'data/x.bin',
    before: null,
    after: { mode: '100644', oid: blobId(pointer), byteLength: 2000, lfs: lfsObject(big) },
  },
  { path: 'gone.txt', before: blob('g\n'), after: null },
  { path: 'link', before: null, after: entry('a.txt', '120000') },
  { path: 'new name.txt', before: null, after: entry('same\n') },
  { path: 'old name.txt', before: blob('same\n'), after: null },
  { path: 'run.sh', before: blob('#!\n'), after: entry('#!\n', '100755') },
  { path: 'to-folder', before: blob('f\n'), after: null },
  { path: 'to-folder/y', before: null, after: entry('y\n') },
  {
    path: 'vendor',
    before: { mode: '160000', oid: '1'.repeat(40) },
    after: { mode: '160000', oid: '2'.repeat(40), byteLength: 0, lfs: null },
  },
  { path: 'was/file', before: null, after: entry('now a file\n') },
  { path: 'was/file/x', before: blob('x\n'), after: null },
] as Change[]

describe('a comparison that leaves a path out', () => {
  const omitted = expected.map(({ path }) => path)

  it.each([...omitted.map((path) => [path]), omitted, omitted.slice(1)])(
    'is found out by the folders above, and all of it comes from listings: %j',
    async (...paths) => {
      const world = startWorld({ switches: { compareRenames: 'none', compareOmits: new Set(paths) } })
      const { from, to } = change(world)
      expect(await world.remote.readChanges(from, to, everything)).toEqual(expected)
      expect(world.takeRequests().filter((line) => line.startsWith('GET git/trees/'))).toHaveLength(2)
    },
  )

  it('is found out although none of the paths that it tells is asked for', async () => {
    const world = startWorld({ switches: { compareOmits: new Set(['a.txt']) } })
    const { from, to } = change(world)
    expect(await world.remote.readChanges(from, to, (path) => path === 'a.txt')).toEqual([expected[0]])
  })

  it('is found out in folders of folders and among thousands of names', async () => {
    const { hub, connect, commit } = startWorld()
    const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`d/e/${index}.txt`, `${index}\n`]))
    const from = commit({ ...many, 'x/y/z/a.txt': 'a\n', 'x/y/z/b.txt': 'b\n' })
    const to = commit({ 'd/e/17.txt': 'new\n', 'd/e/18.txt': 'new\n', 'x/y/z/b.txt': 'new\n' })
    const paths = ['d/e/17.txt', 'd/e/18.txt', 'x/y/z/b.txt']
    for (const omits of paths) {
      hub.switches.compareOmits = new Set([omits])
      expect((await connect().readChanges(from, to, everything)).map(({ path }) => path)).toEqual(paths)
    }
  })

  it.each([{ queryEntriesMax: 3 }, { queryObjectsMax: 4 }])(
    'is proven by listings where GraphQL does not tell the folders: %o',
    async (switches) => {
      const world = startWorld({ switches })
      const { from, to } = change(world)
      expect(await world.remote.readChanges(from, to, everything)).toEqual(expected)
    },
  )

  it('is not proven by a folder that does not have its own id', async () => {
    const world = startWorld({ switches: { compareOmits: new Set(['a.txt']) } })
    const { from, to } = change(world)
    const bend: typeof fetch = async (input, init) => {
      const answer = await world.hub.fetch(new Request(input, init))
      // The name that was left out of the comparison is left out of the folders as well.
      const body = (await answer.text()).replaceAll(/\{"nameRaw":"YS50eHQ=","mode":\d+,"oid":"[0-9a-f]{40}"\},?/g, '')
      return new Response(body, {
        status: answer.status,
        headers: { ...Object.fromEntries(answer.headers), 'content-length': `${Buffer.byteLength(body)}` },
      })
    }
    const http = new Http({ fetch: bend, origins: { github: [apiUrl, serverUrl], huggingface: [] }, secrets: [writer] })
    const remote = createGithubRemote(http, {
      repository: parseGithubId('acme/corpus'),
      branch: 'main',
      token: writer,
      apiUrl,
      graphqlUrl: `${apiUrl}/graphql`,
      serverUrl,
    })
    expect(await remote.readChanges(from, to, everything)).toEqual(expected)
    expect(world.takeRequests().filter((line) => line.startsWith('GET git/trees/'))).toHaveLength(2)
  })

  it('is not suspected because of a name that is no UTF-8, whose bytes are told as well', () => {
    const { hub } = startWorld()
    const content = hub.store.writeBlob('x\n')
    const name = Buffer.from('caf\xe9.txt', 'latin1')
    const oid = hub.store.write(
      'tree',
      Buffer.concat([Buffer.from('100644 '), name, Buffer.of(0), Buffer.from(content, 'hex')]),
    )
    expect(gitTreeId([{ name, mode: '100644', oid: content }])).toBe(oid)
  })
})

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
      /^Cannot mirror "x\.bin" of github "acme\/corpus@main": it is a git-lfs pointer that cannot be mirrored: it names the extension ext-0-crypt/,
    )
    await expect(connect().readEntries(to, ['x.bin'])).rejects.toThrow(RefusedError)
    expect((await remote.readEntries(to, ['x.txt'])).get('x.txt')?.lfs).toBeNull()
  })
})

describe('everything that a commit holds', () => {
  it('takes one listing, and the pointers in batches', async () => {
    const world = startWorld()
    const { to } = change(world)
    await world.remote.readHistory()
    world.takeRequests()
    const changes = await world.remote.readChanges(null, to, everything)
    expect(changes.map(({ path }) => path)).toEqual([
      '.gitattributes',
      'a.txt',
      'data/x.bin',
      'keep.txt',
      'link',
      'new name.txt',
      'run.sh',
      'to-folder/y',
      'vendor',
      'was/file',
    ])
    expect(changes.every(({ before }) => before === null)).toBe(true)
    expect(changes[2]!.after).toEqual(expected[1]!.after)
    // The listing, the pointers, and the rules.
    expect(world.takeRequests()).toHaveLength(3)
    await world.remote.readChanges(null, to, (path) => path.startsWith('data/'))
    expect(world.takeRequests()).toEqual([])
  })

  it('is the same from a listing that is cut', async () => {
    const whole = startWorld()
    const cut = startWorld({ switches: { listingMax: 1 } })
    const [a, b] = await Promise.all(
      [whole, cut].map(async (world) => world.remote.readChanges(null, change(world).to, everything)),
    )
    expect(b).toEqual(a)
  })
})

describe('how many files a commit holds', () => {
  it('is counted in one request where that tells enough, without symlinks and what is not asked for', async () => {
    const { remote, commit, takeRequests } = startWorld({ switches: { listingMax: 3 } })
    const to = commit({ 'a/link': { mode: '120000', content: 'x' }, 'b.txt': 'b', 'z/last.txt': 'z' })
    await remote.readHistory()
    takeRequests()
    expect(await remote.countFiles(to, (path) => path === 'b.txt', 1)).toBe(1)
    expect(takeRequests()).toHaveLength(1)
    expect(await remote.countFiles(to, (path) => path === 'z/last.txt', 9)).toBe(1)
    expect(await remote.countFiles(to, (path) => path.startsWith('a/'), 9)).toBe(0)
  })
})
