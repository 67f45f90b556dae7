/** Files that move across the border of a folder, folders that move or are not there, and mappings that change. */
import { describe, expect, test } from 'vitest'
import { startPair, type Pair } from '../hubs/pair.ts'
import { act, expectStopped, heads, text } from '../run/mirror-setup.ts'
import { begin, files, folder, inFolder, onHub, outside, rest, run, split } from './folders-setup.ts'

describe('across the border', () => {
  test('a file moved into the folder is new on the Hub, one moved out is deleted there, and the plan says so', async () => {
    const pair = await begin(files)
    act(pair, 'github', {
      ...inFolder({ 'sub/b.csv': null, 'moved.csv': 'of the program\n' }),
      'src/b.csv': 'b\n1\n',
      'src/a.csv': null,
    })
    const ran = await run(pair)
    expect(onHub(pair)).toEqual({ 'a.csv': 'a\n1\n', 'README.md': '# Corpus\n', 'moved.csv': 'of the program\n' })
    expect(ran.out.replaceAll(/\s+/g, ' ')).toContain(
      '"sub/b.csv" is gone on GitHub, where "src/b.csv" changed, which is left out',
    )
  })

  test('a folder that is emptied, or moved away, is a brake', async () => {
    const pair = await begin(files)
    act(pair, 'github', {
      ...inFolder({ 'a.csv': null, 'sub/b.csv': null, 'README.md': null }),
      ...inFolder(files, 'data/new'),
    })
    expect(await expectStopped(pair, 3, ...folder)).toContain('GitHub holds no mirrored file any more')
    // Named as it is called now, the folder holds what the Hub holds.
    const before = heads(pair)
    await run(pair, '--subdirectory', 'data/new')
    expect([heads(pair).huggingface, onHub(pair)]).toEqual([before.huggingface, files])
  })

  test('a folder that is not there is refused with near names, and made from the Hub where that is asked for', async () => {
    const pair = await begin(files)
    const out = await expectStopped(pair, 3, '--subdirectory', 'data/corpsu')
    expect(out.replaceAll(/\s+/g, ' ')).toContain('GitHub has no folder "data/corpsu"; it has "data/corpus"')
    for (const flags of [
      ['--init', 'github'],
      ['--init', 'github', '--allow-delete'],
      ['--to', 'huggingface'],
    ])
      await expectStopped(pair, 3, '--subdirectory', 'data/corpsu', ...flags)
    expect((await pair.run('--subdirectory', 'data/new', '--init', 'huggingface')).exitCode).toBe(0)
    expect([split(pair, 'data/new').shown, split(pair).shown]).toEqual([files, files])
    await run(pair, '--subdirectory', 'data/new')
  })

  test('what is no folder, where one has to be, is refused', async () => {
    const pair = await begin(files)
    act(pair, 'huggingface', { 'h.csv': 'h\n' })
    const out = await expectStopped(pair, 3, '--subdirectory', 'src/a.csv/deep', '--init', 'huggingface')
    expect(out.replaceAll(/\s+/g, ' ')).toContain('"src/a.csv" is no folder on GitHub')
  })

  test.each([
    ['the root', ['--map', 'src/a.csv=a/b'], ''],
    ['a folder', ['--subdirectory', 'data/corpus', '--map', 'src=a/b'], 'data/corpus/'],
  ])('a file of %s that is shown nowhere makes no way for a folder', async (_, view, root) => {
    const pair = startPair()
    act(pair, 'github', { ...outside, ...inFolder(files), [`${root}a`]: 'precious\n' })
    expect((await pair.run(...view)).exitCode).toBe(0)
    act(pair, 'huggingface', { 'a/c': 'c\n' })
    expect(await expectStopped(pair, 3, ...view)).toContain(`"${root}a" is no folder on GitHub`)
  })

  test('a file with another name becomes a folder, as any file does', async () => {
    const view = ['--subdirectory', 'data/corpus', '--map', 'src/a.csv=b']
    const pair = await begin(files, ...view)
    act(pair, 'huggingface', { 'b': null, 'b/c': 'c\n' })
    await run(pair, ...view)
    expect(text(pair, 'github', 'src/a.csv/c')).toBe('c\n')
  })

  test('a symlink in the place of a folder above is never written through', async () => {
    const pair = await begin(files)
    act(pair, 'github', { link: { mode: '120000', content: '.github/workflows' } })
    const out = await expectStopped(pair, 3, '--subdirectory', 'link', '--init', 'huggingface')
    expect(out.replaceAll(/\s+/g, ' ')).toContain('"link" is no folder on GitHub')
  })
})

