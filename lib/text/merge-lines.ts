/**
 * Combines what two sides made of a list of lines (as numbers, equal ones the same).
 *
 * Which lines of a version stand for which of the base was decided before, as git decides it (`alignment.ts`). What is
 * left is the rule of every three-way merge, for one chunk at a time: what both sides made alike or one side alone changed
 * is merged, and all else is a conflict. Decision 0011.
 */
import { mapSides, sides, valuesOf, type Side, type Sides } from '../model/sides.ts'
import type { LineChange } from './alignment.ts'
import type { Budget } from './step-budget.ts'

/** A side's list, and its changes of the base in order. */
export interface Version {
  readonly lines: Int32Array
  readonly changes: readonly LineChange[]
}

/**
 * A part of the base that was changed, and what each side has there (an unstable chunk of diff3). `line` is 0-based, in
 * the base.
 */
export interface Chunk extends Sides<Int32Array> {
  readonly line: number
  readonly base: Int32Array
}

/** Steps of the budget for a chunk. */
const chunkCost = 700

/** Whether two lists hold the same lines. */
export function isSame(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index])
}

/** The chunks in order. Changes of the two sides that overlap or touch are one chunk, as they are to git. */
function* listChunks(base: Int32Array, versions: Sides<Version>): Generator<Chunk> {
  const next: Record<Side, number> = mapSides(() => 0)
  /** How much further down than in the base a side's lines stand, behind the changes that were passed. */
  const shift: Record<Side, number> = mapSides(() => 0)
  const startOf = (side: Side) => versions[side].changes[next[side]]?.start ?? Infinity
  for (let line = 0; (line = Math.min(...sides.map(startOf))) < Infinity;) {
    const before = { ...shift }
    let end = line
    for (let side: Side | undefined; (side = sides.find((each) => startOf(each) <= end));) {
      const change = versions[side].changes[next[side]++]!
      end = Math.max(end, change.end)
      shift[side] = change.to - change.end
    }
    const cut = (side: Side) => versions[side].lines.subarray(line + before[side], end + shift[side])
    yield { line, base: base.subarray(line, end), ...mapSides(cut) }
  }
}

/** What the merge has in the place of a chunk, or `null` for a conflict. */
function pickLines(chunk: Chunk): Int32Array | null {
  const [a, b] = valuesOf(chunk)
  if (isSame(a, chunk.base)) return b
  return isSame(b, chunk.base) || isSame(a, b) ? a : null
}

function join(parts: readonly Int32Array[]): Int32Array {
  const lines = new Int32Array(parts.reduce((length, part) => length + part.length, 0))
  let length = 0
  for (const part of parts) {
    lines.set(part, length)
    length += part.length
  }
  return lines
}

/**
 * The merged lines, or the chunks where both sides changed the base in different ways; `null` when the budget is used
 * up. `unite` gives the lines of such a chunk, so that none is left.
 */
export function mergeLines(
  base: Int32Array,
  versions: Sides<Version>,
  budget: Budget,
  unite: ((chunk: Chunk) => Int32Array) | null = null,
): { merged: Int32Array } | { conflicts: Chunk[] } | null {
  const merged: Int32Array[] = []
  const conflicts: Chunk[] = []
  let done = 0
  for (const chunk of listChunks(base, versions)) {
    if (!budget.spend(chunkCost)) return null
    const lines = pickLines(chunk) ?? unite?.(chunk)
    if (lines) merged.push(base.subarray(done, chunk.line), lines)
    else conflicts.push(chunk)
    done = chunk.line + chunk.base.length
  }
  return conflicts.length > 0 ? { conflicts } : { merged: join([...merged, base.subarray(done)]) }
}
