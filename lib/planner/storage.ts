/** The fourth phase: how each side stores what it gets, and so which edits are left to be made. */
import { rolesOf } from '../model/capabilities.ts'
import { awaitSides, type Sides } from '../model/sides.ts'
import { findMoved } from '../plan/commits.ts'
import type { PlannedEdit } from '../plan/edits.ts'
import { chooseStores, listObjects } from './choose-stores.ts'
import type { Decision } from './decide.ts'
import type { Phase, Planning } from './planning.ts'

/** `edits`: what each side gets on top of its head. `moved`: who brings something of its own. */
export interface Storage extends Omit<Decision, 'plain'> {
  readonly edits: Sides<readonly PlannedEdit[]>
  readonly moved: Sides<boolean>
}

/** Lets each side say how it stores what it gets. Never ends the plan. */
export async function chooseStorage(
  decision: Decision,
  { remotes, contents, options }: Planning,
): Promise<Phase<Storage>> {
  const { start, input, facts, plain, notes } = decision
  const { first, second } = rolesOf(remotes)
  const { edits: sent } = plain[second]
  // A service that is written first looks beside its last request. Sending objects takes longer than an answer counts.
  const isSoon = sent.length > 0 && plain[first].edits.length === 0 && listObjects(sent).length === 0
  if (isSoon && !remotes[second].proposals) options.expectHead?.(first)
  const edits = await awaitSides((to) => chooseStores(remotes[to], contents, plain[to]))
  const moved = findMoved(start.changes.mirrored, edits)
  return { part: {}, value: { start, input, facts, notes, edits, moved } }
}
