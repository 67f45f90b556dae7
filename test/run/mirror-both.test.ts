/** The command when both sides changed since the last run. */
import { describe, expect, test } from 'vitest'
import { startPair } from '../hubs/pair.ts'
import {
  act,
  contents,
  directions,
  expectStopped,
  heads,
  lastCommit,
  mirror,
  pushToBoth,
  startMirrored,
  text,
  type Files,
} from './mirror-setup.ts'

const lines = (edits: Record<number, string> = {}) =>
  Array.from({ length: 20 }, (_, index) => `${edits[index] ?? `line ${index}`}\n`).join('')
const begin: Files = { 'README.md': lines(), 'a.csv': 'a\n1\n2\n', 'b.csv': 'b\n', 'keep.txt': 'keep\n' }

async function bothChange(github: Files, huggingface: Files, first: Files = begin) {
  const pair = await startMirrored(first)
  const base = heads(pair)
  const acted = {
    github: act(pair, 'github', github, 'On GitHub'),
    huggingface: act(pair, 'huggingface', huggingface, 'On the Hub'),
  }
  return { pair, base, acted }
}

describe('both sides moved', () => {
  test('lines changed in different places are merged, as a side line and a true merge on GitHub', async () => {
    const { pair, base, acted } = await bothChange(
      { 'README.md': lines({ 2: 'from GitHub' }) },
      { 'README.md': lines({ 15: 'from the Hub' }) },
    )
    await mirror(pair)
    expect(text(pair, 'github', 'README.md')).toBe(lines({ 2: 'from GitHub', 15: 'from the Hub' }))
    const merge = lastCommit(pair, 'github')
    expect(merge.parents[0]).toBe(acted.github)
    const copy = pair.github.store.readCommit(merge.parents[1]!)
    expect(copy.parents).toEqual([base.github])
    expect(copy.message).toBe(
      `On the Hub\n\nMirrored-From: https://huggingface.co/datasets/acme/corpus/commit/${acted.huggingface}\nMirrored-Tree: ${copy.tree}\n`,
    )
    expect(
      pair.github.store.read(pair.github.store.readFiles(copy.tree).get('README.md')!.oid, 'blob').toString(),
    ).toBe(lines({ 15: 'from the Hub' }))
    expect(lastCommit(pair, 'huggingface').message).toMatch(
      new RegExp(
        `^On GitHub\n\n[^]*Mirrored-From: https://github.com/acme/corpus/commit/${pair.github.head('main')}\nMirrored-Onto: [^\n]*\n?$`,
      ),
    )
    expect(lastCommit(pair, 'huggingface').parents).toEqual([acted.huggingface])
  })

  test('different files go both ways', async () => {
    const { pair } = await bothChange({ 'a.csv': 'a\n9\n', 'github.txt': 'g\n' }, { 'b.csv': null, 'hub.txt': 'h\n' })
    await mirror(pair)
    expect(contents(pair, 'github')).toEqual({
      'README.md': lines(),
      'a.csv': 'a\n9\n',
      'github.txt': 'g\n',
      'hub.txt': 'h\n',
      'keep.txt': 'keep\n',
    })
  })

  test('the same deletion on both sides needs no file, and another change of each arrives', async () => {
    const { pair } = await bothChange({ 'a.csv': null, 'one.txt': '1\n' }, { 'a.csv': null, 'two.txt': '2\n' })
    await mirror(pair)
    expect(Object.keys(contents(pair, 'huggingface'))).toEqual(['README.md', 'b.csv', 'keep.txt', 'one.txt', 'two.txt'])
  })

  test('only one more side changing after a merge is a fast-forward again', async () => {
    const { pair } = await bothChange({ 'a.csv': 'a\n9\n' }, { 'b.csv': 'b\n9\n' })
    await mirror(pair)
    for (const { from } of directions) {
      act(pair, from, { 'keep.txt': `${from}\n` })
      const parent = pair.github.head('main')
      await mirror(pair)
      if (from === 'huggingface') expect(lastCommit(pair, 'github').parents).toEqual([parent])
    }
  })

  test('repositories that share git commits are merged from the last one', async () => {
    const pair = startPair()
    const shared = pushToBoth(pair, begin)
    act(pair, 'github', { 'README.md': lines({ 1: 'g' }) })
    act(pair, 'huggingface', { 'README.md': lines({ 18: 'h' }) })
    await mirror(pair)
    expect(text(pair, 'huggingface', 'README.md')).toBe(lines({ 1: 'g', 18: 'h' }))
    expect(pair.github.store.readCommit(lastCommit(pair, 'github').parents[1]!).parents).toEqual([shared])
  })

  describe.each(directions)('and the same change', ({ from, to }) => {
    test(`is joined by a commit that changes no file, so that a later revert on ${from} is mirrored`, async () => {
      const same = { 'README.md': lines({ 3: 'the same' }), 'new.txt': 'new\n' }
      const { pair, acted } = await bothChange(same, same)
      await mirror(pair)
      const join = lastCommit(pair, 'github')
      expect(join.parents[0]).toBe(acted.github)
      expect(join.tree).toBe(pair.github.store.readCommit(acted.github).tree)
      expect(pair.huggingface.head('main')).toBe(acted.huggingface)
      act(pair, from, { 'README.md': lines(), 'new.txt': null })
      await mirror(pair)
      expect([text(pair, to, 'README.md'), text(pair, to, 'new.txt')]).toEqual([lines(), undefined])
    })
  })

  describe.each(directions)('and $from renamed a file that $to changed', ({ from, to }) => {
    test('the change follows to the new name', async () => {
      const change = { [from]: { 'a.csv': null, 'moved/a.csv': 'a\n1\n2\n' }, [to]: { 'a.csv': 'a\n1\n3\n' } }
      const { pair } = await bothChange(change['github']!, change['huggingface']!)
      await mirror(pair)
      expect([text(pair, 'github', 'moved/a.csv'), text(pair, 'github', 'a.csv')]).toEqual(['a\n1\n3\n', undefined])
    })
  })

  test('an unrelated rule for storing on each side arrives on the other', async () => {
    const first = { ...begin, '.gitattributes': '*.csv text\n' }
    const { pair } = await bothChange({ '.gitattributes': '*.csv text\n*.one text\n' }, {}, first)
    act(pair, 'huggingface', { '.gitattributes': `${text(pair, 'huggingface', '.gitattributes')}*.two text\n` })
    await mirror(pair)
    expect(text(pair, 'github', '.gitattributes')).toBe('*.csv text\n*.one text\n*.two text\n')
    expect(text(pair, 'huggingface', '.gitattributes')).toMatch(/\*\.parquet filter=lfs[^]*\*\.one text\n/)
  })
})

