import { describe, expect, test } from 'vitest'
import { nameOneAnother } from '../../lib/history/sync-points.ts'
import { noFilters, type Filters } from '../../lib/view/filters.ts'
import { describeSet } from '../../lib/view/view.ts'
import { baseOf, history, nameOf, searchBase, searchByPages } from './histories.ts'

/** Whether the heads of two drawn histories say that there is nothing to do. */
function inSync(github: string, huggingface: string, filters: Partial<Filters> = {}): boolean {
  return nameOneAnother(
    { github: history('github', github), huggingface: history('huggingface', huggingface) },
    describeSet({ ...noFilters, ...filters }),
  )
}

describe('the heads alone say that the sides are in sync (F2, F17)', () => {
  test.each([
    ["GitHub's head is a copy of the Hub's", 'G0 G1~H1', 'H0 H1', true],
    ["the Hub's head is a copy of GitHub's", 'G0 G1', 'H0 H1~G1', true],
    ['one commit is the head of both', 'S0 S1', 'S0 S1', true],
    ["a merge names the Hub's head", 'G0 G1 G2<G0~H1 G3<G1,G2~H1', 'H0~G0 H1', true],
    ["GitHub's head was amended since it was copied", 'G0 G1~!H1', 'H0 H1', false],
    ["GitHub's head is a part of a copy", 'G0%H1', 'H0 H1', false],
    ["the Hub's head is a part of a copy", 'G0 G1', 'H0 H1%G1', false],
    ['the copy is not the head any more', 'G0 G1~H1 G2', 'H0 H1', false],
    ['the original is not the head any more', 'G0 G1~H1', 'H0 H1 H2', false],
    ['the heads share no commit and name nobody', 'G0', 'H0', false],
  ])('%s', (_, github, huggingface, expected) => {
    expect(inSync(github, huggingface)).toBe(expected)
  })

  test('a cherry-picked copy on top is not believed, since its tree is not the one it recorded (F3)', () => {
    // G3~H2, then G4 reverts it, G5 edits, G7 is a cherry-pick of G3
    expect(inSync('G0 G3~H2 G4 G5 G7~!H2', 'H0 H2')).toBe(false)
  })
})

test('one commit on both sides has files in one form, which may not be the form of today', () => {
  expect([
    inSync('S0', 'S0', { frontMatter: true }),
    inSync('S0', 'S0', { paths: { side: 'github', root: 'data', moved: [] } }),
  ]).toEqual([false, false])
  expect(baseOf('S0 S1 G2', 'S0 S1 H2', {}, { sharesPaths: false })).toBe('none')
  expect(baseOf('S0 G1~H1 S2', 'S0 H1 S2', {}, { sharesPaths: false })).toBe('G1 H1 by trailer')
})

