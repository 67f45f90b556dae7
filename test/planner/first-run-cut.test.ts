/** Beginnings with objects, twins of every kind, and beginnings that were cut short while people went on working. */
import { describe, expect, test } from 'vitest'
import { otherSide, type Side } from '../../lib/model/sides.ts'
import { servePair, startPair, type Pair } from '../hubs/pair.ts'
import { act, bob, contents, expectInSync, expectStopped, heads, type Files } from '../run/mirror-setup.ts'

const rule = '*.parquet filter=lfs diff=lfs merge=lfs -text\n'
const parquet = (name: string) => Buffer.from(`PAR1\0${name}\0PAR1`)

/** The run's last request is the first one that `has` says; none after it is answered. */
async function runUntil(pair: Pair, side: Side, has: (request: Request) => boolean, ...argv: string[]): Promise<void> {
  let killed = false
  pair[side].faults.push({
    on: has,
    when: 'after',
    act: () => {
      killed = true
    },
  })
  for (const each of [pair.github, pair.huggingface])
    each.faults.push({ on: () => killed, when: 'before', act: 'drop', times: 999 })
  expect((await pair.run(...argv)).exitCode).toBe(1)
  expect(killed).toBe(true)
  for (const each of [pair.github, pair.huggingface]) each.faults.length = 0
}

describe('objects on a first run', () => {
  test('go to a new Hub repository, from a pointer and from plain bytes', async () => {
    const pair = await servePair()
    act(pair, 'github', {
      '.gitattributes': rule,
      'a.parquet': { lfs: parquet('a') },
      'b.bin': parquet('b'),
      'c.txt': 'c\n',
    })
    expect((await pair.run()).exitCode).toBe(0)
    const hub = pair.huggingface.files('main')
    expect(['a.parquet', 'b.bin', 'c.txt'].map((path) => hub.get(path)!.lfs !== null)).toEqual([true, true, false])
    expect(pair.github.files('main').get('b.bin')!.lfs).toBeNull()
    await expectInSync(pair)
    await pair.close()
  })

  test('go to an empty GitHub repository, also where nothing but objects is there', async () => {
    const pair = await servePair()
    act(pair, 'huggingface', { 'a.parquet': { lfs: parquet('a') }, 'd/b.parquet': { lfs: parquet('b') } })
    expect((await pair.run()).exitCode).toBe(0)
    expect(pair.github.files('main').get('d/b.parquet')!.lfs).toEqual(
      pair.huggingface.files('main').get('d/b.parquet')!.lfs,
    )
    expect(await pair.run('--verify')).toMatchObject({ exitCode: 0 })
    await expectInSync(pair)
    await pair.close()
  })
})

describe('twins', () => {
  const twins: Record<string, { github: Files; huggingface: Files }> = {
    'an object on both': {
      github: { '.gitattributes': rule, 'a.parquet': { lfs: parquet('a') } },
      huggingface: { 'a.parquet': { lfs: parquet('a') } },
    },
    'plain here, an object there': {
      github: { 'a.png': parquet('a') },
      huggingface: { 'a.png': { lfs: parquet('a') } },
    },
    'what only GitHub can hold beside it': {
      github: {
        'a.txt': 'a\n',
        'link': { mode: '120000', content: 'a.txt' },
        'run.sh': { mode: '100755', content: 'run\n' },
        '.github/workflows/ci.yml': 'on: push\n',
      },
      huggingface: { 'a.txt': 'a\n', 'run.sh': 'run\n' },
    },
  }
  test.each(Object.entries(twins))(
    '%s: one commit on GitHub changes no file, and needs no token of the Hub',
    async (_, files) => {
      const pair = startPair()
      const before = {
        github: act(pair, 'github', files.github),
        huggingface: act(pair, 'huggingface', files.huggingface),
      }
      pair.env.HF_TOKEN = ''
      expect(await pair.run()).toMatchObject({ exitCode: 0, out: expect.stringContaining('base found by content') })
      const join = pair.github.store.readCommit(pair.github.head('main')!)
      expect([join.parents, join.tree, pair.huggingface.head('main')]).toEqual([
        [before.github],
        pair.github.store.readCommit(before.github).tree,
        before.huggingface,
      ])
      await expectInSync(pair)
    },
  )

  test('--init union of twins and of disjoint files settles at once', async () => {
    const pair = startPair()
    act(pair, 'github', { 'g.txt': 'g\n', 'same.txt': 'same\n' })
    act(pair, 'huggingface', { 'h.txt': 'h\n', 'same.txt': 'same\n' })
    await expectStopped(pair, 3)
    expect((await pair.run('--init', 'union')).exitCode).toBe(0)
    expect(contents(pair, 'github')).toEqual({ 'g.txt': 'g\n', 'h.txt': 'h\n', 'same.txt': 'same\n' })
    await expectInSync(pair)
  })
})

