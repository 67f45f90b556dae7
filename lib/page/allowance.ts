/** How many bytes a page may still take: a page of any size of plan is opened in a moment. */
import type { Markup } from './html.ts'

/** What was made, and what was left out. */
export interface Fitted<T> {
  readonly made: readonly Markup[]
  readonly rest: readonly T[]
}

/** Bytes that are spent as the page is made, on what matters most first. */
export class Allowance {
  #left: number

  constructor(byteLength: number) {
    this.#left = byteLength
  }

  get left(): number {
    return Math.max(0, this.#left)
  }

  /** Lets more be spent from now on. */
  grant(byteLength: number): void {
    this.#left += byteLength
  }

  spend(piece: Markup): Markup {
    this.#left -= Buffer.byteLength(piece.text)
    return piece
  }

  /** As many of the items, in their order, as `byteLength` of what is left has room for. */
  fit<T>(items: readonly T[], make: (item: T) => Markup, byteLength: number): Fitted<T> {
    const made: Markup[] = []
    let room = Math.min(byteLength, this.left)
    for (const item of items) {
      const piece = make(item)
      room -= Buffer.byteLength(piece.text)
      if (room < 0) break
      made.push(this.spend(piece))
    }
    return { made, rest: items.slice(made.length) }
  }
}
