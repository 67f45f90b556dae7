/** The second phase: the base, and what each side changed since. */
import { listOriginals } from '../history/message.ts'
import { rolesOf } from '../model/capabilities.ts'
import type { Commit, Remote } from '../model/remote.ts'
import { awaitSides, bothOf, mapSides, otherSide, type Side, type Sides } from '../model/sides.ts'
import { brakeBaseMismatch } from '../plan/brakes.ts'
import { formCard } from './card-form.ts'
import { dropMismatched, readChanges, type Changes } from './changes.ts'
import { chooseBase, readWinner, type FoundStart } from './choose-base.ts'
import type { Histories, State } from './histories.ts'
import { endPlan, type Phase, type Planning } from './planning.ts'
import { readHeadView } from './read-view.ts'
import { requireFreshHeads } from './require-fresh.ts'

/** What the merge starts from: the state of both sides, the base that was found, and what changed since. */
export interface Start
  extends
    Pick<State, 'heads' | 'config'>,
    Pick<FoundStart, 'base' | 'listings' | 'mustRecord'>,
    Pick<Histories, 'makeBranch'> {
  /** People's own commits since the base that changed something which is shown, by side, newest first. */
  readonly originals: Sides<readonly Commit[]>
  /** Ids of the others. */
  readonly idle: Sides<ReadonlySet<string>>
  readonly changes: Changes
  /** Ids of the commits that were undone, and of those that did it. */
  readonly undone: Sides<ReadonlySet<string>>
  /** Whether the run goes on from a base whose two commits are not equal, as only `--init union` and wider views do. */
  readonly isMismatched: boolean
}

/** Those of a side's commits that changed something which is shown. Costs a request where only a part is. */
async function pickOriginals(
  commits: readonly Commit[],
  head: string | null,
  { size }: Changes['mirrored'][Side],
  { unshown, pickCommits }: Remote,
): Promise<readonly Commit[]> {
  if (!unshown || !pickCommits || head === null) return commits
  return size === 0 ? [] : pickCommits(head, commits)
}

/**
 * Ends the plan where there is no base that a merge could go on from, and where `--init` finds both sides equal.
 * `winner`: the side to which the other one is made equal, whatever both had in common.
 */
export async function findStart(state: State, winner: Side | null, planning: Planning): Promise<Phase<Start>> {
  const { histories, heads, isInSync, config } = state
  const { remotes, options } = planning
  const start = winner ? await readWinner(winner, histories, planning) : await chooseBase(histories, planning)
  const { base, listings, refusals, mustRecord, undone } = start
  if (winner && base.by === 'content' && isInSync && config === null) return endPlan({ base: heads })
  if (refusals.some(({ kind }) => kind === 'rewritten')) await requireFreshHeads(state, planning)
  const { second } = rolesOf(remotes)
  const baseDate = listings[second].commits.find(({ oid }) => oid === base.commits[second])?.committerDate ?? null
  const own = mapSides((side) => new Set([...undone.commits[side], ...undone.undos.map(({ commit }) => commit)]))
  const all = mapSides((side) =>
    listOriginals(listings[side], base.commits[side], remotes[otherSide[side]].repository, own[side]),
  )
  const told = { base: base.commits, baseBy: base.by, baseDate, originals: all }
  if (refusals.length > 0) return endPlan({ ...told, refusals })
  const view = start.view ?? (bothOf(base.commits) ? null : await readHeadView(heads, planning))
  const changes = start.changes ?? (await readChanges(base, heads, planning, view))
  const originals = await awaitSides((side) =>
    pickOriginals(all[side], heads[side], changes.mirrored[side], remotes[side]),
  )
  const part = { ...told, originals }
  // Joining both sides asks about each path that differs; everything else goes on from what was written.
  const joins = options.init === 'union'
  if (changes.unequal.length > 0 && !joins) return endPlan({ ...part, refusals: brakeBaseMismatch(changes.unequal) })
  const rebased = joins ? await dropMismatched(changes, base, heads, planning) : null
  const { makeBranch } = histories
  const formed = await formCard(rebased ?? changes, base, heads, planning)
  const idle = mapSides((side) => {
    const picked = new Set(originals[side])
    return new Set(all[side].flatMap((commit) => (picked.has(commit) ? [] : [commit.oid])))
  })
  const mustBeRecorded = mustRecord || changes.isWider
  const found = { heads, config, makeBranch, listings, base, originals, idle, undone: own, mustRecord: mustBeRecorded }
  // A line that starts at the base cannot be told what else there is without one.
  const isMismatched = rebased !== null || (changes.letIn.size > 0 && (base.beside !== null || base.parts.length > 0))
  const seen = { ...part, filters: changes.view.filters }
  return { part: seen, value: { ...found, changes: formed, isMismatched } }
}