describe('a branch that is missing', () => {
  test.each(['github', 'huggingface'] as const)('on %s, without a sync point: refused', async (side) => {
    const pair = startPair()
    act(pair, 'github', { 'a.txt': 'a\n' })
    act(pair, 'huggingface', { 'a.txt': 'b\n' })
    if (side === 'github') pair.huggingface.gitPush('next', pair.huggingface.head('main'))
    else pair.github.forcePush('next', pair.github.head('main'))
    expect(await pair.run('--branch', 'next')).toMatchObject({ exitCode: 3, err: expect.stringContaining('"next"') })
    expect(pair[side].head('next')).toBeNull()
  })

  test.each(['github', 'huggingface'] as const)('on %s, and the run killed once it is made', async (side) => {
    const pair = startPair()
    act(pair, 'github', { 'a.txt': 'a\n' })
    expect((await pair.run()).exitCode).toBe(0)
    const other = otherSide[side]
    if (other === 'github')
      pair.github.commit('next', {
        files: { 'n.txt': 'n\n' },
        message: 'Next',
        author: bob,
        parents: [pair.github.head('main')!],
      })
    else {
      pair.huggingface.gitPush('next', pair.huggingface.head('main'))
      pair.huggingface.commit('next', { files: { 'n.txt': 'n\n' }, message: 'Next', user: 'alice' })
    }
    let killed = false
    pair[side].faults.push({
      on: ({ method, url }) => method === 'POST' && /\/git\/refs$|\/branch\//.test(url),
      when: 'after',
      act: () => {
        killed = true
      },
    })
    for (const each of [pair.github, pair.huggingface])
      each.faults.push({ on: () => killed, when: 'before', act: 'drop', times: 999 })
    expect((await pair.run('--branch', 'next')).exitCode).toBe(1)
    for (const each of [pair.github, pair.huggingface]) each.faults.length = 0
    expect([killed, pair[side].head('next') !== null]).toEqual([true, true])
    expect((await pair.run('--branch', 'next')).exitCode).toBe(0)
    expect([...pair[side].files('next').keys()].filter((path) => path !== '.gitattributes')).toEqual(['a.txt', 'n.txt'])
    expect(await pair.run('--branch', 'next')).toMatchObject({ exitCode: 0, requests: 2 })
  })
})

interface Meanwhile {
  readonly github?: Files
  readonly huggingface?: Files
  readonly expected: Record<string, string> | 'conflict'
}

describe("killed after GitHub's first file, and meanwhile", () => {
  const rest = { 'b.txt': 'bbbb\n', 'c.txt': 'cccc\n' }
  const cases: Record<string, Meanwhile> = {
    'nobody does anything': { expected: { 'a.txt': 'a\n', ...rest } },
    'GitHub edits that file': { github: { 'a.txt': 'g\n' }, expected: { 'a.txt': 'g\n', ...rest } },
    'GitHub deletes that file': { github: { 'a.txt': null, 'g.txt': 'g\n' }, expected: { 'g.txt': 'g\n', ...rest } },
    'GitHub deletes all it has': { github: { 'a.txt': null }, expected: rest },
    'the Hub edits that file': { huggingface: { 'a.txt': 'h\n' }, expected: { 'a.txt': 'h\n', ...rest } },
    'the Hub deletes that file': { huggingface: { 'a.txt': null }, expected: rest },
    'both delete that file': {
      github: { 'a.txt': null, 'g.txt': 'g\n' },
      huggingface: { 'a.txt': null },
      expected: { 'g.txt': 'g\n', ...rest },
    },
    'both edit that file': { github: { 'a.txt': 'g\n' }, huggingface: { 'a.txt': 'h\n' }, expected: 'conflict' },
    'GitHub edits what the Hub deletes': {
      github: { 'a.txt': 'g\n' },
      huggingface: { 'a.txt': null },
      expected: 'conflict',
    },
    'GitHub adds what the Hub has otherwise': { github: { 'b.txt': 'g\n' }, expected: 'conflict' },
  }
  test.each(Object.entries(cases))('%s', async (_, { github, huggingface, expected }) => {
    const pair = startPair()
    act(pair, 'huggingface', { 'a.txt': 'a\n', ...rest })
    await runUntil(pair, 'github', ({ method }) => method === 'PUT', '--squash')
    expect([...pair.github.files('main').keys()]).toEqual(['a.txt'])
    if (github) act(pair, 'github', github)
    if (huggingface) act(pair, 'huggingface', huggingface)
    if (expected === 'conflict') return void (await expectStopped(pair, 2))
    const ran = await pair.run()
    expect(ran.exitCode, ran.out + ran.err).toBe(0)
    expect(contents(pair, 'github')).toEqual(expected)
    await expectInSync(pair)
  })
})

