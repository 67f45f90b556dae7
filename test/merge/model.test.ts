/**
 * Every merge of one path and of two, over all that can stand there, and random trees: the mirror's verdict against
 * that of `git merge-tree`.
 *
 * How a world of ours is one of git's: the base is GitHub's tree at the sync point; one side is GitHub's head; the
 * other is what a commit on GitHub would be that holds the Hub's files: in the modes that they have there, beside the
 * links and submodules that the Hub knows nothing of.
 */
import { describe, expect, test } from 'vitest'
import { hasGit } from '../git-judge.ts'
import fc, { isLong, runs } from '../random.ts'
import { judge, mirror, type Files, type Trio } from './judge.ts'
import { trio } from './merge-worlds.ts'
import { executable, submodule, symlink, type World } from './worlds.ts'

interface Case extends Trio {
  readonly name: string
}

/**
 * `silent`: git reports a conflict and the mirror merges. `stricter`: the reverse. `other`: both merge, to different
 * files.
 */
type Kind = 'same' | 'silent' | 'stricter' | 'other'

interface Deviation {
  readonly kind: Kind
  readonly reason: string
  readonly has: (one: Case, conflicts: readonly string[]) => boolean
}

const modeOf = (world: World, path: string) =>
  typeof world[path] === 'string' ? '100644' : (world[path]?.mode ?? null)
const isOwn = (world: World, path = 'a') => ['120000', '160000'].includes(modeOf(world, path) ?? '')
const isFile = (world: World, path = 'a') => modeOf(world, path)?.startsWith('100') ?? false

const deviations: readonly Deviation[] = [
  {
    kind: 'silent',
    reason: 'the Hub knows no modes: the same new file, executable on GitHub, is the same file',
    has: ({ github, huggingface }) => modeOf(github, 'a') === '100755' && isFile(huggingface),
  },
  {
    kind: 'silent',
    reason:
      'GitHub put a link or a submodule in the place of a file, and the Hub deleted the file: either keeps what it made',
    has: ({ base, github, huggingface }) => isFile(base) && isOwn(github) && !('a' in huggingface),
  },
  {
    kind: 'silent',
    reason: 'GitHub took its link or submodule away, and the Hub, which never had it, added a file',
    has: ({ base, github, huggingface }) => isOwn(base) && !('a' in github) && isFile(huggingface),
  },
  {
    kind: 'stricter',
    reason: 'the Hub added something where GitHub holds a link or a submodule, which it cannot see (F11)',
    has: ({ base, github }) => isOwn(base) && isOwn(github),
  },
  {
    kind: 'stricter',
    reason: 'one file went to several places, or one of several files to one: git takes some order, the mirror asks',
    has: ({ base, github, huggingface }, conflicts) =>
      conflicts.some((one) => /(?:modify|rename)\/delete$/.test(one)) &&
      [base, github, huggingface].some((world) => new Set(Object.values(world)).size < Object.keys(world).length),
  },
  {
    kind: 'stricter',
    reason: 'a file was renamed to a name where the other side has a file of its own, or its old name was used again',
    has: (_, conflicts) => conflicts.every((one) => /(?:modify\/delete|add\/add)$/.test(one)),
  },
  {
    kind: 'stricter',
    reason:
      'each side renamed a folder into one that the other side renamed: git gives up on folders that are renamed twice over, the mirror asks',
    has: (_, conflicts) => conflicts.every((one) => /(?:file location|add\/add)$/.test(one)),
  },
]

const show = (files: Files) => files && JSON.stringify(Object.entries(files).toSorted())

function classify(cases: readonly Case[]): { readonly counts: Record<Kind, number>; readonly used: Set<Deviation> } {
  const verdicts = judge(cases)
  const counts: Record<Kind, number> = { same: 0, silent: 0, stricter: 0, other: 0 }
  const used = new Set<Deviation>()
  cases.forEach((one, index) => {
    const { files, isSame, merged } = mirror(one)
    const verdict = verdicts[index]
    if (verdict === undefined) return
    const [ours, git] = [show(files), show(verdict)]
    const kind = ours === git ? 'same' : git === null ? 'silent' : ours === null ? 'stricter' : 'other'
    expect(isSame, `both sides hold the same files after ${one.name}`).toBe(true)
    counts[kind]++
    if (kind === 'same') return
    const conflicts = merged.conflicts.map(({ path, kind: what }) => `${path} ${what}`)
    const listed = deviations.find((deviation) => deviation.kind === kind && deviation.has(one, conflicts))
    if (listed) used.add(listed)
    else expect(`${kind}: ${one.name}: ${conflicts.join(', ') || ours}`).toBe(`git: ${git}`)
  })
  return { counts, used }
}

const text = (name: string, edits: Readonly<Record<number, string>> = {}) =>
  Array.from({ length: 10 }, (_, index) => `${edits[index] ?? `${name} line ${index}`}\n`).join('')

