/** What is read of files of each format, and what is said of those that are none. */
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { readSample, readVega } from '../facts/samples.ts'
import { act, mirror, startMirrored } from '../run/mirror-setup.ts'
import { inspectionOf, linesOf } from './told.ts'

describe('a file that is not what its name says', () => {
  test.each([
    ['a.parquet', 'id,name\n', 'named .parquet, but it does not end as a Parquet file does'],
    ['a.jsonl', '{"a":1}\n{"a":', 'named .jsonl, but its line 2 is no JSON'],
    ['a.arrow', 'a text\n', 'named .arrow, but it is neither an Arrow file nor an Arrow stream'],
  ])('%s is told so, and mirrored', async (path, content, line) => {
    const pair = await startMirrored({ 'README.md': '# T\n' })
    act(pair, 'github', { [path]: content })
    const ran = await mirror(pair)
    expect(linesOf(ran, path)).toEqual([line])
  })
})

describe('rows of an Arrow file', () => {
  const flights = Buffer.from(readVega('flights-200k.arrow'))

  test('take the end of it and a few bytes before each batch', async () => {
    const pair = await startMirrored({ 'README.md': '# T\n' })
    act(pair, 'huggingface', { 'a.arrow': { lfs: flights } })
    const ran = await pair.run('--dry-run', '--json')
    expect(linesOf(ran, 'a.arrow')![0]).toBe('200,000 rows, 3 columns, 1 batch')
    const parts = pair.storages.huggingface.hub.requests.map(({ headers }) => headers.get('range'))
    expect(parts).toEqual([
      `bytes=${flights.length - 8_192}-${flights.length - 1}`,
      expect.stringMatching(/^bytes=\d+-/),
    ])
  })
})

describe('a text in gzip', () => {
  const rows = (count: number) => `id,name\n${Array.from({ length: count }, (_, row) => `${row},ann\n`).join('')}`

  test('is told as the text is, also where it was only compressed anew', async () => {
    const pair = await startMirrored({
      'a.csv.gz': gzipSync(rows(2)),
      'b.jsonl.gz': gzipSync('{"a":1}\n', { level: 1 }),
    })
    act(pair, 'github', { 'a.csv.gz': gzipSync(rows(3)), 'b.jsonl.gz': gzipSync('{"a":1}\n', { level: 9 }) })
    const ran = await mirror(pair)
    expect(linesOf(ran, 'a.csv.gz')).toEqual([
      'rows 2 -> 3 (+1)',
      'the new rows stand behind the old ones, which are as before',
    ])
    expect(linesOf(ran, 'b.jsonl.gz')).toEqual([
      '1 row, 1 column, gzip, as before',
      'only how it is compressed changed',
    ])
  })

  test('that unpacks to very much is told by its columns alone', async () => {
    const pair = await startMirrored({ 'README.md': '# T\n' })
    act(pair, 'github', { 'a.csv.gz': gzipSync(`id,name\n${'1,ann\n'.repeat(1_000_000)}`), 'b.tsv.gz': 'id\tname\n' })
    const ran = await mirror(pair)
    expect(linesOf(ran, 'a.csv.gz')).toEqual(['2 columns, gzip', 'columns: id, name'])
    expect(linesOf(ran, 'b.tsv.gz')).toEqual(['named .tsv.gz, but it cannot be unpacked'])
    expect(inspectionOf(ran)!.notes).toEqual([
      'Not all data files were looked into as far as they could be: some are large',
    ])
  })
})

test('an encrypted Parquet file is told as one', async () => {
  const pair = await startMirrored({ 'README.md': '# T\n' })
  act(pair, 'github', {
    'a.parquet': Buffer.concat([readSample('pyarrow.parquet').subarray(0, -4), Buffer.from('PARE')]),
  })
  const ran = await pair.run('--dry-run', '--json')
  expect(linesOf(ran, 'a.parquet')).toEqual(['not looked into: its footer is encrypted'])
})
