/** Rows and columns of JSON: tables, single objects, and what goes by that name without being any. */
import { describe, expect, test } from 'vitest'
import { compareFacts, listFacts } from '../../lib/facts/compare.ts'
import { formatFacts } from '../../lib/facts/facts.ts'
import { parseJson } from '../../lib/facts/json.ts'
import { factsOf, readVega } from './samples.ts'

const json = (text: string) => parseJson(Buffer.from(text))

describe('files of vega-datasets', () => {
  test.each([
    ['cars.json', '406 rows, 9 columns'],
    ['movies.json', '3,201 rows, 16 columns'],
    ['miserables.json', '2 keys'],
    ['us-10m.json', '4 keys'],
  ])('%s: %s', (name, line) => {
    expect(formatFacts(factsOf(parseJson(readVega(name))))).toBe(line)
  })
})

test('a list of objects is a table, whose columns have the types of their values', () => {
  expect(listFacts(factsOf(json('\ufeff[{"a": 1, "b": null}, {"a": "x", "b": [1]}]')))).toEqual([
    '2 rows, 2 columns',
    'columns: a number or string, b list',
  ])
  expect(formatFacts(factsOf(json('[]')))).toBe('0 rows, 0 columns')
})

test('keys of a single object are told by their name', () => {
  const [before, after] = [json('{"a": 1, "b": {}}'), json('{"a": "1", "c": {}}')].map(factsOf)
  expect(compareFacts(before!, after!)).toEqual([
    'keys removed: b object',
    'keys added: c object',
    'keys retyped: a number -> string',
  ])
})

test('JSON Lines of this name are told as rows', () => {
  expect(factsOf(json('{"a": 1}\n{"a": 2}\n'))).toMatchObject({ format: 'JSON Lines', rows: 2 })
})

test.each([
  ['[1, 2]', null],
  ['[{"a": 1}, 2]', null],
  ['"text"', null],
  ['{\n  // a comment\n  "a": 1\n}', null],
  ['\ufffe', { misnamed: 'it is neither JSON nor JSON Lines' }],
  ['<html>', { misnamed: 'it is neither JSON nor JSON Lines' }],
  ['{"a": NaN}', { misnamed: 'it is neither JSON nor JSON Lines' }],
  ['', { misnamed: 'it is neither JSON nor JSON Lines' }],
  ['{"a": "\0"}', { misnamed: 'it holds bytes that are in no text' }],
])('of %j is told: %j', (text, found) => {
  expect(json(text)).toEqual(found)
})
