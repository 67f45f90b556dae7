/** Front matter key by key, and what is wrong with it. */
import { describe, expect, test } from 'vitest'
import { compareCards, findCardFault } from '../../lib/facts/card.ts'

const card = (matter: string) => `---\n${matter}\n---\n# Corpus\n`

describe('what changed in front matter', () => {
  test.each([
    ['a value', 'license: mit', 'license: apache-2.0', ['license: mit -> apache-2.0']],
    ['a list', 'tags: [a, b]', 'tags:\n- b\n- c', ['tags: + c, - a']],
    ['the form of a list alone', 'tags: [a, b]', 'tags:\n- a\n- b', []],
    ['a list with its brackets below its name', 'tags: [a, b]', 'tags: [\na,\n  b\n]', []],
    ['a text that goes on at the margin', 'a: "b c"', 'a: "b\nc"', []],
    ['the order of a list', 'tags: [a, b]', 'tags: [b, a]', ['tags: in another order']],
    ['keys that come and go', 'a: 1\nb: [x]', 'b: [x]\nc: 2', ['removed a: 1', 'added c: 2']],
    ['a nested key that comes', 'a: 1', 'a: 1\nconfigs:\n- config_name: x', ['added configs']],
    [
      "a Space's",
      'sdk: gradio\nsdk_version: 5.0',
      'sdk: docker',
      ['removed sdk_version: 5.0', 'sdk: gradio -> docker'],
    ],
    [
      'numbers as they are written',
      'id: 12345678901234567890\nzip: 01234',
      'id: 12345678901234567891\nzip: 01234',
      ['id: 12345678901234567890 -> 12345678901234567891'],
    ],
    ['a word that is no text to YAML', 'language: en', 'language: no', ['language: en -> no (read as false)']],
    ['quotes that make it one', 'language: no', "language: 'no'", ['language: no (read as false) -> no']],
    [
      'configurations by their names',
      'configs:\n- config_name: a\n  data_files: x.csv\n- config_name: b\n  data_files: y.csv',
      'configs:\n- config_name: b\n  data_files: z.csv\n- config_name: a\n  data_files: x.csv',
      ['configs[b].data_files: y.csv -> z.csv'],
    ],
    ['aliases by their names', 'a: &x 1\nb: *x', 'a: &y 1\nb: *y', ['b: *x -> *y']],
  ])('%s', (_, before, after, lines) => {
    expect(compareCards(card(before), card(after))).toEqual(lines)
  })

  test('a block that comes or goes is told with its keys', () => {
    expect(compareCards('# Corpus\n', card('license: mit\ntags: [a]'))).toEqual(['front matter added: license, tags'])
    expect(compareCards(card('license: mit'), '# Corpus\n')).toEqual(['front matter removed: license'])
    expect(compareCards(null, card('license: mit'))).toEqual(['front matter added: license'])
    expect(compareCards('# Corpus\n', '# The corpus\n')).toEqual([])
  })

  test('many changes are cut, and names cannot move a cursor', () => {
    const many = (value: number) => card(Array.from({ length: 20 }, (_, at) => `k${at}: ${value}`).join('\n'))
    expect(compareCards(many(1), many(2)).slice(11)).toEqual(['k11: 1 -> 2', 'and 8 more in its front matter'])
    expect(compareCards(card('a: 1'), card('a: "\\e[31m"'))).toEqual(['a: 1 -> \\u{1b}[31m'])
  })

  test('rules in prose are no front matter', () => {
    expect(compareCards('# T\n', '---\n\nMoved\n\n---\n\n# C\n')).toEqual([])
    expect(findCardFault('---\n\nMoved\n\n---\n\n# C\n')).toBeNull()
  })

  test('a few lines of aliases that would make millions are a few lines', () => {
    const bomb = Array.from({ length: 30 }, (_, at) => `a${at}: &a${at} [${at > 0 ? `*a${at - 1}, *a${at - 1}` : 'x'}]`)
    expect(compareCards(card('b: 1'), card(['b: 2', ...bomb].join('\n'))).at(-1)).toBe(
      'and 19 more in its front matter',
    )
  })
})

describe('what is wrong with front matter', () => {
  test.each([
    ['tabs', card('a: 1\n\tb: 2'), /^line 2 of its front matter is no YAML: /],
    [
      'a colon in a value',
      card('title: a: b'),
      /^line 1 of its front matter is no YAML: a value with a colon in it needs quotation marks$/,
    ],
    [
      'quotation marks that are not closed',
      card('a: 1\nb: "x\nc: y'),
      /^line 3 of its front matter is no YAML: deficient/,
    ],
    [
      'a second document',
      card('a: 1\n--- # b\nc: 1'),
      /^line 3 of its front matter is no YAML: it holds more than one/,
    ],
    ['the same key twice', card('a: 1\na: 2'), /^line 2 of its front matter is no YAML: a mapping has a key twice$/],
    ['a byte order mark', `\ufeff${card('a: 1')}`, /will have none: it begins with a byte order mark$/],
    [
      'blanks in the first fence',
      '--- \na: 1\n---\nx\n',
      /will have none: blanks follow the dashes of its first line$/,
    ],
    [
      'blanks in the last fence',
      '---\na: 1\n--- \nx\n',
      /will have none: no line after it is three dashes and nothing else$/,
    ],
    [
      'no end',
      '---\nlicense: mit\nsdk: gradio\n',
      /will have none: no line after it is three dashes and nothing else$/,
    ],
    ['four dashes', '---\na: 1\n----\nx\n', /will have none: no line after it/],
  ])('%s', (_, text, fault) => {
    expect(findCardFault(text)).toMatch(fault)
  })

  test.each([card('a: 1'), '# T\n', '', 'x\n---\na: 1\n---\n', '---\n\nA line: above\n'])('nothing, in %j', (text) => {
    expect(findCardFault(text)).toBeNull()
  })
})
