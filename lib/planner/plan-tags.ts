/** Plans what becomes of the tags of a pair of repositories, after its branches were mirrored. Reads, and writes nothing. */
import { mapConcurrent } from '../async/concurrent.ts'
import { lagWaitsMs, lookUntil } from '../async/retry.ts'
import { servicesOf } from '../model/capabilities.ts'
import { RemoteError } from '../model/errors.ts'
import { gitBlobId } from '../model/git-object.ts'
import type { Remote } from '../model/remote.ts'
import { awaitSides, mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import type { TagList, ToldTags } from '../model/tags.ts'
import type { DeletionLimit } from '../plan/brakes.ts'
import { brakeTags, brakeUsed } from '../plan/tag-brakes.ts'
import { formatRecord, nameRecord, parseRecord, recordAll, type TagRecord } from '../plan/tag-record.ts'
import { decideTags, type TagMove, type TagPlan, type TagVerdict } from '../plan/tags.ts'
import type { Filters } from '../view/filters.ts'
import { TwinFinder } from './twins.ts'

/** Requests for single tags at once. */
export const requestsMax = 4
/** Commits of a side that are read for tags where no record says next time that this was done. */
const unrecordedMax = 1_000

export interface TagOptions {
  readonly filters: Filters
  readonly historyMax: number
  readonly to: Side | null
  /** Branches were mirrored just now: tags that were left where they are may have a copy. */
  readonly looksAgain: boolean
  /** No mirrored branch is missing: a commit that is in none of them will be in none next time. */
  readonly isWhole: boolean
  readonly allowDelete: boolean
  readonly deletionLimit: DeletionLimit
  readonly sleep: (ms: number) => Promise<void>
}

/** The side that keeps the record, what it says, and its git id there. */
export interface Keeper {
  readonly side: Side
  readonly oid: string | null
  readonly record: TagRecord
}

/**
 * `isSettled`: the record says that these very tags are settled, and nothing else is known or was asked. `verdict`: what was
 * decided before brakes. `newest`: of each side, a commit that has a copy.
 */
export interface PlannedTags extends TagPlan {
  readonly isSettled: boolean
  readonly told: Sides<ToldTags>
  readonly verdict: Pick<TagVerdict, 'moves' | 'conflicts' | 'left'>
  /** Null where no record can be written. */
  readonly keeper: Keeper | null
  readonly newest: Sides<string | null>
}

const nothing = { moves: [], conflicts: [], left: [] }

/** The key of the record that a side keeps for this pair. */
export function keyOf(remotes: Sides<Remote>, side: Side): string {
  return nameRecord(remotes[otherSide[side]].repository)
}

/** Reads what the record says. One that nobody can read counts as none: then nothing is deleted. */
async function readKeeper(remotes: Sides<Remote>, told: Sides<ToldTags>, to: Side | null): Promise<Keeper | null> {
  const side = sides.find((each) => remotes[each].tags.records !== null)
  if (side === undefined || to === otherSide[side]) return null
  const oid = told[side].record
  const text = oid === null ? null : await remotes[side].tags.records!.read(oid)
  return { side, oid, record: (text !== null && parseRecord(text)) || new Map() }
}

/**
 * What the record says is of no use where the other repository was deleted and made again: nobody has deleted the tags that
 * it lacks. It shows where it has none of them as they were: then it is asked for the commit that one of them named.
 */
async function doubtRecord(remotes: Sides<Remote>, tags: Sides<TagList>, keeper: Keeper): Promise<Keeper> {
  const other = otherSide[keeper.side]
  const had = [...keeper.record].filter(([, oids]) => oids[other] !== null)
  const gone = had.find(([name]) => tags[keeper.side].has(name) && !tags[other].has(name))
  if (!gone || had.some(([name, oids]) => tags[other].get(name)?.oid === oids[other])) return keeper
  const isSame = await remotes[other].containsCommit(null, gone[1][other]!)
  return isSame ? keeper : { ...keeper, record: new Map() }
}

/**
 * The tags of both sides of `pairs`, which are branches of the same two repositories. Costs a request a side where the record
 * says that nothing has changed.
 */
export async function planTags(
  pairs: readonly [Sides<Remote>, ...Sides<Remote>[]],
  options: TagOptions,
): Promise<PlannedTags> {
  const [remotes] = pairs
  const told = await awaitSides((side) => remotes[side].tags.read(keyOf(remotes, side)))
  const tags = mapSides((side) => told[side].tags)
  const all = recordAll(tags)
  const isSame = sides.some((side) => told[side].record === gitBlobId(Buffer.from(formatRecord(all))))
  const settled = { ...nothing, refusals: [], told, verdict: nothing, newest: mapSides(() => null) }
  const hasLeft = [...all.values()].some((oids) => sides.some((side) => oids[side] === null))
  if (
    (isSame && !(options.looksAgain && hasLeft)) ||
    (all.size === 0 && sides.every((side) => told[side].record === null))
  )
    return { ...settled, isSettled: true, keeper: null }
  const read = await readKeeper(remotes, told, options.to)
  const keeper = read && (await doubtRecord(remotes, tags, read))
  const finder = new TwinFinder(pairs, options)
  if (keeper === null || options.looksAgain) await finder.open()
  const most = keeper ? options.historyMax : Math.min(unrecordedMax, options.historyMax)
  const record = keeper?.record ?? null
  const branches = mapSides((side) => told[side].branches)
  const verdict = await decide({ tags, record, to: options.to, branches, find: finder.find }, finder, most)
  const { moves, refusals } = await brake(remotes, verdict.moves, record ?? new Map(), options)
  const newest = mapSides((side) => finder.findNewest(side))
  return { ...verdict, moves, refusals, isSettled: false, told, verdict, keeper, newest }
}

/** Decides again until nothing has to be read, and until each copy that a tag is to name is proven to be one. */
async function decide(facts: Parameters<typeof decideTags>[0], finder: TwinFinder, most: number): Promise<TagVerdict> {
  for (;;) {
    const verdict = decideTags(facts)
    if (sides.some((side) => verdict.asked[side].size > 0)) {
      await finder.read(verdict.asked, most)
      continue
    }
    const proofs = await mapConcurrent(
      verdict.moves,
      requestsMax,
      (move) => move.commit === null || finder.prove(otherSide[move.to], move.from.commit, move.commit),
    )
    if (!proofs.includes(false)) return verdict
  }
}

/** Throws a `RemoteError` where a tag is there that the list lacks: the two sources would agree a little later. */
async function confirmGone({ tags, service }: Remote, name: string, sleep: TagOptions['sleep']): Promise<void> {
  const isGone = (isThere: boolean) => !isThere
  if (isGone(await lookUntil(() => tags.isThere(name), isGone, { waitsMs: lagWaitsMs, sleep }))) return
  throw new RemoteError(
    `Cannot tell whether a tag was deleted on ${service}: its list lacks ${JSON.stringify(name)}, and the tag is there ` +
      'all the same; run again later',
  )
}

/** Holds back deletions that are too many, on which something stands, or that another look does not confirm. */
async function brake(
  remotes: Sides<Remote>,
  all: readonly TagMove[],
  record: TagRecord,
  { allowDelete, deletionLimit, sleep }: TagOptions,
): Promise<Pick<TagPlan, 'moves' | 'refusals'>> {
  const deletions = all.filter(({ commit }) => commit === null)
  if (deletions.length === 0) return { moves: all, refusals: [] }
  const services = servicesOf(remotes)
  const total = [...record.values()].filter((oids) => sides.every((side) => oids[side] !== null)).length
  const first = allowDelete ? { moves: all, refusals: [] } : brakeTags(all, total, deletionLimit, services)
  await mapConcurrent(first.moves, requestsMax, ({ name, to, commit }) =>
    commit === null ? confirmGone(remotes[otherSide[to]], name, sleep) : undefined,
  )
  if (allowDelete) return first
  const used = await awaitSides((side) =>
    remotes[side].tags.readUsed(
      first.moves.flatMap(({ name, to, commit }) => (to === side && commit === null ? [name] : [])),
    ),
  )
  const second = brakeUsed(first.moves, used, services)
  return { moves: second.moves, refusals: [...first.refusals, ...second.refusals] }
}
