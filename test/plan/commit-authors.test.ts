/** Whose a mirrored commit is, and when it was made. */
import { describe, expect, test } from 'vitest'
import { assembleCommits } from '../../lib/plan/commits.ts'
import { dateAt, history, idOf } from '../history/histories.ts'
import { type Drawing, assemble, originalsOf, remotesOf, toGithub, toHub } from './drawing.ts'

describe('whose commit it is, and when', () => {
  const both: Drawing = {
    github: 'G0~H0 G1',
    huggingface: 'H0 H1',
    base: ['G0', 'H0'],
    moved: ['github', 'huggingface'],
    edits: { github: toGithub, huggingface: toHub },
    lineEdits: toGithub,
  }

  test("a copy on GitHub keeps the author, a merge and a copy on the Hub are the mirror's", () => {
    const { github, huggingface } = assemble(both)
    expect(github[0]!.author).toEqual(history('huggingface', 'H0 H1').commits[0]!.author)
    expect(github[1]!.author).toBeNull()
    expect(huggingface[0]).toMatchObject({ author: null, body: 'Co-authored-by: Author of G1 <g1@example.org>' })
  })

  test('a copy is as old as its original, unless its parent is younger', () => {
    expect(assemble({ ...both, github: 'G0~H0 G1', huggingface: 'H0 H1 H2 H3' }).github[0]!.date).toBe(dateAt(3))
    // The base is the fifth commit of GitHub's, younger than all of the Hub's.
    expect(assemble({ ...both, github: 'X1 X2 X3 X4 G0~H0 G1' }).github[0]!.date).toBe(dateAt(4))
    expect(
      assemble({
        github: 'X1 X2 X3 G1~H0',
        huggingface: 'H0 H1',
        base: ['G1', 'H0'],
        moved: ['huggingface'],
        edits: { github: toGithub },
      }).github[0]!.date,
    ).toBe(dateAt(3))
  })

  test('no commit is older than its parents, even where dates run backwards', () => {
    const skewed = { ...both, github: 'X1 X2 X3 X4 X5 G0~H0 G1<X1' }
    const [side, merge] = assemble(skewed).github
    expect(Date.parse(merge!.date)).toBeGreaterThanOrEqual(Date.parse(side!.date))
    const listing = history('huggingface', 'H0 H1 H2')
    const [head, original, ...rest] = listing.commits
    // An older clock made the Hub's head, which is a part of an older copy.
    const rewound = {
      ...listing,
      commits: [
        {
          ...head!,
          committerDate: dateAt(0),
          message: `Copy\n\nMirrored-Part: https://github.com/acme/corpus/commit/${idOf('S')}\n`,
        },
        { ...original!, committerDate: dateAt(1_000) },
        ...rest,
      ],
    }
    const listings = { github: history('github', 'G0~H0 G1'), huggingface: rewound }
    const commits = { github: idOf('G0'), huggingface: idOf('H0') }
    const made = assembleCommits({
      originals: originalsOf(listings, commits),
      remotes: remotesOf('main'),
      base: { commits, by: 'trailer', treeProven: true, beside: null, parts: [], emptySide: null, set: null },
      listings,
      moved: { github: true, huggingface: true },
      edits: { github: toGithub, huggingface: toHub },
      line: { start: idOf('G0'), edits: toGithub },
      replayed: null,
      config: null,
    })
    expect(made.github[0]!.date).toBe(dateAt(1_000))
    expect(made.github[1]!.date).toBe(dateAt(1_000))
  })

  test('the same input gives the same commits, so that nothing is made twice', () => {
    expect(assemble(both)).toEqual(assemble(both))
  })
})
