import { describe, expect, test } from 'vitest'
import { formatErrorJson, formatJson } from '../../lib/cli/report-json.ts'
import { formatRun } from '../../lib/cli/report.ts'
import { exitCode, statusOf, type Status } from '../../lib/cli/status.ts'
import { formatOutputs, formatSummary } from '../../lib/cli/summary.ts'
import {
  DeniedError,
  IntegrityError,
  MovedError,
  RefusedError,
  RemoteError,
  UsageError,
} from '../../lib/model/errors.ts'
import { listEdits, planStatus, type Plan } from '../../lib/plan/plan.ts'
import { InterruptedError, startWritten } from '../../lib/run/written.ts'
import { services } from '../plan/brakes-setup.ts'
import { bySide, conflict, cost, edit, example, makePlan, makeRun, asked } from './plans.ts'
import { look } from './printed.ts'

/** Names that try to leave their place: terminal, log of GitHub Actions, Markdown, JSON. */
const hostile = [
  '\x1b[31mred',
  '\x9b2J',
  'a\n::error::pwned',
  '::error::pwned',
  '  ::set-output name=x::y',
  '##[error]pwned',
  '##[##[error]',
  '\u202egnp.exe',
  '\u200bzero',
  'a\u2028b',
  '\r\n::add-mask::x',
  '\u{e0041}tag',
  '`x` **bold**',
  '``` \n# heading',
  '[link](https://evil.test)',
  '<img src=x onerror=y>',
  '@everyone',
  '| cell |',
  '`'.repeat(90),
  '#1',
  'a|b',
  '</td>',
  '\\',
  '"quote"',
  '\u2066x',
]

const everywhere = (text: string): Plan =>
  makePlan({
    notes: [`a note on ${JSON.stringify(text)} and ${text}`],
    edits: bySide([
      edit(text, { keeps: `keeps ${text} of huggingface` }),
      edit(text, { to: 'huggingface', action: 'delete' }),
    ]),
    conflicts: [
      conflict(text, { detail: text, hunks: [{ line: 1, base: [text], github: [`${text}\n`], huggingface: [text] }] }),
    ],
    skipped: [{ side: 'github', path: text, why: 'a symlink stays on GitHub' }],
    branches: { github: text, huggingface: text },
    makeBranch: { side: 'github', at: '0'.repeat(40) },
  })
const refused = (text: string): Plan =>
  makePlan({
    refusals: [{ kind: 'host', message: `GitHub lacks ${JSON.stringify(text)} and ${text}`, allowedBy: null }],
  })

const isSafe = (line: string) => !/[\p{C}\p{Zl}\p{Zp}]|##\[|^\s*::/u.test(line)

/** So that no text is too long for its line. */
const wide = { ...look, width: 10_000 }

