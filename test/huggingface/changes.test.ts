import { describe, expect, it } from 'vitest'
import type { Change } from '../../lib/model/entry.ts'
import { IntegrityError } from '../../lib/model/errors.ts'
import { formatPointer } from '../../lib/model/pointer.ts'
import { objectId } from '../hubs/git.ts'
import { Request } from '../hubs/message.ts'
import { lfsObject } from '../hubs/new-commits.ts'
import { origin, startWorld, type World, big, everything } from './setup.ts'

const oddNames = [
  'a#b.txt',
  'a?b.txt',
  'a%20b.txt',
  'a+b.txt',
  'with space.txt',
  'ünïcode/日本💀.txt',
  'q"uo\\te.txt',
  '"quoted".txt',
  '%2e%2e/x.txt',
  'tab\there.txt',
  '"literal\\ttab"',
  'back\\tslash"',
  "it's (1) [2].txt",
]

/** A commit with text, LFS, a deletion and a rename. */
function change({ hub }: World): { from: string; to: string } {
  const from = hub.commit('main', {
    files: { 'keep.txt': 'k\n', 'gone.txt': 'g\n', 'old name.txt': 'same\n', 'a.txt': 'one\n' },
    message: 'Before',
  })
  const files = {
    'a.txt': 'two\n',
    'gone.txt': null,
    'old name.txt': null,
    'new name.txt': 'same\n',
    'data/x.bin': { lfs: big },
  }
  return { from, to: hub.commit('main', { files, message: 'After' }) }
}

const entry = (content: string) => ({
  mode: '100644',
  oid: objectId('blob', Buffer.from(content)),
  byteLength: content.length,
  lfs: null,
})

const blob = (content: string) => ({ mode: '100644', oid: objectId('blob', Buffer.from(content)) })

const expected: Change[] = [
  { path: 'a.txt', before: blob('one\n'), after: entry('two\n') },
  {
    path: 'data/x.bin',
    before: null,
    after: {
      mode: '100644',
      oid: objectId('blob', Buffer.from(formatPointer(lfsObject(big)))),
      byteLength: 2000,
      lfs: lfsObject(big),
    },
  },
  { path: 'gone.txt', before: blob('g\n'), after: null },
  { path: 'new name.txt', before: null, after: entry('same\n') },
  { path: 'old name.txt', before: blob('same\n'), after: null },
] as Change[]

