/** What a run has written so far, so that it can be told also when the run fails. */
import type { Proposal } from '../model/proposal.ts'
import { mapSides, sides, type Side, type Sides } from '../model/sides.ts'
import type { Arrived } from '../model/upload.ts'
import type { Creation } from '../plan/creation.ts'

/** How far a side is; `in part`: its branch shows some of the commits and not the last. */
export type WrittenState = 'nothing to write' | 'not written' | 'in part' | 'written'

/**
 * `commits`: where each branch is, null where nothing was written. `branch`: the side on which a branch was made. `repository`:
 * the one that was made. `proposal`: the pull request that was opened or changed on `side`.
 */
export interface Written {
  readonly commits: Record<Side, string | null>
  readonly objects: Record<Side, Arrived[]>
  readonly states: Record<Side, WrittenState>
  branch: Side | null
  repository: Creation | null
  proposal: (Proposal & { readonly side: Side }) | null
}

/** Nothing so far. */
export function startWritten(): Written {
  return {
    commits: mapSides(() => null),
    objects: mapSides(() => []),
    states: mapSides(() => 'nothing to write'),
    branch: null,
    repository: null,
    proposal: null,
  }
}

/** Adds what one round wrote to what the rounds before it wrote. */
export function addWritten(total: Written, round: Written): void {
  for (const side of sides) {
    total.commits[side] = round.commits[side] ?? total.commits[side]
    if (round.states[side] !== 'nothing to write') total.states[side] = round.states[side]
    for (const object of round.objects[side]) total.objects[side].push(object)
  }
  total.branch = round.branch ?? total.branch
  total.repository = round.repository ?? total.repository
  total.proposal = round.proposal ?? total.proposal
}

/** Whether people see anything of it. Objects that no commit names do not count. */
export function wroteSomething({ commits, branch, repository, proposal }: Written): boolean {
  return branch !== null || repository !== null || proposal !== null || sides.some((side) => commits[side] !== null)
}

/** A failure (`cause`) after something was written. Running again is always safe. `written`: by all rounds together. */
export class InterruptedError extends Error {
  override name = 'InterruptedError'
  readonly written: Written
  /** What messages call each side. */
  readonly services: Sides<string>
  constructor(cause: unknown, written: Written, services: Sides<string>) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.written = written
    this.services = services
  }
}