const conflicts: {
  readonly name: string
  readonly kind: string
  readonly path: string
  readonly github: Files
  readonly huggingface: Files
}[] = [
  {
    name: 'the same line changed',
    kind: 'content',
    path: 'README.md',
    github: { 'README.md': lines({ 5: 'g' }) },
    huggingface: { 'README.md': lines({ 5: 'h' }) },
  },
  {
    name: 'a file added on both, differently',
    kind: 'add/add',
    path: 'new.txt',
    github: { 'new.txt': 'g\n' },
    huggingface: { 'new.txt': 'h\n' },
  },
  {
    name: 'a file changed on GitHub and deleted on the Hub',
    kind: 'modify/delete',
    path: 'b.csv',
    github: { 'b.csv': 'g\n' },
    huggingface: { 'b.csv': null },
  },
  {
    name: 'a file deleted on GitHub and changed on the Hub',
    kind: 'modify/delete',
    path: 'b.csv',
    github: { 'b.csv': null },
    huggingface: { 'b.csv': 'h\n' },
  },
  {
    name: 'a file renamed on both, differently',
    kind: 'rename/rename',
    path: 'a.csv',
    github: { 'a.csv': null, 'g.csv': 'a\n1\n2\n' },
    huggingface: { 'a.csv': null, 'h.csv': 'a\n1\n2\n' },
  },
  {
    name: 'a file renamed on one and deleted on the other',
    kind: 'rename/delete',
    path: 'a.csv',
    github: { 'a.csv': null, 'g.csv': 'a\n1\n2\n' },
    huggingface: { 'a.csv': null },
  },
]

