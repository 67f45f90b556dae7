/** What a report says of much: bytes to move, very many changes, numbers for people. */
import { describe, expect, test } from 'vitest'
import { formatJson } from '../../lib/cli/report-json.ts'
import { formatRun } from '../../lib/cli/report-run.ts'
import { formatCost } from '../../lib/cli/report.ts'
import { formatSummary } from '../../lib/cli/summary.ts'
import type { Entry, LfsObject } from '../../lib/model/entry.ts'
import { otherSide, type Side, type Sides } from '../../lib/model/sides.ts'
import type { PlannedEdit } from '../../lib/plan/edits.ts'
import type { PlannedCommit } from '../../lib/plan/plan.ts'
import { services } from '../plan/brakes-setup.ts'
import { bySide, conflict, cost, edit, makePlan, makeRun, nowMs, object, asked, unlimited } from './plans.ts'
import { look, print } from './printed.ts'

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
    content: is && { side: from, commit: 'c'.repeat(40), path, entry: is },
  })
  const commit = (...edits: PlannedEdit[]): PlannedCommit => ({
    parents: [],
    title: 'Change',
    body: '',
    author: null,
    date: '2026-11-25T00:00:00Z',
    copyOf: null,
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

describe('a plan of two hundred thousand changes, or of thirty thousand conflicts, is printed all the same', () => {
  // More than the arguments that a call takes, about 120,000.
  const edits = Array.from({ length: 200_000 }, (_, index) =>
    edit(`data/${index}.csv`, index >= 199_700 ? { action: 'delete' } : {}),
  )
  const large = makeRun(
    makePlan({
      edits: bySide(edits),
      skipped: edits
        .slice(0, 150_000)
        .map(({ path }) => ({ side: 'github' as const, path, why: 'a symlink stays on GitHub' })),
      commits: {
        github: [
          { parents: [], title: 'All', body: '', author: null, date: '2026-11-25T00:00:00Z', copyOf: null, edits },
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
    const lines = formatRun(large, cost, look, asked).split('\n')
    expect(lines.slice(4, 8)).toEqual([
      'To GitHub in 1 commit: 300 deleted, 199,700 new',
      '  deleted  data/      300 files  360 kB',
      '           199700.csv, 199701.csv, 199702.csv and 297 more',
      '  new      data/  199,700 files  240 MB',
    ])
    expect(formatRun({ ...large, status: 'mirrored' }, cost, look, asked)).toContain('Mirrored 200,000 changes')
    const many = formatRun(disputed, cost, look, asked).split('\n')
    expect(many).toHaveLength(13)
    expect(many.slice(4, 9)).toEqual([
      '30,000 conflicts. Nothing was written.',
      '',
      '  ./  30,000 conflicts (content)',
      '    0, 1, 2 and 29,997 more',
      "    settle them with --take='*=github' or --take='*=huggingface'",
    ])
  })

  test('as JSON, and as a summary of at most a megabyte', () => {
    expect((JSON.parse(formatJson(large, cost)) as { changes: unknown[] }).changes).toHaveLength(200_000)
    expect((JSON.parse(formatJson(disputed, cost)) as { conflicts: unknown[] }).conflicts).toHaveLength(30_000)
    for (const run of [large, disputed])
      expect(Buffer.byteLength(formatSummary(run, cost, { argv: asked.argv, nowMs, workflowUrl: null }))).toBeLessThan(
        1_000_000,
      )
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

test('the cost names both services', () => {
  expect(
    formatCost(
      { requests: { github: 1, huggingface: 0 }, bytes: { downloaded: 0, uploaded: 12 }, elapsedMs: 49, ...unlimited },
      services,
    ),
  ).toBe('1 request (1 GitHub, 0 Hugging Face), 0 B down, 12 B up, 0.0 s')
})
