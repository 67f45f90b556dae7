/**
 * The fifth phase: what the copies hold. Where both sides moved, the second side's commits become a side line on the
 * first one, which is merged there. Commits are copied one by one where that is certain to be right.
 */
import type { Base } from '../history/base.ts'
import { groupCopied, listCopied } from '../history/copy-range.ts'
import type { Conflict } from '../merge/outcome.ts'
import { rolesOf } from '../model/capabilities.ts'
import type { Content } from '../model/content.ts'
import { isAttributes, type Change, type Entry } from '../model/entry.ts'
import { cardPath } from '../model/front-matter.ts'
import { groupDigits } from '../model/group-digits.ts'
import { mapSides, otherSide, sides, sidesOf, type Side } from '../model/sides.ts'
import { brakeBaseMismatch } from '../plan/brakes.ts'
import type { Replayed, SideLine } from '../plan/commits.ts'
import type { PlannedEdit } from '../plan/edits.ts'
import { readChanges, type Changes } from './changes.ts'
import { chooseStores, planPlain, treeOf } from './choose-stores.ts'
import { describeConflicts } from './conflicts.ts'
import { readVerdict } from './decide.ts'
import { endPlan, type Phase, type Planning } from './planning.ts'
import { judgeProposal } from './proposals.ts'
import { replayCommits } from './replay.ts'
import type { Storage } from './storage.ts'

/** `line`: the side line, without edits and a start where there is none. `replay`: null where one copy stands for all commits. */
export interface Copies extends Pick<Storage, 'start' | 'edits' | 'moved' | 'notes'> {
  readonly line: SideLine
  readonly replay: { readonly from: Side; readonly commits: readonly Replayed[] } | null
}

/**
 * The outcomes that turn the tree of the line's start into exactly the tree of the second side's head. They are needed
 * because the line's last commit claims that the two are equal. All changes since the line's start count, even of paths
 * that have a base of their own; where the line starts from nothing, all files do.
 */
async function decideLine(base: Base, { start, input, facts }: Storage, planning: Planning) {
  const { changes, isMismatched } = start
  const { first, second } = rolesOf(planning.remotes)
  const { bases, letIn, view, card } = changes
  const made =
    bases.size === letIn.size && !isMismatched
      ? fromStart(changes.mirrored[second], letIn, card?.now[second])
      : (await readChanges(base, input.heads, planning, view)).mirrored[second]
  const line = {
    ...input,
    heads: sidesOf(first, base.commits[first], input.heads[second]),
    baseOf: () => base.commits,
    changes: sidesOf(second, made, new Map()),
    chmods: mapSides(() => new Set<string>()),
    take: () => second,
    makesWay: first,
  }
  return readVerdict(line, facts, planning.contents)
}

/**
 * The changes, and what became of paths that the base has on the first side alone, or otherwise (`letIn`). `card`: what
 * the second side's card is, where its changes do not start from nothing.
 */
function fromStart(
  changes: ReadonlyMap<string, Change>,
  letIn: Changes['letIn'],
  card: Entry | null | undefined,
): ReadonlyMap<string, Change> {
  if (letIn.size === 0) return changes
  const made = new Map(changes)
  for (const [path, before] of letIn) {
    const after = path === cardPath && card !== undefined ? card : (changes.get(path)?.after ?? null)
    if (isAttributes(path)) continue
    if (after?.oid === before?.oid) made.delete(path)
    else made.set(path, { path, before, after })
  }
  return made
}

/** Commits of `from` are replayed on `start`, a commit of the other side (null: none), and must come to `net`. */
interface Goal {
  readonly from: Side
  readonly start: string | null
  readonly net: readonly PlannedEdit[]
}

/**
 * The copies of commits one by one, or in groups where they are many. Null where one copy is asked for or is enough, and where
 * the base is not one pair of commits.
 */
