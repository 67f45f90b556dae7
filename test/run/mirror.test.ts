/** The command on changes of one side: each arrives on the other, and only there. */
import { describe, expect, test } from 'vitest'
import { startPair } from '../hubs/pair.ts'
import {
  act,
  directions,
  expectInSync,
  heads,
  lastCommit,
  mirror,
  pushToBoth,
  startMirrored,
  text,
  contents,
  bob,
  type Files,
} from './mirror-setup.ts'

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}\n`).join('')
const begin: Files = {
  'README.md': '# Corpus\n',
  'data/a.csv': 'a,b\n1,2\n',
  'data/b.csv': 'b\n3\n',
  'notes.txt': lines(30),
  'deep/er/and/deeper.txt': 'deep\n',
  'run.sh': { mode: '100755', content: '#!/bin/sh\n' },
}
const oddNames = [
  'ä/ö 😀.txt',
  'quo"te.txt',
  'back\\slash.txt',
  '-dash',
  '#hash',
  ' leading blank',
  '100% of it.txt',
  'q?a=b&c.txt',
  '[a]*.txt',
  'a+b=c@d.txt',
  '%41.txt',
  "it's.txt",
  '...dots',
  'e\u0301.txt',
  '\u00e9.txt',
]

const cases: { readonly name: string; readonly files: Files }[] = [
  { name: 'a new text', files: { 'new.txt': 'new\n' } },
  { name: 'a changed text', files: { 'README.md': '# The corpus\n' } },
  {
    name: 'a text without a newline at its end, and one with carriage returns',
    files: { 'README.md': 'no newline', 'notes.txt': 'a\r\nb\r\n' },
  },
  { name: 'a renamed file', files: { 'data/a.csv': null, 'data/c.csv': 'a,b\n1,2\n' } },
  { name: 'a file renamed and edited', files: { 'notes.txt': null, 'other/notes.txt': lines(31) } },
  { name: 'two files that change places', files: { 'data/a.csv': 'b\n3\n', 'data/b.csv': 'a,b\n1,2\n' } },
  { name: 'a deleted file', files: { 'notes.txt': null } },
  { name: 'the last file of a folder deleted', files: { 'deep/er/and/deeper.txt': null } },
  { name: 'a file that becomes a folder', files: { 'notes.txt': null, 'notes.txt/one.txt': 'one\n' } },
  { name: 'a folder that becomes a file', files: { 'data/a.csv': null, 'data/b.csv': null, 'data': 'data\n' } },
  { name: 'an empty file', files: { 'empty': '', 'data/.gitkeep': '' } },
  { name: 'a file emptied', files: { 'notes.txt': '' } },
  { name: 'a file six folders deep', files: { 'a/b/c/d/e/f/g.txt': 'g\n', 'a/b/c.txt': 'c\n' } },
  { name: 'odd names', files: Object.fromEntries(oddNames.map((name) => [name, `${name}\n`])) },
  { name: 'names that differ in case alone', files: { 'readme.md': '# Another\n' } },
  {
    name: 'a text that holds what a trailer looks like',
    files: {
      'README.md': 'Mirrored-From: https://github.com/acme/corpus/commit/0123456789012345678901234567890123456789\n',
    },
  },
  {
    name: 'many files at once',
    files: Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`many/${index}.txt`, `${index}\n`])),
  },
]

describe.each(directions)('a change on $from arrives on $to', ({ from, to }) => {
  test.each(cases)('$name', async ({ files }) => {
    const pair = await startMirrored(begin)
    const before = contents(pair, to)
    const original = act(pair, from, files)
    await mirror(pair)
    expect(pair[from].head('main')).toBe(original)
    const after = contents(pair, to)
    for (const [path, content] of Object.entries(files))
      expect(after[path], path).toBe(content === null ? undefined : Buffer.from(content as string).toString('latin1'))
    expect(Object.keys(before).filter((path) => !(path in files) && before[path] !== after[path])).toEqual([])
  })

  test('several commits come as one that lists them, newest first, if asked for', async () => {
    const pair = await startMirrored(begin)
    const ids = ['One', 'Two', 'Three'].map((title) =>
      act(pair, from, { [`${title}.txt`]: title }, `${title}\n\nIts body.`),
    )
    await mirror(pair, '--squash')
    const who = from === 'github' ? 'Bob' : 'alice'
    expect(lastCommit(pair, to).message).toMatch(
      new RegExp(
        `^Mirror 3 commits from \\S*acme/corpus\n\n- ${ids[2]!.slice(0, 7)} Three \\(${who}\\)\n- ${ids[1]!.slice(0, 7)} Two \\(${who}\\)\n- ${ids[0]!.slice(0, 7)} One \\(${who}\\)\n\n`,
      ),
    )
    expect(lastCommit(pair, to).message).toMatch(
      new RegExp(`\nMirrored-From: https://\\S+/acme/corpus/commit/${ids[2]}(?:\n|$)`),
    )
  })

  test("a change and its revert before the next run leave the other side's files alone", async () => {
    const pair = await startMirrored(begin)
    const before = contents(pair, to)
    act(pair, from, { 'README.md': 'something else\n' })
    act(pair, from, { 'README.md': '# Corpus\n' })
    expect((await pair.run()).exitCode).toBe(0)
    expect(contents(pair, to)).toEqual(before)
    act(pair, from, { 'notes.txt': 'short\n' })
    await mirror(pair)
  })

  test('a revert after the next run is mirrored too', async () => {
    const pair = await startMirrored(begin)
    for (const readme of ['# Second\n', '# Corpus\n', '# Second\n']) {
      act(pair, from, { 'README.md': readme })
      await mirror(pair)
      expect(text(pair, to, 'README.md')).toBe(readme)
    }
  })

  test('changes go there and back again', async () => {
    const pair = await startMirrored(begin)
    for (const [round, side] of [from, to, from, from, to].entries()) {
      act(pair, side, { 'README.md': `# Round ${round}\n`, [`round-${round}.txt`]: side })
      await mirror(pair)
    }
  })

  test('repositories that share git commits need no trailer', async () => {
    const pair = startPair()
    pushToBoth(pair, { 'README.md': '# Shared\n', 'data/a.csv': 'a\n' })
    expect(heads(pair).github).toBe(heads(pair).huggingface)
    await expectInSync(pair)
    act(pair, from, { 'data/a.csv': 'b\n', 'new.txt': 'new\n' })
    await mirror(pair)
    expect(text(pair, to, 'data/a.csv')).toBe('b\n')
  })
})