describe.each(hostile)('nothing leaves its place: %j', (text) => {
  test('in the report', () => {
    for (const make of [everywhere, refused]) {
      const [calm, lines] = ['calm', text].map((name) => formatRun(makeRun(make(name)), cost, wide, asked).split('\n'))
      expect(lines!.filter((line) => !isSafe(line))).toEqual([])
      expect(lines).toHaveLength(calm!.length)
    }
  })

  test('in the JSON, which says it all the same', () => {
    for (const plan of [everywhere(text), refused(text)]) {
      const json = formatJson(makeRun(plan), cost)
      expect(json.split('\n').filter((line) => !isSafe(line))).toEqual([])
      expect(JSON.parse(json)).toMatchObject({
        changes: listEdits(plan).map(({ path, to, store, hunks, keeps }) => ({ path, to, store, hunks, keeps })),
        conflicts: plan.conflicts,
        refusals: plan.refusals,
        branch: plan.branches,
      })
    }
    const json = formatErrorJson('failed', text, null, cost)
    expect(json.split('\n').filter((line) => !isSafe(line))).toEqual([])
    expect(JSON.parse(json)).toMatchObject({ error: text })
  })

  test('in the summary, where foreign text is code and nothing else', () => {
    for (const plan of [everywhere(text), refused(text)]) {
      const summary = formatSummary(makeRun(plan), cost)
      for (const line of summary.split('\n')) {
        expect(isSafe(line)).toBe(true)
        // What is left without the code spans and the addresses, in which a path is encoded, is ours alone.
        const ours = line
          .replace(/(`+)(?!`).+?(?<!`)\1(?!`)/g, '')
          .replace(/\[(?:GitHub|Hugging Face)\]\(<https:[^<>\s|`\\]*>\)/g, '')
        expect(ours).not.toMatch(/[<>@[\]*`]|pwned|evil|heading/)
        if (line.startsWith('| ')) expect(ours.match(/\|/g)).toHaveLength(5)
      }
    }
  })
})

describe('the summary', () => {
  test('of a run is a table, deletions first, and the new heads', () => {
    const written = { ...startWritten(), commits: { github: 'a'.repeat(40), huggingface: null } }
    expect(formatSummary(makeRun(example, { status: 'mirrored', written }), cost).split('\n')).toEqual([
      '### Mirrored: `acme/corpus` and `datasets/acme/corpus`',
      '',
      '| to | | path | size |',
      '| --- | --- | --- | ---: |',
      '| Hugging Face | deleted | `reports/old.json` |  |',
      '| GitHub | new | `data/2026-11.parquet` | 13.5 MB LFS |',
      '| Hugging Face | merged | `README.md` | 1.2 kB |',
      '',
      '- GitHub is at `aaaaaaa`',
      '',
      '9 requests (4 GitHub, 5 Hugging Face), 13.5 MB down, 13.6 MB up, 3.2 s',
      '',
    ])
  })

  test('tells a renamed file in one row', () => {
    const gone = edit('a.csv', { action: 'delete' })
    const plan = makePlan({ edits: bySide([gone, edit('b|c.csv', { renamedFrom: 'a.csv' })]) })
    const rows = formatSummary(makeRun(plan), cost)
      .split('\n')
      .filter((line) => line.startsWith('| GitHub'))
    expect(rows).toEqual(['| GitHub | renamed | `a.csv` to `b\\u{7c}c.csv` | 1.2 kB |'])
  })

  test('does not say that nothing was written when an earlier round wrote', () => {
    const run = makeRun(makePlan({ conflicts: [conflict('a')] }))
    expect(formatSummary(run, cost)).toContain('### Conflict: nothing was written: ')
    expect(formatSummary({ ...run, earlier: [{ side: 'github', commit: 'a'.repeat(40) }] }, cost)).toContain(
      '### Conflict: `acme',
    )
  })

  test('stays below the 1 MiB at which GitHub drops it, whatever the names', () => {
    const longest = Array.from({ length: 2_000 }, (_, index) => `${index}${'\u{10ffff}'.repeat(1_000)}`)
    const plan = makePlan({
      edits: bySide(longest.map((path) => edit(path))),
      conflicts: longest.map((path) => conflict(path, { detail: path })),
      refusals: longest.map((message) => ({ kind: 'host', message, allowedBy: null })),
    })
    const summary = formatSummary(makeRun(plan), cost)
    expect(Buffer.byteLength(summary)).toBeLessThan(1_048_576)
    expect(summary.match(/^and 1,?9\d\d more$/gm)).toHaveLength(3)
  })

  test('counts the changes that it does not list', () => {
    const summary = formatSummary(
      makeRun(makePlan({ edits: bySide(Array.from({ length: 700 }, (_, index) => edit(`f${index}`))) })),
      cost,
    )
    expect(summary.match(/^\| GitHub/gm)).toHaveLength(500)
    expect(summary).toContain('\nand 200 more\n')
  })
})

test('the outputs are words and numbers', () => {
  expect(formatOutputs('mirrored', cost)).toBe(
    'status=mirrored\nrequests=9\nbytes_downloaded=13501000\nbytes_uploaded=13600000\n',
  )
})

test('the JSON carries what the design names', () => {
  const json = JSON.parse(formatJson(makeRun(example), cost)) as Record<string, unknown>
  expect(Object.keys(json)).toEqual(
    expect.arrayContaining([
      'version',
      'status',
      'branch',
      'base',
      'heads',
      'changes',
      'conflicts',
      'refusals',
      'skipped',
      'commits',
      'requests',
      'bytes',
      'digest',
    ]),
  )
  expect(json).toMatchObject({
    version: 1,
    status: 'planned',
    digest: example.digest,
    requests: { github: 4, huggingface: 5 },
    bytes: { downloaded: 13_501_000, uploaded: 13_600_000 },
    changes: [
      { path: 'data/2026-11.parquet', to: 'github', action: 'add', store: 'lfs', byteLength: 13_500_000 },
      {},
      {},
    ],
  })
  expect(
    JSON.parse(
      formatErrorJson('denied', 'no', { ...startWritten(), commits: { github: 'a', huggingface: null } }, cost),
    ),
  ).toMatchObject({ version: 1, status: 'denied', written: { github: 'a', huggingface: null } })
})

describe('exit codes', () => {
  test.each<[Status, number]>([
    ['in-sync', 0],
    ['planned', 0],
    ['mirrored', 0],
    ['equal', 0],
    ['failed', 1],
    ['conflict', 2],
    ['refused', 3],
    ['denied', 4],
    ['different', 5],
    ['usage', 64],
    ['bug', 70],
  ])('%s is %i', (status, code) => {
    expect(exitCode(status, false)).toBe(code)
    expect(exitCode(status, true)).toBe(status === 'planned' ? 10 : code)
  })

  test.each<[Error, Status]>([
    [new UsageError('x'), 'usage'],
    [new DeniedError('x'), 'denied'],
    [new RefusedError('x'), 'refused'],
    [new RemoteError('x'), 'failed'],
    [new IntegrityError('x'), 'failed'],
    [new TypeError('x'), 'bug'],
    [new MovedError('x'), 'bug'],
  ])('%s ends as %s, also when something had been written before', (error, status) => {
    expect(statusOf(error)).toBe(status)
    // Code 3 says that nothing was written.
    expect(
      statusOf(
        new InterruptedError(error, { ...startWritten(), commits: { github: 'a', huggingface: null } }, services),
      ),
    ).toBe(status === 'refused' ? 'failed' : status)
  })

  test('a plan that is refused after an earlier round had written ends with 1, since 3 says that nothing was written', () => {
    expect([
      exitCode('refused', false, false),
      exitCode('refused', false, true),
      exitCode('conflict', false, true),
      exitCode('mirrored', false, true),
    ]).toEqual([3, 1, 2, 0])
  })

  test('what is thrown and is no error is a bug', () => {
    expect(statusOf('text')).toBe('bug')
    expect(statusOf(undefined)).toBe('bug')
  })

  test('a refusal outweighs a conflict, a conflict outweighs what would be written', () => {
    const refusals = [{ kind: 'emptied', message: '', allowedBy: null }] as const
    const conflicts = [conflict('a')]
    expect(planStatus(makePlan({ refusals, conflicts, commits: example.commits }))).toBe('refused')
    expect(planStatus(makePlan({ conflicts, commits: example.commits }))).toBe('conflict')
    expect(planStatus(example)).toBe('planned')
    expect(planStatus(makePlan({ makeBranch: { side: 'github', at: 'a' } }))).toBe('planned')
    expect(planStatus(makePlan())).toBe('in-sync')
  })
})
