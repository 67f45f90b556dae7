/** The simulator's traces by name, F10 to F17; what they are is said in traces.test.ts. */
import { describe, expect, test } from 'vitest'
import { nameOneAnother } from '../../lib/history/sync-points.ts'
import { sides } from '../../lib/model/sides.ts'
import { noFilters } from '../../lib/view/filters.ts'
import { describeSet } from '../../lib/view/view.ts'
import { history } from '../history/histories.ts'
import { startPair } from '../hubs/pair.ts'
import { verdict } from '../merge/worlds.ts'
import {
  act,
  contents,
  directions,
  expectStopped,
  heads,
  lastCommit,
  mirror,
  startMirrored,
  text,
} from '../run/mirror-setup.ts'
import { isHubCommit, run } from './traces-run.ts'

describe('F10: what is mirrored is another set now than at the last sync point', () => {
  const config = '.github/dependabot.yml'

  test.each([true, false])(
    'more of it: nothing is taken for a deletion or a rewritten commit, and what one side has comes to the other (%s)',
    async (changed) => {
      const pair = await startMirrored({ 'a.txt': 'a\n', [config]: 'one\n' })
      if (changed) act(pair, 'github', { [config]: 'two\n' })
      await run(pair, '--dot-github')
      expect(text(pair, 'huggingface', config)).toBe(changed ? 'two\n' : 'one\n')
      expect(await pair.run('--dot-github')).toMatchObject({ exitCode: 0, requests: 2 })
      act(pair, 'github', { [config]: 'three\n' })
      await run(pair, '--dot-github')
      expect(text(pair, 'huggingface', config)).toBe('three\n')
    },
  )

  test('more of it, and both sides hold the same there, or nothing: recorded once, and then it is two requests', async () => {
    for (const files of [{ [config]: 'one\n' }, {}]) {
      const pair = await startMirrored({ 'a.txt': 'a\n' })
      for (const side of sides) if (config in files) act(pair, side, files)
      await run(pair)
      await run(pair, '--dot-github')
      expect(await pair.run('--dot-github')).toMatchObject({ exitCode: 0, requests: 2 })
      expect(await pair.run()).toMatchObject({ exitCode: 0, requests: 2 })
    }
  })

  test('more of it, and both sides hold something else there: a conflict, which --take settles', async () => {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    for (const side of sides) act(pair, side, { [config]: `${side}\n` })
    expect(await expectStopped(pair, 2, '--dot-github')).toContain('add/add')
    await run(pair, '--dot-github', '--take', `${config}=github`)
    expect([text(pair, 'github', config), text(pair, 'huggingface', config)]).toEqual(['github\n', 'github\n'])
  })

  test('less of it: what is outside stays where it is', async () => {
    const pair = startPair()
    act(pair, 'github', { 'a.txt': 'a\n', [config]: 'one\n' })
    await run(pair, '--dot-github')
    act(pair, 'github', { [config]: null, 'a.txt': 'b\n' })
    await run(pair)
    expect([text(pair, 'huggingface', config), text(pair, 'huggingface', 'a.txt')]).toEqual(['one\n', 'b\n'])
  })

  test('a workflow that the Hub commits is outside at every later run too', async () => {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    act(pair, 'huggingface', { '.github/workflows/ci.yml': 'on: push\n', 'b.txt': 'b\n' })
    await mirror(pair)
    act(pair, 'github', { 'c.txt': 'c\n' })
    await mirror(pair)
    expect(text(pair, 'github', '.github/workflows/ci.yml')).toBeUndefined()
  })
})

test("F11: a symlink of GitHub's where the Hub adds a file: a conflict, and the link stays", async () => {
  const pair = await startMirrored({ 'a.txt': 'a\n' })
  act(pair, 'github', { b: { mode: '120000', content: 'a.txt' } })
  act(pair, 'huggingface', { b: 'a file\n' })
  expect(await expectStopped(pair, 2)).toContain('b  type: github holds a symlink there')
  act(pair, 'huggingface', { b: null })
  await run(pair)
  expect(pair.github.files('main').get('b')!.mode).toBe('120000')
})

