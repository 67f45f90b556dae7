/**
 * Replays the commits of one side on the other, one by one, so that each copy has exactly its original's files. Where that
 * is not certain one copy stands for all of them, with the files that the merge decided, which the last copy must have
 * too. Decision 0007.
 */
import { mapConcurrent } from '../async/concurrent.ts'
import { foldersAbove, isFile, type Change, type Entry } from '../model/entry.ts'
import type { Commit, Remote } from '../model/remote.ts'
import { otherSide } from '../model/sides.ts'
import type { Replayed } from '../plan/commits.ts'
import { ignorePath } from '../view/view.ts'
import { listObjects } from './choose-stores.ts'
import type { Planning } from './planning.ts'
import { Replayer, type Range, type Step } from './replayer.ts'
import { readSide } from './side-changes.ts'

/** How many comparisons of a commit with the one before it run at once. */
const comparisonsMax = 4

/** What each commit changed. Costs a comparison for each. */
async function readSteps({ from, groups, base, view }: Range, { remotes }: Planning): Promise<Step[]> {
  const originals = groups.map((group) => group.at(-1)!)
  const changes = new Map<string, ReadonlyMap<string, Change>>()
  const before = (index: number) => {
    const [parent, ...others] = originals[index]!.parents
    // Commits in between may have been left out, as they change nothing.
    const isAlone = groups[index]!.length === 1 && others.length === 0
    return parent !== undefined && isAlone ? parent : (originals[index - 1]?.oid ?? base)
  }
  await mapConcurrent(originals.keys(), comparisonsMax, async (index) => {
    const { oid } = originals[index]!
    changes.set(oid, (await readSide(remotes[from], { from: before(index), to: oid }, view.includes)).mirrored)
  })
  return originals.map((original, index) => ({
    original,
    older: groups[index]!.slice(0, -1).toReversed(),
    before: before(index),
    changes: changes.get(original.oid)!,
  }))
}

/**
 * The steps that touch a path which some step returns to an earlier content: by a revert, or because commits of two
 * branches are listed in turn.
 */
function listReturning(steps: readonly Step[]): Step[] {
  const states = new Map<string, Set<string | null>>()
  const returning = new Set<string>()
  for (const { changes } of steps) {
    for (const { path, before, after } of changes.values()) {
      const seen = states.get(path) ?? new Set([before?.oid ?? null])
      if (seen.has(after?.oid ?? null)) returning.add(path)
      states.set(path, seen.add(after?.oid ?? null))
    }
  }
  return steps.filter(({ changes }) => [...changes.keys()].some((path) => returning.has(path)))
}

/**
 * Whether each commit was made on the one before it. Where a service lists a history by date and tells no parents, a
 * commit beside a merged branch seems to delete what that branch brought, and the merge seems to bring it back. So it is
 * asked, with a request each, only where something returns. Of groups it is not asked.
 */
async function areOneLine(steps: readonly Step[], remote: Remote): Promise<boolean> {
  for (const { original, older, before } of listReturning(steps)) {
    if (original.tree !== null || before === null) continue
    if (older.length > 0) return false
    const between = await remote.readIds(`${original.oid}^`, before)
    if (between === null || between.size > 0) return false
  }
  return true
}

/** Whether nothing stands at or above the paths that cannot be mirrored, and no file becomes a folder or the reverse. */
function isClear(steps: readonly Step[], there: ReadonlyMap<string, Entry | null>): boolean {
  const paths = new Set(steps.flatMap(({ changes }) => [...changes.keys()]))
  return [...paths].every((path) => {
    const stands = there.get(path) ?? null
    return (
      (stands === null || isFile(stands)) &&
      foldersAbove(path).every((folder) => !paths.has(folder) && (there.get(folder)?.mode ?? '040000') === '040000')
    )
  })
}

/**
 * Whether some change may only move a file into LFS or out of it. Told by the length alone, so that an edit of the same
 * length counts too: then one copy stands for all commits, which is always right.
 */
function onlyStoresOtherwise(steps: readonly Step[], before: ReadonlyMap<string, Entry | null>): boolean {
  const known = new Map(before)
  return steps.some(({ changes }) =>
    [...changes.values()].some(({ path, after }) => {
      const was = known.get(path) ?? null
      known.set(path, after)
      return (
        was !== null && after !== null && Boolean(was.lfs) !== Boolean(after.lfs) && was.byteLength === after.byteLength
      )
    }),
  )
}

/** Paths that some step changes from one file to another, once each. */
function listModified(steps: readonly Step[]): string[] {
  const paths = new Set<string>()
  for (const { changes } of steps)
    for (const { path, before, after } of changes.values()) if (before && after) paths.add(path)
  return [...paths]
}

/**
 * The last commit of each group, with what its copy changes; null where they cannot be copied so. Costs a comparison for each
 * group, and the entries of all paths that they change.
 */
export async function replayCommits(range: Range, planning: Planning): Promise<readonly Replayed[] | null> {
  const { from, base, start, net } = range
  const { remotes } = planning
  const steps = await readSteps(range, planning)
  const paths = [...new Set(steps.flatMap((step) => [...step.changes.keys()]))]
  // Each copy says by which rules it was made, and those of the last one counts for all.
  if (paths.includes(ignorePath)) return null
  const modified = listModified(steps)
  const none = new Map<string, Entry | null>()
  const [there, before] = await Promise.all([
    start === null
      ? none
      : remotes[otherSide[from]].readEntries(start, [...new Set([...paths, ...paths.flatMap(foldersAbove)])]),
    base === null || modified.length === 0 ? none : remotes[from].readEntries(base, modified),
  ])
  if (!isClear(steps, there) || onlyStoresOtherwise(steps, before) || !(await areOneLine(steps, remotes[from])))
    return null
  const replayer = new Replayer(range, planning, there)
  const replayed: Replayed[] = []
  // Commits that come to nothing together are named by the next copy.
  let unnamed: readonly Commit[] = []
  for (const step of steps) {
    const one = await replayer.replay(step)
    if (one === null) return null
    const older = [...step.older, ...unnamed]
    unnamed = one === 'empty' && step.older.length > 0 ? [step.original, ...older] : []
    if (one !== 'empty') replayed.push({ ...one, older })
  }
  if (replayed.length === 0 || !replayer.comesTo(net)) return null
  // An object that only a commit in between names may have been deleted since, and then cannot be copied.
  const named = new Set(listObjects(net).map(({ object }) => object.oid))
  const between = listObjects(replayed.flatMap(({ edits }) => edits))
    .map(({ object }) => object)
    .filter(({ oid }) => !named.has(oid))
  return between.length > 0 && (await remotes[from].readMissing(between)).length > 0 ? null : replayed
}
