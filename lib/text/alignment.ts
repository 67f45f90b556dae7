/**
 * Which lines of two lists correspond. `histogram.ts` or `myers.ts` marks the lines that are changed; the others
 * correspond, in order. Here the marks are moved to where git has them, and read as a list of changes.
 */
import type { Budget } from './step-budget.ts'

/**
 * Two lists of lines, equal lines as the same number, and for each line a mark: 1 where it is changed. Both lists have
 * the same number of lines without a mark.
 */
export interface Alignment {
  readonly a: Int32Array
  readonly b: Int32Array
  readonly changedA: Uint8Array
  readonly changedB: Uint8Array
}

/** Lines `start` to `end` of `a` became lines `from` to `to` of `b`. Ends are excluded; one range may be empty. */
export interface LineChange {
  readonly start: number
  readonly end: number
  readonly from: number
  readonly to: number
}

/** An alignment without any marks yet. */
export function startAlignment(a: Int32Array, b: Int32Array): Alignment {
  return { a, b, changedA: new Uint8Array(a.length), changedB: new Uint8Array(b.length) }
}

/**
 * A run of changed lines in one list. There is a group before each line without a mark and one at the end, so that both
 * lists have the same number of groups; a group may be empty.
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

  /** Goes on to the next group; `false` where this is the last one. */
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

  /** Moves the group up by a line if the line above it equals its last line. Groups that meet become one. */
  slideUp(): boolean {
    if (this.start === 0 || this.#lines[this.start - 1] !== this.#lines[this.end - 1]) return false
    this.#changed[--this.start] = 1
    this.#changed[--this.end] = 0
    this.#grow()
    return true
  }

  /** The same downwards. */
  slideDown(): boolean {
    if (this.end === this.#lines.length || this.#lines[this.start] !== this.#lines[this.end]) return false
    this.#changed[this.start++] = 0
    this.#changed[this.end++] = 1
    this.#grow()
    return true
  }
}

/**
 * Moves each group of one list as far down as equal lines let it go. A group that can stand beside a group of the other
 * list that is not empty stays beside the lowest of these. `other` always stands before the same unchanged line as
 * `group`.
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

/**
 * Moves the marks to where git has them before it merges (`xdl_change_compact` of git's xdiffi.c). Returns `false` when
 * the budget is used up.
 */
export function slideChanges({ a, b, changedA, changedB }: Alignment, budget: Budget): boolean {
  return (
    slideGroups(new Group(a, changedA), new Group(b, changedB), budget) &&
    slideGroups(new Group(b, changedB), new Group(a, changedA), budget)
  )
}

/** The marks as changes, in order. */
export function listChanges({ a, b, changedA, changedB }: Alignment): LineChange[] {
  const changes: LineChange[] = []
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
