/** One decision of the merge about what two sides did, held against what people meant. Nothing is read or written. */
import { mapSides, otherSide, sides, type Sides } from '../../lib/model/sides.ts'
import { merge, lfs, plain, type Merged, type World } from '../merge/worlds.ts'
import { beginning, changeDocs, type Step } from './changes.ts'
import { mergeDocs, textOf, textsOf, type Docs } from './intent.ts'

const worldOf = (docs: Docs): World =>
  Object.fromEntries([...docs.values()].map((doc) => [doc.path, (doc.isObject ? lfs : plain)(textOf(doc))]))
const base = worldOf(beginning)
const used = new Set([...beginning.values()].map(({ path }) => path))
const contentsOf = (world: World) =>
  Object.fromEntries(Object.entries(world).map(([path, node]) => [path, (node as { bytes: Buffer }).bytes.toString()]))

/** Null where the merge does what people meant; else in which way it does not. */
export function judgeMerge(
  { conflicts, baseMismatches, after }: Pick<Merged, 'conflicts' | 'baseMismatches' | 'after'>,
  heads: Sides<Docs>,
): string | null {
  const meant = mergeDocs(beginning, heads, new Set(), null)
  const isStopped = conflicts.length + baseMismatches.length > 0
  if (isStopped !== meant.isOpen)
    return `${isStopped ? `stopped: ${conflicts.map(({ path, kind }) => `${path} ${kind}`).join(', ')}` : 'merged'}, and people meant ${meant.isOpen ? 'different things' : 'this'}`
  if (isStopped) return null
  const wanted = textsOf(meant.docs)
  for (const side of sides) {
    const held = contentsOf(after[side])
    const paths = [...new Set([...Object.keys(held), ...Object.keys(wanted)])].filter(
      (path) => held[path] !== wanted[path],
    )
    if (paths.length > 0) return `${side} holds something else at ${paths.join(', ')} than people meant`
  }
  return null
}

/** What both sides hold after these changes. */
export function applyChanges(steps: readonly Step[]): Sides<Docs> {
  let next = 10
  const heads = { github: beginning, huggingface: beginning }
  for (const step of steps) {
    const seen = { synced: beginning, there: heads[otherSide[step.side]], used }
    heads[step.side] = changeDocs(heads[step.side], step, seen, () => next++) ?? heads[step.side]
  }
  return heads
}

/** Plays a world of changes alone, with one merge at its end. `decide`: the merge; a test plants a mistake in it. */
export function playDecision(
  steps: readonly Step[],
  decide: typeof merge = merge,
): { readonly end: string; readonly failure: string | null } {
  const heads = applyChanges(steps)
  const merged = decide({ base, ...mapSides((side) => worldOf(heads[side])) })
  return { end: merged.conflicts.length > 0 ? 'conflict' : 'merged', failure: judgeMerge(merged, heads) }
}
