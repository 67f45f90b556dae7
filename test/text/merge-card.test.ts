/** A card's front matter, merged key by key. */
import { describe, expect, test } from 'vitest'
import type { Sides } from '../../lib/model/sides.ts'
import { mergeCard, uniteCard } from '../../lib/text/merge-card.ts'
import { mergeText } from '../../lib/text/merge-text.ts'
import { swapSides } from '../swap.ts'

const card = (matter: string, body = '# Corpus\n') => `---\n${matter}---\n${body}`
const traps = 'language: no\nzip: 01234\nid: 12345678901234567890\n# Who may use it\nlicense: mit\n'

/** The merge, which is the same with the sides swapped. */
function merge(base: string, github: string, huggingface: string) {
  const texts: Sides<string> = { github, huggingface }
  const merged = mergeCard(base, texts)
  const swapped = mergeCard(base, swapSides(texts))
  if (merged.clean) expect(swapped).toEqual({ ...merged, hunks: swapSides(merged.hunks) })
  else expect(swapped.clean).toBe(false)
  return merged
}

describe('keys that each side changed are merged', () => {
  test.each<[what: string, base: string, github: string, huggingface: string, merged: string]>([
    [
      'one changed on either side, in neighbouring lines',
      'license: mit\npretty_name: A\n',
      'license: apache-2.0\npretty_name: A\n',
      'license: mit\npretty_name: B\n',
      'license: apache-2.0\npretty_name: B\n',
    ],
    [
      'what nobody changed keeps its quoting, its order and its comments',
      traps,
      traps.replace('mit', "'mit' # old"),
      `${traps}tags: [a,b]\n`,
      `${traps.replace('mit', "'mit' # old")}tags: [a,b]\n`,
    ],
    [
      'each added another one at the same place, after the key it follows there',
      'license: mit\nsize: 1\n',
      'license: mit\ntask: x\nsize: 1\n',
      'license: mit\nlanguage: en\nsize: 1\n',
      'license: mit\nlanguage: en\ntask: x\nsize: 1\n',
    ],
    [
      'both added the same one, at different places',
      'a: 1\nb: 2\n',
      'c: 3\na: 1\nb: 2\n',
      'a: 1\nb: 2\nc: 3\n',
      'c: 3\na: 1\nb: 2\n',
    ],
    ['one removed and a neighbour changed', 'a: 1\nb: 2\nc: 3\n', 'b: 2\nc: 3\n', 'a: 1\nb: 5\nc: 3\n', 'b: 5\nc: 3\n'],
    [
      'moved by one side, changed by the other',
      'a: 1\nb: 2\nc: 3\n',
      'c: 3\na: 1\nb: 2\n',
      'a: 1\nb: 2\nc: 4\n',
      'c: 4\na: 1\nb: 2\n',
    ],
    ['moved to the front', 'b: 1\nc: 2\na: 3\n', 'a: 3\nb: 1\nc: 2\n', 'b: 1\nc: 4\na: 3\n', 'a: 3\nb: 1\nc: 4\n'],
    [
      'a comment that goes to a new key, while the old one is removed',
      '# Terms\na: 1\nb: 2\n',
      '# Terms\nn: 0\na: 1\nb: 2\n',
      'b: 2\n',
      '# Terms\nn: 0\nb: 2\n',
    ],
    [
      'a comment that goes to a new key, while the old one is changed',
      '# Terms\nlicense: mit\n',
      '# Terms\ngated: auto\nlicense: mit\n',
      '# Terms\nlicense: afl\n',
      '# Terms\ngated: auto\nlicense: afl\n',
    ],
    ['a comment below the last key', 'a: 1\n# end\n', 'a: 1\n# end\nb: 2\n', 'a: 3\n# end\n', 'a: 3\n# end\nb: 2\n'],
    [
      'a comment that one side writes over a value that the other one changes',
      'a: 1\nb: 2\n',
      'a: 1\n# Why\nb: 2\n',
      'a: 1\nb: 3\n',
      'a: 1\n# Why\nb: 3\n',
    ],
    [
      'items of a list in lines',
      'language:\n- en\n- de\n',
      'language:\n- en\n- fr\n- de\n',
      'language:\n- en\n- nl\n',
      'language:\n- en\n- fr\n- nl\n',
    ],
    [
      'an item that both added, once',
      'tags:\n  - a\n',
      'tags:\n  - a\n  - b\n',
      'tags:\n  - b\n  - a\n  - c\n',
      'tags:\n  - b\n  - a\n  - c\n',
    ],
    ['items of a list in brackets', 'tags: [a,b]\n', 'tags: [a,b,c]\n', 'tags: [b,"d e"]\n', 'tags: [b,c,"d e"]\n'],
    ['spaces in brackets', 't: [ a, b ]\n', 't: [ a ]\n', 't: [ a, b, c ]\n', 't: [ a, c ]\n'],
    ['a list that both began', 'a: 1\n', 'a: 1\ntags:\n- x\n', 'a: 1\ntags:\n- y\n', 'a: 1\ntags:\n- x\n- y\n'],
    [
      'lines of a nested value that lie apart',
      'configs:\n- config_name: a\n  split: x\n  path: y\n  rows: 1\n',
      'configs:\n- config_name: b\n  split: x\n  path: y\n  rows: 1\n',
      'configs:\n- config_name: a\n  split: x\n  path: y\n  rows: 2\n',
      'configs:\n- config_name: b\n  split: x\n  path: y\n  rows: 2\n',
    ],
    [
      'a block text with what looks like keys',
      'about: |\n  license: none\n\n  # no comment\n  "open\nb: 1\n',
      'about: |\n  license: none\n\n  # no comment\n  "open\nb: 2\n',
      'c: 3\nabout: |\n  license: none\n\n  # no comment\n  "open\nb: 1\n',
      'c: 3\nabout: |\n  license: none\n\n  # no comment\n  "open\nb: 2\n',
    ],
    ['with the line ends they have', 'a: 1\r\nb: 2\r\n', 'a: 1\r\nb: 3\r\n', 'a: 4\r\nb: 2\r\n', 'a: 4\r\nb: 3\r\n'],
  ])('%s', (_, base, github, huggingface, expected) => {
    const merged = merge(card(base), card(github), card(huggingface))
    expect(merged).toMatchObject({ clean: true, text: card(expected) })
  })

  test('and the text below by lines, whatever happens above it', () => {
    const merged = merge(card('a: 1\n', 'one\ntwo\n'), card('a: 2\n', 'one\ntwo\n'), card('a: 1\n', 'ONE\ntwo\n'))
    expect(merged).toMatchObject({
      clean: true,
      text: card('a: 2\n', 'ONE\ntwo\n'),
      hunks: { github: 1, huggingface: 1 },
    })
  })
})

