/** A scenario that has run once, and what is then done to it. */
import type { Pair } from '../hubs/pair.ts'
import type { Boundary, FaultKind } from './faults.ts'
import type { Scenario } from './scenario.ts'
import type { Namer } from './state.ts'

/** Where a scenario begins. `open` gives two repositories that hold what `start` does; `kinds`: what may happen there. */
export interface Opening {
  readonly scenario: Scenario
  readonly start: Pair
  readonly before: Pair
  readonly open: () => Pair
  readonly kinds: Readonly<Record<string, FaultKind>>
}

/** A scenario that has run once, undisturbed. `before`: what was there before people changed anything, to be shown again. */
export interface Measured extends Opening {
  /** What it came to, and that as a text. */
  readonly end: Pair
  readonly expected: string
  readonly boundaries: readonly Boundary[]
  readonly namer: Namer
}

export interface Injection {
  readonly boundary: Boundary
  readonly kind: string
}

/** How an injection ended: `wrong` is null where nothing is. `regrouped`: by another way than the undisturbed run. */
export interface Ended {
  readonly wrong: string | null
  readonly regrouped: boolean
}
