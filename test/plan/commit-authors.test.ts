/** Whose a mirrored commit is, when it was made, and which modes it carries. */
import { describe, expect, test } from 'vitest'
import { assignRoles } from '../../lib/model/capabilities.ts'
import type { Mode } from '../../lib/model/entry.ts'
import type { Sides } from '../../lib/model/sides.ts'
import { assembleCommits, type Stored } from '../../lib/plan/commits.ts'
import { dateAt, history, idOf, repositories } from '../history/histories.ts'
import { changesBetween, executable, plain, symlink, type World } from '../merge/worlds.ts'
import { type Drawing, assemble, stored, toGithub, toHub, capabilities } from './drawing.ts'

describe('whose commit it is, and when', () => {
  const both: Drawing = {
    github: 'G0~H0 G1',
    huggingface: 'H0 H1',
    base: ['G0', 'H0'],
    moved: ['github', 'huggingface'],
    edits: { github: toGithub, huggingface: toHub },
    copyEdits: toGithub,
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
    const made = assembleCommits({
      lineStart: idOf('G0'),
      base: {
        commits: { github: idOf('G0'), huggingface: idOf('H0') },
        by: 'trailer',
        recorded: true,
        beside: null,
        parts: [],
        emptySide: null,
        set: null,
      },
      repositories,
      branches: { github: 'main', huggingface: 'main' },
      capabilities,
      roles: assignRoles(capabilities),
      listings: { github: history('github', 'G0~H0 G1'), huggingface: rewound },
      changes: { github: changesBetween({}, { g: 'g' }), huggingface: changesBetween({}, { h: 'h' }) },
      edits: { github: toGithub, huggingface: toHub },
      copyEdits: toGithub,
      copies: null,
      config: null,
    })
    expect(made.github[0]!.date).toBe(dateAt(1_000))
    expect(made.github[1]!.date).toBe(dateAt(1_000))
  })

  test('the same input gives the same commits, so that nothing is made twice', () => {
    expect(assemble(both)).toEqual(assemble(both))
  })
})

describe("modes are GitHub's alone", () => {
  const modes = (edits: readonly Stored[], renamed?: Sides<readonly [World, World]>): (Mode | null)[] =>
    assemble({
      github: 'G0~H0',
      huggingface: 'H0 H1',
      base: ['G0', 'H0'],
      moved: ['huggingface'],
      edits: { github: edits },
      ...(renamed && { renamed }),
    }).github[0]!.edits.map(({ mode }) => mode)

  test('a new file is a plain one, an existing one keeps its mode', () => {
    expect(
      modes([
        stored('github', 'new', 'n'),
        stored('github', 'x', 'x', executable('old')),
        stored('github', 'p', 'p', plain('old')),
        stored('github', 'gone', null, executable('old')),
      ]),
    ).toEqual(['100644', '100755', '100644', null])
  })

  test('a file that replaces a symlink is a plain one', () => {
    expect(modes([stored('github', 's', 'file', symlink('elsewhere'))])).toEqual(['100644'])
  })

  test('a file that the Hub renamed takes its executable bit along', () => {
    const edits = [stored('github', 'a', null, executable('run\n')), stored('github', 'b', 'run\n')]
    expect(modes(edits, { github: [{}, {}], huggingface: [{ a: 'run\n' }, { b: 'run\n' }] })).toEqual([null, '100755'])
  })

  test('side line and merge keep it too', () => {
    const { github } = assemble({
      github: 'G0~H0 G1',
      huggingface: 'H0 H1',
      base: ['G0', 'H0'],
      moved: ['github', 'huggingface'],
      edits: { github: [stored('github', 'x', 'x', executable('old'))] },
      copyEdits: [stored('github', 'x', 'x', executable('old'))],
    })
    expect(github.map(({ edits }) => edits[0]!.mode)).toEqual(['100755', '100755'])
  })

  test('the Hub is told of none', () => {
    const { huggingface } = assemble({
      github: 'G0~H0 G1',
      huggingface: 'H0',
      base: ['G0', 'H0'],
      moved: ['github'],
      edits: { huggingface: [stored('huggingface', 'x', 'x', executable('old'))] },
    })
    expect(huggingface[0]!.edits[0]!.mode).toBeNull()
  })
})
