/**
 * Which lines of two lists stand for one another: those that are not marked as changed, in order. The marks are made by
 * `histogram.ts` or `myers.ts`; here they are moved to where git shows them, and read.
 */
import type { Budget } from './step-budget.ts'

/**
 * Two lists of lines, as numbers, and a mark (1) for every line that is changed. Both have as many lines without a
 * mark.
 */
export interface Alignment {
  readonly a: Int32Array
  readonly b: Int32Array
  readonly changedA: Uint8Array
  readonly changedB: Uint8Array
}

/**
 * Lines `start` to `end` of `a` became lines `from` to `to` of `b`; the ends are not included, and one of both ranges
 * may be empty.
 */
export interface Change {
  readonly start: number
  readonly end: number
  readonly from: number
  readonly to: number
}

export function startAlignment(a: Int32Array, b: Int32Array): Alignment {
  return { a, b, changedA: new Uint8Array(a.length), changedB: new Uint8Array(b.length) }
}

/**
 * Changed lines that follow one another, maybe none: there is such a group before every line without a mark, and one at
 * the end.
 */
class Group {
  readonly #lines: Int32Array
  readonly #changed: Uint8Array
  start = 0
  end = 0

  constructor(lines: Int32Array, changed: Uint8Array) {
    this.#lines = lines
    this.#changed = changed
    this.#grow()
  }

  get length(): number {
    return this.end - this.start
  }

  #grow(): void {
    while (this.end < this.#lines.length && this.#changed[this.end] === 1) this.end++
    while (this.start > 0 && this.#changed[this.start - 1] === 1) this.start--
  }

  next(): boolean {
    if (this.end === this.#lines.length) return false
    this.start = this.end += 1
    this.#grow()
    return true
  }

  previous(): void {
    this.end = this.start -= 1
    this.#grow()
  }

  /** Moves a line up if the line above is equal to the last; groups that meet become one. */
  slideUp(): boolean {
    if (this.start === 0 || this.#lines[this.start - 1] !== this.#lines[this.end - 1]) return false
    this.#changed[--this.start] = 1
    this.#changed[--this.end] = 0
    this.#grow()
    return true
  }

  slideDown(): boolean {
    if (this.end === this.#lines.length || this.#lines[this.start] !== this.#lines[this.end]) return false
    this.#changed[this.start++] = 0
    this.#changed[this.end++] = 1
    this.#grow()
    return true
  }
}

/**
 * Moves each group of `a` as far down as equal lines let it, or, if it can stand beside changed lines of `b`, as far
 * down as it still does. The other group always is the one before the same unchanged line.
 */
function slideGroups(group: Group, other: Group, budget: Budget): boolean {
  do {
    if (!budget.spend(1)) return false
    if (group.length === 0) continue
    let length: number
    let meets: boolean
    do {
      length = group.length
      while (group.slideUp()) other.previous()
      meets = other.length > 0
      let moved = 0
      for (; group.slideDown(); moved++) {
        other.next()
        meets ||= other.length > 0
      }
      if (!budget.spend(2 * moved)) return false
    } while (length !== group.length)
    if (meets) {
      while (other.length === 0) {
        group.slideUp()
        other.previous()
      }
    }
  } while (group.next() && other.next())
  return true
}

/** Moves all marks to where git has them before it merges; `false` when the budget is used up. */
export function slideChanges({ a, b, changedA, changedB }: Alignment, budget: Budget): boolean {
  return (
    slideGroups(new Group(a, changedA), new Group(b, changedB), budget) &&
    slideGroups(new Group(b, changedB), new Group(a, changedA), budget)
  )
}

export function listChanges({ a, b, changedA, changedB }: Alignment): Change[] {
  const changes: Change[] = []
  for (let [start, from] = [0, 0]; start < a.length || from < b.length; start++, from++) {
    let [end, to] = [start, from]
    while (changedA[end] === 1) end++
    while (changedB[to] === 1) to++
    if (end > start || to > from) changes.push({ start, end, from, to })
    start = end
    from = to
  }
  return changes
}
