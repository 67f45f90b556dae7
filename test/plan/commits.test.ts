import { describe, expect, test } from 'vitest'
import type { PlannedCommit } from '../../lib/plan/plan.ts'
import { nameOf } from '../history/histories.ts'
import { type Drawing, assemble, planned, toGithub, toHub } from './drawing.ts'

/** A commit as `title < parents ~named [paths]`; a number is the index of an earlier one. */
function format({ title, parents, copyOf, edits }: PlannedCommit): string {
  const parent = parents.map((one) => ('index' in one ? `#${one.index}` : nameOf(one.oid))).join(',')
  return `${title} <${parent || '-'} ~${copyOf === 'new head' ? copyOf : nameOf(copyOf && copyOf.oid)} [${edits.map(({ path }) => path).join(' ')}]`
}

const commits = (drawing: Drawing) => {
  const { github, huggingface } = assemble(drawing)
  return { github: github.map(format), huggingface: huggingface.map(format) }
}

describe('what is written, row by row (design, section 3)', () => {
  test("only Hugging Face moved: a copy on GitHub's head, by fast-forward", () => {
    expect(
      commits({
        github: 'G0 G1~H1',
        huggingface: 'H0 H1 H2',
        base: ['G1', 'H1'],
        moved: ['huggingface'],
        edits: { github: toGithub },
      }),
    ).toEqual({ github: ['Change H2 <G1 ~H2 [f]'], huggingface: [] })
  })

  test("the copy goes on GitHub's head even where that changed what is not mirrored (F16)", () => {
    expect(
      commits({
        github: 'G0 G1~H1 G2',
        huggingface: 'H0 H1 H2',
        base: ['G1', 'H1'],
        moved: ['huggingface'],
        edits: { github: toGithub },
      }).github,
    ).toEqual(['Change H2 <G2 ~H2 [f]'])
  })

  test("only GitHub moved: a copy on the Hub that names GitHub's head", () => {
    expect(
      commits({
        github: 'G0~H0 G1',
        huggingface: 'H0',
        base: ['G0', 'H0'],
        moved: ['github'],
        edits: { huggingface: toHub },
      }),
    ).toEqual({ github: [], huggingface: ['Change G1 <H0 ~G1 [f]'] })
  })

  test("both moved: a side line on the base, a merge of GitHub's head with it, and a commit on the Hub that names the merge", () => {
    const drawing: Drawing = {
      github: 'G0~H0 G1',
      huggingface: 'H0 H1',
      base: ['G0', 'H0'],
      moved: ['github', 'huggingface'],
      edits: { github: [planned('github', 'h', 'h\n')], huggingface: [planned('huggingface', 'g', 'g\n')] },
      lineEdits: [planned('github', 'h', 'h\n')],
    }
    expect(commits(drawing)).toEqual({
      github: ['Change H1 <G0 ~H1 [h]', 'Merge datasets/acme/corpus into master <G1,#0 ~- [h]'],
      huggingface: ['Change G1 <H1 ~new head [g]'],
    })
  })

  test("both moved, the Hub has all of it already: the merge names the Hub's head (F2)", () => {
    expect(
      commits({
        github: 'G0~H0 G1',
        huggingface: 'H0 H1',
        base: ['G0', 'H0'],
        moved: ['github', 'huggingface'],
        edits: { github: toGithub },
        lineEdits: toGithub,
      }),
    ).toEqual({
      github: ['Change H1 <G0 ~H1 [f]', 'Merge datasets/acme/corpus into master <G1,#0 ~H1 [f]'],
      huggingface: [],
    })
  })

  test('both made the same change: side line and merge alone, so that a later revert is a change (F1)', () => {
    expect(
      commits({
        github: 'G0~H0 G1',
        huggingface: 'H0 H1',
        base: ['G0', 'H0'],
        moved: ['github', 'huggingface'],
        lineEdits: toGithub,
      }),
    ).toEqual({
      github: ['Change H1 <G0 ~H1 [f]', 'Merge datasets/acme/corpus into master <G1,#0 ~H1 []'],
      huggingface: [],
    })
  })

  test('equal twins are joined by one commit that changes no file', () => {
    expect(commits({ github: 'G0 G1', huggingface: 'H0 H1', base: ['G1', 'H1'], by: 'content', moved: [] })).toEqual({
      github: ['Join with datasets/acme/corpus <G1 ~H1 []'],
      huggingface: [],
    })
  })

  test('GitHub stores a file otherwise now and nobody needs anything: joined, so that it is not hashed at each run', () => {
    expect(commits({ github: 'G0~H0 G1', huggingface: 'H0', base: ['G0', 'H0'], moved: ['github'] })).toEqual({
      github: ['Join with datasets/acme/corpus <G1 ~H0 []'],
      huggingface: [],
    })
  })

  test('the Hub stores a file otherwise now: its copy changes no file and names it', () => {
    expect(commits({ github: 'G0~H0', huggingface: 'H0 H1', base: ['G0', 'H0'], moved: ['huggingface'] })).toEqual({
      github: ['Change H1 <G0 ~H1 []'],
      huggingface: [],
    })
  })

  test('nobody moved: nothing', () => {
    expect(commits({ github: 'G0~H0 G1', huggingface: 'H0', base: ['G0', 'H0'], moved: [] })).toEqual({
      github: [],
      huggingface: [],
    })
  })

  test('the base on a side line: the side line grows from it (F5)', () => {
    //  G0 ── X1 ── M     the Hub never got M (which people made here), and moved on
    //    └── C1~H1 ┘
    expect(
      commits({
        github: 'G0 X1 C1<G0~H1 M<X1,C1',
        huggingface: 'H0~G0 H1 H2',
        base: ['C1', 'H1'],
        moved: ['github', 'huggingface'],
        edits: { github: toGithub, huggingface: toHub },
        lineEdits: toGithub,
      }),
    ).toEqual({
      github: ['Change H2 <C1 ~H2 [f]', 'Merge datasets/acme/corpus into master <M,#0 ~- [f]'],
      huggingface: ['Mirror 2 commits from acme/corpus <H2 ~new head [f]'],
    })
  })
})

