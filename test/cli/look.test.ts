/** How a report is to look. */
import { expect, test } from 'vitest'
import { chooseLook } from '../../lib/cli/look.ts'
import { colors } from '../../lib/report/paint.ts'

test.each([
  ['auto', {}, true, true],
  ['auto', {}, false, false],
  ['auto', { NO_COLOR: '1' }, true, false],
  ['auto', { NO_COLOR: '' }, true, true],
  ['auto', { TERM: 'dumb' }, true, false],
  ['auto', { FORCE_COLOR: '1' }, false, true],
  ['auto', { FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
  ['auto', { FORCE_COLOR: '0' }, true, false],
  ['always', { NO_COLOR: '1' }, false, true],
  ['never', { FORCE_COLOR: '1' }, true, false],
] as const)('--color %s with %j, a terminal: %j, has colours: %j', (color, env, isTerminal, expected) => {
  expect(chooseLook({ color }, env, isTerminal ? 80 : null, 0).paint === colors).toBe(expected)
})

test.each([
  [null, 80, Infinity],
  [80, 80, 80],
  [200, 120, 120],
  [20, 80, 80],
])('a terminal of %j columns gets lines of %i, and sentences of %d', (columns, width, sentenceWidth) => {
  expect(chooseLook({ color: 'auto' }, {}, columns, 0)).toMatchObject({ width, sentenceWidth })
})
