/**
 * Symlinks and submodules of one side, and files of the other at, below and above them: said once, settled either way,
 * equal afterwards, from both ends.
 */
import { describe, expect, test } from 'vitest'
import { mapSides, otherSide, sides, type Side, type Sides } from '../../lib/model/sides.ts'
import { swapSides } from '../swap.ts'
import { executable, lfs, merge, submodule, symlink, type Case, type Node, type World } from './worlds.ts'

/**
 * `owner` has the link, `other` has files; each as at the base and now. `path`: where the conflict is, null where there
 * is none. `kept`: what is left where the other side is taken, if not all it has.
 */
interface Row {
  readonly name: string
  readonly owner: readonly [base: World, now: World]
  readonly other: readonly [base: World, now: World]
  readonly path: string | null
  readonly kind?: string
  readonly kept?: World
}

const rows = (link: Node): readonly Row[] => [
  {
    name: 'a file comes where the link is',
    owner: [{ s: link }, { s: link }],
    other: [{}, { s: 'file\n' }],
    path: 's',
  },
  { name: 'a file and the link come at once', owner: [{}, { s: link }], other: [{}, { s: 'file\n' }], path: 's' },
  {
    name: 'an object comes where the link is',
    owner: [{ s: link }, { s: link }],
    other: [{}, { s: lfs('object') }],
    path: 's',
  },
  {
    name: 'a file comes below the link',
    owner: [{ s: link }, { s: link }],
    other: [{}, { 's/a/b': 'file\n' }],
    path: 's/a/b',
  },
  {
    name: 'two files come below the link',
    owner: [{ s: link }, { s: link }],
    other: [{}, { 's/a': 'a\n', 's/b': 'b\n' }],
    path: 's/a',
  },
  {
    name: 'a file is edited that became a link',
    owner: [{ s: 'file\n' }, { s: link }],
    other: [{ s: 'file\n' }, { s: 'edited\n' }],
    path: 's',
    kind: 'modify/delete',
  },
  {
    name: 'a file is edited whose folder became a link',
    owner: [{ 'd/a': 'a\n', 'd/b': 'b\n' }, { d: link }],
    other: [
      { 'd/a': 'a\n', 'd/b': 'b\n' },
      { 'd/a': 'A\n', 'd/b': 'b\n' },
    ],
    path: 'd/a',
    kind: 'modify/delete',
    kept: { 'd/a': 'A\n' },
  },
  {
    name: 'a file becomes executable that became a link',
    owner: [{ s: 'file\n' }, { s: link }],
    other: [{ s: 'file\n' }, { s: executable('file\n') }],
    path: 's',
    kind: 'modify/delete',
  },
  {
    name: 'a file becomes executable whose folder became a link',
    owner: [{ 'd/a': 'a\n', 'd/b': 'b\n' }, { d: link }],
    other: [
      { 'd/a': 'a\n', 'd/b': 'b\n' },
      { 'd/a': executable('a\n'), 'd/b': 'b\n' },
    ],
    path: 'd/a',
    kind: 'modify/delete',
    kept: { 'd/a': 'a\n' },
  },
  {
    name: 'a file is edited beside a link all the time',
    owner: [{ s: link }, { s: link }],
    other: [{ s: 'file\n' }, { s: 'edited\n' }],
    path: 's',
  },
  {
    name: 'a file is deleted where the link is',
    owner: [{ s: link }, { s: link }],
    other: [{ s: 'file\n' }, {}],
    path: null,
  },
  {
    name: 'a file is deleted and one comes below the link',
    owner: [{ s: link }, { s: link }],
    other: [{ s: 'file\n' }, { 's/a': 'a\n' }],
    path: 's/a',
  },
  {
    name: 'the link became a file, and nothing is there',
    owner: [{ s: link }, { s: 'file\n' }],
    other: [{}, {}],
    path: null,
  },
  {
    name: 'the link became the file that is there',
    owner: [{ s: link }, { s: 'file\n' }],
    other: [{ s: 'file\n' }, { s: 'file\n' }],
    path: null,
  },
  {
    name: 'the link became another file than the one there',
    owner: [{ s: link }, { s: 'mine\n' }],
    other: [{ s: 'file\n' }, { s: 'file\n' }],
    path: 's',
    kind: 'add/add',
  },
  {
    name: 'the link became a folder of other files than those there',
    owner: [{ s: link }, { 's/a': 'mine\n' }],
    other: [{ 's/a': 'a\n' }, { 's/a': 'a\n' }],
    path: 's/a',
    kind: 'add/add',
  },
  {
    name: 'the link is gone, and the file there is edited',
    owner: [{ s: link }, {}],
    other: [{ s: 'file\n' }, { s: 'edited\n' }],
    path: null,
  },
  { name: 'the link is gone, and a file comes', owner: [{ s: link }, {}], other: [{}, { s: 'file\n' }], path: null },
  {
    name: 'the link points elsewhere',
    owner: [
      { s: link, a: 'a\n' },
      { s: { ...link, bytes: Buffer.from('moved') }, a: 'a\n' },
    ],
    other: [{ a: 'a\n' }, { a: 'b\n' }],
    path: null,
  },
]

