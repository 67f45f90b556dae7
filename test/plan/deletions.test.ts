/** The brakes on deletions, and on histories that were rewritten. */
import { describe, expect, test } from 'vitest'
import { listDeleted } from '../../lib/merge/exact-renames.ts'
import { brakeDeletions, brakeRewritten, filesNeeded } from '../../lib/plan/brakes.ts'
import fc from '../random.ts'
import { act, expectStopped, startMirrored } from '../run/mirror-setup.ts'
import { paths, rewritten, services } from './brakes-setup.ts'

describe('too many deletions', () => {
  const brake = (deleted: number, total: number, emptied = false) =>
    brakeDeletions({ side: 'github', services, deleted: paths(deleted), total, emptied }).map(({ kind }) => kind)

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
    const [refusal] = brakeDeletions({ side: 'huggingface', services, deleted: paths(60), total: 100, emptied: false })
    expect(refusal!.message).toBe(
      'Hugging Face deleted 60 of 100 mirrored files since the last sync, more than 50 %: ' +
        '"data/0.csv", "data/1.csv", "data/2.csv", "data/3.csv", "data/4.csv" and 55 more. ' +
        'If it is meant, run once with --allow-delete (with --dry-run as well, that lists all of them). If not, --init github makes Hugging Face equal to GitHub again',
    )
    const [emptied] = brakeDeletions({ side: 'huggingface', services, deleted: paths(3), total: 3, emptied: true })
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
    expect(brakeRewritten([rewritten('not in the history')], services)).toEqual([
      {
        kind: 'rewritten',
        allowedBy: '--init',
        message:
          "GitHub commit aaaaaaa mirrors Hugging Face commit bbbbbbb, which is no longer in that branch's history: it was rewound, squashed or force-pushed, or written a moment ago and not shown yet (then run again). " +
          'Bring the commit back, or make a new base: --init github or --init huggingface (that side is right, and the other one is made equal), --init union (both are, and differences are conflicts)',
      },
    ])
    expect(brakeRewritten([rewritten('changed since it was copied')], services)[0]!.message).toContain(
      'was amended, rebased or squashed since',
    )
  })

  test('is one refusal a commit, and none without one', () => {
    expect(
      brakeRewritten([rewritten('not in the history'), rewritten('changed since it was copied')], services),
    ).toHaveLength(2)
    expect(brakeRewritten([], services)).toEqual([])
  })
})
