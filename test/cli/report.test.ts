import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { formatWritten } from '../../lib/cli/report.ts'
import { findTake, formatTake, showTake } from '../../lib/merge/take.ts'
import { sides } from '../../lib/model/sides.ts'
import { startWritten, type Written, type WrittenState } from '../../lib/run/written.ts'
import { services } from '../plan/brakes-setup.ts'
import { parse } from './parsed-options.ts'
import { bob, conflict, example, makePlan } from './plans.ts'
import { print } from './printed.ts'

const head = [
  'GitHub        acme/corpus@main 9b1e077',
  'Hugging Face  datasets/acme/corpus@main 3f2a9c1',
  'Last in sync 2 days ago, at 41c0de2 / 77aa0b1',
]

const heads = { github: `aaaaaaa${'0'.repeat(33)}`, huggingface: `bbbbbbb${'0'.repeat(33)}` }

describe('the report of', () => {
  test('a dry run is the plan', () => {
    expect(print(example)).toEqual([
      ...head,
      '',
      'To Hugging Face in 1 commit: 1 deleted, 1 merged',
      '  deleted  reports/old.json  1.2 kB',
      '  merged   README.md         1.2 kB',
      '           2 hunks from GitHub, 1 hunk from Hugging Face',
      '',
      'To GitHub in 2 commits: 1 new',
      '  new  data/2026-11.parquet  13.5 MB  LFS',
      '',
      expect.stringMatching(/^Plan d16e57d16e57: 3 changes\. 13\.5 MB to move\. About \d+ requests\.$/),
      'Dry run, nothing was written.',
    ])
  })

  test('a run says where both heads are now', () => {
    const written = { ...startWritten(), commits: { github: heads.github, huggingface: heads.huggingface } }
    expect(print(example, { status: 'mirrored', written }).slice(-2)).toEqual([
      'Mirrored 3 changes: GitHub is at aaaaaaa, Hugging Face is at bbbbbbb.',
      '9 requests (4 GitHub, 5 Hugging Face), 13.5 MB down, 13.6 MB up, 3.2 s',
    ])
  })

  test('a run that only joined the histories says that no file had to change', () => {
    const written = { ...startWritten(), commits: { github: heads.github, huggingface: null } }
    expect(print(makePlan(), { status: 'mirrored', written }).at(-2)).toMatch(
      /^Mirrored, no file had to change: GitHub is at aaaaaaa\./,
    )
  })

  test('a run with nothing to do', () => {
    expect(print(makePlan({ baseBy: null }))).toEqual([
      ...head.slice(0, 2),
      'In sync. 9 requests (4 GitHub, 5 Hugging Face), 13.5 MB down, 13.6 MB up, 3.2 s',
    ])
  })

  test('a refusal gives every brake and says that nothing was written', () => {
    const refusals = [
      { kind: 'emptied', message: 'GitHub holds nothing', allowedBy: '--allow-delete' },
      { kind: 'host', message: 'too big.', allowedBy: null },
    ] as const
    expect(print(makePlan({ refusals }))).toEqual([
      ...head,
      'refused: GitHub holds nothing.',
      'refused: too big.',
      'Nothing was written.',
    ])
  })

  test('a conflict gives path, kind, hunks and the way to settle it', () => {
    const hunks = [{ line: 5, base: ['five\n'], github: ['V\n'], huggingface: [] }]
    expect(
      print(
        makePlan({
          conflicts: [
            conflict('a.txt', { hunks }),
            conflict('d', {
              kind: 'file/directory',
              detail: 'it is a file on github',
              settleable: false,
              links: { github: 'https://github.com/acme/corpus/blob/1/d', huggingface: null },
            }),
          ],
          originals: { github: [bob], huggingface: [] },
        }),
      ),
    ).toEqual([
      ...head,
      '',
      '2 conflicts. Nothing was written.',
      '',
      '  a.txt  content: both sides changed the same lines',
      '    line 5',
      '      github      | V',
      '      huggingface | (deleted)',
      '    github        1.2 kB, Bob, 2 hours ago',
      '                  https://github.com/acme/corpus/blob/1/a.txt',
      '    huggingface   900 B',
      '                  https://huggingface.co/datasets/acme/corpus/blob/2/a.txt',
      '    taking github puts its version on huggingface, taking huggingface puts its version on github, ' +
        'taking both keeps the lines of both',
      "    settle it with --take='a.txt=github' or --take='a.txt=huggingface' or --take='a.txt=both'",
      '',
      '  d  file/directory: it is a file on github',
      '    github        1.2 kB, Bob, 2 hours ago',
      '                  https://github.com/acme/corpus/blob/1/d',
      '    huggingface   (not there)',
      '    settle it by hand on one side, then run again',
      '',
      '1 conflict can only be settled by hand; the rest with one of these (or some of each):',
      "  npx tsx sync.ts --github acme/corpus --hf datasets/acme/corpus --branch main --take='a.txt=github'",
      "  npx tsx sync.ts --github acme/corpus --hf datasets/acme/corpus --branch main --take='a.txt=huggingface'",
    ])
  })

  test('the commands take every path by name, or all by a glob where they are many; none is there for what they cannot settle', () => {
    const commands = (count: number, settleable = true) =>
      print(
        makePlan({ conflicts: Array.from({ length: count }, (_, index) => conflict(`${index}`, { settleable })) }),
      ).filter((line) => line.startsWith('  npx'))
    expect(commands(2)[0]).toMatch(/ --take='0=github' --take='1=github'$/)
    expect(commands(10)[1]).toMatch(/ --take='9=huggingface'$/)
    expect(commands(11)).toEqual([
      expect.stringMatching(/ main --take='\*=github'$/),
      expect.stringMatching(/ main --take='\*=huggingface'$/),
    ])
    expect(commands(2, false)).toEqual([])
  })

  test('a long conflict shows three hunks of eight lines', () => {
    const hunk = {
      line: 1,
      base: [],
      github: Array.from({ length: 20 }, (_, index) => `${index}\n`),
      huggingface: ['x\n'],
    }
    const lines = print(makePlan({ conflicts: [conflict('a', { hunks: [hunk, hunk, hunk, hunk, hunk] })] }))
    expect(lines.filter((line) => line.startsWith('    line'))).toHaveLength(3)
    expect(lines.filter((line) => line.includes('(12 more lines)'))).toHaveLength(3)
    expect(lines).toContain('    and 2 more hunks')
  })

  test('what an earlier round wrote is listed, and nobody says that nothing was written (F16)', () => {
    const lines = print(makePlan({ conflicts: [conflict('a')] }), {
      earlier: [{ side: 'github', commit: heads.github }],
    })
    expect(lines).toContain('written before the other side moved: GitHub aaaaaaa, whole and consistent')
    expect(lines).toContain('1 conflict.')
    expect(lines.join('\n')).not.toContain('Nothing was written')
  })

  test('a branch to be made, and what stays on its side', () => {
    const lines = print(
      makePlan({
        makeBranch: { side: 'huggingface', at: heads.huggingface },
        skipped: [{ side: 'github', path: 'link', why: 'a symlink stays on GitHub' }],
      }),
    )
    expect(lines).toContain('branch "main" is made on Hugging Face at bbbbbbb')
    expect(lines).toContain('  stays  link  a symlink stays on GitHub')
  })
})

