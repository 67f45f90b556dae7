/** Which names count where somebody may have copied a message. */
import { describe, expect, test } from 'vitest'
import { nameOneAnother } from '../../lib/history/sync-points.ts'
import type { Listing } from '../../lib/history/topology.ts'
import { noFilters } from '../../lib/view/filters.ts'
import { describeSet } from '../../lib/view/view.ts'
import { baseOf, history } from './histories.ts'

describe('a message that was pasted on a commit which was copied since', () => {
  //  G0 ── G1 ── C~H3 ── G4      H0~G0 ── H1~G1 ── H3, with the message of H0
  const github = 'G0 G1 C~H3 G4'

  test('says nothing where it names another parent, and does not make the copy look older', () => {
    expect(baseOf(github, 'H0~G0^ H1~G1^H0 H3~G0^H0')).toBe('C H3 by trailer')
  })

  test('has to be proven where it stands on the parent that it names', () => {
    expect(baseOf(github, 'H0~G0^ H1~G1^H0 H3~G0^H1')).toBe('prove H3 on H1')
    expect(baseOf(github, 'H0~G0^ H1~G1^H0 H3~G0^H1', {}, { proofs: { H3: false } })).toBe('C H3 by trailer')
    // What went back to G0's files for certain is no news.
    expect(baseOf(github, 'H0~G0^ H1~G1^H0 H3~G0^H1', {}, { proofs: { H3: true, H1: true } })).toBe('G1 H1 by trailer')
  })
})

test('GitHub commits that undo one another, or a merge that brought nothing, leave the copy below them in sync', () => {
  const listing = history('github', 'G0 G1~H1 G2 G3')
  const hub = history('huggingface', 'H0~G0 H1')
  const copied = listing.commits.at(-2)!.tree
  const undone = {
    ...listing,
    commits: listing.commits.map((commit, row) => (row === 0 ? { ...commit, tree: copied } : commit)),
  }
  const isInSync = (github: Listing) => nameOneAnother({ github, huggingface: hub }, describeSet(noFilters))
  expect([isInSync(listing), isInSync(undone)]).toEqual([false, true])
})

test('an old copy counts where it is the first to name its original, and a message that was pasted later does not', () => {
  const isInSync = (huggingface: string) =>
    nameOneAnother(
      { github: history('github', 'G0 G1'), huggingface: history('huggingface', huggingface) },
      describeSet(noFilters),
    )
  expect([isInSync('H0~G0 H1~G1'), isInSync('H0~G0 H1~G1 H2 H3~G1')]).toEqual([true, false])
})

test('a copy for other branches that names nothing is told, where the mirror never wrote for these', () => {
  expect(baseOf('G0 G1', 'H0 H1~G9+dev')).toBe('none; H1 names G9, not in the history')
})

test('the first part of a copy may begin a history', () => {
  expect(baseOf('G0 G1', 'H0%G1^')).toBe('- - by empty side (huggingface); Hugging Face H0 on - is a part of G1')
})
