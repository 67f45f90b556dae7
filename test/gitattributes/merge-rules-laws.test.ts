/** Laws of a merge of rules, line by line. */
import { describe, expect, test } from 'vitest'
import { mergeAttributes, type RuleTexts } from '../../lib/gitattributes/merge-rules.ts'
import { mapSides, otherSide, sides as sideNames, type Sides } from '../../lib/model/sides.ts'
import fc, { runs } from '../random.ts'
import { swapSides } from '../swap.ts'

const lfs = 'filter=lfs diff=lfs merge=lfs -text'

describe('mergeAttributes', () => {
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
  const both: fc.Arbitrary<Sides<RuleTexts>> = fc.record({
    github: fc.record({ before: text, after: text }),
    huggingface: fc.record({ before: text, after: text }),
  })
  const linesOf = (file: string) =>
    file
      .split('\n')
      .map((entry) => entry.trim().split(/\s+/).join(' '))
      .filter((entry) => entry !== '')

  test('swapping the sides swaps the answer', () => {
    fc.assert(
      fc.property(both, (sides) => {
        const { texts, conflicts } = mergeAttributes(sides)
        expect(mergeAttributes(swapSides(sides))).toMatchObject({ texts: swapSides(texts), conflicts })
      }),
      { numRuns: runs(500) },
    )
  })

  test('afterwards each side has all additions, no removal that was not added again, and is in sync', () => {
    fc.assert(
      fc.property(both, (sides) => {
        const { texts, conflicts } = mergeAttributes(sides)
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
        for (const side of sideNames) {
          const { after, merged } = lines[side]
          const other = lines[otherSide[side]]
          // Where each line stands last, since there it decides.
          const kept = [...new Set(after.toReversed())].toReversed().filter((entry) => !gone.has(entry))
          const isBelow = (file: string[], one: string, two: string) => file.lastIndexOf(one) > file.lastIndexOf(two)
          const turned = new Set(
            other.after.filter((one) =>
              other.after.some(
                (two) =>
                  [one, two].every((entry) => other.before.includes(entry)) &&
                  isBelow(other.before, one, two) !== isBelow(other.after, one, two),
              ),
            ),
          )
          expect(merged).toEqual(expect.arrayContaining(all))
          expect(merged.filter((entry) => gone.has(entry))).toEqual([])
          // What is kept is there in its order, with additions in between, but for lines of which the other side
          // turned the order.
          const still = kept.filter((entry) => !turned.has(entry))
          expect(still.toSorted((a, b) => merged.lastIndexOf(a) - merged.lastIndexOf(b))).toEqual(still)
        }
        expect(mergeAttributes(mapSides((side) => ({ before: texts[side], after: texts[side] })))).toMatchObject({
          texts,
          conflicts: [],
        })
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
        const { texts, conflicts } = mergeAttributes(sides)
        if (conflicts.length > 0) return
        const half = { github: { before: sides.github.before, after: texts.github }, huggingface: sides.huggingface }
        const again = mergeAttributes(half)
        expect(again.conflicts).toEqual([])
        expect(mapSides((side) => linesOf(again.texts[side]).toSorted())).toEqual(
          mapSides((side) => linesOf(texts[side]).toSorted()),
        )
      }),
      { numRuns: runs(500) },
    )
  })
})
