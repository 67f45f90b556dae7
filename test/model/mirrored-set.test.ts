import { expect, test } from 'vitest'
import { everySet, formatSet, parseSet, wasMirrored } from '../../lib/model/mirrored-set.ts'
import fc from '../random.ts'

const hex = fc.stringMatching(/^[0-9a-f]{8}$/)
const set = fc.record({
  dotGithub: fc.boolean(),
  patterns: fc.option(hex),
  ignore: fc.option(fc.oneof(hex, fc.constant('unsettled'))),
})

test('a set is read as it was written, and the usual one has no name', () => {
  fc.assert(
    fc.property(set, (one) => {
      expect(parseSet(formatSet(one))).toEqual({ ...one })
    }),
  )
  expect(formatSet({ dotGithub: false, patterns: null, ignore: null })).toBeNull()
})

test.each(['dot-github folder:data', 'x', '0123456', 'mirrorignore:a dot-github', ''])(
  '%j is no set of this version',
  (value) => {
    expect(parseSet(value)).toBeNull()
    expect(wasMirrored({ dotGithub: false, patterns: null }, value)).toBe(false)
  },
)

const [one, other] = ['11111111', '22222222']
test.each([
  [{ dotGithub: false, patterns: null }, null, true],
  [{ dotGithub: false, patterns: null }, 'dot-github', true],
  [{ dotGithub: true, patterns: null }, null, false],
  [{ dotGithub: true, patterns: null }, everySet, true],
  [{ dotGithub: false, patterns: one }, null, true],
  [{ dotGithub: false, patterns: one }, one, true],
  [{ dotGithub: false, patterns: one }, other, false],
  [{ dotGithub: false, patterns: null }, one, false],
  [{ dotGithub: true, patterns: one }, `dot-github ${one} mirrorignore:${other}`, true],
  [{ dotGithub: false, patterns: null }, 'mirrorignore:unsettled', false],
])('what is mirrored now, %j, was part of %j: %s', (now, value, expected) => {
  expect(wasMirrored(now, value)).toBe(expected)
})