const worldOf = (owner: Side, row: Row): Case => {
  const at = (index: 0 | 1): Sides<World> => {
    const both = { github: row.owner[index], huggingface: row.other[index] }
    return otherSide[owner] === 'huggingface' ? both : swapSides(both)
  }
  return { base: at(0) as unknown as Case['base'], ...at(1) }
}

/** Files by path, one character a byte: what the other side could hold. */
const files = (world: World) =>
  Object.fromEntries(
    Object.entries(world)
      .flatMap(([path, file]) =>
        typeof file === 'string'
          ? [[path, file]]
          : file.mode.startsWith('100')
            ? [[path, file.bytes.toString('latin1')]]
            : [],
      )
      .toSorted(),
  )

describe.each([
  ['symlink', symlink('elsewhere')],
  ['submodule', submodule()],
] as const)('a %s', (kind, link) => {
  test.each(rows(link))('$name', (row) => {
    for (const owner of sides) {
      for (const blind of kind === 'symlink' ? [[], [owner]] : [[]]) {
        const world: Case = { ...worldOf(owner, row), blind }
        const { conflicts, baseMismatches } = merge(world)
        expect(baseMismatches).toEqual([])
        expect(conflicts.map(({ path }) => path).slice(0, 1)).toEqual(row.path === null ? [] : [row.path])
        for (const one of conflicts) expect(one).toMatchObject({ kind: row.kind ?? 'type', settleable: true })
        for (const taken of sides) {
          const settled = merge({ ...world, take: Object.fromEntries(conflicts.map(({ path }) => [path, taken])) })
          expect(settled.conflicts).toEqual([])
          expect(settled.baseMismatches).toEqual([])
          const left = mapSides((side) => files(settled.after[side]))
          if (row.path !== null) {
            expect(left.github).toEqual(left.huggingface)
            expect(left[taken]).toEqual(files(taken !== owner && row.kept ? row.kept : world[taken]))
          }
          // Settled once is settled: nothing is left to be done or said.
          expect(merge({ base: settled.after as unknown as Case['base'], ...settled.after, blind })).toMatchObject({
            written: [],
            conflicts: [],
            baseMismatches: [],
          })
        }
      }
    }
  })

  test('two files below it may be settled differently: it makes way once', () => {
    for (const owner of sides) {
      const world = worldOf(owner, {
        name: '',
        owner: [{ s: link }, { s: link }],
        other: [{}, { 's/a': 'a\n', 's/b': 'b\n' }],
        path: null,
      })
      const { after } = merge({ ...world, take: { 's/a': otherSide[owner], 's/b': owner } })
      expect(sides.map((side) => files(after[side]))).toEqual([{ 's/a': 'a\n' }, { 's/a': 'a\n' }])
    }
  })

  test('that stands in the way of a copy makes way there, whatever it stands in the way of', () => {
    for (const owner of sides) {
      const other = otherSide[owner]
      for (const [there, now] of [
        [{ 'd/s': link, 'd/a': 'a\n' }, { d: 'file\n' }],
        [{ d: link }, { 'd/a': 'a\n' }],
        [{ d: link }, { d: 'file\n' }],
      ] as [World, World][]) {
        const base = mapSides((side) =>
          side === owner ? there : Object.fromEntries(Object.entries(there).filter(([, node]) => node !== link)),
        )
        const world = { base: base as unknown as Case['base'], ...mapSides((side) => (side === owner ? there : now)) }
        const { conflicts, after } = merge({ ...world, makesWay: owner })
        expect([conflicts, files(after[owner]), Object.keys(after[owner])]).toEqual([[], files(now), Object.keys(now)])
        expect(merge({ ...world, makesWay: other }).conflicts).not.toEqual([])
      }
    }
  })

  test('is said to be what it is, and what taking each side does', () => {
    const { conflicts } = merge(worldOf('github', rows(link)[0]!))
    expect(conflicts[0]!.detail).toBe(
      `github holds a ${kind} there, which cannot be mirrored: taking huggingface puts its file in the place of the ${kind}, taking github deletes the file on huggingface`,
    )
  })
})

test('a file that nobody can be asked about, where the base differs and neither side had a link, is never merged', () => {
  const world: Case = {
    base: { github: { s: 'one\n' }, huggingface: { s: 'two\n' } },
    github: { s: 'changed\n' },
    huggingface: { s: 'two\n' },
  }
  expect([merge(world).baseMismatches, merge({ ...world, blind: ['huggingface'] }).baseMismatches]).toEqual([
    ['s'],
    ['s'],
  ])
})
