/**
 * The commits of one side as commits on the other: who, when, what, and that a run that is repeated makes none twice.
 */
import { describe, expect, test } from 'vitest'
import type { Side } from '../../lib/model/sides.ts'
import { servePair, startPair, type Pair } from '../hubs/pair.ts'
import { commitTo, pushTo } from '../run/git-users.ts'
import {
  act,
  bob,
  contents,
  directions,
  expectInSync,
  heads,
  lastCommit,
  mirror,
  startMirrored,
  type Files,
} from '../run/mirror-setup.ts'

const begin: Files = { 'README.md': '# Corpus\n', 'a.csv': 'a\n1\n', 'keep.txt': 'keep\n' }

/** A side's commits from its head down to one of its own, oldest first, with the files of each. */
function commitsSince(pair: Pair, side: Side, base: string | null) {
  const git = side === 'github' ? pair.github.store : pair.huggingface.git
  const log: {
    oid: string
    message: string
    author: string
    seconds: number
    parents: readonly string[]
    files: Record<string, string>
  }[] = []
  for (let oid = pair[side].head('main'); oid !== null && oid !== base;) {
    const commit = git.readCommit(oid)
    const files = [...git.readFiles(commit.tree)]
      .filter(([path]) => !path.endsWith('.gitattributes'))
      .map(([path, { oid: blob }]) => [path, git.read(blob, 'blob').toString('latin1')] as const)
    log.push({
      oid,
      message: commit.message,
      author: `${commit.author.name} <${commit.author.email}>`,
      seconds: commit.author.seconds,
      parents: commit.parents,
      files: Object.fromEntries(files),
    })
    oid = commit.parents[0] ?? null
  }
  return log.toReversed()
}

const three: readonly Files[] = [
  { 'a.csv': 'a\n2\n', 'b.csv': 'b\n' },
  { 'a.csv': 'a\n3\n', 'b.csv': null },
  { 'c.csv': 'c\n', 'keep.txt': null },
]
const messages = ['One\n\nIts body,\nin two lines.', 'Two', 'Three\n\nReviewed-by: Carol <carol@example.org>']

describe.each(directions)('three commits on $from', ({ from, to }) => {
  async function start(...argv: string[]) {
    const pair = await startMirrored(begin)
    const before = heads(pair)
    const ids = three.map((files, index) => act(pair, from, files, messages[index]))
    await mirror(pair, ...argv)
    return {
      pair,
      before,
      ids,
      originals: commitsSince(pair, from, before[from]),
      copies: commitsSince(pair, to, before[to]),
    }
  }

  test('arrive as three, each with its files, title, body and the link to its original', async () => {
    const { ids, originals, copies } = await start()
    expect(copies.map(({ files }) => files)).toEqual(originals.map(({ files }) => files))
    expect(copies.map(({ message }) => message.split('\n')[0])).toEqual(['One', 'Two', 'Three'])
    expect(copies[0]!.message).toContain('\n\nIts body,\nin two lines.\n')
    expect(copies.map(({ message }) => /Mirrored-From: \S+\/commit\/(\S+)/.exec(message)?.[1])).toEqual(ids)
  })

  test('arrive as one with --squash', async () => {
    const { copies, originals } = await start('--squash')
    expect(copies.map(({ files }) => files)).toEqual([originals.at(-1)!.files])
    expect(copies[0]!.message).toMatch(/^Mirror 3 commits from /)
  })

  test('arrive as one that lists them where there are more than twenty', async () => {
    const pair = await startMirrored(begin)
    const before = heads(pair)
    for (let index = 0; index < 21; index++) act(pair, from, { 'a.csv': `${index}\n` }, `Number ${index}`)
    await mirror(pair)
    const copies = commitsSince(pair, to, before[to])
    expect(copies).toHaveLength(1)
    expect(copies[0]!.message).toMatch(/^Mirror 21 commits from [^]*Number 20[^]*Number 0/)
  })

  test('leave out the one that changes nothing that is mirrored, and the last copy names the head all the same', async () => {
    const pair = await startMirrored(begin)
    const before = heads(pair)
    act(pair, from, { 'a.csv': '1\n' }, 'One')
    act(pair, from, { '.lfsconfig': '[lfs]\n' }, 'Not mirrored')
    act(pair, from, { 'a.csv': '2\n' }, 'Two')
    const head = act(pair, from, { '.lfsconfig': '[lfs]\n\n' }, 'Not mirrored either')
    expect(await pair.run()).toMatchObject({ exitCode: 0 })
    const copies = commitsSince(pair, to, before[to])
    expect(copies.map(({ message }) => message.split('\n')[0])).toEqual(['One', 'Two'])
    expect(copies[1]!.message).toContain(`/commit/${head}`)
    expect(await pair.run()).toMatchObject({ exitCode: 0, requests: 2 })
  })

  test('travel together with what each adds to the rules for storing', async () => {
    const pair = await startMirrored({ ...begin, '.gitattributes': '*.csv text\n' })
    const before = heads(pair)
    const rules = (more: string) => ({
      '.gitattributes': pair[from].files('main').get('.gitattributes')!.content.toString() + more,
    })
    act(pair, from, { ...rules('*.one text\n'), 'x.one': '1\n' }, 'One')
    act(pair, from, { ...rules('*.two text\n'), 'x.two': '2\n' }, 'Two')
    await mirror(pair)
    const git = to === 'github' ? pair.github.store : pair.huggingface.git
    const texts = commitsSince(pair, to, before[to]).map(({ oid }) =>
      git.read(git.readFiles(git.readCommit(oid).tree).get('.gitattributes')!.oid, 'blob').toString(),
    )
    expect(texts.map((text) => ['*.one text', '*.two text'].filter((rule) => text.split('\n').includes(rule)))).toEqual(
      [['*.one text'], ['*.one text', '*.two text']],
    )
  })

  test('come as one where a file becomes a folder on the way', async () => {
    const pair = await startMirrored(begin)
    const before = heads(pair)
    act(pair, from, { 'a.csv': null }, 'One')
    act(pair, from, { 'a.csv/part.csv': '1\n' }, 'Two')
    await mirror(pair)
    expect(commitsSince(pair, to, before[to]).map(({ message }) => message.split('\n')[0])).toEqual([
      expect.stringMatching(/^Mirror 2 commits from /),
    ])
  })
})

