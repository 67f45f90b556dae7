/** A base that nothing names, found by what commits hold: as another tool left it. */
import { describe, expect, test } from 'vitest'
import { otherSide } from '../../lib/model/sides.ts'
import { servePair, startPair, type Pair } from '../hubs/pair.ts'
import {
  act,
  contents,
  directions,
  expectInSync,
  expectStopped,
  heads,
  mirror,
  type Files,
} from '../run/mirror-setup.ts'

const bin = (name: string) => Buffer.from(`\0${name}`)
const rule = { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n' }

/** Commits on one side, one after the other. */
const play = (pair: Pair, side: 'github' | 'huggingface', states: readonly Files[]) =>
  states.map((files, index) => act(pair, side, files, `${index}`))

describe.each(directions)('one side stands where $from was', ({ from, to }) => {
  test('and the copies go on from there, one by one', async () => {
    //  from: v0 ── v1 ── v2 ── v3      to: v1
    const pair = startPair()
    const ids = play(pair, from, [
      { 'a.txt': '0\n' },
      { 'a.txt': '1\n', 'b.txt': 'b\n' },
      { 'a.txt': '2\n' },
      { 'c.txt': 'c\n' },
    ])
    act(pair, to, { 'a.txt': '1\n', 'b.txt': 'b\n' }, 'As another tool left it')
    const ran = await mirror(pair)
    expect(JSON.parse(ran.out)).toMatchObject({
      baseBy: 'content',
      base: { [from]: ids[1], [to]: heads(pair)[to] === null ? '' : expect.any(String) },
    })
    expect(contents(pair, to)).toEqual({ 'a.txt': '2\n', 'b.txt': 'b\n', 'c.txt': 'c\n' })
    expect(JSON.parse(ran.out).commits[to]).toHaveLength(2)
    act(pair, to, { 'd.txt': 'd\n' })
    await mirror(pair)
  })

  test('and says so', async () => {
    const pair = startPair()
    play(pair, from, [{ 'a.txt': '0\n' }, { 'a.txt': '1\n' }])
    act(pair, to, { 'a.txt': '0\n' })
    expect((await pair.run('--dry-run')).out).toContain('base found by content')
  })

  test('a plain file is compared with an object by its hash, never by size', async () => {
    for (const [content, exitCode] of [
      ['one', 0],
      ['two', 3],
    ] as const) {
      const pair = await servePair()
      play(pair, 'github', [{ 'a.bin': bin(from === 'github' ? 'one' : content), 'x.txt': 'x\n' }])
      act(pair, 'huggingface', { 'a.bin': { lfs: bin(from === 'github' ? content : 'one') }, 'x.txt': 'x\n' })
      act(pair, from, { 'x.txt': 'newer\n' })
      expect((await pair.run()).exitCode).toBe(exitCode)
      await pair.close()
    }
  })

  test('a deletion since then is a deletion', async () => {
    const pair = startPair()
    play(pair, from, [{ 'a.txt': '0\n', 'gone.txt': 'x\n' }, { 'gone.txt': null }])
    act(pair, to, { 'a.txt': '0\n', 'gone.txt': 'x\n' })
    await mirror(pair)
    expect(contents(pair, to)).toEqual({ 'a.txt': '0\n' })
  })

  test('commits that change nothing mirrored do not make it two answers', async () => {
    const pair = startPair()
    play(pair, from, [{ 'a.txt': '0\n' }, { '.lfsconfig': '[lfs]\n' }, { '.lfsconfig': null }, { 'a.txt': '1\n' }])
    act(pair, to, { 'a.txt': '0\n' })
    await mirror(pair)
    expect(contents(pair, to)).toEqual({ 'a.txt': '1\n' })
  })

  test('more than a hundred commits ago: not searched', async () => {
    const states = Array.from({ length: 101 }, (_, index) => ({ 'a.txt': `${index}\n` }))
    for (const [at, exitCode] of [
      [2, 0],
      [0, 3],
    ] as const) {
      const pair = startPair()
      play(pair, from, states)
      act(pair, to, { 'a.txt': `${at}\n` })
      const ran = await pair.run('--dry-run')
      expect([ran.exitCode, ran.requests <= 330], `${ran.requests}`).toEqual([exitCode, true])
    }
  })
})

test('two answers are none: one side went back to older content (F14)', async () => {
  //  GitHub: v0 ── v1      the Hub: v0 ── v1 ── v0
  const pair = startPair()
  play(pair, 'github', [{ 'a.txt': '0\n' }, { 'a.txt': '1\n' }])
  play(pair, 'huggingface', [{ 'a.txt': '0\n' }, { 'a.txt': '1\n' }, { 'a.txt': '0\n' }])
  await expectStopped(pair, 3)
})

test.each(directions)('the same content twice in the history of $from is no answer', async ({ from, to }) => {
  const pair = startPair()
  play(pair, from, [{ 'a.txt': '0\n' }, { 'a.txt': '1\n' }, { 'a.txt': '0\n' }, { 'a.txt': '2\n' }])
  act(pair, to, { 'a.txt': '0\n' })
  await expectStopped(pair, 3)
})

describe('after a super-squash of the Hub', () => {
  //  GitHub: G0 ── G1~H1 ── G2      the Hub: Q, once H0 ── H1
  async function start() {
    const pair = startPair()
    act(pair, 'github', { 'a.txt': 'a\n', 'b.txt': 'b\n' })
    expect((await pair.run()).exitCode).toBe(0)
    act(pair, 'huggingface', { 'b.txt': 'b2\n' })
    expect((await pair.run()).exitCode).toBe(0)
    return pair
  }

  test('work on GitHub goes on from the last copy, which the squashed commit is equal to', async () => {
    const pair = await start()
    pair.huggingface.superSquash('main', 'Squashed')
    act(pair, 'github', { 'a.txt': 'a2\n' })
    await mirror(pair)
    expect(contents(pair, 'huggingface')).toEqual({ 'a.txt': 'a2\n', 'b.txt': 'b2\n' })
  })

  const theirs = { 'hub.txt': 'h\n' }
  test.each([
    { what: 'work on top of the squashed commit', onHub: [theirs], onGithub: [] },
    {
      what: 'work on both sides',
      onHub: [theirs, { 'hub.txt': 'h2\n' }],
      onGithub: [{ 'a.txt': 'a2\n' }, { 'g.txt': 'g\n' }],
    },
    {
      what: 'work on GitHub that was undone, and work on top',
      onHub: [theirs],
      onGithub: [{ 'a.txt': 'x\n' }, { 'a.txt': 'a\n' }, { 'g.txt': 'g\n' }],
    },
    {
      what: 'lines of one file changed on both sides',
      onHub: [{ 'lines.txt': '1\n2\n3\n4\n5\nsix\n' }],
      onGithub: [{ 'lines.txt': 'one\n2\n3\n4\n5\n6\n' }],
    },
  ] as const)('$what goes on by itself, in both directions', async ({ onHub, onGithub }) => {
    const pair = await start()
    act(pair, 'github', { 'lines.txt': '1\n2\n3\n4\n5\n6\n' })
    await mirror(pair)
    act(pair, 'huggingface', { 'b.txt': 'b3\n' })
    await mirror(pair)
    const before = contents(pair, 'github')
    pair.huggingface.superSquash('main', "Super-squash branch 'main' using huggingface_hub")
    for (const files of onHub) act(pair, 'huggingface', files)
    for (const files of onGithub) act(pair, 'github', files)
    await mirror(pair)
    const lines = onHub.some((files) => 'lines.txt' in files) ? { 'lines.txt': 'one\n2\n3\n4\n5\nsix\n' } : {}
    expect(contents(pair, 'github')).toEqual({ ...before, ...Object.assign({}, ...onGithub, ...onHub), ...lines })
    act(pair, 'huggingface', { 'later.txt': 'l\n' })
    await mirror(pair)
  })

  test("a mirror that only ever brought GitHub's work goes on too, where the squashed commit says that it is one", async () => {
    const pair = startPair()
    act(pair, 'github', { 'a.txt': 'a\n' })
    await mirror(pair)
    act(pair, 'github', { 'a.txt': 'a2\n' })
    await mirror(pair)
    pair.huggingface.superSquash('main', "Super-squash branch 'main' using huggingface_hub")
    act(pair, 'huggingface', theirs)
    act(pair, 'github', { 'g.txt': 'g\n' })
    await mirror(pair)
    expect(contents(pair, 'github')).toEqual({ 'a.txt': 'a2\n', 'g.txt': 'g\n', ...theirs })
  })

  test('with work on top, what was there before the last copy went back: refused, not undone', async () => {
    const pair = await start()
    act(pair, 'huggingface', { 'b.txt': 'b\n' })
    pair.huggingface.superSquash('main', 'Squashed')
    act(pair, 'huggingface', theirs)
    act(pair, 'github', { 'g.txt': 'g\n' })
    expect(await expectStopped(pair, 3)).toContain("no longer in that branch's history")
  })

  test('a head that equals what was there before the last copy went back: refused, not undone', async () => {
    const pair = await start()
    act(pair, 'huggingface', { 'b.txt': 'b\n' })
    pair.huggingface.superSquash('main', 'Squashed')
    expect(await expectStopped(pair, 3)).toContain("no longer in that branch's history")
  })
})

test('two sides without a mirrored file are no evidence', async () => {
  const pair = startPair()
  play(pair, 'github', [{ '.github/x.yml': 'x\n' }, { 'a.txt': 'a\n' }])
  act(pair, 'huggingface', { '.lfsconfig': '[lfs]\n' })
  const ran = await pair.run()
  expect(ran.exitCode).toBe(3)
})

test('both moved on since they were equal: refused, since nobody can tell', async () => {
  const pair = startPair()
  for (const side of ['github', 'huggingface'] as const)
    play(pair, side, [{ 'a.txt': '0\n' }, { [`${side}.txt`]: 'x\n' }])
  expect(await expectStopped(pair, 3)).toContain('--init union')
  expect((await pair.run('--init', 'union')).exitCode).toBe(0)
  await expectInSync(pair)
})

test('objects on both sides are the same by their id', async () => {
  const pair = await servePair()
  play(pair, 'github', [{ ...rule, 'a.bin': { lfs: bin('a') } }, { 'b.txt': 'b\n' }])
  act(pair, 'huggingface', { 'a.bin': { lfs: bin('a') } })
  expect((await pair.run()).exitCode).toBe(0)
  expect(contents(pair, otherSide.github)['b.txt']).toBe('b\n')
  await pair.close()
})
