import { describe, expect, test } from 'vitest'
import { mergeAttributes } from '../../lib/gitattributes/merge-rules.ts'
import { mapSides, type Sides } from '../../lib/model/sides.ts'
import fc, { runs } from '../random.ts'
import { swapSides } from '../swap.ts'

const lfs = 'filter=lfs diff=lfs merge=lfs -text'
interface Texts {
  readonly before: string
  readonly after: string
}

/** Both sides from their files before and after; a side that is left out stays as it was. */
const merge = (
  github: readonly [before: string, after?: string],
  huggingface: readonly [before: string, after?: string],
) => {
  const sides = {
    github: { before: github[0], after: github[1] ?? github[0] },
    huggingface: { before: huggingface[0], after: huggingface[1] ?? huggingface[0] },
  }
  return mergeAttributes(
    sides,
    mapSides((side) => sides[side].after),
  )
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

  describe('laws', () => {
    const line = fc.constantFrom(
      'a x',
      'a y',
      'b x',
      'b  x',
      'c -x',
      '"a" x',
      '# one',
      '# two',
      '',
      ' ',
      '\tb x',
      `*.bin ${lfs}`,
      '[attr]m x',
    )
    const text = fc
      .tuple(fc.array(line, { maxLength: 6 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
      .map(([lines, ending, end]) => lines.join(ending) + (end && lines.length > 0 ? ending : ''))
    const both: fc.Arbitrary<Sides<Texts>> = fc.record({
      github: fc.record({ before: text, after: text }),
      huggingface: fc.record({ before: text, after: text }),
    })
    const now = (sides: Sides<Texts>) => mapSides((side) => sides[side].after)
    const linesOf = (file: string) =>
      file
        .split('\n')
        .map((entry) => entry.trim().split(/\s+/).join(' '))
        .filter((entry) => entry !== '')

    test('swapping the sides swaps the answer', () => {
      fc.assert(
        fc.property(both, (sides) => {
          const { texts, conflicts } = mergeAttributes(sides, now(sides))
          expect(mergeAttributes(swapSides(sides), swapSides(now(sides)))).toEqual({
            texts: swapSides(texts),
            conflicts,
          })
        }),
        { numRuns: runs(500) },
      )
    })

    test('afterwards each side has all additions, no removal that was not added again, and is in sync', () => {
      fc.assert(
        fc.property(both, (sides) => {
          const { texts, conflicts } = mergeAttributes(sides, now(sides))
          if (conflicts.length > 0) return
          const lines = mapSides((side) => ({
            before: linesOf(sides[side].before),
            after: linesOf(sides[side].after),
            merged: linesOf(texts[side]),
          }))
          const added = mapSides((side) => lines[side].after.filter((entry) => !lines[side].before.includes(entry)))
          const all = [...added.github, ...added.huggingface]
          const gone = new Set(
            [lines.github, lines.huggingface].flatMap(({ before, after }) =>
              before.filter((entry) => !after.includes(entry) && !all.includes(entry)),
            ),
          )
          for (const { after, merged } of [lines.github, lines.huggingface]) {
            const kept = after.filter((entry) => !gone.has(entry))
            expect(merged).toEqual(expect.arrayContaining(all))
            expect(merged.filter((entry) => gone.has(entry))).toEqual([])
            // What is kept is there in its order, with additions in between, or the other side's text took its place.
            let at = 0
            for (const entry of merged) if (entry === kept[at]) at++
            const isOther = [sides.github.after, sides.huggingface.after].some(
              (file) => linesOf(file).join('\n') === merged.join('\n'),
            )
            expect(isOther || at === kept.length).toBe(true)
          }
          expect(
            mergeAttributes(
              mapSides((side) => ({ before: texts[side], after: texts[side] })),
              texts,
            ),
          ).toEqual({ texts, conflicts: [] })
        }),
        { numRuns: runs(500) },
      )
    })

    test('a run that died after one side was written ends alike, where no file has two rules for one pattern', () => {
      const rules = fc
        .uniqueArray(fc.constantFrom('a x', 'a y', 'b x', 'b y', '*.c x', '# one'), { selector: (rule) => rule[0] })
        .map((lines) => lines.map((rule) => `${rule}\n`).join(''))
      const file = fc.record({ before: rules, after: rules })
      fc.assert(
        fc.property(fc.record({ github: file, huggingface: file }), (sides) => {
          const { texts, conflicts } = mergeAttributes(sides, now(sides))
          if (conflicts.length > 0) return
          const half = { github: { before: sides.github.before, after: texts.github }, huggingface: sides.huggingface }
          const again = mergeAttributes(half, now(half))
          expect(again.conflicts).toEqual([])
          expect(mapSides((side) => linesOf(again.texts[side]).toSorted())).toEqual(
            mapSides((side) => linesOf(texts[side]).toSorted()),
          )
        }),
        { numRuns: runs(500) },
      )
    })
  })
})
