import { expect, test } from 'vitest'
import { formatOptions } from '../../lib/cli/arguments.ts'
import { parse, refusal } from './parsed-options.ts'

test('a repository is made private unless it is said otherwise, and never unasked', () => {
  const made = (...argv: string[]) => parse(argv).create
  expect([made(), made('--create'), made('--create', '--public')]).toEqual([null, 'private', 'public'])
  const space = parse(['--branch', 'main', '--hf', 'spaces/acme/demo', '--create', '--sdk', 'docker'])
  expect(space.sdk).toBe('docker')
  expect(parse(formatOptions(space))).toEqual(space)
  const open = parse(['--branch', 'main', '--create', '--public'])
  expect(parse(formatOptions(open))).toEqual(open)
})

test.each([
  [['--public'], 'Cannot use --public alone'],
  [['--hf', 'spaces/acme/demo', '--sdk', 'static'], 'Cannot use --sdk alone'],
  [['--create', '--sdk', 'static'], 'Cannot use --sdk with a dataset'],
  [['--hf', 'acme/demo', '--repo-type', 'space', '--create', '--sdk', 'grado'], 'did you mean gradio?'],
])('%j is refused', (argv, words) => {
  expect(refusal(argv)).toContain(words)
})
