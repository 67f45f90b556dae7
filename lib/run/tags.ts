/**
 * Mirrors the tags of a pair of repositories. The record is written last, and by what was done: a run that is cut short
 * anywhere leaves tags that the next one finds on both sides, or on neither.
 */
import { mapConcurrent } from '../async/concurrent.ts'
import { retry } from '../async/retry.ts'
import { servicesOf } from '../model/capabilities.ts'
import { MissingTokenError, MovedError, RemoteError } from '../model/errors.ts'
import type { Remote } from '../model/remote.ts'
import { awaitSides, mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import type { TagEdit } from '../model/tags.ts'
import { refuseTag } from '../plan/tag-brakes.ts'
import { formatRecord, namesOf } from '../plan/tag-record.ts'
import { recordTags, type TagMove, type TagPlan } from '../plan/tags.ts'
import { keyOf, planTags, requestsMax, type PlannedTags, type TagOptions } from '../planner/plan-tags.ts'

export type { TagOptions }

export interface TagRunOptions extends TagOptions {
  readonly dryRun: boolean
  /** Both sides are only compared, so that no token has to be one that writes. */
  readonly compares: boolean
}

/** What a run came to. `moves`: those that are done, or that a run would make where this one writes nothing. */
export interface TagRun extends TagPlan {
  readonly status: 'in-sync' | 'planned' | 'mirrored' | 'conflict' | 'refused'
  readonly wrote: boolean
  /** The record says something new: people have changed tags since it was written. */
  readonly isRecorded: boolean
  readonly services: Sides<string>
  /** How many tags are on one side alone, or on commits that are no copies of one another, and stay so. */
  readonly staying: number
  /** Of each side a commit that has a copy on the other one. */
  readonly newest: Sides<string | null>
  /** What a dry run found out about tokens. */
  readonly notes: readonly string[]
}

const roundsMax = 3

type Pairs = readonly [Sides<Remote>, ...Sides<Remote>[]]

async function toEdit(remote: Remote, move: TagMove): Promise<TagEdit> {
  const { name, commit } = move
  if (commit === null) return { name, before: move.was, commit, message: null }
  return { name, before: null, commit, message: await remote.tags.readMessage(move.from) }
}

/**
 * Looks at the tokens before either side is written. Returns what a dry run has to say of them: without a token it goes on.
 */
async function checkTokens(
  remotes: Sides<Remote>,
  moves: readonly TagMove[],
  { dryRun, compares }: TagRunOptions,
): Promise<string[]> {
  const notes: string[] = []
  for (const side of compares ? [] : sides)
    if (moves.some(({ to }) => to === side))
      await remotes[side].checkWrite().catch((error: unknown) => {
        if (!dryRun || !(error instanceof MissingTokenError || error instanceof RemoteError)) throw error
        notes.push(error.message)
      })
  return notes
}

/** Makes and deletes. Returns why, by name, for those that a service refuses. */
async function write(remotes: Sides<Remote>, moves: readonly TagMove[]): Promise<Sides<ReadonlyMap<string, string>>> {
  const failed: Record<Side, ReadonlyMap<string, string>> = { ...mapSides(() => new Map<string, string>()) }
  const edits = mapSides((side) => moves.filter(({ to }) => to === side))
  for (const side of sides) {
    if (edits[side].length === 0) continue
    const ready = await mapConcurrent(edits[side], requestsMax, (move) => toEdit(remotes[otherSide[side]], move))
    failed[side] = await remotes[side].tags.write(ready)
  }
  return failed
}

/** Keeps what is settled now, where that is something new; whether it was. */
async function keep(
  remotes: Sides<Remote>,
  { told, verdict, keeper }: PlannedTags,
  undone: ReadonlySet<string>,
): Promise<boolean> {
  if (keeper === null) return false
  const { side, oid, record: before } = keeper
  const made = verdict.moves.filter(({ name, commit }) => commit !== null && !undone.has(name))
  // What the service tells of a tag that it has made is what it will tell next time.
  const after = await awaitSides(async (each) =>
    made.some(({ to }) => to === each) ? remotes[each].tags.read(keyOf(remotes, each)) : told[each],
  )
  const tags = mapSides((each) => told[each].tags)
  const record = recordTags(tags, verdict, { after: mapSides((each) => after[each].tags), undone, before })
  const text = formatRecord(record)
  const isOld = record.size === 0 ? oid === null : text === formatRecord(before)
  if (!isOld) await remotes[side].tags.records!.write(keyOf(remotes, side), oid, record.size === 0 ? null : text)
  return !isOld
}

function countStaying({ told, keeper, left, moves }: PlannedTags): number {
  const moved = new Set(moves.map(({ name }) => name))
  const apart = new Set(left.filter(({ why }) => why === 'both').map(({ name }) => name))
  const isApart = (name: string) => apart.has(name) || keeper?.record.get(name)?.open === 'apart'
  const isEqual = (name: string) => sides.every((side) => told[side].tags.has(name)) && !isApart(name)
  return [...namesOf(mapSides((side) => told[side].tags))].filter((name) => !moved.has(name) && !isEqual(name)).length
}

async function runRound(pairs: Pairs, options: TagRunOptions): Promise<TagRun> {
  const [remotes] = pairs
  const services = servicesOf(remotes)
  const plan = await planTags(pairs, options)
  const { conflicts, left, newest } = plan
  const notes = await checkTokens(remotes, plan.moves, options)
  const isWritten = !options.dryRun && !options.compares && !plan.isSettled
  const failed = isWritten ? await write(remotes, plan.moves) : mapSides(() => new Map<string, string>())
  const moves = plan.moves.filter(({ name, to }) => !failed[to].has(name))
  const refusals = [
    ...plan.refusals,
    ...sides.flatMap((side) => [...failed[side]].map(([name, why]) => refuseTag(name, services[side], why))),
  ]
  let isRecorded = false
  if (isWritten) {
    const done = new Set(moves.map(({ name }) => name))
    const undone = new Set(plan.verdict.moves.map(({ name }) => name).filter((name) => !done.has(name)))
    isRecorded = await keep(remotes, plan, undone)
  }
  const wrote = isWritten && moves.length > 0
  const open = refusals.length > 0 ? 'refused' : conflicts.length > 0 ? 'conflict' : null
  const status = open ?? (moves.length === 0 ? 'in-sync' : isWritten ? 'mirrored' : 'planned')
  const found = { moves, conflicts, left, refusals, staying: countStaying(plan), newest, notes }
  return { status, wrote, isRecorded, services, ...found }
}

/** Mirrors tags, once more where another run was at work on them at the same time. */
export function mirrorTags(pairs: Pairs, options: TagRunOptions): Promise<TagRun> {
  const waitAfter = (error: Error, round: number) => (error instanceof MovedError ? 1_000 * round : null)
  return retry(() => runRound(pairs, options), { attemptsMax: roundsMax, sleep: options.sleep, waitAfter }).catch(
    (error: unknown) => {
      throw error instanceof MovedError ? new RemoteError(`${error.message}; run again`) : error
    },
  )
}
