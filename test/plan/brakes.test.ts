import { describe, expect, test } from 'vitest'
import type { Rewritten } from '../../lib/history/base.ts'
import { listDeleted } from '../../lib/merge/exact-renames.ts'
import { mapSides, sides } from '../../lib/model/sides.ts'
import {
  brakeDeletions,
  brakeDiverged,
  brakeHost,
  brakeInit,
  brakeMissing,
  brakeRewritten,
  brakeTooLong,
  brakeUnrelated,
  filesNeeded,
  formatNoBranch,
} from '../../lib/plan/brakes.ts'
import fc from '../random.ts'
import { act, expectStopped, startMirrored } from '../run/mirror-setup.ts'
import { swapSides } from '../swap.ts'

const rewritten = (why: Rewritten['why']): Rewritten => ({
  side: 'github',
  commit: 'a'.repeat(40),
  named: 'b'.repeat(40),
  why,
  branches: { github: 'main', huggingface: 'main' },
})

const paths = (count: number) => Array.from({ length: count }, (_, index) => `data/${index}.csv`)

describe('too many deletions', () => {
  const brake = (deleted: number, total: number, emptied = false) =>
    brakeDeletions({ side: 'github', deleted: paths(deleted), total, emptied }).map(({ kind }) => kind)

  test.each([
    [9, 9, []],
    [9, 10, []],
    [10, 20, []],
    [10, 21, []],
    [10, 19, ['deletions']],
    [11, 21, ['deletions']],
    [50, 100, []],
    [51, 100, ['deletions']],
    [100, 1_000_000, []],
    [500_001, 1_000_000, ['deletions']],
  ])('%i of %i files: %j', (deleted, total, expected) => {
    expect(brake(deleted, total)).toEqual(expected)
  })

  test('a side that holds nothing any more is refused at any number', () => {
    expect(brake(1, 1, true)).toEqual(['emptied'])
    expect(brake(100, 100, true)).toEqual(['emptied'])
  })

  test('no more files are counted than it takes to know that there are enough', () => {
    expect([1, 9, 10, 500].map(filesNeeded)).toEqual([1, 1, 10, 500])
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 200 }), (deleted, left) => {
        expect(brake(deleted, deleted + Math.min(left, filesNeeded(deleted)))).toEqual(brake(deleted, deleted + left))
      }),
    )
  })

  test('the refusal says the value, the limit, the side and the flag', () => {
    const [refusal] = brakeDeletions({ side: 'huggingface', deleted: paths(60), total: 100, emptied: false })
    expect(refusal!.message).toBe(
      'Hugging Face deleted 60 of 100 mirrored files since the last sync, more than 50 %: ' +
        '"data/0.csv", "data/1.csv", "data/2.csv", "data/3.csv", "data/4.csv" and 55 more. ' +
        'If it is meant, run once with --allow-delete (with --dry-run as well, that lists all of them). If not, --init github makes Hugging Face equal to GitHub again',
    )
    const [emptied] = brakeDeletions({ side: 'huggingface', deleted: paths(3), total: 3, emptied: true })
    expect(emptied!.message).toContain(
      'Hugging Face holds no mirrored file any more (3 were deleted since the last sync: "data/0.csv"',
    )
    expect(emptied!.message).toContain('would empty GitHub')
  })
})

