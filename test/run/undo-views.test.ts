/** An undo through filters, folders and branches, and over long histories: it sees what a run sees, and no more. */
import { expect, test } from 'vitest'
import { startPair } from '../hubs/pair.ts'
import { bob, act, contents, expectStopped, heads, mirror, startMirrored, text } from './mirror-setup.ts'
import { beginMirror } from './mirror-setup.ts'

async function undo(pair: Awaited<ReturnType<typeof startMirrored>>, ...argv: string[]): Promise<void> {
  const ran = await pair.run('--undo', ...argv)
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
}

test('an undo on one branch stops no other', async () => {
  const pair = await startMirrored({ 'a.txt': 'a\n' })
  const base = heads(pair)
  pair.github.refs.set('refs/heads/dev', base.github!)
  pair.github.commit('dev', { files: { 'dev.txt': 'dev\n' }, message: 'Add', author: bob })
  expect((await pair.run('--branch', 'dev')).exitCode).toBe(0)
  await undo(pair, '--branch', 'dev')
  expect(pair.huggingface.files('dev').has('dev.txt')).toBe(false)
  expect((await pair.run('--branch', 'dev')).exitCode).toBe(3)
  act(pair, 'github', { 'main.txt': 'main\n' })
  await mirror(pair)
})

test('of a folder that is mirrored only that folder goes back', async () => {
  const pair = startPair()
  await beginMirror(pair, { 'data/a.txt': 'a\n', 'src/code.py': '1\n' }, '--subdirectory', 'data')
  act(pair, 'huggingface', { 'b.txt': 'b\n' })
  expect((await pair.run('--subdirectory', 'data')).exitCode).toBe(0)
  act(pair, 'github', { 'src/code.py': '2\n' })
  await undo(pair, '--subdirectory', 'data')
  expect(contents(pair, 'github')).toEqual({ 'data/a.txt': 'a\n', 'src/code.py': '2\n' })
})

test('a run of other filters is not undone', async () => {
  const pair = await startMirrored({ 'a.txt': 'a\n', 'b.log': 'b\n' })
  act(pair, 'github', { 'a.txt': 'A\n', 'b.log': 'B\n' })
  expect((await pair.run('--exclude', '*.log')).exitCode).toBe(0)
  expect(await expectStopped(pair, 3, '--undo')).toContain('The last mirror had other filters, or another mapping')
  await undo(pair, '--exclude', '*.log')
  expect([text(pair, 'huggingface', 'a.txt'), text(pair, 'huggingface', 'b.log')]).toEqual(['a\n', 'b\n'])
})

test('an executable file that the mirror deleted comes back as one', async () => {
  const pair = await startMirrored({ 'a.txt': 'a\n', 'run.sh': { mode: '100755', content: 'run\n' } })
  act(pair, 'huggingface', { 'run.sh': null })
  await mirror(pair)
  await undo(pair)
  expect(pair.github.files('main').get('run.sh')?.mode).toBe('100755')
})

test('a mirror is found below what people have committed since, on other pages of the history', async () => {
  const pair = await startMirrored({ 'a.txt': 'a\n' })
  act(pair, 'github', { 'b.txt': 'b\n' })
  act(pair, 'github', { 'c.txt': 'c\n' })
  await mirror(pair)
  for (let index = 0; index < 120; index++) act(pair, 'huggingface', { 'count.txt': `${index}\n` })
  await undo(pair)
  expect(contents(pair, 'huggingface')).toEqual({ 'a.txt': 'a\n', 'count.txt': '119\n' })
  for (let index = 0; index < 120; index++) act(pair, 'huggingface', { 'count.txt': `${index + 120}\n` })
  expect((await pair.run()).exitCode).toBe(3)
  await mirror(pair, '--redo')
  expect(contents(pair, 'github')).toEqual({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n', 'count.txt': '239\n' })
})

test('with --to a mirror that wrote both sides is left alone', async () => {
  const pair = await startMirrored({ 'a.txt': 'a\n' })
  act(pair, 'github', { 'g.txt': 'g\n' })
  act(pair, 'huggingface', { 'h.txt': 'h\n' })
  await mirror(pair)
  expect(await expectStopped(pair, 3, '--undo', '--to', 'huggingface')).toContain('run --undo without --to')
  act(pair, 'github', { 'g.txt': 'G\n' })
  await mirror(pair, '--to', 'huggingface')
  await undo(pair, '--to', 'huggingface')
  expect(text(pair, 'huggingface', 'g.txt')).toBe('g\n')
})

test('where nothing was mirrored there is nothing to undo, and --redo is a run like any other', async () => {
  const pair = startPair()
  act(pair, 'github', { 'a.txt': 'a\n' })
  expect(await expectStopped(pair, 3, '--undo')).toContain('There is no mirror to undo')
  await mirror(pair, '--redo')
})

test('a first mirror into an empty GitHub repository is undone down to nothing, and not mirrored again', async () => {
  const pair = startPair()
  act(pair, 'huggingface', { 'a.txt': 'a\n', 'b.txt': 'b\n' })
  act(pair, 'huggingface', { 'c.txt': 'c\n' })
  await mirror(pair)
  expect(await expectStopped(pair, 3, '--undo')).toContain('GitHub held no mirrored file before the last mirror')
  await undo(pair, '--allow-delete')
  expect([contents(pair, 'github'), contents(pair, 'huggingface')]).toEqual([
    {},
    { 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n' },
  ])
  expect(await expectStopped(pair, 3)).toContain('--redo')
  await mirror(pair, '--init', 'huggingface')
})

test('a symlink that a file has replaced is told, since only git can bring it back', async () => {
  const pair = await startMirrored({ 'a.txt': 'a\n', 'link': { mode: '120000', content: 'a.txt' } })
  act(pair, 'huggingface', { link: 'a file\n' })
  await mirror(pair, '--take', 'link=huggingface')
  const ran = await pair.run('--undo')
  expect([ran.exitCode, pair.github.files('main').has('link')], ran.out).toEqual([0, false])
  expect(ran.out).toMatch(/link +symlink before, which only git can bring back/)
})
