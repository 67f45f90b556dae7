/** `--init`: a new base, from every state in which the histories have none that can be believed. */
import { describe, expect, test } from 'vitest'
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import { startPair, type Pair } from '../hubs/pair.ts'
import {
  act,
  contents,
  directions,
  expectInSync,
  expectStopped,
  heads,
  lastCommit,
  mirror,
  startMirrored,
  text,
  type Files,
} from '../run/mirror-setup.ts'

const many = (prefix: string, count: number): Files =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}/${index}.txt`, `${prefix} ${index}\n`]))

async function run(pair: Pair, ...argv: string[]) {
  const ran = await pair.run(...argv)
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
  return ran
}

/** Both sides go on as if nothing had been: a change of each arrives. */
async function expectGoesOn(pair: Pair): Promise<void> {
  await expectInSync(pair)
  for (const side of sides) {
    act(pair, side, { [`later-${side}.txt`]: `${side}\n` }, `Later on ${side}`)
    await mirror(pair)
  }
  act(pair, 'github', { 'both-g.txt': 'g\n' })
  act(pair, 'huggingface', { 'both-h.txt': 'h\n' })
  await mirror(pair)
  expect(Object.keys(contents(pair, 'github'))).toEqual(
    expect.arrayContaining(['later-github.txt', 'later-huggingface.txt', 'both-g.txt', 'both-h.txt']),
  )
}

/** Each ends in a refusal; `keep.txt` is on both sides, the rest is what they differ in. */
const states: Record<string, () => Promise<Pair>> = {
  //  G0 ── G1      H0 ── H1, nothing in common
  'two histories with nothing in common': async () => {
    const pair = startPair()
    act(pair, 'github', { 'keep.txt': 'keep\n', 'both.txt': 'g\n', 'g.txt': 'g\n' })
    act(pair, 'huggingface', { 'keep.txt': 'keep\n', 'both.txt': 'h\n', 'h.txt': 'h\n' })
    return pair
  },
  //  G0 ── (G1, gone)      H0~G0 ── H1~G1
  'GitHub rewound below what was mirrored': async () => {
    const pair = await startMirrored({ 'keep.txt': 'keep\n', 'both.txt': 'first\n' })
    const before = pair.github.head('main')!
    act(pair, 'github', { 'both.txt': 'second\n', 'g.txt': 'g\n' })
    await mirror(pair)
    pair.github.forcePush('main', before)
    return pair
  },
  //  G0 ── G1~H1 amended to G2~H1      H0~G0 ── H1
  'a copy on GitHub amended': async () => {
    const pair = await startMirrored({ 'keep.txt': 'keep\n', 'both.txt': 'first\n' })
    act(pair, 'huggingface', { 'both.txt': 'h\n', 'h.txt': 'h\n' })
    await mirror(pair)
    const { message, parents } = lastCommit(pair, 'github')
    pair.github.forcePush('main', parents[0]!)
    pair.github.commit('main', {
      files: { 'both.txt': 'amended\n', 'g.txt': 'g\n' },
      message,
      author: { name: 'Bob', email: 'bob@example.org' },
    })
    return pair
  },
  //  G0 ── G1~H1      Q, all of H squashed with a change that was not mirrored
  "the Hub's history super-squashed with a change in it": async () => {
    const pair = await startMirrored({ 'keep.txt': 'keep\n', 'both.txt': 'first\n' })
    act(pair, 'huggingface', { 'both.txt': 'h\n' })
    await mirror(pair)
    act(pair, 'huggingface', { 'h.txt': 'h\n' })
    pair.huggingface.superSquash('main', 'Squashed')
    act(pair, 'github', { 'g.txt': 'g\n', 'both.txt': 'g\n' })
    return pair
  },
}

describe.each(Object.entries(states))('%s', (_, start) => {
  test('is refused, and the refusal names --init', async () => {
    expect(await expectStopped(await start(), 3)).toMatch(/--init github or --init huggingface/)
  })

  test.each(sides)(
    'is lifted for good where %s is right: the other side is made equal by one commit, and its history stays',
    async (winner) => {
      const pair = await start()
      const before = heads(pair)
      const files = contents(pair, winner)
      const loser = otherSide[winner]
      await run(pair, '--init', winner)
      expect([contents(pair, 'github'), contents(pair, 'huggingface')]).toEqual([files, files])
      expect([pair[winner].head('main'), lastCommit(pair, loser).parents]).toEqual([before[winner], [before[loser]]])
      await expectGoesOn(pair)
    },
  )

  test('is lifted for good by a union, once the differences are settled', async () => {
    const pair = await start()
    const all = { ...contents(pair, 'huggingface'), ...contents(pair, 'github') }
    const first = await pair.run('--init', 'union')
    if (first.exitCode !== 0) expect([first.exitCode, heads(pair)]).toEqual([2, heads(pair)])
    await run(pair, '--init', 'union', '--take', '*=github')
    expect(Object.keys(contents(pair, 'github'))).toEqual(Object.keys(all).toSorted())
    await expectGoesOn(pair)
  })
})

describe.each(directions)('--init $from', ({ from, to }) => {
  test('in sync already: nothing is written', async () => {
    const pair = await startMirrored({ 'keep.txt': 'keep\n' })
    const before = heads(pair)
    await run(pair, '--init', from)
    expect(heads(pair)).toEqual(before)
  })

  test('in sync by a forged trailer, which the heads are believed for: made equal all the same', async () => {
    const pair = await startMirrored({ 'keep.txt': 'keep\n' })
    act(
      pair,
      'huggingface',
      { 'h.txt': 'h\n' },
      `Forged\n\nMirrored-From: https://github.com/acme/corpus/commit/${heads(pair).github}\n`,
    )
    const files = contents(pair, from)
    await run(pair, '--init', from)
    expect(contents(pair, to)).toEqual(files)
    await expectGoesOn(pair)
  })

  test('a file where the other side has a folder, and the reverse, makes way', async () => {
    const pair = startPair()
    act(pair, from, { 'thing': 'a file\n', 'was/a': 'in a folder\n' })
    act(pair, to, { 'thing/one': 'in a folder\n', 'was': 'a file\n' })
    await run(pair, '--init', from)
    expect(contents(pair, to)).toEqual({ 'thing': 'a file\n', 'was/a': 'in a folder\n' })
    await expectInSync(pair)
  })

  test('where a base is there and nothing is wrong: equal to that side now, what the other one changed included', async () => {
    const pair = await startMirrored({ 'keep.txt': 'keep\n', 'both.txt': 'first\n' })
    act(pair, to, { 'both.txt': 'mine\n', 'mine.txt': 'mine\n' })
    await run(pair, '--init', from)
    expect(contents(pair, to)).toEqual({ 'keep.txt': 'keep\n', 'both.txt': 'first\n' })
    await expectGoesOn(pair)
  })

  test('equal already, and nothing says so: joined by a commit that changes no file', async () => {
    const pair = startPair()
    for (const side of sides) act(pair, side, { 'keep.txt': 'keep\n' })
    const before = heads(pair)
    await run(pair, '--init', from)
    expect([heads(pair).huggingface, lastCommit(pair, 'github').parents]).toEqual([before.huggingface, [before.github]])
    await expectGoesOn(pair)
  })

  test('deletes no more than half of the other side without being told so', async () => {
    const pair = startPair()
    act(pair, from, { 'keep.txt': 'keep\n' })
    act(pair, to, { 'keep.txt': 'keep\n', ...many('d', 12) })
    expect(await expectStopped(pair, 3, '--init', from)).toContain('would delete 12 of 13 mirrored files there')
    await run(pair, '--init', from, '--allow-delete')
    expect(contents(pair, to)).toEqual({ 'keep.txt': 'keep\n' })
  })

  test('with that side empty is refused: nothing can be right', async () => {
    const pair = startPair()
    if (from === 'github') act(pair, 'huggingface', { 'keep.txt': 'keep\n' })
    else {
      act(pair, 'github', { 'keep.txt': 'keep\n' })
      pair.huggingface.commit('main', { files: { '.gitattributes': null }, message: 'Clear', user: 'alice' })
    }
    await expectStopped(pair, 3, '--init', from)
  })

  test('with the other side empty is a first mirror', async () => {
    const pair = startPair()
    act(pair, from, { 'keep.txt': 'keep\n' })
    await run(pair, '--init', from)
    expect(contents(pair, to)).toEqual({ 'keep.txt': 'keep\n' })
    await expectGoesOn(pair)
  })

  test('a dry run says what it would do', async () => {
    const pair = startPair()
    act(pair, from, { 'keep.txt': 'keep\n' })
    act(pair, to, { 'keep.txt': 'other\n', 'gone.txt': 'x\n' })
    const before = heads(pair)
    const { out } = await run(pair, '--init', from, '--dry-run')
    expect(out).toMatch(/changed  keep.txt/)
    expect(out).toMatch(/deleted  gone.txt/)
    expect(heads(pair)).toEqual(before)
  })
})

