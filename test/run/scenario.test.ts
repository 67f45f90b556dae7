/** What `npm run scenario` copies: the story of one run, from what both sides hold to what they hold after it. */
import { expect, test } from 'vitest'
import { act, mirror, startMirrored, text } from './mirror-setup.ts'

test('lines that both sides changed in different places are all kept', async () => {
  // Both repositories hold these files, mirrored once.
  const pair = await startMirrored({ 'README.md': '# Corpus\n', 'a.txt': 'one\ntwo\nthree\n' })

  // Then Bob commits to GitHub and Alice to Hugging Face. `null` deletes; `{ lfs: bytes }` is an LFS object.
  act(pair, 'github', { 'a.txt': 'ONE\ntwo\nthree\n' })
  act(pair, 'huggingface', { 'a.txt': 'one\ntwo\nTHREE\n', 'b.txt': 'new\n' })

  // `mirror` runs the command; a dry run must tell the same plan, both sides must be equal after it, and nothing left
  // to do. Where a run has to stop: `await expectStopped(pair, 2)` for a conflict, 3 for a refusal.
  await mirror(pair)
  expect(text(pair, 'github', 'a.txt')).toBe('ONE\ntwo\nTHREE\n')
})