describe('a block that is not everywhere', () => {
  test('added by one side goes above what the other one wrote', () => {
    expect(merge('# T\n', card('a: 1\n', '# T\n'), '# New\n')).toMatchObject({ text: card('a: 1\n', '# New\n') })
  })

  test('added by both is that of both', () => {
    expect(merge('# T\n', card('a: 1\n', '# T\n'), card('b: 2\n', '# T\n'))).toMatchObject({
      text: card('a: 1\nb: 2\n', '# T\n'),
    })
  })

  test('removed by one side is gone, but for what the other one added', () => {
    const base = card('a: 1\n', '# T\n')
    expect(merge(base, '# T\n', card('a: 1\n', '# New\n'))).toMatchObject({ text: '# New\n' })
    expect(merge(base, '# T\n', card('a: 1\nb: 2\n', '# T\n'))).toMatchObject({ text: card('b: 2\n', '# T\n') })
    expect(merge(base, '# T\n', card('a: 2\n', '# T\n'))).toMatchObject({ clean: false, keys: ['a'] })
  })

  test('is never left with nothing between the fences', () => {
    expect(merge(card('a: 1\nb: 2\n'), card('a: 1\n'), card('b: 2\n'))).toMatchObject({ text: '# Corpus\n' })
    // What follows would be read as front matter: lines tell, as they do of any text.
    const [base, github, huggingface] = ['a: 1\nb: 2\n', 'a: 1\n', 'b: 2\n'].map((matter) =>
      card(matter, '---\nx\n---\n'),
    )
    expect(merge(base!, github!, huggingface!).clean).toBe(false)
  })
})

