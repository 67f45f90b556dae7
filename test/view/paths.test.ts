import { describe, expect, test } from 'vitest'
import { noFilters } from '../../lib/view/filters.ts'
import { digestPaths, PathMapping, type Paths } from '../../lib/view/paths.ts'
import { createView } from '../../lib/view/view.ts'
import fc from '../random.ts'

const place = (text: string) => {
  const [inner, shown] = text.split('=') as [string, string]
  return { inner, shown }
}
const mapped = (root: string, ...moved: string[]): Paths => ({ side: 'github', root, moved: moved.map(place) })
const mapping = (root: string, ...moved: string[]) => new PathMapping(mapped(root, ...moved))

describe('a folder is shown as the root', () => {
  const folder = mapping('data/corpus')
  test.each([
    ['data/corpus/a.csv', 'a.csv'],
    ['data/corpus/x/y', 'x/y'],
    ['data/corpus/data/corpus/a', 'data/corpus/a'],
    ['data/corpus', null],
    ['data/corpus.txt', null],
    ['data/corpusx/a', null],
    ['data/a.csv', null],
    ['a.csv', null],
    ['Data/corpus/a.csv', null],
  ])('%s is shown at %s', (inner, shown) => {
    expect(folder.toShown(inner)).toBe(shown)
    if (shown !== null) expect(folder.toInner(shown)).toBe(inner)
  })
})

describe('places are shown elsewhere, and what is in their way is not shown at all', () => {
  test.each([
    // What is shown as the card is no file of its own any more, and the folder's own card is not shown.
    [mapping('data', 'docs/HF.md=README.md'), { 'docs/HF.md': 'README.md', 'data/README.md': null, 'data/a': 'a' }],
    [mapping('', 'docs/HF.md=README.md'), { 'docs/HF.md': 'README.md', 'README.md': null, 'docs/a': 'docs/a' }],
    [
      mapping('', 'docs=hub-docs'),
      { 'docs/a/b': 'hub-docs/a/b', 'docs': 'hub-docs', 'hub-docs/a': null, 'docsx': 'docsx' },
    ],
    // The longest place decides.
    [
      mapping('', 'docs=hub', 'docs/HF.md=README.md'),
      { 'docs/HF.md': 'README.md', 'docs/a': 'hub/a', 'hub/HF.md': null },
    ],
    [mapping('data/corpus', 'data=all'), { 'data/corpus/a': 'a', 'data/x': 'all/x', 'data/corpus/all/x': null }],
    // A file where a place needs a folder would have no room on one of the sides.
    [mapping('data', 'x/y=a/b'), { 'x/y': 'a/b', 'data/a': null, 'data/a/c': 'a/c' }],
    [mapping('', 'docs/x=a'), { 'docs': null, 'docs/x/y': 'a/y', 'docs/y': 'docs/y', 'a': null }],
    [mapping('data/corpus', 'data=x'), { data: null }],
  ])('case %#', (paths, expected) => {
    expect(Object.fromEntries(Object.keys(expected).map((inner) => [inner, paths.toShown(inner)]))).toEqual(expected)
  })

  test('the other way round, too', () => {
    const paths = mapping('', 'docs/HF.md=README.md', 'a=x/y')
    expect(
      ['README.md', 'docs/HF.md', 'README.md/x', 'x', 'x/y', 'x/z', 'a', 'b'].map((one) => paths.toInner(one)),
    ).toEqual(['docs/HF.md', null, 'docs/HF.md/x', null, 'a', 'x/z', null, 'b'])
  })
})

const segment = fc.constantFrom('a', 'b', 'c', 'ü', 'a b')
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
const root = fc.oneof(fc.constant(''), path)

test('both directions are inverse, and no two files meet at a path', () => {
  const places = fc.array(fc.record({ inner: path, shown: path }), { maxLength: 3 })
  fc.assert(
    fc.property(root, places, fc.array(path, { maxLength: 30 }), (folder, moved, files) => {
      const both = new PathMapping({ side: 'github', root: folder, moved })
      const below = [...files, ...files.map((file) => (folder === '' ? file : `${folder}/${file}`))]
      for (const file of below) {
        const [shown, inner] = [both.toShown(file), both.toInner(file)]
        if (shown !== null) expect(both.toInner(shown)).toBe(file)
        if (inner !== null) expect(both.toShown(inner)).toBe(file)
      }
    }),
  )
})

test('what can be a tree in the repository can be one in the view, and the reverse', () => {
  const places = fc.array(fc.record({ inner: path, shown: path }), { maxLength: 3 })
  fc.assert(
    fc.property(root, places, path, path, (folder, moved, one, other) => {
      const both = new PathMapping({ side: 'github', root: folder, moved })
      // Neither is a folder above the other one, so that both can be files of a tree.
      fc.pre(!`${one}/`.startsWith(`${other}/`) && !`${other}/`.startsWith(`${one}/`))
      for (const move of [(p: string) => both.toShown(p), (p: string) => both.toInner(p)]) {
        const [a, b] = [move(one), move(other)]
        if (a !== null && b !== null) expect(`${a}/`.startsWith(`${b}/`)).toBe(false)
      }
    }),
  )
})

test('a digest stands for the mapping, in whatever order it was given', () => {
  const digests = [
    mapped('data'),
    mapped('data/'),
    mapped('', 'a=b'),
    mapped('', 'a=b', 'c=d'),
    mapped('', 'a=d', 'c=b'),
  ].map(digestPaths)
  expect(new Set(digests).size).toBe(digests.length)
  expect(digestPaths(mapped('', 'c=d', 'a=b'))).toBe(digests[3])
})

describe('a view of moved paths', () => {
  const view = createView({ ...noFilters, paths: mapped('data', 'docs/HF.md=README.md', '.github=hub') })
  test.each([
    ['a.csv', true],
    ['README.md', true],
    ['.github/x', false],
    ['.gitmodules', false],
    // Neither its name on the one side nor that on the other may be one that is never mirrored.
    ['hub/workflows/ci.yml', false],
    ['hub/x', false],
  ])('%s is inside: %s', (shown, expected) => {
    expect(view.includes(shown)).toBe(expected)
  })

  test('says why a path is outside, and speaks of the paths that it shows', () => {
    const filters = { ...noFilters, exclude: ['*.log'], paths: mapped('', 'docs/HF.md=README.md') }
    expect(['a.log', 'docs/HF.md', 'a'].map(createView(filters).explain)).toEqual(['--exclude "*.log"', '--map', null])
  })

  test('never lets a workflow be written, whatever is shown where', () => {
    const places = fc.array(fc.record({ inner: fc.constantFrom('.github', 'a', '.GitHub/x'), shown: path }))
    fc.assert(
      fc.property(fc.constantFrom('', '.github', '.github/workflows'), places, path, (folder, moved, file) => {
        const paths: Paths = { side: 'github', root: folder, moved }
        const { includes } = createView({ ...noFilters, dotGithub: true, paths })
        const both = new PathMapping(paths)
        for (const shown of [file, `workflows/${file}`, `${file}/workflows/x`])
          if (includes(shown)) expect(both.toInner(shown)).not.toMatch(/^\.github\/workflows(?:\/|$)/i)
      }),
    )
  })
})
