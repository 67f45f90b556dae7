/** A folder of the GitHub repository is the Hub's root, and single paths are elsewhere. */
import { describe, expect, test } from 'vitest'
import { parseTrailers } from '../../lib/model/trailers.ts'
import { startPair, type Pair } from '../hubs/pair.ts'
import { isHubCommit } from '../planner/traces-run.ts'
import { act, expectStopped, heads, lastCommit, text } from '../run/mirror-setup.ts'
import { begin, files, folder, inFolder, joinHub, onHub, outside, rest, run, split } from './folders-setup.ts'

/** All messages of the Hub's commits. */
const messages = ({ huggingface: { git } }: Pair, head: string) =>
  git.readLog(head).map((oid) => git.readCommit(oid).message)

describe('both ways', () => {
  test('what changes in the folder goes to the Hub, and what changes there comes into the folder; nothing else moves', async () => {
    const pair = await begin(files)
    expect(onHub(pair)).toEqual(files)
    act(pair, 'github', { ...inFolder({ 'a.csv': 'a\n2\n' }), 'src/a.csv': 'secret\n' }, 'Two things at once')
    act(pair, 'huggingface', { 'sub/b.csv': null, 'sub/c.csv': 'c\n' })
    await run(pair)
    const expected = { 'a.csv': 'a\n2\n', 'sub/c.csv': 'c\n', 'README.md': '# Corpus\n' }
    expect([onHub(pair), split(pair)]).toEqual([
      expected,
      { shown: expected, rest: { ...rest, 'src/a.csv': 'secret\n' } },
    ])
  })

  test('commits that touch nothing in the folder are neither copied nor listed, and the Hub gets no empty one', async () => {
    const pair = await begin(files)
    const before = heads(pair)
    act(pair, 'github', { 'src/x.ts': '1\n' }, 'Hidden plan')
    const idle = await pair.run(...folder)
    expect([idle.exitCode, idle.requests, heads(pair).huggingface]).toEqual([0, 5, before.huggingface])
    act(pair, 'github', inFolder({ 'a.csv': '2\n' }), 'Change a')
    for (let count = 0; count < 25; count++) act(pair, 'github', { 'src/x.ts': `${count}\n` }, `Hidden plan ${count}`)
    act(pair, 'github', inFolder({ 'sub/b.csv': '2\n' }), 'Change b')
    await run(pair)
    const made = messages(pair, heads(pair).huggingface!).slice(0, 2)
    expect(made.map((message) => message.split('\n')[0])).toEqual(['Change b', 'Change a'])
    // One copy lists what it stands for, where both sides moved.
    act(pair, 'github', { 'src/x.ts': 'x\n' }, 'Hidden plan')
    act(pair, 'github', inFolder({ 'a.csv': '3\n' }), 'Change a again')
    act(pair, 'huggingface', { 'h.csv': 'h\n' })
    await run(pair)
    expect(messages(pair, heads(pair).huggingface!).join('\n')).not.toContain('Hidden')
  })

  test('a file with another name on the Hub keeps it, and what is in its way stays where it is', async () => {
    const map = ['--map', 'docs/HF.md=README.md']
    const pair = startPair()
    act(pair, 'github', { ...outside, ...inFolder(files), 'docs/HF.md': '# Card\n' }, 'Begin')
    await run(pair, ...map)
    expect(text(pair, 'huggingface', 'README.md')).toBe('# Card\n')
    act(pair, 'huggingface', { 'README.md': '# Card 2\n', 'sub/b.csv': null })
    await run(pair, ...map)
    expect([text(pair, 'github', 'docs/HF.md'), text(pair, 'github', 'data/corpus/README.md')]).toEqual([
      '# Card 2\n',
      '# Corpus\n',
    ])
    // What is called there as the file is on GitHub is another one, of the folder.
    act(pair, 'huggingface', { 'docs/HF.md': 'mine\n' })
    const ran = await pair.run('--subdirectory', 'data/corpus', ...map)
    expect([ran.exitCode, text(pair, 'github', 'data/corpus/docs/HF.md')]).toEqual([0, 'mine\n'])
  })

  test('copies name the commits of the repository, and prove themselves by its trees', async () => {
    const pair = await begin(files)
    act(pair, 'huggingface', { 'h.csv': 'h\n' })
    await run(pair)
    const { message, tree } = lastCommit(pair, 'github')
    const { mirroredTree, mirroredSet, mirroredFrom } = parseTrailers(message)
    expect([mirroredTree, mirroredFrom?.oid]).toEqual([tree, heads(pair).huggingface])
    expect(mirroredSet).toMatch(/^paths:[0-9a-f]{8}$/)
  })

  test('the plan says once where the folder is, names the paths of the Hub, and takes an answer by either name', async () => {
    const pair = await begin(files)
    act(pair, 'github', inFolder({ 'a.csv': 'g\n', 'sub/b.csv': 'g\n' }))
    act(pair, 'huggingface', { 'a.csv': 'h\n', 'sub/b.csv': 'h\n' })
    const out = await expectStopped(pair, 2, ...folder)
    expect(out).toContain('acme/corpus@main:data/corpus')
    expect(out).toContain('--subdirectory=data/corpus')
    expect(out).toMatch(/blob\/[0-9a-f]{40}\/data\/corpus\/a\.csv/)
    expect(JSON.parse((await pair.run(...folder, '--json')).out).paths).toEqual({
      side: 'github',
      root: 'data/corpus',
      moved: [],
    })
    await run(pair, '--take', 'data/corpus/a.csv=github', '--take', 'sub/b.csv=huggingface')
    expect(onHub(pair)).toMatchObject({ 'a.csv': 'g\n', 'sub/b.csv': 'h\n' })
  })
})

