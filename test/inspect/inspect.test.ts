/** What a plan says of its data, and what that costs: small parts of files, and nothing that could stop a run. */
import { afterEach, describe, expect, test } from 'vitest'
import type { InspectedFile } from '../../lib/facts/inspection.ts'
import { mapSides, type Side } from '../../lib/model/sides.ts'
import { readSample, readVega, writeParquet } from '../facts/samples.ts'
import { servePair, startPair, type Pair } from '../hubs/pair.ts'
import { act, beginMirror, directions, expectStopped, heads, mirror, startMirrored } from '../run/mirror-setup.ts'
import { inspectionOf, linesOf } from './told.ts'

const rules = '*.parquet filter=lfs diff=lfs merge=lfs -text\n'

/** Random enough that its footer is a small part of it. */
function table(rows: number, columns: readonly string[] = ['id', 'value']): Buffer {
  const values = (column: string) =>
    Float64Array.from({ length: rows }, (_, row) => Math.sin(row * 7919 + column.length) * 1e6)
  return Buffer.from(
    writeParquet({ columnData: columns.map((name) => ({ name, data: Array.from(values(name)), type: 'DOUBLE' })) }),
  )
}

const sample = (name: string) => Buffer.from(readSample(name))

let open: Pair | null = null
afterEach(async () => {
  await open?.close()
  open = null
})

async function serveMirrored(files: Parameters<typeof beginMirror>[1]): Promise<Pair> {
  open = await servePair()
  return beginMirror(open, files)
}

describe.each(directions)('from $from to $to', ({ from, to }) => {
  test('a changed object is told by the ends of both versions, and nothing else of them is read', async () => {
    const [before, after] = [table(5_000), table(6_000, ['id', 'value', 'more'])]
    const pair = await serveMirrored({ '.gitattributes': rules, 'a.parquet': { lfs: before } })
    act(pair, from, { 'a.parquet': { lfs: after } })
    const downloads = (side: Side) => pair.storages[side].hub.requests.filter(({ method }) => method === 'GET')
    const seen = mapSides((side) => downloads(side).length)
    const ran = await pair.run('--dry-run', '--json')
    expect([ran.exitCode, linesOf(ran, 'a.parquet')]).toEqual([
      0,
      ['rows 5,000 -> 6,000 (+1,000)', 'columns added: more float64'],
    ])
    for (const [side, { byteLength }] of [
      [from, after],
      [to, before],
    ] as const) {
      const parts = downloads(side).slice(seen[side])
      const range = `bytes=${byteLength - 8_192}-${byteLength - 1}`
      expect(parts.map(({ headers, authorized }) => [headers.get('range'), authorized])).toEqual([[range, false]])
    }
    const text = await pair.run()
    expect(text.out).toContain('rows 5,000 -> 6,000 (+1,000)')
  })

  test('a changed table of text is told by rows and columns, and its bytes come once', async () => {
    const pair = await startMirrored({ 'a.csv': 'id,name\n1,ann\n2,bob\n', 'README.md': '# T\n' })
    act(pair, from, { 'a.csv': 'id,name\n1,ann\n2,bob\n3,eve\n' })
    const plain = await pair.run('--dry-run', '--json', '--no-inspect')
    const ran = await pair.run('--dry-run', '--json')
    expect(linesOf(ran, 'a.csv')).toEqual([
      'rows 2 -> 3 (+1)',
      'the new rows stand behind the old ones, which are as before',
    ])
    expect([inspectionOf(plain), ran.requests - plain.requests <= 4]).toEqual([null, true])
    expect(JSON.parse(ran.out).digest).toBe(JSON.parse(plain.out).digest)
    await mirror(pair)
  })

  test('a card is told key by key', async () => {
    const card = (matter: string) => `---\n${matter}\n---\n# Corpus\n`
    const pair = await startMirrored({ 'README.md': card('license: mit\ntags: [a]') })
    act(pair, from, { 'README.md': card('license: apache-2.0\ntags: [a, b]') })
    const ran = await pair.run('--dry-run')
    expect(ran.out).toMatch(/README\.md.*\n +license: mit -> apache-2\.0\n +tags: \+ b\n/)
    await mirror(pair)
  })
})

test('nothing is as before where less was known before', async () => {
  const pair = await startMirrored({ 'a.csv': '' })
  act(pair, 'github', { 'a.csv': 'a\n' })
  const { out } = await pair.run('--dry-run')
  expect(out).toContain('\n           0 lines -> 0 rows, 1 column\n')
})

test('a table whose values changed alone is told by what is as before', async () => {
  const pair = await startMirrored({ 'a.csv': 'id,name\n1,ann\n2,bob\n', 'b.csv': 'id\n1\n2\n' })
  act(pair, 'github', { 'a.csv': 'id,name\n1,ann\n2,eve\n', 'b.csv': 'id\n2\n1\n' })
  const ran = await pair.run('--dry-run', '--json')
  expect(linesOf(ran, 'a.csv')).toEqual(['2 rows, 2 columns, as before'])
  expect(linesOf(ran, 'b.csv')).toEqual(['2 rows, 1 column, as before', 'the same rows in another order'])
})