test("rules for storing: GitHub's come to the Hub, the Hub's own stay there", async () => {
  for (const winner of sides) {
    const pair = startPair()
    act(pair, 'github', { '.gitattributes': '*.one text\n', 'keep.txt': 'g\n' })
    act(pair, 'huggingface', { 'keep.txt': 'h\n' })
    await run(pair, '--init', winner)
    expect(text(pair, 'github', '.gitattributes')).toBe('*.one text\n')
    expect(text(pair, 'huggingface', '.gitattributes')).toContain('*.parquet filter=lfs')
    expect(text(pair, 'huggingface', '.gitattributes')!.includes('*.one text')).toBe(winner === 'github')
    await expectGoesOn(pair)
  }
})

test('what GitHub alone can hold stays, and a file of the Hub in its place is a conflict', async () => {
  const pair = startPair()
  act(pair, 'github', {
    'keep.txt': 'g\n',
    'link': { mode: '120000', content: 'keep.txt' },
    '.github/workflows/ci.yml': 'on: push\n',
  })
  act(pair, 'huggingface', { 'keep.txt': 'h\n' })
  await run(pair, '--init', 'huggingface')
  expect([
    pair.github.files('main').get('link')!.mode,
    text(pair, 'github', '.github/workflows/ci.yml'),
    text(pair, 'github', 'keep.txt'),
  ]).toEqual(['120000', 'on: push\n', 'h\n'])
  act(pair, 'huggingface', { link: 'a file\n' })
  expect(await expectStopped(pair, 2, '--init', 'huggingface')).toContain('link  type: github holds a symlink there')
})

