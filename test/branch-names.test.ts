/** A name that belongs to something else than a branch is never mirrored as if it were one. */
import { expect, test } from 'vitest'
import { act, expectInSync, expectStopped, startMirrored } from './mirror-setup.ts'

test.each(['heads/main', 'tags/v1'])('%s leads somewhere on one side and nowhere on the other: refused, and no branch is made of it', async (name) => {
  const pair = await startMirrored({ 'a.txt': 'one\n' })
  pair.github.refs.set('refs/tags/v1', pair.github.head('main')!)
  act(pair, 'github', { 'a.txt': 'two\n' })
  const before = [new Map(pair.github.refs), new Map(pair.huggingface.repository.branches)]
  await expectStopped(pair, 3, '--branch', name)
  expect([pair.github.refs, pair.huggingface.repository.branches]).toEqual(before)
})

test('a branch by its full name, as a workflow has it in GITHUB_REF, is that branch', async () => {
  const pair = await startMirrored({ 'a.txt': 'one\n' })
  act(pair, 'github', { 'a.txt': 'two\n' })
  expect((await pair.run('--branch', 'refs/heads/main')).exitCode).toBe(0)
  await expectInSync(pair)
})
