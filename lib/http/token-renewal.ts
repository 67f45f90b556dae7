import type { Side } from '../model/sides.ts'

/** Replaces tokens that expire during a run. A token is replaced once, even if several requests are refused with it. */
export class TokenRenewal {
  readonly #renew: (side: Side) => Promise<string | null>
  readonly #successors = new Map<string, Promise<string | null>>()

  /** `renew` gets a new value of `Authorization` for a side; `null` where there is none. */
  constructor(renew: (side: Side) => Promise<string | null>) {
    this.#renew = renew
  }

  /** The newest value that has replaced this one, or this one. */
  async latest(side: Side, authorization: string | null): Promise<string | null> {
    for (let current = authorization; ;) {
      const next = (await this.#successors.get(keyOf(side, current))) ?? null
      if (next === null) return current
      current = next
    }
  }

  /** The value to use instead of `ended`, which was answered with 401; `null` where there is none. */
  async replace(side: Side, ended: string | null): Promise<string | null> {
    const key = keyOf(side, ended)
    // `renew` may return a token that has expired before: that is none.
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
