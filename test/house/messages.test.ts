/** How messages are read from the sources; that each is in `.github/messages.md` is a rule of the house. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { collectMessages, readRows } from './messages.ts'

const table = readFileSync(new URL('../../.github/messages.md', import.meta.url), 'utf8')

test('the rows are those of a table that tells what to do, each once', () => {
  const rows = readRows(table)
  expect(rows.length).toBeGreaterThan(100)
  expect(rows).toEqual([...new Set(rows)])
  expect(table.match(/^\| ``.*$/gm)).toHaveLength(rows.length)
})

test.each<[says: string, path: string, source: string, texts: string[]]>([
  [
    'of an error, added up, without what varies',
    'lib/a/b.ts',
    "throw new RefusedError(`Cannot do ${what(2)} here: ` +\n  'do something else first', { cause })",
    ['Cannot do … here: do something else first'],
  ],
  [
    'within another one',
    'lib/a/b.ts',
    'new UsageError(`It is ${some ? `this one and not that "${one}"` : \'\'}.`)',
    ['this one and not that "…"  It is ….'],
  ],
  [
    'a mark that is quoted',
    'lib/a/b.ts',
    "new RemoteError('It isn\\'t what was asked for')",
    ["It isn't what was asked for"],
  ],
  ['no error of the program itself', 'lib/a/b.ts', "new RangeError('more than was asked for')", []],
  ['nothing of a comment', 'lib/a/b.ts', "// new RemoteError('more than was asked for')\n", []],
  ['a warning', 'lib/a/b.ts', 'warn(`${error.message}; the rest was left alone`)', ['…; the rest was left alone']],
  [
    'notes that a function makes',
    'lib/a/b.ts',
    'export function noteNames(names: Set<string>): string[] {\n  return [`${names.size} names are alike in here`]\n}\n',
    ['… names are alike in here'],
  ],
  [
    'a note that is named before it is listed',
    'lib/a/b.ts',
    "const hidden = 'more than was asked for'\nexport const told = { notes: [hidden] }\n",
    ['more than was asked for'],
  ],
  ['no note that only shows a plan', 'lib/report/b.ts', "note('more than was asked for')", []],
  [
    'all of a file that has the words for others',
    'lib/lfs/failure.ts',
    "const hint = 'more than was asked for'",
    ['more than was asked for'],
  ],
  ['nothing of a file that has no notes', 'lib/a/b.ts', "const hidden = 'more than was asked for'", []],
  ['nothing outside of lib', 'test/a.ts', "new RemoteError('more than was asked for')", []],
])('a message is read: %s', (_, path, source, texts) => {
  expect(collectMessages(new Map([[path, source]])).map(({ text }) => text)).toEqual(texts)
})