describe('rules', () => {
  const bytes = (length: number) => Buffer.alloc(length, 7)

  test('those above the folder say what is an object, and those inside too', async () => {
    const pair = await begin({ ...files, '.gitattributes': '*.own filter=lfs diff=lfs merge=lfs -text\n' })
    act(pair, 'huggingface', { 'x.bin': { lfs: bytes(2_000) }, 'sub/x.own': { lfs: bytes(3_000) } })
    await run(pair)
    const isObject = (path: string) => pair.github.files('main').get(`data/corpus/${path}`)!.lfs !== null
    expect(['x.bin', 'sub/x.own'].map(isObject)).toEqual([true, true])
    expect(text(pair, 'github', 'data/corpus/.gitattributes')).not.toContain('x.bin')
    expect(split(pair).rest).toEqual(rest)
    expect((await pair.run('--verify', ...folder)).exitCode).toBe(0)
  })

  test('edited on both sides they are merged, and a rule above the folder keeps its pointers', async () => {
    const pair = await begin({ ...files, '.gitattributes': '*.csv text\n*.own filter=lfs diff=lfs merge=lfs -text\n' })
    act(pair, 'huggingface', { 'x.bin': { lfs: bytes(2_000) } })
    await run(pair)
    const hub = text(pair, 'huggingface', '.gitattributes')!
    act(pair, 'huggingface', { '.gitattributes': hub.replace('*.own filter=lfs diff=lfs merge=lfs -text\n', '') })
    act(
      pair,
      'github',
      inFolder({ '.gitattributes': '*.csv text\n*.own filter=lfs diff=lfs merge=lfs -text\n*.md text\n' }),
    )
    await run(pair)
    expect(text(pair, 'github', 'data/corpus/.gitattributes')).toBe('*.csv text\n*.md text\n')
    expect(text(pair, 'huggingface', '.gitattributes')).toContain('*.md text\n')
  })
})

