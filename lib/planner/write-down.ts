/** The last phase: the commits, who would see what they bring, and whether they could be written. */
import { noteLookalikes } from '../merge/lookalikes.ts'
import { servicesOf } from '../model/capabilities.ts'
import { mapSides, sides } from '../model/sides.ts'
import { assembleCommits } from '../plan/commits.ts'
import type { Plan } from '../plan/plan.ts'
import { noteUnintended } from '../plan/unintended.ts'
import type { Checked } from './check.ts'
import { readExposure } from './exposure.ts'
import { foresee } from './foresight.ts'
import { endPlan, type Phase, type Planning } from './planning.ts'

/** Makes the commits, and ends the plan where something private would become public. */
export async function writeDown(checked: Checked, planning: Planning): Promise<Phase<Plan['commits']>> {
  const { start, notes, objects, replay, ...rest } = checked
  const { heads, listings, changes, makeBranch, config } = start
  const { remotes, contents } = planning
  // The run changes nothing, but has to record that the heads are equal.
  const joinsHeads = start.mustRecord && sides.every((side) => changes.mirrored[side].size === 0)
  const from = joinsHeads
    ? { base: { ...start.base, by: 'content' as const, commits: heads }, originals: mapSides(() => []) }
    : start
  const { base, originals } = from
  const replayed = replay?.commits ?? null
  const commits = assembleCommits({ ...rest, remotes, base, originals, listings, config, replayed })
  const exposure = await readExposure(commits, start, planning)
  if (exposure.refusals.length > 0) return endPlan({ refusals: exposure.refusals })
  const ahead = await foresee({ commits, makeBranch, objects }, planning)
  const unintended = noteUnintended(checked.edits, servicesOf(remotes), ({ content }) => contents.findBytes(content))
  const part = {
    ...ahead,
    notes: [...notes, ...exposure.notes, ...noteLookalikes(changes.mirrored), ...unintended, ...ahead.notes],
    commits,
    commitCounts: mapSides((side) => remotes[side].countCommits(commits[side], heads[side])),
  }
  return { part, value: commits }
}
