/** Many new files reach GitHub in one request, as git pushes them; and every reason to write them one by one. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Edit } from '../../lib/model/remote.ts'
import { hasGit } from '../git-judge.ts'
import type { Switches } from '../hubs/github-switches.ts'
import type { Fault } from '../hubs/hub.ts'
import { at, blobId, newCommit, startWorld, writer, type World } from './setup.ts'

const picture = (index: number, byteLength = 300) =>
  Buffer.concat([Buffer.from([0, 255]), Buffer.alloc(byteLength, `picture ${index} `)])
const pictures = (count: number, byteLength?: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `img/${String(index).padStart(4, '0')}.png`,
      picture(index, byteLength),
    ]),
  )

interface Written {
  readonly world: World
  readonly kinds: Record<string, number>
}

function takeKinds(world: World): Record<string, number> {
  const kinds: Record<string, number> = {}
  for (const line of world.takeRequests()) {
    const kind = /git-receive-pack|matching-refs|POST git\/blobs|POST git\/trees/.exec(line)?.[0]
    if (kind !== undefined) kinds[kind] = (kinds[kind] ?? 0) + 1
  }
  return kinds
}

/** As objects of the Hub are, whose git ids only reading them tells. */
function nameless({ path, file }: Edit): Edit {
  if (file?.store !== 'plain') return { path, file }
  let oid: string | null = null
  const read = async () => {
    const content = await file.read()
    oid = blobId(Buffer.from(content))
    return content
  }
  return {
    path,
    file: {
      ...file,
      get oid() {
        return oid
      },
      read,
    },
  }
}

/** The mirror's commit of these files, on top of somebody else's; it has to hold them, and no other ref may be left. */
async function write(
  files: Record<string, Buffer>,
  world = startWorld(),
  { refsLeft = 0, named = false } = {},
): Promise<Written> {
  const base = world.hub.head('main') ?? world.commit({ 'a.txt': 'a\n' })
  world.takeRequests()
  const { edits, ...commit } = newCommit([base], files)
  const prepared = await world.remote.prepare([{ ...commit, edits: named ? edits : edits.map(nameless) }], base)
  expect(await prepared.publish()).toBe(world.hub.head('main'))
  const held = world.hub.files('main')
  expect(Object.entries(files).find(([path, content]) => !held.get(path)?.content.equals(content))).toBe(undefined)
  expect([...world.hub.refs.keys()].filter((ref) => ref !== 'refs/heads/main')).toHaveLength(refsLeft)
  return { world, kinds: takeKinds(world) }
}

const atPush = (fault: Omit<Fault, 'on'>): Fault => at('POST', '/git-receive-pack', fault)
const together = { 'matching-refs': 1, 'git-receive-pack': 1 }

