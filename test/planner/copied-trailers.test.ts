/**
 * A trailer of the mirror's that somebody on Hugging Face copied, with git or by hand: it is theirs, and no edit is
 * lost, undone or brought back.
 */
import { describe, expect, test } from 'vitest'
import type { Pair } from '../hubs/pair.ts'
import { amendHead, cherryPick, commitTo, pushTo, storeOf } from '../run/git-users.ts'
import {
  act,
  contents,
  expectInSync,
  expectStopped,
  heads,
  lastCommit,
  mirror,
  startMirrored,
  text,
} from '../run/mirror-setup.ts'

const hub = (pair: Pair) => pair.huggingface.head('main')!
const messageOf = (pair: Pair, oid: string) => storeOf(pair, 'huggingface').readCommit(oid).message

/** As the mirror of an earlier time wrote them: without what they were made on. */
function forgetOnto(pair: Pair): void {
  const git = pair.huggingface.git
  const line = git.readLog(hub(pair)).toReversed()
  let parent: string | null = null
  for (const oid of line) {
    const commit = git.readCommit(oid)
    parent = git.writeCommit({
      ...commit,
      parents: parent === null ? [] : [parent],
      message: commit.message.replace(/\nMirrored-Onto: .*/, ''),
    })
  }
  pushTo(pair, 'huggingface', 'main', parent)
}

/** g is mirrored as h; with `old`, as if an earlier mirror had done it. */
async function start(old: boolean): Promise<{ pair: Pair; copy: string }> {
  const pair = await startMirrored({ 'data/a.csv': '1\n', 'x.txt': 'x0\n' })
  act(pair, 'github', { 'g.txt': 'g\n' }, 'g')
  await mirror(pair)
  if (old) forgetOnto(pair)
  return { pair, copy: hub(pair) }
}

describe.each([
  { old: false, by: 'the mirror of today' },
  { old: true, by: 'an earlier mirror' },
])('a copy by $by', ({ old }) => {
  test('that is cherry-picked on top of an edit hides nothing: the edit arrives, and both sides stay equal', async () => {
    const { pair, copy } = await start(old)
    act(pair, 'huggingface', { 'data/a.csv': '2\n' })
    cherryPick(pair, 'huggingface', 'main', copy)
    await mirror(pair)
    expect(text(pair, 'github', 'data/a.csv')).toBe('2\n')
    act(pair, 'github', { 'later.txt': 'l\n' })
    await mirror(pair)
    act(pair, 'huggingface', { 'data/a.csv': '3\n' })
    await mirror(pair)
    expect(text(pair, 'github', 'data/a.csv')).toBe('3\n')
  })

  test('that is cherry-picked to go back to what it held goes back on both sides, with a file beside it', async () => {
    //  g1 x=x1, g2 x=x2 ── h1~g1, h2~g2 ── h1 once more
    const { pair } = await start(old)
    act(pair, 'github', { 'x.txt': 'x1\n' })
    await mirror(pair)
    if (old) forgetOnto(pair)
    const first = hub(pair)
    act(pair, 'github', { 'x.txt': 'x2\n' })
    await mirror(pair)
    if (old) forgetOnto(pair)
    act(pair, 'huggingface', { 'beside.txt': 'b\n' })
    cherryPick(
      pair,
      'huggingface',
      'main',
      old
        ? pair.huggingface.git.readLog(hub(pair)).find((oid) => messageOf(pair, oid) === messageOf(pair, first))!
        : first,
    )
    await mirror(pair)
    expect(contents(pair, 'github')).toMatchObject({ 'x.txt': 'x1\n', 'beside.txt': 'b\n' })
  })

  test('whose message is pasted on an edit is that edit', async () => {
    const { pair, copy } = await start(old)
    act(pair, 'huggingface', { 'data/a.csv': '2\n' }, messageOf(pair, copy))
    await mirror(pair)
    expect([text(pair, 'github', 'data/a.csv'), lastCommit(pair, 'github').message.match(/Mirrored-From/g)]).toEqual([
      '2\n',
      ['Mirrored-From'],
    ])
  })

  test('that names nothing of its own is told as the change of who made it', async () => {
    const { pair, copy } = await start(old)
    act(pair, 'huggingface', { 'data/a.csv': '2\n' }, messageOf(pair, copy).replace(/^g/, 'Mine'))
    expect((await pair.run('--squash')).exitCode).toBe(0)
    expect(lastCommit(pair, 'github').message).toMatch(/^Mine\n/)
  })
})

