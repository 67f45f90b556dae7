import { describe, expect, test } from 'vitest'
import { formatOptions } from '../../lib/cli/arguments.ts'
import { nameShown } from '../../lib/cli/mapping.ts'
import { findTake } from '../../lib/merge/take.ts'
import { parse, refusal } from './parsed-options.ts'

const pathsOf = (argv: readonly string[], env = {}) => parse(argv, env).filters.paths

test('a folder and maps are read from flags and variables, with slashes at the end or without', () => {
  expect(pathsOf([])).toBeNull()
  expect(pathsOf(['--subdirectory', 'data/corpus/'])).toEqual({ side: 'github', root: 'data/corpus', moved: [] })
  const maps = ['--map', 'docs/HF.md=README.md', '--map', 'docs/=hub-docs/']
  const moved = [
    { inner: 'docs/HF.md', shown: 'README.md' },
    { inner: 'docs', shown: 'hub-docs' },
  ]
  expect(pathsOf(maps)).toEqual({ side: 'github', root: '', moved })
  const env = { MIRROR_SUBDIRECTORY: 'data', MIRROR_MAP: 'docs/HF.md=README.md\r\n\ndocs=hub-docs\n' }
  expect(pathsOf([], env)).toEqual({ side: 'github', root: 'data', moved })
  expect(pathsOf(['--subdirectory', 'other', '--map', 'a=b'], env)).toEqual({
    side: 'github',
    root: 'other',
    moved: [...moved, { inner: 'a', shown: 'b' }],
  })
})

test('of several = the one behind a slash is meant, and what is printed can be typed', () => {
  const argv = ['--map', 'data/year=2024/=year=2024/', '--map', 'a b=c d', '--subdirectory', 'x=y']
  expect(pathsOf(argv)!.moved[0]).toEqual({ inner: 'data/year=2024', shown: 'year=2024' })
  expect(pathsOf(formatOptions(parse(argv)))).toEqual(pathsOf(argv))
})

describe('what cannot be meant is refused before anything is read', () => {
  test.each([
    [['--subdirectory', ''], '"" is no part of a path'],
    [['--subdirectory', '/'], '"" is no part of a path'],
    [['--subdirectory', '/data'], '"" is no part of a path'],
    [['--subdirectory', 'data//corpus'], '"" is no part of a path'],
    [['--subdirectory', './data'], '"." is no part of a path'],
    [['--subdirectory', 'data/../..'], '".." is no part of a path'],
    [['--subdirectory', 'data\\corpus'], 'a backslash or a control character'],
    [['--subdirectory', 'data\ncorpus'], 'a backslash or a control character'],
    [['--subdirectory', '.Git/hooks'], '".Git" is no part of a path'],
    [['--subdirectory', '.github'], 'with --dot-github alone'],
    [['--subdirectory', '.github/workflows'], 'never mirrored'],
    [['--subdirectory', '.github/workflows', '--dot-github'], 'never mirrored'],
    [['--map', '.GitHub/Workflows/ci.yml=ci.yml', '--dot-github'], 'never mirrored'],
    [['--map', 'ci.yml=.github/workflows/ci.yml', '--dot-github'], 'never mirrored'],
    [['--map', '.gitmodules=modules'], 'never mirrored'],
    [['--map', 'modules=sub/.lfsconfig'], 'never mirrored'],
    [['--map', 'rules=.gitattributes'], 'the rules in .gitattributes'],
    [['--map', 'sub/.gitattributes=rules'], 'the rules in .gitattributes'],
    [['--map', 'README.md'], "write <GitHub's path>=<the Hub's path>"],
    [['--map', '=README.md'], '"" is no part of a path'],
    [['--map', 'README.md='], '"" is no part of a path'],
    [['--map', '/=sub/'], '"" is no part of a path'],
    [['--map', 'a=b=c'], 'several ='],
    [['--map', 'docs/=README.md'], 'a folder is mapped to a folder'],
    [['--map', 'a=x', '--map', 'a=y'], "the same of GitHub's paths"],
    [['--map', 'a=x', '--map', 'A=y'], "the same of GitHub's paths"],
    [['--map', 'a=x', '--map', 'b=x'], "the same of the Hub's paths"],
    [['--map', 'a=x/y', '--map', 'b=x'], "the same of the Hub's paths"],
    [['--map', 'a=\u00fc', '--map', 'b=U\u0308'], "the same of the Hub's paths"],
    [['--subdirectory', 'a', '--map', 'a=x'], 'the one of --subdirectory'],
    [['--map', '.mirrorignore=x'], 'it leaves no place for .mirrorignore'],
    [['--map', 'x=.mirrorignore/y'], 'it leaves no place for .mirrorignore'],
  ])('%j', (argv, words) => {
    expect(refusal(argv)).toContain(words)
  })

  test('what has a place is not', () => {
    expect(pathsOf(['--subdirectory', '.github/data', '--dot-github'])?.root).toBe('.github/data')
    expect(pathsOf(['--map', 'hf.ignore=.mirrorignore'])?.moved).toHaveLength(1)
  })
})

test.each([
  // GitHub's name, and the Hub's.
  ['data/corpus/a.csv', 'a.csv', true],
  ['a.csv', 'a.csv', true],
  ['docs/HF.md', 'README.md', true],
  ['data/corpus/sub/', 'sub/a', true],
  ['data/corpus/*.csv', 'a.csv', true],
  // It stays in the folder that it names.
  ['data/corpus/*.csv', 'sub/a.csv', false],
  ['data/corpus/', 'sub/a.csv', true],
  // It would be for every file, where somebody means a folder of the Hub's.
  ['data/**', 'a.csv', false],
  ['data/**', 'data/a.csv', true],
  ['*.csv', 'sub/a.csv', true],
  ['data/corpusx', 'x', false],
  // Nor is a name a glob where it is that of a file.
  ['data/corpus/a[1].csv', 'a[1].csv', true],
  ['data/corpus/a[1].csv', 'sub/a1.csv', false],
  ['/a.csv', 'a.csv', true],
])('--take %s is for %s: %s', (pattern, shown, expected) => {
  const paths = pathsOf(['--subdirectory', 'data/corpus', '--map', 'docs/HF.md=README.md'])
  const takes = nameShown([{ pattern, side: 'github' as const }], paths)
  expect(findTake(takes, shown)).toBe(expected ? 'github' : null)
})

test("a filter that names GitHub's path below a place is refused, since it would leave nothing out", () => {
  const view = ['--subdirectory', 'data', '--map', 'other=hub', '--map', 'docs=docs']
  for (const pattern of ['data/private/', '!data/*.csv', 'other/x'])
    expect(refusal([...view, '--exclude', pattern])).toContain("filters name the Hub's paths, where that is")
  expect(refusal([...view, '--include', 'data/a'])).toContain('where that is "/a"')
  for (const pattern of ['private/', '/data/private/', 'data/', 'other/', 'docs/x', 'database/x', '**/data/x'])
    expect(pathsOf([...view, '--exclude', pattern])?.root).toBe('data')
})