describe('every way to run', () => {
  test('a run that is killed before the Hub is written is finished by the next one', async () => {
    const pair = await begin(files)
    act(pair, 'github', inFolder({ 'a.csv': 'g\n' }))
    act(pair, 'huggingface', { 'sub/b.csv': 'h\n' })
    pair.huggingface.faults.push({ on: isHubCommit, when: 'before', act: 'drop', times: 99 })
    expect((await pair.run(...folder)).exitCode).toBe(1)
    pair.huggingface.faults.length = 0
    await run(pair)
    const expected = { ...files, 'a.csv': 'g\n', 'sub/b.csv': 'h\n' }
    expect([onHub(pair), split(pair)]).toEqual([expected, { shown: expected, rest }])
  })

  test('--check says in its heading which folder it is about', async () => {
    const pair = await begin(files)
    expect((await pair.run(...folder, '--check')).out).toMatch(/^GitHub acme\/corpus@main:data\/corpus$/m)
  })

  test('--verify compares the folder with the Hub, and names what differs there', async () => {
    const pair = await begin(files)
    expect((await pair.run('--verify', ...folder)).out).toContain('equal: 3 files')
    act(pair, 'github', inFolder({ 'a.csv': 'x\n' }))
    const ran = await pair.run('--verify', ...folder)
    expect([ran.exitCode, ran.out.includes('a.csv'), ran.out.includes('src/a.csv')]).toEqual([5, true, false])
  })

  test('--to writes one side alone, and what is outside of the folder is no change of its', async () => {
    const pair = await begin(files)
    act(pair, 'github', { ...inFolder({ 'a.csv': '2\n' }), 'src/a.csv': 'x\n' })
    await run(pair, '--to', 'huggingface')
    act(pair, 'huggingface', { 'a.csv': '3\n' })
    const out = await expectStopped(pair, 3, ...folder, '--to', 'huggingface')
    expect(out).toContain('"a.csv"')
    await run(pair, '--to', 'huggingface', '--allow-overwrite')
    expect(text(pair, 'huggingface', 'a.csv')).toBe('2\n')
  })

  test.each(['github', 'huggingface'] as const)(
    '--init %s makes the folder and the Hub equal, and nothing else',
    async (winner) => {
      const pair = startPair()
      act(pair, 'github', { ...outside, ...inFolder({ 'a.csv': 'g\n', 'g.csv': 'g\n' }) })
      act(pair, 'huggingface', { 'a.csv': 'h\n', 'h.csv': 'h\n' })
      await expectStopped(pair, 3, ...folder)
      const ran = await pair.run(...folder, '--init', winner)
      expect(ran.exitCode, ran.out + ran.err).toBe(0)
      const expected = winner === 'github' ? { 'a.csv': 'g\n', 'g.csv': 'g\n' } : { 'a.csv': 'h\n', 'h.csv': 'h\n' }
      expect([onHub(pair), split(pair)]).toMatchObject([expected, { shown: expected, rest }])
      await run(pair)
    },
  )

  test('an empty repository on GitHub gets the folder from the Hub', async () => {
    const pair = startPair()
    act(pair, 'huggingface', files, 'Begin')
    await run(pair)
    expect(split(pair)).toEqual({ shown: { ...files, '.gitattributes': expect.any(String) }, rest: {} })
  })
})

describe('several repositories on the Hub, one on GitHub', () => {
  test('runs in turn, edits on all sides, and a new one: each sees its own folder alone', async () => {
    const one = startPair()
    const two = joinHub(one, 'datasets/acme/other')
    const second = ['--subdirectory', 'data/other'] as const
    act(one, 'github', { ...outside, ...inFolder(files), ...inFolder({ 'x.csv': 'x\n' }, 'data/other') }, 'Begin')
    await run(one)
    await run(two, ...second)
    for (let round = 0; round < 3; round++) {
      act(one, 'huggingface', { 'a.csv': `one ${round}\n` }, `One ${round}`)
      act(two, 'huggingface', { 'x.csv': `two ${round}\n` }, `Two ${round}`)
      act(one, 'github', { ...inFolder({ 'g.csv': `${round}\n` }), 'src/x.ts': `${round}\n` }, `Both moved ${round}`)
      if (round === 1) act(one, 'github', inFolder({ 'g.csv': `${round}\n` }, 'data/other'), `Other moved ${round}`)
      await run(one)
      await run(two, ...second)
      // The other one's copies lie on top, and change nothing in this folder.
      const before = heads(one)
      const idle = await one.run(...folder)
      expect([idle.exitCode, heads(one), idle.requests <= 5], idle.out + idle.err).toEqual([0, before, true])
    }
    expect(onHub(one)).toEqual(split(one).shown)
    expect(onHub(two)).toEqual(split(one, 'data/other').shown)
    expect(onHub(two)).toEqual({ 'x.csv': 'two 2\n', 'g.csv': '1\n' })
    const told = (pair: Pair) => messages(pair, heads(pair).huggingface!).join('\n')
    expect([told(one).includes('Two '), told(two).includes('One '), told(two).includes('Both moved')]).toEqual([
      false,
      false,
      false,
    ])
  })
})
