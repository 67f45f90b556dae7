import { describe, expect, it } from 'vitest'
import { IntegrityError, RemoteError } from '../../lib/model/errors.ts'
import { formatPointer } from '../../lib/model/pointer.ts'
import { lfsObject } from '../hubs/new-commits.ts'
import { big, fill } from './entries-setup.ts'
import { at, blobId, startWorld } from './setup.ts'

const pointer = formatPointer(lfsObject(big))

const paths = [
  'a.txt',
  'deep',
  'deep/er/b.txt',
  'x.bin',
  'link',
  'vendor',
  'nothing',
  'link/er/b.txt',
  'a.txt/b',
  'vendor/x',
]

const expected = {
  'a.txt': { mode: '100644', oid: blobId('a\n'), byteLength: 2, lfs: null },
  'deep': { mode: '040000', oid: expect.stringMatching(/^[0-9a-f]{40}$/) as string, byteLength: 0, lfs: null },
  'deep/er/b.txt': { mode: '100644', oid: blobId('b\n'), byteLength: 2, lfs: null },
  'x.bin': { mode: '100644', oid: blobId(pointer), byteLength: 2000, lfs: lfsObject(big) },
  'link': { mode: '120000', oid: blobId('deep'), byteLength: 4, lfs: null },
  'vendor': { mode: '160000', oid: '1'.repeat(40), byteLength: 0, lfs: null },
  'nothing': null,
  'link/er/b.txt': null,
  'a.txt/b': null,
  'vendor/x': null,
}

describe('entries at paths of a commit', () => {
  it('take one query, and nothing when they are asked for again', async () => {
    const world = startWorld()
    const commit = fill(world)
    expect(Object.fromEntries(await world.remote.readEntries(commit, paths))).toEqual(expected)
    await world.remote.readEntries(commit, paths)
    expect(world.takeRequests()).toEqual(['POST /graphql'])
  })

  it('are the same without a token, each folder read once', async () => {
    const world = startWorld()
    const commit = fill(world)
    const remote = world.connect({ token: null })
    expect(Object.fromEntries(await remote.readEntries(commit, paths))).toEqual(expected)
    await remote.readEntries(commit, ['deep/er/c.txt', 'deep/er/d.txt'])
    expect(world.takeRequests().map((line) => line.split('/').slice(0, 2).join('/'))).toEqual([
      'GET git/commits',
      'GET git/trees',
      'GET git/trees',
      'GET git/trees',
      'GET git/blobs',
      'GET git/blobs',
    ])
  })

  it('of 101 paths take three queries', async () => {
    const world = startWorld()
    const commit = fill(world)
    expect(
      (
        await world.remote.readEntries(
          commit,
          Array.from({ length: 101 }, (_, index) => `${index}`),
        )
      ).size,
    ).toBe(101)
    expect(world.takeRequests()).toHaveLength(3)
  })

  it('are looked for elsewhere when GraphQL does not know the commit yet', async () => {
    const world = startWorld()
    const commit = fill(world)
    const body = '{"data":{"repository":{"id":"R_1","c0":null}}}'
    world.hub.faults.push(
      at('POST', '/graphql', {
        when: 'before',
        act: { status: 200, headers: { 'content-type': 'application/json' }, body },
      }),
    )
    expect(Object.fromEntries(await world.remote.readEntries(commit, paths))).toEqual(expected)
  })

  it('of a commit that is not there are an error and not absent', async () => {
    const world = startWorld()
    fill(world)
    await expect(world.remote.readEntries('1'.repeat(40), ['a.txt'])).rejects.toThrow(
      /^Cannot read commit 1111111 of GitHub "acme\/corpus@main": GitHub answered 404/,
    )
  })
})

