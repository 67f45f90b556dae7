import { beforeAll, describe, expect, test } from 'vitest'
import { isFile } from '../../lib/model/entry.ts'
import { hasGit } from '../git-judge.ts'
import { isMirrored } from './judge.ts'
import {
  agreesOnFiles,
  combine,
  contentsOf,
  judgeAll,
  makeWorld,
  states,
  sum,
  type Deviation,
  type Judged,
} from './states.ts'
import { entryOf, type World } from './worlds.ts'

const has = (world: World, path: string) => isMirrored(world[path])
const isExecutable = (world: World, path: string) => has(world, path) && entryOf(world[path]!).mode === '100755'
const onlyOnGithub = (world: World) => Object.values(world).some((node) => !isFile(entryOf(node)))
const pathsOf = ({ base, github, huggingface }: Judged) => [
  ...new Set([base, github, huggingface].flatMap((world) => Object.keys(world))),
]
/** Files that a side has and the base has not, and the other way round. */
const added = (one: Judged, side: World) => pathsOf(one).filter((path) => has(side, path) && !has(one.base, path))
const gone = (one: Judged, side: World) => pathsOf(one).filter((path) => !has(side, path) && has(one.base, path))
const bothOrders = ({ github, huggingface }: Judged) =>
  [
    [github, huggingface],
    [huggingface, github],
  ] as const
const conflictsAt = ({ kinds }: Judged, kind: string) =>
  kinds.filter((one) => one.endsWith(` ${kind}`)).map((one) => one.slice(0, -kind.length - 1))

const deviations: readonly Deviation[] = [
  {
    verdict: 'silent',
    reason:
      "a symlink or submodule is GitHub's own: it stays or goes as GitHub has it, and the Hub's files are no change of it",
    has: (one) => agreesOnFiles(one) && (onlyOnGithub(one.base) || onlyOnGithub(one.github)),
  },
  {
    verdict: 'silent',
    reason: 'the Hub has no modes: a file that both sides added is the same, executable on GitHub or not',
    has: (one) =>
      agreesOnFiles(one) &&
      pathsOf(one).some((path) => isExecutable(one.github, path) && !has(one.base, path) && has(one.huggingface, path)),
  },
  {
    verdict: 'other files',
    reason: 'the Hub has no modes: a file that it renamed stays executable on GitHub',
    has: (one) =>
      agreesOnFiles(one) &&
      gone(one, one.huggingface).some((path) => isExecutable(one.base, path) || isExecutable(one.github, path)) &&
      Object.keys(contentsOf(one.ours!)).every(
        (path) => one.ours![path] === one.git![path] || one.ours![path]!.startsWith('100755'),
      ),
  },
  {
    verdict: 'stricter',
    reason: 'a change of the Hub onto, above or below what only GitHub can hold stops: it would end there',
    has: (one) => conflictsAt(one, 'type').length > 0 && (onlyOnGithub(one.base) || onlyOnGithub(one.github)),
  },
  {
    verdict: 'stricter',
    reason:
      "GitHub moved a file into the place of its own link, or left a link in one's: no rename to git; one to the mirror, which sees the files alone, as git does without links",
    has: (one) =>
      one.onFiles === null &&
      (onlyOnGithub(one.base) || onlyOnGithub(one.github)) &&
      conflictsAt(one, 'rename/delete').length > 0,
  },
  {
    verdict: 'stricter',
    reason:
      'a file was renamed onto one that the other side has too: git merges the three of them, and calls it clean even with markers inside',
    has: (one) =>
      bothOrders(one).some(
        ([side, other]) =>
          conflictsAt(one, 'modify/delete').some((path) => gone(one, side).includes(path)) &&
          added(one, side).some((path) => has(other, path)),
      ),
  },
  {
    verdict: 'stricter',
    reason: 'a file took the place of the folder that it was in, while the other side replaced it there',
    has: (one) =>
      conflictsAt(one, 'file/directory').length > 0 &&
      bothOrders(one).some(([side, other]) =>
        added(one, side).some((path) => Object.keys(other).some((below) => below.startsWith(`${path}/`))),
      ),
  },
]

const onGithub = Object.keys(states)
const onHub = onGithub.filter((name) => Object.values(states[name]!).every((node) => typeof node === 'string'))

function enumerate(
  paths: readonly string[],
  baseStates: readonly string[],
  githubStates: readonly string[],
  hubStates: readonly string[],
): Judged[] {
  const lists = [baseStates, githubStates, hubStates].map((names) => combine(...paths.map(() => names)))
  const key = (one: readonly string[], other: readonly string[], third: readonly string[], at: number) =>
    [one[at], other[at], third[at]].join(' ')
  return judgeAll(
    combine(...lists).flatMap(([base, github, huggingface]) => {
      // The names of two paths mean nothing: one order of them is enough.
      if (paths.length === 2 && key(base!, github!, huggingface!, 0) > key(base!, github!, huggingface!, 1)) return []
      const worlds = [base, github, huggingface].map((names) => makeWorld(paths, names!)!)
      return [
        {
          name: [base, github, huggingface].map((names) => names!.join(',')).join(' | '),
          base: worlds[0]!,
          github: worlds[1]!,
          huggingface: worlds[2]!,
        },
      ]
    }),
  )
}

describe.skipIf(!hasGit)('git merge-tree says the same of what only GitHub can hold', () => {
  let judged: readonly Judged[] = []
  beforeAll(() => {
    judged = [
      ...enumerate(['a'], onGithub, onGithub, onHub),
      ...enumerate(
        ['a', 'b'],
        ['-', 'A', 'A+x', 'link'],
        ['-', 'A', 'A2', 'B', 'A+x', 'link'],
        ['-', 'A', 'A2', 'A8', 'B'],
      ),
    ]
  }, 120_000)

  test('wherever git conflicts over files alone, we do, and both sides hold the same files in the end', () => {
    expect(judged.filter(({ verdict }) => verdict === 'sides differ').map(({ name }) => name)).toEqual([])
    expect(
      judged
        .filter((one) => (one.verdict === 'silent' || one.verdict === 'other files') && !agreesOnFiles(one))
        .map(({ name }) => name),
    ).toEqual([])
  })

  test("no executable bit of GitHub's is lost where its file goes on", () => {
    const lost = judged.filter(
      ({ ours, git }) =>
        ours &&
        git &&
        Object.entries(git).some(([path, file]) => file.startsWith('100755') && ours[path]?.startsWith('100644')),
    )
    expect(lost.map(({ name }) => name)).toEqual([])
  })

  test('what deviates is on the list, and each line of the list has its cases', () => {
    const { same, listed, unlisted, unused } = sum(judged, deviations)
    expect([unlisted, unused]).toEqual([[], []])
    expect(judged).toHaveLength(8_781)
    expect(same).toBeGreaterThan(7_800)
    expect(same + Object.values(listed).reduce((total, count) => total + count, 0)).toBe(8_781)
  })
})