test('a run of --init that dies before it is done is repeated', async () => {
  for (const winner of sides) {
    const pair = startPair()
    act(pair, 'github', { 'keep.txt': 'g\n', 'g.txt': 'g\n' })
    act(pair, 'huggingface', { 'keep.txt': 'h\n', 'h.txt': 'h\n' })
    const loser: Side = otherSide[winner]
    pair[loser].faults.push({
      on: ({ method, url }) => method === 'POST' && (url.endsWith('/graphql') || /\/commit\/main/.test(url)),
      when: 'before',
      act: 'drop',
      times: 99,
    })
    expect((await pair.run('--init', winner)).exitCode).toBe(1)
    pair[loser].faults.length = 0
    await run(pair, '--init', winner)
    await expectGoesOn(pair)
  }
})

test.each([
  { where: 'in a later commit', root: false },
  { where: 'in the first commit', root: true },
])(
  '--init over files $where that dies between two parts of its commit is refused as before, and ends when it is asked for again',
  async ({ root }) => {
    const pair = startPair()
    act(pair, 'github', { 'keep.txt': 'g\n', ...many('d', 2_600) })
    act(pair, 'huggingface', { 'keep.txt': 'h\n', 'h.txt': 'h\n' })
    if (root) {
      const { git } = pair.huggingface
      const first = git.readCommit(git.readLog(pair.huggingface.head('main')!).at(-1)!)
      pair.huggingface.gitPush('main', git.writeCommit({ ...first, tree: lastCommit(pair, 'huggingface').tree }))
    }
    let dead = false
    pair.huggingface.faults.push({
      on: ({ method, url }) => method === 'POST' && /\/commit\/main/.test(url),
      when: 'after',
      act: () => {
        dead = true
      },
    })
    for (const each of [pair.github, pair.huggingface])
      each.faults.push({ on: () => dead, when: 'before', act: 'drop', times: 999 })
    expect((await pair.run('--init', 'github')).exitCode).toBe(1)
    for (const each of [pair.github, pair.huggingface]) each.faults.length = 0
    await expectStopped(pair, 3)
    await run(pair, '--init', 'github')
    expect(contents(pair, 'huggingface')).toEqual(contents(pair, 'github'))
    await expectGoesOn(pair)
  },
)

test("the text of a new Space's README makes way for GitHub's, its front matter stays", async () => {
  const pair = startPair({ huggingface: { id: 'spaces/acme/corpus' }, env: { HF_REPO: 'spaces/acme/corpus' } })
  act(pair, 'github', { 'README.md': '# Mine\n', 'app.py': 'print(1)\n' })
  await expectStopped(pair, 2)
  await run(pair, '--init', 'github')
  for (const side of sides) expect(text(pair, side, 'README.md')).toMatch(/^---\n[^]*sdk: static\n[^]*---\n# Mine\n$/)
})