describe('killed between two parts of a commit to the Hub, and meanwhile', () => {
  const path = (index: number) => `d/${String(index).padStart(4, '0')}.txt`
  const all = (): Record<string, string> =>
    Object.fromEntries(Array.from({ length: 2_600 }, (_, index) => [path(index), `${index}\n`]))
  const isCommit = ({ method, url }: Request) => method === 'POST' && /\/commit\/main/.test(url)

  /** Paths: two that the first part brought, one that it did not. */
  async function start() {
    const pair = startPair()
    act(pair, 'github', all())
    await runUntil(pair, 'huggingface', isCommit)
    const there = new Set(Object.keys(contents(pair, 'huggingface')))
    const waiting = Object.keys(all()).find((each) => !there.has(each))!
    const [first, second] = [...there]
    return { pair, first: first!, second: second!, waiting }
  }

  test('GitHub edits one of the files that are there, one that is not, and the Hub adds another', async () => {
    const { pair, first, second, waiting } = await start()
    act(pair, 'github', { [first]: 'g\n', [waiting]: null })
    act(pair, 'huggingface', { 'h.txt': 'h\n', [second]: null })
    const ran = await pair.run()
    expect(ran.exitCode, ran.out + ran.err).toBe(0)
    const expected: Record<string, string> = { ...all(), [first]: 'g\n', 'h.txt': 'h\n' }
    delete expected[waiting]
    delete expected[second]
    expect(contents(pair, 'github')).toEqual(expected)
    await expectInSync(pair)
  })

  test('both edit one of the files that are there, or the Hub adds one that is not: a conflict', async () => {
    const { pair, first, waiting } = await start()
    act(pair, 'github', { [first]: 'g\n' })
    act(pair, 'huggingface', { [first]: 'h\n', [waiting]: 'h\n' })
    const before = heads(pair)
    const ran = await pair.run('--json')
    expect([ran.exitCode, heads(pair)]).toEqual([2, before])
    expect(
      JSON.parse(ran.out)
        .conflicts.map((one: { path: string }) => one.path)
        .toSorted(),
    ).toEqual([first, waiting].toSorted())
  })
})

test('a first mirror of a long history that ends between two pieces goes on, without a search of that history', async () => {
  const pair = startPair()
  act(
    pair,
    'github',
    Object.fromEntries(Array.from({ length: 2_600 }, (_, index) => [`d/${index}.txt`, `${index}\n`])),
    'Many',
  )
  for (let index = 0; index < 110; index++) act(pair, 'github', { 'f.txt': `${index}\n` })
  let posts = 0
  const send = pair.huggingface.fetch.bind(pair.huggingface)
  const isCommit = ({ method, url }: Request) => method === 'POST' && new URL(url).pathname.endsWith('/commit/main')
  pair.huggingface.fetch = (request: Request) =>
    isCommit(request) && ++posts === 2
      ? Promise.resolve(new Response('{"error":"no"}', { status: 400 }))
      : send(request)
  expect((await pair.run('--history-max', '100')).exitCode).toBe(1)
  pair.huggingface.fetch = send
  act(pair, 'github', { 'f.txt': 'newer\n' })
  expect(contents(pair, 'huggingface')).not.toEqual(contents(pair, 'github'))
  const ran = await pair.run('--history-max', '100')
  expect(ran.exitCode, ran.out).toBe(0)
  await expectInSync(pair)
})
