/**
 * How mirroring begins: one side empty, twins, strangers, a branch that is missing, and a beginning that was cut short.
 */
import { describe, expect, test } from 'vitest'
import { parseTrailers } from '../../lib/model/trailers.ts'
import { servePair, startPair, type Pair, type PairOptions } from '../hubs/pair.ts'

const bob = { name: 'Bob', email: 'bob@example.org' }
const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3])
const onGithub = (pair: Pair, files: Record<string, string | Buffer | null>, message = 'Edit') =>
  pair.github.commit('main', { files, message, author: bob })
const onHub = (pair: Pair, files: Record<string, string | Buffer | null>, message = 'Edit') =>
  pair.huggingface.commit('main', { files, message, user: 'alice' })

const contents = (pair: Pair, side: 'github' | 'huggingface', branch = 'main') =>
  Object.fromEntries(
    [...pair[side].files(branch)]
      .filter(([path]) => path !== '.gitattributes')
      .map(([path, { content }]) => [path, content.toString('latin1')])
      .toSorted(),
  )

async function expectEqual(pair: Pair, expected: Record<string, string>): Promise<void> {
  expect({ github: contents(pair, 'github'), huggingface: contents(pair, 'huggingface') }).toEqual({
    github: expected,
    huggingface: expected,
  })
  expect(await pair.run()).toMatchObject({ exitCode: 0, requests: 2 })
}

describe('one side is empty', () => {
  test("an empty GitHub repository takes everything, the Hub's rules as they are", async () => {
    const pair = startPair()
    onHub(pair, { 'a.txt': 'a\n', 'data/b.csv': 'x,y\n' })
    expect((await pair.run()).exitCode).toBe(0)
    await expectEqual(pair, { 'a.txt': 'a\n', 'data/b.csv': 'x,y\n' })
    expect(pair.github.files('main').get('.gitattributes')?.content).toEqual(
      pair.huggingface.files('main').get('.gitattributes')?.content,
    )
  })

  test.each([
    ['a new Hub repository', 'github'],
    ['an empty GitHub repository', 'huggingface'],
  ] as const)("for %s the other side's long history is not searched, and no reason to refuse", async (_, long) => {
    const pair = startPair()
    const edit = long === 'github' ? onGithub : onHub
    for (let i = 0; i < 250; i++) edit(pair, { 'f.txt': `${i}\n` }, `Edit ${i}`)
    const ran = await pair.run('--history-max', '100')
    expect(ran.exitCode, ran.out).toBe(0)
    expect(
      ran.log.filter((line) => /\/commits(?:\/main)? /.test(line) && line.startsWith('GET')).length,
    ).toBeLessThanOrEqual(3)
    await expectEqual(pair, { 'f.txt': '249\n' })
  })

  test("a person's own first commit is not taken for the one that made the repository, whatever it is called", async () => {
    const pair = startPair()
    const { git } = pair.huggingface
    const files = new Map([['mine.csv', { mode: '100644', oid: git.writeBlob('1\n') } as const]])
    pair.huggingface.gitPush(
      'main',
      git.writeCommit({
        ...git.readCommit(pair.huggingface.head('main')!),
        tree: git.writeFiles(files),
        parents: [],
        message: 'initial commit',
      }),
    )
    onGithub(pair, { 'theirs.csv': '2\n' })
    const ran = await pair.run()
    expect([ran.exitCode, ran.out]).toEqual([
      3,
      expect.stringContaining('The two repositories have no commit in common and their files differ'),
    ])
  })

  test.each(['datasets/acme/corpus', 'models/acme/corpus', 'spaces/acme/corpus'])(
    'a new %s takes everything, and keeps its rules to itself',
    async (id) => {
      const pair = await servePair({ huggingface: { id }, env: { HF_REPO: id } })
      const own = contents(pair, 'huggingface')
      onGithub(pair, { 'a.txt': 'a\n', 'x.png': png, '.gitattributes': '*.tab text\n' })
      expect((await pair.run()).exitCode).toBe(0)
      await expectEqual(pair, { ...own, 'a.txt': 'a\n', 'x.png': png.toString('latin1') })
      expect(pair.github.files('main').get('x.png')?.lfs).toBeNull()
      expect(pair.huggingface.files('main').get('x.png')?.lfs).not.toBeNull()
      expect(pair.github.files('main').get('.gitattributes')?.content.toString()).toBe('*.tab text\n')
      expect(pair.huggingface.files('main').get('.gitattributes')?.content.toString()).toMatch(
        /\*\.bin filter=lfs[^]*\*\.tab text\n/,
      )
      await pair.close()
    },
  )

  test('both are', async () => {
    const pair = startPair()
    expect((await pair.run()).exitCode).toBe(0)
    await expectEqual(pair, {})
  })
})

