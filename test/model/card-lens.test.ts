import { describe, expect, test } from 'vitest'
import { joinCard, listBlockKeys, splitCard } from '../../lib/model/card-lens.ts'
import fc, { runs } from '../random.ts'

describe('a card is split as Hugging Face reads it', () => {
  test.each([
    ['---\na: 1\n---\nx\n', '---\na: 1\n---\n', 'x\n'],
    ['---\r\na: 1\r\n---\r\nx\r\n', '---\r\na: 1\r\n---\r\n', 'x\r\n'],
    ['---\na: 1\n---\n\n# x\n', '---\na: 1\n---\n\n', '# x\n'],
    ['---\r\na: 1\r\n---\r\n\r\n', '---\r\na: 1\r\n---\r\n\r\n', null],
    ['\n\n---\na: 1\n---\n\n\nx', '\n\n---\na: 1\n---\n\n', '\nx'],
    ['---\na: 1\n---', '---\na: 1\n---', null],
    ['---\na: 1\n---\n', '---\na: 1\n---\n', null],
    ['---\n{}\n---\nx\n', '---\n{}\n---\n', 'x\n'],
    ['---\n# for later\n---\nx\n', '---\n# for later\n---\n', 'x\n'],
    ['---\n\n  "a": 1\n---\nx\n', '---\n\n  "a": 1\n---\n', 'x\n'],
    ['---\na: 1\n---\n---\nb: 1\n---\nx\n', '---\na: 1\n---\n', '---\nb: 1\n---\nx\n'],
  ])('%j', (text, block, body) => {
    expect(splitCard(text)).toEqual({ block, body })
  })

  test.each([
    '',
    'x\n',
    '\ufeff---\na: 1\n---\nx\n',
    '--- \na: 1\n---\nx\n',
    '---\na: 1\n--- \nx\n',
    '---\na: 1\n----\nx\n',
    '---\na: 1\n',
    '---\n---\n# T\n',
    '---\n---\n# T\n\n---\nfoot\n',
    '---\n\n---\n# T\n',
    '---\n \n---\n# T\n',
    '---\n\nMoved\n\n---\n\n# C\n',
    '---\n- a\n---\nx\n',
  ])('%j is all text', (text) => {
    expect(splitCard(text)).toEqual({ block: '', body: text })
  })
})

describe('the laws of a lens', () => {
  const piece = fc.constantFrom(
    '---',
    '----',
    '\n',
    '\r\n',
    '\r',
    'a: 1',
    'b:',
    '- c',
    '# d',
    ' ',
    '\ufeff',
    '\u0085',
    '{}',
    'text',
    '😀',
  )
  const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''))
  const card = fc.oneof(
    text,
    text.map((body) => `---\na: 1\n---\n${body}`),
    text.map((body) => `---\n${body}\n---\n${body}`),
  )

  test('put(get(x)) = x: the parts of a card make that card', () => {
    fc.assert(
      fc.property(card, (one) => {
        expect(joinCard(splitCard(one))).toBe(one)
      }),
      { numRuns: runs(300) },
    )
    expect(joinCard(splitCard(null))).toBeNull()
  })

  test('get(put(v)) = v: what is put below the front matter of any card is what it shows', () => {
    fc.assert(
      fc.property(card, fc.option(card), (one, body) => {
        const { block } = splitCard(one)
        fc.pre(body !== '' && (block !== '' || splitCard(body).block === ''))
        const joined = joinCard({ block, body })
        expect(splitCard(joined).body).toBe(body)
        expect(splitCard(joined).block.replace(/[\r\n]+$/, '')).toBe(block.replace(/[\r\n]+$/, ''))
      }),
      { numRuns: runs(300) },
    )
  })

  test('what is put last counts alone, but for the blank line that a text before it needed', () => {
    fc.assert(
      fc.property(card, card, card, (one, first, second) => {
        const { block } = splitCard(one)
        fc.pre(block !== '' && first !== '' && second !== '')
        const after = splitCard(joinCard({ block: splitCard(joinCard({ block, body: first })).block, body: second }))
        expect([after.body, after.block.trimEnd()]).toEqual([second, block.trimEnd()])
      }),
      { numRuns: runs(300) },
    )
  })
})

test('the keys of a block', () => {
  expect([listBlockKeys('---\na: 1\n"b": 2\n---\n'), listBlockKeys('---\n{}\n---\n'), listBlockKeys('')]).toEqual([
    ['a', 'b'],
    [],
    [],
  ])
})