describe('the base is the latest sync point', () => {
  test.each([
    //  G0 ── G1~H1 ── G2          H0 ── H1 ── H2
    ['a copy on GitHub', 'G0 G1~H1 G2', 'H0 H1 H2', 'G1 H1 by trailer'],
    ['a copy on the Hub', 'G0 G1 G2', 'H0 H1~G1 H2', 'G1 H1 by trailer'],
    ['the later of two copies', 'G0 G1~H1 G2 G3~H3', 'H0 H1 H2~G2 H3', 'G3 H3 by trailer'],
    ["a copy of the Hub's that is later than one of GitHub's", 'G0 G1~H1 G2', 'H0 H1 H2~G2 H3', 'G2 H2 by trailer'],
    ['the latest commit that both have', 'S0 S1 G2', 'S0 S1 H2', 'S1 S1 by shared commit'],
    ['a copy after commits that both have', 'S0 S1 G2~H2 G3', 'S0 S1 H2 H3', 'G2 H2 by trailer'],
    [
      'a commit that both have after a copy: somebody pushed one side to the other',
      'S0 G1~H1 S2<S0',
      'S0 H1 S2',
      'S2 S2 by shared commit',
    ],
    [
      'a copy that names a commit of the other side by the name of an earlier repository',
      'G0 G1~H1@acme/old-name G2',
      'H0 H1 H2',
      'G1 H1 by trailer',
    ],
    ['the latest GitHub commit for the same Hub commit', 'G0 G1~H1 G2 G3~H1', 'H0 H1', 'G3 H1 by trailer'],
    ['both ends naming one another', 'G0 G1~H1', 'H0 H1~G1 H2', 'G1 H1 by trailer'],
  ])('%s', (_, github, huggingface, expected) => {
    expect(baseOf(github, huggingface)).toBe(expected)
  })

  test('without a trailer and without a shared commit there is none', () => {
    expect(baseOf('G0 G1', 'H0 H1')).toBe('none')
    expect(baseOf('', 'H0 H1')).toBe('none')
    expect(baseOf('G0', '')).toBe('none')
    expect(baseOf('', '')).toBe('none')
  })

  test('swapping trailers to the other side finds the same pair', () => {
    expect(baseOf('G0 G1~H1 G2', 'H0 H1 H2')).toBe(baseOf('G0 G1 G2', 'H0 H1~G1 H2'))
  })

  test('a pair that its recorded tree proves says so, also when the Hub says the same', () => {
    const recorded = (github: string, huggingface: string) => {
      const search = searchBase({ github: history('github', github), huggingface: history('huggingface', huggingface) })
      return search.state === 'found' && search.base.treeProven
    }
    expect(recorded('G0 G1~H1', 'H0 H1')).toBe(true)
    expect(recorded('G0 G1', 'H0 H1~G1')).toBe(false)
    expect(recorded('G0 G1~H1', 'H0 H1~G1')).toBe(true)
    expect(recorded('S0', 'S0')).toBe(true)
  })

  test('two pairs that do not contain one another: the one with the later Hub commit (F6)', () => {
    // G8 is a cherry-pick of G6 whose tree equals H3's: no pair contains the other, and no brake
    expect(baseOf('G0 G5~H2 G6~H3 G7~H4 G8~H3', 'H0 H2 H3 H4')).toBe('G7 H4 by trailer')
  })

  test("the mirror's own merge without a trailer leaves the side line as the base (F5)", () => {
    //  G0 ── X1 ── M         H0~G0 ── H1
    //    └── C1~H1 ──┘
    expect(baseOf('G0 X1 C1<G0~H1 M<X1,C1', 'H0~G0 H1')).toBe('C1 H1 by trailer')
    expect(baseOf('G0 X1 C1<G0~H1 M<X1,C1', 'H0~G0 H1 H2~M')).toBe('M H2 by trailer')
  })

  test('the same change on both sides is remembered by the merge alone (F1)', () => {
    expect(baseOf('G0 G3 C<G0~H2 M<G3,C~H2 G4', 'H1~G0 H2')).toBe('M H2 by trailer')
  })

  test('reverting a copy is no news about the base', () => {
    expect(baseOf('G0 G1~H1 G2 G3', 'H0~G0 H1')).toBe('G1 H1 by trailer')
  })
})

