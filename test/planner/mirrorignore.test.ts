/** The file of a repository that says what is not mirrored. */
import { describe, expect, test } from 'vitest'
import { sides } from '../../lib/model/sides.ts'
import { startPair } from '../hubs/pair.ts'
import { act, contents, expectStopped, heads, startMirrored, text } from '../run/mirror-setup.ts'
import { begin, both, onBoth, run } from './filters-setup.ts'
import { isHubCommit } from './traces-run.ts'

describe('.mirrorignore', () => {
  const list = (...lines: string[]) => ({ '.mirrorignore': `${lines.join('\n')}\n` })

  test('counts from the first run on, and is mirrored itself', async () => {
    const pair = await begin({ 'a.txt': 'a\n', 'x.log': 'log\n', ...list('*.log') })
    expect([both(pair, 'x.log'), both(pair, '.mirrorignore')]).toEqual([['log\n', undefined], onBoth('*.log\n')])
  })

  test.each(sides)('added on %s later, in the same commit as what it leaves out', async (side) => {
    const pair = await startMirrored({ 'a.txt': 'a\n', 'old.log': 'old\n' })
    act(pair, side, { ...list('*.log'), 'new.log': 'new\n', 'old.log': null, 'b.txt': 'b\n' })
    const { out } = await run(pair)
    expect(out).toContain('left out by "*.log" in .mirrorignore: "new.log", "old.log"')
    const other = side === 'github' ? 'huggingface' : 'github'
    expect(contents(pair, other)).toEqual({ ...list('*.log'), 'a.txt': 'a\n', 'b.txt': 'b\n', 'old.log': 'old\n' })
  })

  test.each(sides)('a rule taken out on %s lets its files in at once, and nothing is deleted', async (side) => {
    const pair = await begin({ 'a.txt': 'a\n', 'x.log': 'log\n', ...list('*.log', '*.tmp'), 'y.tmp': 'y\n' })
    act(pair, 'huggingface', { 'h.log': 'h\n' })
    act(pair, side, { ...list('*.tmp'), 'a.txt': 'A\n' })
    await run(pair)
    expect([both(pair, 'x.log'), both(pair, 'h.log')]).toEqual([onBoth('log\n'), onBoth('h\n')])
    expect(both(pair, 'y.tmp')).toEqual(['y\n', undefined])
  })

  test('deleted on one side: all is mirrored again', async () => {
    const pair = await begin({ 'a.txt': 'a\n', 'x.log': 'log\n', ...list('*.log') })
    act(pair, 'huggingface', { '.mirrorignore': null })
    await run(pair)
    expect([both(pair, 'x.log'), both(pair, '.mirrorignore')]).toEqual([onBoth('log\n'), onBoth(undefined)])
  })

  test('edited on both sides: the merged lines count', async () => {
    const pair = await begin({
      'a.txt': 'a\n',
      'x.log': 'log\n',
      'y.tmp': 'y\n',
      ...list('*.log', '', '#', '', '*.tmp'),
    })
    act(pair, 'github', list('', '#', '', '*.tmp'))
    act(pair, 'huggingface', list('*.log', '', '#', ''))
    await run(pair)
    expect([both(pair, 'x.log'), both(pair, 'y.tmp')]).toEqual([onBoth('log\n'), onBoth('y\n')])
  })

  test('in conflict: what one of them names stays outside, until it is settled', async () => {
    const pair = await begin({ 'a.txt': 'a\n', 'x.log': 'log\n', 'y.tmp': 'y\n', ...list('*.log') })
    act(pair, 'github', { ...list('*.tmp'), 'z.tmp': 'z\n' })
    act(pair, 'huggingface', list('*.bak'))
    await expectStopped(pair, 2)
    const ran = await pair.run('--take', '.mirrorignore=huggingface')
    expect(ran.exitCode, ran.out + ran.err).toBe(0)
    await run(pair)
    expect(both(pair, '.mirrorignore')).toEqual(onBoth('*.bak\n'))
    for (const path of ['x.log', 'y.tmp', 'z.tmp']) expect(both(pair, path)[1], path).toBe(both(pair, path)[0])
  })

  test('is refused where it cannot be read', async () => {
    const pair = await begin({ 'a.txt': 'a\n' })
    const rule = '.mirrorignore filter=lfs diff=lfs merge=lfs -text\n'
    act(pair, 'github', { '.gitattributes': rule, '.mirrorignore': { lfs: Buffer.from('*.log\n') }, 'x.log': 'x\n' })
    const ran = await pair.run()
    expect([ran.exitCode, ran.err]).toEqual([3, expect.stringContaining('.mirrorignore on GitHub is an LFS object')])
  })

  test('--exclude and --include do not leave it out', async () => {
    const pair = await begin(
      { 'data/a': 'a\n', 'data/x.log': 'x\n', ...list('*.log') },
      '--include',
      'data',
      '--exclude',
      '.*',
    )
    expect(contents(pair, 'huggingface')).toEqual({ 'data/a': 'a\n', ...list('*.log') })
  })

  test('several commits, the list among them: none brings what it leaves out in the end', async () => {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    act(pair, 'github', { 'x.log': 'x\n', 'b.txt': 'b\n' }, 'One')
    act(pair, 'github', list('*.log'), 'Two')
    act(pair, 'github', { 'c.txt': 'c\n' }, 'Three')
    await run(pair)
    expect(contents(pair, 'huggingface')).toEqual({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n', ...list('*.log') })
  })

  test('both sides moved and the run dies in between, and then the list is put back as it was: its rules count', async () => {
    const pair = await begin({ 'a.txt': 'a\n', ...list('*.log') })
    act(pair, 'github', { '.mirrorignore': null, 'x.log': 'x\n' })
    act(pair, 'huggingface', { 'a.txt': 'A\n' })
    pair.huggingface.faults.push({ on: isHubCommit, when: 'before', act: 'drop', times: 99 })
    expect((await pair.run()).exitCode).toBe(1)
    pair.huggingface.faults.length = 0
    act(pair, 'github', list('*.log'))
    await run(pair)
    act(pair, 'github', { 'y.log': 'y\n', 'b.txt': 'b\n' })
    await run(pair)
    expect(contents(pair, 'huggingface')).toEqual({ 'a.txt': 'A\n', 'b.txt': 'b\n', ...list('*.log') })
  })

  test('several commits, one of which takes the list back: one copy stands for them, as no rules count for all', async () => {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    act(pair, 'github', { 'b.txt': 'b\n', ...list('*.log') }, 'One')
    act(pair, 'github', { '.mirrorignore': null, 'x.log': 'x\n' }, 'Two')
    const countCommits = () => pair.huggingface.git.readLog(heads(pair).huggingface!).length
    const before = countCommits()
    await run(pair)
    expect(contents(pair, 'huggingface')).toEqual({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'x.log': 'x\n' })
    expect(countCommits()).toBe(before + 1)
  })
})

test.each([
  ['in the run that changes a mapping', ['--map', 'c.txt=d.txt']],
  ['after a base that its content tells', []],
])('a deleted one leaves nothing out, %s', async (_, view) => {
  const held = { 'a.txt': 'a\n', 'c.txt': 'c\n', '.mirrorignore': 'b.txt\n' }
  const pair = startPair()
  act(pair, 'github', { ...held, 'b.txt': 'b\n' }, 'Begin')
  if (view.length > 0) await run(pair)
  else act(pair, 'huggingface', held, 'Begin')
  act(pair, 'github', { '.mirrorignore': null, 'b.txt': 'edited\n' })
  // Which rules count is settled by the first run, and heeded by the next one.
  for (const argv of [view, view]) expect((await pair.run(...argv)).exitCode).toBe(0)
  expect(text(pair, 'huggingface', 'b.txt')).toBe('edited\n')
  await run(pair, ...view)
})