describe('the content of a blob', () => {
  it('is the bytes, whatever they are', async () => {
    const { remote, commit } = startWorld()
    const bytes = Buffer.from([0xff, 0, 0xfe, 0x0a, 0x80, 0xc3, 0x28])
    const oid = commit({ 'x.dat': bytes, 'latin.txt': Buffer.from('caf\xe9\n', 'latin1'), 'empty': '' })
    const entries = await remote.readEntries(oid, ['x.dat', 'latin.txt', 'empty'])
    expect(Buffer.from(await remote.readContent(oid, 'x.dat', entries.get('x.dat')!))).toEqual(bytes)
    expect(Buffer.from(await remote.readContent(oid, 'latin.txt', entries.get('latin.txt')!))).toEqual(
      Buffer.from('caf\xe9\n', 'latin1'),
    )
    expect(await remote.readContent(oid, 'empty', entries.get('empty')!)).toHaveLength(0)
  })

  it('of 2,000 texts that changed take eight queries where none are fetched, one after the other or at once, and binaries one each', async () => {
    const { remote, connect, commit, takeRequests } = startWorld({ switches: { fetches: 403 } })
    const from = commit({ x: 'x' })
    const to = commit({
      ...Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`${index}.txt`, `${index}\n`])),
      '1000.bin': Buffer.from('\0a'),
      '1001.bin': Buffer.from('\0b'),
    })
    for (const lanes of [1, 8]) {
      const reading = lanes === 1 ? remote : connect()
      const changes = await reading.readChanges(from, to, () => true)
      reading.expectContents!(changes.map(({ after }) => after!))
      takeRequests()
      for (let first = 0; first < changes.length; first += lanes) {
        await Promise.all(
          changes
            .slice(first, first + lanes)
            .map(async ({ path, after }) =>
              expect(blobId(Buffer.from(await reading.readContent(to, path, after!)))).toBe(after!.oid),
            ),
        )
      }
      const requests = takeRequests()
      expect(requests.filter((line) => line === 'POST /graphql').length).toBeLessThanOrEqual(9)
      expect(requests.filter((line) => line.startsWith('GET git/blobs/'))).toHaveLength(2)
    }
  })

  it('is asked for alone when a query for many fails', async () => {
    const { hub, remote, commit } = startWorld()
    const from = commit({ x: 'x' })
    const to = commit(Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`${index}.txt`, `${index}\n`])))
    const changes = await remote.readChanges(from, to, () => true)
    remote.expectContents!(changes.map(({ after }) => after!))
    hub.faults.push(at('POST', '/git-upload-pack', { times: 99, when: 'before', act: 'drop' }))
    hub.faults.push(at('POST', '/graphql', { times: 99, when: 'before', act: 'drop' }))
    const contents = await Promise.all(changes.map(({ path, after }) => remote.readContent(to, path, after!)))
    expect(contents.map((content) => `${Buffer.from(content).toString().trim()}.txt`)).toEqual(
      changes.map(({ path }) => path),
    )
  })

  it('that is longer than what GraphQL gives of a text is read whole', async () => {
    const { remote, commit, takeRequests } = startWorld({ switches: { blobTextMax: 1000 } })
    const text = 'line\n'.repeat(1000)
    const oid = commit({ 'long.txt': text })
    const entries = await remote.readEntries(oid, ['long.txt'])
    expect(Buffer.from(await remote.readContent(oid, 'long.txt', entries.get('long.txt')!)).toString()).toBe(text)
    expect(takeRequests()).toEqual(['POST /graphql', `GET git/blobs/${blobId(text)}`])
  })

  it.each(['cut', 'corrupt', 'drop'] as const)('is read again when it comes once as: %s', async (act) => {
    const { hub, connect, commit } = startWorld()
    const remote = connect({ token: null })
    const oid = commit({ 'a.txt': 'some text\n' })
    const blob = { mode: '100644', oid: blobId('some text\n') } as const
    hub.faults.push(at('GET', '/git/blobs/', { when: 'after', act }))
    expect(Buffer.from(await remote.readContent(oid, 'a.txt', blob)).toString()).toBe('some text\n')
  })

  it('is an IntegrityError when it stays wrong, and a RemoteError when it stays away', async () => {
    const { hub, connect, commit } = startWorld()
    const remote = connect({ token: null })
    const oid = commit({ 'a.txt': 'some text\n' })
    hub.faults.push(at('GET', '/git/blobs/', { times: 99, when: 'after', act: 'corrupt' }))
    await expect(remote.readContent(oid, 'a.txt', { mode: '100644', oid: blobId('some text\n') })).rejects.toThrow(
      IntegrityError,
    )
    const missing = remote.readContent(oid, 'b.txt', { mode: '100644', oid: '1'.repeat(40) })
    await expect(missing).rejects.toThrow(RemoteError)
    await expect(missing).rejects.toThrow(
      /^Cannot read "b.txt" of GitHub "acme\/corpus@main": GitHub does not have blob 1{40}/,
    )
  })
})

describe('LFS objects', () => {
  it('are read and missed with the token as git sends it', async () => {
    const { hub, remote } = startWorld({ private: true })
    const object = hub.addObject(big)
    const missing = { oid: 'b'.repeat(64), byteLength: 5 }
    expect(await remote.readMissing([object, missing])).toEqual([missing])
    const chunks: Uint8Array[] = []
    for await (const chunk of await remote.openObject(object)) chunks.push(chunk)
    expect(Buffer.concat(chunks).equals(big)).toBe(true)
  })
})
