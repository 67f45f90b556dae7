import { describe, expect, test } from 'vitest'
import { mapSides, type Sides } from '../../lib/model/sides.ts'
import { binary, lfs, lines, merge, numbers, plain, verdict, type Node } from './worlds.ts'

/** How each side stores a version of a file, and how a line of the verdict shows what arrives from it. */
interface Kind {
  readonly name: string
  readonly store: Sides<(version: string) => Node>
  readonly shown: (version: string) => string
  readonly conflict: 'content'
}

const quoted = (bytes: Uint8Array) => JSON.stringify(Buffer.from(bytes).toString('latin1')).replaceAll('"', "'")
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
  const mixed = (base: string, github: string | null, huggingface: string | null, recorded = true) =>
    verdict({
      base: { github: { d: plain(binary(base)) }, huggingface: { d: lfs(binary(base)) } },
      recorded,
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
    expect(verdict({ base, github: { d: plain('v0') }, huggingface: { d: lfs('v8') }, recorded: true })).toEqual([
      "github d = lfs 'v8'",
    ])
  })

  test('without one the bytes are compared, and a base that differs is never a base', () => {
    expect(verdict({ base, github: { d: plain('v0') }, huggingface: { d: lfs('v8') }, recorded: false })).toEqual([
      'diverged d',
    ])
    expect(verdict({ base, github: { d: plain('v1') }, huggingface: { d: lfs('v9') }, recorded: false })).toEqual([
      'diverged d',
    ])
  })

  test('a size that differs is a divergence with a recorded tree too', () => {
    expect(
      verdict({
        base: { github: { d: plain('v0') }, huggingface: { d: lfs('v99') } },
        github: { d: plain('v0') },
        huggingface: { d: lfs('v8') },
      }),
    ).toEqual(['diverged d'])
  })
})

