/** How long a run waits for limits: as long as they let something through, but not for ever. Pure. */

export interface Budget {
  /** Without anything being let through in between. */
  readonly stalledMaxMs: number
  /** In all. */
  readonly totalMaxMs: number
}

/**
 * The Hub's windows are five minutes long, and GitHub's for writes one minute; an hour is the next run's to wait for.
 */
const budgetDefault: Budget = { stalledMaxMs: 400_000, totalMaxMs: 1_800_000 }

export class WaitBudget {
  readonly #budget: Budget
  #stalledMs = 0
  #totalMs = 0
  #untilMs = -Infinity

  constructor(budget: Budget = budgetDefault) {
    this.#budget = budget
  }

  /**
   * What a wait from now on adds to those that are under way, in ms; `null` where that is too long. Requests that wait
   * at the same time wait once.
   */
  take(nowMs: number, waitMs: number): number | null {
    const addedMs = Math.max(0, nowMs + waitMs - Math.max(nowMs, this.#untilMs))
    if (this.#stalledMs + addedMs > this.#budget.stalledMaxMs || this.#totalMs + addedMs > this.#budget.totalMaxMs)
      return null
    this.#stalledMs += addedMs
    this.#totalMs += addedMs
    this.#untilMs = Math.max(this.#untilMs, nowMs + waitMs)
    return addedMs
  }

  /** A request was let through that had waited. */
  passed(): void {
    this.#stalledMs = 0
  }

  /** In s. */
  get waited(): number {
    return Math.round(this.#totalMs / 1_000)
  }
}
