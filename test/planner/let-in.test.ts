import { expect, test } from 'vitest'
import { findLetIn } from '../../lib/planner/read-view.ts'
import { noFilters, type Filters } from '../../lib/view/filters.ts'
import { createView } from '../../lib/view/view.ts'

const inData = { side: 'github', root: 'data', moved: [] } as const
const paths = ['README.md', 'data/README.md', 'data/a.csv', '.github/x', '.github/workflows/x']

/** Those of the paths that come into view by a change of filters; null where none can. */
function letIn(before: Partial<Filters>, now: Partial<Filters>): string[] | null {
  const view = (filters: Partial<Filters>) => createView({ ...noFilters, ...filters })
  const includes = findLetIn({ before: view(before) }, view(now))
  return includes && paths.filter(includes)
}

test.each([
  [{}, {}, null],
  [{ frontMatter: true }, { frontMatter: true }, null],
  [{}, { frontMatter: true }, ['README.md']],
  [{ frontMatter: true }, {}, ['README.md']],
  [{}, { frontMatter: true, exclude: ['/README.md'] }, null],
  [{ ignore: ['data/'] }, { frontMatter: true }, ['README.md', 'data/README.md', 'data/a.csv']],
  [{ paths: inData }, { paths: inData }, null],
  [{ paths: inData }, { paths: inData, dotGithub: true }, ['.github/x']],
])('from %j to %j, the base of these is compared: %j', (before, now, expected) => {
  expect(letIn(before, now)).toEqual(expected)
})