describe('text that both sides changed', () => {
  const both = (github: string, huggingface: string, base = numbers()) =>
    merge({ base: { t: base }, github: { t: github }, huggingface: { t: huggingface } })

  test('lines in different places are merged, and the merged text goes to both', () => {
    const merged = numbers({ 1: 'one', 9: 'nine' })
    expect(both(numbers({ 1: 'one' }), numbers({ 9: 'nine' })).written).toEqual([
      `github t = ${quoted(Buffer.from(merged))}`,
      `huggingface t = ${quoted(Buffer.from(merged))}`,
    ])
  })

  test('the outcome says how many hunks each side brought', () => {
    const { outcomes } = both(numbers({ 1: 'one', 5: 'five' }), numbers({ 9: 'nine' }))
    expect(outcomes.map(({ hunks }) => hunks)).toEqual([
      { github: 2, huggingface: 1 },
      { github: 2, huggingface: 1 },
    ])
  })

  test('a side that holds the merged text already is left alone', () => {
    expect(both(numbers({ 1: 'one', 9: 'nine' }), numbers({ 9: 'nine' })).written).toEqual([
      `huggingface t = ${quoted(Buffer.from(numbers({ 1: 'one', 9: 'nine' })))}`,
    ])
  })

  test('the same line changed differently is a conflict, with the hunk', () => {
    const { conflicts, written } = both(numbers({ 5: 'five' }), numbers({ 5: 'V' }))
    expect(written).toEqual([])
    expect(conflicts).toMatchObject([
      {
        path: 't',
        kind: 'content',
        detail: 'both sides changed the same lines',
        hunks: [{ line: 5, base: ['5\n'], github: ['five\n'], huggingface: ['V\n'] }],
      },
    ])
  })

  test.each([
    ['the base is no text', binary('0'), 'one', 'two'],
    ["GitHub's version is no text", 'zero', binary('1'), 'two'],
    ["the Hub's version is no text", 'zero', 'one', binary('2')],
    ['one version is not UTF-8', 'zero', Buffer.from([0xe9, 0x0a]), 'two'],
  ])('nothing is merged when %s', (_, base, github, huggingface) => {
    const { conflicts } = merge({
      base: { t: plain(base) },
      github: { t: plain(github) },
      huggingface: { t: plain(huggingface) },
    })
    expect(conflicts).toMatchObject([
      { path: 't', kind: 'content', detail: 'both sides changed it, and it is not text' },
    ])
  })

  test('a text on one side that is a pointer without an object behind it is not merged as text', () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 5\n`
    expect(verdict({ base: { t: pointer }, github: { t: 'one\n' }, huggingface: { t: 'two\n' } })).toEqual([
      'conflict t content',
    ])
  })

  test.each(['github', 'huggingface'] as const)(
    'nor is one that %s put in the place of a text, or of which the sides made two',
    (side) => {
      const pointer = (size: number) =>
        `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize ${size}\n`
      const other = side === 'github' ? 'huggingface' : 'github'
      const world = (base: string, here: string, there: string) =>
        verdict({ base: { t: base }, ...mapSides((one) => ({ t: one === side ? here : there })) })
      expect(world('one\ntwo\n', pointer(5), 'one\n2\n')).toEqual(['conflict t content'])
      expect(world(pointer(5), pointer(6), pointer(7))).toEqual(['conflict t content'])
      expect(world(pointer(5), pointer(6), pointer(6))).toEqual([])
      expect(world(pointer(5), pointer(6), pointer(5))).toEqual([
        `${other} t = ${JSON.stringify(pointer(6)).replaceAll('"', "'")}`,
      ])
    },
  )

  test('a last line with and without its newline are two versions', () => {
    expect(
      verdict({ base: { t: 'a\nb\nc\nd' }, github: { t: 'A\nb\nc\nd' }, huggingface: { t: 'a\nb\nc\nd\n' } }),
    ).toEqual(["github t = 'A\\nb\\nc\\nd\\n'", "huggingface t = 'A\\nb\\nc\\nd\\n'"])
  })

  test('CR LF line ends that one side brought travel with its lines', () => {
    expect(
      verdict({
        base: { t: 'a\r\nb\r\nc\r\n' },
        github: { t: 'A\r\nb\r\nc\r\n' },
        huggingface: { t: 'a\r\nb\r\nC\r\n' },
      })[0],
    ).toBe("github t = 'A\\r\\nb\\r\\nC\\r\\n'")
  })

  test('a base that the two sides do not share is no base for a merge', () => {
    const base = { github: { t: numbers() }, huggingface: { t: numbers({ 3: 'three' }) } }
    expect(
      verdict({ base, github: { t: numbers({ 1: 'one' }) }, huggingface: { t: numbers({ 3: 'three', 9: 'nine' }) } }),
    ).toEqual(['diverged t'])
  })
})

describe('a change of storage alone', () => {
  const object = { github: { d: plain('bytes') }, huggingface: { d: plain('bytes') } }

  test('is no change for the other side but what its rules make of it', () => {
    const outcomes = (...world: Parameters<typeof merge>) =>
      merge(...world).outcomes.map(({ to, path, onlyStorage }) => [to, path, onlyStorage])
    expect(outcomes({ base: object, github: { d: plain('bytes') }, huggingface: { d: lfs('bytes') } })).toEqual([
      ['github', 'd', true],
    ])
    expect(outcomes({ base: object, github: { d: lfs('bytes') }, huggingface: { d: plain('bytes') } })).toEqual([
      ['huggingface', 'd', true],
    ])
    expect(
      outcomes({
        base: { github: { d: plain('bytes') }, huggingface: { d: lfs('bytes') } },
        github: { d: lfs('bytes') },
        huggingface: { d: lfs('bytes') },
      }),
    ).toEqual([])
    expect(verdict({ base: object, github: { d: lfs('bytes') }, huggingface: { d: lfs('bytes') } })).toEqual([])
  })

  test('gives way to a change of content on the other side', () => {
    expect(verdict({ base: object, github: { d: plain('other') }, huggingface: { d: lfs('bytes') } })).toEqual([
      "huggingface d = 'other'",
    ])
    expect(verdict({ base: object, github: { d: lfs('bytes') }, huggingface: { d: plain('other') } })).toEqual([
      "github d = 'other'",
    ])
    expect(verdict({ base: object, github: {}, huggingface: { d: lfs('bytes') } })).toEqual(['huggingface d deleted'])
    expect(verdict({ base: object, github: { d: lfs('other') }, huggingface: { d: lfs('bytes') } })).toEqual([
      "huggingface d = lfs 'other'",
    ])
  })

  test('away from LFS lets text be merged, whichever side made it', () => {
    const merged = [
      `github t = ${quoted(Buffer.from(numbers({ 1: 'one', 9: 'nine' })))}`,
      `huggingface t = ${quoted(Buffer.from(numbers({ 1: 'one', 9: 'nine' })))}`,
    ]
    const [objectAtBase, plainAtBase] = [{ t: lfs(numbers()) }, { t: plain(numbers()) }]
    expect(
      verdict({
        base: { github: objectAtBase, huggingface: plainAtBase },
        github: { t: numbers({ 1: 'one' }) },
        huggingface: { t: numbers({ 9: 'nine' }) },
      }),
    ).toEqual(merged)
    expect(
      verdict({
        base: { github: plainAtBase, huggingface: objectAtBase },
        github: { t: numbers({ 1: 'one' }) },
        huggingface: { t: numbers({ 9: 'nine' }) },
      }),
    ).toEqual(merged)
  })

  test('together with new bytes it is a change like any other', () => {
    expect(verdict({ base: object, github: { d: plain('mine!') }, huggingface: { d: lfs('yours') } })).toEqual([
      'conflict d content',
    ])
    expect(verdict({ base: object, github: { d: plain('bytes') }, huggingface: { d: lfs('newer') } })).toEqual([
      "github d = lfs 'newer'",
    ])
  })
})

describe('only what matters is asked', () => {
  test('a plain text changed on one side costs one entry of the other, and no text', () => {
    expect(
      merge({ base: { t: 'a\n', u: 'b\n' }, github: { t: 'A\n', u: 'b\n' }, huggingface: { t: 'a\n', u: 'b\n' } })
        .asked,
    ).toEqual(['entry huggingface head t'])
  })

  test('a deletion and an addition cost as little', () => {
    expect(merge({ base: { t: 'a\n' }, github: {}, huggingface: { t: 'a\n' } }).asked).toEqual([
      'entry huggingface head t',
    ])
    expect(merge({ base: {}, github: {}, huggingface: { t: 'a\n' } }).asked).toEqual(['entry github head t'])
  })

  test('an addition below a folder asks for the folders above', () => {
    expect(merge({ base: {}, github: { 'a/b/c': 'c\n' }, huggingface: {} }).asked).toEqual([
      'entry huggingface head a/b/c',
      'entry huggingface head a',
      'entry huggingface head a/b',
    ])
  })

  test('the same change on both sides asks nothing', () => {
    expect(merge({ base: { t: 'a\n' }, github: { t: 'A\n' }, huggingface: { t: 'A\n' } }).asked).toEqual([])
    expect(merge({ base: { t: 'a\n' }, github: {}, huggingface: {} }).asked).toEqual([])
  })

  test('no bytes are read to tell a plain file from an object when the sizes differ', () => {
    expect(merge({ base: {}, github: { d: plain('12') }, huggingface: { d: lfs('123') } }).asked).toEqual([])
  })

  test('with a recorded base an object that one side changed is not downloaded', () => {
    const world = {
      base: { github: { d: plain('v0') }, huggingface: { d: lfs('v0') } },
      github: { d: plain('v0') },
      huggingface: { d: lfs('v001') },
    }
    expect(merge(world).asked.filter((question) => question.startsWith('sha256'))).toEqual([])
    expect(merge({ ...world, recorded: false }).asked).toContain('sha256 github head d')
  })

  test('a change of storage alone costs two entries and one hash', () => {
    expect(
      merge({ base: { d: plain('bytes') }, github: { d: plain('bytes') }, huggingface: { d: lfs('bytes') } }).asked,
    ).toEqual(['entry github head d', 'sha256 github head d', 'entry huggingface base d'])
  })

  test('text is read only of files that both sides changed', () => {
    const world = {
      base: { t: numbers(), u: 'u' },
      github: { t: numbers({ 1: 'one' }), u: 'U' },
      huggingface: { t: numbers({ 9: 'nine' }), u: 'u' },
    }
    expect(merge(world).asked.filter((question) => question.startsWith('text'))).toEqual([
      'text github base t',
      'text github head t',
      'text huggingface head t',
    ])
  })

  /** How often a merge waits for answers. */
  const roundsOf = (world: Parameters<typeof merge>[0]) => merge(world).rounds

  test('and all that is known to matter is asked in one round, however deep a new file is', () => {
    expect(
      ['n', 'a/n', 'a/b/c/d/e/n'].map((path) => roundsOf({ base: {}, github: { [path]: 'n\n' }, huggingface: {} })),
    ).toEqual([1, 1, 1])
    expect(merge({ base: {}, github: { 'a/b/c/d/e/n': 'n\n' }, huggingface: {} }).asked).toHaveLength(6)
  })

  test.each<[string, number, Parameters<typeof merge>[0]]>([
    [
      'a text that both sides changed',
      1,
      { base: { t: numbers() }, github: { t: numbers({ 1: 'one' }) }, huggingface: { t: numbers({ 9: 'nine' }) } },
    ],
    [
      "one that is an object at one side's base",
      1,
      {
        base: { github: { t: plain(numbers()) }, huggingface: { t: lfs(numbers()) } },
        github: { t: numbers({ 1: 'one' }) },
        huggingface: { t: numbers({ 9: 'nine' }) },
      },
    ],
    [
      'one renamed deep into new folders and changed there',
      3,
      {
        base: { t: numbers() },
        github: { 'a/b/c/t': numbers({ 1: 'one' }) },
        huggingface: { t: numbers({ 9: 'nine' }) },
      },
    ],
    [
      'a file changed here and deleted there',
      1,
      { base: { 'a/b/t': numbers() }, github: { 'a/b/t': numbers({ 1: 'one' }) }, huggingface: {} },
    ],
    [
      'a file put into a folder that moved',
      2,
      {
        base: { 'old/a': numbers() },
        github: { 'new/b/a': numbers() },
        huggingface: { 'old/a': numbers(), 'old/n': 'n\n' },
      },
    ],
  ])('%s takes %i', (_, rounds, world) => {
    expect(roundsOf(world)).toBe(rounds)
  })
})
