import { describe, expect, test } from 'vitest'
import { formatLfsRule, isLfsPath } from '../../lib/gitattributes/rules.ts'
import fc, { runs } from '../random.ts'

const lfs = 'filter=lfs diff=lfs merge=lfs -text'
const root = (...lines: string[]) => new Map([['', lines.map((line) => `${line}\n`).join('')]])

describe('isLfsPath', () => {
  test.each<[pattern: string, matched: string[], others: string[]]>([
    ['*.bin', ['a.bin', 'x/y/a.bin', '.bin'], ['a.bin.txt', 'abin', 'a.BIN']],
    ['data.bin', ['data.bin', 'x/data.bin'], ['xdata.bin', 'data.bin/x']],
    ['/data.bin', ['data.bin'], ['x/data.bin']],
    ['x/data.bin', ['x/data.bin'], ['y/x/data.bin', 'data.bin']],
    ['data/*', ['data/a'], ['data/a/b', 'x/data/a', 'data']],
    ['data/**', ['data/a', 'data/a/b'], ['data', 'x/data/a']],
    ['**/data/*.bin', ['data/a.bin', 'x/y/data/a.bin'], ['data/x/a.bin']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['a/xb', 'ab']],
    ['a/**\\/b', ['a/x/b', 'a/x/y/b'], ['a/b']],
    ['a**/b', ['ab', 'a/b', 'ax/y/b'], ['x/ab']],
    ['a/**b', ['a/b', 'a/xb'], ['a/x/b']],
    ['data/', [], ['data', 'data/a', 'x/data']],
    ['*saved_model*/**/*', ['my_saved_model_1/a', 'saved_model/x/y'], ['x/saved_model/a']],
    ['a?c', ['abc', 'x/a-c'], ['ac', 'aéc', 'a/c']],
    ['a??c', ['aéc'], ['abc']],
    ['x/a?c', ['x/abc'], ['x/a/c']],
    ['x/a[!b]c', ['x/adc'], ['x/a/c', 'x/abc']],
    ['[a-cx]*', ['a', 'b1', 'x'], ['d', 'A']],
    ['[!a-c]', ['d', '-'], ['a', 'dd']],
    ['x[[:digit:]_]', ['x1', 'x_'], ['xa', 'x']],
    ['x[[:space:]]y', ['x y', 'x\ty'], ['x_y']],
    ['"a b*"', ['a b', 'a bc'], ['a', 'ab']],
    ['"\\303\\251"', ['é'], ['e']],
    ['\\*.bin', ['*.bin'], ['a.bin']],
    ['\\#a', ['#a'], ['a']],
    ['\\!a', ['!a'], ['a']],
    ['!a', [], ['!a', 'a', 'b']],
    ['#a', [], ['#a', 'a']],
    ['a[b', [], ['a[b', 'ab']],
    ['a\\', [], ['a\\', 'a']],
  ])('matches %s', (pattern, matched, others) => {
    const attributes = root(`${pattern} ${lfs}`)
    expect([...matched, ...others].filter((path) => isLfsPath(attributes, path))).toEqual(matched)
  })

  test.each<[name: string, lines: string[], isLfs: boolean]>([
    ['no rule', [], false],
    ['the filter of git-lfs', [`* ${lfs}`], true],
    ['another filter', ['* filter=other'], false],
    ['a filter without a name', ['* filter'], false],
    ['a later rule that unsets it', [`* ${lfs}`, '* -filter'], false],
    ['a later rule that takes it back', [`* ${lfs}`, '* !filter'], false],
    ['a later rule with another filter', [`* ${lfs}`, '* filter=other'], false],
    ['a later rule about something else', [`* ${lfs}`, '* text'], true],
    ['an earlier rule', ['* -filter', `* ${lfs}`], true],
    ['the last word of a line', ['* -filter filter=lfs'], true],
    ['the word before the last', ['* filter=lfs -filter'], false],
    ['binary, which is no filter', [`* ${lfs}`, '* binary'], true],
    ['binary, which is a macro that git brings along', ['[attr]text filter=lfs', '* text', '* binary'], false],
    ['binary, defined otherwise', ['[attr]binary filter=lfs', '* binary'], true],
    ['a macro', ['[attr]big filter=lfs', '* big'], true],
    ['a macro defined below', ['* big', '[attr]big filter=lfs'], true],
    ['a macro that is unset', ['[attr]big filter=lfs', '* -big'], false],
    ['a macro within a macro', ['[attr]big filter=lfs', '[attr]huge big', '* huge'], true],
    ['macros in a circle', ['[attr]a b', '[attr]b a', '* a'], false],
    ['a macro that takes an earlier answer for its own', ['[attr]big filter=lfs', '* big', '* -big'], false],
    ['a name that cannot be, which spoils its line', ['* filter=lfs a,b'], false],
    ['CRLF', [`* ${lfs}\r`], true],
    ['an indented line', [`\t* ${lfs}`], true],
    ['a byte order mark', [`\uFEFF* ${lfs}`], true],
    ['a line that git finds too long', [`* ${lfs} ${'x'.repeat(2048)}`], false],
  ])('decides by %s', (_, lines, isLfs) => {
    expect(isLfsPath(root(...lines), 'folder/file')).toBe(isLfs)
  })

  test.each<[name: string, files: [folder: string, text: string][], isLfs: boolean]>([
    [
      'the deeper file',
      [
        ['', `*.bin ${lfs}`],
        ['a', '*.bin -filter'],
      ],
      false,
    ],
    [
      'the deeper file though it is listed first',
      [
        ['a/b', `* ${lfs}`],
        ['', '* -filter'],
        ['a', '* -filter'],
      ],
      true,
    ],
    [
      'no file beside the path',
      [
        ['b', `* ${lfs}`],
        ['a/bb', `* ${lfs}`],
        ['a/b/c.bin', `* ${lfs}`],
      ],
      false,
    ],
    ['paths below the folder', [['a', `b/*.bin ${lfs}`]], true],
    ['a leading slash as the folder', [['a', `/b/c.bin ${lfs}`]], true],
    ['no path from the root', [['a', `a/b/*.bin ${lfs}`]], false],
    ['no macro of a deeper file', [['a', '[attr]big filter=lfs\n*.bin big']], false],
    [
      'macros of the root',
      [
        ['', '[attr]big filter=lfs'],
        ['a', '*.bin big'],
      ],
      true,
    ],
  ])('asks %s', (_, files, isLfs) => {
    expect(isLfsPath(new Map(files), 'a/b/c.bin')).toBe(isLfs)
  })

  test('has no name that means something to JavaScript', () => {
    expect(isLfsPath(root('__proto__ filter=lfs', '* constructor toString=1 __proto__'), '__proto__')).toBe(true)
    expect(isLfsPath(root('* constructor'), 'a')).toBe(false)
  })

  test('ends soon however many stars there are', () => {
    const stars = root(
      `${'*a'.repeat(1000)}*b ${lfs}`,
      `${'**/a/'.repeat(300)}*/b ${lfs}`,
      `"${'[a-z]*'.repeat(300)}\\\\" ${lfs}`,
    )
    expect(isLfsPath(stars, 'a'.repeat(4000))).toBe(false)
    expect(isLfsPath(stars, `${'a/'.repeat(2000)}c`)).toBe(false)
    expect(isLfsPath(stars, `${'a'.repeat(4000)}b`)).toBe(true)
  })
})

