import { describe, expect, test } from 'vitest'
import { executable, lfs, merge, submodule, symlink, verdict, type Case, type World } from './worlds.ts'

const conflictsOf = (world: Case) => verdict(world).filter((line) => !/^(github|huggingface) /.test(line))

/** The same with the sides exchanged. */
const swapped = ({ base, github, huggingface, ...rest }: Case): Case => ({
  ...rest,
  base:
    base && 'github' in base ? ({ github: base['huggingface'], huggingface: base['github'] } as Case['base']) : base,
  github: huggingface,
  huggingface: github,
})

describe('a file and a folder at one path', () => {
  test.each<[string, Case, string[]]>([
    [
      'both are new',
      { base: {}, github: { d: 'file\n' }, huggingface: { 'd/a': 'a\n' } },
      ['conflict d file/directory'],
    ],
    [
      'both are new, deep below',
      { base: {}, github: { d: 'file\n' }, huggingface: { 'd/e/f/a': 'a\n' } },
      ['conflict d file/directory'],
    ],
    [
      'the file is changed while the other side makes it a folder',
      { base: { d: 'file\n' }, github: { d: 'changed\n' }, huggingface: { 'd/a': 'a\n' } },
      ['conflict d file/directory'],
    ],
    [
      'the folder becomes a file while the other side adds to it',
      { base: { 'd/a': 'a\n' }, github: { d: 'file\n' }, huggingface: { 'd/a': 'a\n', 'd/b': 'b\n' } },
      ['conflict d file/directory'],
    ],
    [
      'the folder becomes a file while the other side changes what is in it',
      { base: { 'd/a': 'a\n' }, github: { d: 'file\n' }, huggingface: { 'd/a': 'A\n' } },
      ['conflict d file/directory', 'conflict d/a modify/delete'],
    ],
  ])('is a conflict when %s', (_, world, expected) => {
    expect(conflictsOf(world)).toEqual(expected)
    expect(conflictsOf(swapped(world))).toEqual(expected)
  })

  test('cannot be settled by taking a side, since the other holds more than this path', () => {
    expect(
      conflictsOf({ base: {}, github: { d: 'file\n' }, huggingface: { 'd/a': 'a\n' }, take: { d: 'github' } }),
    ).toEqual(['conflict d file/directory'])
  })

  test('a file becomes a folder on one side, and on the other', () => {
    expect(
      merge({ base: { d: 'file\n' }, github: { d: 'file\n' }, huggingface: { 'd/a': 'a\n' } }).after.github,
    ).toMatchObject({ 'd/a': {} })
    expect(verdict({ base: { d: 'file\n' }, github: { d: 'file\n' }, huggingface: { 'd/a': 'a\n' } })).toEqual([
      'github d deleted',
      "github d/a = 'a\\n'",
    ])
  })

  test('a folder becomes a file on one side, and on the other', () => {
    expect(
      verdict({
        base: { 'd/a': 'a\n', 'd/e/b': 'b\n' },
        github: { d: 'file\n' },
        huggingface: { 'd/a': 'a\n', 'd/e/b': 'b\n' },
      }),
    ).toEqual(["huggingface d = 'file\\n'", 'huggingface d/a deleted', 'huggingface d/e/b deleted'])
  })

  test('the same replacement on both sides is settled', () => {
    expect(verdict({ base: { d: 'file\n' }, github: { 'd/a': 'a\n' }, huggingface: { 'd/a': 'a\n' } })).toEqual([])
    expect(verdict({ base: { 'd/a': 'a\n' }, github: { d: 'file\n' }, huggingface: { d: 'file\n' } })).toEqual([])
  })

  test('names that only begin alike are no folder', () => {
    expect(verdict({ base: {}, github: { d: 'file\n' }, huggingface: { 'd.txt/a': 'a\n', 'dd/a': 'a\n' } })).toEqual([
      "huggingface d = 'file\\n'",
      "github d.txt/a = 'a\\n'",
      "github dd/a = 'a\\n'",
    ])
  })
})

