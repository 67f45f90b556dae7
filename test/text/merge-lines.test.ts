/** The merge of one place after the other, against `node-diff3` on the whole lists. */
import { diff3Merge } from 'node-diff3'
import { describe, expect, test } from 'vitest'
import { sides, valuesOf, mapSides, type Sides } from '../../lib/model/sides.ts'
import { listChanges, slideChanges, startAlignment } from '../../lib/text/alignment.ts'
import { alignByHistogram } from '../../lib/text/histogram.ts'
import { isSame, mergeLines, type Chunk, type Version } from '../../lib/text/merge-lines.ts'
import { alignByMyers } from '../../lib/text/myers.ts'
import { Budget } from '../../lib/text/step-budget.ts'
import fc, { runs } from '../random.ts'
import { kinds } from './trios.ts'

const plenty = () => new Budget(Infinity)

function readLists(texts: readonly string[]): Int32Array[] {
  const numbers = new Map<string, number>()
  const numberOf = (line: string) => numbers.get(line) ?? numbers.set(line, numbers.size).size - 1
  return texts.map((text) => Int32Array.from(text.match(/[^\n]*\n|[^\n]+$/g) ?? [], numberOf))
}

function readVersion(align: typeof alignByMyers, base: Int32Array, lines: Int32Array): Version {
  const alignment = startAlignment(base, lines)
  expect(align(alignment, plenty()) && slideChanges(alignment, plenty())).toBe(true)
  const changes = listChanges(alignment)
  // A change that left a place as it was would be no change to `node-diff3`, and be one to git.
  for (const { start, end, from, to } of changes)
    expect(isSame(base.subarray(start, end), lines.subarray(from, to))).toBe(false)
  return { lines, changes }
}

/**
 * The same merge by `node-diff3` alone. Each element of a list is a number of its own, so that there is only one way to
 * align the lists: one that a side kept is the base's.
 */
function mergeWhole(base: Int32Array, versions: Sides<Version>): ReturnType<typeof mergeLines> {
  const lineOf: number[] = []
  const add = (lines: Int32Array) => Array.from(lines, (line) => lineOf.push(line) - 1)
  const elements = add(base)
  const [a, b] = valuesOf(versions).map(({ lines, changes }) =>
    changes
      .toReversed()
      .reduce(
        (list, { start, end, from, to }) => list.toSpliced(start, end - start, ...add(lines.subarray(from, to))),
        elements,
      ),
  )
  const read = (list: readonly number[]) => Int32Array.from(list, (element) => lineOf[element]!)
  const merged: number[] = []
  const conflicts: Chunk[] = []
  for (const { ok, conflict } of diff3Merge(a!, elements, b!)) {
    const place = conflict && {
      line: conflict.oIndex,
      base: read(conflict.o),
      github: read(conflict.a),
      huggingface: read(conflict.b),
    }
    if (place && !isSame(...valuesOf(place))) conflicts.push(place)
    else merged.push(...(ok ? read(ok) : place!.github))
  }
  return conflicts.length > 0 ? { conflicts } : { merged: Int32Array.from(merged) }
}

describe.each([
  ['histogram', alignByHistogram],
  ['Myers', alignByMyers],
])('aligned by %s', (_, align) => {
  test.each(Object.entries(kinds))('place by place is as the whole at once: %s', (__, trio) => {
    let conflicts = 0
    let merges = 0
    fc.assert(
      fc.property(trio, ({ base: text, sides: texts }) => {
        const [base, ...lists] = readLists([text, ...valuesOf(texts)])
        const versions = mapSides((side) => readVersion(align, base!, lists[sides.indexOf(side)]!))
        const result = mergeLines(base!, versions, plenty())
        expect(result).toEqual(mergeWhole(base!, versions))
        if (result && 'merged' in result) merges += 1
        else conflicts += 1
      }),
      { numRuns: runs(60) },
    )
    expect(Math.min(conflicts, merges)).toBeGreaterThan(0)
  })
})

test('a merge of more places than its budget allows is given up', () => {
  const base = Int32Array.from({ length: 1_000 }, (_, index) => index)
  const changes = Array.from({ length: 500 }, (_, index) => ({ start: 2 * index, end: 2 * index + 1, from: 0, to: 0 }))
  const versions = { github: { lines: base, changes: [] }, huggingface: { lines: base, changes } }
  expect(mergeLines(base, versions, new Budget(10_000))).toBeNull()
})
