/**
 * The base, the merge and the stores of a plan: both ways, or to one side alone (`--to`). What that side changed would go
 * to the other one, so that it ends the plan, or is overwritten. Decision 0033.
 */
import { servicesOf } from '../model/capabilities.ts'
import { pathsOf } from '../model/entry.ts'
import { otherSide, sides, type Side } from '../model/sides.ts'
import { brakeOneWay, noteConflicts, noteOverwritten } from '../plan/one-way.ts'
import { decide } from './decide.ts'
import { askExposure } from './exposure.ts'
import type { State } from './histories.ts'
import { andThen, endPlan, type Phase, type Planning } from './planning.ts'
import { findStart, type Start } from './start.ts'
import { chooseStorage, type Storage } from './storage.ts'

/** The merge and the stores, from a base that was found. */
async function decideFrom(start: Phase<Start>, planning: Planning): Promise<Phase<Storage>> {
  if (start.value) askExposure(start.value, planning)
  const decision = await andThen(start, (value) => decide(value, planning))
  return andThen(decision, (value) => chooseStorage(value, planning))
}

/** Makes the written side equal to the other one, whatever it holds. `changed`: what it changed since the last sync. */
async function overwrite(to: Side, changed: readonly string[], state: State, planning: Planning) {
  const from = otherSide[to]
  // A card keeps nothing either: it would have to be written on both sides.
  const options = { ...planning.options, init: null, take: () => from }
  const services = servicesOf(planning.remotes)
  const overwriting = { ...planning, options }
  const { part, value } = await decideFrom(await findStart(state, from, overwriting), overwriting)
  if (value === null) return { part, value }
  const back = pathsOf(value.edits[from])
  if (back.length > 0) return endPlan({ ...part, refusals: brakeOneWay(to, back, services) })
  const notes = [...noteOverwritten(to, changed, value.edits[to], services), ...value.notes]
  return { part: { ...part, settled: [], notes }, value: { ...value, notes } }
}

/** Ends the plan as its phases do, and where the only side that is written has changes that go nowhere. */
export async function decideDirections(state: State, planning: Planning): Promise<Phase<Storage>> {
  const { init, to, allowOverwrite } = planning.options
  const services = servicesOf(planning.remotes)
  const start = await findStart(state, sides.find((side) => side === init) ?? null, planning)
  const decided = await decideFrom(start, planning)
  const { conflicts = [], refusals = [] } = decided.part
  if (to === null || start.value === null || refusals.length > 0) return decided
  const back = decided.value ? pathsOf(decided.value.edits[otherSide[to]]) : []
  if (back.length + conflicts.length === 0) return decided
  if (allowOverwrite) return overwrite(to, [...start.value.changes.mirrored[to].keys()], state, planning)
  if (conflicts.length === 0) return endPlan({ ...decided.part, refusals: brakeOneWay(to, back, services) })
  return endPlan({ ...decided.part, notes: [...(decided.part.notes ?? []), noteConflicts(to, services)] })
}
