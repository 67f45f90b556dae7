import { describe, expect, test } from 'vitest'
import type { Sides } from '../../lib/model/sides.ts'
import { mergeText } from '../../lib/text/merge-text.ts'
import fc, { runs } from '../random.ts'
import { swapSides } from '../swap.ts'

describe('laws of mergeText', () => {
  const text = fc
    .tuple(fc.array(fc.constantFrom('a', 'b', 'c', '', 'a\r'), { maxLength: 8 }), fc.boolean())
    .map(([lines, end]) => lines.join('\n') + (end ? '\n' : ''))
  /** The same text with a few lines taken out or put in, so that merges are often clean. */
  const edits = (own: string) =>
    fc.array(
      fc.record({ at: fc.nat(12), taken: fc.nat(2), put: fc.constantFrom<string[]>([], [own], ['a'], [own, 'b']) }),
      { maxLength: 2 },
    )
  const trio: fc.Arbitrary<{ base: string; sides: Sides<string> }> = fc
    .tuple(fc.array(fc.constantFrom<string>('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 12 }), edits('g'), edits('h'))
    .map(([base, github, huggingface]) => {
      const make = (changes: typeof github) =>
        changes
          .reduce((lines, { at, taken, put }) => lines.toSpliced(at, taken, ...put), base)
          .map((line) => `${line}\n`)
          .join('')
      return { base: make([]), sides: { github: make(github), huggingface: make(huggingface) } }
    })

  test('a side that changed nothing changes nothing', () => {
    fc.assert(
      fc.property(text, text, (base, side) => {
        expect(mergeText(base, { github: side, huggingface: base })).toMatchObject({ clean: true, text: side })
        expect(mergeText(base, { github: base, huggingface: side })).toMatchObject({ clean: true, text: side })
      }),
    )
  })

  test('the same change on both sides is that change, of any size', () => {
    fc.assert(
      fc.property(text, text, (base, side) => {
        expect(mergeText(base, { github: side, huggingface: side })).toMatchObject({ clean: true, text: side })
      }),
    )
  })

  test('swapping the sides swaps the answer', () => {
    fc.assert(
      fc.property(
        fc.oneof(trio, fc.record({ base: text, sides: fc.record({ github: text, huggingface: text }) })),
        ({ base, sides }) => {
          const merge = mergeText(base, sides)
          const expected = merge.clean
            ? { ...merge, hunks: swapSides(merge.hunks) }
            : {
                ...merge,
                hunks: merge.hunks.map(({ line, base: lines, ...both }) => ({
                  line,
                  base: lines,
                  github: both.huggingface,
                  huggingface: both.github,
                })),
              }
          expect(mergeText(base, swapSides(sides))).toEqual(expected)
        },
      ),
      { numRuns: runs(500) },
    )
  })

  test('a merge merged again with either side never becomes another text', () => {
    fc.assert(
      fc.property(trio, ({ base, sides }) => {
        const merge = mergeText(base, sides)
        if (!merge.clean) return
        for (const again of [
          mergeText(base, { ...sides, github: merge.text }),
          mergeText(base, { ...sides, huggingface: merge.text }),
        ]) {
          if (again.clean) expect(again.text).toBe(merge.text)
        }
      }),
      { numRuns: runs(500) },
    )
  })

  test('a line that one side added is in the merge, one that it removed is not', () => {
    const lines = Array.from({ length: 12 }, (_, index) => `line ${index}\n`)
    const change = fc.uniqueArray(fc.nat(11), { maxLength: 3 })
    fc.assert(
      fc.property(change, change, change, (removed, added, addedThere) => {
        const github = lines.flatMap((line, index) => [
          ...(added.includes(index) ? [`github ${index}\n`] : []),
          ...(removed.includes(index) ? [] : [line]),
        ])
        const huggingface = lines.flatMap((line, index) => [
          line,
          ...(addedThere.includes(index) ? [`huggingface ${index}\n`] : []),
        ])
        const merge = mergeText(lines.join(''), { github: github.join(''), huggingface: huggingface.join('') })
        if (!merge.clean) return
        const expected = new Set(
          [...github, ...huggingface].filter(
            (line) => !lines.includes(line) || (github.includes(line) && huggingface.includes(line)),
          ),
        )
        expect(new Set(merge.text.match(/.*\n/g))).toEqual(expected)
      }),
      { numRuns: runs(300) },
    )
  })
})
