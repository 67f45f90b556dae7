import { describe, expect, test } from 'vitest'
import { formatErrorJson, formatJson } from '../../lib/cli/report-json.ts'
import { formatRun } from '../../lib/cli/report-run.ts'
import { formatSummary as formatWith } from '../../lib/cli/summary.ts'
import { mapSides } from '../../lib/model/sides.ts'
import { listEdits, type Plan } from '../../lib/plan/plan.ts'
import type { Run } from '../../lib/run/mirror.ts'
import { startWritten } from '../../lib/run/written.ts'
import { bob, bySide, conflict, cost, edit, example, makePlan, makeRun, nowMs, original, asked } from './plans.ts'
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

const formatSummary = (run: Run) => formatWith(run, cost, { argv: asked.argv, nowMs, workflowUrl: null })

/** A page of Markdown without its blocks of code, which end where CommonMark says; and what is in them. */
function splitCode(text: string): { readonly outside: string[]; readonly inside: string[] } {
  const [outside, inside]: [string[], string[]] = [[], []]
  let fence: string | null = null
  for (const line of text.split('\n')) {
    const marks: string | undefined = /^ {0,3}(`{3,})[^`]*$/.exec(line)?.[1]
    if (fence === null && marks !== undefined) fence = marks
    else if (fence === null) outside.push(line)
    else if (marks?.startsWith(fence) && line.trim() === marks) fence = null
    else inside.push(line)
  }
  expect(fence).toBeNull()
  return { outside, inside }
}

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
    originals: mapSides(() => [original(text, text, '2026-11-25T11:00:00Z')]),
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
      const summary = formatSummary(makeRun(plan))
      expect(summary.split('\n').filter((line) => !isSafe(line))).toEqual([])
      for (const line of splitCode(summary).outside) {
        // What is left without the code spans and the addresses, in which a path is encoded, is ours alone.
        const ours = line
          .replaceAll('<br>', '')
          .replace(/^\*\*To (?:GitHub|Hugging Face) in 1 commit:\*\*/, '')
          .replace(/(`+)(?!`).+?(?<!`)\1(?!`)/g, '')
          .replace(/\[(?:GitHub|Hugging Face)\]\(<https:[^<>\s|`\\]*>\)/g, '')
        expect(ours).not.toMatch(/[<>@[\]*`]|pwned|evil|heading/)
        if (line.startsWith('| ')) expect(ours.match(/\|/g)).toHaveLength(4)
      }
    }
  })
})

