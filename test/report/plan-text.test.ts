/** The plan as people see it: read these screens as somebody who sees them for the first time. */
import { describe, expect, test } from 'vitest'
import type { PlannedEdit } from '../../lib/plan/edits.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { colors } from '../../lib/report/paint.ts'
import type { Look } from '../../lib/report/places.ts'
import { formatPlan } from '../../lib/report/plan-text.ts'
import { widthOf } from '../../lib/report/width.ts'
import { bob, bySide, edit, example, makePlan, original } from '../cli/plans.ts'
import { look } from '../cli/printed.ts'

const alice = original('alice', 'Add November', '2026-11-25T11:30:00Z')
const carol = original('carol', 'Fix the licence', '2026-11-25T09:00:00Z')
const gone = { action: 'delete' } as const
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
const tell = (plan: Plan, how: Look) =>
  formatPlan({ plan, asked: 12, findTexts, inspection: null, diff: false }, how).join('\n')
const show = (edits: readonly PlannedEdit[], plan: Partial<Plan> = {}, width = 80) =>
  tell(makePlan({ edits: bySide(edits), ...plan }), { ...look, width })

/** Two lines come for one. */
const findTexts = ({ path }: PlannedEdit) =>
  ['LICENSE', 'README.md', 'build.py'].includes(path) ? { before: 'a\nb\n', after: 'a\nc\nd\n' } : null

const several: Partial<Plan> = {
  originals: { github: [bob], huggingface: [alice, carol] },
  commits: example.commits,
  commitCounts: { github: 3, huggingface: 1 },
}
const licence = edit('LICENSE', { action: 'modify' })
const parquet = edit('data/2026-11.parquet', { store: 'lfs', byteLength: 13_500_000 })
const renamed = (from: string, path: string) => [
  edit(path, { to: 'huggingface', renamedFrom: from }),
  edit(from, { to: 'huggingface', ...gone }),
]
const mixed = [
  parquet,
  licence,
  edit('README.md', { to: 'huggingface', action: 'modify', hunks: { github: 2, huggingface: 1 } }),
  ...many(260, (index) => edit(`data/raw/${index}.txt`, { to: 'huggingface', byteLength: 3_000 })),
  ...many(3, (index) => edit(`old/${index}.json`, { to: 'huggingface', ...gone })),
  ...many(3, (index) => renamed(`docs/en/${index}.md`, `documentation/en/${index}.md`)).flat(),
  ...renamed('setup.py', 'build.py'),
]

