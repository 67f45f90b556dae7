/** Rows and columns of texts, and lines where rows are in doubt. */
import { describe, expect, test } from 'vitest'
import { listFacts } from '../../lib/facts/compare.ts'
import { parseJsonLines } from '../../lib/facts/json.ts'
import { compareRows } from '../../lib/facts/same-rows.ts'
import { parseDelimited } from '../../lib/facts/table.ts'
import { factsOf, readVega } from './samples.ts'

const csv = (text: string) => parseDelimited(Buffer.from(text), 'csv', true)
const jsonl = (text: string) => parseJsonLines(Buffer.from(text))

test.each([
  ['airports.csv', 3_376, 7],
  ['birdstrikes.csv', 10_000, 14],
  ['disasters.csv', 803, 3],
  ['la-riots.csv', 63, 11],
  ['us-employment.csv', 120, 24],
  ['zipcodes.csv', 42_049, 6],
  ['unemployment.tsv', 3_218, 2],
])("%s has as many rows as Python's csv reads of it", (name, rows, columns) => {
  const facts = factsOf(parseDelimited(readVega(name), name.endsWith('.tsv') ? 'tsv' : 'csv', true))
  expect([facts.rows, facts.columns?.length]).toEqual([rows, columns])
})

describe('rows of CSV', () => {
  test.each([
    ['a,b\r\n1,2\n3,4\r\n', 2],
    ['a,b\n"x\ny",2\n', 1],
    ['a,b\n"x ""y"", z",2', 1],
    ['\ufeffa,b\n1,2\n', 1],
    ['a;b\n1,5;2\n', 1],
    [',a\n0,1\n', 1],
    ['a,b\n\n1,2\n', 1],
    ['a,b\n', 0],
  ])('%j: %d', (text, rows) => {
    expect(csv(text)).toMatchObject({ rows, lines: null })
  })

  test.each([
    ['fields of unequal number', 'a,b\n1,2,3\n', 2],
    ['a quote that never ends', 'a,b\n"1,2\n3,4\n', 3],
    ['letters behind a quote', 'a,b\n"1"x,2\n', 2],
    ['a lone carriage return', 'a,b\n1\r2,3\n', 2],
    ['an empty line, which may be an empty value', 'a\n\n1\n', 3],
    ['no names', '1,2\n3,4\n', 2],
    ['the same name twice', 'a,a\n3,4', 2],
    ['nothing', '', 0],
  ])('with %s are lines', (_, text, lines) => {
    expect(csv(text)).toMatchObject({ rows: null, lines })
  })

  test('a text in UTF-16 is left alone, and what holds a NUL is none', () => {
    expect(parseDelimited(Buffer.from('\ufeffa,b\n', 'utf16le'), 'csv', true)).toBeNull()
    expect(csv('a\0b\n')).toEqual({ misnamed: 'it holds bytes that are in no text' })
  })

  test('the beginning of a file tells its columns alone, and only where the first line is whole', () => {
    expect(parseDelimited(Buffer.from('a,b\n1,'), 'csv', false)).toMatchObject({ rows: null, lines: null })
    expect(parseDelimited(Buffer.from('a,b\n1,'), 'csv', false)).toMatchObject({
      columns: [{ name: 'a' }, { name: 'b' }],
    })
    expect(parseDelimited(Buffer.from('a,b,c'), 'csv', false)).toBeNull()
  })
})

describe('JSON Lines', () => {
  test('are counted by line feeds alone', () => {
    expect(jsonl('{"t":"a\u2028b"}\n')).toMatchObject({ rows: 1, columns: [{ name: 't', type: 'string' }] })
    expect(jsonl('{"t":1}\r\n{"t":2}')).toMatchObject({ rows: 2 })
  })

  test('have the keys of all their objects, by the types of their values', () => {
    const facts = factsOf(jsonl('{"a":1,"b":null}\n{"a":"x","b":[1]}\n{"c":{}}\n{"c":null,"d":null}\n'))
    expect(listFacts(facts)).toEqual(['4 rows, 4 columns', 'columns: a number or string, b list, c object, d'])
  })

  test('with empty lines, or values that are no objects, are lines', () => {
    expect(jsonl('{"a":1}\n\n{"a":2}\n')).toMatchObject({ rows: null, lines: 3 })
    expect(jsonl('[1]\n')).toMatchObject({ rows: null, lines: 1 })
  })

  test('name the line that is no JSON', () => {
    expect(jsonl('{"a":1}\n{"a":}\n')).toEqual({ misnamed: 'its line 2 is no JSON' })
  })
})

describe('rows that are the same', () => {
  const table = (text: string) => ({ bytes: Buffer.from(text), facts: factsOf(csv(text)) })
  const compare = (before: string, after: string) => compareRows(table(before), table(after))

  test.each([
    ['a\n1\n2\n3\n', 'a\n3\n1\n2\n', 'the same rows in another order'],
    ['a\n1\n2\n', 'a\r\n1\r\n2\r\n', 'only line ends changed'],
    ['a\n1\n2\n', 'a\n1\n2\n3\n', 'the new rows stand behind the old ones, which are as before'],
    ['a\n1\n2\n', 'a\n1\n3\n', null],
    ['a,b\n"x\ny",1\nz,2\n', 'a,b\nz,2\n"x\ny",1\n', null],
  ])('%j, %j: %s', (before, after, only) => {
    expect(compare(before, after).only).toBe(only)
  })

  test('prove that columns were renamed', () => {
    expect(compare('a,b\n1,2\n', 'a,c\n1,2\n').renamed.get('b')).toBe('c')
    expect(compare('a,b\n1,2\n', 'a,c\n1,3\n').renamed.size).toBe(0)
    expect(compare('a,b\n1,2\n', 'a,c,d\n1,2,3\n').renamed.size).toBe(0)
  })
})
