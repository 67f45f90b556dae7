/** A card's front matter as the Hub tells it apart, and what of it stays where one README takes another's place. */
import { describe, expect, test } from 'vitest'
import { keepFrontMatter, splitFrontMatter } from '../../lib/model/front-matter.ts'
import fc, { runs } from '../random.ts'

describe('front matter is told apart', () => {
  // What huggingface_hub's expression says of each, run with Python's `re`.
  const table: [text: string, matter: string | null, body: string][] = [
    ['---\na: 1\n---\nx\n', 'a: 1', 'x\n'],
    ['---\r\na: 1\r\n---\r\nx\r\n', 'a: 1', 'x\r\n'],
    ['\n\n---\na: 1\n---\nx\n', 'a: 1', 'x\n'],
    [' \t---\na: 1\n---\nx\n', 'a: 1', 'x\n'],
    ['---\na: 1\n---', 'a: 1', ''],
    ['---\na: 1\n---\nx', 'a: 1', 'x'],
    ['---\n\na: 1\n\n---\n\nx\n', 'a: 1', '\nx\n'],
    ['\ufeff---\na: 1\n---\nx\n', null, '\ufeff---\na: 1\n---\nx\n'],
    ['\u0085\u2028---\na: 1\n---\nx\n', 'a: 1', 'x\n'],
    ['--- \na: 1\n---\nx\n', null, '--- \na: 1\n---\nx\n'],
    ['---\na: 1\n--- \nx\n', null, '---\na: 1\n--- \nx\n'],
    ['---\na: 1\n----\nx\n', null, '---\na: 1\n----\nx\n'],
    ['----\na: 1\n---\nx\n', null, '----\na: 1\n---\nx\n'],
    ['---\na: 1\n ---\nx\n', null, '---\na: 1\n ---\nx\n'],
    ['---\n---\n# T\n', null, '---\n---\n# T\n'],
    ['---\n---\n# T\n\n---\nfoot\n', '---\n# T', 'foot\n'],
    ['---\n\n---\n# T\n', '', '# T\n'],
    ['---\n\nMoved\n\n---\n\n# C\n', 'Moved', '\n# C\n'],
    ['# T\n\n---\na: 1\n---\n', null, '# T\n\n---\na: 1\n---\n'],
    ['', null, ''],
    ['---', null, '---'],
    ['---\n', null, '---\n'],
    ['\n', null, '\n'],
  ]
  test.each(table)('in %j', (text, matter, body) => {
    expect(splitFrontMatter(text)).toMatchObject({ matter, body })
  })

  test('as by the expression itself, on any text, and put together it is the text again', () => {
    const expression = /^((?:[^\S\ufeff]|\u0085)*---[\r\n]+)([\S\s]*?)([\r\n]+---(?:\r\n|\n|$))/
    const piece = fc.constantFrom('---', '-', '\n', '\r\n', '\r', ' ', 'a: 1', '\n---\n', '\ufeff', '\u0085', 'x')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join('')
        const [all = '', open = '', matter = null, close = ''] = expression.exec(text) ?? []
        const card = splitFrontMatter(text)
        expect(card).toEqual({ open, matter, close, body: text.slice(all.length) })
      }),
      { numRuns: runs(20_000) },
    )
  })

  test('in time that grows with the text alone', () => {
    for (const text of [
      `---${'\n'.repeat(2_000_000)}x`,
      `---\n${'\n--'.repeat(700_000)}`,
      '-'.repeat(2_000_000),
      ' '.repeat(2_000_000),
      `---\n${' :'.repeat(1_000_000)}\n---\n`,
    ]) {
      expect(splitFrontMatter(text).body.length).toBeGreaterThanOrEqual(0)
      expect(keepFrontMatter(text, text, null)).toBeNull()
    }
  })
})

describe('what stays', () => {
  const space = '---\ntitle: Space\nsdk: static\n---\n'
  const kept = (taken: string | null, other: string, base: string | null = null) => keepFrontMatter(taken, other, base)
  const text = (...args: Parameters<typeof kept>) => kept(...args)?.text ?? null

  test('is a block that only the other side has', () => {
    expect(kept('# Mine\n', `${space}# Template\n`)).toEqual({
      text: `${space}# Mine\n`,
      keys: ['title', 'sdk'],
      whole: true,
    })
    expect(text('', space)).toBe(space)
    expect(text(null, `${space}# Template\n`)).toBe(space)
    expect(text('# Mine\n', '---\nsdk: static\n---')).toBe('---\nsdk: static\n---\n# Mine\n')
    expect(text('\ufeff# Mine\r\n', '\n---\r\nsdk: static\r\n---\r\nx')).toBe(
      '\n---\r\nsdk: static\r\n---\r\n# Mine\r\n',
    )
    expect(text('---\n\nMoved\n\n---\n', space)).toBe(`${space}---\n\nMoved\n\n---\n`)
  })

  test('is not one that the taken side took out since the base', () => {
    expect(text('# Mine\n', `${space}# Edited\n`, `${space}# Begun\n`)).toBeNull()
    expect(text('# Mine\n', `${space}# Edited\n`, '# Begun\n')).toBe(`${space}# Mine\n`)
  })

  test("is a key that only the other side has, and the taken side never had; of what both have the taken side's counts", () => {
    expect(kept('---\ntitle: Mine\n---\n# Mine\n', `${space}# Template\n`)).toEqual({
      text: '---\ntitle: Mine\nsdk: static\n---\n# Mine\n',
      keys: ['sdk'],
      whole: false,
    })
    expect(text('---\ntitle: Mine\n---\n', space, `${space}x`)).toBeNull()
    expect(text('---\ntitle: Mine\n---\n', '---\nsdk: static\ntitle: T\nlicense: mit\n---\n', space)).toBe(
      '---\ntitle: Mine\nlicense: mit\n---\n',
    )
    expect(text(space, space)).toBeNull()
  })

  test("comes as it stands in the source, with all that belongs to it and the other side's line ends", () => {
    const other =
      '---\n# About\nzip: 01234\nlanguage:\n- en\n- de\nid: 12345678901234567890\ndescription: |\n  one\n\n  two: three\n\n# Who\n"license name": \'it\'\'s\'\nconfigs:\n  - data_files: "*.csv"\n---\nx\n'
    expect(text('---\r\ntitle: T\r\n\r\n---\r\n', other)).toBe(
      '---\r\ntitle: T\r\nzip: 01234\r\nlanguage:\r\n- en\r\n- de\r\nid: 12345678901234567890\r\ndescription: |\r\n  one\r\n\r\n  two: three\r\n"license name": \'it\'\'s\'\r\nconfigs:\r\n  - data_files: "*.csv"\r\n\r\n---\r\n',
    )
    expect(text('---\n"sdk": gradio\n---\n', '---\nsdk: static\n---\n')).toBeNull()
  })

  test.each([
    '# Only text\n',
    '---\n\nMoved\n\n---\n\n# C\n',
    '---\n- a\n- b\n---\n',
    '---\n---\n# T\n',
    '\ufeff---\na: 1\n---\n',
    '',
  ])('is nothing of %j', (other) => {
    expect(kept('# Mine\n', other)).toBeNull()
  })
})
