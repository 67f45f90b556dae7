/**
 * Services that leave something out of a list: found out, whichever of them it is, since a path that is missed once
 * never travels.
 */
import { describe, expect, it } from 'vitest'
import { IntegrityError } from '../../lib/model/errors.ts'
import { otherSide, sides } from '../../lib/model/sides.ts'
import { startPair, type Pair } from '../hubs/pair.ts'
import { startWorld } from '../huggingface/setup.ts'
import { act, contents, expectInSync, heads, startMirrored, text, type Files } from './mirror-setup.ts'

const everything = () => true
const begin: Files = { 'a.txt': 'a\n', 'b.txt': 'b\n', 'd/c.txt': 'c\n', 'd/e/f.txt': 'f\n', 'z.txt': 'z\n' }
const changed: Files = { 'a.txt': 'A\n', 'd/c.txt': 'C\n', 'd/e/f.txt': 'F\n', 'd/new.txt': 'new\n', 'z.txt': null }
const paths = Object.keys(changed)

describe('a comparison', () => {
  it.each(paths)('of GitHub that leaves %s out: the run mirrors it all the same', async (path) => {
    const pair = await startMirrored(begin)
    pair.github.switches.compareOmits = new Set([path])
    act(pair, 'github', changed)
    const ran = await pair.run()
    expect(ran.exitCode, ran.err).toBe(0)
    await expectInSync(pair)
  })

  it.each([0, 1, 2, 3, 4, 5])(
    'of the Hub that is cut behind %i of its lines and has no ETag: the run mirrors all',
    async (compareLinesMax) => {
      const pair = await startMirrored(begin)
      act(pair, 'huggingface', changed)
      Object.assign(pair.huggingface.switches, { compareTags: false, compareLinesMax })
      const ran = await pair.run()
      expect(ran.exitCode, ran.err).toBe(0)
      await expectInSync(pair)
    },
  )

  it('of the Hub without an ETag costs two requests for each folder above its last line, however large the repository is', async () => {
    const cost = async (count: number) => {
      const world = startWorld({ switches: { compareTags: false } })
      const many = Object.fromEntries(Array.from({ length: count }, (_, index) => [`many/${index}.txt`, `${index}\n`]))
      const from = world.hub.commit('main', {
        files: { ...many, 'd/e/f.txt': 'f\n', 'a.txt': 'a\n' },
        message: 'Begin',
      })
      const to = world.hub.commit('main', {
        files: { 'a.txt': 'A\n', 'b.txt': 'b\n', 'd/e/f.txt': 'F\n' },
        message: 'Change',
      })
      expect(await world.remote.readChanges(from, to, everything)).toHaveLength(3)
      return world.takeRequests()
    }
    expect((await cost(3)).map((line) => line.split('/')[5])).toEqual([
      'compare',
      'tree',
      'tree',
      'tree',
      'tree',
      'tree',
      'tree',
      'paths-info',
    ])
    expect(await cost(3_000)).toHaveLength(8)
  })
})

describe('the Hub tells nothing of paths that it was asked for, once', () => {
  const hide = (pair: Pair) =>
    pair.huggingface.faults.push({
      on: ({ url }) => url.includes('/paths-info/'),
      when: 'before',
      act: { status: 200, headers: { 'content-type': 'application/json' }, body: '[]' },
    })

  it('what GitHub has deleted is not taken for deleted there: nothing is written, and the next run deletes it', async () => {
    const pair = await startMirrored(begin)
    act(pair, 'github', { 'a.txt': null })
    hide(pair)
    const before = heads(pair)
    const ran = await pair.run()
    expect([ran.exitCode, heads(pair)], ran.out + ran.err).toEqual([3, before])
    expect((await pair.run()).exitCode).toBe(0)
    expect(contents(pair, 'huggingface')).not.toHaveProperty('a.txt')
    await expectInSync(pair)
  })
})

it('the Hub tells of another path than it was asked for: its rules are not taken for absent', async () => {
  const pair = await startMirrored(begin)
  const rules = text(pair, 'huggingface', '.gitattributes')!
  act(pair, 'github', { '.gitattributes': '*.csv text\n' })
  const around = async (request: Request, handle: (request: Request) => Promise<Response>) => {
    const rows = await (await handle(request)).text()
    return new Response(rows.replaceAll('.gitattributes', '.gitattributer'), {
      headers: { 'content-type': 'application/json' },
    })
  }
  pair.huggingface.faults.push({ on: ({ url }) => url.includes('/paths-info/'), when: 'before', act: { around } })
  await pair.run()
  expect((await pair.run()).exitCode).toBe(0)
  expect(text(pair, 'huggingface', '.gitattributes')).toContain(rules)
})

