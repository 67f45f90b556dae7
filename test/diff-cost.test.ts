import Onp from 'diff3/onp.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countDiffSteps } from '../lib/diff-cost.ts'

const range = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index)

test.each<[name: string, a: number[], b: number[], least: number, most: number]>([
  ['equal lists cost a step a line', range(1000), range(1000), 1000, 1100],
  ['one edit costs little more', range(1000), range(1000).with(500, -1), 1000, 1200],
  ['a total rewrite costs a step a pair', range(1000), range(1000, 5000), 1_000_000, 1_100_000],
  ['an insertion costs its length', range(10), [...range(10), ...range(1000, 50)], 1000, 1100],
  ['every run of equal lines costs what is kept of it', range(100), range(100).map((line) => line % 10 === 0 ? -line - 1 : line), 390, 2000],
  ['nothing costs next to nothing', [], [], 1, 1],
])('%s', (_, a, b, least, most) => {
  for (const steps of [countDiffSteps(a, b, Infinity), countDiffSteps(b, a, Infinity)]) {
    expect(steps).toBeGreaterThanOrEqual(least)
    expect(steps).toBeLessThanOrEqual(most)
  }
})

test('gives up at the bound', () => {
  expect(countDiffSteps(range(1000), range(1000, 5000), 999_999)).toBe(Infinity)
  expect(countDiffSteps(range(20_000), range(20_000, 50_000), 1000)).toBe(Infinity)
})

test('what the comparison calls equal is equal, for any lists', () => {
  const list = fc.array(fc.nat(4), { maxLength: 12 })
  fc.assert(fc.property(list, list, (a, b) => {
    const rebuilt = new Onp(a, b).compose().toReversed().reduce((lines, { file1, file2 }) => lines.toSpliced(file1[0], file1[1], ...b.slice(file2[0], file2[0] + file2[1])), a)
    expect(rebuilt).toEqual(b)
    expect(countDiffSteps(a, b, Infinity)).toBeLessThan(Infinity)
  }))
})
