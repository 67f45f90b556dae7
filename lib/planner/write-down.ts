/** The last phase: the commits, who would see what they bring, and whether they could be written. */
import { noteLookalikes } from '../merge/lookalikes.ts'
import { rolesOf, servicesOf } from '../model/capabilities.ts'
import { mapSides, otherSide, sides, sidesOf, type Side, type Sides } from '../model/sides.ts'
import { assembleCommits } from '../plan/commits.ts'
import { brakeStore, noteUnrecorded } from '../plan/one-way.ts'
import type { Plan } from '../plan/plan.ts'
import { noteHeld } from '../plan/proposal.ts'
import { noteUnintended } from '../plan/unintended.ts'
import type { Checked } from './check.ts'
import { readExposure } from './exposure.ts'
import { foresee } from './foresight.ts'
import { endPlan, type Phase, type Planning } from './planning.ts'
import { judgeProposal } from './proposals.ts'

/** Checks this program itself: throws where a plan would write a side that nothing may be written to. */
function requireOneWay(
  { commits, objects, makeBranch }: Pick<Plan, 'commits' | 'objects' | 'makeBranch'>,
  to: Side | null,
): void {
  if (to === null) return
  const other = otherSide[to]
  if (commits[other].length + objects[other].length > 0 || makeBranch?.side === other)
    throw new Error(`--to ${to} writes ${other}`)
}

/**
 * What is written on each side, and what is said of it. Where the first side gets a pull request, the other one gets nothing until
 * that is merged.
 */
function assemble({ start, objects, whole, replay, ...rest }: Checked, planning: Planning) {
  const { heads, listings, changes, config } = start
  const { remotes } = planning
  const services = servicesOf(remotes)
  // The run changes nothing, but has to record that the heads are equal.
  const joinsHeads =
    start.mustRecord && sides.every((side) => changes.mirrored[side].size + rest.edits[side].length === 0)
  const from = joinsHeads
    ? { base: { ...start.base, by: 'content' as const, commits: heads }, originals: mapSides(() => []) }
    : start
  const { base, originals } = from
  const { first, second } = rolesOf(remotes)
  const { to } = planning.options
  const fate = judgeProposal({ heads, edits: rest.edits }, planning)
  const assembly = { ...rest, remotes, base, originals, listings, config, replayed: replay?.commits ?? null, to }
  // What the other side gets records that both are equal, as a copy of the head that there is; `.lfsconfig` comes with the next run.
  const isApart = fate === 'idle' && rest.edits[second].length > 0 && to !== first
  const all = assembleCommits({ ...assembly, ...(isApart && { config: null, to: second }) })
  const isHeld = fate !== null && all[first].length > 0
  const leaveOut = <T>(lists: Sides<readonly T[]>) =>
    isHeld ? sidesOf(first, lists[first], []) : isApart ? sidesOf(second, lists[second], []) : lists
  const commits = leaveOut(all)
  const isUnrecorded =
    to !== null &&
    commits[to].length === 0 &&
    sides.some((side) => assembleCommits({ ...assembly, to: null })[side].length > 0)
  const notes = [
    ...(isHeld && all[second].length > 0 ? [noteHeld(second, services)] : []),
    ...(isUnrecorded ? [noteUnrecorded(to, services)] : []),
  ]
  return { commits, objects: leaveOut(objects), edits: leaveOut(whole), notes }
}

/** Makes the commits, and ends the plan where something private would become public. */
export async function writeDown(checked: Checked, planning: Planning): Promise<Phase<Plan['commits']>> {
  const { start } = checked
  const { heads, changes, makeBranch } = start
  const { remotes, contents } = planning
  const services = servicesOf(remotes)
  const { commits, objects, edits, notes } = assemble(checked, planning)
  const { to } = planning.options
  requireOneWay({ commits, objects, makeBranch }, to)
  const elsewhere = brakeStore({ commits, objects }, { to, lfsStore: planning.options.lfsHome.store }, services)
  if (elsewhere.length > 0) return endPlan({ refusals: elsewhere })
  const exposure = await readExposure(commits, start, planning)
  if (exposure.refusals.length > 0) return endPlan({ refusals: exposure.refusals })
  const ahead = await foresee({ commits, makeBranch, objects }, planning)
  const unintended = noteUnintended(edits, services, ({ content }) => contents.findBytes(content))
  const part = {
    ...ahead,
    edits,
    objects,
    notes: [
      ...checked.notes,
      ...notes,
      ...exposure.notes,
      ...noteLookalikes(changes.mirrored),
      ...unintended,
      ...ahead.notes,
    ],
    commits,
    commitCounts: mapSides((side) => remotes[side].countCommits(commits[side], heads[side])),
  }
  return { part, value: commits }
}
