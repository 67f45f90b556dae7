/** What is outside stays as it is on both sides. */
import { describe, expect, test } from 'vitest'
import { sides } from '../../lib/model/sides.ts'
import { startPair } from '../hubs/pair.ts'
import { act, contents, expectStopped, text } from '../run/mirror-setup.ts'
import { begin, both, onBoth, run } from './filters-setup.ts'

describe('what filters leave out', () => {
  test.each([
    ['--exclude', '*.log', 'a.log'],
    ['--exclude', 'logs/', 'logs/a.txt'],
    ['--include', 'data', 'README.md'],
  ])('%s %s: %s is neither brought nor deleted, whoever changes it', async (flag, pattern, path) => {
    const argv = [flag, pattern]
    const pair = await begin({ 'data/a.txt': 'a\n', [path]: 'github\n' }, ...argv)
    expect(both(pair, path)).toEqual(['github\n', undefined])
    act(pair, 'huggingface', { [path]: 'hub\n', 'data/b.txt': 'b\n' })
    await run(pair, ...argv)
    expect(both(pair, path)).toEqual(['github\n', 'hub\n'])
    act(pair, 'github', { [path]: null, 'data/a.txt': null })
    await run(pair, ...argv)
    expect(both(pair, path)).toEqual([undefined, 'hub\n'])
    expect(both(pair, 'data/a.txt')).toEqual(onBoth(undefined))
    expect(both(pair, 'data/b.txt')).toEqual(onBoth('b\n'))
  })

  test('the plan says which filter leaves out how many paths, with examples', async () => {
    const pair = await begin({ 'a.txt': 'a\n' })
    act(pair, 'github', { 'b.txt': 'b\n', '1.log': '1', '2.log': '2', '3.log': '3', '4.log': '4', 'x.tmp': 'x' })
    const { out } = await pair.run('--dry-run', '--exclude', '*.log', '--exclude', '*.tmp')
    expect(out).toContain('left out by --exclude "*.log": "1.log", "2.log", "3.log" and 1 more')
    expect(out).toContain('left out by --exclude "*.tmp": "x.tmp"')
  })

  test('a file that is moved out of what is mirrored is a deletion on the other side, which is said and counted', async () => {
    const pair = await begin({ 'a.csv': 'one\ntwo\n', 'b.txt': 'b\n' }, '--exclude', 'private/')
    act(pair, 'github', { 'a.csv': null, 'private/a.csv': 'one\ntwo\n' })
    const { out } = await pair.run('--dry-run', '--exclude', 'private/')
    expect(out).toContain('"a.csv" is gone on GitHub, where "private/a.csv" changed, which is left out')
    await expectStopped(pair, 3, '--exclude', 'private/', '--max-delete', '0')
    await run(pair, '--exclude', 'private/')
    expect(both(pair, 'a.csv')).toEqual(onBoth(undefined))
    expect(both(pair, 'private/a.csv')).toEqual(['one\ntwo\n', undefined])
  })

  test('a file that is moved in is new on the other side', async () => {
    const pair = await begin({ 'private/a.csv': 'one\ntwo\n', 'b.txt': 'b\n' }, '--exclude', 'private/')
    act(pair, 'github', { 'a.csv': 'one\ntwo\n', 'private/a.csv': null })
    await run(pair, '--exclude', 'private/')
    expect(both(pair, 'a.csv')).toEqual(onBoth('one\ntwo\n'))
  })

  test('a file where the other side has a folder of what is left out is a conflict, and nothing is deleted', async () => {
    const pair = await begin({ 'b.txt': 'b\n' }, '--exclude', 'a/*')
    act(pair, 'huggingface', { 'a/x': 'x\n' })
    act(pair, 'github', { a: 'a file\n' })
    await expectStopped(pair, 2, '--exclude', 'a/*')
    expect(text(pair, 'huggingface', 'a/x')).toBe('x\n')
  })

  test('rules that are left out stay on their side, and files are stored by what each side has', async () => {
    const pair = await begin({ 'a.txt': 'a\n', '.gitattributes': '*.csv text\n' }, '--exclude', '.gitattributes')
    act(pair, 'github', { '.gitattributes': '*.md text\n', 'sub/.gitattributes': '*.x text\n', 'sub/b.txt': 'b\n' })
    await run(pair, '--exclude', '.gitattributes')
    expect(both(pair, 'sub/b.txt')).toEqual(onBoth('b\n'))
    expect([text(pair, 'huggingface', 'sub/.gitattributes'), text(pair, 'github', '.gitattributes')]).toEqual([
      undefined,
      '*.md text\n',
    ])
    expect(text(pair, 'huggingface', '.gitattributes') ?? '').not.toContain('*.md text')
  })

  test('commits that change nothing inside are not copied, the others one by one', async () => {
    const pair = await begin({ 'a.txt': 'a\n' }, '--exclude', '*.log')
    for (const name of ['1.log', 'b.txt', '2.log', 'c.txt']) act(pair, 'github', { [name]: `${name}\n` }, `Add ${name}`)
    await run(pair, '--exclude', '*.log')
    const { git } = pair.huggingface
    const titles = git.readLog(pair.huggingface.head('main')!).map((oid) => git.readCommit(oid).message.split('\n')[0])
    expect(titles.slice(0, 2)).toEqual(['Add c.txt', 'Add b.txt'])
    expect(titles.join()).not.toContain('.log')
  })

  test('--keep-both keeps under a name that is mirrored, or the conflict stays', async () => {
    const pair = await begin({ 'a.csv': 'a\n' })
    for (const side of sides) act(pair, side, { 'a.csv': `${side}\n` })
    const argv = ['--take', 'a.csv=github', '--keep-both']
    expect(await expectStopped(pair, 2, '--include', 'a.csv', ...argv)).toContain(
      'no name beside it is mirrored and free',
    )
    expect((await pair.run('--exclude', '*.huggingface.csv', ...argv)).exitCode).toBe(0)
    expect(both(pair, 'a.huggingface2.csv')).toEqual(onBoth('huggingface\n'))
  })

  test.each([
    ['--exclude', 'docs/n'],
    ['--map', 'docs/n=m'],
  ])('a file does not follow its folder out of what is mirrored (%s)', async (...view) => {
    const held = { 'x/a': 'a\n', 'x/b': 'b\n', 'docs/n': 'of GitHub\n' }
    const pair = await begin(held, ...view)
    act(pair, 'huggingface', { 'x/a': null, 'x/b': null, 'docs/a': 'a\n', 'docs/b': 'b\n' })
    act(pair, 'github', { 'x/n': 'new\n', 'docs/n': null })
    expect(await expectStopped(pair, 2, ...view, '--take', '*=huggingface')).toContain('taking github leaves it here')
    await run(pair, ...view, '--take', 'x/n=github')
    expect(both(pair, 'x/n')).toEqual(onBoth('new\n'))
  })

  test('a take of a path that is left out is an error that names the filter', async () => {
    const pair = await begin({ 'a.log': 'a\n', 'b.txt': 'b\n' })
    for (const side of sides) act(pair, side, { 'b.txt': `${side}\n` })
    const ran = await pair.run('--exclude', '*.log', '--take', 'a.log=github')
    expect([ran.exitCode, ran.err]).toEqual([64, expect.stringContaining('--exclude "*.log" leaves that path out')])
  })

  test('--verify compares what is mirrored alone', async () => {
    const pair = await begin({ 'a.log': 'a\n', 'b.txt': 'b\n' }, '--exclude', '*.log')
    expect((await pair.run('--verify', '--exclude', '*.log')).out).toContain('equal: 1 file')
    expect((await pair.run('--verify')).exitCode).toBe(5)
  })

  test('--init with a side leaves what is outside on the other one', async () => {
    const pair = startPair()
    act(pair, 'github', { 'a.txt': 'github\n' })
    act(pair, 'huggingface', { 'a.txt': 'hub\n', 'x.log': 'x\n' })
    const ran = await pair.run('--exclude', '*.log', '--init', 'github')
    expect([ran.exitCode, ran.out]).toEqual([0, expect.stringContaining('left out by --exclude "*.log": "x.log"')])
    await run(pair, '--exclude', '*.log')
    expect(contents(pair, 'huggingface')).toEqual({ 'a.txt': 'github\n', 'x.log': 'x\n' })
  })

  test('equal files inside are a base, whatever is outside', async () => {
    const pair = startPair()
    act(pair, 'github', { 'a.txt': 'a\n', 'g.log': 'g\n' })
    act(pair, 'huggingface', { 'a.txt': 'a\n', 'h.log': 'h\n' })
    await run(pair, '--exclude', '*.log')
    act(pair, 'huggingface', { 'a.txt': 'b\n' })
    await run(pair, '--exclude', '*.log')
    expect(contents(pair, 'github')).toEqual({ 'a.txt': 'b\n', 'g.log': 'g\n' })
  })
})