describe('changes between two commits', () => {
  it('take a comparison and one look at the paths that are there', async () => {
    const world = startWorld()
    const { from, to } = change(world)
    expect(await world.remote.readChanges(from, to, everything)).toEqual(expected)
    expect(world.takeRequests()).toEqual([
      `GET /api/datasets/acme/corpus/compare/${from}..${to}`,
      `POST /api/datasets/acme/corpus/paths-info/${to}`,
    ])
  })

  it.each(['tab', 'space'] as const)(
    'are the same when the Hub tells renames, parted by a %s',
    async (compareRenames) => {
      const world = startWorld({ switches: { compareRenames } })
      const { from, to } = change(world)
      expect(await world.remote.readChanges(from, to, everything)).toEqual(expected)
    },
  )

  it.each([404, 413, 504])(
    'are the same from two listings when the comparison is refused with %i',
    async (compareStatus) => {
      const world = startWorld({ switches: { compareStatus } })
      const { from, to } = change(world)
      expect(await world.remote.readChanges(from, to, everything)).toEqual(expected)
    },
  )

  const readDiff = async ({ hub }: World, from: string, to: string) =>
    (
      await (await hub.fetch(new Request(`${origin}/api/datasets/acme/corpus/compare/${from}..${to}?raw=true`))).text()
    ).split('\n')

  it.each([{ etag: 'W/"999-ENs9GEVikmvzG19RM/mDcipghmA"' }, { 'content-length': '999' }])(
    'are the same when the comparison was cut behind a line, which %o shows',
    async (headers) => {
      const world = startWorld()
      const { from, to } = change(world)
      const [line] = await readDiff(world, from, to)
      world.hub.faults.push({
        on: ({ url }) => url.includes('/compare/'),
        when: 'after',
        act: { status: 200, headers, body: `${line}\n` },
      })
      expect(await world.remote.readChanges(from, to, everything)).toEqual(expected)
    },
  )

  it.each([
    ['id', 'b'.repeat(40), '$1'],
    ['path', '$&', 'nowhere.txt'],
  ])('are the same from two listings when the comparison has a wrong %s', async (_, oid, path) => {
    const world = startWorld()
    const { from, to } = change(world)
    const lines = await readDiff(world, from, to)
    const wrong = lines.map((line) => line.replace(/(?<= )[0-9a-f]{40}(?=\.{3} M)/, oid).replace(/(?<=M\t)(.*)$/, path))
    expect(wrong).not.toEqual(lines)
    world.hub.faults.push({
      on: ({ url }) => url.includes('/compare/'),
      when: 'after',
      act: { status: 200, body: wrong.join('\n') },
    })
    expect(await world.remote.readChanges(from, to, everything)).toEqual(expected)
  })

  it('ask for nothing where nothing can have changed', async () => {
    const { hub, remote, takeRequests } = startWorld()
    const head = hub.head('main')!
    expect(await remote.readChanges(head, head, everything)).toEqual([])
    expect(takeRequests()).toEqual([])
  })

  it('are only those that are asked for, and only those are looked up', async () => {
    const world = startWorld()
    const { from, to } = change(world)
    expect(await world.remote.readChanges(from, to, (path) => path === 'gone.txt')).toEqual([expected[2]])
    expect(world.takeRequests()).toHaveLength(1)
  })

  it.each(['raw', 'git'] as const)('keep odd names with %s quoting', async (compareQuoting) => {
    const { hub, remote } = startWorld({ switches: { compareQuoting } })
    const from = hub.head('main')!
    const to = hub.commit('main', {
      files: Object.fromEntries(oddNames.map((name) => [name, `${name}\n`])),
      message: 'Odd',
    })
    const found = await remote.readChanges(from, to, everything)
    expect(found.map(({ path }) => path)).toEqual(
      oddNames.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    )
    for (const { path, after } of found)
      expect(Buffer.from(await remote.readContent(to, path, after!)).toString()).toBe(`${path}\n`)
    const deleted = hub.commit('main', {
      files: Object.fromEntries(oddNames.map((name) => [name, null])),
      message: 'No more',
    })
    expect((await remote.readChanges(to, deleted, everything)).map(({ path, after }) => [path, after])).toEqual(
      found.map(({ path }) => [path, null]),
    )
  })

  it('have what stands at thousands of paths from pages of the listing, as long as those tell more', async () => {
    const { hub, remote, connect, takeRequests } = startWorld()
    const paths = Array.from({ length: 2_500 }, (_, index) => `d/${String(index).padStart(4, '0')}.txt`)
    const head = hub.commit('main', {
      files: Object.fromEntries(paths.map((path) => [path, `${path}\n`])),
      message: 'Many',
    })
    const entries = await remote.readEntries(head, [...paths, 'gone.txt', 'd/gone.txt'])
    expect([...entries].filter(([, one]) => one === null).map(([path]) => path)).toEqual(['gone.txt', 'd/gone.txt'])
    expect(paths.map((path) => entries.get(path)?.oid)).toEqual(
      paths.map((path) => objectId('blob', Buffer.from(`${path}\n`))),
    )
    // Three pages, and one question for the two that were on none.
    expect(takeRequests().map((line) => line.split('/')[5])).toEqual(['tree', 'tree', 'tree', 'paths-info'])
    await connect().readEntries(head, [...paths.slice(-600), ...paths.map((path) => `e/${path}`)])
    expect(takeRequests().filter((line) => line.split('/')[5] === 'tree')).toHaveLength(1)
  })

  it('believe no listing that what it leaves out is not there', async () => {
    const { hub, remote } = startWorld()
    const paths = Array.from({ length: 2_500 }, (_, index) => `d/${String(index).padStart(4, '0')}.txt`)
    const head = hub.commit('main', {
      files: Object.fromEntries(paths.map((path) => [path, `${path}\n`])),
      message: 'Many',
    })
    let pages = 0
    hub.faults.push({
      on: ({ url }) => url.includes('/tree/') && ++pages === 2,
      when: 'before',
      times: 1,
      act: { status: 200, body: '[]' },
    })
    expect([...(await remote.readEntries(head, paths))].filter(([, one]) => one === null)).toEqual([])
  })

  it('look up as many paths as the Hub takes, should that be fewer', async () => {
    const { hub, remote } = startWorld({ switches: { pathsInfoMax: 100 } })
    const from = hub.head('main')!
    const to = hub.commit('main', {
      files: Object.fromEntries(Array.from({ length: 700 }, (_, index) => [`d/${index}.txt`, `${index}\n`])),
      message: 'Many',
    })
    expect(await remote.readChanges(from, to, everything)).toHaveLength(700)
  })

  it('look up 500 paths a request', async () => {
    const { hub, remote, takeRequests } = startWorld()
    const from = hub.head('main')!
    const to = hub.commit('main', {
      files: Object.fromEntries(Array.from({ length: 1200 }, (_, index) => [`d/${index}.txt`, `${index}\n`])),
      message: 'Many',
    })
    expect(await remote.readChanges(from, to, everything)).toHaveLength(1200)
    expect(takeRequests()).toHaveLength(4)
  })

  it('tell modes, and what cannot be copied', async () => {
    const { hub, remote } = startWorld()
    const from = hub.head('main')!
    const files = {
      'run.sh': { mode: '100755', content: 'x\n' },
      'link': { mode: '120000', content: 'run.sh' },
    } as const
    const to = hub.commit('main', { files, message: 'Modes' })
    expect((await remote.readChanges(from, to, everything)).map(({ path, after }) => [path, after?.mode])).toEqual([
      ['link', '120000'],
      ['run.sh', '100755'],
    ])
    expect((await remote.readEntries(to, ['link'])).get('link')?.mode).toBe('120000')
  })

  it('are refused when a pointer is not the blob that it is said to be', async () => {
    const world = startWorld()
    const { from, to } = change(world)
    world.hub.faults.push({
      on: ({ url }) => url.includes('/paths-info/'),
      when: 'after',
      act: {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([
          {
            type: 'file',
            path: 'data/x.bin',
            oid: expected[1]!.after!.oid,
            size: 2001,
            lfs: { oid: lfsObject(big).oid, size: 2001, pointerSize: 130 },
          },
        ]),
      },
    })
    await expect(world.remote.readChanges(from, to, (path) => path === 'data/x.bin')).rejects.toThrow(IntegrityError)
  })
})
