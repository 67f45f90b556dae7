/** The fourth phase: how each side stores what it gets, and so which edits are left to be made. */
import { awaitSides, type Side, type Sides } from '../model/sides.ts'
import { listMoved } from '../plan/commits.ts'
import type { PlannedEdit } from '../plan/edits.ts'
import { chooseStores, type TreeBefore } from './choose-stores.ts'
import type { Decision } from './decide.ts'
import type { Phase, Planning } from './planning.ts'

/** `edits`: what each side gets on top of its head. `moved`: who brings something of its own. */
export interface Storage extends Omit<Decision, 'outcomes'> {
  readonly edits: Sides<readonly PlannedEdit[]>
  readonly moved: Sides<boolean>
}

/** The tree of a commit of a side, as far as it was read for the verdict. */
export function treeOf(
  side: Side,
  commit: string | null,
  { start, facts }: Pick<Decision, 'start' | 'facts'>,
): TreeBefore {
  const changes = commit === start.heads[side] ? start.changes.mirrored[side] : null
  const find = (path: string) => changes?.get(path)?.after ?? facts.known({ side, commit, path })
  return { commit, rules: new Map(), find }
}

/** Lets each side say how it stores what it gets. Never ends the plan. */
export async function chooseStorage(decision: Decision, { remotes, contents }: Planning): Promise<Phase<Storage>> {
  const { start, input, facts, outcomes, notes } = decision
  const edits = await awaitSides((to) => {
    const own = outcomes.filter((outcome) => outcome.to === to)
    return chooseStores(remotes[to], contents, own, treeOf(to, start.heads[to], decision))
  })
  const moved = listMoved(start.changes.mirrored, edits)
  return { part: {}, value: { start, input, facts, notes, edits, moved } }
}
