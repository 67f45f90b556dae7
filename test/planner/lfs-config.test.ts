/** When the heads alone tell that `.lfsconfig` leads to the side that keeps the objects. */
import { expect, test } from 'vitest'
import type { Histories } from '../../lib/planner/histories.ts'
import { recordsLfsUrl } from '../../lib/planner/lfs-config.ts'
import { linkTo, makeCommit, type Row } from '../history/histories.ts'

const url = 'https://github.com/acme/corpus.git/info/lfs'

/** Whether two heads do, of which the Hub's has these trailers. */
function records(trailers: Row['trailers']): boolean {
  const github = makeCommit(
    'github',
    { name: 'G1', parents: [], trailers: [['Mirrored-From', linkTo('huggingface', 'H1')]] },
    0,
  )
  const huggingface = makeCommit('huggingface', { name: 'H1', parents: [], trailers }, 0)
  const listings = { github: { commits: [github] }, huggingface: { commits: [huggingface] } }
  return recordsLfsUrl({ heads: { github, huggingface }, listings } as unknown as Histories, url)
}

test('the copy of the other head tells it, where it was written by a run that knew this address', () => {
  const from = ['Mirrored-From', linkTo('github', 'G1')] as const
  expect([
    records([from, ['Mirrored-Lfs', url]]),
    records([from, ['Mirrored-Lfs', `${url}/old`]]),
    records([from]),
  ]).toEqual([true, false, false])
})

test('a commit that somebody amended tells nothing by the trailers of the copy that it was', () => {
  expect(
    records([
      ['Mirrored-From', linkTo('github', 'G0')],
      ['Mirrored-Lfs', url],
    ]),
  ).toBe(false)
})
