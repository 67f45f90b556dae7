/** Which conflicts somebody settles who takes a side. */
import { describe, expect, test } from 'vitest'
import { lfs, merge, numbers, symlink, verdict, type Case, type World } from './worlds.ts'

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