test('F12: the Hub appends a rule of its own, GitHub appends another: no conflict', async () => {
  const pair = await startMirrored({ '.gitattributes': '*.csv text\n', 'a.txt': 'a\n' })
  act(pair, 'huggingface', {
    '.gitattributes': `${text(pair, 'huggingface', '.gitattributes')}odd.bin filter=lfs diff=lfs merge=lfs -text\n`,
    'h.txt': 'h\n',
  })
  act(pair, 'github', { '.gitattributes': '*.csv text\n*.md text\n' })
  await mirror(pair)
  expect(text(pair, 'github', '.gitattributes')).toBe(
    '*.csv text\n*.md text\nodd.bin filter=lfs diff=lfs merge=lfs -text\n',
  )
  expect(text(pair, 'huggingface', '.gitattributes')).toContain('*.md text\n')
})

test('F13: --squash that dies before the Hub is written: what the Hub takes back meanwhile stays away', async () => {
  const pair = await startMirrored({ 'a.txt': 'a\n', 'b.txt': 'v0\n' })
  act(pair, 'github', { 'g.txt': 'g\n' })
  for (const value of ['v1\n', 'v2\n']) act(pair, 'huggingface', { 'b.txt': value })
  pair.huggingface.faults.push({ on: isHubCommit, when: 'before', act: 'drop', times: 99 })
  expect((await pair.run('--squash')).exitCode).toBe(1)
  pair.huggingface.faults.length = 0
  act(pair, 'huggingface', { 'b.txt': 'v0\n' })
  await mirror(pair, '--squash')
  expect(contents(pair, 'github')).toEqual({ 'a.txt': 'a\n', 'b.txt': 'v0\n', 'g.txt': 'g\n' })
})

describe('F14: a base by content', () => {
  test('of equal heads is remembered at once, so that a revert on the Hub is a revert', async () => {
    //  G2(b=v0), H3(b=v0): joined; H4 takes b back; G5 edits a
    const pair = startPair()
    act(pair, 'github', { 'a.txt': 'a\n' })
    act(pair, 'github', { 'b.txt': 'v0\n' })
    act(pair, 'huggingface', { 'a.txt': 'a\n', 'b.txt': 'v0\n' })
    await mirror(pair)
    act(pair, 'huggingface', { 'b.txt': null })
    act(pair, 'github', { 'a.txt': 'edited\n' })
    await mirror(pair)
    expect(contents(pair, 'github')).toEqual({ 'a.txt': 'edited\n' })
  })

  test('with two answers is none', async () => {
    const pair = startPair()
    for (const side of sides) for (const value of ['v0\n', 'v1\n']) act(pair, side, { 'a.txt': value })
    act(pair, 'huggingface', { 'a.txt': 'v0\n' })
    await expectStopped(pair, 3)
  })
})

describe('F15: renames that git calls conflicts', () => {
  const file = 'one\ntwo\nthree\n'
  test.each([
    ['deleted here, renamed there', { a: file }, {}, { c: file }, 'conflict a rename/delete'],
    ['renamed to two names', { a: file }, { b: file }, { c: file }, 'conflict a rename/rename'],
  ])('%s', (_, base, github, huggingface, expected) => {
    expect(verdict({ base, github, huggingface })).toContain(expected)
    expect(verdict({ base, github: huggingface, huggingface: github })).toContain(expected)
  })

  test('an empty file is followed nowhere, nor one with two names', () => {
    expect(verdict({ base: { a: '' }, github: { b: '' }, huggingface: { a: 'edited\n' } })).toContain(
      'conflict a modify/delete',
    )
    expect(verdict({ base: { a: file }, github: { b: file, c: file }, huggingface: { a: `${file}four\n` } })).toContain(
      'conflict a modify/delete',
    )
  })
})