describe('on GitHub', () => {
  test("a copy has its original's author and date, and files that only GitHub holds stay", async () => {
    const pair = await startMirrored({
      ...begin,
      'run.sh': { mode: '100755', content: 'run\n' },
      'link': { mode: '120000', content: 'README.md' },
    })
    const before = heads(pair)
    act(pair, 'huggingface', { 'run.sh': 'run faster\n' }, 'One')
    act(pair, 'huggingface', { 'new.sh': 'run faster\n', 'run.sh': null }, 'Two')
    await mirror(pair)
    const [one, two] = commitsSince(pair, 'github', before.github)
    const originals = commitsSince(pair, 'huggingface', before.huggingface)
    expect([one!.author, one!.seconds, two!.seconds]).toEqual([
      'alice <alice@users.noreply.huggingface.co>',
      ...originals.map(({ seconds }) => seconds),
    ])
    expect([one!.files['link'], two!.files['link']]).toEqual(['README.md', 'README.md'])
    const modes = [one!, two!].map(({ oid }) =>
      [...pair.github.store.readFiles(pair.github.store.readCommit(oid).tree)]
        .filter(([path]) => path.endsWith('.sh'))
        .map(([path, { mode }]) => `${path} ${mode}`),
    )
    expect(modes).toEqual([['run.sh 100755'], ['new.sh 100755']])
  })

  test("both moved: the Hub's commits are the side line, and one commit on the Hub names the merge", async () => {
    const pair = await startMirrored(begin)
    const before = heads(pair)
    const mine = act(pair, 'github', { 'g.txt': 'g\n' }, 'On GitHub')
    const ids = three.map((files, index) => act(pair, 'huggingface', files, messages[index]))
    await mirror(pair)
    const merge = lastCommit(pair, 'github')
    expect(merge.parents[0]).toBe(mine)
    const line: string[] = []
    for (let oid = merge.parents[1]!; oid !== before.github; oid = pair.github.store.readCommit(oid).parents[0]!)
      line.unshift(oid)
    expect(
      line.map((oid) => /Mirrored-From: \S+\/commit\/(\S+)/.exec(pair.github.store.readCommit(oid).message)?.[1]),
    ).toEqual(ids)
    expect(
      commitsSince(pair, 'huggingface', ids[2]!).map(({ message }) => [
        message.split('\n')[0],
        message.includes(pair.github.head('main')!),
      ]),
    ).toEqual([['On GitHub', true]])
  })

  test('come as one where a commit in between stands where GitHub has a link, which stays', async () => {
    const pair = await startMirrored({ ...begin, link: { mode: '120000', content: 'README.md' } })
    const before = heads(pair)
    act(pair, 'huggingface', { 'link': 'a file\n', 'a.csv': '1\n' }, 'One')
    act(pair, 'huggingface', { 'link': null, 'b.csv': '2\n' }, 'Two')
    await mirror(pair)
    expect(commitsSince(pair, 'github', before.github)).toHaveLength(1)
    expect(pair.github.files('main').get('link')!.mode).toBe('120000')
  })
})

