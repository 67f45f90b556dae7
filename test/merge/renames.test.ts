import { describe, expect, test } from 'vitest'
import { findFolderRenames } from '../../lib/merge/directory-renames.ts'
import { edited, moved, shown } from './shown.ts'
import { lfs, merge, numbers, plain, symlink, verdict } from './worlds.ts'

describe('a file that one side renamed', () => {
  test('arrives under its new name and leaves the old one', () => {
    expect(verdict({ base: { a: moved }, github: { b: moved }, huggingface: { a: moved } })).toEqual([
      'huggingface a deleted',
      `huggingface b = ${shown(moved)}`,
    ])
    expect(verdict({ base: { a: moved }, github: { a: moved }, huggingface: { 'd/b': moved } })).toEqual([
      'github a deleted',
      `github d/b = ${shown(moved)}`,
    ])
  })

  test("takes the other side's edit along, on both sides", () => {
    expect(verdict({ base: { a: moved }, github: { b: moved }, huggingface: { a: edited } })).toEqual([
      'huggingface a deleted',
      `github b = ${shown(edited)}`,
      `huggingface b = ${shown(edited)}`,
    ])
    expect(verdict({ base: { a: moved }, github: { a: edited }, huggingface: { b: moved } })).toEqual([
      'github a deleted',
      `github b = ${shown(edited)}`,
      `huggingface b = ${shown(edited)}`,
    ])
  })

  test('takes it along as an object too', () => {
    expect(verdict({ base: { a: lfs('v0') }, github: { b: lfs('v0') }, huggingface: { a: lfs('v1') } })).toEqual([
      'huggingface a deleted',
      "github b = lfs 'v1'",
      "huggingface b = lfs 'v1'",
    ])
    expect(
      verdict({
        base: { github: { a: plain('v0') }, huggingface: { a: lfs('v0') } },
        github: { b: plain('v0') },
        huggingface: { a: lfs('v1') },
      }),
    ).toEqual(['huggingface a deleted', "github b = lfs 'v1'", "huggingface b = lfs 'v1'"])
  })

  test('and edited on the way is merged under its new name, if half of it is still the same', () => {
    const both = numbers({ 5: 'five', 9: 'nine' })
    expect(verdict({ base: { a: moved }, github: { b: edited }, huggingface: { a: numbers({ 9: 'nine' }) } })).toEqual([
      'huggingface a deleted',
      `github b = ${shown(both)}`,
      `huggingface b = ${shown(both)}`,
    ])
    expect(verdict({ base: { a: moved }, github: { b: edited }, huggingface: { a: numbers({ 5: 'V' }) } })).toEqual([
      'conflict b content',
    ])
    const take = (side: 'github' | 'huggingface') =>
      verdict({ base: { a: moved }, github: { b: edited }, huggingface: { a: numbers({ 5: 'V' }) }, take: { b: side } })
    expect(take('github')).toEqual(['huggingface a deleted', `huggingface b = ${shown(edited)}`])
    expect(take('huggingface')).toEqual([
      'huggingface a deleted',
      `github b = ${shown(numbers({ 5: 'V' }))}`,
      `huggingface b = ${shown(numbers({ 5: 'V' }))}`,
    ])
    const little = numbers({ 1: 'a', 2: 'b', 3: 'c', 4: 'd', 5: 'e', 6: 'f' })
    expect(verdict({ base: { a: moved }, github: { b: little }, huggingface: { a: edited } })).toContain(
      'conflict a modify/delete',
    )
  })

  test('and edited, and deleted on the other side, is a conflict', () => {
    expect(verdict({ base: { a: moved }, github: {}, huggingface: { b: edited } })).toEqual([
      'github b = ' + shown(edited),
      'conflict a rename/delete',
    ])
  })

  test('to the same name on both sides with other edits each is merged', () => {
    const both = numbers({ 5: 'five', 9: 'nine' })
    expect(verdict({ base: { a: moved }, github: { b: edited }, huggingface: { b: numbers({ 9: 'nine' }) } })).toEqual([
      `github b = ${shown(both)}`,
      `huggingface b = ${shown(both)}`,
    ])
  })

  test('as an object is never read to be compared', () => {
    const { asked, conflicts } = merge({
      base: { a: lfs('v0 '.repeat(50)) },
      github: { b: lfs('v1 '.repeat(50)) },
      huggingface: { a: lfs('v2 '.repeat(50)) },
    })
    expect([asked.filter((line) => line.startsWith('bytes')), conflicts.map(({ kind }) => kind)]).toEqual([
      [],
      ['modify/delete'],
    ])
  })

  test('costs nothing where nobody else has a say in it', () => {
    expect(
      merge({
        base: { a: moved, k: 'k\n' },
        github: { b: edited, k: 'k\n' },
        huggingface: { a: moved, k: 'l\n' },
      }).asked.filter((line) => line.startsWith('bytes')),
    ).toEqual([])
  })

  test('and that the other side renamed to the same name is settled', () => {
    expect(verdict({ base: { a: moved }, github: { b: moved }, huggingface: { b: moved } })).toEqual([])
    expect(
      verdict({
        base: { github: { a: plain('v0') }, huggingface: { a: lfs('v0') } },
        github: { b: plain('v0') },
        huggingface: { b: lfs('v0') },
      }),
    ).toEqual([])
  })
})