describe('what a copy says of its original', () => {
  test('on GitHub: author, both dates, title, body and a tree that is its own', async () => {
    const pair = await startMirrored(begin)
    const parent = pair.github.head('main')
    const original = pair.huggingface.commit('main', {
      files: { 'README.md': '# New\n' },
      message: 'Describe it\n\nIn two\nlines.',
      user: 'alice',
      date: new Date('2026-11-02T03:04:05Z'),
    })
    await mirror(pair)
    const copy = lastCommit(pair, 'github')
    const when = Date.parse('2026-11-02T03:04:05Z') / 1_000
    expect(copy.message).toBe(
      `Describe it\n\nIn two\nlines.\n\nMirrored-From: https://huggingface.co/datasets/acme/corpus/commit/${original}\nMirrored-Tree: ${copy.tree}\n`,
    )
    expect(copy.author).toMatchObject({ name: 'alice', email: 'alice@users.noreply.huggingface.co', seconds: when })
    expect(copy.committer.seconds).toBe(when)
    expect(copy.committer.email).not.toBe(copy.author.email)
    expect(copy.parents).toEqual([parent])
  })

  test('on Hugging Face: its author is credited beside the trailers that it had', async () => {
    const pair = await startMirrored(begin)
    const original = act(
      pair,
      'github',
      { 'README.md': '# New\n' },
      'Describe it\n\nWell.\n\nReviewed-by: Eve <eve@example.com>',
    )
    await mirror(pair)
    expect(lastCommit(pair, 'huggingface').message.replace(/\nMirrored-Onto: [^]*$/, '')).toBe(
      `Describe it\n\nWell.\n\nReviewed-by: Eve <eve@example.com>\nCo-authored-by: Bob <${bob.email}>\nMirrored-From: https://github.com/acme/corpus/commit/${original}`,
    )
  })

  test('trailers of another mirror in an original are not copied', async () => {
    const pair = await startMirrored(begin)
    act(
      pair,
      'github',
      { 'README.md': '# New\n' },
      `Describe it\n\nMirrored-From: https://huggingface.co/datasets/other/repo/commit/${'1'.repeat(40)}`,
    )
    await mirror(pair)
    expect(lastCommit(pair, 'huggingface').message.match(/Mirrored-From/g)).toHaveLength(1)
  })
})