describe('the first lines', () => {
  const none = { github: null, huggingface: null }
  test.each([
    [{ baseBy: 'content' as const }, 'Last in sync 2 days ago, at 41c0de2 / 77aa0b1 (base found by content)'],
    [{ base: none, baseBy: 'empty side' as const, baseDate: null }, 'First run: one side is empty'],
    [{ base: none, baseBy: 'no base' as const, baseDate: null }, 'No commit in common yet'],
    [{ base: none, baseBy: 'init' as const, baseDate: null }, 'A new base is made'],
    [{ base: null, baseBy: null }, 'No commit in common yet'],
  ])('say what the base is: %j', (rest, expected) => {
    expect(print(makePlan({ ...rest, makeBranch: { side: 'github', at: heads.github } }))[2]).toBe(expected)
  })

  test('say that a side is empty', () => {
    expect(print(makePlan({ heads: { github: null, huggingface: heads.huggingface } }))[0]).toContain(
      'acme/corpus@main empty',
    )
  })
})

describe('a command that settles a conflict', () => {
  const paths = [
    'a.txt',
    'with space',
    "it's",
    '"quoted"',
    'both \' and "',
    '$HOME',
    '`id`',
    '$(id)',
    'a;b',
    'a&b',
    'a|b',
    '*',
    '~',
    '!x',
    '-x',
    '--json',
    'a=b',
    'back\\slash',
    'back\\\\slash',
    'a\\nb',
    'tab\there',
    'new\nline',
    'ends\n',
    'ü',
    '日本',
    'no\u00a0break',
    'rtl\u202eoverride',
    'escape\x1b[2J',
    '%s%d',
    '##[error]x',
    '::error::x',
    '\u{1f600}',
    '#x',
    "a'\\'b",
    '\u200b',
    '\x7f',
    "'\n'",
    '%\n%',
    'x\x9by',
  ]
  const shells = ['sh', 'bash', 'dash'].filter((shell) => spawnSync(shell, ['-c', 'true']).status === 0)

  test.each(paths)('for %j is what a shell takes', (path) => {
    const line = print(makePlan({ conflicts: [conflict(path)] })).find((one) => one.includes('settle it with'))!
    expect(line).toMatch(/^[ -~\u00a1-\u{1ffff}]+$/u)
    expect(line).not.toContain('##[')
    const [, first, second] = /settle it with (--take=.*) or (--take=.*)$/.exec(line)!
    for (const shell of shells) {
      const { stdout } = spawnSync(shell, ['-c', `printf '%s\\0' ${first} ${second}`], { env: {} })
      const args = stdout.toString().split('\0').slice(0, -1)
      const read = args.map((argument) => parse([argument]))
      expect(read.map((options) => options.take)).toEqual(
        sides.map((side) => [{ pattern: showTake(formatTake(path, side)).slice(0, -side.length - 1), side }]),
      )
      expect(read.map((options) => findTake(options.take, path))).toEqual(sides)
    }
  })
})

