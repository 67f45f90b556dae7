/** Chooses the base of a run: from the histories, from equal contents, or as `--init` asks. */
import { noBase, type Base } from '../history/base.ts'
import type { Listing } from '../history/topology.ts'
import { nothingUndone, type Undone } from '../history/undone.ts'
import { rolesOf, servicesOf } from '../model/capabilities.ts'
import { isAttributes, isFile, type Change } from '../model/entry.ts'
import { wasMirrored } from '../model/mirrored-set.ts'
import type { Remote } from '../model/remote.ts'
import { bothOf, mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import {
  brakeAbsent,
  brakeCrossed,
  brakeInit,
  brakeOtherFiles,
  brakeRewritten,
  brakeTooLong,
  brakeUnrelated,
} from '../plan/brakes.ts'
import type { Refusal } from '../plan/plan.ts'
import { brakeUndone } from '../plan/undo.ts'
import { describeSet, type View } from '../view/view.ts'
import { findEqualCommits } from './base-by-content.ts'
import { noChanges, type Changes } from './changes.ts'
import { compareCommits, compareListed, listFiles } from './compare.ts'
import type { Histories } from './histories.ts'
import { LeftOut } from './left-out.ts'
import type { Planning } from './planning.ts'
import { holdsNothing, isUntouched, readBase, type FoundBase } from './read-base.ts'
import { readHeadView, wasShownOtherwise } from './read-view.ts'

/**
 * `refusals`: why there is no base. `mustRecord`: the run has to leave a sync point even if no file changes. Else the
 * next one would refuse a rewritten trailer again that this one was told to ignore, or compare all files again.
 * `changes`: what the run has to do, where that is not what each side changed since the base. `view`: what is mirrored,
 * where it had to be known for the choice. `undone`: since the base.
 */
export interface FoundStart {
  readonly base: Base
  readonly listings: Sides<Listing>
  readonly refusals: readonly Refusal[]
  readonly mustRecord: boolean
  readonly changes: Changes | null
  readonly view: View | null
  readonly undone: Undone
}

/** A start without refusals whose base has what is given, and is empty otherwise. */
function startFrom(listings: Sides<Listing>, base: Partial<Base>, more: Partial<FoundStart> = {}): FoundStart {
  const nothing = { refusals: [], mustRecord: false, changes: null, view: null, undone: nothingUndone }
  return { base: { ...noBase, ...base }, listings, ...nothing, ...more }
}

/** The side that holds nothing of its own; null where neither does. */
async function findEmptySide({ listings }: Histories, remotes: Sides<Remote>): Promise<Side | null> {
  for (const side of sides) if (await isUntouched(remotes[side], listings[side])) return side
  return null
}

/** The side that an undo of its first mirror has left without a file of its own. */
async function findEmptied(heads: Histories['heads'], remotes: Sides<Remote>): Promise<Side | null> {
  for (const side of sides) if (heads[side] && (await holdsNothing(remotes[side], heads[side].oid))) return side
  return null
}

/**
 * Whether a run may go on with a base that was found. One that has no sync point but parts of a first copy may not, where
 * these were written on top of somebody's own commit: that was an `--init`, which has to be asked for again.
 */
async function mayContinue({ by, parts: [first] }: Base, remotes: Sides<Remote>): Promise<boolean> {
  return by !== 'empty side' || !first?.parent || (await holdsNothing(remotes[first.side], first.parent))
}

/**
 * The base as the histories tell it. Without a sync point: an empty side, then heads with equal files, then an older pair
 * of commits with equal files; and for `--init union` none. Costs what `readBase` does, and listings for the comparisons.
 */
export async function chooseBase(histories: Histories, planning: Planning): Promise<FoundStart> {
  const { heads } = histories
  const { remotes, options } = planning
  const { init, filters, historyMax } = options
  const services = servicesOf(remotes)
  const untouched = await findEmptySide(histories, remotes)
  // A long history beside an empty side is not read to its end: nothing there can have been mirrored.
  const isSearched = untouched === null || histories.listings[otherSide[untouched]].complete
  const found: FoundBase = isSearched
    ? await readBase(histories, remotes, options)
    : { state: 'none', rewritten: [], undone: nothingUndone, listings: histories.listings }
  const { listings } = found
  const undone = 'undone' in found ? found.undone : nothingUndone
  const isUndone = undone.undos.length > 0
  const start = (base: Partial<Base>, refusals: readonly Refusal[] = [], mustRecord = false) =>
    startFrom(listings, base, { refusals, mustRecord, undone })
  if (isUndone && init === null && !options.redo) return start({}, brakeUndone(undone.undos[0]!, services))
  const tooLong =
    found.state === 'too long' ? brakeTooLong(remotes[found.side].service, listings[found.side].commits.length) : []
  if (found.state === 'too long' && found.rewritten === null) return start({}, tooLong)
  if (found.state === 'crossed')
    return start({}, init === 'union' ? [] : brakeCrossed(found.pairs, services, rolesOf(remotes).first))
  if (found.state !== 'found' || wasShownOtherwise(found.base.set, filters)) {
    const absent = await readAbsent(heads, sides, planning)
    if (absent.length > 0) return start(found.state === 'found' ? found.base : {}, absent)
    if (found.state === 'found' && init === null && !(await haveCommonFile(heads, planning)))
      return start(found.base, brakeOtherFiles())
  }
  if (found.state === 'found' && (await mayContinue(found.base, remotes))) {
    // Files that come into view, and what two sync points make together, would be compared again by each later run.
    // A base that falls behind would be out of reach one day, where others commit and nothing of it is mirrored.
    const { base } = found
    const rowOf = (side: Side) => listings[side].commits.findIndex(({ oid }) => oid === base.commits[side])
    const isFar = sides.some((side) => rowOf(side) > historyMax / 2)
    const isNew = isFar || !wasMirrored(describeSet(filters), base.set) || base.beside !== null || isUndone
    return init === 'union'
      ? start(base, [], isNew || found.rewritten.length > 0)
      : start(base, brakeRewritten(found.rewritten, services), isNew)
  }
  const emptySide = untouched ?? (isUndone ? await findEmptied(heads, remotes) : null)
  if (emptySide !== null) return start({ by: 'empty side', emptySide })
  const commits = mapSides((side) => heads[side]!.oid)
  const view = await readHeadView(commits, planning, true)
  const comparing = { remotes, contents: planning.contents, includes: view.includes }
  const byContent = (equal: Sides<string>) =>
    startFrom(listings, { commits: equal, by: 'content', set: view.set }, { view, undone })
  const { differences } = await compareCommits(commits, comparing, false)
  if (differences.length === 0) return byContent(commits)
  if (init === 'union') return start({}, tooLong)
  const rewritten = found.rewritten ?? []
  const equal = await findEqualCommits(commits, listings, { rewritten, undone: undone.commits }, comparing)
  if (equal) return byContent(equal)
  if (tooLong.length > 0) return start({}, tooLong)
  return start({}, rewritten.length > 0 ? brakeRewritten(rewritten, services) : brakeUnrelated())
}

/** Whether both heads hold the same file somewhere, or one of them none. Costs a listing of each side. */
async function haveCommonFile(heads: Histories['heads'], planning: Planning): Promise<boolean> {
  const commits = bothOf(mapSides((side) => heads[side]?.oid))
  if (commits === null) return true
  const { includes } = await readHeadView(commits, planning)
  const files = await listFiles(commits, planning.remotes, includes)
  const paths = new Set(sides.flatMap((side) => [...files[side].keys()]))
  return sides.some((side) => files[side].size === 0) || compareListed(files).length < paths.size
}

/** Refuses where one of the sides lacks the folder that it is to show, unless it is to be made from what the other one holds. */
async function readAbsent(
  heads: Histories['heads'],
  asked: readonly Side[],
  { remotes, options: { init } }: Planning,
): Promise<Refusal[]> {
  const found = await Promise.all(
    asked.map(async (side) => {
      const head = heads[side]
      const isMade = init === 'union' || init === otherSide[side]
      const why = head && !isMade ? await remotes[side].explainAbsent?.(head.oid) : null
      return why ? brakeAbsent(side, why, servicesOf(remotes)) : []
    }),
  )
  return found.flat()
}

/** For `--init <side>`: the changes that make the other side's files equal to the winner's. Costs a listing of each side. */
export async function readWinner(
  winner: Side,
  { listings, heads }: Histories,
  planning: Planning,
): Promise<FoundStart> {
  const { remotes, options } = planning
  const { allowDelete, deletionLimit } = options
  const commits = mapSides((side) => heads[side]?.oid ?? null)
  const both = bothOf(commits)
  const loser = otherSide[winner]
  const limits = { winner, services: servicesOf(remotes), limit: deletionLimit }
  const absent = await readAbsent(heads, [winner], planning)
  if (absent.length > 0) return startFrom(listings, {}, { refusals: absent })
  if (both === null) {
    const refusals =
      commits[winner] === null ? brakeInit({ ...limits, paths: [], deleted: 1, total: 1, emptied: true }) : []
    return startFrom(listings, { by: 'empty side', emptySide: loser }, { refusals })
  }
  const view = await readHeadView(both, planning, true)
  const leftOut = new LeftOut()
  const includes = leftOut.watch(winner, view)
  const { files, differences } = await compareCommits(both, { ...planning, includes }, true)
  if (differences.length === 0) return startFrom(listings, { commits: both, by: 'content', set: view.set }, { view })
  const mirrored = mapSides(() => new Map<string, Change>())
  for (const { path } of differences)
    mirrored[winner].set(path, { path, before: files[loser].get(path) ?? null, after: files[winner].get(path) ?? null })
  // A service that adds rules of its own keeps them to itself.
  const rules = remotes[winner].capabilities.rules
    ? await remotes[winner].readChanges(null, both[winner], (path) => view.includes(path) && isAttributes(path))
    : []
  for (const change of rules) if (isFile(change.after)) mirrored[winner].set(change.path, change)
  for (const side of sides) leftOut.see(side, remotes[side].unshown ?? [])
  const notes = leftOut.describe(view, () => [], limits.services, options.publicLog)
  const paths = differences.flatMap(({ path }) => (files[winner].has(path) ? [] : [path]))
  const lost = { deleted: paths.length, total: files[loser].size, emptied: files[winner].size === 0 }
  const refusals = allowDelete ? [] : brakeInit({ ...limits, ...lost, paths })
  return startFrom(listings, { by: 'init' }, { refusals, changes: { ...noChanges, view, mirrored, notes } })
}