describe('a conflict names its key', () => {
  test('with what each side has there', () => {
    const [base, github, huggingface] = ['mit', 'apache-2.0', 'cc0-1.0'].map((license) =>
      card(`tags: [a]\nlicense: ${license}\n`),
    )
    expect(merge(base!, github!, huggingface!)).toEqual({
      clean: false,
      keys: ['license'],
      below: null,
      hunks: [
        { line: 3, base: ['license: mit\n'], github: ['license: apache-2.0\n'], huggingface: ['license: cc0-1.0\n'] },
      ],
    })
  })

  test.each([
    ['removed here and changed there', 'a: 1\nb: 2\n', 'a: 1\n', 'a: 1\nb: 3\n', 'b'],
    [
      'added by both, at different places',
      'a: 1\nb: 2\nc: 3\n',
      'l: x\na: 1\nb: 2\nc: 3\n',
      'a: 1\nb: 2\nc: 3\nl: y\n',
      'l',
    ],
    ['a list in other styles', 't: [a]\n', 't: [a, b]\n', 't:\n- a\n- c\n', 't'],
    ['an item that would stand there twice', 't:\n- a\n', 't:\n- a\n- no\n', 't:\n- a\n- "no"\n', 't'],
    ['a list of which nothing would be left', 't:\n- a\n- b\n', 't:\n- a\n', 't:\n- b\n', 't'],
    ['a list with other blanks between its items', 't: [a,b]\n', 't: [a,b,c]\n', 't: [a, b, d]\n', 't'],
    ['a list with other blanks at its end', 't: [a]\n', 't: [a, b ]\n', 't: [a, c]\n', 't'],
    ['removed here, and its comment rewritten there', '# x\na: 1\nb: 2\n', 'b: 2\n', '# y\na: 1\nb: 2\n', 'a'],
    ['a comment that both rewrote', '# x\na: 1\n', '# y\na: 1\n', '# z\na: 1\n', 'a'],
  ])('%s', (_, base, github, huggingface, key) => {
    expect(merge(card(base), card(github), card(huggingface))).toMatchObject({ clean: false, keys: [key], below: null })
  })

  test('beside lines below it, which are told where they stand', () => {
    const texts = ['1', '2', '3'].map((each) => card(`a: ${each}\n`, `one\n${each}\n`))
    expect(merge(texts[0]!, texts[1]!, texts[2]!)).toMatchObject({
      keys: ['a'],
      below: 'overlap',
      hunks: [{ line: 2 }, { line: 5, base: ['1\n'], github: ['2\n'] }],
    })
  })
})

describe('lines tell where keys do not', () => {
  test('keys that both sides moved, each in its own way', () => {
    const [base, github, huggingface] = ['a: 1\nb: 2\nc: 3\n', 'c: 3\na: 1\nb: 2\n', 'b: 2\na: 1\nc: 3\n'].map((each) =>
      card(each),
    )
    expect(merge(base!, github!, huggingface!)).toMatchObject({ keys: ['a', 'b', 'c'], below: 'arrangement' })
    expect(uniteCard(base!, { github: github!, huggingface: huggingface! })).toBeNull()
  })

  test('but not where they would bring a key twice', () => {
    const [base, github, huggingface] = [
      'a: 1\nb: 2\nc: 3\nd: 4\n',
      'd: 4\na: 1\nb: 2\nc: 3\n',
      'a: 1\nd: 4\nb: 2\nc: 3\n',
    ].map((each) => card(each))
    expect(mergeText(base!, { github: github!, huggingface: huggingface! }).clean).toBe(true)
    expect(merge(base!, github!, huggingface!)).toMatchObject({
      clean: false,
      below: 'arrangement',
      hunks: [{ line: 1 }],
    })
  })

  test('keys that both sides put below one comment, which would stand there twice', () => {
    expect(merge(card('a: 1\n# more\n'), card('a: 1\n# more\nb: 1\n'), card('a: 1\n# more\nc: 1\n')).clean).toBe(false)
  })
})

test('in time that grows with the text alone', () => {
  const blanks = ' '.repeat(150_000)
  for (const line of [
    `a:${blanks}b`,
    `a: [b${blanks}c]`,
    `a: [${'\\"'.repeat(70_000)}]`,
    `a: ["b${'\\"'.repeat(70_000)}`,
    `a: ${'- '.repeat(70_000)}x`,
  ]) {
    const [base, github, huggingface] = ['', '1', '2'].map((end) => card(`${line}${end}\n`))
    expect(merge(base!, github!, huggingface!).clean).toBe(false)
  }
  const keys = Array.from({ length: 5_000 }, (_, index) => `k${index}: 1\n`)
  expect(merge(card(keys.join('')), card(keys.toReversed().join('')), card(`${keys.join('')}l: 2\n`)).clean).toBe(true)
})

describe('the lines of both', () => {
  test('below the front matter, whose keys are merged', () => {
    const [base, github, huggingface] = [card('a: 1\n', 'x\n'), card('a: 2\n', 'y\n'), card('a: 1\nb: 1\n', 'z\n')]
    expect(uniteCard(base, { github, huggingface })?.text).toBe(card('a: 2\nb: 1\n', 'y\nz\n'))
  })

  test('of two cards that both sides added', () => {
    expect(
      uniteCard('', { github: card('a: 1\nb: 2\n', 'x\n'), huggingface: card('a: 1\nc: 3\n', 'x\ny\n') })?.text,
    ).toBe(card('a: 1\nb: 2\nc: 3\n', 'x\ny\n'))
  })

  test('are none where a key would have two values', () => {
    expect(uniteCard('', { github: card('a: 1\n'), huggingface: card('a: 2\n') })).toBeNull()
  })
})
