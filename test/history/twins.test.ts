/** Which commits of the other side hold the same files as a commit. */
import { expect, test } from 'vitest'
import { findTwinnedAncestor, findTwins } from '../../lib/history/twins.ts'
import type { Commit } from '../../lib/model/remote.ts'
import { mapSides, type Sides } from '../../lib/model/sides.ts'
import { idOf, linkTo, makeCommit, nameOf, type Row } from './histories.ts'

/** The commits of both sides, the oldest first; a copy on GitHub has the tree that it recorded. */
function drawListings(rows: Sides<readonly (Row & { readonly tree?: string })[]>) {
  return mapSides((side) => {
    const commits = rows[side].map(({ tree, ...row }, index): Commit => {
      const commit = makeCommit(side, row, index)
      return tree === undefined ? commit : { ...commit, tree: idOf(tree) }
    })
    return { commits: commits.toReversed(), complete: true }
  })
}

const row = (name: string, parents: readonly string[], copies?: string, tree = `tree of ${name}`) => ({
  name,
  parents,
  tree,
  trailers:
    copies === undefined
      ? []
      : [['Mirrored-From', linkTo('huggingface', copies)] as const, ['Mirrored-Tree', idOf(tree)] as const],
})

test('a copy and its original are twins, and so is what has the tree of one, the oldest first', () => {
  const listings = drawListings({
    github: [
      row('G1', []),
      row('G2', ['G1'], 'H1'),
      row('G3', ['G2'], 'H1'),
      row('G4', ['G3']),
      row('G5', ['G4'], undefined, 'tree of G2'),
    ],
    huggingface: [
      { name: 'H1', parents: [], trailers: [] },
      { name: 'H2', parents: ['H1'], trailers: [] },
    ],
  })
  const twins = findTwins(listings, new Map(), 'github')
  const told = mapSides((side) =>
    Object.fromEntries(
      [...twins[side]].map(([oid, found]) => [nameOf(oid), found.map(({ commit }) => nameOf(commit))]),
    ),
  )
  expect(told).toEqual({ github: { G2: ['H1'], G3: ['H1'], G5: ['H1'] }, huggingface: { H1: ['G2', 'G3'] } })
  const ancestor = (name: string) => nameOf(findTwinnedAncestor(listings.github, twins.github, idOf(name)))
  expect([ancestor('G4'), ancestor('G3'), ancestor('G1')]).toEqual(['G3', 'G2', '-'])
})

test('a copy that has another tree than it recorded has no twin', () => {
  const [copy] = [row('G1', [], 'H1')]
  const listings = drawListings({
    github: [{ ...copy!, tree: 'another tree' }],
    huggingface: [{ name: 'H1', parents: [], trailers: [] }],
  })
  expect(findTwins(listings, new Map(), 'github').huggingface.size).toBe(0)
})
