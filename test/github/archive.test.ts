/** Many files that changed, read out of one archive; and every reason to read them otherwise. */
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readTar } from '../../lib/github/tar.ts'
import { RemoteError } from '../../lib/model/errors.ts'
import { at, startWorld, type World } from './setup.ts'

const picture = (index: number, byteLength = 200) =>
  Buffer.concat([Buffer.from([0, 255]), Buffer.alloc(byteLength, `picture ${index} `)])
const pictures = (count: number, byteLength?: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `img/${String(index).padStart(4, '0')}.png`,
      picture(index, byteLength),
    ]),
  )

interface Files {
  readonly head: string
  readonly read: () => Promise<Buffer[]>
  readonly expected: Buffer[]
  readonly takeKinds: () => Record<string, number>
}

/** Somebody's commit with these files, and all of them read in the order of their paths, eight at once. */
async function startReading(world: World, files: Record<string, string | Buffer>): Promise<Files> {
  const base = world.hub.head('main') ?? world.commit({ 'a.txt': 'a\n' })
  const head = world.commit(files)
  const changes = await world.remote.readChanges(base, head, () => true)
  const read = async () => {
    const contents: Buffer[] = []
    for (let from = 0; from < changes.length; from += 8) {
      contents.push(
        ...(await Promise.all(
          changes
            .slice(from, from + 8)
            .map(async ({ path, after }) => Buffer.from(await world.remote.readContent(head, path, after!))),
        )),
      )
    }
    return contents
  }
  const takeKinds = () => {
    const kinds: Record<string, number> = {}
    for (const line of world.takeRequests()) {
      const kind = /legacy\.tar\.gz|tarball|git\/blobs|git-upload-pack|graphql/.exec(line)?.[0]
      if (kind !== undefined) kinds[kind] = (kinds[kind] ?? 0) + 1
    }
    return kinds
  }
  takeKinds()
  return { head, read, expected: changes.map(({ path }) => Buffer.from(files[path]!)), takeKinds }
}

async function expectRead({ read, expected, takeKinds }: Files): Promise<Record<string, number>> {
  const contents = await read()
  expect(contents.length).toBe(expected.length)
  expect(contents.findIndex((content, index) => !content.equals(expected[index]!))).toBe(-1)
  return takeKinds()
}

const one = { 'tarball': 1, 'legacy.tar.gz': 1 }

describe('many files that are no texts', () => {
  it.each([{ private: false }, { private: true }])(
    'come out of one archive after one query has told what they are: %o',
    async (options) => {
      expect(await expectRead(await startReading(startWorld(options), pictures(300)))).toEqual({ graphql: 1, ...one })
    },
  )

  it('come so without GraphQL too', async () => {
    const world = startWorld()
    const anonymous = { ...world, remote: world.connect({ token: null }) }
    expect(await expectRead(await startReading(anonymous, pictures(300)))).toEqual(one)
  })

  it('come in whatever order they are asked for, also while another query tells what they are', async () => {
    const { remote, hub, ...world } = startWorld()
    const files: Record<string, string | Buffer> = { 'b.txt': 'b\n', ...pictures(5), 'z.txt': 'z\n' }
    const head = world.commit(files)
    const changes = await remote.readChanges(null, head, () => true)
    const read = async (index: number) => {
      const { path, after } = changes.at(index)!
      expect(Buffer.from(await remote.readContent(head, path, after!))).toEqual(Buffer.from(files[path]!))
    }
    let open = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    hub.faults.push({ on: hub.requests.length + 1, when: 'before', act: () => gate })
    const late = read(-2)
    await read(0)
    open()
    await Promise.all([late, read(-1)])
  })

  it('are told by the ends of their names, so that texts among them still come by queries', async () => {
    const texts = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`img/${String(index).padStart(4, '0')}.txt`, `${index}\n`]),
    )
    expect(await expectRead(await startReading(startWorld(), { ...texts, ...pictures(15) }))).toEqual({
      'graphql': 2,
      'git/blobs': 15,
    })
    expect(await expectRead(await startReading(startWorld(), { ...texts, ...pictures(60) }))).toEqual({
      graphql: 1,
      ...one,
    })
  })

  it('come so in the next commit too, whose names tell by now that they are no texts', async () => {
    const world = startWorld()
    await expectRead(await startReading(world, pictures(25)))
    expect(
      await expectRead(await startReading(world, Object.fromEntries(Object.entries(pictures(50)).slice(25)))),
    ).toEqual(one)
  })

  it('come out of a second download where they had no room in memory', async () => {
    const files = await startReading(startWorld(), pictures(120, 600_000))
    expect(await expectRead(files)).toEqual(one)
    expect(await expectRead(files)).toEqual(one)
  })

  it('that are long texts come so as well, and many short ones where that is fewer requests', async () => {
    const long = Object.fromEntries(
      Array.from({ length: 25 }, (_, index) => [`long/${index}.csv`, `${index}\n`.repeat(60_000)]),
    )
    expect(await expectRead(await startReading(startWorld(), long))).toEqual(one)
    const middle = Object.fromEntries(
      Array.from({ length: 410 }, (_, index) => [`middle/${index}.csv`, `${index}\n`.padEnd(98_000, 'x')]),
    )
    expect(await expectRead(await startReading(startWorld(), middle))).toEqual(one)
  })
})

const fetched = { 'git-upload-pack': 1 }

