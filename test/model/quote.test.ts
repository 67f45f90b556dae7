import { describe, expect, test } from 'vitest'
import { quote, quoteMarkdown, quoteSentence } from '../../lib/model/quote.ts'
import fc, { runs } from '../random.ts'

/** .NET's `TrimStart` and its comparisons by culture, which see neither format nor control characters. */
const dotnetBlank = /^[\p{Z}\t\n\v\f\r\u0085]+/u
const dotnetIgnored = /(?![\t\n\v\f\r\u0085])[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu

/**
 * The two ways in which the runner finds a command in a line of a log (actions/runner, `ActionCommand.cs`, TryParseV2
 * and TryParse), any name taken for one that it knows.
 */
function isCommand(line: string): boolean {
  const seen = line.replace(dotnetIgnored, '')
  const trimmed = seen.replace(dotnetBlank, '')
  const isNew = trimmed.startsWith('::') && trimmed.includes('::', 2)
  const old = seen.indexOf('##[')
  return isNew || (old >= 0 && seen.includes(']', old))
}

const logLines = (text: string) => text.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)

const hostile = [
  '::set-env name=PATH::/tmp',
  '  ::error::x',
  '\t::error::x',
  '\u00a0::error::x',
  '\u3000 ::error::x',
  '\u2028::error::x',
  '\u0085::error::x',
  '\ufeff::error::x',
  '\u200b::error::x',
  ':\u200b:error::x',
  ':\u00ad:error::x',
  'a\n::error::x',
  'a\r::error::x',
  '::::',
  ':::x::',
  '##[error]x',
  'a ##[error]x',
  '###[error]x',
  '##\u200b[error]x',
  '##[##[a]',
  '#\u0000#[a]',
  '\u001b::error::x',
  '::stop-commands::x',
]

describe('quote', () => {
  test.each([
    ['données.csv', 'données.csv'],
    ['エイミ/データ.parquet', 'エイミ/データ.parquet'],
    ['Ελλάδα שלום مرحبا हिन्दी', 'Ελλάδα שלום مرحبا हिन्दी'],
    ['e\u0301', 'e\u0301'],
    ['🤗 data', '🤗 data'],
    ['std::vector: a :: b', 'std::vector: a :: b'],
    ['#1 ##2 [x]', '#1 ##2 [x]'],
    ['<b>`x`|*y*</b> @a', '<b>`x`|*y*</b> @a'],
    ['', ''],
    [' a ', ' a '],
  ])('leaves %j as it is', (text, expected) => {
    expect(quote(text)).toBe(expected)
  })

  test.each([
    ['a\nb\r\n\tc', 'a\\nb\\r\\n\\tc'],
    ['a\\nb', 'a\\\\nb'],
    ['\u001b[31mred\u001b[0m', '\\u{1b}[31mred\\u{1b}[0m'],
    ['\u0000\u007f\u009b', '\\u{0}\\u{7f}\\u{9b}'],
    ['\u202etxt.exe', '\\u{202e}txt.exe'],
    ['a\u200bb\u2060c\ufeffd', 'a\\u{200b}b\\u{2060}c\\u{feff}d'],
    ['\u2066a\u2069', '\\u{2066}a\\u{2069}'],
    ['a\u00a0b\u3000c', 'a\\u{a0}b\\u{3000}c'],
    ['\u2028\u2029', '\\u{2028}\\u{2029}'],
    ['\ud800x', '\\u{d800}x'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\u115f\u3164', '\\u{115f}\\u{3164}'],
    ['\ue000', '\\u{e000}'],
    ['::error::x', '\\u{3a}:error::x'],
    ['  ::error::x', '  \\u{3a}:error::x'],
    ['a ##[error]x', 'a \\u{23}#[error]x'],
    ['###[x]', '#\\u{23}#[x]'],
  ])('writes %j as %s', (text, expected) => {
    expect(quote(text)).toBe(expected)
  })

  const any = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom(...hostile, ':', '::', '#', '##[', ']', ' ', '\u2003', '\n', '\\', 'x', '\ud800'), {
        maxLength: 6,
      })
      .map((parts) => parts.join('')),
  )

  test('the runner would take the hostile texts for commands if they were printed as they are', () => {
    expect(hostile.filter((text) => !logLines(text).some(isCommand))).toEqual([])
  })

  test('no text comes out as a command, whatever blanks the line begins with', () => {
    fc.assert(
      fc.property(any, fc.constantFrom('', '  ', '<- + ', 'huggingface: '), (text, before) => {
        expect(logLines(before + quote(text)).some(isCommand)).toBe(false)
      }),
      { numRuns: runs(2000) },
    )
    for (const text of hostile) expect(logLines(quote(text)).some(isCommand)).toBe(false)
  })

  test('a sentence keeps the backslashes of the names that were quoted in it, and nothing else gets through', () => {
    const name = quote('x/.git\tab')
    expect(quoteSentence(`Hugging Face would refuse "${name}"`)).toBe('Hugging Face would refuse "x/.git\\tab"')
    fc.assert(
      fc.property(any, (text) => {
        expect(quoteSentence(quote(text))).toBe(quote(text))
        expect(quoteSentence(text)).toMatch(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u)
        expect(logLines(quoteSentence(text)).some(isCommand)).toBe(false)
      }),
      { numRuns: runs(2000) },
    )
  })

  test('no text comes out with anything that a terminal would act on or not show', () => {
    fc.assert(
      fc.property(any, (text) => {
        expect(quote(text)).toMatch(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u)
        expect(quote(text)).not.toMatch(/\p{Default_Ignorable_Code_Point}/u)
      }),
      { numRuns: runs(2000) },
    )
  })

  test('two texts never look the same', () => {
    const read = (quoted: string) =>
      quoted.replace(/\\(?:u\{([0-9a-f]+)\}|(.))/g, (_, code: string | undefined, letter: string) =>
        code === undefined
          ? { 'n': '\n', 'r': '\r', 't': '\t', '\\': '\\' }[letter]!
          : String.fromCodePoint(Number.parseInt(code, 16)),
      )
    fc.assert(
      fc.property(any, (text) => {
        expect(read(quote(text))).toBe(text)
      }),
      { numRuns: runs(1000) },
    )
  })
})

