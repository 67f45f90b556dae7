import { describe, expect, test } from 'vitest'
import { type Sides } from '../../lib/model/sides.ts'
import { quoted } from './shown.ts'
import { binary, lfs, lines, numbers, plain, verdict, type Node } from './worlds.ts'

/** How each side stores a version of a file, and how a line of the verdict shows what arrives from it. */
interface Kind {
  readonly name: string
  readonly store: Sides<(version: string) => Node>
  readonly shown: (version: string) => string
  readonly conflict: 'content'
}

const text = (version: string) => plain(lines(version))

const kinds: Kind[] = [
  {
    name: 'text',
    store: { github: text, huggingface: text },
    shown: (version) => quoted(Buffer.from(lines(version))),
    conflict: 'content',
  },
  {
    name: 'a binary file',
    store: { github: (v) => plain(binary(v)), huggingface: (v) => plain(binary(v)) },
    shown: (version) => quoted(binary(version)),
    conflict: 'content',
  },
  {
    name: 'an LFS object',
    store: { github: lfs, huggingface: lfs },
    shown: (version) => `lfs ${quoted(Buffer.from(version))}`,
    conflict: 'content',
  },
]

/** `-` absent, `0` as at the base, `1` and `2` two different versions; `=` nothing happens. */
type State = '-' | '0' | '1' | '2'

const table: [base: '-' | '0', github: State, huggingface: State, expected: string][] = [
  ['0', '0', '0', '='],
  ['0', '0', '1', '<- 1'],
  ['0', '0', '-', '<- deleted'],
  ['0', '1', '0', '-> 1'],
  ['0', '1', '1', '='],
  ['0', '1', '2', 'content'],
  ['0', '1', '-', 'modify/delete'],
  ['0', '-', '0', '-> deleted'],
  ['0', '-', '1', 'modify/delete'],
  ['0', '-', '-', '='],
  ['-', '-', '-', '='],
  ['-', '1', '-', '-> 1'],
  ['-', '-', '1', '<- 1'],
  ['-', '1', '1', '='],
  ['-', '1', '2', 'add/add'],
]

describe.each(kinds)('a path that holds $name', ({ store, shown }) => {
  test.each(table)('base %s, GitHub %s, Hugging Face %s: %s', (base, github, huggingface, expected) => {
    const world = (side: 'github' | 'huggingface', state: State) =>
      state === '-' ? {} : { f: store[side](`version ${state}`) }
    const found = verdict({
      base: { github: world('github', base), huggingface: world('huggingface', base) },
      github: world('github', github),
      huggingface: world('huggingface', huggingface),
    })
    const [direction, version] = expected.split(' ')
    const to = direction === '<-' ? 'github' : 'huggingface'
    expect(found).toEqual(
      expected === '='
        ? []
        : version === undefined
          ? [`conflict f ${expected}`]
          : [version === 'deleted' ? `${to} f deleted` : `${to} f = ${shown(`version ${version}`)}`],
    )
  })
})

describe('plain on GitHub, LFS on the Hub', () => {
  const mixed = (base: string, github: string | null, huggingface: string | null, treeProven = true) =>
    verdict({
      base: { github: { d: plain(binary(base)) }, huggingface: { d: lfs(binary(base)) } },
      treeProven,
      github: github === null ? {} : { d: plain(binary(github)) },
      huggingface: huggingface === null ? {} : { d: lfs(binary(huggingface)) },
    })

  test.each([
    ['changed on GitHub', 'v0', 'v1', 'v0', [`huggingface d = ${quoted(binary('v1'))}`]],
    ['changed on the Hub', 'v0', 'v0', 'v1', [`github d = lfs ${quoted(binary('v1'))}`]],
    ['deleted on GitHub', 'v0', null, 'v0', ['huggingface d deleted']],
    ['deleted on the Hub', 'v0', 'v0', null, ['github d deleted']],
    ['changed on both to the same bytes', 'v0', 'v1', 'v1', []],
    ['changed on both to bytes of the same length', 'v0', 'v1', 'v2', ['conflict d content']],
    ['changed on both to bytes of different length', 'v0', 'v1', 'v22', ['conflict d content']],
    ['changed on GitHub, deleted on the Hub', 'v0', 'v1', null, ['conflict d modify/delete']],
    ['deleted on GitHub, changed on the Hub', 'v0', null, 'v1', ['conflict d modify/delete']],
  ])('%s', (_, base, github, huggingface, expected) => {
    expect(mixed(base, github, huggingface)).toEqual(expected)
    expect(mixed(base, github, huggingface, false)).toEqual(expected)
  })

  test('added on both sides with equal bytes is no conflict, whatever stores them', () => {
    expect(verdict({ base: {}, github: { d: plain('1,2') }, huggingface: { d: lfs('1,2') } })).toEqual([])
    expect(verdict({ base: {}, github: { d: plain('1,2') }, huggingface: { d: lfs('1,3') } })).toEqual([
      'conflict d add/add',
    ])
    expect(verdict({ base: null, github: { d: lfs('1,2') }, huggingface: { d: plain('1,2') } })).toEqual([])
  })

  test('text that one side keeps in LFS is not merged line by line', () => {
    const world = {
      base: { github: { t: numbers() }, huggingface: { t: lfs(numbers()) } },
      github: { t: numbers({ 1: 'one' }) },
      huggingface: { t: lfs(numbers({ 9: 'nine' })) },
    }
    expect(verdict(world)).toEqual(['conflict t content'])
  })
})

describe('equality of a plain file and an object (F4)', () => {
  const base = { github: { d: plain('v0') }, huggingface: { d: lfs('v9') } }

  test('equal sizes are enough where a recorded tree proves the base', () => {
    expect(verdict({ base, github: { d: plain('v0') }, huggingface: { d: lfs('v8') }, treeProven: true })).toEqual([
      "github d = lfs 'v8'",
    ])
  })

  test('without one the bytes are compared, and a base that differs is never a base', () => {
    expect(verdict({ base, github: { d: plain('v0') }, huggingface: { d: lfs('v8') }, treeProven: false })).toEqual([
      'base mismatch d',
    ])
    expect(verdict({ base, github: { d: plain('v1') }, huggingface: { d: lfs('v9') }, treeProven: false })).toEqual([
      'base mismatch d',
    ])
  })

  test('a size that differs is a base mismatch with a recorded tree too', () => {
    expect(
      verdict({
        base: { github: { d: plain('v0') }, huggingface: { d: lfs('v99') } },
        github: { d: plain('v0') },
        huggingface: { d: lfs('v8') },
      }),
    ).toEqual(['base mismatch d'])
  })
})
