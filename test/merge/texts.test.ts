/** Texts that both sides changed, and files stored in another way. */
import { describe, expect, test } from 'vitest'
import { listAnswers } from '../../lib/merge/take.ts'
import { mapSides } from '../../lib/model/sides.ts'
import { quoted } from './shown.ts'
import { binary, lfs, merge, numbers, plain, symlink, verdict } from './worlds.ts'

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

  test('a card whose keys both sides moved is a conflict that has no lines of both', () => {
    const [base, github, huggingface] = ['abc', 'cab', 'bac'].map(
      (keys) => `---\n${[...keys].map((key) => `${key}: 1\n`).join('')}---\n# Corpus\n`,
    )
    const { conflicts } = merge({
      base: { 'README.md': base! },
      github: { 'README.md': github! },
      huggingface: { 'README.md': huggingface! },
    })
    expect(conflicts).toMatchObject([{ detail: 'both sides rearranged its front matter', keys: ['a', 'b', 'c'] }])
    expect(listAnswers(conflicts[0]!)).toEqual(['github', 'huggingface'])
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
    ).toEqual(['base mismatch t'])
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

describe('files that both sides added', () => {
  const added = (github: string, huggingface: string) =>
    merge({ base: {}, github: { t: github }, huggingface: { t: huggingface } })

  test('are a conflict that shows the lines of both', () => {
    expect(added('same\none\n', 'same\ntwo\n').conflicts).toMatchObject([
      { kind: 'add/add', hunks: [{ github: ['one\n'], huggingface: ['two\n'] }] },
    ])
  })

  test('are read for their lines up to fifty; what people have answered costs none of these', () => {
    const many = (text: string) =>
      Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`${at}`, `${text} ${at}\n`]))
    const shown = (take: Record<string, 'both'>) =>
      merge({ base: {}, github: many('one'), huggingface: many('two'), take }).conflicts.filter(
        ({ hunks }) => hunks.length > 0,
      ).length
    expect(shown({})).toBe(50)
    expect(shown(Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`${at}`, 'both'])))).toBe(50)
  })

  test('where one side had no file at the base are such ones, too', () => {
    const base = { github: { t: numbers() }, huggingface: {} }
    const { conflicts } = merge({
      base,
      github: { t: numbers({ 1: 'one' }) },
      huggingface: { t: numbers({ 9: 'nine' }) },
    })
    expect(conflicts).toMatchObject([{ kind: 'add/add' }])
  })
})

test('a file in the place of a symlink, where the other side has had another file, is a conflict that says so', () => {
  const base = { github: { t: symlink('x') }, huggingface: { t: 'a\n' } }
  expect(merge({ base, github: { t: 'b\n' }, huggingface: { t: 'a\n' } }).conflicts).toMatchObject([
    {
      kind: 'add/add',
      detail: 'both sides hold a file now where one had something that cannot be mirrored, and they differ',
    },
  ])
})

test('what one side changed and the other deleted is told in these words', () => {
  const { conflicts } = merge({ base: { t: 'a\n' }, github: { t: 'b\n' }, huggingface: {} })
  expect(conflicts).toMatchObject([{ detail: 'github changed it, huggingface deleted it' }])
})

test('a text that comes to what the other side stores as an object all the time moves nothing', () => {
  const base = { github: { t: 'a\n' }, huggingface: { t: lfs('b\n') } }
  expect(merge({ base, github: { t: 'b\n' }, huggingface: { t: lfs('b\n') } }).written).toEqual([])
})
