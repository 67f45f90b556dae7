/** Footers of files by Polars, pyarrow, DuckDB and hyparquet-writer, and of files that only look like one. */
import { describe, expect, test } from 'vitest'
import { formatFacts } from '../../lib/facts/facts.ts'
import { footerByteLength, parseParquet } from '../../lib/facts/parquet.ts'
import fc, { runs } from '../random.ts'
import { factsOf, readSample, readSchema, readVega, writeParquet, sampleTypes } from './samples.ts'

test('three million flights are told from the last 8 KiB of their file', () => {
  const tail = readVega('flights-3m.parquet').subarray(-8_192)
  expect(footerByteLength(tail)).toBe(5_233 + 8)
  const facts = factsOf(parseParquet(tail))
  expect(formatFacts(facts)).toBe('3,000,000 rows, 5 columns, 11 row groups, zstd')
  expect(facts.columns).toEqual([
    { name: 'date', type: 'timestamp[us, local]' },
    { name: 'delay', type: 'int64' },
    { name: 'distance', type: 'int64' },
    { name: 'origin', type: 'string' },
    { name: 'destination', type: 'string' },
  ])
})

test.each(['pyarrow.parquet', 'duckdb.parquet'])('%s has the columns that it was made of', (name) => {
  const facts = factsOf(parseParquet(readSample(name)))
  expect(facts).toMatchObject({ rows: 3, parts: 1, compression: ['snappy'] })
  expect(facts.columns!.map(({ type }) => type)).toEqual(sampleTypes)
})

test('a file without rows has no row group, and its columns are those of the schema', () => {
  const bytes = writeParquet({ columnData: [{ name: 'a', data: [], type: 'INT32' }] })
  expect(factsOf(parseParquet(bytes))).toMatchObject({
    rows: 0,
    parts: 0,
    compression: [],
    columns: [{ name: 'a', type: 'int32' }],
  })
})

test.each(['INT_32', 'UTF8', 'TIMESTAMP_MICROS'] as const)(
  'a column that may be empty, spelled %s as old writers do, has the type of one that may not',
  (converted_type) => {
    const type = { INT_32: 'INT32', UTF8: 'BYTE_ARRAY', TIMESTAMP_MICROS: 'INT64' } as const
    const [column] = readSchema([
      { name: 'a', type: type[converted_type], converted_type, repetition_type: 'OPTIONAL' },
    ]).columns!
    expect(column!.type).toBe({ INT_32: 'int32', UTF8: 'string', TIMESTAMP_MICROS: 'timestamp[us]' }[converted_type])
  },
)

describe('nested columns', () => {
  const leaf = (name: string) => ({ name, type: 'INT32', repetition_type: 'OPTIONAL' }) as const
  const group = (name: string, num_children: number, more = {}) => ({ name, num_children, ...more })
  const list = { converted_type: 'LIST' }
  const repeated = { repetition_type: 'REPEATED' }
  test.each([
    ['a list of three levels', 'list<int32>', [group('a', 1, list), group('list', 1, repeated), leaf('element')]],
    ['a list of two levels', 'list<int32>', [group('a', 1, list), { ...leaf('array'), ...repeated }]],
    ['a repeated column outside of a list', 'list<int32>', [{ ...leaf('a'), ...repeated }]],
    [
      'a list of structs in two levels',
      'list<struct<x: int32, y: int32>>',
      [group('a', 1, list), group('b', 2, repeated), leaf('x'), leaf('y')],
    ],
    [
      'a list whose item is called array',
      'list<struct<x: int32>>',
      [group('a', 1, list), group('array', 1, repeated), leaf('x')],
    ],
    [
      'a map',
      'map<int32, int32>',
      [group('a', 1, { converted_type: 'MAP' }), group('key_value', 2, repeated), leaf('key'), leaf('value')],
    ],
    ['a group', 'struct<x: int32>', [group('a', 1), leaf('x')]],
  ])('%s is %s', (_, type, elements) => {
    expect(readSchema(elements as Parameters<typeof readSchema>[0], 1).columns).toMatchObject([{ name: 'a', type }])
  })
})

describe('what is none', () => {
  const whole = readSample('pyarrow.parquet')
  const unreadable = { misnamed: 'its footer cannot be read as that of a Parquet file' }

  test('a text is told so', () => {
    expect(parseParquet(Buffer.from('id,name\n1,ann\n'))).toEqual({
      misnamed: 'it does not end as a Parquet file does',
    })
    expect(parseParquet(new Uint8Array())).toEqual({ misnamed: 'it does not end as a Parquet file does' })
  })

  test('an encrypted footer is told as one', () => {
    expect(parseParquet(Buffer.concat([whole.subarray(0, -4), Buffer.from('PARE')]))).toEqual({
      sealed: 'its footer is encrypted',
    })
  })

  test('a footer that is longer than the file, cut, or damaged anywhere, ends at once', () => {
    expect(parseParquet(Buffer.from('\u00ff\u00ff\u00ff\u007fPAR1', 'latin1'))).toEqual(unreadable)
    const footer = whole.subarray(-footerByteLength(whole)!)
    fc.assert(
      fc.property(fc.nat(footer.length - 9), fc.nat(255), (at, byte) => {
        const damaged = Uint8Array.from(footer)
        damaged[at] = byte
        const found = parseParquet(damaged)
        expect(found !== null && ('misnamed' in found || 'format' in found)).toBe(true)
      }),
      { numRuns: runs(300) },
    )
  })

  test('a schema that is nested a hundred times is none', () => {
    const groups = Array.from({ length: 100 }, (_, depth) => ({ name: `g${depth}`, num_children: 1 }))
    expect(() => readSchema([...groups, { name: 'a', type: 'INT32' }], 1)).toThrow(unreadable.misnamed)
  })

  test('a number that never ends is no number', () => {
    const footer = Buffer.alloc(200_000, 0xff)
    footer[0] = 0x16
    footer.writeUInt32LE(footer.length - 8, footer.length - 8)
    footer.write('PAR1', footer.length - 4, 'latin1')
    expect(parseParquet(footer)).toEqual(unreadable)
  })
})