describe('formatLfsRule', () => {
  test.each([
    ['data/big.bin', `data/big.bin ${lfs}`],
    ['big.bin', `/big.bin ${lfs}`],
    ['data/two words\tand.bin', `data/two[[:space:]]words[[:space:]]and.bin ${lfs}`],
    ['a/[1]*?\\.bin', `a/\\[1]\\*\\?\\\\.bin ${lfs}`],
    ['#a/b', `/#a/b ${lfs}`],
    ['"a/b', `/"a/b ${lfs}`],
    ['données/エイミ.csv', `données/エイミ.csv ${lfs}`],
  ])('names %s', (path, rule) => {
    expect(formatLfsRule(path)).toBe(rule)
  })

  test('fits its path and no other', () => {
    const path = fc
      .array(
        fc.stringMatching(/^[ab*?[\]\\!#"é.{} -]{1,4}$/).filter((part) => part !== '.' && part !== '..'),
        { minLength: 1, maxLength: 3 },
      )
      .map((parts) => parts.join('/'))
    fc.assert(
      fc.property(path, path, (one, other) => {
        const attributes = root(formatLfsRule(one))
        expect(isLfsPath(attributes, one)).toBe(true)
        expect(isLfsPath(attributes, other)).toBe(one === other)
        expect(isLfsPath(attributes, `folder/${one}`)).toBe(false)
      }),
      { numRuns: runs(500) },
    )
  })
})
