/** What is said of two versions of a data file, and what is not. */
import { describe, expect, test } from 'vitest'
import { compareFacts, listFacts } from '../../lib/facts/compare.ts'
import { createFacts, type Column, type Facts } from '../../lib/facts/facts.ts'
import { parseParquet } from '../../lib/facts/parquet.ts'
import { factsOf, readSample, readVega, writeParquet } from './samples.ts'

const parquet = (bytes: Uint8Array) => factsOf(parseParquet(bytes))
const table = (columns: readonly Column[], more: Partial<Facts> = {}) =>
  createFacts({ format: 'Parquet', rows: 3, columns, ...more })
const column = (name: string, type: string, field?: number): Column => ({ name, type, field })

test('a new file is told by its rows, columns, row groups and compression', () => {
  expect(listFacts(parquet(readVega('flights-3m.parquet')))).toEqual([
    '3,000,000 rows, 5 columns, 11 row groups, zstd',
    'columns: date timestamp[us, local], delay int64, distance int64, origin string, destination string',
  ])
})

test('rows, columns, row groups and compression that changed are told with both values', () => {
  const before = writeParquet({
    columnData: [
      { name: 'id', data: [1, 2, 3], type: 'INT32' },
      { name: 'old', data: ['a', 'b', 'c'], type: 'STRING' },
    ],
    rowGroupSize: 1,
  })
  const after = writeParquet({
    columnData: [
      { name: 'id', data: [1n, 2n, 3n, 4n], type: 'INT64' },
      { name: 'new', data: [1.5, 2, 3, 4], type: 'DOUBLE' },
    ],
    codec: 'UNCOMPRESSED',
  })
  expect(compareFacts(parquet(before), parquet(after))).toEqual([
    'rows 3 -> 4 (+1)',
    'columns removed: old string',
    'columns added: new float64',
    'columns retyped: id int32 -> int64',
    'row groups 3 -> 1 (-2)',
    'compression: snappy -> no compression',
  ])
})

test('the same table saved by another program has no column that changed, and loses what only one of them keeps', () => {
  const [pyarrow, duckdb] = [parquet(readSample('pyarrow.parquet')), parquet(readSample('duckdb.parquet'))]
  expect(compareFacts(pyarrow, duckdb)).toEqual([
    '3 rows, as before',
    'metadata removed: huggingface, ARROW:schema',
    'written by parquet-cpp-arrow version 25.0.1 -> DuckDB version v1.5.6 (build 069cc9f9b5)',
  ])
  const columnData = [
    { name: 'id', data: [1, 2, 3], type: 'INT32' as const },
    { name: 'name', data: ['ann', 'bob', 'eve'], type: 'STRING' as const },
  ]
  const written = parquet(writeParquet({ columnData }))
  const two = { ...duckdb, columns: duckdb.columns!.slice(0, 2) }
  expect(compareFacts(two, written)).toEqual([
    '3 rows, as before',
    'written by DuckDB version v1.5.6 (build 069cc9f9b5) -> hyparquet',
  ])
})

describe('retyped columns', () => {
  test.each([
    ['int64', 'float64', ', which can lose digits'],
    ['int32', 'float64', ''],
    ['float64', 'int64', ', which can lose digits'],
    ['uint32', 'int32', ', which can lose digits'],
    ['decimal(9, 2)', 'float64', ''],
    ['decimal(18, 2)', 'float64', ', which can lose digits'],
    ['list<string>', 'string', ''],
    ['timestamp[us, local]', 'timestamp[us, UTC]', ''],
    ['timestamp[us, UTC]', 'timestamp[ms]', ''],
  ])('%s -> %s is one%s', (before, after, warning) => {
    expect(compareFacts(table([column('a', before)]), table([column('a', after)]))).toEqual([
      '3 rows, as before',
      `columns retyped: a ${before} -> ${after}${warning}`,
    ])
  })

  test('a timestamp of which one spelling leaves open whether it is in UTC is none', () => {
    const [before, after] = [table([column('a', 'timestamp[us, UTC]')]), table([column('a', 'timestamp[us]')])]
    expect(compareFacts(before, after)).toEqual([])
  })
})

describe('renamed columns', () => {
  test('are known by the numbers of a schema that counts otherwise than by places', () => {
    expect(
      compareFacts(
        table([column('a', 'int32', 7), column('b', 'int32', 3)]),
        table([column('c', 'int32', 7), column('b', 'int32', 3)]),
      ),
    ).toEqual(['3 rows, as before', 'columns renamed: a -> c'])
  })

  test.each([[[0, 1]], [[1, 2]], [[undefined, undefined]], [[5, 5]]])(
    'are one removed and one added where the numbers are %j',
    ([first, second]) => {
      const [before, after] = [
        table([column('a', 'int32', first), column('b', 'int32', second)]),
        table([column('c', 'int32', first), column('b', 'int32', second)]),
      ]
      expect(compareFacts(before, after)).toEqual([
        '3 rows, as before',
        'columns removed: a int32',
        'columns added: c int32',
      ])
    },
  )
})

test('columns that only moved are said to be in another order', () => {
  const [a, b, c] = [column('a', 'int32'), column('b', 'int32'), column('c', 'int32')]
  expect(compareFacts(table([a, b]), table([b, a]))).toEqual(['3 rows, as before', 'columns in another order'])
  expect(compareFacts(table([a, b, c]), table([a, c]))).toEqual(['3 rows, as before', 'columns removed: b int32'])
  expect(compareFacts(table([a, a]), table([a]))).toEqual(['3 rows, as before', 'columns removed: a int32'])
})

describe('metadata', () => {
  const features = (label: object) => JSON.stringify({ info: { features: { label } } })
  const withFeatures = (text: string) =>
    table([column('label', 'int64')], { metadata: new Map([['huggingface', text]]) })

  test('that made classes of a number is missed when it goes, and told when it changes', () => {
    const before = withFeatures(features({ names: ['neg', 'pos'], _type: 'ClassLabel' }))
    const after = withFeatures(features({ dtype: 'int64', _type: 'Value' }))
    expect(compareFacts(before, after)).toEqual([
      '3 rows, as before',
      'feature of label: ClassLabel (neg, pos) -> Value int64',
    ])
    expect(compareFacts(before, table([column('label', 'int64')], { metadata: new Map() }))).toEqual([
      '3 rows, as before',
      'metadata removed: huggingface',
    ])
    expect(compareFacts(before, withFeatures('no JSON'))).toEqual([
      '3 rows, as before',
      'metadata changed: huggingface',
    ])
  })

  test('that only copies the schema is told where the columns are as before', () => {
    const [a, b] = [new Map([['pandas', '1']]), new Map([['pandas', '2']])]
    const columns = [column('a', 'int32')]
    expect(compareFacts(table(columns, { metadata: a }), table(columns, { metadata: b }))).toEqual([
      '3 rows, as before',
      'metadata changed: pandas',
    ])
    expect(compareFacts(table(columns, { metadata: a }), table([], { metadata: b }))).toEqual([
      '3 rows, as before',
      'columns removed: a int32',
    ])
  })
})

test('names of columns cannot move a cursor or fill the screen', () => {
  const columns = [column('\u001b[31mred', 'int32'), column('x'.repeat(500), 'int32')]
  const [, line] = listFacts(table(columns))
  expect(line).toBe(`columns: \\u{1b}[31mred int32, ${'x'.repeat(59)}… int32`)
})
