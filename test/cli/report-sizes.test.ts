/** What a report says of much: bytes to move, very many changes, numbers for people. */
import { describe, expect, test } from 'vitest'
import { formatJson } from '../../lib/cli/report-json.ts'
import { formatAge, formatBytes, formatCost, formatRun } from '../../lib/cli/report.ts'
import { formatSummary } from '../../lib/cli/summary.ts'
import type { Entry, LfsObject } from '../../lib/model/entry.ts'
import { otherSide, type Side, type Sides } from '../../lib/model/sides.ts'
import type { PlannedEdit } from '../../lib/plan/edits.ts'
import type { PlannedCommit } from '../../lib/plan/plan.ts'
import { services } from '../plan/brakes-setup.ts'
import { bySide, conflict, cost, edit, example, makePlan, makeRun, nowMs, object, argv } from './plans.ts'
import { print } from './printed.ts'

describe('the bytes to move', () => {
  const entry = (oid: string, byteLength: number, lfs = false): Entry => ({
    mode: '100644',
    oid,
    byteLength,
    lfs: lfs ? object(oid, byteLength) : null,
  })
  const store = (path: string, as: PlannedEdit['store'], from: Side, is: Entry | null): PlannedEdit => ({
    ...edit(path, { to: otherSide[from] }),
    store: as,
    content: is && { from, commit: 'c'.repeat(40), path, entry: is },
  })
  const commit = (...edits: PlannedEdit[]): PlannedCommit => ({
    parents: [],
    title: 'Change',
    body: '',
    author: null,
    date: '2026-11-25T00:00:00Z',
    names: null,
    edits,
  })
  const total = (
    github: PlannedCommit[],
    huggingface: PlannedCommit[] = [],
    objects: Partial<Sides<LfsObject[]>> = {},
  ) =>
    / ([\d.]+ \w+) to move/.exec(
      print(
        makePlan({
          edits: bySide([edit('a')]),
          commits: { github, huggingface },
          objects: { github: objects.github ?? [], huggingface: objects.huggingface ?? [] },
        }),
      ).join('\n'),
    )![1]
  const parquet = entry('a', 5_000_000, true)

  test('count an object once, also where several commits hold it', () => {
    const commits = [
      commit(store('old.parquet', 'lfs', 'huggingface', parquet)),
      commit(store('a.txt', 'plain', 'huggingface', entry('b', 1_200))),
    ]
    expect(total(commits, [], { github: [object('a', 5_000_000)] })).toBe('5.0 MB')
    expect(
      total([...commits, commit(store('new.parquet', 'lfs without a rule', 'huggingface', parquet))], [], {
        github: [object('a', 5_000_000)],
      }),
    ).toBe('5.0 MB')
  })

  test('leave out an object that is there already', () => {
    expect(
      total([
        commit(
          store('a.parquet', 'lfs', 'huggingface', parquet),
          store('a.txt', 'plain', 'huggingface', entry('b', 1_200)),
        ),
      ]),
    ).toBe('1.2 kB')
  })

  test('count a plain file once for each side that gets it, in the commit that brings it and in a merge', () => {
    const text = store('a.txt', 'plain', 'huggingface', entry('b', 1_200))
    expect(total([commit(text), commit(text)])).toBe('1.2 kB')
    expect(total([commit(store('a.parquet', 'plain', 'huggingface', parquet))])).toBe('5.0 MB')
    expect(
      total(
        [],
        [commit(store('big.csv', 'lfs', 'github', entry('d', 20_000_000)), store('gone', null, 'github', null))],
      ),
    ).toBe('20.0 MB')
    expect(total([commit(text)], [commit(store('b.txt', 'plain', 'github', entry('e', 800)))])).toBe('2.0 kB')
  })
})

