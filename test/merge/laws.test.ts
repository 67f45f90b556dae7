import { describe, expect, test } from 'vitest'
import { sides, type Side, type Sides } from '../../lib/model/sides.ts'
import fc, { runs } from '../random.ts'
import { swapSides } from '../swap.ts'
import { paths, withoutLinks, world } from './drawn-merges.ts'
import { merge, type Case, type Merged, type Node, type World } from './worlds.ts'

/** Mirrored content by path, however it is stored; rules aside, since each side has its own. */
function contents(files: World): Record<string, string> {
  return Object.fromEntries(
    Object.entries(withoutLinks(files))
      .filter(([path]) => path !== '.gitattributes')
      .map(([path, node]) => [path, (node as Node).bytes.toString('latin1')])
      .toSorted(),
  )
}

const bothOf = (base: Case['base']) => base as Sides<World>

const isClean = ({ conflicts, baseMismatches }: Merged) => conflicts.length === 0 && baseMismatches.length === 0

const swapWords = (text: string) =>
  text.replace(/github|huggingface/g, (side) => (side === 'github' ? 'huggingface' : 'github'))

describe('for any two sets of changes', () => {
  const check = (law: (input: Case, merged: Merged) => void, numRuns = 500) =>
    fc.assert(
      fc.property(world, (input) => law(input, merge(input))),
      { numRuns },
    )

  test('swapping the sides swaps the answer', () => {
    check((input, merged) => {
      const swapped = merge({
        ...input,
        base: swapSides(bothOf(input.base)),
        github: input.huggingface,
        huggingface: input.github,
      })
      expect(swapped.written.map(swapWords).toSorted()).toEqual(merged.written.toSorted())
      expect(swapped.baseMismatches).toEqual(merged.baseMismatches)
      const told = (conflicts: Merged['conflicts']) =>
        conflicts.map(({ path, kind, settleable }) => ({ path, kind, settleable }))
      expect(told(swapped.conflicts)).toEqual(told(merged.conflicts))
      expect(
        swapped.conflicts.map(({ hunks }) =>
          hunks.map((hunk) => ({ ...hunk, github: hunk.huggingface, huggingface: hunk.github })),
        ),
      ).toEqual(merged.conflicts.map(({ hunks }) => hunks))
    })
  })

  test('no equal base is ever called unequal', () => {
    check((_, merged) => {
      expect(merged.baseMismatches).toEqual([])
    })
  })

  test('applying the outcomes makes the mirrored contents equal, whatever stores them', () => {
    check((_, merged) => {
      if (isClean(merged)) expect(contents(merged.after.github)).toEqual(contents(merged.after.huggingface))
    })
  })

  test('a second merge from the result has nothing to do', () => {
    check((input, merged) => {
      if (!isClean(merged)) return
      const again = merge({ base: merged.after, github: merged.after.github, huggingface: merged.after.huggingface })
      expect(again).toMatchObject({ written: [], conflicts: [], asked: [] })
      // Nor has one that finds only the first side written.
      const halfway = merge({
        ...input,
        base: { github: bothOf(input.base).github, huggingface: bothOf(input.base).huggingface },
        github: merged.after.github,
      })
      if (isClean(halfway)) expect(contents(halfway.after.huggingface)).toEqual(contents(merged.after.huggingface))
    })
  })

  test('what only one side changed arrives on the other exactly', () => {
    fc.assert(
      fc.property(world, (input) => {
        for (const one of ['github', 'huggingface'] as const) {
          const still = one === 'github' ? 'huggingface' : 'github'
          const merged = merge({ ...input, [still]: bothOf(input.base)[still] })
          if (!isClean(merged)) {
            expect(merged.conflicts.every(({ kind }) => kind === 'type')).toBe(true)
            continue
          }
          expect(contents(merged.after[still])).toEqual(contents(input[one]))
          expect(merged.after[one]).toEqual(input[one])
        }
      }),
      { numRuns: runs(500) },
    )
  })

  test('no content that a side brought is absent from both results, unless the other side changed that path: a text merged under a new name has each line of it', () => {
    check((input, merged) => {
      if (!isClean(merged)) return
      const kept = new Set([
        ...Object.values(contents(merged.after.github)),
        ...Object.values(contents(merged.after.huggingface)),
      ])
      const texts = new Map(
        merged.outcomes.flatMap(({ path, content: given, hunks }) =>
          given && 'text' in given && hunks ? [[path, given.text] as const] : [],
        ),
      )
      for (const [side, other] of [
        ['github', 'huggingface'],
        ['huggingface', 'github'],
      ] as const) {
        const [before, now] = [contents(bothOf(input.base)[side]), contents(input[side])]
        const [otherBefore, otherNow] = [contents(bothOf(input.base)[other]), contents(input[other])]
        const known = new Set(Object.values(before).flatMap((bytes) => bytes.split('\n')))
        for (const [path, bytes] of Object.entries(now)) {
          if (Object.values(before).includes(bytes) || otherBefore[path] !== otherNow[path]) continue
          const text = texts.get(path)
          if (text === undefined) expect(kept).toContain(bytes)
          else
            expect(text.split('\n')).toEqual(
              expect.arrayContaining(bytes.split('\n').filter((line) => !known.has(line))),
            )
        }
      }
    })
  })

  test('symlinks stay where they are', () => {
    check((input, merged) => {
      for (const side of sides)
        for (const [path, node] of Object.entries(input[side]))
          if ((node as Node).mode === '120000') expect(merged.after[side][path]).toEqual(node)
    })
  })

  test('a path that no side changed is not written', () => {
    check((input, merged) => {
      const changed = new Set(
        (['github', 'huggingface'] as const).flatMap((side) => {
          const [before, now] = [bothOf(input.base)[side], input[side]]
          return [...Object.keys(before), ...Object.keys(now)].filter((path) => before[path] !== now[path])
        }),
      )
      for (const { path } of merged.outcomes) expect(changed).toContain(path)
    })
  })

  test('taking one side everywhere settles every conflict that says it can be settled', () => {
    check((input, merged) => {
      for (const side of ['github', 'huggingface'] as const) {
        const settled = merge({ ...input, take: Object.fromEntries(paths.map((path) => [path, side])) })
        expect(settled.conflicts.filter(({ settleable }) => settleable)).toEqual([])
        if (merged.conflicts.every(({ settleable }) => settleable)) expect(settled.conflicts).toEqual([])
        if (isClean(settled)) expect(contents(settled.after.github)).toEqual(contents(settled.after.huggingface))
      }
    }, 500)
  })

  test('whatever is taken, path by path, leaves both sides with the same files, and deletes nothing that nobody deleted or was told of', () => {
    const takes = fc.dictionary(fc.constantFrom(...paths), fc.constantFrom<Side>('github', 'huggingface'))
    fc.assert(
      fc.property(world, takes, (input, take) => {
        const settled = merge({ ...input, take })
        if (!isClean(settled)) return
        expect(contents(settled.after.github)).toEqual(contents(settled.after.huggingface))
        // Nothing is left to be done, asked or settled.
        expect(merge({ base: settled.after, ...settled.after })).toMatchObject({ written: [], conflicts: [] })
        const told = merge(input).conflicts.flatMap(({ path, detail }) =>
          [path].concat([...detail.matchAll(/"([^"]*)"/g)].map(([, name]) => name!)),
        )
        for (const { to, path, content: given } of settled.outcomes) {
          const other = to === 'github' ? 'huggingface' : 'github'
          const wasDeleted = path in contents(bothOf(input.base)[other]) && !(path in contents(input[other]))
          if (given === null && path !== '.gitattributes' && !wasDeleted) expect(told).toContain(path)
        }
      }),
      { numRuns: runs(1_000) },
    )
  })

  test('an edit is dropped only where the user took the other side for it: on its path, or where a conflict named its path', () => {
    const takes = fc.dictionary(fc.constantFrom(...paths), fc.constantFrom<Side>('github', 'huggingface'))
    fc.assert(
      fc.property(world, takes, (input, take) => {
        const settled = merge({ ...input, take })
        if (!isClean(settled)) return
        const kept = new Set([
          ...Object.values(contents(settled.after.github)),
          ...Object.values(contents(settled.after.huggingface)),
        ])
        const texts = settled.outcomes.flatMap(({ content: given }) => (given && 'text' in given ? [given.text] : []))
        const conflicts = merge(input).conflicts
        for (const [side, other] of [
          ['github', 'huggingface'],
          ['huggingface', 'github'],
        ] as const) {
          const [before, now] = [contents(bothOf(input.base)[side]), contents(input[side])]
          const known = new Set(Object.values(before).flatMap((bytes) => bytes.split('\n')))
          const overruled = new Set(
            conflicts
              .filter(({ path }) => take[path] === other)
              .flatMap(({ path, detail }) =>
                [path].concat([...detail.matchAll(/"([^"]*)"/g)].map(([, name]) => name!)),
              ),
          )
          for (const [path, bytes] of Object.entries(now)) {
            if (Object.values(before).includes(bytes) || bytes === '' || kept.has(bytes) || overruled.has(path))
              continue
            const brought = bytes.split('\n').filter((line) => !known.has(line))
            expect(
              texts.some((text) => brought.every((line) => text.split('\n').includes(line))),
              `${side} ${path}`,
            ).toBe(true)
          }
        }
      }),
      { numRuns: runs(1_000) },
    )
  })

  test('sides that hold the same files never conflict, whatever came of them and however each stores them', () => {
    fc.assert(
      fc.property(world, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (input, stored) => {
        // The Hub holds what GitHub holds, some of it stored otherwise, and no link where the other one has a file.
        const same = Object.fromEntries(
          Object.entries(withoutLinks(input.github)).map(([path, node], index) => {
            const { bytes } = node as Node
            return [
              path,
              path !== '.gitattributes' && bytes.length > 0 && stored[index]
                ? { ...(node as Node), lfs: !(node as Node).lfs }
                : node,
            ]
          }),
        )
        for (const one of [
          { ...input, huggingface: same },
          { ...input, base: swapSides(bothOf(input.base)), github: same, huggingface: input.github },
        ]) {
          const merged = merge(one)
          expect(merged.conflicts).toEqual([])
          expect(merged.outcomes.filter(({ onlyStorage, path }) => !onlyStorage && path !== '.gitattributes')).toEqual(
            [],
          )
        }
      }),
      { numRuns: runs(1_000) },
    )
  })

  test('a side whose entries take a symlink for a file comes to the same', () => {
    check((input, merged) => {
      const blind = merge({ ...input, blind: ['github', 'huggingface'] })
      expect([blind.written, blind.conflicts, blind.baseMismatches]).toEqual([
        merged.written,
        merged.conflicts,
        merged.baseMismatches,
      ])
    })
  })

  test('the worlds are worth the name: clean merges, every kind of conflict, and merged texts are among them', () => {
    const seen = new Set<string>()
    for (const input of fc.sample(world, { numRuns: 2_000, seed: 1 })) {
      const merged = merge(input)
      if (isClean(merged)) seen.add('clean')
      for (const { kind } of merged.conflicts) seen.add(kind)
      for (const { content: given } of merged.outcomes) if (given && 'text' in given) seen.add('merged')
    }
    expect([...seen].toSorted()).toEqual([
      'add/add',
      'clean',
      'content',
      'file/directory',
      'merged',
      'modify/delete',
      'rename/delete',
      'rename/rename',
      'type',
    ])
  })
})