describe('a listing of the Hub that ends early', () => {
  const files: Files = {
    ...Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`d/${index}.txt`, `${index}\n`])),
    'e/x.txt': 'x\n',
    'e/y.txt': 'y\n',
    'z1.txt': '1\n',
    'z2.txt': '2\n',
  }

  // Behind its rows: in the middle of a folder, at its end, between two files of the root, and before the last one.
  it.each([20, 31, 32, 33, 35, 36])('behind %i rows is no first run, where nothing else tells', async (treeRowsMax) => {
    const pair = startPair()
    act(pair, 'huggingface', files)
    Object.assign(pair.huggingface.switches, { treeRowsMax, compareStatus: 404 })
    const head = pair.github.head('main')
    const ran = await pair.run()
    expect([ran.exitCode, pair.github.head('main')]).toEqual([1, head])
    expect(ran.err).toMatch(/Cannot list the files of Hugging Face .*; run again/)
    pair.huggingface.switches.treeRowsMax = Infinity
    expect((await pair.run()).exitCode).toBe(0)
    expect(contents(pair, 'github')).toEqual(contents(pair, 'huggingface'))
  })

  it.each([20, 35])('behind %i rows is no deletion, where a comparison is not answered', async (treeRowsMax) => {
    const pair = await startMirrored(files)
    act(pair, 'huggingface', { 'd/3.txt': 'new\n' })
    Object.assign(pair.huggingface.switches, { treeRowsMax, compareStatus: 404 })
    const head = pair.github.head('main')
    const ran = await pair.run()
    expect([ran.exitCode, pair.github.head('main')], ran.out + ran.err).toEqual([1, head])
  })

  it('is told from one that is whole, executable files and all', async () => {
    const world = startWorld({ switches: { compareStatus: 404 } })
    const oid = world.hub.commit('main', {
      files: { 'bin/run.sh': { mode: '100755', content: '#!\n' }, 'bin/a.txt': 'a\n', 'd/e/b.txt': 'b\n' },
      message: 'Modes',
    })
    expect((await world.remote.readChanges(null, oid, everything)).map(({ path }) => path)).toEqual([
      '.gitattributes',
      'bin/a.txt',
      'bin/run.sh',
      'd/e/b.txt',
    ])
    world.hub.switches.treeRowsMax = 4
    await expect(world.connect().readChanges(null, oid, everything)).rejects.toThrow(IntegrityError)
  })
})

describe('a history without a commit', () => {
  const isHistory = ({ url }: Request) => /\/commits(?:\/refs|\?)/.test(url)

  it.each(sides)(
    'of %s, where the branch is there: it is asked for by its head, and the run mirrors all',
    async (side) => {
      const pair = startPair()
      act(pair, side, begin)
      pair[side].faults.push({ on: isHistory, when: 'before', act: { status: 200, body: '[]' } })
      const ran = await pair.run()
      expect([ran.exitCode, contents(pair, otherSide[side])], ran.out + ran.err).toEqual([0, begin])
    },
  )

  it('of GitHub, that the base is in, is no history: the run fails, writes nothing, and the next one mirrors the rules', async () => {
    const pair = await startMirrored(begin)
    act(pair, 'github', { '.gitattributes': '*.csv text\n' })
    const around = async (request: Request, handle: (request: Request) => Promise<Response>) => {
      const answer = await handle(request)
      const commits = (await answer.json()) as unknown[]
      return Response.json(commits.slice(0, -1))
    }
    pair.github.faults.push({ on: isHistory, when: 'before', act: { around } })
    const before = heads(pair)
    const ran = await pair.run()
    expect([ran.exitCode, heads(pair), ran.err], ran.out).toEqual([
      1,
      before,
      expect.stringContaining('without its parent, as if it were the first; run again later'),
    ])
    expect((await pair.run()).exitCode).toBe(0)
    expect(text(pair, 'huggingface', '.gitattributes')).toContain('*.csv text\n')
  })

  it.each(sides)('of %s, however often it is asked: the run fails, says so and writes nothing', async (side) => {
    const pair = startPair()
    act(pair, side, begin)
    const before = heads(pair)
    pair[side].faults.push({
      on: ({ url }) => /\/commits(?:\/|\?)/.test(url),
      when: 'before',
      times: 9,
      act: { status: 200, body: '[]' },
    })
    const ran = await pair.run()
    expect([ran.exitCode, heads(pair), ran.err], ran.out).toEqual([
      1,
      before,
      expect.stringContaining('lists no commit, though there is commit'),
    ])
  })
})