test('a copy that a forced push puts on top of local work is a refusal or a change, and the work is not lost', async () => {
  //  h0 ── h1~g1 becomes h0 ── local ── h1 once more
  const { pair, copy } = await start(false)
  const [parent] = storeOf(pair, 'huggingface').readCommit(copy).parents
  const local = commitTo(pair, 'huggingface', 'main', { 'data/a.csv': '2\n' }, { parents: [parent!] })
  cherryPick(pair, 'huggingface', 'main', copy, { parents: [local] })
  const ran = await pair.run()
  expect([0, 3]).toContain(ran.exitCode)
  if (ran.exitCode === 0) await expectInSync(pair)
  expect(text(pair, 'huggingface', 'data/a.csv')).toBe('2\n')
})

describe("the mirror's head amended with its message kept, a file added and another changed", () => {
  async function amended() {
    const { pair, copy } = await start(false)
    amendHead(pair, 'huggingface', 'main', { 'extra.txt': 'e\n', 'data/a.csv': '2\n' })
    return { pair, copy }
  }

  test.each([{ movers: ['github'] }, { movers: ['huggingface'] }, { movers: ['github', 'huggingface'] }] as const)(
    'is refused when %j moves, and a union brings it',
    async ({ movers }) => {
      const { pair } = await amended()
      for (const side of movers) act(pair, side, { 'later.txt': 'l\n' })
      expect(await expectStopped(pair, 3)).toContain('was amended, rebased or squashed since')
      expect((await pair.run('--init', 'union', '--take', 'data/a.csv=huggingface')).exitCode).toBe(0)
      expect(contents(pair, 'github')).toMatchObject({ 'extra.txt': 'e\n', 'data/a.csv': '2\n', 'later.txt': 'l\n' })
      await expectInSync(pair)
    },
  )

  test('costs one request to see, and none where the heads name one another', async () => {
    const { pair } = await start(false)
    act(pair, 'github', { 'later.txt': 'l\n' })
    const ran = await pair.run()
    expect([
      ran.exitCode,
      ran.log.filter((line) => line.includes('/compare/') && line.includes('/api/datasets/')).length,
    ]).toEqual([0, 2])
    await expectInSync(pair)
  })
})

test('a copy amended in its message alone is a copy still', async () => {
  const { pair } = await start(false)
  const { message, parents, tree, author } = lastCommit(pair, 'huggingface')
  commitTo(
    pair,
    'huggingface',
    'main',
    {},
    { parents, tree, seconds: author.seconds, message: message.replace(/^g/, 'Say it better') },
  )
  act(pair, 'github', { 'later.txt': 'l\n' })
  await mirror(pair)
})

test('a trailer written by hand for a commit that was never copied, on top of copies that say what they were made on, is no copy', async () => {
  const { pair } = await start(false)
  const never = act(pair, 'github', { 'g2.txt': 'g2\n' })
  act(
    pair,
    'huggingface',
    { 'data/a.csv': '2\n' },
    `By hand\n\nMirrored-From: https://github.com/acme/corpus/commit/${never}\n`,
  )
  await mirror(pair)
  expect(contents(pair, 'github')).toEqual(expect.objectContaining({ 'data/a.csv': '2\n', 'g2.txt': 'g2\n' }))
})

test('--init names a commit twice, and what it made is the base', async () => {
  const { pair } = await start(false)
  act(pair, 'huggingface', { 'data/a.csv': '2\n', 'mine.txt': 'm\n' })
  expect((await pair.run('--init', 'github')).exitCode).toBe(0)
  expect(contents(pair, 'huggingface')).toEqual({ 'data/a.csv': '1\n', 'x.txt': 'x0\n', 'g.txt': 'g\n' })
  await expectInSync(pair)
  const before = heads(pair)
  act(pair, 'huggingface', { 'h.txt': 'h\n' })
  act(pair, 'github', { 'later.txt': 'l\n' })
  await mirror(pair)
  expect(Object.keys(contents(pair, 'github'))).toEqual(['data/a.csv', 'g.txt', 'h.txt', 'later.txt', 'x.txt'])
  expect(storeOf(pair, 'huggingface').readAncestors(hub(pair)).has(before.huggingface!)).toBe(true)
})

test("an old copy's message pasted on an edit does not move the base back: what GitHub takes back of that edit stays away", async () => {
  //  g0 ── g1 ── c~h ── the edit reverted      h0~g0 ── h1~g1 ── h: c.txt, with the message of h0
  const { pair } = await start(false)
  const first = storeOf(pair, 'huggingface')
    .readLog(hub(pair))
    .find((oid) => messageOf(pair, oid).startsWith('Begin'))!
  act(pair, 'huggingface', { 'c.txt': 'c\n' }, messageOf(pair, first))
  await mirror(pair)
  expect(text(pair, 'github', 'c.txt')).toBe('c\n')
  act(pair, 'github', { 'c.txt': null })
  await mirror(pair)
  expect(text(pair, 'huggingface', 'c.txt')).toBeUndefined()
})