describe('many new files', () => {
  it('come in one push with their trees and the commit, and the branch moves with it', async () => {
    expect((await write(pictures(300))).kinds).toEqual(together)
  })

  it('come so whether they are texts or not, each content once', async () => {
    const texts = Object.fromEntries(
      Array.from({ length: 700 }, (_, index) => [`data/${index}.csv`, Buffer.from(`${index % 400}\n`)]),
    )
    expect((await write({ ...texts, ...pictures(20) })).kinds).toEqual(together)
  })

  it('that are longer than is held at once come in portions, each of which takes away the ref of the one before', async () => {
    expect((await write(pictures(80, 500_000))).kinds).toEqual({ 'matching-refs': 1, 'git-receive-pack': 3 })
  })

  it('that are very many come in portions of 5,000, so that a run that is killed has sent what it has read', async () => {
    const texts = Object.fromEntries(
      Array.from({ length: 5_001 }, (_, index) => [`${index % 100}/${index}`, Buffer.from(`${index}`)]),
    )
    expect((await write(texts, startWorld(), { named: true })).kinds).toEqual({
      'matching-refs': 1,
      'git-receive-pack': 2,
    })
  })

  it('come so without their trees where only their bytes tell that they are no texts', async () => {
    expect((await write(pictures(230), startWorld(), { named: true })).kinds).toEqual({
      ...together,
      'POST git/trees': 1,
    })
  })

  it('that are texts, 500 of which go into one request, need no push', async () => {
    const texts = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, index) => [`data/${index}.csv`, Buffer.from(`${index}\n`)]),
    )
    expect((await write(texts, startWorld(), { named: true })).kinds).toEqual({ 'POST git/trees': 2 })
  })

  it('of one content, whose ids are known, are read once', async () => {
    const world = startWorld()
    const base = world.commit({ 'a.txt': 'a\n' })
    let reads = 0
    const { edits, ...commit } = newCommit(
      [base],
      Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`${index}.bin`, picture(index % 60, 110_000)])),
    )
    const counted = edits.map(({ path, file }): Edit => ({
      path,
      file:
        file?.store === 'plain'
          ? {
              ...file,
              read: () => {
                reads += 1
                return file.read()
              },
            }
          : file,
    }))
    await world.remote.prepare([{ ...commit, edits: counted }], base)
    expect(reads).toBe(60)
  })

  it('that are few need no push', async () => {
    expect((await write(pictures(14))).kinds).toEqual({ 'POST git/blobs': 14, 'POST git/trees': 1 })
  })

  it('that could not all be read are there as far as they were read', async () => {
    const world = startWorld()
    const base = world.commit({ 'a.txt': 'a\n' })
    const { edits, ...commit } = newCommit([base], pictures(100))
    const broken = edits.map((edit, index): Edit =>
      nameless(
        index === 90 && edit.file?.store === 'plain'
          ? { ...edit, file: { ...edit.file, read: () => Promise.reject(new Error('no more today')) } }
          : edit,
      ),
    )
    await expect(world.remote.prepare([{ ...commit, edits: broken }], base)).rejects.toThrow('no more today')
    const there = Object.values(pictures(100)).filter((content) => world.hub.store.has(blobId(content), 'blob')).length
    expect(there).toBeGreaterThanOrEqual(90)
    expect([...world.hub.refs.keys()]).toEqual(['refs/heads/main'])
  })
})

describe('what a push does not bring is written one by one', () => {
  it.each([403, 404, 413, 503, 'declined'] satisfies Switches['pushes'][])(
    'where it is not taken: %s',
    async (pushes) => {
      const { kinds } = await write(pictures(60), startWorld({ switches: { pushes } }))
      expect(kinds['POST git/blobs']).toBe(60)
    },
  )

  it('and after one refusal no other portion is tried', async () => {
    expect((await write(pictures(80, 500_000), startWorld({ switches: { pushes: 403 } }))).kinds).toEqual({
      'matching-refs': 1,
      'git-receive-pack': 1,
      'POST git/blobs': 80,
      'POST git/trees': 1,
    })
  })

  it.each(['drop', 'cut', 'corrupt'] as const)(
    'but not where only the answer is lost, once or always: %s',
    async (act) => {
      for (const times of [1, 100]) {
        const world = startWorld()
        world.hub.faults.push(atPush({ when: 'after', act, times }))
        const { kinds } = await write(pictures(60), world)
        expect([times, kinds['POST git/blobs'], kinds['POST git/trees']]).toEqual([times, undefined, undefined])
      }
    },
  )

  it('where the answer is lost and GraphQL tells of nothing that no branch names', async () => {
    const world = startWorld({ switches: { tellsUnnamed: false } })
    world.hub.faults.push(atPush({ when: 'after', act: 'drop', times: 2 }))
    const { kinds } = await write(pictures(60), world)
    // The ref names them until the next request: so they are found all the same.
    expect(kinds['POST git/blobs'] ?? 0).toBe(0)
    expect(
      (await write(Object.fromEntries(Object.entries(pictures(120)).slice(60)), world)).kinds['POST git/blobs'] ?? 0,
    ).toBe(0)
  })

  it('where nothing of it arrived', async () => {
    const world = startWorld()
    world.hub.faults.push(atPush({ when: 'before', act: 'drop', times: 100 }))
    expect((await write(pictures(60), world)).kinds['POST git/blobs']).toBe(60)
  })
})

