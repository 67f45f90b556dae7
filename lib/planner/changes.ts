/** What each side changed since its base. */
import type { Base, Beside } from '../history/base.ts'
import { listDeleted } from '../merge/exact-renames.ts'
import { rolesOf, servicesOf } from '../model/capabilities.ts'
import { isAttributes, isFile, pathsOf, type Change, type Entry } from '../model/entry.ts'
import type { Remote } from '../model/remote.ts'
import {
  awaitSides,
  bothOf,
  mapSides,
  otherSide,
  sides,
  type Side,
  type Sides,
  sidesOf,
  valuesOf,
} from '../model/sides.ts'
import type { Skipped } from '../plan/plan.ts'
import { ignorePath, type View } from '../view/view.ts'
import { compareCommits, readUnshared } from './compare.ts'
import { LeftOut } from './left-out.ts'
import type { Planning } from './planning.ts'
import { findLetIn, readHeadView, readViewAt, readViewNow, wasShownOtherwise } from './read-view.ts'
import { joinChanges, readSide, restrict, type SideChanges } from './side-changes.ts'

/**
 * What each side changed since its base, inside the view.
 *
 * - `isWider`: the view may show more than that of the base, whose two commits were compared for it.
 * - `letIn`: the paths among that at which they differ, with what the first side's half holds. They have no base.
 * - `notes`: sentences on what filters leave out.
 * - `skipped`: changed modes and all else that cannot be mirrored, for people.
 * - `bases`: the base commits of paths that have others than the rest.
 * - `disputed`: paths whose base is not known, as two sync points differ there.
 * - `unequal`: paths that a part of an unfinished copy brought, and that are not what its original holds.
 * - `card`: where the card of a side is taken for something else than it is; null where it is not.
 */
export interface Changes {
  readonly view: View
  readonly isWider: boolean
  readonly letIn: ReadonlyMap<string, Entry | null>
  readonly notes: readonly string[]
  readonly mirrored: Sides<SideChanges['mirrored']>
  readonly chmods: Sides<SideChanges['chmods']>
  readonly skipped: readonly Skipped[]
  readonly bases: ReadonlyMap<string, Sides<string | null>>
  readonly disputed: ReadonlySet<string>
  readonly unequal: readonly string[]
  readonly card: CardForm | null
}

/** `stands`: what `side` holds as its card, null for nothing. `now`: what each side is taken to hold. */
export interface CardForm {
  readonly side: Side
  readonly stands: Entry | null
  readonly now: Sides<Entry | null>
}

