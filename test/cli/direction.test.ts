import { expect, test } from 'vitest'
import { formatOptions } from '../../lib/cli/arguments.ts'
import { parse, refusal } from './parsed-options.ts'

test('the arguments of a run of the same kind say the direction, too', () => {
  expect(formatOptions(parse(['--to', 'huggingface', '--allow-overwrite']))).toEqual(
    expect.arrayContaining(['--to', 'huggingface', '--allow-overwrite']),
  )
})

test.each([
  [['--allow-overwrite'], 'alone: --to says which side'],
  [['--to', 'hub'], 'did you mean huggingface?'],
  [['--to', 'github', '--keep-both', '--prefer', 'newer'], '--keep-both with --to github'],
  [['--to', 'github', '--init', 'github'], '--init github with --to github'],
  [['--to', 'github', '--take', 'a=github'], '--take "a=github" with --to github'],
  [['--to', 'github', '--take', 'a=both'], '--take "a=both" with --to github'],
  [['--to', 'github', '--prefer', 'github'], '--prefer github with --to github'],
  [['--to', 'github', '--allow-overwrite', '--prefer', 'newer'], 'with --allow-overwrite'],
])('%j is refused', (argv, words) => {
  expect(refusal(argv)).toContain(words)
})

test('the version of the side that is not written may be taken', () => {
  const { to, init, take } = parse(['--to', 'github', '--init', 'huggingface', '--take', 'a=huggingface'])
  expect([to, init, take.length]).toEqual(['github', 'huggingface', 1])
})