describe('F16: small silences', () => {
  test("a chmod and an edit that is taken back are no move: the Hub's commit goes on GitHub's head", async () => {
    const pair = await startMirrored({ 'a.txt': 'a\n', 'run.sh': 'run\n' })
    act(pair, 'github', { 'run.sh': { mode: '100755', content: 'run\n' } })
    act(pair, 'github', { 'a.txt': 'b\n' })
    const head = act(pair, 'github', { 'a.txt': 'a\n' })
    act(pair, 'huggingface', { 'h.txt': 'h\n' })
    await mirror(pair)
    expect(lastCommit(pair, 'github').parents).toEqual([head])
    expect(pair.github.files('main').get('run.sh')!.mode).toBe('100755')
  })

  test('a copy is never older than its parent, so that listings by date show it on the first page', async () => {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    const parent = lastCommit(pair, 'github')
    pair.huggingface.commit('main', {
      files: { 'old.txt': 'old\n' },
      message: 'From an old clock',
      user: 'alice',
      date: new Date('2020-01-01T00:00:00Z'),
    })
    await mirror(pair)
    const copy = lastCommit(pair, 'github')
    expect([copy.author.seconds, copy.committer.seconds >= parent.committer.seconds]).toEqual([
      Date.UTC(2020, 0, 1) / 1_000,
      true,
    ])
  })

  test.each(directions)(
    'foreign trailers in a message on $from are not copied, and one in the middle says nothing',
    async ({ from, to }) => {
      const pair = await startMirrored({ 'a.txt': 'a\n' })
      const link = `https://github.com/acme/corpus/commit/${'1'.repeat(40)}`
      const head = act(pair, from, { 'b.txt': 'b\n' }, `Pick\n\nMirrored-From: ${link}\n\nand more text`)
      await mirror(pair)
      expect(lastCommit(pair, to).message.match(/Mirrored-From: \S+\/commit\/(\S+)/g)).toEqual([
        expect.stringContaining(head),
      ])
      expect(lastCommit(pair, to).message).toContain('and more text')
    },
  )

  test('a conflict after a part of a run was written lists what is there', async () => {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    act(pair, 'github', { 'g.txt': 'g\n' })
    act(pair, 'huggingface', { 'h.txt': 'h\n' })
    // GitHub is written by then; the Hub's commit is refused, and what is new there conflicts.
    pair.huggingface.faults.push({
      on: isHubCommit,
      when: 'before',
      act: () => {
        act(pair, 'huggingface', { 'g.txt': 'other\n' })
      },
    })
    const ran = await pair.run()
    expect([ran.exitCode, ran.out]).toEqual([
      2,
      expect.stringContaining(`written before the other side moved: GitHub ${heads(pair).github!.slice(0, 7)}`),
    ])
    expect(ran.out).not.toContain('Nothing was written')
    await mirror(pair, '--take', 'g.txt=huggingface')
  })

  test("a trailer that somebody wrote on the Hub's head, as a copy of a commit that was copied already, is a change like any other", async () => {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    act(
      pair,
      'huggingface',
      { 'a.txt': 'written\n' },
      `Write\n\nMirrored-From: https://github.com/acme/corpus/commit/${heads(pair).github}\n`,
    )
    await mirror(pair)
    expect(text(pair, 'github', 'a.txt')).toBe('written\n')
  })
})

describe('F17: in sync is said by the heads, or it is not said', () => {
  const inSync = (github: string, huggingface: string) =>
    nameOneAnother(
      { github: history('github', github), huggingface: history('huggingface', huggingface) },
      describeSet(noFilters),
    )
  test.each([
    ['G0 G1', 'H0 H1~G1', true],
    ['G0 G1~H1', 'H0 H1', true],
    ['S0 S1', 'S0 S1', true],
    ['G0 G1~!H1', 'H0 H1', false],
    ['G0 G1~H1 G2', 'H0 H1', false],
    ['G0 G1', 'H0 H1~G0', false],
    ['G0~H0 G1', 'H0 H1', false],
  ])('%s and %s: %s', (github, huggingface, expected) => {
    expect(inSync(github, huggingface)).toBe(expected)
  })

  test('what GitHub alone changed costs a few requests more, and writes nothing', async () => {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    act(pair, 'github', { link: { mode: '120000', content: 'a.txt' } })
    const before = heads(pair)
    const ran = await run(pair)
    expect([ran.requests <= 6, heads(pair)]).toEqual([true, before])
  })
})