describe('what only GitHub can hold', () => {
  test('an executable file keeps its bit when Hugging Face changes or renames it', async () => {
    const pair = await startMirrored(begin)
    act(pair, 'huggingface', { 'run.sh': '#!/bin/bash\n' })
    await mirror(pair)
    expect(pair.github.files('main').get('run.sh')).toMatchObject({ mode: '100755' })
    act(pair, 'huggingface', { 'run.sh': null, 'start.sh': '#!/bin/bash\n' })
    await mirror(pair)
    expect(pair.github.files('main').get('start.sh')).toMatchObject({ mode: '100755' })
  })

  test.each(['alone', 'while GitHub edits the file', 'while GitHub makes another file executable and edits a third'])(
    'an executable file keeps its bit when Hugging Face renames and edits it at once, %s',
    async (what) => {
      const script = `#!/bin/sh\n${lines(10)}`
      const pair = await startMirrored({ ...begin, 'run.sh': { mode: '100755', content: script } })
      act(pair, 'huggingface', { 'run.sh': null, 'bin/go.sh': script.replace('line 3\n', 'line three\n') })
      if (what === 'while GitHub edits the file')
        act(pair, 'github', { 'run.sh': { mode: '100755', content: script.replace('line 8\n', 'line eight\n') } })
      if (what.startsWith('while GitHub makes'))
        act(pair, 'github', { 'notes.txt': { mode: '100755', content: lines(30) }, 'README.md': '# New\n' })
      await mirror(pair)
      expect(pair.github.files('main').has('run.sh')).toBe(false)
      expect(pair.github.files('main').get('bin/go.sh')).toMatchObject({ mode: '100755' })
    },
  )

  test('a new executable bit, a link and a submodule stay and are said', async () => {
    const pair = await startMirrored(begin)
    act(pair, 'github', {
      'notes.txt': { mode: '100755', content: lines(30) },
      'link': { mode: '120000', content: 'README.md' },
      'vendor': { mode: '160000', content: '1'.repeat(40) },
      'README.md': '# New\n',
      'new.sh': { mode: '100755', content: 'new\n' },
    })
    const { out } = await pair.run()
    expect(out).toMatch(/new\.sh +the executable bit stays on GitHub/)
    expect(out).toMatch(/notes\.txt +the executable bit stays on GitHub/)
    expect(out).toMatch(/link +a symlink stays on GitHub/)
    expect(out).toMatch(/vendor +a submodule stays on GitHub/)
    expect([...pair.huggingface.files('main').keys()].filter((path) => path === 'link' || path === 'vendor')).toEqual(
      [],
    )
    await expectInSync(pair)
    act(pair, 'huggingface', { 'README.md': '# Newer\n' })
    await mirror(pair)
    expect(['notes.txt', 'link', 'vendor'].map((path) => pair.github.files('main').get(path)?.mode)).toEqual([
      '100755',
      '120000',
      '160000',
    ])
  })

  test('.github, .gitmodules and .lfsconfig are not mirrored, in neither direction', async () => {
    const pair = await startMirrored(begin)
    act(pair, 'github', { '.github/workflows/ci.yml': 'on: push\n', '.gitmodules': '[a]\n', 'notes.txt': 'a\n' })
    expect((await pair.run()).exitCode).toBe(0)
    expect(text(pair, 'huggingface', '.gitmodules')).toBeUndefined()
    act(pair, 'huggingface', {
      '.github/workflows/evil.yml': 'on: push\n',
      '.lfsconfig': '[lfs]\n',
      'notes.txt': 'b\n',
    })
    expect((await pair.run()).exitCode).toBe(0)
    expect([...pair.github.files('main').keys()].filter((path) => /evil|lfsconfig/.test(path))).toEqual([])
    expect(text(pair, 'github', '.github/workflows/ci.yml')).toBe('on: push\n')
    expect(text(pair, 'github', 'notes.txt')).toBe('b\n')
  })
})

describe('rules for storing', () => {
  const rule = '*.dat filter=lfs diff=lfs merge=lfs -text'

  test('a rule that somebody adds travels, the defaults of the Hub stay there', async () => {
    const pair = await startMirrored({ ...begin, '.gitattributes': '*.csv text\n' })
    const defaults = text(pair, 'huggingface', '.gitattributes')!
    expect(defaults).toContain('*.parquet filter=lfs')
    act(pair, 'github', { '.gitattributes': `*.csv text\n${rule}\n` })
    await mirror(pair)
    expect(text(pair, 'huggingface', '.gitattributes')).toBe(`${defaults}${rule}\n`)
    act(pair, 'huggingface', { '.gitattributes': `${defaults}${rule}\n*.jsonl text\n` })
    await mirror(pair)
    expect(text(pair, 'github', '.gitattributes')).toBe(`*.csv text\n${rule}\n*.jsonl text\n`)
  })

  test('a rule that one side takes out goes from the other', async () => {
    const pair = await startMirrored({ ...begin, '.gitattributes': `${rule}\n*.csv text\n` })
    act(pair, 'github', { '.gitattributes': '*.csv text\n' })
    await mirror(pair)
    expect(text(pair, 'huggingface', '.gitattributes')).not.toContain(rule)
    expect(text(pair, 'huggingface', '.gitattributes')).toContain('*.parquet filter=lfs')
  })
})
