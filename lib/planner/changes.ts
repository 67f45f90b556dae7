/** What each side changed since its base. */
import type { Base, Beside } from '../history/base.ts'
import { rolesOf } from '../model/capabilities.ts'
import { isFile, ownKind, pathsOf, type Change, type Entry } from '../model/entry.ts'
import type { Remote } from '../model/remote.ts'
import { awaitSides, bothOf, mapSides, otherSide, sides, type Side, type Sides, sidesOf } from '../model/sides.ts'
import { isAttributes, type View } from '../model/view.ts'
import type { Skipped } from '../plan/plan.ts'
import { compareCommits } from './compare.ts'
import type { Planning } from './planning.ts'

/**
 * What each side changed since its base, inside the view.
 *
 * - `mirrored`: changes of files, by path.
 * - `chmods`: paths of which only the mode changed. `skipped`: these and all else that cannot be mirrored, for people.
 * - `bases`: the base commits of paths that have others than the rest. `baseOf` gives those of any path.
 * - `disputed`: paths whose base is not known, as two sync points differ there.
 * - `unequal`: paths that a part of an unfinished copy brought, and that are not what its original holds.
 */
export interface Changes {
  readonly mirrored: Sides<Map<string, Change>>
  readonly chmods: Sides<ReadonlySet<string>>
  readonly skipped: readonly Skipped[]
  readonly bases: Map<string, Sides<string | null>>
  readonly baseOf: (path: string) => Sides<string | null>
  readonly disputed: ReadonlySet<string>
  readonly unequal: readonly string[]
}

/** The changes of files, which both services can hold; what stays on its side is noted in `skipped` and `chmods`. */
function sortOut(
  { side, service }: Pick<Remote, 'side' | 'service'>,
  changes: readonly Change[],
  skipped: Skipped[],
  chmods = new Set<string>(),
): Map<string, Change> {
  const mirrored = new Map<string, Change>()
  for (const change of changes) {
    const { path, before, after } = change
    const kind = ownKind(after)
    if (kind) skipped.push({ side, path, why: `a ${kind} stays on ${service}` })
    const was = isFile(before) ? before : null
    const is: Entry | null = isFile(after) ? after : null
    if (is && is.mode !== (was?.mode ?? '100644')) {
      skipped.push({ side, path, why: `the executable bit stays on ${service}` })
      if (was?.oid === is.oid) chmods.add(path)
    }
    if (was?.oid === is?.oid) continue
    // Nearly all changes are passed on as they are: 100,000 copies of them would be memory for nothing.
    mirrored.set(path, was === before && is === after ? change : { path, before: was, after: is })
  }
  return mirrored
}

/** The changes of files between two commits of one side; all files of `to` where `from` is null. */
export async function readMirrored(
  remote: Remote,
  from: string | null,
  to: string,
  includes: (path: string) => boolean,
): Promise<Map<string, Change>> {
  return sortOut(remote, await remote.readChanges(from, to, includes), [])
}

/**
 * Paths of a part that are not what its original holds: the service stored something else than it was sent, and the run
 * that wrote the part ended there. A plain file and an object are compared by length.
 */
async function listUnequal(parted: readonly Change[], other: Remote, original: string): Promise<Set<string>> {
  const files = parted.filter(({ path }) => !isAttributes(path))
  const paths = pathsOf(files)
  const there = await other.readEntries(original, paths)
  const isUnequal = ({ path, after }: Change) => {
    const found = there.get(path) ?? null
    const [part, is] = [isFile(after) ? after : null, isFile(found) ? found : null]
    if (part === null || is === null) return part !== is
    return Boolean(part.lfs) === Boolean(is.lfs) ? part.oid !== is.oid : part.byteLength !== is.byteLength
  }
  return new Set(pathsOf(files.filter(isUnequal)))
}

/**
 * Compares each side's head with its half of the base. Some paths have a base of their own: those that the view did not
 * show when the base was made (none), those of a second sync point, and those of parts of an unfinished copy.
 */