describe('a first run', () => {
  test("an empty GitHub repository takes a root commit that names the Hub's head", () => {
    expect(
      commits({
        github: '',
        huggingface: 'H0 H1',
        base: [null, null],
        by: 'empty side',
        moved: ['huggingface'],
        edits: { github: toGithub },
      }),
    ).toEqual({ github: ['Mirror 2 commits from datasets/acme/corpus <- ~H1 [f]'], huggingface: [] })
  })

  test('a seeded GitHub repository takes the copy on top of the seed', () => {
    expect(
      commits({
        github: 'P%H1',
        huggingface: 'H0 H1',
        base: [null, null],
        by: 'empty side',
        moved: ['huggingface'],
        edits: { github: toGithub },
      }).github,
    ).toEqual(['Mirror 2 commits from datasets/acme/corpus <P ~H1 [f]'])
  })

  test("an untouched Hub takes a commit on its initial one that names GitHub's head", () => {
    expect(
      commits({
        github: 'G0 G1',
        huggingface: 'I',
        base: [null, null],
        by: 'empty side',
        moved: ['github'],
        edits: { huggingface: toHub },
      }),
    ).toEqual({ github: [], huggingface: ['Mirror 2 commits from acme/corpus <I ~G1 [f]'] })
  })

  test("a union of unrelated histories: the Hub's as a root of its own, then the merge", () => {
    expect(
      commits({
        github: 'G0 G1',
        huggingface: 'H0 H1',
        base: [null, null],
        by: 'no base',
        moved: ['github', 'huggingface'],
        edits: { github: toGithub, huggingface: toHub },
        lineEdits: toGithub,
      }),
    ).toEqual({
      github: [
        'Mirror 2 commits from datasets/acme/corpus <- ~H1 [f]',
        'Merge datasets/acme/corpus into master <G1,#0 ~- [f]',
      ],
      huggingface: ['Mirror 2 commits from acme/corpus <H1 ~new head [f]'],
    })
  })
})