describe('a rename is not followed', () => {
  test.each([
    [
      'an empty file, since all of them are alike',
      { a: '' },
      { b: '' },
      { a: 'text\n' },
      ["huggingface b = ''", 'conflict a modify/delete'],
    ],
    [
      'the second of two equal files that both went to one place',
      { a: moved, z: moved },
      { b: moved },
      { a: moved, z: edited },
      ['huggingface a deleted', `huggingface b = ${shown(moved)}`, 'conflict z modify/delete'],
    ],
    [
      'onto a path where the other side has a file of its own',
      { a: moved },
      { b: moved },
      { a: edited, b: 'own\n' },
      ['conflict a modify/delete', 'conflict b add/add'],
    ],
    [
      'onto a path where a symlink stands on the other side',
      { a: moved },
      { a: edited, b: symlink('elsewhere') },
      { b: moved },
      ['conflict a modify/delete', 'conflict b type'],
    ],
    [
      'onto a folder of the other side',
      { a: moved },
      { b: moved },
      { 'a': edited, 'b/c': 'c\n' },
      ['huggingface b/c', 'conflict a modify/delete', 'conflict b file/directory'],
    ],
  ] as const)('%s', (_, base, github, huggingface, expected) => {
    const found = verdict({ base, github, huggingface })
    expect(found.filter((line) => line.startsWith('conflict'))).toEqual(
      expected.filter((line) => line.startsWith('conflict')),
    )
    if (expected.every((line) => !line.startsWith('huggingface b/c'))) expect(found).toEqual(expected)
  })

  test('below a symlink or a submodule of the other side (F11)', () => {
    const world = {
      base: { github: { a: moved, s: symlink('elsewhere') }, huggingface: { a: moved } },
      github: { a: edited, s: symlink('elsewhere') },
      huggingface: { 's/b': moved },
    }
    expect(verdict(world).filter((line) => line.startsWith('conflict'))).toEqual([
      'conflict a modify/delete',
      'conflict s/b type',
    ])
  })

  test('below a file that the other side put there', () => {
    const found = verdict({ base: { a: moved }, github: { 'd/b': moved }, huggingface: { a: edited, d: 'a file\n' } })
    expect(found.filter((line) => line.startsWith('conflict'))).toContain('conflict d file/directory')
  })

  test('where the target existed before, and was replaced', () => {
    expect(
      verdict({ base: { a: moved, b: 'old\n' }, github: { b: moved }, huggingface: { a: edited, b: 'old\n' } }),
    ).toEqual([`huggingface b = ${shown(moved)}`, 'conflict a modify/delete'])
  })
})

describe('a path that is gone on both sides (F15)', () => {
  test('renamed here and deleted there', () => {
    expect(verdict({ base: { a: moved }, github: {}, huggingface: { c: moved } })).toContain('conflict a rename/delete')
    expect(verdict({ base: { a: moved }, github: { c: moved }, huggingface: {} })).toContain('conflict a rename/delete')
  })

  test('renamed to two names', () => {
    const { conflicts } = merge({ base: { a: moved }, github: { b: moved }, huggingface: { c: moved } })
    expect(conflicts).toMatchObject([
      {
        path: 'a',
        kind: 'rename/rename',
        detail:
          'github renamed it to "b", huggingface renamed it to "c": taking github calls it "b" on both, taking huggingface calls it "c" on both',
      },
    ])
  })

  test('deleted on both without a new place is no conflict', () => {
    expect(verdict({ base: { a: moved }, github: {}, huggingface: {} })).toEqual([])
  })

  test('deleted on one side and replaced under the new name on the other', () => {
    expect(verdict({ base: { a: moved }, github: { b: moved }, huggingface: { b: 'own\n' } })).toEqual([
      'conflict a rename/delete',
      'conflict b add/add',
    ])
  })
})

test('a folder that was renamed within a renamed folder tells of both', () => {
  expect(findFolderRenames(new Map([['a/x/1', 'b/x/1']]))).toEqual(
    new Map([
      ['a/x', 'b/x'],
      ['a', 'b'],
    ]),
  )
  expect(findFolderRenames(new Map([['a/x/1', 'b/y/1']]))).toEqual(new Map([['a/x', 'b/y']]))
})