describe('a trailer is a hint that proves itself (F3)', () => {
  test.each([
    ['an amended copy', 'G0 G4~H2 G6~!H3', 'H0~G0 H2 H3', 'G4 H2 by trailer; G6 names H3, changed since it was copied'],
    [
      "a copy that was squashed into a user's commit",
      'G0 G1~!H1',
      'H0~G0 H1',
      'G0 H0 by trailer; G1 names H1, changed since it was copied',
    ],
    ['a cherry-pick of a copy older than the base', 'G0 G1~H1 G2~H2 G3~!H1', 'H0 H1 H2', 'G2 H2 by trailer'],
    ['a cherry-pick of the base itself', 'G0 G2~H2 G3 G4~!H2', 'H0 H2', 'G2 H2 by trailer'],
    ['a cherry-pick on a side branch that was merged', 'G0 G2~H2 B1<G0~!H2 M<G2,B1', 'H0~G0 H2', 'G2 H2 by trailer'],
    [
      'a copy on the Hub that was rewound on GitHub',
      'G0 G3',
      'H0~G0 H1~G2',
      'G0 H0 by trailer; H1 names G2, not in the history',
    ],
    [
      'a copy on GitHub of a Hub commit that was rewound',
      'G0 G1~H1 G2~H2',
      'H0 H1 H3',
      'G1 H1 by trailer; G2 names H2, not in the history',
    ],
  ])('%s', (_, github, huggingface, expected) => {
    expect(baseOf(github, huggingface)).toBe(expected)
  })

  test('what a trailer says before the base does not count, so that --init mends a rewind for good (F7)', () => {
    // H3~G2 names a commit that was force-pushed away; H4~G0 is the new base
    expect(baseOf('G0 G5', 'H0 H3~G2 H4~G0 H6')).toBe('G0 H4 by trailer')
  })

  test('a forged trailer on GitHub without the recorded tree is refused, not believed', () => {
    expect(baseOf('G0~H0 G1 F~!H2', 'H0 H1 H2')).toBe('G0 H0 by trailer; F names H2, changed since it was copied')
  })

  test('a trailer that names another repository is no evidence against this one (F7)', () => {
    expect(baseOf('G0 G1~H1 G2', 'H0 H1 H2~X7@acme/second')).toBe('G1 H1 by trailer')
    expect(baseOf('G0 G1~H1 G2~X7@acme/second', 'H0 H1 H2')).toBe('G1 H1 by trailer')
  })

  test('a repository name is compared with its case folded', () => {
    expect(baseOf('G0 G1~H1', 'H0 H1 H2~G9@Acme/Corpus')).toBe('G1 H1 by trailer; H2 names G9, not in the history')
  })

  test('after a super-squash every copy names a vanished commit, and there is no base (F7, F14)', () => {
    expect(baseOf('G0~H0 G1~H1', 'Q')).toBe('none; G0 names H0, not in the history; G1 names H1, not in the history')
  })

  test('a commit on top of a super-squash is joined again by its copy', () => {
    expect(baseOf('G0~H0 G1~H1 G2~Q', 'Q H5')).toBe('G2 Q by trailer')
  })

  test("a trailer in the middle of a message says nothing, unless it records the commit's own tree", () => {
    const {
      commits: [copy],
    } = history('github', 'G1~H1')
    const search = (message: string, tree = copy!.tree) =>
      searchBase({
        github: { commits: [{ ...copy!, message, tree }], complete: true },
        huggingface: history('huggingface', 'H0 H1'),
      }).state
    expect(search(copy!.message)).toBe('found')
    const squashed = `Several commits\n\n* ${copy!.message}\nSeen by somebody else\n`
    expect(search(squashed)).toBe('found')
    expect(search(squashed, 'b'.repeat(40))).toBe('none')
    expect(search(squashed.replace('Mirrored-Tree', 'Tree'))).toBe('none')
  })
})

describe('parts of a split commit (F9)', () => {
  test.each([
    [
      'a part on the Hub whose last part was never written',
      'G0 G5 G7',
      'H1~G0 H6%G5',
      'G0 H1 by trailer; Hugging Face H6 on H1 is a part of G5',
    ],
    [
      'two parts, oldest first',
      'G0 G5',
      'H1~G0 H6%G5 H7%G5',
      'G0 H1 by trailer; Hugging Face H6 on H1 is a part of G5; Hugging Face H7 on H6 is a part of G5',
    ],
    ['parts and the commit that completes them', 'G0 G5', 'H1~G0 H6%G5 H7~G5', 'G5 H7 by trailer'],
    [
      'a part of a commit that was rewound',
      'G0 G6',
      'H1~G0 H6%G5',
      'G0 H1 by trailer; H6 names G5, not in the history',
    ],
    [
      'the seed of an empty GitHub repository',
      'P%H1',
      'H0 H1',
      '- - by empty side (github); GitHub P on - is a part of H1',
    ],
    [
      'the seed, after the Hub moved on and a user worked on it',
      'P%H1 G2',
      'H0 H1 H2',
      '- - by empty side (github); GitHub P on - is a part of H1',
    ],
    [
      'the first part of a first copy on the Hub',
      'G0 G1',
      'I H1%G1',
      '- - by empty side (huggingface); Hugging Face H1 on I is a part of G1',
    ],
    ['the first part of --init on a Hub that held other files', 'G0 G1', 'H0 H1 H2%G1', 'none'],
    ['the same on a Hub that was squashed to one commit', 'G0 G1', 'Q H2%G1', 'none'],
    ['the seed with its copy on top', 'P%H1 G2~H1', 'H0 H1 H2', 'G2 H1 by trailer'],
    ["a part in another repository's name", 'G0 G1~H1', 'H0 H1 H2%X1@acme/second', 'G1 H1 by trailer'],
  ])('%s', (_, github, huggingface, expected) => {
    expect(baseOf(github, huggingface)).toBe(expected)
  })
})

