/** The sixth phase: whether each side can take what it gets. */
import { rolesOf, servicesOf } from '../model/capabilities.ts'
import type { LfsObject } from '../model/entry.ts'
import { awaitSides, mapSides, otherSide, sides, sidesOf, valuesOf, type Side, type Sides } from '../model/sides.ts'
import { brakeHost, brakeLostRules, brakeMissing } from '../plan/brakes.ts'
import type { PlannedEdit } from '../plan/edits.ts'
import type { Refusal } from '../plan/plan.ts'
import { listObjects, type FileObject } from './choose-stores.ts'
import { findLostRules } from './lost-rules.ts'
import type { Copies } from './plan-replay.ts'
import { endPlan, type Phase, type Planning } from './planning.ts'

/** `objects`: the LFS objects that have to be brought to each side. */
export interface Checked extends Copies {
  readonly objects: Sides<readonly LfsObject[]>
}

/**
 * `missing`: objects that have to be brought to the side before its commit. `lost`: by side, paths whose object that side
 * names and does not have. Bytes come from the side whose file they are. That is mostly the other side; but a file that
 * the other side renamed comes under its new name with what this side made of it.
 */
async function readObjects(
  edits: readonly PlannedEdit[],
  to: Side,
  { contents }: Planning,
): Promise<{ missing: LfsObject[]; lost: Sides<string[]> }> {
  const named = mapSides(() => new Map<string, FileObject>())
  const brought = new Map<string, FileObject>()
  for (const { object, from, stays } of listObjects(edits)) {
    named[from].set(object.oid, object)
    if (stays && from !== to) brought.set(object.oid, object)
  }
  const own = [...named[to].values()].filter(({ oid }) => !brought.has(oid))
  const wanted = sidesOf(to, [...brought.values(), ...own], [...named[otherSide[to]].values()])
  const absent = await contents.readMissing(wanted)
  return {
    missing: absent[to].filter(({ oid }) => brought.has(oid)),
    lost: mapSides((side) =>
      absent[side].filter(({ oid }) => side !== to || !brought.has(oid)).map(({ oid }) => named[side].get(oid)!.path),
    ),
  }
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
    brakeLostRules(side, await findLostRules(side, edits[side], heads, planning), services),
  )
  const missing = sides.flatMap((side) => {
    const paths = new Set(sides.flatMap((to) => objects[to].lost[side]))
    return brakeMissing(side, [...paths], services, options.lfsStore ?? side)
  })
  const refusals = [...missing, ...valuesOf(refused).flat(), ...valuesOf(lost).flat()]
  const brought = mapSides((side) => objects[side].missing)
  const withConfig = mapSides((side) => (config?.to === side ? [config, ...edits[side]] : edits[side]))
  const part = { edits: withConfig, refusals, objects: brought }
  return refusals.length > 0 ? endPlan(part) : { part, value: { ...copies, objects: brought } }
}
