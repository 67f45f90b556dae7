/** The sixth phase: whether each side can take what it gets. */
import { rolesOf, servicesOf } from '../model/capabilities.ts'
import type { LfsObject } from '../model/entry.ts'
import { awaitSides, mapSides, otherSide, sides, sidesOf, valuesOf, type Side, type Sides } from '../model/sides.ts'
import { brakeHost, brakeLostRules, brakeMissing } from '../plan/brakes.ts'
import type { PlannedEdit } from '../plan/edits.ts'
import type { Refusal } from '../plan/plan.ts'
import { listObjects } from './choose-stores.ts'
import { findLostRules } from './lost-rules.ts'
import type { Copies } from './plan-replay.ts'
import { endPlan, type Phase, type Planning } from './planning.ts'

/** `objects`: the LFS objects that have to be brought to each side. `whole`: the edits with the `.lfsconfig` among them. */
export interface Checked extends Copies {
  readonly whole: Copies['edits']
  readonly objects: Sides<readonly LfsObject[]>
}

/**
 * `missing`: objects that have to be brought to the side before its commit. `lost`: paths whose object the other side
 * names and does not have. The side's own objects are left out: a file of its own goes to the other side as well, and is
 * asked for there.
 */
async function readObjects(
  edits: readonly PlannedEdit[],
  to: Side,
  { remotes }: Planning,
): Promise<{ missing: readonly LfsObject[]; lost: string[] }> {
  const foreign = listObjects(edits).filter(({ from }) => from !== to)
  const named = new Map(foreign.map(({ object }) => [object.oid, object]))
  const brought = new Map(foreign.flatMap(({ object, stays }) => (stays ? [[object.oid, object] as const] : [])))
  const asked = sidesOf(to, [...brought.values()], [...named.values()])
  const absent = await awaitSides(async (side) =>
    asked[side].length > 0 ? remotes[side].readMissing(asked[side]) : [],
  )
  return { missing: absent[to], lost: absent[otherSide[to]].map(({ oid }) => named.get(oid)!.path) }
}

/** All edits of a side, in whatever commit they are made. */
function listStored({ edits, line, replay }: Copies, to: Side, first: Side): PlannedEdit[] {
  const between = replay?.from === otherSide[to] ? replay.commits.flatMap((one) => one.edits) : []
  return [...edits[to], ...(to === first ? line.edits : []), ...between]
}

/** Ends the plan where an object is lost, a service would refuse an edit, or a pointer would be left without its rule. */
export async function checkEdits(copies: Copies, planning: Planning): Promise<Phase<Checked>> {
  const { edits, start } = copies
  const { remotes, contents, options } = planning
  const { heads, config } = start
  const services = servicesOf(remotes)
  const { first } = rolesOf(remotes)
  const objects = await awaitSides((to) => readObjects(listStored(copies, to, first), to, planning))
  const refused = await awaitSides(async (side): Promise<Refusal[]> => {
    if (edits[side].length === 0) return []
    const standing = { head: heads[side], earlier: [] }
    const sentences = await remotes[side].readRefusals(edits[side], (content) => contents.read(content), standing)
    return brakeHost(services[side], sentences)
  })
  const lost = await awaitSides(async (side) =>
    brakeLostRules(side, await findLostRules(side, edits[side], start, planning), services),
  )
  const missing = sides.flatMap((side) =>
    brakeMissing(side, [...new Set(objects[otherSide[side]].lost)], services, options.lfsHome.store ?? side),
  )
  const refusals = [...missing, ...valuesOf(refused).flat(), ...valuesOf(lost).flat()]
  const brought = mapSides((side) => objects[side].missing)
  const whole = mapSides((side) => (config?.to === side ? [config, ...edits[side]] : edits[side]))
  const part = { edits: whole, refusals, objects: brought }
  return refusals.length > 0 ? endPlan(part) : { part, value: { ...copies, whole, objects: brought } }
}