describe('both sides hold files', () => {
  test('equal ones are joined by one commit that changes no file', async () => {
    const pair = startPair()
    const github = onGithub(pair, { 'a.txt': 'a\n', 'x.png': png })
    const hub = onHub(pair, { 'a.txt': 'a\n', 'x.png': png })
    const ran = await pair.run()
    expect(ran.out).toMatch(/base found by content[^]*Mirrored, no file had to change/)
    const join = pair.github.store.readCommit(pair.github.head('main')!)
    expect([join.parents, join.tree, pair.huggingface.head('main')]).toEqual([
      [github],
      pair.github.store.readCommit(github).tree,
      hub,
    ])
    expect(parseTrailers(join.message)).toMatchObject({ mirroredFrom: { oid: hub }, mirroredTree: join.tree })
    await expectEqual(pair, { 'a.txt': 'a\n', 'x.png': png.toString('latin1') })
    onGithub(pair, { 'a.txt': null })
    await pair.run()
    await expectEqual(pair, { 'x.png': png.toString('latin1') })
  })

  test('equal sizes are not equal bytes', async () => {
    const pair = startPair()
    onGithub(pair, { 'x.png': png })
    onHub(pair, { 'x.png': Buffer.from(png.toReversed()) })
    expect((await pair.run()).exitCode).toBe(3)
  })

  test('strangers are refused, and joined by --init union', async () => {
    const pair = startPair()
    onGithub(pair, { 'g.txt': 'g\n', 'both.txt': '1\n' })
    onHub(pair, { 'h.txt': 'h\n', 'both.txt': '2\n' })
    const heads = [pair.github.head('main'), pair.huggingface.head('main')]
    expect(await pair.run()).toMatchObject({ exitCode: 3, out: expect.stringContaining('--init union') })
    expect(await pair.run('--init', 'union')).toMatchObject({
      exitCode: 2,
      out: expect.stringContaining('both.txt  add/add'),
    })
    expect([pair.github.head('main'), pair.huggingface.head('main')]).toEqual(heads)
    expect((await pair.run('--init', 'union', '--take', 'both.txt=huggingface')).exitCode).toBe(0)
    await expectEqual(pair, { 'both.txt': '2\n', 'g.txt': 'g\n', 'h.txt': 'h\n' })
    expect([...pair.github.store.readAncestors(pair.github.head('main')!)]).toContain(heads[0])
  })

  test('a rewind on GitHub behind a mirrored commit is refused, and --init union makes a new base for good', async () => {
    const pair = startPair()
    onHub(pair, { 'a.txt': 'a\n' })
    await pair.run()
    const before = pair.github.head('main')!
    onGithub(pair, { 'b.txt': 'b\n' })
    await pair.run()
    pair.github.forcePush('main', before)
    expect(await pair.run()).toMatchObject({
      exitCode: 3,
      out: expect.stringMatching(/no longer in that branch's history[^]*Nothing was written/),
    })
    expect((await pair.run('--init', 'union')).exitCode).toBe(0)
    await expectEqual(pair, { 'a.txt': 'a\n', 'b.txt': 'b\n' })
    onGithub(pair, { 'b.txt': null })
    expect((await pair.run()).exitCode).toBe(0)
    await expectEqual(pair, { 'a.txt': 'a\n' })
  })
})

describe('a branch that one side lacks', () => {
  test.each(['github', 'huggingface'] as const)('is made on %s from the last sync point', async (side) => {
    const pair = startPair()
    onHub(pair, { 'a.txt': 'a\n' })
    await pair.run()
    await expectEqual(pair, { 'a.txt': 'a\n' })
    if (side === 'github') {
      pair.huggingface.gitPush('next', pair.huggingface.head('main'))
      pair.huggingface.commit('next', { files: { 'n.txt': 'n\n' }, message: 'Next', user: 'alice' })
    } else {
      pair.github.forcePush('next', pair.github.head('main'))
      pair.github.commit('next', { files: { 'n.txt': 'n\n' }, message: 'Next', author: bob })
    }
    const ran = await pair.run('--branch', 'next')
    expect(ran).toMatchObject({ exitCode: 0, out: expect.stringContaining('branch "next" is made') })
    expect(contents(pair, side, 'next')).toEqual({ 'a.txt': 'a\n', 'n.txt': 'n\n' })
    expect(await pair.run('--branch', 'next')).toMatchObject({ exitCode: 0, requests: 2 })
  })

  test('may be called otherwise on the Hub', async () => {
    const pair = startPair({ github: { defaultBranch: 'master' } })
    onHub(pair, { 'a.txt': 'a\n' })
    expect((await pair.run('--branch', 'master', '--hf-branch', 'main')).exitCode).toBe(0)
    expect(contents(pair, 'github', 'master')).toEqual({ 'a.txt': 'a\n' })
  })
})

describe('a beginning that was cut short', () => {
  /** The run's last request is the first one that `has` says; none after it is answered. */
  const runUntil = async (pair: Pair, side: 'github' | 'huggingface', has: (request: Request) => boolean) => {
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
    expect((await pair.run()).exitCode).toBe(1)
    for (const each of [pair.github, pair.huggingface]) each.faults.length = 0
  }
  const manyFiles = (count: number): Record<string, string> =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`d/${String(index).padStart(4, '0')}.txt`, `${index}\n`]),
    )

  test("after GitHub's first file goes on, with what people did meanwhile", async () => {
    const pair = startPair()
    onHub(pair, { 'a.txt': 'a\n', 'b.txt': 'bbbb\n', 'c.txt': 'cccc\n' })
    await runUntil(pair, 'github', ({ method }) => method === 'PUT')
    expect(pair.github.files('main').size).toBe(1)
    onGithub(pair, { 'new.txt': 'new\n' })
    onHub(pair, { 'a.txt': null })
    expect((await pair.run()).exitCode).toBe(0)
    await expectEqual(pair, { 'b.txt': 'bbbb\n', 'c.txt': 'cccc\n', 'new.txt': 'new\n' })
  })

  const start = async (options: PairOptions = {}) => {
    const pair = startPair(options)
    onGithub(pair, manyFiles(2_600))
    await runUntil(pair, 'huggingface', ({ method, url }) => method === 'POST' && /\/commit\/main/.test(url))
    const written = Object.keys(contents(pair, 'huggingface'))
    expect(written.length).toBeGreaterThan(0)
    expect(written.length).toBeLessThan(2_600)
    return { pair, written }
  }

  test('between two parts of a commit goes on', async () => {
    const { pair } = await start()
    expect((await pair.run()).exitCode).toBe(0)
    await expectEqual(pair, manyFiles(2_600))
  })

  test('and what people take out meanwhile does not come back', async () => {
    const { pair, written } = await start()
    const [gone, edited, goneOnHub] = [written[0]!, written[1]!, written[2]!]
    onGithub(pair, { [gone]: null })
    onHub(pair, { [edited]: 'edited on the Hub\n', [goneOnHub]: null })
    expect(await pair.run()).toMatchObject({ exitCode: 0, err: '' })
    const expected = { ...manyFiles(2_600), [edited]: 'edited on the Hub\n' }
    delete expected[gone]
    delete expected[goneOnHub]
    await expectEqual(pair, expected)
  })
})
