import { describe, expect, test } from 'vitest'
import { mergeAttributes } from '../../lib/gitattributes/merge-rules.ts'
import type { Sides } from '../../lib/model/sides.ts'

const lfs = 'filter=lfs diff=lfs merge=lfs -text'

/** Both sides from their files before and after; a side that is left out stays as it was. */
const merge = (
  github: readonly [before: string, after?: string],
  huggingface: readonly [before: string, after?: string],
) => {
  const sides = {
    github: { before: github[0], after: github[1] ?? github[0] },
    huggingface: { before: huggingface[0], after: huggingface[1] ?? huggingface[0] },
  }
  const { texts, conflicts } = mergeAttributes(sides)
  return { texts, conflicts }
}

describe('mergeAttributes', () => {
  test.each<[name: string, github: [string, string?], huggingface: [string, string?], expected: Sides<string>]>([
    [
      'leaves apart what differed at the base',
      ['*.md text\n'],
      [`*.bin ${lfs}\n`],
      { github: '*.md text\n', huggingface: `*.bin ${lfs}\n` },
    ],
    [
      'appends what a side added',
      ['a x\n', 'b x\na x\nc x\n'],
      ['z x\n'],
      { github: 'b x\na x\nc x\n', huggingface: 'z x\nb x\nc x\n' },
    ],
    [
      'appends nothing that is there',
      ['a x\n', 'a x\nb x\n'],
      ['b  x\n'],
      { github: 'a x\nb x\n', huggingface: 'b  x\n' },
    ],
    [
      'removes what a side removed',
      ['a x\nb x\n', 'b x\n'],
      ['z x\na x\ny x\na  x\n'],
      { github: 'b x\n', huggingface: 'z x\ny x\n' },
    ],
    [
      'changes a rule on the other side',
      ['a x\nb x\n', 'a y\nb x\n'],
      ['a x\nz x\n'],
      { github: 'a y\nb x\n', huggingface: 'z x\na y\n' },
    ],
    [
      'takes additions of both sides',
      ['', 'a x\n'],
      [`*.bin ${lfs}\n`, `*.bin ${lfs}\nb x\n`],
      { github: 'a x\nb x\n', huggingface: `*.bin ${lfs}\nb x\na x\n` },
    ],
    [
      'takes the same addition once',
      ['a x\n', 'a x\nb x\n'],
      ['', 'b x\n'],
      { github: 'a x\nb x\n', huggingface: 'b x\n' },
    ],
    ['lets both remove the same', ['a x\nb x\n', 'b x\n'], ['a x\n', ''], { github: 'b x\n', huggingface: '' }],
    [
      'keeps what one side added and the other removed',
      ['', 'a x\n'],
      ['a x\nb x\n', 'b x\n'],
      { github: 'a x\n', huggingface: 'b x\na x\n' },
    ],
    [
      'lets a changed rule win over its removal',
      ['a x\n', 'a y\n'],
      ['a x\n', ''],
      { github: 'a y\n', huggingface: 'a y\n' },
    ],
    [
      'carries comments and no blank lines',
      ['a x\n', '# why\n\na x\n\n'],
      ['b x\n\n'],
      { github: '# why\n\na x\n\n', huggingface: 'b x\n\n# why\n' },
    ],
    [
      'sees no change in order, blanks and line endings',
      ['a x y\nb x\n', 'b x\r\n\r\n\ta  x\ty\r\n'],
      ['c x\n'],
      { github: 'b x\r\n\r\n\ta  x\ty\r\n', huggingface: 'c x\n' },
    ],
    [
      'puts an added line above the line it stood above, since the last rule that fits decides',
      ['small.bin -filter -diff -merge text\n'],
      [
        '*.md text\nsmall.bin -filter -diff -merge text\n',
        `*.md text\n*.bin ${lfs}\nsmall.bin -filter -diff -merge text\n`,
      ],
      {
        github: `*.bin ${lfs}\nsmall.bin -filter -diff -merge text\n`,
        huggingface: `*.md text\n*.bin ${lfs}\nsmall.bin -filter -diff -merge text\n`,
      },
    ],
    [
      'keeps added lines in their order',
      ['c x\n'],
      ['z y\nc x\n', 'z y\na x\n# why\nb x\nc x\nd x\n'],
      { github: 'a x\n# why\nb x\nc x\nd x\n', huggingface: 'z y\na x\n# why\nb x\nc x\nd x\n' },
    ],
    [
      'carries a changed order where the files were the same',
      ['small.bin !filter\n*.bin filter=lfs\n', '*.bin filter=lfs\nsmall.bin !filter\n'],
      ['small.bin !filter\n*.bin filter=lfs\n'],
      { github: '*.bin filter=lfs\nsmall.bin !filter\n', huggingface: '*.bin filter=lfs\nsmall.bin !filter\n' },
    ],
    [
      'carries a changed order where the files differed',
      ['small.bin !filter\n*.bin filter=lfs\n', '*.bin filter=lfs\nsmall.bin !filter\n'],
      ['*.7z x\nsmall.bin !filter\n*.bin filter=lfs\n*.zip x\n'],
      {
        github: '*.bin filter=lfs\nsmall.bin !filter\n',
        huggingface: '*.7z x\n*.bin filter=lfs\n*.zip x\nsmall.bin !filter\n',
      },
    ],
    [
      'carries a line that went up to the place that it has now',
      ['a x\nb x\nc x\n', 'c x\na x\nb x\n'],
      ['a x\nz x\nb x\nc x\n'],
      { github: 'c x\na x\nb x\n', huggingface: 'c x\na x\nz x\nb x\n' },
    ],
    [
      'moves nothing where the other side has that order already',
      ['a x\nb x\n', 'b x\na x\n'],
      ['b x\nz x\na x\ny x\n'],
      { github: 'b x\na x\n', huggingface: 'b x\nz x\na x\ny x\n' },
    ],
    [
      'leaves a line where each side moved it',
      ['a x\nb x\nc x\n', 'b x\nc x\na x\n'],
      ['a x\nb x\nc x\n', 'b x\na x\nc x\n'],
      { github: 'b x\nc x\na x\n', huggingface: 'b x\na x\nc x\n' },
    ],
    [
      'goes by the last of two lines that say the same',
      ['a x\nb x\na x\n', 'a x\nb x\n'],
      ['z x\na x\nb x\na x\n'],
      { github: 'a x\nb x\n', huggingface: 'z x\na x\na x\nb x\n' },
    ],
    [
      'keeps a byte order mark in front',
      ['a x\n', 'b x\na x\n'],
      ['\uFEFFa x\nz x\n'],
      { github: 'b x\na x\n', huggingface: '\uFEFFb x\na x\nz x\n' },
    ],
    [
      'keeps an exception below what it is one to, where both have their lines in another order',
      ['*.zip x\n*.bin x\n', '*.zip x\na.zip y\n*.bin x\n'],
      ['*.7z x\n*.bin x\n*.zip x\n*.zst x\n'],
      { github: '*.zip x\na.zip y\n*.bin x\n', huggingface: '*.7z x\n*.bin x\n*.zip x\na.zip y\n*.zst x\n' },
    ],
    ['ends a last line before it appends', ['', 'b x'], ['a x'], { github: 'b x', huggingface: 'a x\nb x\n' }],
    [
      'keeps CRLF',
      ['', '# why\nb x\n'],
      ['a x\r\nc x'],
      { github: '# why\nb x\n', huggingface: 'a x\r\nc x\r\n# why\r\nb x\r\n' },
    ],
    ['brings CRLF to nobody', ['', 'b x\r\n'], ['a x\n'], { github: 'b x\r\n', huggingface: 'a x\nb x\n' }],
    ['makes a file where there was none', ['', 'b x\n'], [''], { github: 'b x\n', huggingface: 'b x\n' }],
    [
      'knows quoted patterns apart',
      ['', '"a  b" x\n'],
      ['"a b" x\n'],
      { github: '"a  b" x\n', huggingface: '"a b" x\n"a  b" x\n' },
    ],
    ['edits the last line that has no end', ['a x\n', ''], ['b x\na x'], { github: '', huggingface: 'b x\n' }],
  ])('%s', (_, github, huggingface, texts) => {
    expect(merge(github, huggingface)).toEqual({ texts, conflicts: [] })
  })

  test.each<[name: string, github: [string, string], huggingface: [string, string], conflicts: string[]]>([
    ['different rules for a new pattern', ['', 'b x\na x\n'], ['', 'a y\n'], ['a']],
    ['different changes of a rule', ['a x\n', 'a y\n'], ['a x\n', 'a z\n'], ['a']],
    ['one rule more on one side', ['', 'a x\n'], ['', 'a x\na y\n'], ['a']],
    [
      'several patterns, in order',
      ['', '*.c x\n"a b" x\n*.b x\n'],
      ['', '*.b y\n*.c y\n"a b" y\n'],
      ['"a b"', '*.b', '*.c'],
    ],
    ['a macro', ['', '[attr]big x\n'], ['', '[attr]big y\n'], ['[attr]big']],
  ])('finds a conflict in %s, and edits nothing', (_, github, huggingface, conflicts) => {
    expect(merge(github, huggingface)).toEqual({ texts: { github: github[1], huggingface: huggingface[1] }, conflicts })
  })

  test.each<[name: string, github: [string, string], huggingface: [string, string]]>([
    ['different comments', ['', '# one\n'], ['', '# two\n']],
    ['a rule that the other side had before', ['', 'a x\n'], ['a y\n', 'a y\nb x\n']],
    ['a rule with a comment behind it, which git leaves out', ['', `*.bin ${lfs} # large\n`], ['', `*.bin ${lfs}\n`]],
    ['a line with two patterns, which git leaves out', ['', `*.bin *.zip ${lfs}\n`], ['', '*.bin text\n']],
    ['a folder, which fits no file', ['', `data/ ${lfs}\n`], ['', 'data/ text\n']],
    ['the same pattern quoted', ['', '"a" x\n'], ['', 'a y\n']],
  ])('finds none in %s', (_, github, huggingface) => {
    expect(merge(github, huggingface).conflicts).toEqual([])
  })
})
