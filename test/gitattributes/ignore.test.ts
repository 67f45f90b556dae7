import { expect, test } from 'vitest'
import { IgnoreList, listIgnoreRules } from '../../lib/gitattributes/ignore.ts'

const takes = (text: string, path: string) => new IgnoreList(text).find(path)?.text ?? null

test.each([
  ['*.log', 'a/b.log', '*.log'],
  ['/a.log', 'a/a.log', null],
  ['data/', 'data/x', 'data/'],
  ['data/', 'data', null],
  ['data/*\n!data/keep', 'data/keep', null],
  ['data\n!data/keep', 'data/keep', 'data'],
  ['a/**/b', 'a/x/y/b', 'a/**/b'],
  ['# a', '# a', null],
  ['\\#a', '#a', '\\#a'],
  ['\\!a', '!a', '\\!a'],
  ['a  ', 'a', 'a'],
  ['a\\ ', 'a ', 'a\\ '],
  ['a\r\nb', 'a', 'a'],
  ['\uFEFFa', 'a', 'a'],
  ['A', 'a', null],
  ['é*', 'été/éa', 'é*'],
  ['/', 'a', null],
  ['!', 'a', null],
  ['[', '[', null],
])('%j and %s: %s', (text, path, rule) => {
  expect(takes(text, path)).toBe(rule)
})

test('a rule knows its line, comments and blank lines counted', () => {
  expect(new IgnoreList('# logs\n\n*.log\n').find('a.log')?.number).toBe(3)
})

test('lists are the same whatever their comments and blanks, and in any order where none is negative', () => {
  expect(listIgnoreRules('b\n# c\n\na  \nb\n')).toEqual(listIgnoreRules('a\nb'))
  expect(listIgnoreRules('a\n!b\na\n!b\n')).toEqual(listIgnoreRules('a\n!b\n'))
  expect(listIgnoreRules('a\n!b\n')).not.toEqual(listIgnoreRules('!b\na\n'))
})
