import { describe, expect, test } from 'vitest'
import { noFilters, type Filters } from '../../lib/view/filters.ts'
import { createView, mayLetIn, nameSet } from '../../lib/view/view.ts'
import fc from '../random.ts'

const outsideAlways = [
  '.lfsconfig',
  '.gitmodules',
  'sub/.lfsconfig',
  'sub/deep/.gitmodules',
  '.LFSConfig',
  '.GitModules',
  '.github/workflows/ci.yml',
  '.github/workflows/deep/x.yml',
  '.github/Workflows/ci.yml',
  '.GitHub/workflows/ci.yml',
  '.github/workflows',
]
const outsideByDefault = [
  '.github/dependabot.yml',
  '.github/CODEOWNERS',
  '.github/ISSUE_TEMPLATE/bug.md',
  '.github',
  '.GITHUB/x',
  '.github/.lfsconfigs',
]
const inside = [
  'README.md',
  '.gitattributes',
  'sub/.gitattributes',
  '.gitignore',
  '.githubx/workflows/ci.yml',
  'github/workflows/ci.yml',
  'docs/.github/workflows/ci.yml',
  'lfsconfig',
  '.lfsconfig/a',
  '.gitmodules.md',
  'workflows/ci.yml',
  'a b/ü',
  '.github.md',
]

describe('the view', () => {
  test.each(outsideAlways)('%s is outside whatever is asked for', (path) => {
    expect(createView(noFilters).includes(path)).toBe(false)
    expect(createView({ ...noFilters, dotGithub: true }).includes(path)).toBe(false)
  })

  test.each(outsideByDefault)('%s is outside unless --dot-github', (path) => {
    expect(createView(noFilters).includes(path)).toBe(false)
    expect(createView({ ...noFilters, dotGithub: true }).includes(path)).toBe(true)
  })

  test.each(inside)('%s is mirrored', (path) => {
    expect(createView(noFilters).includes(path)).toBe(true)
    expect(createView({ ...noFilters, dotGithub: true }).includes(path)).toBe(true)
  })
})

describe('filters', () => {
  const includes = (filters: Partial<Filters>, ...paths: string[]) => {
    const view = createView({ ...noFilters, ...filters })
    return paths.filter((path) => view.includes(path))
  }

  test('only what a pattern of --include names, or stands below it; --exclude wins', () => {
    const paths = ['data/a.csv', 'data/raw/b.csv', 'x.csv', 'README.md']
    expect(includes({ include: ['data/'] }, ...paths)).toEqual(['data/a.csv', 'data/raw/b.csv'])
    expect(includes({ include: ['data/*', '!data/raw'] }, ...paths)).toEqual(['data/a.csv'])
    expect(includes({ include: ['data/'], exclude: ['raw'] }, ...paths)).toEqual(['data/a.csv'])
    expect(includes({ exclude: ['*', '!*.md'] }, ...paths)).toEqual(['README.md'])
  })

  test('what the rules of either side name is outside while they do not agree', () => {
    expect(includes({ ignore: ['*.log', '*.tmp'] }, 'a.log', 'a.tmp', 'a.txt')).toEqual(['a.txt'])
  })

  test('the list itself is inside, redirects and workflows are outside, whatever is asked for', () => {
    const asked = { include: ['x', '.lfsconfig', '.github'], exclude: ['.mirrorignore'], dotGithub: true }
    expect(includes(asked, '.mirrorignore', '.lfsconfig', '.github/workflows/a.yml', '.github/a')).toEqual([
      '.mirrorignore',
      '.github/a',
    ])
    expect(includes({ exclude: ['*'] }, 'a/.mirrorignore')).toEqual([])
  })

  test('the filter that leaves a path out is named', () => {
    const { explain } = createView({ ...noFilters, include: ['*.txt'], exclude: ['b*'], ignore: ['*.log\n'] })
    expect(['a.txt', 'b.txt', 'a.log', 'a.csv', '.lfsconfig'].map(explain)).toEqual([
      null,
      '--exclude "b*"',
      '"*.log" in .mirrorignore',
      '--include',
      null,
    ])
  })

  test('the name of a set says which patterns there were, in any order, and not what they are', () => {
    const name = (filters: Partial<Filters>) => nameSet({ ...noFilters, ...filters })
    expect(name({ exclude: ['a', 'b'] })).toMatch(/^[0-9a-f]{8}$/)
    expect(name({ exclude: ['a', 'b'] })).toBe(name({ exclude: ['b', 'a', 'a '] }))
    expect(name({ exclude: ['a', '!b'] })).not.toBe(name({ exclude: ['!b', 'a'] }))
    expect(name({ exclude: ['a'] })).not.toBe(name({ include: ['a'] }))
    expect(name({ ignore: ['# nothing\n'] })).toBeNull()
    expect(name({ ignore: ['*.log'], dotGithub: true })).toMatch(/^dot-github mirrorignore:[0-9a-f]{8}$/)
  })

  test('more rules let nothing in, unless one is negative', () => {
    expect([mayLetIn('a', 'a\nb'), mayLetIn(null, 'a'), mayLetIn('a\n!b', 'a\nc\n!b')]).toEqual([false, false, false])
    expect([mayLetIn('a\nb', 'a'), mayLetIn('a', null), mayLetIn('a', 'a\n!b'), mayLetIn('a\n!b', '!b\na')]).toEqual([
      true,
      true,
      true,
      true,
    ])
  })

  test('where a list may let nothing in, every path that was outside stays outside', () => {
    const line = fc.constantFrom('a', 'b', '*', 'a/', '!a', '!b', '/a/b', 'a/*', '!*')
    const text = fc.array(line, { maxLength: 4 }).map((lines) => lines.join('\n'))
    const paths = ['a', 'b', 'c', 'a/a', 'a/b', 'b/a', 'b/b', 'a/b/c']
    fc.assert(
      fc.property(text, text, (before, after) => {
        const were = includes({ ignore: [before] }, ...paths)
        if (!mayLetIn(before, after))
          expect(were).toEqual(expect.arrayContaining(includes({ ignore: [after] }, ...paths)))
      }),
    )
  })
})
