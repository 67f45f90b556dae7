/** Laws of an undo, over worlds drawn at random: directly after a mirror nothing of it is left, and else git is the judge. */
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { mapSides, sides, type Side } from '../../lib/model/sides.ts'
import type { Pair } from '../hubs/pair.ts'
import { judge, mirror, type Trio } from '../merge/judge.ts'
import { trio } from '../merge/merge-worlds.ts'
import type { World } from '../merge/worlds.ts'
import fc, { isLong, runs } from '../random.ts'
import { act, contents, startMirrored, type Files } from './mirror-setup.ts'

const kept = { keep: 'keep\n' }
/** The trees of the fakes' own git, modes and rules included. */
const trees = (pair: Pair) =>
  mapSides((side) =>
    Array.from(
      pair[side].files('main'),
      ([path, { mode, content }]) => `${mode} ${path} ${content.toString('latin1')}`,
    ),
  )

/** Somebody makes one tree of another. */
function change(pair: Pair, side: Side, before: World, after: World): void {
  const gone = Object.keys(before).flatMap((path) => (path in after ? [] : [[path, null] as const]))
  const files = { ...Object.fromEntries(gone), ...after } as Files
  if (!isDeepStrictEqual(before, after)) act(pair, side, files)
}

const start = (files: World) => startMirrored({ ...files, ...kept } as Files)

test(
  'directly after a mirror an undo leaves both trees as they were, and --redo brings back what the mirror made',
  async () => {
    let merged = 0
    await fc.assert(
      fc.asyncProperty(trio, async (world) => {
        const pair = await start(world.base)
        for (const side of sides) change(pair, side, world.base, world[side])
        const before = trees(pair)
        const ran = await pair.run()
        if (ran.exitCode === 2 || trees(pair).github.join() === before.github.join()) return
        const after = trees(pair)
        const undone = await pair.run('--undo')
        expect(undone.exitCode, undone.out + undone.err).toBe(0)
        expect(trees(pair), undone.out).toEqual(before)
        const again = await pair.run('--redo')
        expect(again.exitCode, again.out + again.err).toBe(0)
        expect(trees(pair)).toEqual(after)
        merged += 1
      }),
      { numRuns: runs(8) },
    )
    expect(merged).toBeGreaterThan(2)
  },
  isLong ? undefined : 120_000,
)

/** GitHub holds the second tree, the Hub makes the first of it, and after the mirror GitHub makes the third. */
async function undo({ base, github, huggingface }: Trio): Promise<Record<string, string> | null> {
  const pair = await start(huggingface)
  change(pair, 'huggingface', huggingface, base)
  const mirrored = await pair.run()
  expect(mirrored.exitCode, mirrored.out + mirrored.err).toBe(0)
  change(pair, 'github', base, github)
  const undone = await pair.run('--undo')
  expect([0, 2], undone.out + undone.err).toContain(undone.exitCode)
  return undone.exitCode === 2 ? null : contents(pair, 'github')
}

test(
  'with edits since, an undo comes to what git makes of the same three trees, conflicts included',
  async () => {
    const worlds: { readonly trio: Trio; readonly made: Record<string, string> | null }[] = []
    await fc.assert(
      fc.asyncProperty(trio, async (drawn) => {
        if (isDeepStrictEqual(drawn.base, drawn.huggingface)) return
        worlds.push({ trio: drawn, made: await undo(drawn) })
      }),
      { numRuns: runs(12) },
    )
    const trios = worlds.map(({ trio: { base, github, huggingface } }) => ({
      base: { ...base, ...kept },
      github: { ...github, ...kept },
      huggingface: { ...huggingface, ...kept },
    }))
    for (const [index, files] of judge(trios).entries()) {
      const { made } = worlds[index]!
      // Where more than one place fits a renamed file the merge asks, and git guesses (decision 0015).
      if (files === undefined || (made === null && mirror(trios[index]!).files === null)) continue
      const wanted =
        files && Object.fromEntries(Object.entries(files).map(([path, shown]) => [path, JSON.parse(shown.slice(7))]))
      expect(made, JSON.stringify(trios[index])).toEqual(wanted)
    }
    expect([worlds.some(({ made }) => made === null), worlds.some(({ made }) => made !== null)]).toEqual([true, true])
  },
  isLong ? undefined : 120_000,
)
