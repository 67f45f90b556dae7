/** What `npm run bench` makes of its measurements; the measuring itself is not tested here. */
import { describe, expect, test } from 'vitest'
import { exitCode, formatVerdict, judge, type Breach, type Checked, type State } from '../bench/bounds.ts'
import { keepResults } from '../bench/results.ts'
import { fitExponent, fitRise, median } from '../bench/sample.ts'
import { formatFigure, formatSection, type Figure } from '../bench/table.ts'
import fc from '../random.ts'

describe('figures', () => {
  test.each<[Figure, string]>([
    [{ value: 0, unit: 'bytes' }, '0 B'],
    [{ value: 999, unit: 'bytes' }, '999 B'],
    [{ value: 1_000, unit: 'bytes' }, '1.0 kB'],
    [{ value: 999_949, unit: 'bytes' }, '999.9 kB'],
    [{ value: 999_950, unit: 'bytes' }, '1.0 MB'],
    [{ value: 2_000_000_000, unit: 'bytes' }, '2.0 GB'],
    [{ value: 999.4, unit: 'ms' }, '999 ms'],
    [{ value: 1_000, unit: 'ms' }, '1.0 s'],
    [{ value: 4_049, unit: 'requests' }, '4,049'],
    [{ value: 0.6049, unit: 'ratio' }, '0.60 x'],
    [{ value: 31, unit: 'count' }, '31'],
  ])('%o is printed as %s', (figure, expected) => {
    expect(formatFigure(figure)).toBe(expected)
  })

  test('columns are aligned, what was not measured is a dash, and a note stands at the end', () => {
    const cells = { requests: { value: 2, unit: 'requests' }, sent: { value: 20_000_000, unit: 'bytes' } } as const
    expect(
      formatSection({
        title: 'cost',
        columns: ['requests', 'sent'],
        rows: [
          { name: 'nothing to do', cells },
          { name: 'old', cells: {}, note: 'git-lfs is missing' },
        ],
      }),
    ).toBe(
      [
        'cost           requests     sent',
        'nothing to do         2  20.0 MB',
        'old                   -        -  git-lfs is missing',
      ].join('\n'),
    )
  })

  test('the median is one of the values, with as many above it as below', () => {
    expect([median([3, 1, 2]), median([10, 9]), median([])]).toEqual([2, 9, Number.NaN])
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values)
        expect(values).toContain(middle)
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2)
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2)
      }),
    )
  })
})

describe('curves', () => {
  test('the power of a curve is the slope of its logarithms, whatever it is multiplied with', () => {
    const power = fc.double({ min: -3, max: 3, noNaN: true })
    fc.assert(
      fc.property(power, fc.integer({ min: 1, max: 1_000 }), (exponent, factor) => {
        const points = [10, 100, 1_000].map((at): [number, number] => [at, factor * at ** exponent])
        expect(fitExponent(points)).toBeCloseTo(exponent)
      }),
    )
    expect(
      fitExponent([
        [10, 1],
        [100, 1],
        [1_000, 100],
      ]),
    ).toBeCloseTo(1)
  })

  const decades = [10, 100, 1_000, 10_000]
  test('what a process takes to begin with hides no growth: a line is 1, its square 2', () => {
    const rise = (value: (at: number) => number) => fitRise(decades.map((at) => [at, value(at)]))
    for (const begin of [0, 500]) {
      expect(rise((at) => begin + at)).toBeCloseTo(1, 1)
      expect(rise((at) => begin + at ** 2)).toBeCloseTo(2, 1)
      // As much for the square as for all else.
      expect(rise((at) => begin + at + at ** 2 / 10_000)).toBeGreaterThan(1.2)
    }
  })

  test('what differs by less than a fifth does not rise', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1, max: 1.2, noNaN: true }), { minLength: 4, maxLength: 4 }), (values) => {
        expect(fitRise(decades.map((at, index) => [at, values[index]!]))).toBeCloseTo(0)
      }),
    )
  })
})

test('the page keeps a section until that of its title is measured again', () => {
  const section = (title: string, value: number) => ({
    title,
    columns: ['requests', 'time'],
    rows: [{ name: 'nothing to do', cells: { requests: { value, unit: 'requests' as const } } }],
    notes: ['It asks twice.'],
  })
  const page = keepResults('', [section('one', 2), section('other', 3)], 'Then.')
  const again = keepResults(page, [section('one', 4)], 'Now.')
  expect(again).toBe(page.replace('Then.', 'Now.').replace('| 2 |', '| 4 |'))
  expect(page.match(/^(?:#|\||[A-Z]).*/gm)!.slice(-6)).toEqual([
    '## other',
    'Then.',
    '|  | requests | time |',
    '| --- | ---: | ---: |',
    '| nothing to do | 3 |  |',
    'It asks twice.',
  ])
})

describe('bounds', () => {
  const most = (value: number): Checked => ({
    name: 'in sync',
    sense: 'most',
    limit: 2,
    figure: { value, unit: 'requests' },
  })
  const least = (value: number): Checked => ({
    name: 'ratio',
    sense: 'least',
    limit: 0.6,
    target: 0.9,
    figure: { value, unit: 'ratio' },
  })
  const known: Breach = { name: 'in sync', reason: 'a listing costs one more', worst: 3 }

  test.each<[why: string, Checked, Breach[], State, 0 | 1]>([
    ['at its limit', most(2), [], 'holds', 0],
    ['above it', most(3), [], 'broken', 1],
    ['above it, and known to be', most(3), [known], 'known to be broken', 0],
    ['above the worst that is known', most(4), [known], 'broken', 1],
    ['within it, though listed as broken', most(2), [known], 'listed as broken, but holds', 1],
    ['never measured', most(Number.NaN), [], 'broken', 1],
    ['at its target', least(0.9), [], 'holds', 0],
    ['between limit and target', least(0.6), [], 'below its target', 0],
    ['below the limit', least(0.59), [], 'broken', 1],
  ])('a figure %s', (_, check, breaches, state, code) => {
    const verdicts = judge([check], breaches)
    expect([verdicts.map((verdict) => verdict.state), exitCode(verdicts)]).toEqual([[state], code])
  })

  test('one broken bound among many ends the run with 1, and so does a run without any', () => {
    expect([exitCode(judge([most(1), most(3), least(1)], [])), exitCode([])]).toEqual([1, 1])
  })

  test('a verdict names figure, limit and target, and why a breach is known', () => {
    expect(
      [...judge([most(1), most(3)], []), ...judge([most(3)], [known]), ...judge([least(0.7)], [])].map(formatVerdict),
    ).toEqual([
      'ok  in sync: 1, at most 2',
      '!!  in sync: 3, at most 2: broken',
      '!!  in sync: 3, at most 2: known to be broken (a listing costs one more)',
      '!!  ratio: 0.70 x, at least 0.60 x (target 0.90 x): below its target',
    ])
  })
})
