/** Options that do not go together: each row of the tables is a refusal, and the docs have the same rows. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { formatOptions } from '../../lib/cli/arguments.ts'
import { exclusions, needs, unusedByVerify } from '../../lib/cli/exclusions.ts'
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
  [['--to', 'github', '--allow-overwrite', '--prefer', 'newer'], '--allow-overwrite with --prefer newer'],
  [['--ask', '--json'], '--ask with --json: '],
  [['--check', '--html', 'a b.html'], '--check with --html "a b.html": '],
])('%j is refused', (argv, words) => {
  expect(refusal(argv)).toContain(words)
})

test('the version of the side that is not written may be taken', () => {
  const { to, init, take } = parse(['--to', 'github', '--init', 'huggingface', '--take', 'a=huggingface'])
  expect([to, init, take.length]).toEqual(['github', 'huggingface', 1])
})

test('the docs have the same table, row by row', () => {
  const docs = readFileSync(new URL('../../.github/decisions/0045-options-together.md', import.meta.url), 'utf8')
  const list = (names: readonly string[]) => names.map((name) => `\`--${name}\``).join(', ')
  const rows = [
    ...exclusions.map(
      ({ option, from, values, why }) =>
        `| ${list([option])} | ${list(from)}${values === undefined ? '' : ` of ${values}`} | ${why} |`,
    ),
    ...needs.map(({ option, of, why }) => `| ${list([option])} | ${list(of)} | ${why} |`),
  ]
  expect(docs.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows)
  expect(docs).toContain(`\n\`--verify\` has no use for ${list(unusedByVerify)}, and says so`)
})
