/** The brakes on deletions, and on histories that were rewritten. */
import { describe, expect, test } from 'vitest'
import { deletionLimit } from '../../lib/cli/limits.ts'
import { listDeleted } from '../../lib/merge/exact-renames.ts'
import { brakeDeletions, brakeRewritten, filesNeeded, type DeletionLimit } from '../../lib/plan/brakes.ts'
import fc from '../random.ts'
import { act, expectStopped, startMirrored } from '../run/mirror-setup.ts'
import { paths, rewritten, services } from './brakes-setup.ts'

describe('too many deletions', () => {
  const lost = { services, others: 0, byteLength: 0, limit: deletionLimit }
  const brake = (deleted: number, total: number, emptied = false, limit = deletionLimit) =>
    brakeDeletions({ ...lost, side: 'github', deleted: paths(deleted), total, emptied, limit }).map(({ kind }) => kind)

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

  const limit = (text: string): DeletionLimit => ({
    most: Number.parseInt(text),
    unit: text.endsWith('%') ? 'percent' : 'files',
    least: 0,
  })

  test.each([
    ['0', 1, 1_000, ['deletions']],
    ['0', 0, 1_000, []],
    ['5', 5, 5_000, []],
    ['5', 6, 5_000, ['deletions']],
    ['10%', 1, 10, []],
    ['10%', 2, 19, ['deletions']],
    ['0%', 1, 1_000, ['deletions']],
    ['100%', 9, 10, []],
  ])('--max-delete %s, %i of %i files: %j', (text, deleted, total, expected) => {
    expect(brake(deleted, total, false, limit(text))).toEqual(expected)
  })

  test('no more files are counted than it takes to know that there are enough', () => {
    expect([1, 9, 10, 500].map((deleted) => filesNeeded(deleted, deletionLimit))).toEqual([1, 1, 10, 500])
    const limits = fc.constantFrom(deletionLimit, ...['3', '0', '10%', '33%', '100%', '0%'].map(limit))
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 999 }), limits, (deleted, left, one) => {
        const counted = Math.min(left, filesNeeded(deleted, one))
        expect(brake(deleted, deleted + counted, false, one)).toEqual(brake(deleted, deleted + left, false, one))
      }),
    )
  })

  test('the refusal says the value, the limit, the side, the way back and what it costs, and the flag', () => {
    const one = { ...lost, side: 'huggingface' as const }
    const [refusal] = brakeDeletions({ ...one, deleted: paths(60), total: 100, emptied: false })
    expect(refusal!.message).toBe(
      'Hugging Face deleted 60 of 100 mirrored files since the last sync, more than 50 %. They are ' +
        '"data/0.csv", "data/1.csv", "data/2.csv", "data/3.csv", "data/4.csv" and 55 more. ' +
        'To bring them back, run once with --init github: one commit makes Hugging Face equal to GitHub again; nothing else has changed there. ' +
        'If it is meant, run once with --allow-delete (with --dry-run as well, that lists all of them)',
    )
    const [few] = brakeDeletions({
      ...one,
      deleted: paths(60),
      total: 61,
      emptied: false,
      limit: { most: 44, unit: 'files', least: 0 },
    })
    expect(few!.loss!.fact, 'of how many is not counted then').toBe(
      'Hugging Face deleted 60 mirrored files since the last sync, more than 44',
    )
    const [emptied] = brakeDeletions({ ...one, deleted: paths(3), total: 3, emptied: true, others: 2 })
    expect(emptied!.message).toMatch(
      /^Hugging Face holds no mirrored file any more, 3 were .*would empty GitHub\. They are "data\/0\.csv".* 2 other changes there since the last sync are undone\./,
    )
    expect(emptied!.loss).toMatchObject({ side: 'huggingface', count: 3, paths: paths(3) })
  })
})

test('the way back says how many bytes come with it', async () => {
  const texts = Object.fromEntries(paths(12).map((path, index) => [path, `${index}`.padStart(100, 'x')]))
  const pair = await startMirrored({ ...texts, 'README.md': '# c\n' })
  act(pair, 'huggingface', Object.fromEntries(Object.keys(texts).map((path) => [path, null])))
  const out = await expectStopped(pair, 3)
  expect(out).toMatch(/^To bring them back \(one commit makes .*; about 1\.2 kB to move\):$/m)
  act(pair, 'github', { 'new.txt': 'y'.repeat(300), 'README.md': null })
  expect(await expectStopped(pair, 3)).toContain('; about 1.5 kB to move):')
  const [argv] = [...out.matchAll(/^ {2}npx tsx sync\.ts (.* --init github)$/gm)].map(([, command]) =>
    command!.split(' '),
  )
  expect((await pair.run(...argv!, '--dry-run')).out).toMatch(/^Plan .* 1\.5 kB to move\./m)
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