async function planCopies(
  { from, start, net }: Goal,
  { base: { commits, by }, listings, idle, undone, changes: { bases, view } }: Storage['start'],
  planning: Planning,
): Promise<Copies['replay']> {
  const { squash, init } = planning.options
  const to = planning.remotes[otherSide[from]]
  if (squash || init !== null || by === 'no base' || by === 'init' || bases.size > 0) return null
  const originals = listCopied(listings[from], commits[from], idle[from])
  if (!originals || originals.some(({ oid }) => undone[from].has(oid))) return null
  const room = await to.commitsLeft()
  const groups = groupCopied(originals, room)
  if (groups.length < 2) return null
  const replayed = await replayCommits({ from, groups, base: commits[from], start, view, net }, planning)
  if (!replayed) return null
  // Groups may go on in the next hour; what the service takes in parts only goes as one copy instead.
  const made = to.countCommits(replayed, commits[otherSide[from]])
  return made > Math.max(room, groups.length < originals.length ? replayed.length : 0)
    ? null
    : { from, commits: replayed }
}

/** Where commits are copied in groups, how. */
function noteGroups(copies: readonly Replayed[], from: string): string[] {
  const grouped = copies.reduce((sum, { older = [] }) => sum + older.length, 0)
  if (grouped === 0) return []
  const [all, groups] = [copies.length + grouped, copies.length].map(groupDigits)
  return [`The ${all} commits of ${from} are copied in ${groups} groups, and each copy names its own`]
}

/**
 * Plans what the copies hold. Ends the plan where no side line can be made: the base holds something in its way that the
 * first side has cleared since.
 */
export async function planReplay(storage: Storage, planning: Planning): Promise<Phase<Copies>> {
  const { edits, moved, notes } = storage
  const { heads, base, isMismatched } = storage.start
  const { remotes, contents } = planning
  const { first, second } = rolesOf(remotes)
  const bothMoved = moved[first] && moved[second]
  // A new base gives a side line no commit to start from, and a service without merges has none.
  const isIdle = judgeProposal({ heads, edits }, planning) === 'idle'
  const to = planning.options.to ?? (isIdle ? second : null)
  const mayHaveLine = bothMoved && base.by !== 'init' && remotes[first].capabilities.merges && to !== second
  const commits = isMismatched ? mapSides(() => null) : base.commits
  const start = commits[first]
  const made = mayHaveLine
    ? await decideLine({ ...base, beside: null, parts: [], commits }, storage, planning)
    : { outcomes: [], conflicts: [], baseMismatches: [] }
  if (made.conflicts.length + made.baseMismatches.length > 0) {
    const byHand = (conflict: Conflict) => ({ ...conflict, settleable: false })
    const conflicts = await describeConflicts(made.conflicts.map(byHand), storage, planning)
    return endPlan({ refusals: brakeBaseMismatch(made.baseMismatches), conflicts })
  }
  const plain = planPlain(remotes[first], made.outcomes, treeOf(first, start, storage))
  const lineEdits = await chooseStores(remotes[first], contents, plain)
  // The head may say by now how to store a file that would be too large on the line's start, which has no rule for it.
  const read = (content: Content) => contents.read(content)
  const refused = await remotes[first].readRefusals(lineEdits, read, { head: start, earlier: [] })
  const hasLine = mayHaveLine && refused.length === 0
  const line = hasLine ? { start, edits: lineEdits } : { start: null, edits: [] }
  const from = hasLine ? second : bothMoved ? undefined : sides.find((side) => moved[side] && side !== to)
  const goal = (side: Side): Goal => {
    const other = otherSide[side]
    return hasLine ? { from: side, start, net: line.edits } : { from: side, start: heads[other], net: edits[other] }
  }
  const replay = from ? await planCopies(goal(from), storage.start, planning) : null
  const told = replay && noteGroups(replay.commits, remotes[replay.from].service)
  return { part: {}, value: { start: storage.start, edits, moved, notes: [...notes, ...(told ?? [])], line, replay } }
}
