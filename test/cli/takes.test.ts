/** `--take` that settles nothing is told, so that nobody waits for what does not happen. */
import { expect, test } from 'vitest'
import { Takes } from '../../lib/cli/takes.ts'
import { otherSide, sides } from '../../lib/model/sides.ts'
import { act, expectInSync, heads, startMirrored } from '../run/mirror-setup.ts'

test('a path in the wrong case, while its conflict is open, is an error that names the right one and writes nothing', async () => {
  const pair = await startMirrored({ 'README.md': '1\n', 'b.txt': '1\n' })
  for (const side of sides) act(pair, side, { 'README.md': `${side}\n`, 'b.txt': `${side}\n` })
  const before = heads(pair)
  const ran = await pair.run('--take', 'readme.md=github', '--take', 'b.txt=github')
  expect([ran.exitCode, ran.out, heads(pair)]).toEqual([64, '', before])
  expect(ran.err).toContain(
    'error: --take "readme.md=github" settles nothing: no conflict is at that path. Did you mean "README.md"? Nothing was written',
  )
  const data = await pair.run('--take', 'readme.md=github', '--json')
  const conflict = JSON.parse((await pair.run('--json')).out)
  const { requests: _, bytes: __, limits: ___, ...same } = conflict
  expect([data.exitCode, JSON.parse(data.out)]).toMatchObject([
    64,
    { ...same, status: 'usage', error: expect.stringContaining('Did you mean "README.md"?') },
  ])
  expect((await pair.run('--take', 'README.md=github', '--take', 'b.txt=github')).exitCode).toBe(0)
})

test('where nothing is left to settle, as when a run goes on, it is a warning', async () => {
  const pair = await startMirrored({ 'a.txt': '1\n' })
  act(pair, 'github', { 'a.txt': '2\n' })
  expect(await pair.run('--take', 'a.txt=huggingface')).toMatchObject({
    exitCode: 0,
    err: 'warning: --take "a.txt=huggingface" settles nothing: no conflict is at that path.\n',
  })
  expect(await pair.run('--take', 'a.txt=github')).toMatchObject({ exitCode: 0, err: '' })
})

test('the nearest of the conflicts are named, or the first ones; a glob is allowed for conflicts to come', () => {
  const ask = (take: string, ...paths: string[]) => {
    const takes = new Takes([{ pattern: take, side: 'github' }])
    for (const path of paths) takes.find(path)
    return takes.describeUnused(() => null)
  }
  expect(ask('data/*.csv')).toEqual([])
  expect(ask('data/*.csv', 'data/a.csv')).toEqual([])
  expect(ask('data/*.csv', 'x.json')).toEqual([
    '--take "data/*.csv=github" settles nothing: no conflict is at that path; they are at "x.json".',
  ])
  expect(ask('zzz', 'a1', 'a2', 'a3', 'a4', 'a5')[0]).toContain('they are at "a1", "a2", "a3" and 2 more')
})

test('conflicts are not all there is: what waits for them is named', async () => {
  const pair = await startMirrored({ 'a.txt': 'a\n' })
  act(pair, 'github', { 'a.txt': 'b\n', 'new.txt': 'n\n' })
  act(pair, 'huggingface', { 'a.txt': 'c\n' })
  const { out } = await pair.run()
  expect(out).toContain('note: 1 other changed file waits until the conflicts are settled: "new.txt"\n')
})

test('-q says nothing where nothing happened and nothing is wrong', async () => {
  const pair = await startMirrored({ 'a.txt': 'a\n' })
  for (const argv of [[], ['--dry-run'], ['--verify']]) expect((await pair.run('-q', ...argv)).out).toBe('')
  act(pair, 'github', { 'a.txt': 'b\n' })
  expect((await pair.run('-q', '--verify')).out).toMatch(/^different: 1 path/)
})

test('--verify says which options it has no use for', async () => {
  const pair = await startMirrored({ 'a.txt': 'a\n' })
  const { exitCode, err } = await pair.run('--verify', '--take', 'a.txt=github', '--diff')
  expect([exitCode, err]).toEqual([
    0,
    'warning: --verify compares and writes nothing; it does not use --take, --diff\n',
  ])
})

test('a file that both sides renamed is not told as deleted', async () => {
  const content = 'a\nb\nc\n'
  const pair = await startMirrored({ 'a.txt': content, 'README.md': '# c\n' })
  for (const side of sides) act(pair, side, { 'a.txt': null, [`${side}.txt`]: content })
  const { out } = await pair.run()
  expect(out).toMatch(/^ {4}github {8}\(renamed\), Bob/m)
  expect(out).toMatch(/^ {4}huggingface {3}\(renamed\), alice/m)
})

test.each(sides)('a file that both sides renamed is told as renamed where the name of %s is taken', async (taken) => {
  const content = 'a\nb\nc\n'
  const pair = await startMirrored({ 'a.txt': { mode: '100755', content }, 'README.md': '# c\n' })
  act(pair, 'github', { 'a.txt': null, 'github.txt': { mode: '100755', content } })
  act(pair, 'huggingface', { 'a.txt': null, 'huggingface.txt': content })
  const loser = otherSide[taken]
  const ran = await pair.run('--take', `a.txt=${taken}`)
  expect(ran.out).toMatch(new RegExp(`: 1 renamed\\n.*\\n {2}renamed {2}${loser}\\.txt -> ${taken}\\.txt {2}6 B\\n`))
  expect(pair.github.files('main').get(`${taken}.txt`)?.mode).toBe('100755')
  await expectInSync(pair)
})
