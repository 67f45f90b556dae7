/** `--prefer` and `--keep-both`: conflicts that are settled before they happen. */
import { describe, expect, test } from 'vitest'
import { sides, type Side } from '../../lib/model/sides.ts'
import type { Pair } from '../hubs/pair.ts'
import { act, contents, expectInSync, startMirrored } from '../run/mirror-setup.ts'

/** Both change both files; `later` after the other one. */
async function startConflict(later: Side): Promise<Pair> {
  const pair = await startMirrored({ 'data/a.csv': 'a\n', 'README.md': '# A\n' })
  for (const side of sides.toSorted((one) => (one === later ? 1 : -1))) {
    await pair.clock.sleep(60_000)
    const files = { 'data/a.csv': `${side}\n`, 'README.md': `# ${side}\n` }
    if (side === 'huggingface') act(pair, side, files)
    else pair.github.commit('main', { files, message: 'Change', author: { name: 'Bob', email: 'bob@example.org' } })
  }
  return pair
}

describe.each(sides)('with the later changes on %s', (later) => {
  test.each([
    [['--prefer', 'github'], 'github', 'github'],
    [['--prefer', 'github', '--prefer', 'data/**=huggingface'], 'github', 'huggingface'],
    [['--prefer', 'huggingface', '--take', 'README.md=github'], 'github', 'huggingface'],
    [['--prefer', 'newer'], later, later],
  ])('%j takes README.md from %s and data/a.csv from %s, and says so beforehand', async (argv, readme, data) => {
    const pair = await startConflict(later)
    const dry = await pair.run('--dry-run', ...argv)
    expect(dry.out).toMatch(/^2 conflicts settled beforehand$/m)
    const names = { github: 'GitHub', huggingface: 'Hugging Face' }
    expect(dry.out).toMatch(new RegExp(`^ {2}taken +data/a\\.csv +from ${names[data as Side]} +--prefer$`, 'm'))
    expect((await pair.run(...argv)).exitCode).toBe(0)
    for (const side of sides)
      expect(contents(pair, side)).toEqual({ 'README.md': `# ${readme}\n`, 'data/a.csv': `${data}\n` })
    await expectInSync(pair)
  })
})

/** Somebody's commit on a side, at the time of the clock. */
const change = (pair: Pair, side: Side, files: Record<string, string>) =>
  side === 'huggingface'
    ? act(pair, side, files)
    : pair.github.commit('main', { files, message: 'Later', author: { name: 'Bob', email: 'bob@example.org' } })

test('--prefer newer takes each file from the side that changed it last, where commits of both overlap in time', async () => {
  const pair = await startConflict('huggingface')
  await pair.clock.sleep(60_000)
  change(pair, 'github', { 'README.md': '# github again\n' })
  await pair.clock.sleep(60_000)
  change(pair, 'huggingface', { 'b.txt': 'b\n' })
  const ran = await pair.run('--prefer', 'newer')
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
  for (const side of sides)
    expect(contents(pair, side)).toEqual({
      'README.md': '# github again\n',
      'b.txt': 'b\n',
      'data/a.csv': 'huggingface\n',
    })
  await expectInSync(pair)
})

test('--prefer newer leaves a conflict where both changed a file in the same second, and says so', async () => {
  const pair = await startMirrored({ 'a.txt': 'a\n', 'b.txt': 'b\n' })
  for (const side of sides) change(pair, side, { 'a.txt': `${side}\n` })
  const ran = await pair.run('--prefer', 'newer')
  expect([ran.exitCode, ran.out]).toEqual([
    2,
    expect.stringContaining(
      '\nnote: --prefer newer settles nothing at "a.txt": both sides changed it in the same second\n',
    ),
  ])
})

test('--prefer newer leaves a conflict where it is not known which commit changed a file, and says so', async () => {
  const pair = await startMirrored({ 'a.txt': 'a\n' })
  change(pair, 'huggingface', { 'a.txt': 'huggingface\n' })
  for (let number = 0; number < 21; number++) {
    await pair.clock.sleep(1_000)
    change(pair, 'github', { [number === 0 ? 'a.txt' : 'b.txt']: `${number}\n` })
  }
  change(pair, 'huggingface', { 'c.txt': 'c\n' })
  const ran = await pair.run('--prefer', 'newer')
  expect([ran.exitCode, ran.out]).toEqual([
    2,
    expect.stringMatching(
      /^note: --prefer newer settles nothing at "a\.txt": .* overlap in time, .* more than 20 commits/m,
    ),
  ])
})

describe('--keep-both', () => {
  test.each(sides)('stores the version that is not taken beside the one of %s, on both sides', async (taken) => {
    const pair = await startConflict('github')
    const other = taken === 'github' ? 'huggingface' : 'github'
    const ran = await pair.run('--prefer', taken, '--keep-both')
    expect(ran.exitCode, ran.err + ran.out).toBe(0)
    expect(ran.out).toContain(`${other}'s version of "data/a.csv"`)
    for (const side of sides)
      expect(contents(pair, side)).toEqual({
        'README.md': `# ${taken}\n`,
        [`README.${other}.md`]: `# ${other}\n`,
        'data/a.csv': `${taken}\n`,
        [`data/a.${other}.csv`]: `${other}\n`,
      })
    await expectInSync(pair)
  })

  test('overwrites nothing: where the name is taken there is another one', async () => {
    const pair = await startMirrored({ 'a.csv': 'a\n', 'a.github.csv': 'mine\n' })
    for (const side of sides) act(pair, side, { 'a.csv': `${side}\n` })
    expect((await pair.run('--take', 'a.csv=huggingface', '--keep-both')).exitCode).toBe(0)
    for (const side of sides)
      expect(contents(pair, side)).toEqual({
        'a.csv': 'huggingface\n',
        'a.github.csv': 'mine\n',
        'a.github2.csv': 'github\n',
      })
  })

  test('keeps an LFS object, and nothing of a side that deleted the file', async () => {
    const pair = await startMirrored({
      '.gitattributes': '*.parquet filter=lfs diff=lfs merge=lfs -text\n',
      'a.parquet': { lfs: Buffer.from('one') },
      'gone.txt': 'x\n',
    })
    act(pair, 'github', { 'a.parquet': { lfs: Buffer.from('two') }, 'gone.txt': null })
    act(pair, 'huggingface', { 'a.parquet': { lfs: Buffer.from('three') }, 'gone.txt': 'y\n' })
    const ran = await pair.run('--prefer', 'huggingface', '--keep-both')
    expect(ran.exitCode, ran.err + ran.out).toBe(0)
    for (const side of sides)
      expect(Object.keys(contents(pair, side)).toSorted()).toEqual(['a.github.parquet', 'a.parquet', 'gone.txt'])
    await expectInSync(pair)
  })

  test('alone is refused, since nobody knows whose version keeps its name', async () => {
    const pair = await startConflict('github')
    expect((await pair.run('--keep-both')).exitCode).toBe(64)
  })
})
