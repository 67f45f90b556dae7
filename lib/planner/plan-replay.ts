/**
 * The fifth phase: what the copies hold. Where both sides moved, the second side's commits become a side line on the
 * first one; and where it can be done for certain, commits are copied one by one.
 */
import type { Base } from '../history/base.ts'
import { listCopied } from '../history/copy-range.ts'
import type { Conflict } from '../merge/outcome.ts'
import { rolesOf } from '../model/capabilities.ts'
import { mapSides, otherSide, sides, sidesOf, type Side } from '../model/sides.ts'
import { brakeBaseMismatch } from '../plan/brakes.ts'
import type { Replayed, SideLine } from '../plan/commits.ts'
import type { PlannedEdit } from '../plan/edits.ts'
import { readChanges } from './changes.ts'
import { chooseStores } from './choose-stores.ts'
import { describeConflicts } from './conflicts.ts'
import { resolve } from './decide.ts'
import { endPlan, type Phase, type Planning } from './planning.ts'
import { replayCommits } from './replay.ts'
import { standingAt, type Storage } from './storage.ts'

/** `replay`: the commits of the side `from`, one by one; null where one copy stands for all of them. */
export interface Copies extends Pick<Storage, 'start' | 'edits' | 'moved' | 'notes'> {
  readonly line: SideLine
  readonly replay: { readonly from: Side; readonly commits: readonly Replayed[] } | null
}

/**
 * What the side line holds in the end: exactly what the second side's head does, since it says so. That is all that
 * changed there since the line's start, whatever base single paths have, and everything where it starts from nothing.
 */
async function decideLine(
  base: Base,
  { start: { changes }, input, facts }: Storage,
  { remotes, contents, options: { view } }: Planning,
) {
  const { first, second } = rolesOf(remotes)
  const made = changes.bases.size === 0 ? changes : await readChanges(base, input.heads, remotes, view)
  const line = {
    ...input,
    heads: sidesOf(first, base.commits[first], input.heads[second]),
    baseOf: () => base.commits,
    changes: sidesOf(second, made.mirrored[second], new Map()),
    chmods: mapSides(() => new Set<string>()),
    take: () => second,
    makesWay: first,
  }
  return resolve(line, facts, contents)
}

interface Goal {
  readonly from: Side
  readonly start: string | null
  readonly net: readonly PlannedEdit[]
}

/** Null where there are not several commits, where a new base says nothing of them, and where too many would be made. */
async function planOneByOne(
  { from, start, net }: Goal,
  { base: { commits, by }, listings, changes: { bases } }: Storage['start'],
  planning: Planning,
): Promise<Copies['replay']> {
  const { squash, init } = planning.options
  const to = planning.remotes[otherSide[from]]
  if (squash || init !== null || by === 'no base' || bases.size > 0) return null
  const originals = listCopied(listings[from], commits[from])
  if (!originals || originals.length < 2 || originals.length > to.commitsLeft()) return null
  const replayed = await replayCommits({ from, originals, base: commits[from], start, net }, planning)
  // What would not fit into the hour goes as one copy, which lists them.
  if (!replayed || to.countCommits(replayed, commits[otherSide[from]]) > to.commitsLeft()) return null
  return { from, commits: replayed }
}

/** Ends the plan where the base's tree holds what the first side has cleared away since, so that no side line fits it. */
export async function planReplay(storage: Storage, planning: Planning): Promise<Phase<Copies>> {
  const { edits, moved, notes } = storage
  const { heads, base, isMismatched } = storage.start
  const { remotes, contents } = planning
  const { first, second } = rolesOf(remotes)
  const bothMoved = moved[first] && moved[second]
  // A new base has no commit that a side line could start from, and a history that is a line has no side line.
  const hasLine = bothMoved && base.by !== 'init' && remotes[first].capabilities.merges
  const commits = isMismatched ? mapSides(() => null) : base.commits
  const start = commits[first]
  const made = hasLine
    ? await decideLine({ ...base, beside: null, parts: [], commits }, storage, planning)
    : { outcomes: [], conflicts: [], baseMismatches: [] }
  if (made.conflicts.length + made.baseMismatches.length > 0) {
    const byHand = (conflict: Conflict) => ({ ...conflict, settleable: false })
    const conflicts = await describeConflicts(made.conflicts.map(byHand), storage, planning)
    return endPlan({ refusals: brakeBaseMismatch(made.baseMismatches), conflicts })
  }
  const line = {
    start,
    edits: await chooseStores(remotes[first], contents, made.outcomes, standingAt(first, start, storage)),
  }
  const from = hasLine ? second : bothMoved ? undefined : sides.find((side) => moved[side])
  const goal = (side: Side): Goal => {
    const to = otherSide[side]
    return hasLine ? { from: side, start, net: line.edits } : { from: side, start: heads[to], net: edits[to] }
  }
  const replay = from ? await planOneByOne(goal(from), storage.start, planning) : null
  return { part: {}, value: { start: storage.start, edits, moved, notes, line, replay } }
}