it('a ref that a run could not take away is taken away by the next one that pushes', async () => {
  const world = startWorld({ switches: { pushes: 'no removal' } })
  await write(pictures(80, 500_000), world, { refsLeft: 2 })
  world.hub.switches.pushes = 'taken'
  await write(pictures(30, 310), { ...world, remote: world.connect() })
})

it('no push leaves with a token in its address, nor without one in its head', async () => {
  const world = startWorld()
  await write(pictures(60), world)
  const pushes = world.hub.requests.filter(({ url }) => url.endsWith('/git-receive-pack'))
  expect(pushes.map(({ url, authorized }) => [url.includes(writer), authorized])).toEqual(
    pushes.map(() => [false, true]),
  )
})

describe.skipIf(!hasGit)('real git', () => {
  it.each([
    { pushes: 'taken', refs: [['refs/heads/main']] },
    { pushes: 'no branch', refs: [['refs/heads/main'], ['refs/heads/main', 'refs/hubmirror/*']] },
  ] as const)('takes what is pushed, finds every object good, and lets go of the ref: $pushes', async (way) => {
    const world = startWorld({ switches: { pushes: way.pushes } })
    const base = world.commit({ 'a.txt': 'a\n' })
    // What an earlier run has left goes with the first push.
    world.hub.refs.set(`refs/hubmirror/${base}`, base)
    const folder = mkdtempSync(join(tmpdir(), 'push-'))
    try {
      world.hub.writeBareRepository(folder)
      const git = (args: readonly string[], input?: Buffer) =>
        execFileSync('git', ['-C', folder, ...args], {
          ...(input && { input }),
          env: { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
          maxBuffer: 2 ** 26,
        })
      const refs = () => git(['for-each-ref', '--format=%(refname)']).toString().trim().split('\n')
      git(['config', 'receive.fsckObjects', 'true'])
      if (way.pushes === 'no branch') git(['config', 'receive.hideRefs', 'refs/heads/main'])
      const seen: string[][] = []
      const fake = world.hub.fetch.bind(world.hub)
      world.hub.fetch = async (request) => {
        if (!request.url.endsWith('/git-receive-pack')) return fake(request)
        const body = Buffer.from(await request.clone().arrayBuffer())
        await fake(request)
        const report = git(['receive-pack', '--stateless-rpc', '.'], body)
        seen.push(refs().map((ref) => ref.replace(/[0-9a-f]{40}$/, '*')))
        return new Response(new Uint8Array(report), {
          headers: { 'content-type': 'application/x-git-receive-pack-result' },
        })
      }
      const files = {
        ...pictures(60),
        'empty.txt': Buffer.alloc(0),
        'long.bin': picture(0, 3_000_000),
        'sixteen.txt': Buffer.from('x'.repeat(16)),
        'more.txt': Buffer.from('y'.repeat(2_048)),
      }
      const { edits, ...commit } = newCommit([base], files)
      await (await world.remote.prepare([{ ...commit, edits: edits.map(nameless) }], base)).publish()
      expect(seen).toEqual(way.refs)
      if (way.pushes === 'taken') expect(git(['rev-parse', 'main']).toString().trim()).toBe(world.hub.head('main'))
      const ids = Object.values(files).map(blobId)
      expect(
        git(['cat-file', '--batch-check=%(objectname) %(objecttype)'], Buffer.from(`${ids.join('\n')}\n`))
          .toString()
          .trim()
          .split('\n'),
      ).toEqual(ids.map((oid) => `${oid} blob`))
      expect(git(['fsck', '--strict', '--no-dangling']).toString()).toBe('')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
