/** What comparisons of lists may cost in all: counted in steps, never by a clock, and given up in time. */
export class Budget {
  #left: number

  constructor(steps: number) {
    this.#left = steps
  }

  /** Takes steps away; `false` when there were not as many left. */
  spend(steps: number): boolean {
    this.#left -= steps
    return this.#left >= 0
  }
}