describe('a plan of half a million changes, or of thirty thousand conflicts, is printed all the same', () => {
  const edits = Array.from({ length: 500_000 }, (_, index) =>
    edit(`data/${index}.csv`, index >= 499_700 ? { action: 'delete' } : {}),
  )
  const large = makeRun(
    makePlan({
      edits: bySide(edits),
      skipped: edits
        .slice(0, 300_000)
        .map(({ path }) => ({ side: 'github' as const, path, why: 'a symlink stays on GitHub' })),
      commits: {
        github: [
          { parents: [], title: 'All', body: '', author: null, date: '2026-11-25T00:00:00Z', names: null, edits },
        ],
        huggingface: [],
      },
    }),
  )
  const conflicts = Array.from({ length: 30_000 }, (_, index) =>
    conflict(`${index}`, {
      hunks: Array.from({ length: 5 }, () => ({
        line: 1,
        base: [],
        github: Array.from({ length: 20 }, () => 'x\n'),
        huggingface: ['y\n'],
      })),
    }),
  )
  const disputed = makeRun(makePlan({ conflicts }))

  test('as text, deletions first', () => {
    const lines = formatRun(large, cost, nowMs, argv).split('\n')
    expect(lines.length).toBeLessThan(300)
    expect(lines.filter((line) => line.startsWith('<- -'))).toHaveLength(200)
    expect(lines).toContain('and 499,800 more changes, 100 of them deletions (all of them with --json)')
    expect(formatRun({ ...large, status: 'mirrored' }, cost, nowMs, argv)).toContain('Mirrored 500,000 changes')
    const many = formatRun(disputed, cost, nowMs, argv).split('\n')
    expect(many.length).toBeLessThan(10_000)
    expect(many).toContain('and 29,900 more conflicts (all of them with --json)')
  })

  test('as JSON, and as a summary of at most a megabyte', () => {
    expect((JSON.parse(formatJson(large, cost)) as { changes: unknown[] }).changes).toHaveLength(500_000)
    expect((JSON.parse(formatJson(disputed, cost)) as { conflicts: unknown[] }).conflicts).toHaveLength(30_000)
    for (const run of [large, disputed]) expect(Buffer.byteLength(formatSummary(run, cost))).toBeLessThan(1_000_000)
  })

  test('as JSON without its lists, where one text cannot hold them', () => {
    // As JSON says it of a text of half a gigabyte.
    const tooLong = {
      toJSON: () => {
        throw new RangeError('Invalid string length')
      },
    }
    expect(
      JSON.parse(formatJson(makeRun(makePlan({ edits: bySide([edit('a', { keeps: tooLong as never })]) })), cost)),
    ).toMatchObject({ status: 'in-sync', changes: [], cut: { changes: 1, conflicts: 0, skipped: 0 } })
  })
})

test('among more changes than are shown, no deletion is hidden behind the others', () => {
  const added = Array.from({ length: 260 }, (_, index) => edit(`a/${index}.txt`, { to: 'huggingface' }))
  const deleted = Array.from({ length: 14 }, (_, index) =>
    edit(`z/${index}.txt`, { to: 'huggingface', action: 'delete' }),
  )
  const lines = print(makePlan({ edits: bySide([...added, ...deleted]), commits: example.commits }))
  expect([
    lines.filter((line) => line.startsWith('-> -')).length,
    lines.filter((line) => line.startsWith('-> +')).length,
  ]).toEqual([14, 186])
  expect(lines).toContain('and 74 more changes (all of them with --json)')
})

describe('numbers for people', () => {
  test.each([
    [0, '0 B'],
    [1, '1 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [1_200, '1.2 kB'],
    [99_949, '99.9 kB'],
    [99_950, '100 kB'],
    [123_456, '123 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [13_500_000, '13.5 MB'],
    [2_000_000_000, '2.0 GB'],
    [1e12, '1.0 TB'],
    [5e15, '5000 TB'],
  ])('%i bytes are %s', (byteLength, expected) => {
    expect(formatBytes(byteLength)).toBe(expected)
  })

  test.each([
    [0, 'just now'],
    [29_000, 'just now'],
    [30_000, '1 minute ago'],
    [59.4 * 60_000, '59 minutes ago'],
    [60 * 60_000, '1 hour ago'],
    [47 * 3_600_000, '47 hours ago'],
    [48 * 3_600_000, '2 days ago'],
    [400 * 86_400_000, '400 days ago'],
    [-5_000, 'just now'],
    [-86_400_000, 'just now'],
  ])('%i ms are %s', (ageMs, expected) => {
    expect(formatAge(nowMs - ageMs, nowMs)).toBe(expected)
  })

  test('the cost names both services', () => {
    expect(
      formatCost(
        { requests: { github: 1, huggingface: 0 }, bytes: { downloaded: 0, uploaded: 12 }, elapsedMs: 49 },
        services,
      ),
    ).toBe('1 request (1 GitHub, 0 Hugging Face), 0 B down, 12 B up, 0.0 s')
  })
})
