/** The lines of a plan, with real git as the judge. */
import { describe, expect, test } from 'vitest'
import { formatEditDiff } from '../../lib/report/diff-text.ts'
import { noColors } from '../../lib/report/paint.ts'
import { countChangedLines } from '../../lib/text/diff-lines.ts'
import { edit } from '../cli/plans.ts'
import { diffFolders, diffTexts, hasGit } from '../git-judge.ts'
import fc, { runs } from '../random.ts'
import { kinds } from '../text/trios.ts'

describe.skipIf(!hasGit)('git diff', () => {
  test.each(Object.entries(kinds))('prints the same hunks: %s', (_, trio) => {
    const pairs = fc
      .sample(trio, { numRuns: runs(60) })
      .map(({ base, sides }) => ({ before: base, after: sides.github }))
      .filter(({ before, after }) => before !== after)
    const told = diffTexts(pairs)
    for (const [index, versions] of pairs.entries()) {
      const [, , ...lines] = formatEditDiff(edit('x', { action: 'modify' }), versions, noColors)
      expect(lines.join('\n')).toBe(told[index])
      const counted = (sign: string) => lines.filter((line) => line.startsWith(sign)).length
      expect(countChangedLines(versions)).toEqual({ added: counted('+'), removed: counted('-') })
    }
  })

  test.each(Object.entries(kinds))('says the same of a file that was renamed as well: %s', (_, trio) => {
    let renamed = 0
    // Before 2.44 git does not count a last line without a newline.
    const drawn = fc
      .sample(trio, { numRuns: runs(12) })
      .map(({ base, sides }) => ({ before: `${base}\n`, after: `${sides.github}\n` }))
    const all = diffFolders(drawn.map(({ before, after }) => [{ 'a.txt': before }, { 'b.txt': after }]))
    for (const [index, { before, after }] of drawn.entries()) {
      const [told] = all[index]!
      // Of files that have less than half in common git says no rename.
      if (!told?.startsWith('similarity')) continue
      renamed += 1
      const lines = formatEditDiff(edit('b.txt', { renamedFrom: 'a.txt' }), { before, after }, noColors)
      expect(lines.join('\n')).toBe(told)
    }
    expect(renamed).toBeGreaterThan(0)
  })
})

test('a file that comes, goes or is renamed is named as git names it, and nothing in it moves a cursor', () => {
  const diff = (...drawn: Parameters<typeof edit>) =>
    formatEditDiff(edit(...drawn), { before: 'a\u001b[2J\n', after: 'a\tb\\' }, noColors)
  expect(diff('new.txt').slice(0, 2)).toEqual(['--- /dev/null', '+++ b/new.txt'])
  expect(diff('old.txt', { action: 'delete' }).slice(0, 2)).toEqual(['--- a/old.txt', '+++ /dev/null'])
  expect(diff('b.txt', { renamedFrom: 'a\n.txt' })).toEqual([
    'rename from a\\n.txt',
    'rename to b.txt',
    '--- a/a\\n.txt',
    '+++ b/b.txt',
    '@@ -1 +1 @@',
    '-a\\u{1b}[2J',
    '+a\\tb\\',
    '\\ No newline at end of file',
  ])
})
