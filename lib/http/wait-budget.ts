/** How long a run waits for the limits of one service. */
export interface Budget {
  /** The longest wait in which no request is let through. */
  readonly stalledMaxMs: number
  /** All waits together. */
  readonly totalMaxMs: number
}

/**
 * The Hub counts requests in windows of five minutes (its docs, "Rate limits"), GitHub writes in windows of a minute: a run
 * waits for those. GitHub's hourly limit is left to the next run.
 */
const budgetDefault: Budget = { stalledMaxMs: 400_000, totalMaxMs: 1_800_000 }

/** What is left of a budget. It knows no clock: who asks tells the time. */
export class WaitBudget {
  readonly #budget: Budget
  #stalledMs = 0
  #totalMs = 0
  #untilMs = -Infinity

  constructor(budget: Budget = budgetDefault) {
    this.#budget = budget
  }

  /**
   * Takes a wait that begins now from the budget. Returns by how many ms it is longer than the waits under way, since
   * requests that wait at the same time count once; `null`, and takes nothing, where the budget is too small.
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

  /** To be told when a request that had waited was let through. */
  passed(): void {
    this.#stalledMs = 0
  }

  /** All waits so far, in seconds. */
  get waited(): number {
    return Math.round(this.#totalMs / 1_000)
  }
}
