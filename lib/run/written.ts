/** What a run has written, also when it failed after that. */
import type { LfsObject } from '../model/entry.ts'
import { mapSides, sides, type Side, type Sides } from '../model/sides.ts'

/** How far a side is: `in part` where more was to follow on its branch. */
export type WrittenState = 'nothing to write' | 'not written' | 'in part' | 'written'

/** `commits`: where each branch is. `branch`: the side on which the branch itself was made. */
export interface Written {
  readonly commits: Record<Side, string | null>
  readonly objects: Record<Side, LfsObject[]>
  readonly states: Record<Side, WrittenState>
  branch: Side | null
}

/** Nothing so far. */
export function startWritten(): Written {
  return {
    commits: mapSides(() => null),
    objects: mapSides(() => []),
    states: mapSides(() => 'nothing to write'),
    branch: null,
  }
}

/** What one round wrote, added to what was written before it. */
export function addWritten(total: Written, round: Written): void {
  for (const side of sides) {
    total.commits[side] = round.commits[side] ?? total.commits[side]
    if (round.states[side] !== 'nothing to write') total.states[side] = round.states[side]
    for (const object of round.objects[side]) total.objects[side].push(object)
  }
  total.branch = round.branch ?? total.branch
}

/** Whether anybody can see it. Objects that no commit names yet are not seen. */
export function wroteSomething({ commits, branch }: Written): boolean {
  return branch !== null || sides.some((side) => commits[side] !== null)
}

/**
 * A run that failed after it had written something says so; running again is always safe. `written`: in all rounds
 * together.
 */
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
