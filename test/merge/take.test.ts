import { describe, expect, test } from 'vitest'
import { findTake, formatTake, isTakeable, type Take } from '../../lib/merge/take.ts'
import fc, { runs } from '../random.ts'

const takes = (...all: string[]): Take[] =>
  all.map((pattern, index) => ({ pattern, side: index % 2 ? 'huggingface' : 'github' }))

describe('a side is taken', () => {
  test.each([
    ['README.md', 'README.md', true],
    ['README.md', 'docs/README.md', false],
    ['docs/README.md', 'docs/README.md', true],
    ['docs', 'docs/README.md', false],
    ['*', 'docs/README.md', true],
    ['*.csv', 'd/e/a.csv', true],
    ['*.csv', 'a.csv.gz', false],
    ['/*.csv', 'd/a.csv', false],
    ['/*.csv', 'a.csv', true],
    ['data/*.csv', 'data/a.csv', true],
    ['data/*.csv', 'data/d/a.csv', false],
    ['data/**', 'data/d/a.csv', true],
    ['data/**/a.csv', 'data/a.csv', true],
    ['**/a.csv', 'x/y/a.csv', true],
    ['data/', 'data/d/a.csv', true],
    ['data/', 'x/data/a.csv', false],
    ['data/', 'data', false],
    ['a?.csv', 'ab.csv', true],
    ['[ab].csv', 'b.csv', true],
    ['[ab].csv', '[ab].csv', true],
    ['a\\*.csv', 'a*.csv', true],
    ['a\\*.csv', 'ab.csv', false],
    ['d\u00fcrer/*', 'd\u00fcrer/\u65e5\u672c.csv', true],
    ['a?b', 'a\u00fcb', false],
  ])('by %j of %j: %s', (pattern, path, taken) => {
    expect(findTake(takes(pattern), path)).toBe(taken ? 'github' : null)
  })

  test('as the last glob says, unless the path is named as it stands', () => {
    expect(findTake(takes('*', '*.csv'), 'a.csv')).toBe('huggingface')
    expect(findTake(takes('*', '*.csv'), 'a.txt')).toBe('github')
    expect(findTake(takes('a.csv', '*.csv'), 'a.csv')).toBe('github')
    expect(findTake(takes('a.csv', 'a.csv'), 'a.csv')).toBe('huggingface')
    expect(findTake([], 'a.csv')).toBeNull()
  })
})

test('a malformed glob is none', () => {
  expect(['[a', 'a\\', '*.['].map(isTakeable)).toEqual([false, false, false])
  expect(['a', 'a/', '**', '[a]'].map(isTakeable)).toEqual([true, true, true, true])
})

test('the argument for a path settles that path and no other, whatever is in its name', () => {
  const path = fc
    .array(
      fc.string({
        unit: fc.constantFrom('a', 'b', '*', '?', '[', ']', '\\', '!', '=', '-', '\u00fc', ' ', '.'),
        minLength: 1,
        maxLength: 4,
      }),
      { minLength: 1, maxLength: 3 },
    )
    .map((parts) => parts.join('/'))
  fc.assert(
    fc.property(path, path, fc.constantFrom('github', 'huggingface'), (named, other, side) => {
      const argument = formatTake(named, side)
      const at = argument.lastIndexOf('=')
      const read: Take[] = [{ pattern: argument.slice(0, at), side }]
      expect(isTakeable(read[0]!.pattern)).toBe(true)
      expect(findTake(read, named)).toBe(side)
      expect(findTake(read, other)).toBe(other === named ? side : null)
    }),
    { numRuns: runs(1_000) },
  )
})
