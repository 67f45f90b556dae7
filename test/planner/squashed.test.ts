/** A super-squash of the Hub, with whatever people do before and after it: no edit is lost, undone or brought back. */
import { describe, expect, test } from 'vitest'
import type { Pair } from '../hubs/pair.ts'
import { commitTo, mergeInto, pushTo, rebase } from '../run/git-users.ts'
import { act, contents, expectStopped, mirror, startMirrored, text } from '../run/mirror-setup.ts'

const message = "Super-squash branch 'main' using huggingface_hub"
const squash = (pair: Pair, words = message) => pair.huggingface.superSquash('main', words)

/** GitHub alone was worked on: no copy stands there that would name a commit of the Hub's. */
async function startOneWay(): Promise<Pair> {
  const pair = await startMirrored({ 'a.txt': '0\n', 'keep.txt': 'k\n' })
  act(pair, 'github', { 'a.txt': '1\n' })
  await mirror(pair)
  return pair
}

/** The last copy stands on GitHub. */
async function startBothWays(): Promise<Pair> {
  const pair = await startOneWay()
  act(pair, 'huggingface', { 'b.txt': 'b\n' })
  await mirror(pair)
  return pair
}

describe.each([
  { name: "a mirror that only brought GitHub's work", start: startOneWay },
  { name: 'a mirror that brought work of both', start: startBothWays },
])('$name', ({ start }) => {
  test('everything back to what was there before, made after the squash, is never undone', async () => {
    for (const files of [{}, { 'g.txt': 'g\n' }]) {
      const pair = await start()
      squash(pair)
      act(pair, 'huggingface', {
        'a.txt': '0\n',
        ...(text(pair, 'huggingface', 'b.txt') === undefined ? {} : { 'b.txt': null }),
      })
      if (Object.keys(files).length > 0) act(pair, 'github', files)
      const ran = await pair.run()
      expect(
        [text(pair, 'huggingface', 'a.txt'), ran.exitCode === 3 || text(pair, 'github', 'a.txt') === '0\n'],
        ran.out,
      ).toEqual(['0\n', true])
    }
  })

  test('GitHub pulled the last copies into work of its own by a merge: the place is found on the other parent', async () => {
    const pair = await start()
    const before = pair.github.store.readCommit(pair.github.head('main')!).parents[0]!
    commitTo(pair, 'github', 'work', { 'w.txt': 'w\n' }, { parents: [before] })
    mergeInto(pair, 'github', 'work', 'main')
    pushTo(pair, 'github', 'main', pair.github.head('work'))
    squash(pair)
    act(pair, 'huggingface', { 'h.txt': 'h\n' })
    await mirror(pair)
    expect(contents(pair, 'huggingface')).toMatchObject({ 'h.txt': 'h\n', 'w.txt': 'w\n', 'a.txt': '1\n' })
  })

  test('a history that is longer than what is read of it is refused only where no content proves the place', async () => {
    const pair = await start()
    for (let index = 0; index < 110; index++) act(pair, 'github', { 'long.txt': `${index}\n` })
    await mirror(pair)
    squash(pair)
    act(pair, 'huggingface', { 'h.txt': 'h\n' })
    act(pair, 'github', { 'g.txt': 'g\n' })
    await mirror(pair, '--history-max', '100')
    expect([text(pair, 'github', 'h.txt'), text(pair, 'huggingface', 'g.txt')]).toEqual(['h\n', 'g\n'])
  })
})

test('whatever the squashed commit is called, a copy on GitHub tells where it stands', async () => {
  const pair = await startBothWays()
  squash(pair, 'Tidy up')
  act(pair, 'huggingface', { 'h.txt': 'h\n' })
  act(pair, 'github', { 'g.txt': 'g\n' })
  await mirror(pair)
  expect(contents(pair, 'github')).toMatchObject({ 'h.txt': 'h\n', 'g.txt': 'g\n', 'a.txt': '1\n' })
})

test('an empty squash says nothing: refused', async () => {
  const pair = await startBothWays()
  act(pair, 'huggingface', { 'a.txt': null, 'b.txt': null, 'keep.txt': null })
  squash(pair)
  act(pair, 'huggingface', { 'h.txt': 'h\n' })
  await expectStopped(pair, 3)
})

test('a squashed branch of another name goes on, with work on both sides', async () => {
  const pair = await startBothWays()
  for (const side of ['github', 'huggingface'] as const) pushTo(pair, side, 'dev', pair[side].head('main'))
  commitTo(pair, 'huggingface', 'dev', { 'd.txt': 'd\n' })
  expect((await pair.run('--branch', 'dev')).exitCode).toBe(0)
  pair.huggingface.superSquash('dev', message)
  commitTo(pair, 'huggingface', 'dev', { 'h.txt': 'h\n' })
  commitTo(pair, 'github', 'dev', { 'g.txt': 'g\n' })
  const ran = await pair.run('--branch', 'dev')
  expect(ran.exitCode, ran.out).toBe(0)
  expect([
    pair.github.files('dev').has('h.txt'),
    pair.huggingface.files('dev').has('g.txt'),
    pair.github.files('dev').has('d.txt'),
  ]).toEqual([true, true, true])
  const again = await pair.run('--branch', 'dev')
  expect([again.exitCode, again.requests]).toEqual([0, 2])
})

test('GitHub deletes once more what it had deleted before a rebase, and the Hub brought back: refused, since either order is possible', async () => {
  const pair = await startMirrored({ 'a.txt': '0\n', 'c.txt': 'c\n' })
  const before = pair.github.head('main')!
  squash(pair)
  act(pair, 'github', { 'c.txt': null })
  const edit = act(pair, 'github', { 'a.txt': '1\n' })
  await mirror(pair, '--allow-delete')
  rebase(pair, 'github', 'main', before, [edit])
  act(pair, 'huggingface', { 'c.txt': 'c\n' })
  act(pair, 'github', { 'c.txt': null })
  await expectStopped(pair, 3, '--allow-delete')
})
