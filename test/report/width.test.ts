/** Texts by the columns that they take. */
import { describe, expect, test } from 'vitest'
import { shorten, shortenAll, shortenEnd, widthOf, wrap } from '../../lib/report/width.ts'
import fc, { runs } from '../random.ts'

describe('a name that is too long', () => {
  test.each([
    ['data/train.parquet', 40, 'data/train.parquet'],
    ['data/a-very-long-name-of-a-file.parquet', 20, 'data/a-ve…le.parquet'],
    ['データ/日本語のファイル名.csv', 20, 'データ/日…イル名.csv'],
    ['👩🏽‍💻👩🏽‍💻👩🏽‍💻👩🏽‍💻', 5, '👩🏽‍💻…👩🏽‍💻'],
    ['abc', 1, '…'],
  ])('%s in %i columns', (name, width, expected) => {
    expect(shorten(name, width)).toBe(expected)
    expect(widthOf(expected)).toBeLessThanOrEqual(width)
  })

  test('keeps what tells it from the others', () => {
    const names = [3, 4, 5].map((part) => `data/corpus/train-0000${part}-of-00006-with-a-long-ending-for-all.parquet`)
    expect(shortenAll(names, 30)).toEqual([
      'data/corp…rain-00003…l.parquet',
      'data/corp…rain-00004…l.parquet',
      'data/corp…rain-00005…l.parquet',
    ])
  })

  test('stays another one than the others, whatever they are called', () => {
    const name = fc
      .array(fc.constantFrom('a', 'b', '日', '/', 'e\u0301'), { maxLength: 30 })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 12 }), fc.integer({ min: 8, max: 20 }), (names, width) => {
        const short = shortenAll(names, width)
        expect(new Set(short).size).toBe(names.length)
        for (const text of short) expect(widthOf(text)).toBeLessThanOrEqual(width)
      }),
      { numRuns: runs(200) },
    )
  })
})

test('a sentence is cut at its end, and broken between words', () => {
  expect(shortenEnd('Say that this is a mirror', 12)).toBe('Say that th…')
  expect(wrap('note: one two three', 12, '  ')).toBe('note: one\n  two three')
  expect(wrap('  npx a-very-long-word', 12, '  ')).toBe('  npx\n  a-very-long-word')
  expect(wrap('one two', Infinity)).toBe('one two')
})