test('a run that failed half-way says which side was written, how far, and what to do', () => {
  const written = (github: string | null, huggingface: string | null, more: Partial<Written> = {}) => ({
    ...startWritten(),
    commits: { github, huggingface },
    ...more,
  })
  const states = (github: WrittenState, huggingface: WrittenState) => ({ states: { github, huggingface } })
  expect(formatWritten(written(null, null), services)).toBe('')
  expect(formatWritten(written(heads.github, null, states('written', 'not written')), services)).toBe(
    'GitHub was written (aaaaaaa), Hugging Face was not. Run again: it goes on from there',
  )
  expect(formatWritten(written(heads.github, null, states('written', 'nothing to write')), services)).toBe(
    'GitHub was written (aaaaaaa). Run again: it goes on from there',
  )
  expect(formatWritten(written(null, heads.huggingface, states('not written', 'in part')), services)).toBe(
    'Hugging Face was written in part (bbbbbbb), GitHub was not. Run again: it goes on from there',
  )
  expect(
    formatWritten(
      written(heads.github, heads.huggingface, states('written', 'in part')),
      services,
      'ends the same way',
    ),
  ).toBe(
    'GitHub was written (aaaaaaa), Hugging Face was written in part (bbbbbbb). Running again ends the same way until that is changed; then it goes on from there',
  )
  expect(
    formatWritten(written(null, heads.huggingface, states('nothing to write', 'in part')), services, 'leaves it'),
  ).toBe('Hugging Face was written in part (bbbbbbb). No later run puts that right by itself')
  expect(formatWritten(written(null, null, { branch: 'github' }), services)).toBe(
    'the branch was made on GitHub. Run again: it goes on from there',
  )
})
