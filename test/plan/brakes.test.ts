import { describe, expect, test } from 'vitest'
import { deletionLimit } from '../../lib/cli/limits.ts'
import { mapSides, sides } from '../../lib/model/sides.ts'
import {
  brakeDeletions,
  brakeBaseMismatch,
  brakeHost,
  brakeInit,
  brakeMissing,
  brakeRewritten,
  brakeTooLong,
  brakeUnrelated,
} from '../../lib/plan/brakes.ts'
import { formatNoBranch } from '../../lib/plan/missing-branch.ts'
import { swapSides } from '../swap.ts'
import { paths, rewritten, services } from './brakes-setup.ts'

const lost = { services, others: 0, byteLength: 0, limit: deletionLimit }

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
    const refusals = brakeInit({
      winner: 'github',
      services,
      deleted,
      total,
      emptied,
      paths: ['a.txt'],
      limit: deletionLimit,
    })
    expect(refusals).toHaveLength(refused ? 1 : 0)
    if (refused)
      expect(refusals[0]).toMatchObject({
        allowedBy: '--allow-delete',
        message: expect.stringContaining(
          `Making Hugging Face equal to GitHub would delete ${deleted} of ${total} mirrored files there: "a.txt"`,
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
  expect(brakeTooLong('GitHub', 5_000)).toMatchObject([
    {
      kind: 'history too long',
      allowedBy: '--history-max',
      message: expect.stringContaining('latest 5000 commits of GitHub'),
    },
  ])
})

test('paths that differ at the base are counted, five are named, none is no refusal', () => {
  expect(brakeBaseMismatch([])).toEqual([])
  const [refusal] = brakeBaseMismatch(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
  expect(refusal).toMatchObject({ kind: 'diverged', allowedBy: '--init' })
  expect(refusal!.message).toContain('on 7 of the paths that changed since: "a", "b", "c", "d", "e" and 2 more.')
})

test('objects that their own side lost name the side, and no flag lifts that', () => {
  expect(brakeMissing('github', [], services)).toEqual([])
  expect(brakeMissing('github', ['d.bin'], services)).toMatchObject([
    {
      kind: 'object missing',
      allowedBy: null,
      message: expect.stringContaining('GitHub lacks the LFS objects of "d.bin"'),
    },
  ])
})

test('each thing that a host would refuse is a refusal of its own', () => {
  expect(brakeHost('Hugging Face', ['one', 'two'])).toEqual([
    { kind: 'host', allowedBy: null, message: 'Hugging Face would refuse this: one' },
    { kind: 'host', allowedBy: null, message: 'Hugging Face would refuse this: two' },
  ])
})

test('every brake says the same of either side, with the names exchanged', () => {
  const told = mapSides((side) =>
    [
      ...brakeDeletions({ ...lost, side, deleted: paths(60), total: 100, emptied: false }),
      ...brakeDeletions({ ...lost, side, deleted: paths(6), total: 6, emptied: true }),
      ...brakeRewritten([{ ...rewritten('not in the history'), side }], services),
      ...brakeRewritten([{ ...rewritten('changed since it was copied'), side }], services),
      ...brakeTooLong(services[side], 10),
      ...brakeMissing(side, ['p'], services),
      ...brakeHost(services[side], ['s']),
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
    text.replace(/GitHub|Hugging Face|(?<=--init )\w+(?= makes|:)/g, (name) => names.get(name)!)
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
    const text = formatNoBranch(side, { branches, defaults, services }, { branches: ['main', 'unlike'], isTag: false })
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
      formatNoBranch(
        'github',
        { branches, defaults: none, services },
        { branches: ['main', 'release', 'release-2', 'docs'], isTag: false },
      ),
    ).toContain(
      'one is only made under the name that it has on Hugging Face. Much like it there: "release", "release-2". Make',
    )
    expect(formatNoBranch('github', { branches, defaults: none, services }, { branches: [], isTag: true })).toBe(
      'Cannot mirror branch "releas": a tag has that name on GitHub, and no branch has; only branches are mirrored. ' +
        'Name another with --branch or --hf-branch',
    )
  })
})