test("the repository's own .mirrorignore leaves nothing out of a folder, which the first plan says", async () => {
  const pair = startPair()
  act(pair, 'github', { ...outside, ...inFolder(files), '.mirrorignore': 'a.csv\n' })
  const note = 'the .mirrorignore in the root of GitHub is not shown, and leaves nothing out here'
  for (const init of [[], ['--init', 'github']])
    expect((await pair.run(...folder, '--dry-run', ...init)).out.replaceAll(/\s+/g, ' ')).toContain(note)
  act(pair, 'github', inFolder({ '.mirrorignore': 'sub/\n' }))
  expect((await pair.run(...folder, '--dry-run')).out).not.toContain('is not shown')
})

describe('a changed mapping is never a deletion', () => {
  const edits: readonly [string, () => Promise<Pair>][] = [
    ['nothing else', () => begin(files)],
    [
      'edits on both sides',
      async () => {
        const pair = await begin(files)
        act(pair, 'github', inFolder({ 'g.csv': 'g\n' }))
        act(pair, 'huggingface', { 'h.csv': 'h\n' })
        return pair
      },
    ],
  ]
  test.each(edits)('the folder above, under which nothing is the same, and %s', async (_, start) => {
    const pair = await start()
    const held = { ...onHub(pair), ...split(pair).shown }
    expect(await expectStopped(pair, 3, '--subdirectory', 'data')).toContain('both sides have no file in common')
    expect((await pair.run('--subdirectory', 'data', '--init', 'union')).exitCode).toBe(0)
    // Files of the Hub that were in the folder are new in the folder above it, and the folder is new on the Hub.
    expect(onHub(pair)).toMatchObject(files)
    for (const [path, content] of Object.entries(held))
      expect([text(pair, 'github', `data/${path}`) ?? text(pair, 'github', `data/corpus/${path}`)]).toEqual([content])
    expect(split(pair).rest).toMatchObject(rest)
    await run(pair, '--subdirectory', 'data')
  })

  test.each(edits)('a file gets another name, and %s', async (_, start) => {
    const pair = await start()
    act(pair, 'github', { 'docs/HF.md': '# Corpus\n' })
    await run(pair, '--map', 'docs/HF.md=README.md')
    expect(onHub(pair)).toMatchObject(files)
    expect(split(pair).shown).toMatchObject(files)
    act(pair, 'huggingface', { 'README.md': '# Edited\n' })
    await run(pair, '--map', 'docs/HF.md=README.md')
    expect([text(pair, 'github', 'docs/HF.md'), text(pair, 'github', 'data/corpus/README.md')]).toEqual([
      '# Edited\n',
      '# Corpus\n',
    ])
    // And back: two files differ, which is a question and no deletion.
    expect(await expectStopped(pair, 2, ...folder)).toContain('README.md')
    await run(pair, '--take', 'README.md=huggingface')
    expect(text(pair, 'github', 'data/corpus/README.md')).toBe('# Edited\n')
  })

  test('the rules of either side say what is left out of what another folder shows', async () => {
    const pair = startPair()
    act(pair, 'github', {
      ...outside,
      ...inFolder({ ...files, '.mirrorignore': '*.secret\n' }),
      ...inFolder({ ...files, 'x.secret': 's\n' }, 'other'),
    })
    await run(pair)
    await run(pair, '--subdirectory', 'other')
    expect(Object.keys(onHub(pair)).filter((path) => path.endsWith('.secret'))).toEqual([])
  })
})

test('an object from elsewhere, too large for a plain file, is copied by the rule that its folder got since', async () => {
  const view = ['--subdirectory', 'data/corpus', '--map', 'models=models'] as const
  const pair = await begin({ ...files }, ...view)
  act(pair, 'huggingface', { 'models/m.dat': { lfs: Buffer.alloc(61 * 1024 * 1024, '\0') } })
  expect(await expectStopped(pair, 3, ...view)).toContain('track it with LFS in .gitattributes')
  act(pair, 'github', { 'models/.gitattributes': '*.dat filter=lfs diff=lfs merge=lfs -text\n' })
  // The commit that was mirrored last has no such rule, so that no copy of the Hub's commit can stand on it.
  const { exitCode, out } = await pair.run(...view, '--dry-run')
  expect([exitCode, out], out).toEqual([
    0,
    expect.stringMatching(/To GitHub in 1 commit: .*models\/m\.dat +64\.0 MB +LFS/s),
  ])
})