describe('the summary', () => {
  test('of a run is a table, deletions first, and the new heads', () => {
    const written = { ...startWritten(), commits: { github: 'a'.repeat(40), huggingface: null } }
    expect(formatSummary(makeRun(example, { status: 'mirrored', written })).split('\n')).toEqual([
      '### Mirrored: `acme/corpus` and `datasets/acme/corpus`',
      '',
      '```mermaid',
      'flowchart LR',
      '  start(["Last in sync 2 days ago<br/>41c0de2 / 77aa0b1"])',
      '  subgraph ofs0 ["GitHub"]',
      '    s0("copy, written<br/>Change")',
      '  end',
      '  finish(["In sync<br/>aaaaaaa / 3f2a9c1"])',
      '  start --> s0 --> finish',
      '  start --> finish',
      '  classDef planned stroke-dasharray: 4 3',
      '```',
      '',
      '**To Hugging Face in 1 commit:** 1 deleted, 1 merged',
      '',
      '|  | path | size |',
      '| --- | --- | ---: |',
      '| deleted | `reports/old.json` | 1.2 kB |',
      '| merged | `README.md`<br>`2 hunks from GitHub, 1 hunk from Hugging Face` | 1.2 kB |',
      '',
      '**To GitHub in 2 commits:** 1 new',
      '',
      '|  | path | size |',
      '| --- | --- | ---: |',
      '| new | `data/2026-11.parquet` | 13.5 MB LFS |',
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
    const rows = formatSummary(makeRun(plan))
      .split('\n')
      .filter((line) => line.startsWith('| renamed'))
    expect(rows).toEqual(['| renamed | `a.csv` to `b\\u{7c}c.csv` | 1.2 kB |'])
  })

  test('of a conflict has both versions, their lines, and what settles it', () => {
    const plan = makePlan({
      conflicts: [
        conflict('data/it is.csv', { hunks: [{ line: 3, base: ['a'], github: ['b\n', '```\n'], huggingface: [] }] }),
      ],
      originals: { github: [bob], huggingface: [original('Eve', 'Mine', '2026-11-25T11:00:00Z')] },
    })
    const lines = formatSummary(makeRun(plan)).split('\n')
    expect(lines.slice(lines.indexOf('```', 3) + 2, -3)).toEqual([
      '`data/it is.csv` content: `both sides changed the same lines`',
      '',
      '- [GitHub](<https://github.com/acme/corpus/blob/1/data%2Fit%20is.csv>) `1.2 kB, Bob, 2 hours ago`; ' +
        'taking it puts its version on Hugging Face',
      '- [Hugging Face](<https://huggingface.co/datasets/acme/corpus/blob/2/data%2Fit%20is.csv>) `900 B, Eve, 1 hour ago`; ' +
        'taking it puts its version on GitHub',
      "- the lines of both: `'data/it is.csv=both'`",
      '',
      '````',
      'line 3',
      'GitHub       | b',
      'GitHub       | ```',
      'Hugging Face | (deleted)',
      '````',
      '',
      'All versions of GitHub or of Hugging Face go to both with one of these, in the box "take" of a workflow that is ' +
        'started by hand:',
      '',
      '```',
      "'data/it is.csv=github'",
      "'data/it is.csv=huggingface'",
      '```',
      '',
      'The same in a shell:',
      '',
      '```',
      "npx tsx sync.ts --github acme/corpus --hf datasets/acme/corpus --branch main '--take=data/it is.csv=github'",
      "npx tsx sync.ts --github acme/corpus --hf datasets/acme/corpus --branch main '--take=data/it is.csv=huggingface'",
      '```',
      '',
    ])
  })

  test('of many conflicts tells them by folder, and what can only be settled by hand has no option', () => {
    const made = Array.from({ length: 50 }, (_, index) => conflict(`data/${index}.csv`))
    const byHand = conflict('a', { settleable: false })
    const { outside, inside } = splitCode(formatSummary(makeRun(makePlan({ conflicts: [...made, byHand] }))))
    expect(outside).toContain('`data/` 50 conflicts, settled with one of')
    expect(outside).toContain('- and 30 more conflicts')
    expect(outside).toContain('- settle it by hand on one side, then run again')
    expect(inside.slice(0, 3)).toEqual(["'data/**=github'", "'data/**=huggingface'", "'*=github'"])
    const { inside: none } = splitCode(formatSummary(makeRun(makePlan({ conflicts: [byHand] }))))
    expect(none).toEqual([])
  })

  test('does not say that nothing was written when an earlier round wrote', () => {
    const run = makeRun(makePlan({ conflicts: [conflict('a')] }))
    expect(formatSummary(run)).toContain('### Conflict: nothing was written: ')
    expect(formatSummary({ ...run, earlier: [{ side: 'github', commit: 'a'.repeat(40) }] })).toContain(
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
    const summary = formatSummary(makeRun(plan))
    expect(Buffer.byteLength(summary)).toBeLessThan(1_048_576)
    expect(summary.match(/^and 19\d\d more$/gm)).toHaveLength(1)
    expect(summary).toContain('\n- and 2,000 more conflicts\n')
  })

  test('leaves no change out: folders stand for many', () => {
    const edits = Array.from({ length: 700 }, (_, index) => edit(`d${index % 3}/f${index}`))
    const lines = formatSummary(makeRun(makePlan({ edits: bySide(edits) }))).split('\n')
    expect(lines).toContain('**To GitHub in 1 commit:** 700 new')
    expect(lines.filter((line) => line.startsWith('| new'))).toEqual([
      '| new | `d0/` | 234 files | 281 kB |',
      '| new | `d1/` | 233 files | 280 kB |',
      '| new | `d2/` | 233 files | 280 kB |',
    ])
  })
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