describe.each([
  ['symlink', symlink('elsewhere')],
  ['submodule', submodule()],
] as const)('a %s that stays on its side (F11)', (_, node) => {
  test('is not replaced by a file that the Hub adds at its path', () => {
    expect(conflictsOf({ base: {}, github: { s: node }, huggingface: { s: 'file\n' } })).toEqual(['conflict s type'])
    expect(
      conflictsOf({
        base: { github: { s: node }, huggingface: {} },
        github: { s: node },
        huggingface: { s: lfs('object') },
      }),
    ).toEqual(['conflict s type'])
  })

  test('is not written through by a file that the Hub adds below', () => {
    expect(
      conflictsOf({
        base: { github: { s: node }, huggingface: {} },
        github: { s: node },
        huggingface: { 's/a/b': 'file\n' },
      }),
    ).toEqual(['conflict s/a/b type'])
  })

  test('is not swept away by a file that the Hub adds above', () => {
    expect(
      conflictsOf({
        base: { github: { 'd/s': node }, huggingface: {} },
        github: { 'd/s': node },
        huggingface: { d: 'file\n' },
      }),
    ).toEqual(['conflict d type'])
    expect(
      conflictsOf({
        base: { github: { 'd/a': 'a\n', 'd/s': node }, huggingface: { 'd/a': 'a\n' } },
        github: { 'd/a': 'a\n', 'd/s': node },
        huggingface: { d: 'file\n' },
      }),
    ).toEqual(['conflict d type'])
  })

  test('hurts nobody beside it', () => {
    const { after, conflicts } = merge({
      base: { github: { 'd/s': node }, huggingface: {} },
      github: { 'd/s': node },
      huggingface: { 'd/a': 'a\n', 'b': 'b\n' },
    })
    expect(conflicts).toEqual([])
    expect(Object.keys(after.github).toSorted()).toEqual(['b', 'd/a', 'd/s'])
  })

  test('is no deletion of what the Hub never had, and none when it goes', () => {
    expect(verdict({ base: {}, github: { s: node }, huggingface: {} })).toEqual([])
    expect(verdict({ base: { github: { s: node }, huggingface: {} }, github: {}, huggingface: {} })).toEqual([])
  })

  test('that replaced a file takes the file from the Hub, unless the Hub changed it', () => {
    expect(verdict({ base: { s: 'file\n' }, github: { s: node }, huggingface: { s: 'file\n' } })).toEqual([
      'huggingface s deleted',
    ])
    expect(conflictsOf({ base: { s: 'file\n' }, github: { s: node }, huggingface: { s: 'changed\n' } })).toEqual([
      'conflict s modify/delete',
    ])
  })

  test("that replaced a file makes no way for what the Hub puts in the file's place", () => {
    expect(conflictsOf({ base: { d: 'file\n' }, github: { d: node }, huggingface: { 'd/a': 'a\n' } })).toEqual([
      'conflict d/a type',
    ])
    expect(conflictsOf({ base: { 'd/a': 'a\n' }, github: { 'd/a': node }, huggingface: { d: 'file\n' } })).toEqual([
      'conflict d type',
    ])
  })

  test('that became a file brings it to the Hub', () => {
    expect(
      verdict({ base: { github: { s: node }, huggingface: {} }, github: { s: 'file\n' }, huggingface: {} }),
    ).toEqual(["huggingface s = 'file\\n'"])
  })

  test("makes way for the Hub's file only when asked", () => {
    const world = { base: { github: { s: node }, huggingface: {} }, github: { s: node }, huggingface: { s: 'file\n' } }
    expect(verdict({ ...world, take: { s: 'huggingface' } })).toEqual(["github s = 'file\\n'"])
    // Nothing of GitHub's can be there, and both sides are equal only without the Hub's file.
    expect(verdict({ ...world, take: { s: 'github' } })).toEqual(['huggingface s deleted'])
  })

  test('is guarded on the Hub as well, where a git push can bring it', () => {
    expect(
      conflictsOf({
        base: { github: {}, huggingface: { s: node } },
        github: { s: 'file\n' },
        huggingface: { s: node },
      }),
    ).toEqual(['conflict s type'])
    expect(
      conflictsOf({
        base: { github: {}, huggingface: { s: node } },
        github: { 's/a': 'file\n' },
        huggingface: { s: node },
      }),
    ).toEqual(['conflict s/a type'])
    expect(
      conflictsOf({
        base: { github: {}, huggingface: { 'd/s': node } },
        github: { d: 'file\n' },
        huggingface: { 'd/s': node },
      }),
    ).toEqual(['conflict d type'])
  })
})

test("a file of which one side changed the mode alone, and that is a folder on the other side, or has its folder's place taken by a file, is a conflict that people settle", () => {
  for (const now of [{ 'f/a': 'a\n' }, { 'f/a': symlink('x') }] as World[]) {
    const world: Case = {
      base: { f: 'f\n' },
      github: { f: executable('f\n') },
      huggingface: now,
      take: { f: 'github' },
    }
    for (const one of [world, swapped(world)]) {
      expect(conflictsOf(one)).toEqual(['conflict f file/directory'])
      expect(merge(one).conflicts).toMatchObject([{ settleable: false }])
    }
  }
  const base = { 'd/f': 'f\n' }
  const above = { base, github: { 'd/f': executable('f\n') }, huggingface: { d: 'd\n' } }
  expect(conflictsOf({ ...above, take: { 'd/f': 'github' } })).toEqual(['conflict d/f modify/delete'])
})

describe('a symlink on one side of a text merge', () => {
  test('a symlink at .gitattributes is not replaced by rules', () => {
    const node = symlink('rules')
    expect(
      conflictsOf({
        base: { github: { '.gitattributes': node }, huggingface: {} },
        github: { '.gitattributes': node },
        huggingface: { '.gitattributes': '*.bin filter=lfs\n' },
      }),
    ).toEqual(['conflict .gitattributes type'])
  })
})