describe('files that are gone', () => {
  const entry = (content: string) => ({
    mode: '100644' as const,
    oid: content.padEnd(40, '0'),
    byteLength: content.length,
    lfs: null,
  })
  const changes = (rows: readonly (readonly [path: string, before: string | null, after: string | null])[]) =>
    new Map(
      rows.map(([path, before, after]) => [
        path,
        { path, before: before === null ? null : entry(before), after: after === null ? null : entry(after) },
      ]),
    )

  test.each<[name: string, rows: Parameters<typeof changes>[0], deleted: string[]]>([
    [
      'a file that moved is not',
      [
        ['a', 'x', null],
        ['b', null, 'x'],
      ],
      [],
    ],
    [
      'one that moved stands for one of several equal ones',
      [
        ['a', 'x', null],
        ['b', 'x', null],
        ['c', 'x', null],
        ['d', null, 'x'],
      ],
      ['b', 'c'],
    ],
    [
      'the one of the same name',
      [
        ['d/a', 'x', null],
        ['d/b', 'x', null],
        ['e/b', null, 'x'],
      ],
      ['d/a'],
    ],
    [
      'a folder of empty files moved',
      [
        ['d/1', '', null],
        ['d/2', '', null],
        ['e/1', null, ''],
        ['e/2', null, ''],
      ],
      [],
    ],
    [
      'empty files are counted like others',
      [
        ['d/1', '', null],
        ['d/2', '', null],
        ['d/3', '', null],
        ['e/9', null, ''],
      ],
      ['d/2', 'd/3'],
    ],
    [
      'content that replaced another file has moved there',
      [
        ['a', 'x', null],
        ['b', 'y', 'x'],
      ],
      [],
    ],
    [
      'a changed mode moves nothing',
      [
        ['a', 'x', null],
        ['b', 'x', 'x'],
      ],
      ['a'],
    ],
  ])('%s', (_, rows, deleted) => {
    expect(listDeleted(changes(rows))).toEqual(deleted)
  })
})

test('one copy of a file does not hide from the brake that most of its equals were deleted', async () => {
  const equal = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`d/${index}/__init__.py`, '']))
  const pair = await startMirrored({ ...equal(30), 'a.txt': 'a\n' })
  act(pair, 'huggingface', {
    ...Object.fromEntries(Object.keys(equal(29)).map((path) => [path, null])),
    'e/new.py': '',
  })
  expect(await expectStopped(pair, 3)).toContain('Hugging Face deleted 28 of 31 mirrored files')
})

describe('a history that was rewritten', () => {
  test('says which commit names which, on which side, and the way out', () => {
    expect(brakeRewritten([rewritten('not in the history')])).toEqual([
      {
        kind: 'rewritten',
        allowedBy: '--init',
        message:
          "GitHub commit aaaaaaa mirrors Hugging Face commit bbbbbbb, which is no longer in that branch's history: it was rewound, squashed or force-pushed, or written a moment ago and not shown yet (then run again). " +
          'Bring the commit back, or make a new base: --init github or --init huggingface (that side is right, and the other one is made equal), --init union (both are, and differences are conflicts)',
      },
    ])
    expect(brakeRewritten([rewritten('changed since it was copied')])[0]!.message).toContain(
      'was amended, rebased or squashed since',
    )
  })

  test('is one refusal a commit, and none without one', () => {
    expect(brakeRewritten([rewritten('not in the history'), rewritten('changed since it was copied')])).toHaveLength(2)
    expect(brakeRewritten([])).toEqual([])
  })
})

describe('making one side equal to the other', () => {
  test.each([
    [9, 10, false, false],
    [10, 20, false, false],
    [11, 21, false, true],
    [10, 19, false, true],
    [3, 3, true, true],
    [3, 3, false, false],
    [0, 0, true, false],
    [0, 5, false, false],
  ])('would delete %i of %i files, the right side empty %s: refused %s', (deleted, total, emptied, refused) => {
    const refusals = brakeInit({ winner: 'github', deleted, total, emptied })
    expect(refusals).toHaveLength(refused ? 1 : 0)
    if (refused)
      expect(refusals[0]).toMatchObject({
        allowedBy: '--allow-delete',
        message: expect.stringContaining(
          `Making Hugging Face equal to GitHub would delete ${deleted} of ${total} mirrored files there`,
        ),
      })
  })
})

test('unrelated histories name --init', () => {
  expect(brakeUnrelated()).toMatchObject([
    {
      kind: 'unrelated',
      allowedBy: '--init',
      message: expect.stringMatching(/--init union.*--init github or --init huggingface/),
    },
  ])
})

test('a base beyond what is searched says how far the search went', () => {
  expect(brakeTooLong('github', 5_000)).toMatchObject([
    {
      kind: 'history too long',
      allowedBy: '--history-max',
      message: expect.stringContaining('latest 5000 commits of GitHub'),
    },
  ])
})

