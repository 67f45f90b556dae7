/** What each side changed since its base. */
import type { Base, Beside } from '../history/base.ts'
import { rolesOf } from '../model/capabilities.ts'
import { isFile, ownKind, pathsOf, type Change } from '../model/entry.ts'
import type { Remote } from '../model/remote.ts'
import { awaitSides, bothOf, mapSides, otherSide, type Sides, sidesOf, valuesOf } from '../model/sides.ts'
import { isAttributes, type View } from '../model/view.ts'
import type { Skipped } from '../plan/plan.ts'
import { compareCommits } from './compare.ts'
import type { Planning } from './planning.ts'

/** What a side changed. `mirrored`: changes of files, by path. `chmods`: paths of which only the mode changed. */
interface SideChanges {
  readonly mirrored: ReadonlyMap<string, Change>
  readonly chmods: ReadonlySet<string>
  readonly skipped: readonly Skipped[]
}

/**
 * What each side changed since its base, inside the view.
 *
 * - `skipped`: changed modes and all else that cannot be mirrored, for people.
 * - `bases`: the base commits of paths that have others than the rest.
 * - `disputed`: paths whose base is not known, as two sync points differ there.
 * - `unequal`: paths that a part of an unfinished copy brought, and that are not what its original holds.
 */
export interface Changes {
  readonly mirrored: Sides<SideChanges['mirrored']>
  readonly chmods: Sides<SideChanges['chmods']>
  readonly skipped: readonly Skipped[]
  readonly bases: ReadonlyMap<string, Sides<string | null>>
  readonly disputed: ReadonlySet<string>
  readonly unequal: readonly string[]
}

/** Where nothing changed. */
export const noChanges: Changes = {
  mirrored: mapSides(() => new Map()),
  chmods: mapSides(() => new Set()),
  skipped: [],
  bases: new Map(),
  disputed: new Set(),
  unequal: [],
}

type Includes = (path: string) => boolean

/** Of changes those that both services can hold, and what stays on its side. */
function sortOut({ side, service }: Pick<Remote, 'side' | 'service'>, changes: readonly Change[]): SideChanges {
  const mirrored = new Map<string, Change>()
  const chmods = new Set<string>()
  const skipped: Skipped[] = []
  for (const change of changes) {
    const { path, before, after } = change
    const kind = ownKind(after)
    if (kind) skipped.push({ side, path, why: `a ${kind} stays on ${service}` })
    const was = isFile(before) ? before : null
    const is = isFile(after) ? after : null
    if (is && is.mode !== (was?.mode ?? '100644')) {
      skipped.push({ side, path, why: `the executable bit stays on ${service}` })
      if (was?.oid === is.oid) chmods.add(path)
    }
    if (was?.oid === is?.oid) continue
    // Nearly all changes are passed on as they are: 100,000 copies of them would be memory for nothing.
    mirrored.set(path, was === before && is === after ? change : { path, before: was, after: is })
  }
  return { mirrored, chmods, skipped }
}

