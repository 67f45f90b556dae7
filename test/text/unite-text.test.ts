/** The lines of both sides, for who wants them. */
import { describe, expect, test } from 'vitest'
import { mapSides, sides } from '../../lib/model/sides.ts'
import { mergeText, uniteText } from '../../lib/text/merge-text.ts'
import { hasGit, readUnions } from '../git-judge.ts'
import fc, { runs } from '../random.ts'
import { kinds } from './trios.ts'

test.each([
  ['a b c', 'a X c', 'a Y c', 'a X Y c'],
  ['a b c', 'X a b c', 'a b c Y', 'X a b c Y'],
  ['a b c', 'a X k c', 'a Y k c', 'a X Y k c'],
  ['a b c', 'a c', 'a Y c', 'a Y c'],
  ['a', 'a X', 'a X Y', 'a X Y'],
  ['', 'X', 'Y', 'X Y'],
])('%j, made %j and %j, has the lines of both: %j', (base, github, huggingface, expected) => {
  const lines = (text: string) => (text === '' ? '' : `${text.split(' ').join('\n')}\n`)
  expect(uniteText(lines(base), { github: lines(github), huggingface: lines(huggingface) })?.text).toBe(lines(expected))
})

test('a last line without an end gets one before another line', () => {
  expect(uniteText('', { github: 'X', huggingface: 'Y' })?.text).toBe('X\nY')
})

test('what is merged without a conflict stays what it is, and no line of a side is lost', () => {
  for (const trio of [kinds.code, kinds.CSV, kinds['distinct lines'], kinds['no final newline']])
    fc.assert(
      fc.property(trio, ({ base, sides: texts }) => {
        const united = uniteText(base, texts)!.text
        const merged = mergeText(base, texts)
        if (merged.clean) expect(united).toBe(merged.text)
        const hunks = merged.clean || merged.reason !== 'overlap' ? [] : merged.hunks
        const held = mapSides((side) => new Set(hunks.flatMap((hunk) => hunk[side])))
        for (const side of sides)
          for (const line of held[side]) expect(`${united}\n`).toContain(line.endsWith('\n') ? line : `${line}\n`)
      }),
      { numRuns: runs(100) },
    )
})

describe.skipIf(!hasGit)('of two texts that both sides added', () => {
  test.each(Object.entries(kinds))('it is what git merge-file --union makes of them: %s', (_, trio) => {
    const drawn = fc.sample(trio, { numRuns: runs(20) }).map(({ sides: texts }) => texts)
    const unions = readUnions(drawn)
    for (const [index, texts] of drawn.entries())
      expect(uniteText('', texts)!.text).toBe(texts.github === texts.huggingface ? texts.github : unions[index])
  })

  test.each([
    ['a\nX\nb', 'c\nX\nd\n'],
    ['# Corpus\n1\n2\n3\n4\nbob', '# Corpus\n0\n1\n2\n3\n4\nalice'],
    ['a\n\n\n\n\n\nb\n', 'c\n\n\n\n\n\nd\n'],
    ['', 'only\n'],
  ])('%j and %j', (github, huggingface) => {
    expect(uniteText('', { github, huggingface })!.text).toBe(readUnions([{ github, huggingface }])[0])
  })
})
