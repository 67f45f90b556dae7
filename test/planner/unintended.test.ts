import { expect, test } from 'vitest'
import { act } from '../run/mirror-setup.ts'
import { begin, run } from './filters-setup.ts'

test('what looks like a secret or litter is pointed out when it would travel for the first time', async () => {
  const pair = await begin({ 'a.txt': 'a\n' })
  const notes = { 'notes.txt': `hf_${'a'.repeat(34)}\n` }
  act(pair, 'github', { '.env': 'TOKEN=1\n', 'src/__pycache__/a.pyc': 'x', ...notes })
  const { out } = await run(pair)
  expect(out).toContain('".env", "notes.txt" would come to Hugging Face for the first time and look like secrets')
  expect(out).toContain(
    '"src/__pycache__/a.pyc" would come to Hugging Face for the first time and looks like a file that is left behind',
  )
  act(pair, 'github', { '.env': 'TOKEN=2\n' })
  expect((await run(pair)).out).not.toContain('secret')
  act(pair, 'github', { '.env.local': 'TOKEN=1\n', 'b.txt': 'b\n' })
  expect((await run(pair, '--exclude', '.env*')).out).not.toContain('secret')
})