/** Where nothing changed. */
export const noChanges: Omit<Changes, 'view'> = {
  isWider: false,
  letIn: new Map(),
  notes: [],
  mirrored: mapSides(() => new Map()),
  chmods: mapSides(() => new Set()),
  skipped: [],
  bases: new Map(),
  disputed: new Set(),
  unequal: [],
  card: null,
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

/** A base of some paths alone, also of those where nothing changed since. */
interface OwnBase {
  readonly paths: ReadonlySet<string>
  readonly commits: Sides<string | null>
}

const widerNote =
  'other files may be mirrored than at the last sync, or in another form: what that may have left out was compared once'
const openNote = `the two sides have other rules in ${ignorePath}: until that is settled, what either names is left out`

const noCommits: Sides<null> = mapSides(() => null)

/**
 * The paths that have a base of their own: those of a second sync point, and those of parts of an unfinished copy. What
 * the view did not show at the second one has none.
 */
async function readOwnBases(
  { commits, beside, parts }: Base,
  view: View,
  planning: Planning,
): Promise<Pick<Changes, 'disputed' | 'unequal'> & { readonly own: readonly OwnBase[] }> {
  const { remotes } = planning
  const { first } = rolesOf(remotes)
  const apart = beside && (await readBeside(commits[first]!, beside, remotes[first], view))
  const own: OwnBase[] = []
  if (apart) {
    const letIn = findLetIn(await readViewAt(beside, planning), view)
    const isNew = letIn && ((path: string) => apart.own.has(path) && letIn(path))
    const loose = isNew ? await readUnshared(beside.commits, isNew, planning) : new Map<string, null>()
    const none = new Set([...apart.disputed, ...loose.keys()])
    own.push({ paths: apart.own, commits: beside.commits }, { paths: none, commits: noCommits })
  }
  const unequal: string[] = []
  for (const { side, part, parent, original } of parts) {
    const parted = await remotes[side].readChanges(parent, part, view.includes)
    const wrong = await listUnequal(parted, remotes[otherSide[side]], original)
    unequal.push(...wrong)
    const brought = new Set(pathsOf(parted).filter((path) => !wrong.has(path)))
    own.push({ paths: brought, commits: sidesOf(side, part, original) })
  }
  return { own, disputed: apart?.disputed ?? new Set(), unequal }
}

/** What was read of each side, in one value. */
function gather(read: Sides<SideChanges>): Pick<Changes, 'mirrored' | 'chmods' | 'skipped'> {
  return {
    mirrored: mapSides((side) => read[side].mirrored),
    chmods: mapSides((side) => read[side].chmods),
    skipped: valuesOf(read).flatMap(({ skipped }) => skipped),
  }
}

/** The changes, and instead of what they say of some paths what changed there since a base of their own. */
async function rebase(
  changes: Changes,
  { paths, commits }: OwnBase,
  heads: Sides<string | null>,
  { remotes }: Planning,
): Promise<Changes> {
  if (paths.size === 0) return changes
  const { view, mirrored, chmods } = changes
  const includes = (path: string) => view.includes(path) && paths.has(path)
  const isElsewhere = (path: string) => !paths.has(path)
  const since = await awaitSides((side) => readSide(remotes[side], { from: commits[side], to: heads[side] }, includes))
  const read = mapSides((side) => {
    const skipped = changes.skipped.filter((one) => one.side === side)
    const before = { mirrored: mirrored[side], chmods: chmods[side], skipped }
    return joinChanges(restrict(before, isElsewhere), since[side])
  })
  return {
    ...changes,
    ...gather(read),
    bases: new Map([...changes.bases, ...[...paths].map((path) => [path, commits] as const)]),
  }
}

/** Whether a side had a `.mirrorignore` at the base and has none any more, so that the run may delete the other one's. */
async function hasLostIgnore({ commits }: Base, heads: Sides<string | null>, { remotes }: Planning): Promise<boolean> {
  const lost = await awaitSides(async (side) => {
    const holds = async (commit: string | null) =>
      commit !== null && Boolean((await remotes[side].readEntries(commit, [ignorePath])).get(ignorePath))
    return (await holds(commits[side])) && !(await holds(heads[side]))
  })
  return valuesOf(lost).includes(true)
}

/** The view, and what each side changed in it since the base. `letIn` as `findLetIn` tells it. */
async function readInView(
  base: Base,
  heads: Sides<string | null>,
  planning: Planning,
  { given, leftOut }: { readonly given: View | null; readonly leftOut: LeftOut },
) {
  const { remotes, contents, options } = planning
  const isOther = !given && wasShownOtherwise(base.set, options.filters)
  const atBase = given
    ? { ignore: null, before: given, now: given }
    : isOther
      ? {
          ignore: null,
          before: null,
          now: await readHeadView(heads, planning, await hasLostIgnore(base, heads, planning)),
        }
      : await readViewAt(base, planning)
  const read = await awaitSides((side) => {
    // Without a base, the rules that a service gave its repository are no change: they would turn the other side's
    // plain files into objects.
    const { rules: asSent } = remotes[side].capabilities
    const ownRules = !asSent && base.commits[side] === null && base.emptySide !== otherSide[side]
    const isInside = leftOut.watch(side, atBase.now)
    const includes = (path: string) => isInside(path) && !(ownRules && isAttributes(path))
    const other = otherSide[side]
    const there = heads[other]
    // Of a side that moved too, its own changes tell part of that.
    const tell = there === base.commits[other] ? contents.askAhead(other, there) : undefined
    return readSide(remotes[side], { from: base.commits[side], to: heads[side] }, includes, tell)
  })
  const rules = mapSides((side) => read[side].mirrored.get(ignorePath))
  if (given || isOther || valuesOf(rules).every((change) => change === undefined))
    return { view: atBase.now, read, letIn: findLetIn(atBase, atBase.now) }
  const view = await readViewNow(atBase.ignore, rules, { commits: base.commits, heads }, planning)
  const letIn = findLetIn(atBase, view)
  const inside = mapSides((side) => restrict(read[side], leftOut.watch(side, view)))
  if (letIn === null) return { view, read: inside, letIn }
  const unseen = (path: string) => view.includes(path) && !atBase.now.includes(path)
  const more = await awaitSides((side) =>
    readSide(remotes[side], { from: base.commits[side], to: heads[side] }, unseen),
  )
  return { view, read: mapSides((side) => joinChanges(inside[side], more[side])), letIn }
}

/**
 * Compares each side's head with its half of the base, and paths with a base of their own with that. `given`: the view,
 * where it is known; else the base and `.mirrorignore` tell it.
 */
export async function readChanges(
  base: Base,
  heads: Sides<string | null>,
  planning: Planning,
  given: View | null,
): Promise<Changes> {
  const { remotes, options } = planning
  const { first } = rolesOf(remotes)
  const leftOut = new LeftOut()
  const { view, read, letIn } = await readInView(base, heads, planning, { given, leftOut })
  const { own, disputed, unequal } = await readOwnBases(base, view, planning)
  const both = bothOf(base.commits)
  const unshared = letIn && both ? await readUnshared(both, letIn, planning) : null
  let changes: Changes = {
    view,
    isWider: letIn !== null,
    letIn: new Map([...(unshared ?? [])].map(([path, held]) => [path, held[first]])),
    notes: [],
    ...gather(read),
    bases: new Map(),
    disputed,
    unequal,
    card: null,
  }
  const loose = { paths: new Set(unshared?.keys()), commits: noCommits }
  for (const one of [loose, ...own]) changes = await rebase(changes, one, heads, planning)
  for (const side of sides) leftOut.see(side, remotes[side].unshown ?? [])
  const listGone = (side: Side) => listDeleted(changes.mirrored[side])
  const notes = [
    ...(letIn ? [widerNote] : []),
    ...(view.filters.ignore.length > 1 ? [openNote] : []),
    ...leftOut.describe(view, listGone, servicesOf(remotes), options.publicLog),
  ]
  return { ...changes, notes }
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
  const { remotes, contents } = planning
  const both = bothOf(commits)
  if (both === null) return null
  const { includes } = changes.view
  const { differences } = await compareCommits(both, { remotes, contents, includes }, true)
  const paths = new Set(pathsOf(differences))
  return paths.size === 0 ? null : rebase(changes, { paths, commits: noCommits }, heads, planning)
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
