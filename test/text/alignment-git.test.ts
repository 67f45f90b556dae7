import { describe, expect, test } from 'vitest'
import { slideChanges, startAlignment } from '../../lib/text/alignment.ts'
import { alignByHistogram } from '../../lib/text/histogram.ts'
import { alignByMyers } from '../../lib/text/myers.ts'
import { Budget } from '../../lib/text/step-budget.ts'
import { hasGit, readDiffs } from '../git-judge.ts'
import { createRandom } from '../random.ts'

/** Numbers between 0 and 1. */
function startRandom(seed: number): () => number {
  const random = createRandom(seed)
  return () => random(2 ** 32) / 2 ** 32
}

/** Two lists of so many lines out of so many different ones. */
type Make = (length: number, variety: number, random: () => number) => [a: number[], b: number[]]

const makeList = (length: number, variety: number, random: () => number) =>
  Array.from({ length }, () => Math.floor(random() * variety))

function cutBlocks(lines: readonly number[], random: () => number): number[][] {
  const blocks: number[][] = []
  for (let at = 0; at < lines.length; at += blocks.at(-1)!.length)
    blocks.push(lines.slice(at, at + 1 + Math.floor(random() * 60)))
  return blocks
}

const makers: Record<string, Make> = {
  'nothing in common but by chance': (length, variety, random) => [
    makeList(length, variety, random),
    makeList(length, variety, random),
  ],
  'every fourth line edited': (length, variety, random) => {
    const a = makeList(length, variety, random)
    const put = () => Math.floor(random() * variety * 1.5)
    return [a, a.flatMap((line) => [[], [line, put()], [put()], [line]][Math.min(3, Math.floor(random() * 12))]!)]
  },
  'blocks taken out, doubled or written anew': (length, variety, random) => {
    const a = makeList(length, variety, random)
    return [
      a,
      cutBlocks(a, random).flatMap(
        (block) =>
          [[], [...block, ...block], makeList(100, variety, random), block][Math.min(3, Math.floor(random() * 6))]!,
      ),
    ]
  },
  'blocks in another order': (length, variety, random) => {
    const a = makeList(length, variety, random)
    return [
      a,
      cutBlocks(a, random)
        .map((block) => ({ block, order: random() }))
        .toSorted((one, other) => one.order - other.order)
        .flatMap(({ block }) => block),
    ]
  },
}

const varied = Object.entries(makers).flatMap(([name, make]) =>
  [600, 3000, 8000].flatMap((length) =>
    [2, 10, 100, length / 20, length / 3, length * 2].map((variety) => {
      const [a, b] = make(length, variety, startRandom(length + variety))
      return { name: `${name}: ${length} lines out of ${variety}`, a, b }
    }),
  ),
)

/**
 * Long stretches that are equal, between others that have nothing in common but single lines. In both lists together
 * they have more than 65,536 lines: only then does git's search follow a stretch before it takes what it has.
 */
const stretches = [1, 2, 3, 4].map((seed) => {
  const random = startRandom(seed)
  const parts = Array.from({ length: 14 }, (_, part) => {
    const noise = () => makeList(400 + Math.floor(random() * 800), 30, random)
    const stretch = Array.from(
      { length: 20 + Math.floor(random() * 4000) },
      (__, index) => 1000 + part * 10_000 + index,
    )
    return random() < 0.5
      ? { a: [...noise(), ...stretch], b: [...noise(), ...stretch] }
      : { a: [...stretch, ...noise()], b: [...stretch, ...noise()] }
  })
  return { name: `stretches ${seed}`, a: parts.flatMap(({ a }) => a), b: parts.flatMap(({ b }) => b) }
})

/** Among lines that are new, some that are everywhere: from a certain share on git looks at them, below it does not. */
const fillers = Array.from({ length: 40 }, (_, seed) => {
  const random = startRandom(seed)
  let fresh = 100
  const share = 0.05 + 0.3 * random()
  const write = () =>
    Array.from({ length: 20 + Math.floor(random() * 300) }, () =>
      random() < share ? Math.floor(random() * 3) : fresh++,
    )
  const [top, middle, end] = [write(), write(), write()]
  return {
    name: `fillers ${seed}`,
    a: [...top, ...write(), ...middle, ...write(), ...end],
    b: [...top, ...write(), ...middle, ...write(), ...end],
  }
})

/** Lines that occur as often as a line may at the most to begin with, or once less or more. */
const counts = [62, 63, 64, 65, 66].flatMap((count) =>
  [1, 3, 10].map((variety) => {
    const random = startRandom(count * variety)
    const shuffle = () =>
      Array.from({ length: count * variety }, (_, index) => ({ line: index % variety, order: random() }))
        .toSorted((one, other) => one.order - other.order)
        .map(({ line }) => line)
    return { name: `${variety} lines, each ${count} times`, a: shuffle(), b: [variety, ...shuffle(), variety + 1] }
  }),
)

const short = Array.from({ length: 400 }, (_, seed) => {
  const random = startRandom(seed)
  return {
    name: `short ${seed}`,
    a: makeList(20 + seed / 10, 3 + (seed % 4), random),
    b: makeList(20 + seed / 10, 3 + (seed % 4), random),
  }
})

const pairs = [...varied, ...stretches, ...fillers, ...counts, ...short]

const write = (lines: readonly number[]) => lines.map((line) => `${line}\n`).join('')
const listMarked = (marks: Uint8Array) => [...marks.keys()].filter((index) => marks[index] === 1)

/**
 * Long texts: with more than a few hundred changes git no longer searches the shortest way but guesses, and its guesses
 * decide as well.
 */
describe.skipIf(!hasGit)('lists of lines', () => {
  test.each([
    ['histogram', alignByHistogram],
    ['myers', alignByMyers],
  ] as const)(
    'are aligned as git aligns them: %s',
    (algorithm, align) => {
      const diffs = readDiffs(
        pairs.map(({ a, b }) => ({ a: write(a), b: write(b) })),
        algorithm,
      )
      for (const [index, { name, a, b }] of pairs.entries()) {
        const alignment = startAlignment(Int32Array.from(a), Int32Array.from(b))
        const budget = new Budget(Infinity)
        expect(align(alignment, budget) && slideChanges(alignment, budget)).toBe(true)
        expect([listMarked(alignment.changedA), listMarked(alignment.changedB)], name).toEqual([
          [...diffs[index]!.a],
          [...diffs[index]!.b],
        ])
      }
    },
    60_000,
  )
})