export async function readChanges(
  base: Base,
  heads: Sides<string | null>,
  remotes: Sides<Remote>,
  view: View,
): Promise<Changes> {
  const { first } = rolesOf(remotes)
  const skipped: Skipped[] = []
  const chmods = mapSides(() => new Set<string>())
  const read = async (
    side: Side,
    from: string | null,
    includes: (path: string) => boolean,
  ): Promise<Map<string, Change>> => {
    const head = heads[side]
    return head === null || head === from
      ? new Map()
      : sortOut(remotes[side], await remotes[side].readChanges(from, head, includes), skipped, chmods[side])
  }
  const mirrored = await awaitSides((side) => {
    // Without a base, the rules that a service gave its repository are no change: they would turn the other side's
    // plain files into objects.
    const { rules: asSent } = remotes[side].capabilities
    const ownRules = !asSent && base.commits[side] === null && base.emptySide !== otherSide[side]
    return read(side, base.commits[side], (path) => view.includes(path) && !(ownRules && isAttributes(path)))
  })
  const bases = new Map<string, Sides<string | null>>()
  /** Gives paths another base, and compares them anew. */
  const setBase = async (includes: (path: string) => boolean, commits: Sides<string | null>): Promise<void> => {
    const after = await awaitSides((side) => read(side, commits[side], (path) => view.includes(path) && includes(path)))
    for (const side of sides) {
      for (const path of mirrored[side].keys()) if (includes(path)) mirrored[side].delete(path)
      for (const [path, change] of after[side]) mirrored[side].set(path, change)
    }
    for (const side of sides) for (const path of after[side].keys()) bases.set(path, commits)
  }
  const added = view.added(base.set)
  if (added && base.commits[first] !== null) await setBase(added, noCommits)
  const beside = base.beside && (await readBeside(base.commits[first]!, base.beside, remotes[first], view))
  if (beside && beside.own.size > 0) await setBase((path) => beside.own.has(path), base.beside!.commits)
  if (beside && beside.disputed.size > 0) await setBase((path) => beside.disputed.has(path), noCommits)
  // Also where nothing changed since then: compared with the first base, where a side line starts, they did change.
  for (const path of beside?.own ?? []) bases.set(path, base.beside!.commits)
  const unequal: string[] = []
  for (const { side, part, parent, original } of base.parts) {
    const other = otherSide[side]
    const parted = await remotes[side].readChanges(parent, part, view.includes)
    const wrong = await listUnequal(parted, remotes[other], original)
    unequal.push(...wrong)
    const brought = new Set(pathsOf(parted).filter((path) => !wrong.has(path)))
    const commits = sidesOf(side, part, original)
    await setBase((path) => brought.has(path), commits)
    for (const path of brought) bases.set(path, commits)
  }
  return {
    mirrored,
    chmods,
    skipped,
    unequal,
    bases,
    disputed: beside?.disputed ?? new Set(),
    baseOf: (path) => bases.get(path) ?? base.commits,
  }
}

const noCommits: Sides<null> = mapSides(() => null)

/**
 * For `--init union`, which goes on from an older base: at paths where its two commits are not equal there is no base, so
 * that nothing is taken for a deletion, and all that the heads hold there counts as added. Returns whether there are such
 * paths. Costs a comparison of both commits.
 */
export async function dropMismatched(
  { mirrored, bases }: Changes,
  { commits }: Base,
  heads: Sides<string | null>,
  { remotes, contents, options: { view } }: Planning,
): Promise<boolean> {
  const both = bothOf(commits)
  if (both === null) return false
  const { differences } = await compareCommits(both, { remotes, contents, includes: view.includes }, true)
  const mismatched = new Set(pathsOf(differences))
  for (const path of mismatched) bases.set(path, noCommits)
  for (const side of mismatched.size === 0 ? [] : sides) {
    for (const path of mismatched) mirrored[side].delete(path)
    for (const change of await remotes[side].readChanges(null, heads[side]!, (path) => mismatched.has(path)))
      if (isFile(change.after)) mirrored[side].set(change.path, change)
  }
  return mismatched.size > 0
}

/**
 * What two sync points changed since the commit where their branches part (`fork`). Read on the first side alone: the two
 * commits of a sync point are equal. `own`: paths that only the second one changed. `disputed`: paths that both changed,
 * to different contents.
 */
async function readBeside(
  first: string,
  { commits, fork }: Beside,
  remote: Remote,
  view: View,
): Promise<{ readonly own: ReadonlySet<string>; readonly disputed: ReadonlySet<string> }> {
  const readMade = async (to: string) =>
    new Map((await remote.readChanges(fork, to, view.includes)).map(({ path, after }) => [path, after?.oid ?? null]))
  const [there, here] = await Promise.all([readMade(first), readMade(commits[remote.side])])
  const paths = [...here.keys()]
  return {
    own: new Set(paths.filter((path) => !there.has(path))),
    disputed: new Set(paths.filter((path) => there.has(path) && there.get(path) !== here.get(path))),
  }
}
