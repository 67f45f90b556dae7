import { expect, test } from 'vitest'
import { noteUnintended } from '../../lib/plan/unintended.ts'
import { edit } from '../cli/plans.ts'
import { services } from './brakes-setup.ts'

const note = (paths: readonly string[], text = '') =>
  noteUnintended({ github: [], huggingface: paths.map((path) => edit(path, { to: 'huggingface' })) }, services, () =>
    Buffer.from(text),
  )

test.each(['.env', 'a/.env.local', '.ENV', 'id_rsa', 'keys/server.pem', '.aws/credentials', 'x/.netrc'])(
  '%s looks like a secret',
  (path) => {
    expect(note([path])).toEqual([expect.stringContaining('looks like a secret')])
  },
)

test.each(['.DS_Store', 'a/Thumbs.db', 'src/__pycache__/a.cpython-312.pyc', 'a.swp', 'nb/.ipynb_checkpoints/x.ipynb'])(
  '%s looks like a file that is left behind',
  (path) => {
    expect(note([path])).toEqual([expect.stringContaining('looks like a file that is left behind')])
  },
)

test.each(['.env.example', 'environment.md', 'id_rsa.pub', 'pem/readme.md', 'ds_store.txt', 'node_modules.md'])(
  '%s is a file like others',
  (path) => {
    expect(note([path])).toEqual([])
  },
)

test.each([
  '-----BEGIN OPENSSH PRIVATE KEY-----\n',
  `token: hf_${'a'.repeat(34)}`,
  `ghp_${'A1'.repeat(18)}`,
  'AKIAABCDEFGHIJKLMNOP',
])('a text that holds a key or a token looks like a secret (%#), and is not shown', (text) => {
  const [said] = note(['notes.txt'], text)
  expect(said).toContain('"notes.txt" would come to Hugging Face for the first time and looks like a secret')
  expect(said).not.toContain(text)
})

test('many are counted, and what a side has already is not named', () => {
  expect(note(['1.pem', '2.pem', '3.pem', '4.pem'])).toEqual([
    '"1.pem", "2.pem", "3.pem" and 1 more would come to Hugging Face for the first time and look like secrets: ' +
      'leave them out with --exclude or a line in .mirrorignore, unless it is meant',
  ])
  const known = edit('.env', { to: 'huggingface', action: 'modify' })
  expect(noteUnintended({ github: [], huggingface: [known] }, services, () => null)).toEqual([])
})
