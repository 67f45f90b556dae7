/**
 * Plans an undo: each side that the last run has written gets one commit that takes back what that run brought (decision
 * 0050).
 */
import { latestDate } from '../history/message.ts'
import { rolesOf, servicesOf } from '../model/capabilities.ts'
import { formatSet, parseSet, type MirroredSet } from '../model/mirrored-set.ts'
import { formatRepository } from '../model/repository.ts'
import { awaitSides, bothOf, mapSides, otherSide, sides, valuesOf } from '../model/sides.ts'
import { brakeRewritten, brakeTooLong } from '../plan/brakes.ts'
import type { Plan, Refusal } from '../plan/plan.ts'
import { brakeUndo, noteUndo } from '../plan/undo.ts'
import { describeSet } from '../view/view.ts'
import { foresee } from './foresight.ts'
import type { State } from './histories.ts'
import { endPlan, type Phase, type Planning } from './planning.ts'
import { readBase, type FoundBase } from './read-base.ts'
import { readHeadView, readViewAt } from './read-view.ts'
import { requireFreshHeads } from './require-fresh.ts'
import { undoSide } from './undo-side.ts'

type Found = Extract<FoundBase, { state: 'found' }>

/** What options say of the files that are mirrored, and in which form. */
const nameAsked = (set: MirroredSet | null) => set && formatSet({ ...set, ignore: null })

/** Why a run that was found cannot be undone; empty where it can. */
function findObstacle({ base, rewritten }: Found, { remotes, options: { filters } }: Planning): Refusal[] {
  if (rewritten.length > 0) return brakeRewritten(rewritten, servicesOf(remotes))
  if (base.parts.length > 0 || base.beside !== null)
    return brakeUndo('The last mirror is not finished: run without --undo first')
  const then = parseSet(base.set)
  return then && nameAsked(then) === nameAsked(describeSet(filters))
    ? []
    : brakeUndo('The last mirror had other filters, or another mapping: run --undo with those')
}

const noMirror = 'There is no mirror to undo: no commit says that it copies one of the other side'

/** Ends the plan, unless another run has written while both histories were read. */
async function refuse(refusals: readonly Refusal[], state: State, planning: Planning): Promise<Phase<never>> {
  await requireFreshHeads(state, planning)
  return endPlan({ refusals })
}

/** Everything that an undo will do. Ends the plan where nothing can be undone, or something conflicts. */
export async function planUndo(state: State, planning: Planning): Promise<Phase<Plan['commits']>> {
  const { histories, heads } = state
  const { remotes, options } = planning
  const services = servicesOf(remotes)
  const both = histories.makeBranch ? null : bothOf(heads)
  const found = both && (await readBase(histories, remotes, { ...options, seesUndone: true }))
  if (found?.state === 'too long')
    return endPlan({ refusals: brakeTooLong(services[found.side], found.listings[found.side].commits.length) })
  if (both === null || found?.state !== 'found' || found.base.by !== 'trailer')
    return refuse(brakeUndo(noMirror), state, planning)
  const { base, undone, last } = found
  const obstacle = findObstacle(found, planning)
  if (obstacle.length > 0) return refuse(obstacle, state, planning)
  const { first, second } = rolesOf(remotes)
  const own = undone.undos.filter(({ side, after }) => after === last[side]?.after)
  const isDone = own.some(({ goesOn }) => !goesOn)
  const ranges = mapSides((side) => (isDone || own.some((one) => one.isWhole && one.side === side) ? null : last[side]))
  const other = options.to && otherSide[options.to]
  if (other && ranges[other])
    return endPlan({
      refusals: brakeUndo(`The last mirror has written ${services[other]}, too: run --undo without --to`),
    })
  const { now: view } = await readViewAt(base, planning)
  const shown = await readHeadView(both, planning)
  const made = await awaitSides(async (side) =>
    ranges[side] ? undoSide(side, ranges[side], { head: both[side], view, shown }, planning) : null,
  )
  const edits = mapSides((side) => made[side]?.edits ?? [])
  const undo = mapSides((side) => (edits[side].length + (made[side]?.conflicts.length ?? 0) > 0 ? ranges[side] : null))
  const all = valuesOf(made).flatMap((one) => one ?? [])
  const refusals = all.flatMap((one) => one.refusals)
  const conflicts = all.flatMap((one) => one.conflicts)
  const notes = [...(refusals.length > 0 ? [] : noteUndo(undo, services)), ...all.flatMap((one) => one.notes)]
  const skipped = all.flatMap((one) => one.skipped)
  const part = { base: base.commits, filters: view.filters, undo, edits, conflicts, refusals, skipped, notes }
  if (refusals.length + conflicts.length > 0) return endPlan(part)
  const date = latestDate(sides.flatMap((side) => histories.heads[side]?.committerDate ?? []))
  const commits = mapSides((side) =>
    undo[side]
      ? [
          {
            parents: [{ oid: both[side] }],
            title: `Undo the last mirror from ${formatRepository(remotes[otherSide[side]].repository)}`,
            body: '',
            author: null,
            date,
            copyOf: null,
            undoes: { ...undo[side], goesOn: side === first && undo[second] !== null },
            edits: edits[side],
          },
        ]
      : [],
  )
  const ahead = await foresee({ commits, makeBranch: null, objects: mapSides(() => []) }, planning)
  const commitCounts = mapSides((side) => remotes[side].countCommits(commits[side], both[side]))
  return { part: { ...part, ...ahead, notes: [...notes, ...ahead.notes], commits, commitCounts }, value: commits }
}
