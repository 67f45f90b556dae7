import { describe, expect, test } from 'vitest'
import { groupCopied, listCopied } from '../../lib/history/copy-range.ts'
import { mirrorIdentity } from '../../lib/model/mirror-identity.ts'
import { history, idOf, nameOf } from './histories.ts'

/** The names of the commits that are copied, oldest first; `mirror` made those that are listed. */
function copied(text: string, base: string | null, read = Infinity, mirror: readonly string[] = []): string | null {
  const { commits, complete } = history('github', text, read)
  const made = commits.map((commit) =>
    mirror.includes(nameOf(commit.oid))
      ? Object.assign(commit, { author: { ...commit.author, ...mirrorIdentity } })
      : commit,
  )
  return (
    listCopied({ commits: made, complete }, base === null ? null : idOf(base))
      ?.map(({ oid }) => nameOf(oid))
      .join(' ') ?? null
  )
}

describe('copied one by one', () => {
  test('is a line of commits after the base, oldest first', () => {
    expect(copied('G0 G1 G2 G3', 'G1')).toBe('G2 G3')
    expect(copied('G0 G1', 'G1')).toBe('')
  })

  test("are the first parents of merges, since a branch's commits lack what the main line has", () => {
    //  G0 ── G1 ── M ── G2
    //    └── B1 ──┘
    expect(copied('G0 G1 B1<G0 M<G1,B1 G2', 'G0')).toBe('G1 M G2')
  })

  test('is the parent from which the base can be reached, where somebody pulled and the parents are the other way round', () => {
    //  R ── G0 ── G1 ── M<B1,G1      B1 comes from before the base
    //    └── B1 ─────────┘
    expect(copied('R G0 B1<R G1<G0 M<B1,G1', 'G0')).toBe('G1 M')
    expect(copied('R G0 B1<R M<B1,G0', 'G0')).toBe('M')
  })

  test("is nothing after the mirror's own merge of a side line that holds the base (F5)", () => {
    //  G0 ── X1 ── M      C1 is the copy that is the base
    //    └── C1 ──┘
    expect(copied('G0 X1 C1<G0 M<X1,C1 G2', 'C1', Infinity, ['M'])).toBeNull()
    expect(copied('G0 X1 C1<G0 M<X1,C1 G2', 'M', Infinity, ['M'])).toBe('G2')
  })

  test('is a whole history, from its root, where there is no base', () => {
    expect(copied('G0 G1 B1<G0 M<G1,B1', null)).toBe('G0 G1 M')
    expect(copied('G0 G1 G2', null, 2)).toBeNull()
  })

  test.each([
    [1, Infinity, [1]],
    [20, Infinity, Array.from({ length: 20 }, () => 1)],
    [20, 19, [20]],
    [21, Infinity, [21]],
    [50, 128, [50]],
    [51, 128, [26, 25]],
    [150, 0, [50, 50, 50]],
    [5_000, 128, Array.from({ length: 100 }, () => 50)],
  ])('%i commits where there is room for %d are so many groups, in their order', (count, room, sizes) => {
    const line = Array.from({ length: count + 1 }, (_, index) => `G${index}`).join(' ')
    const { commits, complete } = history('github', line)
    const originals = listCopied({ commits, complete }, idOf('G0'))!
    const groups = groupCopied(originals, room)
    expect(groups.map(({ length }) => length)).toEqual(sizes)
    expect(groups.flat()).toEqual(originals)
  })

  test('reads no further than the base', () => {
    expect(copied('G0 G1 G2 G3', 'G1', 3)).toBe('G2 G3')
    expect(copied('G0 G1 G2 G3', 'G0', 2)).toBeNull()
  })
})
