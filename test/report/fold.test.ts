/** Many paths in few lines. */
import { describe, expect, test } from 'vitest'
import { fold, shareLines } from '../../lib/report/fold.ts'
import fc, { runs } from '../random.ts'

const names = (paths: readonly string[], most: number) =>
  fold(paths, (path) => path, most).map(({ name, items }) => (items.length === 1 ? name : `${name} ${items.length}`))
const files = (folder: string, count: number) => Array.from({ length: count }, (_, index) => `${folder}${index}.txt`)

describe('paths are told one by one as long as they fit, and by folder where they do not', () => {
  test.each([
    [['b.txt', 'a/1.txt', 'a/2.txt'], 9, ['a/1.txt', 'a/2.txt', 'b.txt']],
    [['README.md', ...files('data/raw/', 260)], 9, ['data/raw/ 260', 'README.md']],
    [
      [...files('docs/', 3), ...files('data/raw/', 260)],
      9,
      ['data/raw/ 260', 'docs/0.txt', 'docs/1.txt', 'docs/2.txt'],
    ],
    [[...files('data/', 30), ...files('data/raw/', 20)], 5, ['data/* 30', 'data/raw/ 20']],
    [[...files('', 30), 'data/a.csv'], 5, ['* 30', 'data/a.csv']],
    [files('', 30), 5, ['./ 30']],
    [['only/one/here.txt'], 1, ['only/one/here.txt']],
    [[], 5, []],
  ])('%#', (paths, most, expected) => {
    expect(names(paths, most)).toEqual(expected)
  })

  test('in the order in which people count', () => {
    expect(names(['f10', 'f9', 'f1'], 5)).toEqual(['f1', 'f9', 'f10'])
  })
})

test('of more top folders than lines the largest are named, and one line stands for the others', () => {
  const paths = [
    ...Array.from({ length: 5_000 }, (_, index) => `${index}/a.txt`),
    ...files('data/raw/', 9),
    'data/b.csv',
    'README.md',
  ]
  const lines = fold(paths, (path) => path, 6, true).map(({ name, items }) => `${name} ${items.length}`)
  expect(lines).toEqual(['0/a.txt 1', '1/a.txt 1', '2/a.txt 1', 'data/ 10', 'README.md 1', '(other folders) 4997'])
  expect(names(paths, 6)).toEqual(['./ 5011'])
})

test('no line more than asked for, and each path on one of them', () => {
  const path = fc
    .array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join('/'))
  fc.assert(
    fc.property(fc.uniqueArray(path, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), fc.boolean(), (...drawn) => {
      const [paths, most, namesTop] = drawn
      const lines = fold(paths, (one) => one, most, namesTop)
      expect(lines.length).toBeLessThanOrEqual(most)
      expect(lines.flatMap(({ items }) => items).toSorted()).toEqual(paths.toSorted())
      for (const { name, prefix, isFolder, items } of lines) {
        if (isFolder && namesTop) expect([prefix, `${prefix}*`, './', '(other folders)']).toContain(name)
        else if (isFolder) expect([prefix, `${prefix}*`, './']).toContain(name)
        else expect(items).toEqual([name])
        for (const item of items) expect(item.startsWith(prefix)).toBe(true)
      }
    }),
    { numRuns: runs(200) },
  )
})

test.each([
  [[3, 500, 2], 20, [3, 15, 2]],
  [[500, 500], 20, [10, 10]],
  [[0, 500, 0], 20, [0, 20, 0]],
  [[1, 1], 20, [1, 1]],
  [[9, 9, 9], 2, [1, 1, 1]],
])('groups of %j share %i lines: %j', (wanted, most, shares) => {
  expect(shareLines(wanted, most)).toEqual(shares)
})