test.each(directions)('a first mirror brings the whole history of $from', async ({ from, to }) => {
  const pair = startPair()
  act(pair, from, begin, 'Begin')
  act(pair, from, { 'a.csv': 'a\n2\n' }, 'Two')
  expect((await pair.run()).exitCode).toBe(0)
  expect(commitsSince(pair, to, null).map(({ message }) => message.split('\n')[0])).toEqual([
    'initial commit',
    'Begin',
    'Two',
  ])
  await expectInSync(pair)
})

describe('on the Hub', () => {
  test('a copy credits its author; a branch comes as the merge that brought it', async () => {
    const pair = await startMirrored(begin)
    const before = heads(pair)
    const base = before.github!
    pair.github.commit('work', {
      files: { 'w.txt': 'w\n' },
      message: 'On a branch',
      author: { ...bob, name: 'Wanda', email: 'wanda@example.org' },
      parents: [base],
    })
    act(pair, 'github', { 'm.txt': 'm\n' }, 'On main')
    pair.github.commit('main', {
      files: { 'w.txt': 'w\n' },
      message: 'Merge branch work',
      author: bob,
      parents: [pair.github.head('main')!, pair.github.head('work')!],
    })
    await mirror(pair)
    const copies = commitsSince(pair, 'huggingface', before.huggingface)
    expect(copies.map(({ message }) => message.split('\n')[0])).toEqual(['On main', 'Merge branch work'])
    expect(copies[0]!.message).toContain('Co-authored-by: Bob <bob@example.org>\nMirrored-From: ')
  })

  test('a commit in between that the Hub would refuse makes them one', async () => {
    const pair = await startMirrored(begin)
    const before = heads(pair)
    act(pair, 'github', { 'README.md': '---\nlicense: [\n---\n' }, 'Break the card')
    act(pair, 'github', { 'README.md': '---\nlicense: mit\n---\n' }, 'Mend it')
    await mirror(pair)
    expect(commitsSince(pair, 'huggingface', before.huggingface)).toHaveLength(1)
  })
})

describe('objects', () => {
  const parquet = (name: string) => Buffer.from(`PAR1\0${name}\0PAR1`)
  const rule = { '.gitattributes': '*.parquet filter=lfs diff=lfs merge=lfs -text\n' }

  test.each(directions)(
    'that only a commit in between on $from names arrive too, and one that is gone makes the copies one',
    async ({ from, to }) => {
      for (const gone of [false, true]) {
        const pair = await servePair()
        act(pair, 'github', { ...begin, ...rule }, 'Begin')
        expect((await pair.run()).exitCode).toBe(0)
        const before = heads(pair)
        act(pair, from, { 'a.parquet': { lfs: parquet('one') } }, 'One')
        const lost = pair[from].files('main').get('a.parquet')!.lfs!
        act(pair, from, { 'a.parquet': { lfs: parquet('two') } }, 'Two')
        const keyOf = (side: Side) => [...pair.storages[side].objects.keys()].find((key) => key.endsWith(lost.oid))
        if (gone) pair.storages[from].objects.delete(keyOf(from)!)
        const ran = await pair.run()
        expect(ran.exitCode, ran.out + ran.err).toBe(0)
        expect(commitsSince(pair, to, before[to])).toHaveLength(gone ? 1 : 2)
        expect(keyOf(to) !== undefined).toBe(!gone)
        await expectInSync(pair)
        await pair.close()
      }
    },
  )
})