describe('as much of the histories is read as the answer needs', () => {
  test('nothing more when the pair is on the first page and nothing after it reaches below', () => {
    expect(baseOf('G0 G1 G2 G3~H3 G4', 'H0 H1 H2 H3 H4', { github: 2, huggingface: 2 })).toBe('G3 H3 by trailer')
  })

  test('without a pair, the side that was read less', () => {
    expect(baseOf('G0 G1 G2 G3', 'H0 H1 H2 H3', { github: 2, huggingface: 3 })).toBe('more of github')
    expect(baseOf('G0 G1 G2 G3', 'H0 H1 H2 H3', { github: 3, huggingface: 2 })).toBe('more of huggingface')
    expect(baseOf('G0 G1', 'H0 H1 H2 H3', { huggingface: 2 })).toBe('more of huggingface')
  })

  test('what a copy after the base names may stand on an older page', () => {
    expect(baseOf('G0 G1~H1 G2~H2', 'H0 H1 H2 H3 H4', { huggingface: 2 })).toBe('more of huggingface')
    expect(baseOf('G0 G1 G2 G3', 'H0~G0 H1~G1', { github: 2 })).toBe('more of github')
  })

  test('a side branch after the base that goes below the page', () => {
    //  G0 ── G1 ── G2~H2 ── M
    //    └── B1 ───────────┘     read: M, G2, B1
    expect(baseOf('G0 G1 B1<G0 G2<G1~H2 M<G2,B1', 'H0 H2', { github: 3 })).toBe('more of github')
    expect(baseOf('G0 G1 B1<G0 G2<G1~H2 M<G2,B1', 'H0 H2')).toBe('G2 H2 by trailer')
  })

  test('an old fork point: a copy that somebody cherry-picked onto a branch from before', () => {
    expect(baseOf('G0 B1<G0~!H3 G1<G0~H1 G2 M<G2,B1', 'H0~G0 H1 H3', { github: 3 })).toBe('more of github')
    expect(baseOf('G0 B1<G0~!H3 G1<G0~H1 G2 M<G2,B1', 'H0~G0 H1 H3')).toBe(
      'G1 H1 by trailer; B1 names H3, changed since it was copied',
    )
  })

  test('a long history is read from the heads down, and only as far as the base', () => {
    const line = (letter: string, from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => `${letter}${from + index}`).join(' ')
    const listings = {
      github: history('github', `${line('G', 0, 3_000)} C~H500 ${line('G', 3_001, 3_151)}`),
      huggingface: history('huggingface', line('H', 0, 520)),
    }
    const { search, read } = searchByPages(listings, 100)
    expect(search.state === 'found' && nameOf(search.base.commits.github)).toBe('C')
    expect(read).toEqual({ github: 200, huggingface: 100 })
  })

  test('20,000 commits in a line overflow no stack', () => {
    const line = Array.from({ length: 20_000 }, (_, index) => `G${index}`).join(' ')
    expect(baseOf(line, 'H0~G3 H1')).toBe('G3 H0 by trailer')
  })
})

describe('commits listed by date', () => {
  test('"latest" follows parents, not the listing: a side line with old dates sorts below what it contains', () => {
    //  G0~H1 ── G1 ── M<G1,C~H1     M is listed first, then G1, C; but C2~H1 on C is listed below C
    //  listing, newest first: M C G1 C2 G0 although C2 descends from C
    expect(baseOf('G0 C2<C~H1 G1<G0 C<G0~H1 M<G1,C2', 'H0 H1')).toBe('C2 H1 by trailer')
  })

  test('commits after the base are told by descent, so that an old date does not hide a rewritten copy', () => {
    // B1 is dated before the base G2 but is no ancestor of it
    expect(baseOf('G0 B1<G0~!H9 G2<G0~H2 M<G2,B1', 'H0~G0 H2 H9')).toBe(
      'G2 H2 by trailer; B1 names H9, changed since it was copied',
    )
  })
})