describe('a plan', () => {
  test('tells by side what is lost, renamed, merged, changed and new, from whom, since when, and what stays', () => {
    const skipped = [{ side: 'github' as const, path: 'latest', why: 'a symlink stays on GitHub' }]
    expect(show(mixed, { ...several, skipped, notes: ['GitHub is not asked'] })).toMatchInlineSnapshot(`
      "GitHub        acme/corpus@main 9b1e077
      Hugging Face  datasets/acme/corpus@main 3f2a9c1
      Last in sync 2 days ago, at 41c0de2 / 77aa0b1

      To Hugging Face in 1 commit: 3 deleted, 4 renamed, 1 merged, 260 new
        from "Move the documentation" by Bob on GitHub, 2 hours ago
        deleted  old/0.json                          1.2 kB
        deleted  old/1.json                          1.2 kB
        deleted  old/2.json                          1.2 kB
        renamed  setup.py -> build.py         +2 -1  1.2 kB
        renamed  docs/ -> documentation/    3 files  3.6 kB
        merged   README.md                    +2 -1  1.2 kB
                 2 hunks from Bob on GitHub, 1 hunk from Hugging Face
        new      data/raw/                260 files  780 kB

      To GitHub in 3 commits: 1 changed, 1 new
        from 2 commits by alice and carol on Hugging Face, the last one 30 minutes ago
        changed  LICENSE               +2 -1   1.2 kB
        new      data/2026-11.parquet         13.5 MB  LFS

      Not mirrored
        stays  latest  a symlink stays on GitHub

      note: GitHub is not asked
      Plan d16e57d16e57: 270 changes. 0 B to move. About 12 requests."
    `)
  })

  test('that copies one by one tells whose change each file is, where several people made them', () => {
    const commit = example.commits.github[0]!
    const copies = [
      { ...commit, copyOf: { oid: 'carol' }, edits: [licence] },
      { ...commit, copyOf: { oid: 'alice' }, edits: [parquet] },
    ]
    const lines = show([parquet, licence], { ...several, commits: { huggingface: [], github: copies } }).split('\n')
    expect(lines).toContain('  changed  LICENSE               +2 -1   1.2 kB       carol')
    expect(lines).toContain('  new      data/2026-11.parquet         13.5 MB  LFS  alice')
  })

  test('loses none of 14 deletions behind 260 others', () => {
    const lines = show([
      ...many(260, (index) => edit(`a-new/${index}.txt`, { to: 'huggingface', byteLength: 3 })),
      ...many(14, (index) => edit(`z/${index}.txt`, { to: 'huggingface', ...gone, byteLength: 3 })),
    ]).split('\n')
    expect(lines[4]).toBe('To Hugging Face in 1 commit: 14 deleted, 260 new')
    expect(lines.slice(5, 19)).toEqual(many(14, (index) => expect.stringContaining(`  deleted  z/${index}.txt`)))
    expect(lines[19]).toBe('  new      a-new/    260 files  780 B')
  })

  test('of nothing but the join of two equal sides says where they are', () => {
    expect(show([], { baseBy: 'content' }).split('\n')).toHaveLength(3)
  })
})

const hardEdits = [
  ...mixed,
  ...many(9, (index) => edit(`データ/${'長い名前'.repeat(20)}-0000${index}-of-00009.parquet`, { store: 'lfs' })),
  ...many(9, (index) =>
    edit(`e\u0301\u001b[2J/${'x'.repeat(200)}${index}${'y'.repeat(200)}`, { to: 'huggingface', ...gone }),
  ),
  ...many(400, (index) => edit(`${index}/${'deep/'.repeat(index % 7)}file`, { to: 'huggingface', ...gone })),
  ...many(90, (index) => renamed(`${'from'.repeat(30)}/${index}a`, `${'to'.repeat(30)}/${index}b`)).flat(),
  edit('kept.md', { action: 'modify', keeps: 'keeps the front matter of huggingface, which is long '.repeat(3) }),
]
const hard: Partial<Plan> = {
  ...several,
  originals: {
    github: [{ ...bob, message: 'A title '.repeat(30), author: { ...bob.author, name: 'B'.repeat(90) } }],
    huggingface: [alice, carol, original('日本'.repeat(20), 'x', '2026-11-25T09:00:00Z'), bob],
  },
  skipped: many(300, (index) => edit(`link/${'x'.repeat(100)}/${index}`)).map(({ path }) => ({
    side: 'github',
    path,
    why: 'the executable bit stays on GitHub',
  })),
}

test.each([80, 120])('no line is wider than %i columns, and no more than 200 are rows', (width) => {
  const lines = show(hardEdits, hard, width).split('\n')
  expect(lines.filter((line) => widthOf(line) > width)).toEqual([])
  expect(lines.filter((line) => /^ {2}(?:deleted|renamed|merged|changed|new|stays) /.test(line)).length).toBeLessThan(
    200,
  )
})

test('with colours it says the same, and nothing by colour alone', () => {
  const plain = show(hardEdits, hard)
  const colored = tell(makePlan({ edits: bySide(hardEdits), ...hard }), { ...look, paint: colors })
  expect(colored).toContain('\u001b[1m\u001b[31mdeleted')
  // oxlint-disable-next-line no-control-regex
  expect(colored.replace(/\u001b\[[0-9;]*m/g, '')).toBe(plain)
})
