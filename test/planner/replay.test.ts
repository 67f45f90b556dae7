/**
 * The commits of one side as commits on the other: who, when, what, and that a run that is repeated makes none twice.
 */
import { describe, expect, test } from 'vitest'
import { startPair } from '../hubs/pair.ts'
import { act, bob, directions, expectInSync, heads, lastCommit, mirror, startMirrored } from '../run/mirror-setup.ts'
import { begin, commitsSince, messages, three } from './replay-setup.ts'

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

  test('arrive as one that lists them where there are more than twenty, and no more than a message names', async () => {
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
    act(pair, 'huggingface', { 'last.sh': 'run faster\n', 'new.sh': null }, 'Three')
    await mirror(pair)
    const [one, two, last] = commitsSince(pair, 'github', before.github)
    const originals = commitsSince(pair, 'huggingface', before.huggingface)
    expect([one!.author, one!.seconds, two!.seconds, last!.seconds]).toEqual([
      'alice <alice@users.noreply.huggingface.co>',
      ...originals.map(({ seconds }) => seconds),
    ])
    expect([one!.files['link'], two!.files['link']]).toEqual(['README.md', 'README.md'])
    const modes = [one!, two!, last!].map(({ oid }) =>
      [...pair.github.store.readFiles(pair.github.store.readCommit(oid).tree)]
        .filter(([path]) => path.endsWith('.sh'))
        .map(([path, { mode }]) => `${path} ${mode}`),
    )
    expect(modes).toEqual([['run.sh 100755'], ['new.sh 100755'], ['last.sh 100755']])
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