describe.each(conflicts)('a conflict: $name', ({ kind, path, github, huggingface }) => {
  const other = { 'keep.txt': 'changed without a conflict\n' }

  test('stops the run, is named with its kind, and nothing is written', async () => {
    const { pair } = await bothChange({ ...github, ...other }, huggingface)
    const out = await expectStopped(pair, 2)
    expect(out).toContain(`  ${path}  ${kind}: `)
    expect(out).toContain('Nothing was written')
    const { status, conflicts: listed } = JSON.parse(await expectStopped(pair, 2, '--json'))
    expect([status, listed.map((one: { path: string }) => one.path)]).toEqual(['conflict', [path]])
    expect(await expectStopped(pair, 2, '--dry-run')).toBe(out)
  })

  test.each(directions)('is settled by taking $from', async ({ from }) => {
    const { pair } = await bothChange({ ...github, ...other }, huggingface)
    const files = contents(pair, from)
    await mirror(pair, '--take', `${path}=${from}`)
    expect(contents(pair, 'github')).toEqual({ ...files, ...other })
  })
})

test('a file against a folder cannot be settled from here, and is said so', async () => {
  const { pair } = await bothChange({ thing: 'file\n' }, { 'thing/one.txt': 'folder\n' })
  const out = await expectStopped(pair, 2)
  expect(out).toContain('thing  file/directory: it is a file on github and a folder on huggingface')
  expect(out).not.toContain('--take')
  expect(await expectStopped(pair, 2, '--take', 'thing=github')).toBe(out)
})

test('every conflict of a run is listed, and one that is settled leaves the others', async () => {
  const { pair } = await bothChange(
    { 'README.md': lines({ 5: 'g' }), 'b.csv': 'g\n' },
    { 'README.md': lines({ 5: 'h' }), 'b.csv': 'h\n' },
  )
  expect(await expectStopped(pair, 2)).toContain('2 conflicts.')
  expect(await expectStopped(pair, 2, '--take', 'b.csv=github')).toContain('1 conflict.')
  await mirror(pair, '--take', 'b.csv=github', '--take', 'README.md=huggingface')
  expect([text(pair, 'github', 'README.md'), text(pair, 'huggingface', 'b.csv')]).toEqual([lines({ 5: 'h' }), 'g\n'])
})

test('the printed command settles all conflicts from one side, and links lead to both versions', async () => {
  const { pair, acted } = await bothChange(
    { 'README.md': lines({ 5: 'g' }), 'b.csv': null },
    { 'README.md': lines({ 5: 'h' }), 'b.csv': 'h\n' },
  )
  const out = await expectStopped(pair, 2)
  expect(out).toContain(`https://github.com/acme/corpus/blob/${acted.github}/README.md`)
  expect(out).toContain(`https://huggingface.co/datasets/acme/corpus/blob/${acted.huggingface}/b.csv`)
  expect(out).toContain('    github        (deleted)')
  const command = out
    .split('\n')
    .find((line) => line.startsWith('  npx tsx sync.ts ') && line.endsWith("=huggingface'"))!
  await mirror(
    pair,
    ...command
      .trim()
      .split(' ')
      .slice(3)
      .map((argument) => argument.replaceAll("'", '')),
  )
  expect([text(pair, 'github', 'README.md'), text(pair, 'github', 'b.csv')]).toEqual([lines({ 5: 'h' }), 'h\n'])
})

test('a glob settles many conflicts at once', async () => {
  const { pair } = await bothChange(
    { 'a.csv': 'g\n', 'b.csv': 'g\n', 'README.md': lines({ 5: 'g' }) },
    { 'a.csv': 'h\n', 'b.csv': 'h\n', 'README.md': lines({ 5: 'h' }) },
  )
  expect(await expectStopped(pair, 2, '--take', '*.csv=github')).toContain('1 conflict.')
  await mirror(pair, '--take', '*=github', '--take', 'README.md=huggingface')
  expect([
    text(pair, 'huggingface', 'a.csv'),
    text(pair, 'huggingface', 'b.csv'),
    text(pair, 'github', 'README.md'),
  ]).toEqual(['g\n', 'g\n', lines({ 5: 'h' })])
})

test('a file of the Hub where GitHub has a link is a conflict, and the link stays', async () => {
  const { pair } = await bothChange({ link: { mode: '120000', content: 'README.md' } }, { link: 'a file\n' })
  expect(await expectStopped(pair, 2)).toContain('link  type: github holds a symlink there')
})