describe('quoteMarkdown', () => {
  /**
   * The code span at the beginning of a line as CommonMark 0.31 (6.1) and cmark's limit of 80 backticks have it: what
   * it shows and what is left.
   */
  function readSpan(line: string): { shown: string; rest: string } | null {
    const fence = /^`+/.exec(line)?.[0] ?? ''
    if (fence === '' || fence.length > 80) return null
    const ticks = [...line.slice(fence.length).matchAll(/`+/g)]
    const end = ticks.find(([run]) => run.length === fence.length)
    if (!end) return null
    const inside = line.slice(fence.length, fence.length + end.index)
    const shown = /^ .* $/s.test(inside) && /[^ ]/.test(inside) ? inside.slice(1, -1) : inside
    return { shown, rest: line.slice(2 * fence.length + end.index) }
  }

  test.each([
    ['README.md', '`README.md`'],
    ['a`b', '``a`b``'],
    ['`a`', '`` `a` ``'],
    ['a``b`c', '```a``b`c```'],
    ['a|b', '`a\\u{7c}b`'],
    ['a\nb', '`a\\nb`'],
    ['', '`  `'],
    [' a', '`  a `'],
    ['<img src=x> @user #1 $x$', '`<img src=x> @user #1 $x$`'],
    ['x'.padEnd(200, '`'), `\`x${'\\u{60}'.repeat(199)}\``],
  ])('writes %j as a code span', (text, expected) => {
    expect(quoteMarkdown(text)).toBe(expected)
  })

  test('shows the whole text and lets nothing out of the span, nor out of a cell of a table', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(
          fc.constantFrom('`', '``', '`'.repeat(15), '`'.repeat(90), ' ', 'a', '|', '\\', '\n', '<b>', '```mermaid'),
          { maxLength: 8 },
        )
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (name) => {
        const span = quoteMarkdown(name)
        const { shown, rest } = readSpan(`${span} after`)!
        expect(rest).toBe(' after')
        expect(shown.replaceAll('\\u{60}', '`').replaceAll('\\u{7c}', '|').trim()).toBe(quote(name).trim())
        expect(span).not.toMatch(/[|\n\r]/)
      }),
      { numRuns: runs(2000) },
    )
  })
})
