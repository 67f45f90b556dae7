import { describe, expect, test } from 'vitest'
import { executable, lfs, merge, numbers, submodule, symlink, verdict, type Case, type World } from './worlds.ts'

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

describe('--take settles a conflict', () => {
  const v1 = numbers({ 5: 'one' })
  const v2 = numbers({ 5: 'two' })
  const quoted = (content: string) => JSON.stringify(content).replaceAll('"', "'")
  test.each<[string, Case, github: string[], huggingface: string[]]>([
    [
      'content',
      { base: { f: numbers() }, github: { f: v1 }, huggingface: { f: v2 } },
      [`huggingface f = ${quoted(v1)}`],
      [`github f = ${quoted(v2)}`],
    ],
    [
      'content of objects',
      { base: { f: lfs('0') }, github: { f: lfs('1') }, huggingface: { f: lfs('2') } },
      ["huggingface f = lfs '1'"],
      ["github f = lfs '2'"],
    ],
    [
      'add/add',
      { base: {}, github: { f: v1 }, huggingface: { f: v2 } },
      [`huggingface f = ${quoted(v1)}`],
      [`github f = ${quoted(v2)}`],
    ],
    [
      'modify/delete',
      { base: { f: numbers() }, github: { f: v1 }, huggingface: {} },
      [`huggingface f = ${quoted(v1)}`],
      ['github f deleted'],
    ],
    [
      'delete/modify',
      { base: { f: numbers() }, github: {}, huggingface: { f: v2 } },
      ['huggingface f deleted'],
      [`github f = ${quoted(v2)}`],
    ],
    [
      'rename/delete',
      { base: { f: numbers() }, github: { g: numbers() }, huggingface: {} },
      [`huggingface g = ${quoted(numbers())}`],
      ['github g deleted'],
    ],
    [
      'rename/rename',
      { base: { f: numbers() }, github: { g: numbers() }, huggingface: { h: numbers() } },
      [`huggingface g = ${quoted(numbers())}`, 'huggingface h deleted'],
      ['github g deleted', `github h = ${quoted(numbers())}`],
    ],
  ])('%s', (_, world, github, huggingface) => {
    expect(verdict(world).some((line) => line.startsWith('conflict f '))).toBe(true)
    for (const [taken, expected] of [
      ['github', github],
      ['huggingface', huggingface],
    ] as const) {
      expect(verdict({ ...world, take: { f: taken } })).toEqual(expected)
      const { after } = merge({ ...world, take: { f: taken } })
      expect(Object.keys(after.github).toSorted()).toEqual(Object.keys(after.huggingface).toSorted())
    }
  })

  test("without deleting what the taken side has at the other one's new name", () => {
    const other = 'nothing\nlike it\n'
    const world: Case = { base: { f: numbers() }, github: { g: numbers() }, huggingface: { g: other } }
    expect(verdict({ ...world, take: { f: 'huggingface' } })).toEqual(['conflict g add/add'])
    expect(verdict({ ...world, take: { f: 'huggingface', g: 'huggingface' } })).toEqual([`github g = ${quoted(other)}`])
  })

  test('and of two names takes one, with what each side made of the file', () => {
    const [here, there] = [numbers({ 2: 'here' }), numbers({ 8: 'there' })]
    const both = quoted(numbers({ 2: 'here', 8: 'there' }))
    const base = { f: numbers() }
    const taken = (github: World, huggingface: World, more = {}) =>
      verdict({ base, github, huggingface, take: { f: 'github', ...more } })
    expect(taken({ g: numbers() }, { h: there })).toEqual([
      `github g = ${quoted(there)}`,
      `huggingface g = ${quoted(there)}`,
      'huggingface h deleted',
    ])
    expect(taken({ g: here }, { h: numbers() })).toEqual([`huggingface g = ${quoted(here)}`, 'huggingface h deleted'])
    expect(taken({ g: here }, { h: there })).toEqual([
      `github g = ${both}`,
      `huggingface g = ${both}`,
      'huggingface h deleted',
    ])
    // Edits of the same line are a question of their own.
    const apart = [{ g: numbers({ 2: 'here' }) }, { h: numbers({ 2: 'there' }) }] as const
    expect(taken(...apart)).toEqual(['conflict g content'])
    expect(taken(...apart, { g: 'huggingface' })).toEqual([
      `github g = ${quoted(numbers({ 2: 'there' }))}`,
      `huggingface g = ${quoted(numbers({ 2: 'there' }))}`,
      'huggingface h deleted',
    ])
  })

  test('and leaves nothing behind that its settling made room for', () => {
    const world: Case = { base: { f: numbers() }, github: { 'g/a': 'a\n' }, huggingface: { g: numbers() } }
    expect(verdict(world)).toEqual(['conflict f rename/delete', 'conflict g file/directory'])
    expect(verdict({ ...world, take: { f: 'github' } })).toContain('conflict g/a type')
  })

  test('but puts nothing over a folder that holds a symlink', () => {
    const above: Case = {
      base: { d: 'f\n' },
      github: { 'd/s': symlink('elsewhere') },
      huggingface: { d: 'F\n' },
      take: { d: 'huggingface' },
    }
    expect(verdict(above)).toEqual(['conflict d modify/delete'])
    expect(merge(above).conflicts).toMatchObject([{ settleable: false }])
  })

  test('on its path alone', () => {
    expect(
      verdict({ base: {}, github: { f: v1, g: v1 }, huggingface: { f: v2, g: v2 }, take: { f: 'github' } }),
    ).toEqual([`huggingface f = ${quoted(v1)}`, 'conflict g add/add'])
  })

  test('and changes nothing where both sides agree or can be merged', () => {
    const world = {
      base: { f: numbers() },
      github: { f: numbers({ 1: 'one' }) },
      huggingface: { f: numbers({ 9: 'nine' }) },
    }
    expect(verdict({ ...world, take: { f: 'github' } })).toEqual(verdict(world))
    expect(verdict({ base: { f: v1 }, github: { f: v2 }, huggingface: { f: v1 }, take: { f: 'huggingface' } })).toEqual(
      [`huggingface f = ${quoted(v2)}`],
    )
  })
})
