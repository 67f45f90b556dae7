/** Undos at the edges: of a first mirror, and in worlds that changed under them. */
import { expect, test } from 'vitest'
import { sides } from '../../lib/model/sides.ts'
import type { Ran } from '../hubs/pair.ts'
import { mergeInto, pushTo, revert, storeOf } from './git-users.ts'
import { act, contents, expectStopped, heads, mirror, startMirrored, type Files } from './mirror-setup.ts'

const start: Files = { 'README.md': '# Corpus\n', 'a.txt': 'a\n', 'b.txt': 'b\n' }

test('a first mirror that was undone is no base by its files, and --redo makes it again instead of deleting the originals', async () => {
  const pair = await startMirrored(start)
  const before = contents(pair, 'github')
  expect((await pair.run('--undo', '--allow-delete')).exitCode).toBe(0)
  await mirror(pair, '--redo', '--allow-delete')
  expect([contents(pair, 'github'), contents(pair, 'huggingface')]).toEqual([before, before])
})

test('what --redo mirrors after somebody has reverted an undo by hand can be undone in turn', async () => {
  const pair = await startMirrored(start)
  for (const side of sides) act(pair, side, { [`${side}.txt`]: 'x\n' })
  await mirror(pair)
  const merged = contents(pair, 'github')
  expect((await pair.run('--undo')).exitCode).toBe(0)
  revert(pair, 'huggingface', 'main', heads(pair).huggingface!)
  const before = contents(pair, 'github')
  await mirror(pair, '--redo')
  expect(contents(pair, 'github')).toEqual(merged)
  const undone = await pair.run('--undo')
  expect([undone.exitCode, contents(pair, 'github')], undone.out).toEqual([0, before])
  expect((await pair.run('--undo')).out).toContain('\nUndone, no file had to change: nothing was written.\n')
})

test('an undo that another run comes between takes back what it began to take back, and not the newer mirror', async () => {
  const pair = await startMirrored(start)
  for (const side of sides) act(pair, side, { [`${side}.txt`]: 'x\n' })
  await mirror(pair)
  act(pair, 'github', { 'since.txt': 's\n' })
  let meanwhile: Ran | undefined
  pair.github.faults.push({
    on: ({ method, url }) => method === 'POST' && url.endsWith('/git/commits'),
    when: 'before',
    act: async () => {
      meanwhile = await pair.run()
    },
  })
  const ran = await pair.run('--undo')
  expect([meanwhile!.exitCode, ran.exitCode], ran.out + ran.err).toEqual([0, 0])
  const kept = { ...start, 'since.txt': 's\n' }
  expect(contents(pair, 'github')).toEqual({ ...kept, 'github.txt': 'x\n' })
  expect(contents(pair, 'huggingface')).toEqual({ ...kept, 'huggingface.txt': 'x\n' })
  await expectStopped(pair, 3)
  await mirror(pair, '--redo')
  expect(contents(pair, 'github')).toEqual({ ...kept, 'github.txt': 'x\n', 'huggingface.txt': 'x\n' })
})

test('an undo that comes to another branch by a merge stops its runs, too, until --redo', async () => {
  const pair = await startMirrored(start)
  act(pair, 'github', { 'g.txt': 'g\n' })
  await mirror(pair)
  for (const side of sides) pushTo(pair, side, 'dev', heads(pair)[side]!)
  expect((await pair.run('--undo')).exitCode).toBe(0)
  expect((await pair.run('--branch', 'dev')).out).toContain('In sync')
  mergeInto(pair, 'huggingface', 'dev', 'main')
  expect(await expectStopped(pair, 3, '--branch', 'dev')).toContain('has undone the last mirror')
  expect([...pair.huggingface.files('dev').keys()]).not.toContain('g.txt')
  expect((await pair.run('--branch', 'dev', '--redo')).exitCode).toBe(0)
  expect([...pair.huggingface.files('dev').keys()]).toContain('g.txt')
})

for (const side of sides)
  test(`what ${side}'s .mirrorignore leaves out by now comes back only where --take says so`, async () => {
    const pair = await startMirrored(start)
    act(pair, 'github', { 'a.txt': null, 'b.txt': 'cleaned\n', 'README.md': '# Other\n', 'leak.txt': 'leak\n' })
    await mirror(pair)
    act(pair, side, { '.mirrorignore': '*.txt\n' })
    expect(await expectStopped(pair, 3, '--undo')).toContain(
      'refused: "a.txt" would come back on Hugging Face, and .mirrorignore leaves it out now. ' +
        "--take='a.txt=now' leaves it, --take='a.txt=before' undoes it.",
    )
    expect((await pair.run('--undo', '--take', 'a.txt=now', '--take', 'b.txt=before')).exitCode).toBe(0)
    const now = contents(pair, 'huggingface')
    expect([now['README.md'], now['b.txt'], Object.keys(now).filter((path) => /a.txt|leak/.test(path))]).toEqual([
      start['README.md'],
      'b\n',
      [],
    ])
  })

test('the JSON of a conflict of an undo names the answers that --take knows there', async () => {
  const pair = await startMirrored(start)
  act(pair, 'huggingface', { 'a.txt': 'of the Hub\n' })
  await mirror(pair)
  act(pair, 'github', { 'a.txt': 'of Bob\n' })
  const { conflicts } = JSON.parse(await expectStopped(pair, 2, '--undo', '--json'))
  expect(conflicts).toMatchObject([{ path: 'a.txt', answers: ['now', 'before'] }])
})

test('a mirror below more commits than are searched is not told to be none', async () => {
  const pair = await startMirrored(start)
  act(pair, 'github', { 'g.txt': 'g\n' })
  await mirror(pair)
  for (let count = 0; count < 120; count++) act(pair, 'huggingface', { 'many.txt': `${count}\n` })
  expect(await expectStopped(pair, 3, '--undo', '--history-max', '50')).toContain('with a larger --history-max')
})

for (const side of sides)
  test(`--redo after somebody has amended an undo on ${side} deletes no original`, async () => {
    const pair = await startMirrored(start)
    for (const each of sides) act(pair, each, { [`${each}.txt`]: 'x\n' })
    await mirror(pair)
    const merged = contents(pair, 'github')
    expect((await pair.run('--undo')).exitCode).toBe(0)
    const store = storeOf(pair, side)
    const undo = store.readCommit(heads(pair)[side]!)
    const tree = store.editFiles(undo.tree, [['more.txt', { mode: '100644', oid: store.writeBlob('more\n') }]])
    pushTo(pair, side, 'main', store.writeCommit({ ...undo, tree }))
    await mirror(pair, '--redo')
    expect(contents(pair, 'huggingface')).toEqual({ ...merged, 'more.txt': 'more\n' })
  })
