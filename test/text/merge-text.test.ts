import { describe, expect, test } from 'vitest'
import { mergeText, type Hunk, type TextMerge } from '../../lib/text/merge-text.ts'

describe('mergeText', () => {
  const clean = (text: string, github: number, huggingface: number): TextMerge => ({
    clean: true,
    text,
    hunks: { github, huggingface },
  })

  test.each<[name: string, base: string, github: string, huggingface: string, expected: TextMerge]>([
    ['changes in different places', 'a\nb\nc\nd\n', 'A\nb\nc\nd\n', 'a\nb\nc\nD\n', clean('A\nb\nc\nD\n', 1, 1)],
    [
      'several changes of each',
      'a\nb\nc\nd\ne\n',
      'A\nb\nC\nd\ne\n',
      'a\nb\nc\nd\nE\n0\n',
      clean('A\nb\nC\nd\nE\n0\n', 2, 1),
    ],
    ['a deletion and an addition', 'a\nb\nc\nd\n', 'b\nc\nd\n', 'a\nb\nc\nd\ne\n', clean('b\nc\nd\ne\n', 1, 1)],
    ['the same change and one more', 'a\nb\nc\n', 'A\nb\nc\n', 'A\nb\nC\n', clean('A\nb\nC\n', 1, 2)],
    [
      'a final newline taken away and another line changed',
      'a\nb\nc\n',
      'a\nb\nc',
      'A\nb\nc\n',
      clean('A\nb\nc', 1, 1),
    ],
    ['CRLF lines', 'a\r\nb\r\nc\r\n', 'A\r\nb\r\nc\r\n', 'a\r\nb\r\nC\r\n', clean('A\r\nb\r\nC\r\n', 1, 1)],
    ['a first line that is empty', '\nb\nc\n', 'x\nb\nc\n', '\nb\nC\n', clean('x\nb\nC\n', 1, 1)],
  ])('merges %s', (_, base, github, huggingface, expected) => {
    expect(mergeText(base, { github, huggingface })).toEqual(expected)
  })

  test.each<
    [
      name: string,
      base: string,
      github: string,
      huggingface: string,
      line: number,
      base: string[],
      github: string[],
      huggingface: string[],
    ]
  >([
    ['one line changed twice', 'a\nb\nc\nd\n', 'a\nB\nc\nd\n', 'a\nbb\nc\nd\n', 2, ['b\n'], ['B\n'], ['bb\n']],
    [
      'lines that touch',
      'a\nb\nc\nd\n',
      'a\nB\nc\nd\n',
      'a\nb\nC\nd\n',
      2,
      ['b\n', 'c\n'],
      ['B\n', 'c\n'],
      ['b\n', 'C\n'],
    ],
    ['a line changed and deleted', 'a\nb\nc\n', 'a\nB\nc\n', 'a\nc\n', 2, ['b\n'], ['B\n'], []],
    ['additions at one place', 'a\nz\n', 'a\ng\nz\n', 'a\nh\nz\n', 2, [], ['g\n'], ['h\n']],
    ['the same line added, not as often', 'a\na\n', 'a\na\na\n', 'a\na\na\na\n', 3, [], ['a\n'], ['a\n', 'a\n']],
    ['a final newline and the line itself', 'a\nb', 'a\nb\n', 'a\nB', 2, ['b'], ['b\n'], ['B']],
    [
      'line endings and a line',
      'a\nb\n',
      'a\r\nb\r\n',
      'A\nb\n',
      1,
      ['a\n', 'b\n'],
      ['a\r\n', 'b\r\n'],
      ['A\n', 'b\n'],
    ],
  ])('shows where both sides meet: %s', (_, base, github, huggingface, line, ...[lines, g, h]) => {
    const hunks = [{ line, base: lines, github: g, huggingface: h }]
    expect(mergeText(base, { github, huggingface })).toEqual({ clean: false, reason: 'overlap', hunks })
  })

  test.each<[name: string, base: string, github: string, huggingface: string, hunk: Hunk]>([
    [
      'merging the result again would add a line once more',
      'a\n',
      'a\na\n',
      'b\na\n',
      { line: 1, base: [], github: ['a\n'], huggingface: ['b\n'] },
    ],
    [
      'git merges to one text by one way to align lines, and to another by the other',
      'a\na\nb\n',
      'a\na\nb\nb\n',
      'b\na\nb\nb\n',
      { line: 1, base: ['a\n', 'a\n'], github: ['a\n', 'a\n', 'b\n'], huggingface: ['b\n', 'a\n', 'b\n'] },
    ],
  ])(
    'is not certain where %s, and shows all from the first change to the last',
    (_, base, github, huggingface, hunk) => {
      expect(mergeText(base, { github, huggingface })).toEqual({ clean: false, reason: 'not certain', hunks: [hunk] })
    },
  )

  test.each<[name: string, base: string, github: string, huggingface: string]>([
    // Aligned by a package for diff3, the first three were merged, to something that neither side had in mind.
    ['a line was moved up and lines of the same kind were added', 'b\na\na\nb\na\n', 'a\nb\na\nb\n', 'b\na\nb\na\n'],
    [
      'lines were put in among equal ones and a line after them',
      'a\nb\nb\nb\n',
      'a\nb\na\na\nb\nb\n',
      'a\nb\nb\nb\na\n',
    ],
    [
      'lines were added at the end that the other side has deleted',
      'b,2\na,2\nc,2\n',
      'a,2\na,2\na,1\nb,2\nc,1\na,1\na,2\n',
      'b,2\na,2\n',
    ],
    [
      'an added block can also stand where the other side made a change',
      'x\n{\n}\ny\n',
      'x\n{\n}\n{\n}\ny\n',
      'x\n{\n}\nY\n',
    ],
    ['both deleted equal lines, and not as many', '\n\n\nz\n', '\n\nz\n', '\nz\n'],
  ])('is a conflict where %s', (_, base, github, huggingface) => {
    expect(mergeText(base, { github, huggingface })).toMatchObject({ clean: false, reason: 'overlap' })
  })

  test.each<[name: string, base: string, github: string, huggingface: string, text: string]>([
    ['a byte order mark', '\uFEFFa\nb\nc\n', '\uFEFFA\nb\nc\n', '\uFEFFa\nb\nC\n', '\uFEFFA\nb\nC\n'],
    ['a byte order mark that one side took away', '\uFEFFa\nb\nc\n', 'a\nb\nc\n', '\uFEFFa\nb\nC\n', 'a\nb\nC\n'],
    ['both kinds of line ends', 'a\r\nb\nc\r\nd\n', 'a\nb\nc\r\nd\n', 'a\r\nb\nc\r\nD\r\n', 'a\nb\nc\r\nD\r\n'],
    ['carriage returns alone, which end no line', 'a\rb\nc\nd\n', 'A\rb\nc\nd\n', 'a\rb\nc\nd', 'A\rb\nc\nd'],
    ['no final newline on any side', 'a\nb\nc', 'A\nb\nc', 'a\nb\nC', 'A\nb\nC'],
    [
      'line separators of Unicode, which end no line',
      'a\u2028b\nc\nd\n',
      'a\u2028B\nc\nd\n',
      'a\u2028b\nc\nD\n',
      'a\u2028B\nc\nD\n',
    ],
  ])('keeps %s', (_, base, github, huggingface, text) => {
    expect(mergeText(base, { github, huggingface })).toEqual(clean(text, 1, 1))
  })

  describe('many changes, more than are merged at once', () => {
    const base = Array.from({ length: 400 }, (_, index) => `${index}\n`)
    const change = (side: string, step: number, first: number) =>
      base.map((line, index) => (index % step === first ? `${side} ${line}` : line))

    test('that do not touch are all merged', () => {
      const merge = mergeText(base.join(''), {
        github: change('g', 4, 0).join(''),
        huggingface: change('h', 4, 2).join(''),
      })
      expect(merge).toEqual(
        clean(
          base.map((line, index) => (index % 4 === 0 ? `g ${line}` : index % 4 === 2 ? `h ${line}` : line)).join(''),
          100,
          100,
        ),
      )
    })

    test('that touch are one conflict', () => {
      const [github, huggingface] = [change('g', 2, 0), change('h', 2, 1)]
      expect(mergeText(base.join(''), { github: github.join(''), huggingface: huggingface.join('') })).toEqual({
        clean: false,
        reason: 'overlap',
        hunks: [{ line: 1, base, github, huggingface }],
      })
    })

    test('that meet in one place show that place', () => {
      const [github, huggingface] = [change('g', 4, 0), change('h', 4, 2).with(348, 'h\n')]
      expect(mergeText(base.join(''), { github: github.join(''), huggingface: huggingface.join('') })).toEqual({
        clean: false,
        reason: 'overlap',
        hunks: [{ line: 349, base: ['348\n'], github: ['g 348\n'], huggingface: ['h\n'] }],
      })
    })
  })

  describe('says too large before it compares what would take too long', () => {
    const lines = (count: number, name: (index: number) => string) =>
      Array.from({ length: count }, (_, index) => `${name(index)}\n`)
    const tooLarge = { clean: false, reason: 'too large', hunks: [] }

    test.each<[name: string, make: () => [base: string[], github: string[], huggingface: string[]]]>([
      [
        'random lines',
        () =>
          [7, 11, 19].map((seed) => lines(200_000, (index) => `${((index * seed * seed) % 7919) % 10}`)) as [
            string[],
            string[],
            string[],
          ],
      ],
      [
        'JSON written anew',
        () =>
          [7, 11, 19].map((seed) =>
            lines(200_000, (index) => (index % 4 === 0 ? '{' : index % 4 === 3 ? '},' : `"x": ${(index * seed) % 53}`)),
          ) as [string[], string[], string[]],
      ],
      [
        'every second line',
        () => {
          const base = lines(200_000, (index) => `${index}`)
          return [
            base,
            base.map((line, index) => (index % 2 === 0 ? `g${line}` : line)),
            base.map((line, index) => (index % 2 === 1 ? `h${line}` : line)),
          ]
        },
      ],
      [
        'more than 300,000 lines',
        () => {
          const base = lines(300_001, () => 'x')
          return [base, base.with(0, 'g\n'), base.with(300_000, 'h\n')]
        },
      ],
    ])('%s', (_, make) => {
      const [base, github, huggingface] = make().map((text) => text.join(''))
      expect(mergeText(base!, { github: github!, huggingface: huggingface! })).toEqual(tooLarge)
    })

    test('not what has an edit on each side', () => {
      const base = lines(300_000, (index) => (index % 3 === 0 ? '' : `${index % 5000}`))
      const merge = mergeText(base.join(''), {
        github: base.with(7, 'g\n').join(''),
        huggingface: base.with(299_990, 'h\n').join(''),
      })
      expect(merge).toEqual(clean(base.with(7, 'g\n').with(299_990, 'h\n').join(''), 1, 1))
    })

    test('not a total rewrite: it is a conflict like any other', () => {
      const merge = mergeText(lines(50_000, (index) => `a${index}`).join(''), {
        github: lines(50_000, (index) => `g${index}`).join(''),
        huggingface: lines(50_000, (index) => `h${index}`).join(''),
      })
      expect(merge).toMatchObject({ clean: false, reason: 'overlap', hunks: [{ line: 1 }] })
    })
  })

  test('merges small edits in 100,000 lines', () => {
    const base = Array.from({ length: 100_000 }, (_, index) => `${index},${index % 7}\n`)
    const github = base.with(3, 'github\n').toSpliced(70_000, 2)
    const huggingface = base.with(99_990, 'huggingface\n').toSpliced(50_000, 0, 'new\n')
    const expected = base
      .with(3, 'github\n')
      .with(99_990, 'huggingface\n')
      .toSpliced(70_000, 2)
      .toSpliced(50_000, 0, 'new\n')
    expect(mergeText(base.join(''), { github: github.join(''), huggingface: huggingface.join('') })).toEqual(
      clean(expected.join(''), 2, 2),
    )
  })
})
