/** Rules of both sides that would not mean the same together, and what taking a side makes of them. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { formatLfsRule, isLfsPath } from '../../lib/gitattributes/rules.ts'
import { mapSides, sides } from '../../lib/model/sides.ts'
import { lines, merge, verdict, type World } from './worlds.ts'

const rule = (pattern: string) => `${pattern} filter=lfs diff=lfs merge=lfs -text`
const defaults = lines(rule('*.7z'), rule('*.bin'), rule('*.parquet'))
const attributes = (text: string): World => ({ '.gitattributes': text })
const shown = (side: string, text: string) => `${side} .gitattributes = ${JSON.stringify(text).replaceAll('"', "'")}`
const textOf = (world: World) => {
  const node = world['.gitattributes'] ?? ''
  return typeof node === 'string' ? node : node.bytes.toString()
}

describe('.gitattributes', () => {
  test("two additions that would leave a path in LFS on one side alone are a conflict that names it, and one side's rules settle it", () => {
    const world = {
      base: attributes(lines('*.md text')),
      github: attributes(lines('*.md text', rule('*.bin'))),
      huggingface: attributes(lines('*.md text', 'small.bin -filter')),
    }
    expect(merge(world).conflicts).toMatchObject([
      { path: '.gitattributes', kind: 'content', detail: expect.stringContaining('"small.bin"'), settleable: true },
    ])
    expect(verdict({ ...world, take: { '.gitattributes': 'github' } })).toEqual([
      shown('huggingface', lines('*.md text', rule('*.bin'))),
    ])
    // An order that both agree on is none.
    expect(merge({ ...world, huggingface: attributes(lines('*.md text', '*.zip text')) }).conflicts).toEqual([])
  })

  test('taking a side settles the lines in dispute alone: the Hub keeps its own rules, GitHub gets none of them, and all else travels', () => {
    const base = { github: attributes(lines('*.md text')), huggingface: attributes(defaults + lines('*.md text')) }
    const world = {
      base,
      github: attributes(lines('*.md text', '*.csv text', rule('*.dat'))),
      huggingface: attributes(defaults + lines('*.md text', 'small.dat -filter', '*.tsv text')),
    }
    expect(merge(world).conflicts).toMatchObject([
      { path: '.gitattributes', settleable: true, detail: expect.stringContaining('"small.dat"') },
    ])
    expect(verdict({ ...world, take: { '.gitattributes': 'github' } })).toEqual([
      shown('github', lines('*.md text', '*.csv text', rule('*.dat'), '*.tsv text')),
      shown('huggingface', defaults + lines('*.md text', '*.tsv text', '*.csv text', rule('*.dat'))),
    ])
    expect(verdict({ ...world, take: { '.gitattributes': 'huggingface' } })).toEqual([
      shown('github', lines('*.md text', '*.csv text', 'small.dat -filter', '*.tsv text')),
      shown('huggingface', defaults + lines('*.md text', 'small.dat -filter', '*.tsv text', '*.csv text')),
    ])
  })

  test("taking a side undoes the other one's change of order, and brings back a line that it removed", () => {
    const [all, exception] = [rule('*.dat'), 'small.dat -filter']
    const base = {
      github: attributes(lines(exception, all)),
      huggingface: attributes(defaults + lines(exception, all)),
    }
    const swapped = {
      base,
      github: attributes(lines(all, exception)),
      huggingface: attributes(defaults + lines(exception, all, rule('small.*'))),
    }
    expect(merge(swapped).conflicts).toMatchObject([{ detail: expect.stringContaining('"small.dat"') }])
    expect(verdict({ ...swapped, take: { '.gitattributes': 'huggingface' } })).toEqual([
      shown('github', lines(exception, all, rule('small.*'))),
    ])
    const removed = {
      base,
      github: attributes(lines(exception)),
      huggingface: attributes(defaults + lines(exception, rule('small.*'), all)),
    }
    expect(merge(removed).conflicts).toMatchObject([{ detail: expect.stringContaining('"small.dat"') }])
    expect(verdict({ ...removed, take: { '.gitattributes': 'huggingface' } })).toEqual([
      shown('github', lines(exception, rule('small.*'), all)),
    ])
    expect(verdict({ ...removed, take: { '.gitattributes': 'github' } })).toEqual([
      shown('huggingface', defaults + lines(exception)),
    ])
  })

  test("a line that would not decide over the other side's own rules is a conflict, and taking it puts it below them", () => {
    const base = { github: attributes(lines('*.md text')), huggingface: attributes(lines('*.md text') + defaults) }
    const world = { base, github: attributes(lines('small.bin -filter', '*.md text')), huggingface: base.huggingface }
    expect(merge(world).conflicts).toMatchObject([
      {
        detail:
          'the rules of both sides together would keep "small.bin" in LFS on one side alone: they say so in another order',
      },
    ])
    expect(verdict({ ...world, take: { '.gitattributes': 'github' } })).toEqual([
      shown('huggingface', defaults + lines('small.bin -filter', '*.md text')),
    ])
    expect(verdict({ ...world, take: { '.gitattributes': 'huggingface' } })).toEqual([
      shown('github', lines('*.md text')),
    ])
  })

  test('the same line added by both at places where it means something else is a conflict', () => {
    const [all, exception] = [rule('*.dat'), 'small.dat -filter']
    const world = {
      base: attributes(lines(all)),
      github: attributes(lines(exception, all)),
      huggingface: attributes(lines(all, exception)),
    }
    expect(merge(world).conflicts).toMatchObject([
      { path: '.gitattributes', detail: expect.stringContaining('"small.dat"') },
    ])
    expect(verdict({ ...world, take: { '.gitattributes': 'huggingface' } })).toEqual([
      shown('github', lines(all, exception)),
    ])
  })

  test('files in several folders are decided together: the deeper one speaks for what lies below it', () => {
    const world = {
      base: attributes(lines('*.md text')),
      github: attributes(lines('*.md text', rule('*.dat'))),
      huggingface: { ...attributes(lines('*.md text')), 'data/.gitattributes': lines('small.dat -filter') },
    }
    expect(merge(world).conflicts).toMatchObject([
      { path: 'data/.gitattributes', detail: expect.stringContaining('now say different things of "data/small.dat"') },
    ])
    expect(verdict({ ...world, take: { 'data/.gitattributes': 'github' } })).toEqual(
      ['huggingface data/.gitattributes deleted', shown('huggingface', lines('*.md text', rule('*.dat')))].toSorted(),
    )
  })

  test('a file in a folder is asked with the macros of the root, which is read where it uses one and only then', () => {
    const before = { '.gitattributes': lines('[attr]big filter=lfs'), 'data/.gitattributes': lines('*.csv text') }
    const github = { ...before, 'data/.gitattributes': lines('*.csv text', '*.bin big') }
    const huggingface = { ...before, 'data/.gitattributes': lines('*.csv text', 'small.bin -big -filter') }
    const { conflicts, asked } = merge({ base: before, github, huggingface })
    expect(conflicts).toMatchObject([
      { path: 'data/.gitattributes', detail: expect.stringContaining('"data/small.bin"') },
    ])
    expect(asked).toContain('text github head .gitattributes')
    expect(
      merge({ base: before, github, huggingface, take: { 'data/.gitattributes': 'huggingface' } }).conflicts,
    ).toEqual([])
    const plainly = { ...before, 'data/.gitattributes': lines('*.csv text', rule('*.bin')) }
    expect(
      merge({ base: before, github: plainly, huggingface: before }).asked.filter((question) =>
        question.endsWith(' .gitattributes'),
      ),
    ).toEqual([])
  })

  describe('everyday acts on one side are no conflict, while the Hub has its default rules besides', () => {
    const hubs = readFileSync(new URL('../hubs/dataset.gitattributes', import.meta.url), 'utf8')
    const common = lines(
      rule('*.zip'),
      rule('*.bin'),
      'small.bin -filter',
      '*.md text',
      rule('data/**'),
      '*.txt filter=other',
      'note.txt !filter',
    )
    const start = {
      github: common,
      huggingface:
        hubs +
        common
          .split('\n')
          .filter((line) => line !== '' && !hubs.includes(`${line}\n`))
          .map((line) => `${line}\n`)
          .join(''),
    }
    const files: World = Object.fromEntries(
      [
        'a.zip',
        'small.bin',
        'large.bin',
        'readme.md',
        'data/a.parquet',
        'data/a.csv',
        'a.parquet',
        'other.dat',
        'note.txt',
        'more.txt',
        'a b.dat',
      ].map((path) => [path, 'old\n']),
    )
    const edited = Object.fromEntries(Object.keys(files).map((path) => [path, 'new\n']))
    const append = (line: string) => (text: string) => `${text}${line}\n`
    const acts: [string, (text: string) => string][] = [
      ...[
        rule('*.dat'),
        rule('*.parquet'),
        formatLfsRule('other.dat'),
        formatLfsRule('a b.dat'),
        'large.bin -filter',
        'a.zip !filter',
        'data/a.csv -filter',
        '*.csv -text',
        '# a comment',
        '* text=auto',
        '*.bin -filter',
      ].map((line): [string, (text: string) => string] => [`adding ${line}`, append(line)]),
      ...common
        .split('\n')
        .filter((line) => line !== '')
        .map((line): [string, (text: string) => string] => [
          `removing ${line}`,
          (text) => text.replace(`${line}\n`, ''),
        ]),
      ['an exception below the rule that it is one to', (text) => text.replace(/^\*\.zip .*\n/m, '$&a.zip -filter\n')],
      ['another rule for a pattern', (text) => text.replace(rule('data/**'), 'data/** -filter')],
      [
        'changing the order',
        (text) => text.replace('small.bin -filter\n', '').replace(/^\*\.bin /m, 'small.bin -filter\n$&'),
      ],
    ]
    test.each(acts.flatMap(([name, act]) => sides.map((side) => ({ name, act, side }))))(
      '$name on $side',
      ({ act, side }) => {
        const base = mapSides((one) => ({ ...files, ...attributes(start[one]) }))
        const text = act(start[side])
        expect(text).not.toBe(start[side])
        const { conflicts, after } = merge({ base, ...base, [side]: { ...edited, ...attributes(text) } })
        expect(conflicts).toEqual([])
        // It means the same on both sides, where no default rule of the Hub speaks.
        const isOfHub = (path: string) => isLfsPath(new Map([['', hubs]]), path)
        const rules = mapSides((one) => new Map([['', textOf(after[one])]]))
        for (const path of Object.keys(files))
          if (!isOfHub(path))
            expect([path, isLfsPath(rules.github, path)]).toEqual([path, isLfsPath(rules.huggingface, path)])
        for (const line of hubs.split('\n'))
          if (!common.includes(`${line}\n`)) expect(rules.huggingface.get('')).toContain(line)
      },
    )
  })
})