const bases: Record<string, World> = {
  absent: {},
  file: { a: text('A') },
  executable: { a: executable(text('A')) },
  symlink: { a: symlink('there') },
  submodule: { a: submodule() },
  folder: { 'a/x': text('X') },
}
const onGithub: Record<string, World> = {
  ...bases,
  'file B': { a: text('B') },
  'file C': { a: text('C') },
  'executable B': { a: executable(text('B')) },
  'executable C': { a: executable(text('C')) },
  'folder Y': { 'a/x': text('Y') },
  'symlink B': { a: symlink('elsewhere') },
  'submodule B': { a: submodule('elsewhere') },
}
const onHub: Record<string, World> = {
  'absent': {},
  'file': { a: text('A') },
  'file B': { a: text('B') },
  'file C': { a: text('C') },
  'folder': { 'a/x': text('X') },
  'folder Y': { 'a/x': text('Y') },
}

/** All of one path. */
const onePath = Object.entries(bases).flatMap(([was, base]) =>
  Object.entries(onGithub).flatMap(([here, github]) =>
    Object.entries(onHub).map(([there, huggingface]): Case => ({
      name: `${was}, ${here} on GitHub, ${there} on the Hub`,
      base,
      github,
      huggingface,
    })),
  ),
)

const contents: Record<string, string | null> = {
  '-': null,
  'A': text('A'),
  'A1': text('A', { 1: 'one' }),
  'A8': text('A', { 8: 'eight' }),
  'B': text('B'),
}
const keys = Object.keys(contents)
const pairs = keys.flatMap((a) => keys.map((b) => [a, b] as const))
const make = ([a, b]: readonly [string, string]): World =>
  Object.fromEntries(
    [
      ['a', contents[a]!],
      ['b', contents[b]!],
    ].filter(([, content]) => content !== null),
  )

/**
 * Two paths, each absent or with one of four contents: edits, additions, deletions and every rename between the two.
 */
const twoPaths = pairs
  .filter(([a, b]) => ['-', 'A'].includes(a) && ['-', 'A', 'B'].includes(b))
  .flatMap((base) =>
    pairs.flatMap((github) =>
      pairs.map((huggingface): Case => ({
        name: `${base} | ${github} | ${huggingface}`,
        base: make(base),
        github: make(github),
        huggingface: make(huggingface),
      })),
    ),
  )

/** Each side put what was in one folder into the folder that the other one emptied. */
const crossing: Trio = {
  base: { 'd/b': text('B'), 'f/c': text('C'), 'k': 'keep\n' },
  github: { 'f/a': text('B'), 'f/c': text('C'), 'k': 'keep\n' },
  huggingface: { 'd/b': text('B'), 'd/a': text('C'), 'k': 'keep\n' },
}

/** A file in a new folder, within a renamed one within another one that is gone and that a file was put into. */
const nested: Trio = {
  base: { 'd/e/a': text('A'), 'k': 'keep\n' },
  github: { 'd/e/a': text('A'), 'd/c': 'c\n', 'd/e/g/n': 'n\n', 'k': 'keep\n' },
  huggingface: { c: text('A'), k: 'keep\n' },
}

/** Two files of one content came where one of it left, and either may be in the place of another, edited one. */
const contested: Trio = {
  base: { 'd/e/c': text('A'), 'd/e/g/b': text('A', { 1: 'one' }) },
  github: { 'd/e/c': text('A', { 8: 'eight' }), 'd/e/g/b': text('A', { 1: 'one' }) },
  huggingface: { 'd/c': text('A', { 1: 'one' }), 'h/b': text('A', { 1: 'one' }) },
}

const worlds = isLong ? runs(400) : 150
const name = (one: Trio): Case => ({ ...one, name: JSON.stringify(one) })

describe.skipIf(!hasGit)('git merge-tree says the same', () => {
  const used = new Set<Deviation>()
  const check = (cases: readonly Case[]) => {
    const found = classify(cases)
    for (const deviation of found.used) used.add(deviation)
    return found.counts
  }

  test('of one path in each of its states', () => {
    expect(check(onePath)).toEqual({ same: 432, silent: 26, stricter: 10, other: 0 })
  })

  test('of two paths, renames between them included: never silent', () => {
    expect(check(twoPaths)).toEqual({ same: 3_690, silent: 0, stricter: 60, other: 0 })
  })

  test(
    'of random trees, renamed folders included: never silent, hardly ever stricter',
    () => {
      const trios = [
        crossing,
        nested,
        contested,
        ...fc.sample(trio, { numRuns: worlds, seed: 4 }),
        ...fc.sample(trio, { numRuns: worlds }),
      ]
      const counts = check(trios.map(name))
      if (isLong) process.stdout.write(`${JSON.stringify(counts)}\n`)
      expect([
        counts.silent,
        counts.other,
        counts.stricter / trios.length < 0.02,
        counts.same / trios.length > 0.98,
      ]).toEqual([0, 0, true, true])
    },
    30_000 + worlds * 20,
  )

  test('and every deviation that is listed is still one', () => {
    expect(deviations.filter((deviation) => !used.has(deviation)).map(({ reason }) => reason)).toEqual([])
  })
})
