/** How long a run waits for the limits of services. */
export interface Budget {
  /** The longest time of waiting without a request that the service lets through, unless it has asked for a longer one. */
  readonly stalledMaxMs: number
  /** All waits of the run together. */
  readonly totalMaxMs: number
}

/** A little more than one of the Hub's windows of five minutes (its docs, "Rate limits"). */
const stalledMaxMs = 400_000
/** `--max-wait` where it is not given: GitHub's windows of a minute for writes, and two of the Hub's. */
export const maxWaitMsDefault = 900_000
/** Requests that wait for the same limit may be told ends that differ by this. */
const sameMs = 2_000

/** What the waits for all services come to. */
export interface Waited {
  totalMs: number
  untilMs: number
}

/** What is left of a budget, for one service. `waited` is shared with the other one: waits at the same time count once. */
export class WaitBudget {
  readonly #budget: Budget
  readonly #waited: Waited
  #stalledMs = 0

  constructor(budget: Partial<Budget> = {}, waited: Waited = { totalMs: 0, untilMs: -Infinity }) {
    this.#budget = { stalledMaxMs, totalMaxMs: maxWaitMsDefault, ...budget }
    this.#waited = waited
  }

  /**
   * Takes a wait that begins at `nowMs` from the budget, as far as no other wait covers the same time. Returns how many ms
   * were taken; `null`, and takes nothing, where too little is left. A service that lets nothing through after a wait gets
   * little more time.
   */
  take(nowMs: number, waitMs: number): number | null {
    const waited = this.#waited
    const { stalledMaxMs: most, totalMaxMs } = this.#budget
    const addedMs = Math.max(0, nowMs + waitMs - Math.max(nowMs, waited.untilMs))
    const isAnother = addedMs === waitMs || addedMs > sameMs
    const isStalled = this.#stalledMs > 0 && isAnother && this.#stalledMs + addedMs > most
    if (isStalled || waited.totalMs + addedMs > totalMaxMs) return null
    this.#stalledMs += addedMs
    waited.totalMs += addedMs
    waited.untilMs = Math.max(waited.untilMs, nowMs + waitMs)
    return addedMs
  }

  /** To be called when the service has answered a request that had waited. */
  passed(): void {
    this.#stalledMs = 0
  }
}