test('paths that differ at the base are counted, five are named, none is no refusal', () => {
  expect(brakeDiverged([])).toEqual([])
  const [refusal] = brakeDiverged(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
  expect(refusal).toMatchObject({ kind: 'diverged', allowedBy: '--init' })
  expect(refusal!.message).toContain('on 7 of the paths that changed since: "a", "b", "c", "d", "e" and 2 more.')
})

test('objects that their own side lost name the side, and no flag lifts that', () => {
  expect(brakeMissing('github', [])).toEqual([])
  expect(brakeMissing('github', ['d.bin'])).toMatchObject([
    {
      kind: 'object missing',
      allowedBy: null,
      message: expect.stringContaining('GitHub lacks the LFS objects of "d.bin"'),
    },
  ])
})

test('each thing that a host would refuse is a refusal of its own', () => {
  expect(brakeHost('huggingface', ['one', 'two'])).toEqual([
    { kind: 'host', allowedBy: null, message: 'Hugging Face would refuse this: one' },
    { kind: 'host', allowedBy: null, message: 'Hugging Face would refuse this: two' },
  ])
})

test('every brake says the same of either side, with the names exchanged', () => {
  const told = mapSides((side) =>
    [
      ...brakeDeletions({ side, deleted: paths(60), total: 100, emptied: false }),
      ...brakeDeletions({ side, deleted: paths(6), total: 6, emptied: true }),
      ...brakeRewritten([{ ...rewritten('not in the history'), side }]),
      ...brakeRewritten([{ ...rewritten('changed since it was copied'), side }]),
      ...brakeTooLong(side, 10),
      ...brakeMissing(side, ['p']),
      ...brakeHost(side, ['s']),
    ].map(({ message }) => message),
  )
  const exchanged = swapSides(told)
  const names = new Map([
    ['GitHub', 'Hugging Face'],
    ['Hugging Face', 'GitHub'],
    ['github', 'huggingface'],
    ['huggingface', 'github'],
  ])
  const exchange = (text: string) =>
    text.replace(/GitHub|Hugging Face|(?<=--init )\w+(?= makes)/g, (name) => names.get(name)!)
  for (const side of sides) expect(exchanged[side].map(exchange)).toEqual(told[side])
})

describe('a branch that is not there', () => {
  const none = { github: null, huggingface: null }

  test.each([
    [
      'github',
      { github: 'main', huggingface: 'main' },
      { ...none, github: 'master' },
      'The default branch there is "master": to mirror that one, run with --branch master --hf-branch main; or make the branch',
    ],
    [
      'huggingface',
      { github: 'master', huggingface: 'master' },
      { ...none, huggingface: 'main' },
      'The default branch there is "main": to mirror that one, run with --branch master --hf-branch main; or make the branch',
    ],
    [
      'github',
      { github: 'x', huggingface: 'x' },
      { github: 'main', huggingface: 'main' },
      'The default branch there is "main": to mirror that one, run with --branch main; or make the branch',
    ],
    [
      'github',
      { github: 'x', huggingface: 'x' },
      none,
      'Make the branch there, or name another with --branch or --hf-branch',
    ],
  ] as const)('on %s is told with the flags that mirror its default branch: %j', (side, branches, defaults, advice) => {
    const text = formatNoBranch(side, branches, defaults, { branches: ['main', 'unlike'], isTag: false })
    expect(text).toMatch(
      side === 'github'
        ? /^Cannot mirror branch "\w+": GitHub has no branch of that name/
        : /^Cannot mirror branch "\w+": Hugging Face has no branch of that name/,
    )
    expect(text.endsWith(`. ${advice}`), text).toBe(true)
  })

  test('is told with the names that it may be a slip of, and with the tag that has it', () => {
    const branches = { github: 'releas', huggingface: 'main' }
    expect(
      formatNoBranch('github', branches, none, { branches: ['main', 'release', 'release-2', 'docs'], isTag: false }),
    ).toContain(
      'one is only made under the name that it has on Hugging Face. Much like it there: "release", "release-2". Make',
    )
    expect(formatNoBranch('github', branches, none, { branches: [], isTag: true })).toBe(
      'Cannot mirror branch "releas": a tag has that name on GitHub, and no branch has; only branches are mirrored. ' +
        'Name another with --branch or --hf-branch',
    )
  })
})