describe('a run that dies on the way', () => {
  async function start(from: Side) {
    const pair = await startMirrored(begin)
    const before = heads(pair)
    three.forEach((files, index) => act(pair, from, files, messages[index]))
    return { pair, before }
  }
  const finish = async (pair: Pair) => {
    for (const side of [pair.github, pair.huggingface]) side.faults.length = 0
    expect((await pair.run()).exitCode).toBe(0)
    await expectInSync(pair)
  }

  test("before GitHub's branch moved makes the same commits again, by the same ids", async () => {
    const clean = await start('huggingface')
    await mirror(clean.pair)
    const { pair, before } = await start('huggingface')
    pair.github.faults.push({ on: ({ url }) => url.endsWith('/graphql'), when: 'before', act: 'drop', times: 999 })
    pair.github.faults.push({ on: ({ method }) => method === 'PATCH', when: 'before', act: 'drop', times: 999 })
    expect((await pair.run()).exitCode).toBe(1)
    expect(heads(pair).github).toBe(before.github)
    await finish(pair)
    expect(commitsSince(pair, 'github', before.github).map(({ oid }) => oid)).toEqual(
      commitsSince(clean.pair, 'github', clean.before.github).map(({ oid }) => oid),
    )
  })

  test.each([1, 2])('after %i of three commits on the Hub goes on with the next one', async (written) => {
    const { pair, before } = await start('github')
    let commits = 0
    let dead = false
    pair.huggingface.faults.push({
      on: ({ method, url }) => method === 'POST' && /\/commit\/main/.test(url),
      when: 'after',
      times: 9,
      act: () => {
        dead = ++commits === written
      },
    })
    for (const each of [pair.github, pair.huggingface])
      each.faults.push({ on: () => dead, when: 'before', act: 'drop', times: 999 })
    const ran = await pair.run()
    expect(ran.exitCode).toBe(1)
    expect(commitsSince(pair, 'huggingface', before.huggingface)).toHaveLength(written)
    await finish(pair)
    const copies = commitsSince(pair, 'huggingface', before.huggingface)
    expect(copies.map(({ message }) => message.split('\n')[0])).toEqual(['One', 'Two', 'Three'])
    expect(copies.map(({ files }) => files)).toEqual(
      commitsSince(pair, 'github', before.github).map(({ files }) => files),
    )
    expect(contents(pair, 'github')).toEqual(contents(pair, 'huggingface'))
  })

  test('in the middle because somebody else wrote to the Hub merges what is left', async () => {
    const { pair, before } = await start('github')
    let commits = 0
    pair.huggingface.faults.push({
      on: ({ method, url }) => method === 'POST' && /\/commit\/main/.test(url),
      when: 'after',
      times: 9,
      act: () => {
        if (++commits === 1) act(pair, 'huggingface', { 'h.txt': 'h\n' }, 'From the Hub')
      },
    })
    const ran = await pair.run()
    expect(ran.exitCode, ran.out + ran.err).toBe(0)
    expect(ran.out).toContain('written before the other side moved: Hugging Face')
    expect(contents(pair, 'github')).toEqual({ ...contents(pair, 'huggingface') })
    expect(contents(pair, 'github')).toMatchObject({ 'h.txt': 'h\n', 'c.csv': 'c\n' })
    expect(commitsSince(pair, 'huggingface', before.huggingface).length).toBeGreaterThan(2)
    await expectInSync(pair)
  })
})

describe('a Hub history that is no line', () => {
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`data/${i}.csv`, `${i}\n`]))

  test('is copied as one, so that no copy deletes and restores what its author never touched', async () => {
    //  h0 ── h1~g1 (30 files) ── merge
    //    └── local ───────────────┘      listed as h1, local, merge
    const pair = await startMirrored(begin)
    const start = pair.huggingface.head('main')!
    act(pair, 'github', many)
    await mirror(pair)
    const copy = pair.huggingface.head('main')!
    const now = Math.floor(pair.clock.now() / 1_000)
    const local = commitTo(
      pair,
      'huggingface',
      'main',
      { 'local.txt': 'l\n' },
      { parents: [start], message: 'local work', seconds: now + 60 },
    )
    pushTo(pair, 'huggingface', 'main', copy)
    commitTo(
      pair,
      'huggingface',
      'main',
      { 'local.txt': 'l\n' },
      { parents: [copy, local], message: 'Merge local work', seconds: now + 120 },
    )
    const before = pair.github.head('main')
    await mirror(pair)
    const copies = commitsSince(pair, 'github', before)
    expect(copies.map(({ files }) => Object.keys(files).length)).toEqual([
      Object.keys(many).length + Object.keys(begin).length + 1,
    ])
    expect(copies[0]!.message).toMatch(/local work/)
  })

  test('is told from a revert, whose commits come one by one', async () => {
    const pair = await startMirrored(begin)
    const before = pair.github.head('main')
    act(pair, 'huggingface', { 'a.csv': 'a\n2\n' }, 'Change')
    act(pair, 'huggingface', { 'a.csv': begin['a.csv']!, 'new.csv': 'n\n' }, 'Revert')
    await mirror(pair)
    expect(commitsSince(pair, 'github', before).map(({ message }) => message.split('\n')[0])).toEqual([
      'Change',
      'Revert',
    ])
  })
})
