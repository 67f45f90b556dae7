/** What stands in for tokens that end before a run does. */
import type { Side } from '../model/sides.ts'

/** For each side's `Authorization` that has ended, the one that followed it; each is asked for once. */
export class TokenRenewal {
  readonly #renew: (side: Side) => Promise<string | null>
  readonly #successors = new Map<string, Promise<string | null>>()

  /** `renew` gives the `Authorization` to use instead of one that was answered with 401, `null` where there is none. */
  constructor(renew: (side: Side) => Promise<string | null>) {
    this.#renew = renew
  }

  /** The latest `Authorization` that is known to follow this one, or this one itself. */
  async latest(side: Side, authorization: string | null): Promise<string | null> {
    for (let current = authorization; ;) {
      const next = (await this.#successors.get(keyOf(side, current))) ?? null
      if (next === null) return current
      current = next
    }
  }

  /** The `Authorization` to use instead of this one, which was answered with 401; `null` where there is none. */
  async replace(side: Side, ended: string | null): Promise<string | null> {
    const key = keyOf(side, ended)
    // What has ended already is no replacement.
    if (!this.#successors.has(key))
      this.#successors.set(
        key,
        this.#renew(side).then((next) => (this.#successors.has(keyOf(side, next)) ? null : next)),
      )
    return (await this.#successors.get(key)) ?? null
  }
}

function keyOf(side: Side, authorization: string | null): string {
  return `${side} ${authorization}`
}
