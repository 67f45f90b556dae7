import { describe, expect, test } from 'vitest'
import { startAlignment, slideChanges } from '../../lib/text/alignment.ts'
import { alignByHistogram } from '../../lib/text/histogram.ts'
import { alignByMyers } from '../../lib/text/myers.ts'
import { Budget } from '../../lib/text/step-budget.ts'
import { createRandom } from '../random.ts'

test('a budget gives what it has and not a step more', () => {
  const budget = new Budget(10)
  expect([budget.spend(4), budget.spend(6), budget.spend(0), budget.spend(1), budget.spend(0)]).toEqual([
    true,
    true,
    true,
    false,
    false,
  ])
})

const range = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index)
const repeat = (count: number, ...lines: number[]) =>
  Array.from({ length: count }, (_, index) => lines[index % lines.length]!)

describe.each([
  ['histogram', alignByHistogram],
  ['Myers', alignByMyers],
])('aligned by %s', (_, align) => {
  const isEnough = (a: readonly number[], b: readonly number[], steps: number) => {
    const alignment = startAlignment(Int32Array.from(a), Int32Array.from(b))
    const budget = new Budget(steps)
    return align(alignment, budget) && slideChanges(alignment, budget)
  }

  test.each<[name: string, a: number[], b: number[], least: number, most: number]>([
    ['equal lists cost some steps a line', range(10_000), range(10_000), 10_000, 1_000_000],
    [
      'a few edits cost little more',
      range(10_000),
      range(10_000).with(10, -1).with(5000, -2).toSpliced(9000, 0, -3),
      10_000,
      1_000_000,
    ],
    [
      'edits in one line over and over cost some hundreds of steps a line',
      repeat(10_000, 1),
      repeat(10_000, 1).with(10, 2).with(9000, 2),
      10_000,
      5_000_000,
    ],
    ['a rewrite to other lines costs as little', range(10_000), range(10_000, 20_000), 10_000, 1_000_000],
  ])('%s', (__, a, b, least, most) => {
    const [from, to] = [a, b].map((lines) => lines.map((line) => (line < 0 ? 50_000 - line : line))) as [
      number[],
      number[],
    ]
    expect(isEnough(from, to, least)).toBe(false)
    expect(isEnough(from, to, most)).toBe(true)
  })

  test('what takes the time squared is given up in time', () => {
    const draw = (seed: number, variety: number) => {
      const random = createRandom(seed)
      return Array.from({ length: 100_000 }, () => random(variety))
    }
    expect(isEnough(draw(1, 50), draw(2, 50), 50_000_000)).toBe(false)
    expect(isEnough(repeat(100_000, ...range(61)), repeat(100_000, ...range(53, 7), ...range(8)), 10_000_000)).toBe(
      false,
    )
  })
})