/** What a side changed between two commits; all files of `to` where `from` is null, nothing where `to` is. */
export async function readSide(
  remote: Remote,
  from: string | null,
  to: string | null,
  includes: Includes,
): Promise<SideChanges> {
  return sortOut(remote, to === null || to === from ? [] : await remote.readChanges(from, to, includes))
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

/** A base of some paths alone. `paths`: those that are known to have it, also where nothing changed since. */
interface OwnBase {
  readonly commits: Sides<string | null>
  readonly includes: Includes
  readonly paths: ReadonlySet<string>
}

const noCommits: Sides<null> = mapSides(() => null)

function ownBaseOf(paths: ReadonlySet<string>, commits: Sides<string | null>): OwnBase {
  return { commits, includes: (path) => paths.has(path), paths }
}

/**
 * The paths that have a base of their own: those that the view did not show when the base was made (none), those of a
 * second sync point, and those of parts of an unfinished copy.
 */
async function readOwnBases(
  { commits, set, beside, parts }: Base,
  { remotes, options: { view } }: Planning,
): Promise<Pick<Changes, 'disputed' | 'unequal'> & { readonly own: readonly OwnBase[] }> {
  const { first } = rolesOf(remotes)
  const own: OwnBase[] = []
  const added = view.added(set)
  if (added && commits[first] !== null) own.push({ commits: noCommits, includes: added, paths: new Set() })
  const apart = beside && (await readBeside(commits[first]!, beside, remotes[first], view))
  const besides = apart ? [ownBaseOf(apart.own, beside.commits), ownBaseOf(apart.disputed, noCommits)] : []
  own.push(...besides.filter(({ paths }) => paths.size > 0))
  const unequal: string[] = []
  for (const { side, part, parent, original } of parts) {
    const parted = await remotes[side].readChanges(parent, part, view.includes)
    const wrong = await listUnequal(parted, remotes[otherSide[side]], original)
    unequal.push(...wrong)
    const brought = new Set(pathsOf(parted).filter((path) => !wrong.has(path)))
    own.push(ownBaseOf(brought, sidesOf(side, part, original)))
  }
  return { own, disputed: apart?.disputed ?? new Set(), unequal }
}

/** The changes, and instead of what they say of some paths what changed there since a base of their own. */
async function rebase(
  changes: Changes,
  { commits, includes, paths }: OwnBase,
  heads: Sides<string | null>,
  { remotes, options: { view } }: Planning,
): Promise<Changes> {
  const read = await awaitSides((side) =>
    readSide(remotes[side], commits[side], heads[side], (path) => view.includes(path) && includes(path)),
  )
  const changed = valuesOf(read).flatMap((one) => Array.from(one.mirrored.keys()))
  const mirrored = mapSides(
    (side) => new Map([...[...changes.mirrored[side]].filter(([path]) => !includes(path)), ...read[side].mirrored]),
  )
  return {
    ...changes,
    mirrored,
    chmods: mapSides((side) => new Set([...changes.chmods[side], ...read[side].chmods])),
    skipped: [...changes.skipped, ...valuesOf(read).flatMap(({ skipped }) => skipped)],
    bases: new Map([...changes.bases, ...[...paths, ...changed].map((path) => [path, commits] as const)]),
  }
}

/** Compares each side's head with its half of the base, and paths with a base of their own with that. */
export async function readChanges(base: Base, heads: Sides<string | null>, planning: Planning): Promise<Changes> {
  const { remotes, options } = planning
  const read = await awaitSides((side) => {
    // Without a base, the rules that a service gave its repository are no change: they would turn the other side's
    // plain files into objects.
    const { rules: asSent } = remotes[side].capabilities
    const ownRules = !asSent && base.commits[side] === null && base.emptySide !== otherSide[side]
    const includes = (path: string) => options.view.includes(path) && !(ownRules && isAttributes(path))
    return readSide(remotes[side], base.commits[side], heads[side], includes)
  })
  const { own, disputed, unequal } = await readOwnBases(base, planning)
  let changes: Changes = {
    mirrored: mapSides((side) => read[side].mirrored),
    chmods: mapSides((side) => read[side].chmods),
    skipped: valuesOf(read).flatMap(({ skipped }) => skipped),
    bases: new Map(),
    disputed,
    unequal,
  }
  for (const one of own) changes = await rebase(changes, one, heads, planning)
  return changes
}

/**
 * For `--init union`, which goes on from an older base: at paths where its two commits are not equal there is no base, so
 * that nothing is taken for a deletion, and all that the heads hold there counts as added. Null where they are equal.
 * Costs a comparison of both commits.
 */
export async function dropMismatched(
  changes: Changes,
  { commits }: Base,
  heads: Sides<string | null>,
  planning: Planning,
): Promise<Changes | null> {
  const { remotes, contents, options } = planning
  const both = bothOf(commits)
  if (both === null) return null
  const { differences } = await compareCommits(both, { remotes, contents, includes: options.view.includes }, true)
  const mismatched = new Set(pathsOf(differences))
  return mismatched.size === 0 ? null : rebase(changes, ownBaseOf(mismatched, noCommits), heads, planning)
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
