import type { Side } from '../model/sides.ts'

/** Replaces tokens that end before a run does. Each is replaced once, however many requests find that it has ended. */
export class TokenRenewal {
  readonly #renew: (side: Side) => Promise<string | null>
  readonly #successors = new Map<string, Promise<string | null>>()

  /** `renew` gets a new `Authorization` for a side, `null` where there is none to be had. */
  constructor(renew: (side: Side) => Promise<string | null>) {
    this.#renew = renew
  }

  /** The newest `Authorization` that replaced this one, or this one where none did. */
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
    // A new one may be one that has ended before.
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
