import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { env } from 'node:process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { explainDeadRule, formatLfsRule, isLfsPath } from '../../lib/gitattributes/rules.ts'
import { hasGit } from '../git-judge.ts'
import fc, { runs } from '../random.ts'

const pieces = [
  'a',
  'b',
  'ab',
  '.x',
  '-',
  '/',
  '/',
  '*',
  '**',
  '**/',
  '/**',
  '/**/',
  '?',
  '[ab]',
  '[!a]',
  '[^b]',
  '[a-c]',
  '[]a]',
  '[[:alpha:]]',
  '[[:digit:]-]',
  '[[:punct:][:space:]]',
  '[[:bogus:]]',
  '[a',
  '[[:alpha:',
  '[\\]]',
  '[a\\-c]',
  '[--0]',
  '[!-/]',
  '\\*',
  '\\a',
  '\\',
  '\\/',
  'é',
  'c d',
  '#',
  '!',
  '"',
  '[attr]',
]
const states = [
  'filter=lfs',
  'filter=lfs',
  'filter=lfs diff=lfs merge=lfs -text',
  '-filter',
  '!filter',
  'filter',
  'filter=other',
  'filter=',
  'filter=lfs -filter',
  '-filter filter=lfs',
  'binary',
  'big',
  '-big',
  '!big',
  'big=1',
  'huge',
  'text',
  '=x filter=lfs',
  '-- filter=lfs',
  'filter=lfs\r',
  '\tfilter=lfs',
  'a,b filter=lfs',
  '-filter=lfs',
  '',
]
const macros = [
  '[attr]big filter=lfs',
  '[attr]big -filter',
  '[attr]huge big text',
  '[attr]binary filter=lfs',
  '[attr]big huge',
  '[attr]text filter=lfs',
  '[attr]-x filter=lfs',
  '[attr]big',
]

const raw = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''))
const pattern = fc.oneof(
  { weight: 6, arbitrary: raw.map((text) => text.replaceAll(' ', '[[:space:]]')) },
  { weight: 1, arbitrary: raw.map((text) => JSON.stringify(text)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('"c d"', '"\\141*"', '"\\303\\251"', '"a\\q"', '"a', '*.x', '*', '**', 'a/**'),
  },
)
const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom('', ' ', '\t'), pattern, fc.constantFrom(...states))
      .map(([indent, name, state]) => `${indent}${name} ${state}`),
  },
  { weight: 1, arbitrary: fc.constantFrom(...macros) },
  { weight: 1, arbitrary: fc.constantFrom('', '# a filter=lfs', `* ${' '.repeat(2050)}filter=lfs`) },
)
const file = fc
  .tuple(fc.constantFrom('', '\uFEFF'), fc.array(line, { minLength: 1, maxLength: 6 }))
  .map(([mark, lines]) => mark + lines.join('\n'))
const part = fc.constantFrom(
  'a',
  'b',
  'ab',
  'ba',
  'aab',
  'é',
  'a.x',
  '.x',
  'c d',
  '*',
  '[a]',
  'a-',
  '#',
  '!a',
  '"a',
  'a\\',
  '[attr]a',
  'c',
)
const path = fc.oneof(
  fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/')),
  fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => ['a', 'b', ...parts].join('/')),
)

