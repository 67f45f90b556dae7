/**
 * What a merge may cost. It is counted in steps of about 2.5 ns and never by a clock, so that the same texts always end
 * the same way. Functions that spend from it stop, and say so, when it is used up.
 */
export class Budget {
  #left: number

  constructor(steps: number) {
    this.#left = steps
  }

  /** Takes the steps away; `false` when fewer than that were left. */
  spend(steps: number): boolean {
    this.#left -= steps
    return this.#left >= 0
  }
}