test('a card whose front matter the Hub will not see is told before anything is written', async () => {
  const pair = await startMirrored({ 'README.md': '# Corpus\n' })
  const others = Object.fromEntries(Array.from({ length: 30 }, (_, nth) => [`${nth}.csv`, `id,name\n${nth},x\n`]))
  act(pair, 'github', { ...others, 'README.md': '--- \nlicense: mit\n---\n# Corpus\n' })
  const ran = await pair.run('--dry-run')
  expect(ran.out).toContain('it seems to begin with front matter, and will have none: blanks follow the dashes')
})

test('two versions of a file in conflict are told by what is in them', async () => {
  const pair = await startMirrored({ 'a.csv': 'id,name\n1,ann\n', 'b.parquet': sample('pyarrow.parquet') })
  act(pair, 'github', { 'a.csv': 'id,name\n1,eve\n2,bob\n', 'b.parquet': sample('duckdb.parquet') })
  act(pair, 'huggingface', { 'a.csv': 'id,label\n1,ann\n', 'b.parquet': table(4) })
  const out = await expectStopped(pair, 2)
  expect(out).toContain('    github: 2 rows, 2 columns\n')
  expect(out).toContain('    huggingface: 1 row, 2 columns\n')
  expect(out).toContain(
    '    from github to huggingface:\n      rows 2 -> 1 (-1)\n      columns removed: name\n      columns added: label\n',
  )
  expect(out).toContain('    github: 3 rows, 8 columns, 1 row group, snappy\n')
})

describe('storage that gives no parts', () => {
  test.each(['ignored', 'wrong'] as const)('%s: that is said, and the run goes on', async (ranges) => {
    const pair = await serveMirrored({ '.gitattributes': rules, 'a.parquet': { lfs: table(5_000) } })
    act(pair, 'huggingface', { 'a.parquet': { lfs: table(6_000) } })
    for (const storage of Object.values(pair.storages)) storage.ranges = ranges
    const dry = await pair.run('--dry-run', '--json')
    const notes = ['GitHub', 'Hugging Face'].map((name) => `No part of 1 data file was to be had from ${name}`)
    expect([dry.exitCode, inspectionOf(dry)]).toEqual([0, { files: [], notes, spared: 0 }])
    expect(JSON.parse(dry.out).bytes.downloaded).toBeLessThan(30_000)
    for (const storage of Object.values(pair.storages)) storage.ranges = 'honoured'
    await mirror(pair)
  })

  test('a side that fails is asked once, named in a note, and stops nothing', async () => {
    const pair = await serveMirrored({
      '.gitattributes': rules,
      'a.parquet': { lfs: table(5_000) },
      'b.parquet': { lfs: table(5_001) },
    })
    act(pair, 'huggingface', { 'a.parquet': { lfs: table(6_000) }, 'b.parquet': { lfs: table(6_001) } })
    const { hub } = pair.storages.github
    hub.faults.push({ on: ({ method }) => method === 'GET', times: 9, when: 'before', act: { status: 503 } })
    const seen = hub.requests.length
    const ran = await pair.run('--dry-run', '--json')
    expect([ran.exitCode, inspectionOf(ran)!.notes]).toEqual([
      0,
      [expect.stringMatching(/^Data files of GitHub were not all looked into: .* answered 503; run again\. The plan/)],
    ])
    expect(hub.requests.length - seen).toBeLessThanOrEqual(2)
    // Of the other side all is known.
    expect(linesOf(ran, 'a.parquet')).toEqual([
      '6,000 rows, 2 columns, 2 row groups, snappy',
      'columns: id float64, value float64',
    ])
  })
})

test('a footer that is longer than the first part is read in a second one', async () => {
  const pair = await startMirrored({ 'README.md': '# T\n' })
  const names = Array.from({ length: 200 }, (_, nth) => `column ${nth}`)
  act(pair, 'huggingface', { 'a.parquet': { lfs: table(20, names) } })
  const ran = await pair.run('--dry-run', '--json')
  expect(linesOf(ran, 'a.parquet')![0]).toBe('20 rows, 200 columns, 1 row group, snappy')
  expect(pair.storages.huggingface.hub.requests.map(({ status }) => status)).toEqual([206, 206])
})

