import { describe, expect, test } from 'vitest'
import { slideChanges, startAlignment } from '../lib/alignment.ts'
import { Budget } from '../lib/diff-cost.ts'
import { alignByHistogram } from '../lib/histogram.ts'
import { alignByMyers } from '../lib/myers.ts'
import { hasGit, readDiffs } from './git-judge.ts'

/** The same numbers between 0 and 1 every time. */
function startRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Two lists of so many lines out of so many different ones. */
type Make = (length: number, variety: number, random: () => number) => [a: number[], b: number[]]

const makeList = (length: number, variety: number, random: () => number) => Array.from({ length }, () => Math.floor(random() * variety))

function cutBlocks(lines: readonly number[], random: () => number): number[][] {
  const blocks: number[][] = []
  for (let at = 0; at < lines.length; at += blocks.at(-1)!.length) blocks.push(lines.slice(at, at + 1 + Math.floor(random() * 60)))
  return blocks
}

const makers: Record<string, Make> = {
  'nothing in common but by chance': (length, variety, random) => [makeList(length, variety, random), makeList(length, variety, random)],
  'every fourth line edited': (length, variety, random) => {
    const a = makeList(length, variety, random)
    const put = () => Math.floor(random() * variety * 1.5)
    return [a, a.flatMap((line) => [[], [line, put()], [put()], [line]][Math.min(3, Math.floor(random() * 12))]!)]
  },
  'blocks taken out, doubled or written anew': (length, variety, random) => {
    const a = makeList(length, variety, random)
    return [a, cutBlocks(a, random).flatMap((block) => [[], [...block, ...block], makeList(100, variety, random), block][Math.min(3, Math.floor(random() * 6))]!)]
  },
  'blocks in another order': (length, variety, random) => {
    const a = makeList(length, variety, random)
    return [a, cutBlocks(a, random).map((block) => ({ block, order: random() })).toSorted((one, other) => one.order - other.order).flatMap(({ block }) => block)]
  },
}

const pairs = Object.entries(makers).flatMap(([name, make]) => [600, 3000, 8000].flatMap((length) => [2, 10, 100, length / 20, length / 3, length * 2].map((variety) => {
  const [a, b] = make(length, variety, startRandom(length + variety))
  return { name: `${name}: ${length} lines out of ${variety}`, a, b }
})))

const write = (lines: readonly number[]) => lines.map((line) => `${line}\n`).join('')
const listMarked = (marks: Uint8Array) => [...marks.keys()].filter((index) => marks[index] === 1)

/** Long texts: with more than a few hundred changes git no longer searches the shortest way but guesses, and its guesses decide as well. */
describe.skipIf(!hasGit)('long lists of lines', () => {
  test.each([['histogram', alignByHistogram], ['myers', alignByMyers]] as const)('are aligned as git aligns them: %s', (algorithm, align) => {
    const diffs = readDiffs(pairs.map(({ a, b }) => ({ a: write(a), b: write(b) })), algorithm)
    for (const [index, { name, a, b }] of pairs.entries()) {
      const alignment = startAlignment(Int32Array.from(a), Int32Array.from(b))
      const budget = new Budget(Infinity)
      expect(align(alignment, budget) && slideChanges(alignment, budget)).toBe(true)
      expect([listMarked(alignment.changedA), listMarked(alignment.changedB)], name).toEqual([[...diffs[index]!.a], [...diffs[index]!.b]])
    }
  }, 60_000)
})
