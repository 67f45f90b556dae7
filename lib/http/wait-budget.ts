/** How long a run waits for the limits of one service. */
export interface Budget {
  /** The longest time of waiting without a request that the service lets through. */
  readonly stalledMaxMs: number
  /** All waits of the run together. */
  readonly totalMaxMs: number
}

/**
 * A run waits for the Hub's windows of five minutes (its docs, "Rate limits") and for GitHub's windows of a minute for
 * writes, not for GitHub's hourly limit.
 */
const budgetDefault: Budget = { stalledMaxMs: 400_000, totalMaxMs: 1_800_000 }

/** What is left of a budget. */
export class WaitBudget {
  readonly #budget: Budget
  #stalledMs = 0
  #totalMs = 0
  #untilMs = -Infinity

  constructor(budget: Budget = budgetDefault) {
    this.#budget = budget
  }

  /**
   * Takes a wait that begins at `nowMs` from the budget, as far as no other wait covers the same time. Returns how many ms
   * were taken; `null`, and takes nothing, where too little is left.
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

  /** To be called when the service has answered a request that had waited. */
  passed(): void {
    this.#stalledMs = 0
  }

  /** All waits so far, in seconds. */
  get waited(): number {
    return Math.round(this.#totalMs / 1_000)
  }
}