describe('plain files that are too large to be read as a whole', () => {
  const parquet = table(5_000)
  const csv = Buffer.from(`id,name\n${'1,ann\n'.repeat(200_000)}`)

  test.each([true, false])('are read by a part on Hugging Face, by way of its cache: %s', async (redirectsFiles) => {
    const pair = await startMirrored({ 'README.md': '# T\n' }, { huggingface: { switches: { redirectsFiles } } })
    act(pair, 'huggingface', { 'a.csv': csv })
    const ran = await pair.run('--dry-run', '--json')
    expect(linesOf(ran, 'a.csv')).toEqual(['2 columns', 'columns: id, name'])
    const parts = pair.huggingface.requests.filter(({ headers }) => headers.get('range') === 'bytes=0-8191')
    expect(parts.map(({ status, authorized }) => [status, authorized])).toEqual([
      ...(redirectsFiles ? [[307, true]] : []),
      [206, true],
    ])
  })

  describe('on GitHub', () => {
    const start = async (isPrivate: boolean) => {
      const pair = await startMirrored(
        { 'a.parquet': parquet },
        {
          github: { private: isPrivate },
          huggingface: { private: isPrivate, switches: { binaryCheck: 'sample', passesAsPlain: /parquet$/ } },
        },
      )
      act(pair, 'huggingface', { 'a.parquet': table(6_000) })
      const ran = await pair.run('--dry-run', '--json')
      expect(ran.exitCode).toBe(0)
      const raw = pair.github.requests.filter(({ url }) => /\/raw\/|^https:\/\/raw\./.test(url))
      return { ran, raw: raw.map(({ url, status, authorized }) => [new URL(url).host, status, authorized]) }
    }

    test('are read by a part, from a host that never sees the token', async () => {
      const { ran, raw } = await start(false)
      expect(linesOf(ran, 'a.parquet')).toEqual(['rows 5,000 -> 6,000 (+1,000)'])
      expect(raw).toEqual([
        ['github.com', 302, false],
        ['raw.githubusercontent.com', 206, false],
      ])
    })

    test('are told by their new version alone in a private repository', async () => {
      const { ran, raw } = await start(true)
      expect(linesOf(ran, 'a.parquet')![0]).toBe('6,000 rows, 2 columns, 2 row groups, snappy')
      expect(raw.filter(([host]) => host !== 'github.com')).toEqual([])
    })
  })
})

test('of many files a bounded number of each kind is looked into, and the others are counted', async () => {
  const files = (count: number, row: string, folder = 'd', header = 'id,name') =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `${folder}/${index}.csv`,
        `${header}\n${index},${row.repeat(index + 1)}\n`,
      ]),
    )
  const gone = Object.keys(files(12, '', 'old')).map((path) => [path, null])
  const pair = await startMirrored({ ...files(30, 'ann'), ...files(12, 'x', 'old', 'quite,another') })
  const images = { 'img/a.png': Buffer.from(readVega('7zip.png')) }
  act(pair, 'huggingface', { ...files(30, 'bob'), ...files(30, 'ann', 'new'), ...images, ...Object.fromEntries(gone) })
  const ran = await pair.run('--dry-run', '--json', '--allow-delete')
  const { files: told, notes } = inspectionOf(ran)!
  const paths = (which: (file: InspectedFile) => boolean) => told.filter(which).map(({ path }) => path)
  const largest = (folder: string, count: number, from = 29) =>
    Array.from({ length: count }, (_, index) => `${folder}/${from - index}.csv`)
  expect(paths(({ before, after }) => before !== null && after !== null)).toEqual(largest('d', 20))
  expect(paths(({ after }) => after === null)).toEqual(largest('old', 10, 11))
  expect(paths(({ before }) => before === null)).toEqual(largest('new', 20))
  expect(notes).toEqual(
    [
      ['10 changed', 20],
      ['2 deleted', 10],
      ['11 new', 20],
    ].map(
      ([left, most]) =>
        `${left} data files not looked into: ${most} of them are, tables before images and large ones before small ones`,
    ),
  )
  expect(linesOf(ran, 'old/11.csv')).toEqual(['held 1 row, 2 columns', 'columns: quite, another'])
  const text = await pair.run('--dry-run', '--allow-delete')
  expect(text.out).toMatch(/deleted +old\/11\.csv.*\n +held 1 row, 2 columns\n +columns: quite, another\n/)
})

test('a folder of many new files shows some of what is in them', async () => {
  const pair = await startMirrored({ 'README.md': '# T\n' })
  const files = Array.from({ length: 120 }, (_, index) => [`new/${index}.csv`, `id\n${'1\n'.repeat(index)}`])
  act(pair, 'github', Object.fromEntries(files))
  const { out } = await pair.run('--dry-run')
  expect(out).toMatch(/new +new\/ +120 files.*\n +0\.csv: |new +new\/ +120 files.*\n +100\.csv: 100 rows, 1 column\n/)
  expect(out).toContain('and 17 more looked into\n')
})

test('nothing is said of what is private in a log that everybody can read', async () => {
  const env = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_PATH: '', GITHUB_REPOSITORY_VISIBILITY: 'public' }
  const pair = startPair({ env, huggingface: { private: true } })
  await beginMirror(pair, { 'a.csv': 'id,name\n1,ann\n' }, '--allow-public')
  act(pair, 'github', { 'a.csv': 'id,name\n1,ann\n2,bob\n' })
  const ran = await pair.run('--dry-run', '--json')
  expect(inspectionOf(ran)).toEqual({
    files: [],
    notes: ['Data files were not looked into: not everybody can read them, and everybody may be able to read this log'],
    spared: 0,
  })
})

test('a run with nothing to do makes two requests and looks into nothing', async () => {
  const pair = await startMirrored({ 'a.csv': 'id,name\n1,ann\n' })
  const before = heads(pair)
  const ran = await pair.run('--json')
  expect([ran.requests, inspectionOf(ran), heads(pair)]).toEqual([2, null, before])
})
