/** Undos at the edges: of a first mirror, and in worlds that changed under them. */
import { expect, test } from 'vitest'
import { contents, mirror, startMirrored, type Files } from './mirror-setup.ts'

const start: Files = { 'README.md': '# Corpus\n', 'a.txt': 'a\n', 'b.txt': 'b\n' }

test('a first mirror that was undone is no base by its files, and --redo makes it again instead of deleting the originals', async () => {
  const pair = await startMirrored(start)
  const before = contents(pair, 'github')
  expect((await pair.run('--undo', '--allow-delete')).exitCode).toBe(0)
  await mirror(pair, '--redo', '--allow-delete')
  expect([contents(pair, 'github'), contents(pair, 'huggingface')]).toEqual([before, before])
})
