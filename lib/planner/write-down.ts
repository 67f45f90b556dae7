/** The last phase: the commits, who would see what they bring, and whether they could be written. */
import { noteLookalikes } from '../merge/lookalikes.ts'
import { servicesOf } from '../model/capabilities.ts'
import { mapSides, otherSide, sides, type Side } from '../model/sides.ts'
import { assembleCommits } from '../plan/commits.ts'
import { brakeStore, noteUnrecorded } from '../plan/one-way.ts'
import type { Plan } from '../plan/plan.ts'
import { noteUnintended } from '../plan/unintended.ts'
import type { Checked } from './check.ts'
import { readExposure } from './exposure.ts'
import { foresee } from './foresight.ts'
import { endPlan, type Phase, type Planning } from './planning.ts'

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

/** Makes the commits, and ends the plan where something private would become public. */
export async function writeDown(checked: Checked, planning: Planning): Promise<Phase<Plan['commits']>> {
  const { start, notes, objects, replay, ...rest } = checked
  const { heads, listings, changes, makeBranch, config } = start
  const { remotes, contents } = planning
  // The run changes nothing, but has to record that the heads are equal.
  const joinsHeads =
    start.mustRecord && sides.every((side) => changes.mirrored[side].size + rest.edits[side].length === 0)
  const from = joinsHeads
    ? { base: { ...start.base, by: 'content' as const, commits: heads }, originals: mapSides(() => []) }
    : start
  const { base, originals } = from
  const replayed = replay?.commits ?? null
  const { to } = planning.options
  const assemble = (only: Side | null) =>
    assembleCommits({ ...rest, remotes, base, originals, listings, config, replayed, to: only })
  const commits = assemble(to)
  const isUnrecorded = to !== null && commits[to].length === 0 && sides.some((side) => assemble(null)[side].length > 0)
  requireOneWay({ commits, objects, makeBranch }, to)
  const elsewhere = brakeStore(
    { commits, objects },
    { to, lfsStore: planning.options.lfsHome.store },
    servicesOf(remotes),
  )
  if (elsewhere.length > 0) return endPlan({ refusals: elsewhere })
  const exposure = await readExposure(commits, start, planning)
  if (exposure.refusals.length > 0) return endPlan({ refusals: exposure.refusals })
  const ahead = await foresee({ commits, makeBranch, objects }, planning)
  const unintended = noteUnintended(checked.edits, servicesOf(remotes), ({ content }) => contents.findBytes(content))
  const part = {
    ...ahead,
    notes: [
      ...notes,
      ...(isUnrecorded ? [noteUnrecorded(to, servicesOf(remotes))] : []),
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
