/** The last look at a head before the other side is written. */
import type { Remote } from '../model/remote.ts'
import type { Side, Sides } from '../model/sides.ts'

/** How long an answer counts: as long as the questions take that a plan of a few files still asks. */
const freshMs = 1_000

/** Asks for heads while a plan still waits for other answers, so that its first write need not wait for this one. */
export class FreshHeads {
  readonly #remotes: Sides<Remote>
  readonly #now: () => number
  readonly #asked = new Map<Side, { readonly head: Promise<string | null>; readonly askedMs: number }>()

  constructor(remotes: Sides<Remote>, now: () => number) {
    this.#remotes = remotes
    this.#now = now
  }

  /** Asks for the head of a side ahead. */
  expect = (side: Side): void => {
    const head = this.#remotes[side].readHead()
    // Who needs it is told; a plan that ends before does not.
    head.catch(() => {})
    this.#asked.set(side, { head, askedMs: this.#now() })
  }

  /** The head of a side, as it was asked for a moment ago, or asked for now. */
  read(side: Side): Promise<string | null> {
    const asked = this.#asked.get(side)
    this.#asked.delete(side)
    return asked && this.#now() - asked.askedMs <= freshMs ? asked.head : this.#remotes[side].readHead()
  }
}