describe.skipIf(!hasGit)('real git', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'attributes-'))
    spawnSync('git', ['init', '--quiet', folder])
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  /** What `git check-attr filter` says of each path. */
  function readFilters(attributes: ReadonlyMap<string, string>, paths: readonly string[]): string[] {
    for (const [below, text] of attributes) {
      const name = join(folder, below, '.gitattributes')
      mkdirSync(dirname(name), { recursive: true })
      writeFileSync(name, text)
    }
    const { stdout, status } = spawnSync(
      'git',
      ['-c', 'core.attributesFile=/dev/null', 'check-attr', '-z', '--stdin', 'filter'],
      {
        cwd: folder,
        input: paths.map((name) => `${name}\0`).join(''),
        env: { ...env, GIT_ATTR_NOSYSTEM: '1' },
        encoding: 'utf8',
      },
    )
    expect(status).toBe(0)
    return stdout.split('\0').filter((_, index) => index % 3 === 2)
  }

  const isLfs = (attributes: ReadonlyMap<string, string>, paths: readonly string[]) =>
    paths.map((name) => [name, isLfsPath(attributes, name)])
  const gitIsLfs = (attributes: ReadonlyMap<string, string>, paths: readonly string[]) => {
    const filters = readFilters(attributes, paths)
    return paths.map((name, index) => [name, filters[index] === 'lfs'])
  }

  test('gives the same filter for any rules in three folders', () => {
    fc.assert(
      fc.property(file, file, file, fc.array(path, { minLength: 30, maxLength: 40 }), (root, middle, deep, paths) => {
        const attributes = new Map([
          ['', root],
          ['a', middle],
          ['a/b', deep],
        ])
        expect(isLfs(attributes, paths)).toEqual(gitIsLfs(attributes, paths))
      }),
      { numRuns: runs(40) },
    )
  })

  test('gives the same filter where a file has hundreds of rules, most of them for one path each', () => {
    const rules = fc.array(
      fc.oneof(
        { weight: 4, arbitrary: path.map(formatLfsRule) },
        {
          weight: 2,
          arbitrary: fc
            .tuple(path, fc.constantFrom(...states))
            .map(([name, state]) => `${name.replaceAll(' ', '?')} ${state}`),
        },
        { weight: 1, arbitrary: line },
      ),
      { minLength: 200, maxLength: 300 },
    )
    fc.assert(
      fc.property(rules, fc.array(path, { minLength: 100, maxLength: 200 }), (lines, paths) => {
        const attributes = new Map([
          ['', lines.join('\n')],
          ['a', ''],
          ['a/b', ''],
        ])
        expect(isLfs(attributes, paths)).toEqual(gitIsLfs(attributes, paths))
      }),
      { numRuns: runs(10) },
    )
  })

  test('decides the same without the lines that are told as left out', () => {
    const told = (text: string, below: string) =>
      text
        .split('\n')
        .map((one) => (explainDeadRule(one, below) === null ? one : ''))
        .join('\n')
    fc.assert(
      fc.property(file, file, fc.array(path, { minLength: 30, maxLength: 40 }), (root, nested, paths) => {
        const attributes = new Map([
          ['', root],
          ['a', nested],
          ['a/b', ''],
        ])
        const lines = new Map([
          ['', told(root, '')],
          ['a', told(nested, 'a')],
          ['a/b', ''],
        ])
        expect(gitIsLfs(lines, paths)).toEqual(gitIsLfs(attributes, paths))
      }),
      { numRuns: runs(40) },
    )
  })

  test('matches a single pattern alike', () => {
    fc.assert(
      fc.property(raw, fc.array(path, { minLength: 30, maxLength: 40 }), (text, paths) => {
        const attributes = new Map([
          ['', `${text.replaceAll(' ', '?')} filter=lfs`],
          ['a', ''],
          ['a/b', ''],
        ])
        expect(isLfs(attributes, paths)).toEqual(gitIsLfs(attributes, paths))
      }),
      { numRuns: runs(40) },
    )
  })

  test('takes the rule written for a path for that path alone', () => {
    fc.assert(
      fc.property(fc.uniqueArray(path, { minLength: 10, maxLength: 30 }), ([first = '', ...others]) => {
        const attributes = new Map([
          ['', formatLfsRule(first)],
          ['a', ''],
          ['a/b', ''],
        ])
        expect(gitIsLfs(attributes, [first, ...others])).toEqual([
          [first, true],
          ...others.map((name) => [name, false]),
        ])
      }),
      { numRuns: runs(20) },
    )
  })
})
