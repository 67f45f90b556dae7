import { describe, expect, test } from 'vitest'
import { lfs, lines, merge, plain, symlink, verdict, type Case, type World } from './worlds.ts'

const rule = (pattern: string) => `${pattern} filter=lfs diff=lfs merge=lfs -text`
const defaults = lines(rule('*.7z'), rule('*.bin'), rule('*.parquet'))
const attributes = (text: string | null): World => (text === null ? {} : { '.gitattributes': text })
const written = (
  base: [string | null, string | null],
  github: string | null,
  huggingface: string | null,
  rest: Partial<Case> = {},
) =>
  verdict({
    base: { github: attributes(base[0]), huggingface: attributes(base[1]) },
    github: attributes(github),
    huggingface: attributes(huggingface),
    ...rest,
  })
const shown = (side: string, text: string) => `${side} .gitattributes = ${JSON.stringify(text).replaceAll('"', "'")}`

describe('.gitattributes (F12)', () => {
  test('what was there at the sync point stays where it is, however the files differ', () => {
    expect(written([null, defaults], null, defaults)).toEqual([])
    expect(written([lines('* text=auto'), defaults], lines('* text=auto'), defaults)).toEqual([])
  })

  test('a rule added on one side is appended on the other', () => {
    expect(written([null, defaults], lines(rule('*.csv')), defaults)).toEqual([
      shown('huggingface', defaults + lines(rule('*.csv'))),
    ])
    expect(written([null, defaults], null, defaults + lines(rule('*.csv')))).toEqual([
      shown('github', lines(rule('*.csv'))),
    ])
  })

  test('rules that both sides append are no conflict, where a merge by position would stop', () => {
    const base = lines('* text=auto')
    expect(written([base, base], base + lines(rule('*.csv')), base + lines(rule('*.zip')))).toEqual([
      shown('github', base + lines(rule('*.csv'), rule('*.zip'))),
      shown('huggingface', base + lines(rule('*.zip'), rule('*.csv'))),
    ])
  })

  test('the same rule added on both sides is settled', () => {
    expect(written([null, defaults], lines(rule('*.csv')), defaults + lines(rule('*.csv')))).toEqual([])
  })

  test('a rule removed on one side is removed on the other, and the rest stays', () => {
    expect(written([lines(rule('*.bin')), defaults], null, defaults)).toEqual([
      shown('huggingface', lines(rule('*.7z'), rule('*.parquet'))),
    ])
    expect(written([defaults, defaults], defaults, lines(rule('*.7z')))).toEqual([shown('github', lines(rule('*.7z')))])
  })

  test('the last rule removed takes the file away', () => {
    expect(written([lines(rule('*.bin')), lines(rule('*.bin'))], null, lines(rule('*.bin')))).toEqual([
      'huggingface .gitattributes deleted',
    ])
  })

  test('a side without the file takes a new one as it is, comments and blank lines included', () => {
    const text = lines('# big files', '', rule('*.csv'))
    expect(written([null, null], text, null)).toEqual([shown('huggingface', text)])
  })

  test('two rules for one pattern are a conflict that says which', () => {
    const { conflicts } = merge({
      base: attributes(null),
      github: attributes(lines('*.csv text')),
      huggingface: attributes(lines(rule('*.csv'))),
    })
    expect(conflicts).toMatchObject([
      { path: '.gitattributes', kind: 'content', detail: 'both sides gave another rule for "*.csv"', settleable: true },
    ])
  })

  test('taking a side brings its rule to the other', () => {
    const world = [[null, null], lines('*.csv text'), lines(rule('*.csv'))] as const
    expect(written([null, null], world[1], world[2], { take: { '.gitattributes': 'github' } })[0]).toContain(
      'huggingface .gitattributes',
    )
    expect(
      merge({
        base: {},
        github: attributes(world[1]),
        huggingface: attributes(world[2]),
        take: { '.gitattributes': 'github' },
      }).after.huggingface['.gitattributes'],
    ).toMatchObject({ bytes: expect.toSatisfy((bytes: Buffer) => bytes.toString().endsWith('*.csv text\n')) })
  })

  test("taking a side takes the other one's rule for that pattern out, and lets its other rules travel", () => {
    const { after } = merge({
      base: {},
      github: attributes(lines('*.csv text', '*.md text')),
      huggingface: attributes(lines(rule('*.csv'), rule('*.zip'))),
      take: { '.gitattributes': 'github' },
    })
    expect(after.github['.gitattributes']).toMatchObject({
      bytes: Buffer.from(lines('*.csv text', '*.md text', rule('*.zip'))),
    })
    expect(after.huggingface['.gitattributes']).toMatchObject({
      bytes: Buffer.from(lines(rule('*.zip'), '*.csv text', '*.md text')),
    })
  })

  test('nested files are merged the same way', () => {
    const nested = (text: string): World => ({ 'data/.gitattributes': text })
    expect(
      verdict({ base: nested('*.a x\n'), github: nested('*.a x\n*.b y\n'), huggingface: nested('*.a x\n*.c z\n') }),
    ).toEqual([
      "github data/.gitattributes = '*.a x\\n*.b y\\n*.c z\\n'",
      "huggingface data/.gitattributes = '*.a x\\n*.c z\\n*.b y\\n'",
    ])
  })

  test('a renamed file is no rename: the Hub keeps its own rules', () => {
    const own = lines(rule('*.md'))
    const world = {
      base: { github: attributes(own), huggingface: attributes(defaults + own) },
      github: { 'old-rules': own },
      huggingface: attributes(defaults + own + lines(rule('*.csv'))),
    }
    const { after, conflicts } = merge(world)
    expect(conflicts).toEqual([])
    expect(after.huggingface).toMatchObject({
      '.gitattributes': { bytes: Buffer.from(defaults + lines(rule('*.csv'))) },
      'old-rules': { bytes: Buffer.from(own) },
    })
  })

  test.each([
    ['latin-1', plain(Buffer.from('# donn\xe9es\n*.csv text\n', 'latin1'))],
    ['an LFS object', lfs('*.csv text\n')],
  ])("a file that is %s is never overwritten by the other side's rules", (_, node) => {
    const world = {
      base: { github: { '.gitattributes': node }, huggingface: {} },
      github: { '.gitattributes': node },
      huggingface: attributes(lines(rule('*.csv'))),
    }
    expect(verdict(world)).toEqual(['conflict .gitattributes content'])
    expect(verdict({ ...world, take: { '.gitattributes': 'huggingface' } })).toEqual([
      shown('github', lines(rule('*.csv'))),
    ])
    expect(merge({ ...world, take: { '.gitattributes': 'github' } }).after.huggingface['.gitattributes']).toMatchObject(
      { bytes: node.bytes },
    )
  })

  test("a file that became a symlink is not replaced by the other side's rules", () => {
    const world = {
      base: attributes(lines(rule('*.bin'))),
      github: { '.gitattributes': symlink('rules') },
      huggingface: attributes(lines(rule('*.bin'), rule('*.csv'))),
    }
    expect(verdict(world)).toContain('conflict .gitattributes type')
    expect(verdict({ ...world, take: { '.gitattributes': 'github' } })).not.toContainEqual(
      expect.stringMatching(/^github/),
    )
  })

  test('only the two files and their bases are read', () => {
    const world = {
      base: { github: {}, huggingface: attributes(defaults) },
      github: attributes(lines(rule('*.csv'))),
      huggingface: attributes(defaults),
    }
    expect(merge(world).asked).toEqual([
      'entry huggingface head .gitattributes',
      'text github head .gitattributes',
      'text huggingface head .gitattributes',
    ])
  })
})
