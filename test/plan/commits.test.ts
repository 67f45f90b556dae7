import { describe, expect, test } from 'vitest'
import type { Base } from '../../lib/history/base.ts'
import type { Mode } from '../../lib/model/entry.ts'
import type { Side, Sides } from '../../lib/model/sides.ts'
import { assembleCommits, type Assembly, type Stored } from '../../lib/plan/commits.ts'
import type { PlannedCommit } from '../../lib/plan/plan.ts'
import { dateAt, history, idOf, nameOf, repositories } from '../history/histories.ts'
import { changesBetween, entryOf, executable, plain, symlink, type Node, type World } from '../merge/worlds.ts'

/** An edit: what a side gets at a path, and what stands there now. `null` deletes. */
function stored(to: Side, path: string, content: string | null, was: Node | null = null): Stored {
  return {
    outcome: { path, to, content: content === null ? null : { text: content }, hunks: null },
    store: content === null ? null : 'plain',
    was: was && entryOf(was),
  }
}

interface Drawing {
  readonly github: string
  readonly huggingface: string
  readonly base: readonly [string | null, string | null]
  readonly by?: Base['by']
  readonly moved: readonly Side[]
  readonly edits?: Partial<Sides<readonly Stored[]>>
  readonly copyEdits?: readonly Stored[]
  readonly renamed?: Sides<readonly [World, World]>
}

function assemble({
  github,
  huggingface,
  base: [g, h],
  by = 'trailer',
  moved,
  edits = {},
  copyEdits = [],
  renamed,
}: Drawing): Sides<PlannedCommit[]> {
  const id = (name: string | null) => (name === null ? null : idOf(name))
  const changes = (side: Side) =>
    renamed
      ? changesBetween(...renamed[side])
      : changesBetween({}, moved.includes(side) ? { f: `changed on ${side}\n` } : {})
  const assembly: Assembly = {
    lineStart: id(g),
    base: {
      commits: { github: id(g), huggingface: id(h) },
      by,
      recorded: true,
      beside: null,
      parts: [],
      emptySide: null,
      set: null,
    },
    repositories,
    branches: { github: 'master', huggingface: 'main' },
    listings: { github: history('github', github), huggingface: history('huggingface', huggingface) },
    changes: { github: changes('github'), huggingface: changes('huggingface') },
    edits: { github: edits.github ?? [], huggingface: edits.huggingface ?? [] },
    copyEdits,
    copies: null,
    config: null,
  }
  return assembleCommits(assembly)
}

/** A commit as `title < parents ~named [paths]`; a number is the index of an earlier one. */
function format({ title, parents, names, edits }: PlannedCommit): string {
  const parent = parents.map((one) => (typeof one === 'number' ? `#${one}` : nameOf(one))).join(',')
  return `${title} <${parent || '-'} ~${names === 'written' ? names : nameOf(names)} [${edits.map(({ path }) => path).join(' ')}]`
}

const commits = (drawing: Drawing) => {
  const { github, huggingface } = assemble(drawing)
  return { github: github.map(format), huggingface: huggingface.map(format) }
}

const toGithub = [stored('github', 'f', 'new\n')]
const toHub = [stored('huggingface', 'f', 'new\n')]

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
      edits: { github: [stored('github', 'h', 'h\n')], huggingface: [stored('huggingface', 'g', 'g\n')] },
      copyEdits: [stored('github', 'h', 'h\n')],
    }
    expect(commits(drawing)).toEqual({
      github: ['Change H1 <G0 ~H1 [h]', 'Merge datasets/acme/corpus into master <G1,#0 ~- [h]'],
      huggingface: ['Change G1 <H1 ~written [g]'],
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
        copyEdits: toGithub,
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
        copyEdits: toGithub,
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
        copyEdits: toGithub,
      }),
    ).toEqual({
      github: ['Change H2 <C1 ~H2 [f]', 'Merge datasets/acme/corpus into master <M,#0 ~- [f]'],
      huggingface: ['Mirror 2 commits from acme/corpus <H2 ~written [f]'],
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
        copyEdits: toGithub,
      }),
    ).toEqual({
      github: [
        'Mirror 2 commits from datasets/acme/corpus <- ~H1 [f]',
        'Merge datasets/acme/corpus into master <G1,#0 ~- [f]',
      ],
      huggingface: ['Mirror 2 commits from acme/corpus <H1 ~written [f]'],
    })
  })
})

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