describe('what an archive does not give is fetched by its ids', () => {
  it.each([404, 403, 501])('where there is none: status %i', async (archiveStatus) => {
    expect(await expectRead(await startReading(startWorld({ switches: { archiveStatus } }), pictures(300)))).toEqual({
      graphql: 1,
      tarball: 1,
      ...fetched,
    })
  })

  it.each([{ private: false }, { private: true }])(
    'where it would bring too much that nobody asked for: %o',
    async (options) => {
      const world = startWorld(options)
      world.commit({ 'large.bin': Buffer.alloc(30_000_000), 'a.txt': 'a\n' })
      expect(await expectRead(await startReading(world, pictures(25)))).toEqual({ graphql: 1, ...fetched })
    },
  )

  it('where it holds more than the repository, as with LFS objects in place of their pointers', async () => {
    const world = startWorld({ switches: { rewritten: new Set(['img/0000.png']), rewrittenByteLength: 60_000_000 } })
    expect(await expectRead(await startReading(world, pictures(25)))).toEqual({ graphql: 1, ...one, ...fetched })
  })

  it('where it leaves many files out, and one by one where it leaves out or changes a few', async () => {
    const few = startWorld({
      switches: { unarchived: new Set(['img/0003.png', 'img/0299.png']), rewritten: new Set(['img/0007.png']) },
    })
    expect(await expectRead(await startReading(few, pictures(300)))).toEqual({ 'graphql': 1, ...one, 'git/blobs': 3 })
    const many = startWorld({ switches: { unarchived: new Set(Object.keys(pictures(40))) } })
    expect(await expectRead(await startReading(many, pictures(300)))).toEqual({ graphql: 1, ...one, ...fetched })
  })

  it.each(['cut', 'corrupt', 'drop'] as const)('where it does not come whole, after another try: %s', async (act) => {
    const world = startWorld()
    const fault = (times: number) => world.hub.faults.push(at('GET', '/legacy.tar.gz/', { when: 'before', act, times }))
    const files = await startReading(world, pictures(25))
    fault(1)
    expect((await expectRead(files))['git-upload-pack']).toBe(undefined)
    const others = await startReading(world, Object.fromEntries(Object.entries(pictures(50)).slice(25)))
    fault(100)
    expect((await expectRead(others))['git-upload-pack']).toBe(1)
  })

  it('in portions that memory has room for, again where they had to make way, and longer files one by one', async () => {
    const world = startWorld({ switches: { archiveStatus: 404 } })
    const files = await startReading(world, { ...pictures(120, 600_000), 'long.bin': picture(1, 4_100_000) })
    expect(await expectRead(files)).toEqual({ 'tarball': 1, 'git-upload-pack': 10, 'git/blobs': 1 })
    const again = await expectRead(files)
    expect(again).toEqual({ 'git-upload-pack': again['git-upload-pack'], 'git/blobs': 1 })
    expect(again['git-upload-pack']).toBeLessThanOrEqual(11)
  })
})

describe('what neither gives is read one by one', () => {
  it.each([401, 403, 404, 503] as const)("where git's own protocol is refused: %s", async (fetches) => {
    const kinds = await expectRead(
      await startReading(startWorld({ switches: { archiveStatus: 404, fetches } }), pictures(25)),
    )
    expect(kinds['git/blobs']).toBe(25)
  })

  // Files that came before the byte that was changed need not be read again.
  it.each([
    ['cut', 25],
    ['corrupt', 7],
    ['drop', 25],
  ] as const)('where its answer is not whole, after another try: %s', async (act, left) => {
    const world = startWorld({ switches: { archiveStatus: 404 } })
    const fault = (times: number) =>
      world.hub.faults.push(at('POST', '/git-upload-pack', { when: 'after', act, times }))
    fault(1)
    expect((await expectRead(await startReading(world, pictures(25))))['git/blobs']).toBe(undefined)
    fault(100)
    const others = Object.fromEntries(Object.entries(pictures(50)).slice(25))
    expect((await expectRead(await startReading(world, others)))['git/blobs']).toBe(left)
  })
})

describe('a tar archive', () => {
  const readAll = async (bytes: Buffer, chunkLength: number) => {
    const chunks = Array.from({ length: Math.ceil(bytes.length / chunkLength) }, (_, index) =>
      bytes.subarray(index * chunkLength, (index + 1) * chunkLength),
    )
    const contents: string[] = []
    for await (const files of readTar(
      (async function* () {
        yield* chunks
      })(),
      (length) => length !== 3,
      1e6,
    ))
      contents.push(...files.map((content) => content.toString()))
    return contents
  }
  const archive = async () => {
    const world = startWorld()
    const head = world.commit({
      'a.txt': 'a\n',
      'b/three': '123',
      'b/empty': '',
      'b/block.bin': Buffer.alloc(512, 'x'),
      'link': { mode: '120000', content: 'a.txt' },
      [`${'deep/'.repeat(40)}x`]: 'deep',
    })
    return gunzipSync(
      Buffer.from(
        await (
          await world.hub.fetch(new Request(`https://codeload.github.com/acme/corpus/legacy.tar.gz/${head}`))
        ).arrayBuffer(),
      ),
    )
  }

  it.each([1, 511, 512, 1_000_000])('gives the files of wanted lengths, in chunks of %i bytes', async (length) => {
    expect(await readAll(await archive(), length)).toEqual(['a\n', 'x'.repeat(512), '', 'deep'])
  })

  it('that ends early or is none is an error, wherever it ends', async () => {
    const bytes = await archive()
    for (let end = 0; end < bytes.length - 1_024; end += 256)
      await expect(readAll(bytes.subarray(0, end), 1_000)).rejects.toThrow(RemoteError)
    for (const wrong of [
      Buffer.alloc(2_000, 'x'),
      Buffer.concat([bytes.subarray(0, 30), Buffer.from([7]), bytes.subarray(31)]),
    ])
      await expect(readAll(wrong, 1_000)).rejects.toThrow('no archive')
  })
})
