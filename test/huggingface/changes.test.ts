import { describe, expect, it } from 'vitest'
import type { Change } from '../../lib/model/entry.ts'
import { IntegrityError, RemoteError } from '../../lib/model/errors.ts'
import { formatPointer } from '../../lib/model/pointer.ts'
import { objectId } from '../hubs/git.ts'
import { lfsObject, origin, startWorld, type World } from './setup.ts'

const everything = () => true
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
const big = Buffer.alloc(2000, 7)

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

describe('everything that a commit holds', () => {
  it('is a listing of as many pages as it takes, and a comparison for the modes', async () => {
    const { hub, remote, takeRequests } = startWorld()
    const files = Object.fromEntries(
      Array.from({ length: 1500 }, (_, index) => [`d${index % 7}/${index}.txt`, `${index}\n`]),
    )
    hub.commit('main', { files, message: 'Many' })
    const to = hub.commit('main', {
      files: { 'run.sh': { mode: '100755', content: 'x\n' }, 'x.bin': { lfs: big } },
      message: 'More',
    })
    const found = await remote.readChanges(null, to, everything)
    expect(found).toHaveLength(1503)
    expect(found.find(({ path }) => path === 'run.sh')?.after?.mode).toBe('100755')
    expect(found.every(({ before, after }) => before === null && after !== null)).toBe(true)
    expect(takeRequests().map((request) => request.split('/')[5])).toEqual(['tree', 'tree', 'compare'])
    expect((await remote.readEntries(to, ['d1', 'none', 'x.bin'])).get('x.bin')?.lfs).toEqual(lfsObject(big))
    expect(takeRequests()).toEqual([])
  })

  it('is known without modes when the Hub cannot compare', async () => {
    const { hub, remote } = startWorld({ switches: { compareStatus: 500 } })
    const to = hub.commit('main', { files: { 'd/run.sh': { mode: '100755', content: 'x\n' } }, message: 'Modes' })
    expect((await remote.readChanges(null, to, (path) => path === 'd/run.sh'))[0]?.after?.mode).toBe('100644')
  })

  it.each([
    ['in a directory', 'd/b.txt'],
    ['at the root', 'z.txt'],
  ])('is refused when a row is missing %s', async (_, missing) => {
    const { hub, remote } = startWorld()
    const to = hub.commit('main', { files: { 'd/a.txt': 'a\n', 'd/b.txt': 'b\n', 'z.txt': 'z\n' }, message: 'Files' })
    const rows = (await (
      await hub.fetch(new Request(`${origin}/api/datasets/acme/corpus/tree/${to}?recursive=true`))
    ).json()) as { path: string }[]
    hub.faults.push({
      on: ({ url }) => url.includes('/tree/'),
      when: 'after',
      act: { status: 200, body: JSON.stringify(rows.filter(({ path }) => path !== missing)) },
    })
    await expect(remote.readChanges(null, to, everything)).rejects.toThrow(IntegrityError)
  })

  it('proves directories, so that a comparison cut short hides no wrong row', async () => {
    const { hub, remote } = startWorld()
    const to = hub.commit('main', { files: { 'd/a.txt': 'a\n' }, message: 'Files' })
    const rows = (await (
      await hub.fetch(new Request(`${origin}/api/datasets/acme/corpus/tree/${to}?recursive=true`))
    ).json()) as { path: string; oid: string }[]
    rows.find(({ path }) => path === 'd')!.oid = 'c'.repeat(40)
    hub.faults.push({
      on: ({ url }) => url.includes('/tree/'),
      when: 'after',
      act: { status: 200, body: JSON.stringify(rows) },
    })
    await expect(remote.readChanges(null, to, everything)).rejects.toThrow(/the listing of "d"/)
  })

  it('is refused when its pages never end', async () => {
    const { hub, remote, takeRequests } = startWorld()
    const next = `<${origin}/api/datasets/acme/corpus/tree/x?recursive=true&limit=1000&cursor=abc>; rel="next"`
    hub.faults.push({
      on: ({ url }) => url.includes('/tree/'),
      times: 99,
      when: 'after',
      act: { status: 200, headers: { link: next }, body: '[]' },
    })
    await expect(remote.readChanges(null, hub.head('main')!, everything)).rejects.toThrow(RemoteError)
    expect(takeRequests()).toHaveLength(2)
  })

  it('is counted page by page, and no further than is asked for', async () => {
    const { hub, remote, takeRequests } = startWorld()
    const head = hub.head('main')!
    expect(await remote.countFiles(head, everything, 1)).toBe(1)
    expect(await remote.countFiles(head, (path) => path !== '.gitattributes', 1)).toBe(0)
    expect(takeRequests()).toHaveLength(2)
    const many = hub.commit('main', {
      files: Object.fromEntries(Array.from({ length: 2_500 }, (_, index) => [`${index}.txt`, 'x'])),
      message: 'Many',
    })
    expect(await Promise.all([10, 1_500, 9_999].map((most) => remote.countFiles(many, everything, most)))).toEqual([
      10, 1_500, 2_501,
    ])
    expect(takeRequests()).toHaveLength(1 + 2 + 3)
  })
})
