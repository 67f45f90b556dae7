import { expect, test } from 'vitest'
import { everySet, formatSet, parseSet, wasMirrored } from '../../lib/model/mirrored-set.ts'
import fc from '../random.ts'

const usual = { dotGithub: false, frontMatter: false, paths: null, patterns: null }
const hex = fc.stringMatching(/^[0-9a-f]{8}$/)
const set = fc.record({
  dotGithub: fc.boolean(),
  frontMatter: fc.boolean(),
  paths: fc.option(hex),
  patterns: fc.option(hex),
  ignore: fc.option(fc.oneof(hex, fc.constant('unsettled'))),
})

test('a set is read as it was written, and the usual one has no name', () => {
  fc.assert(
    fc.property(set, (one) => {
      expect(parseSet(formatSet(one))).toEqual({ ...one })
    }),
  )
  expect(formatSet({ ...usual, ignore: null })).toBeNull()
})

test.each(['dot-github folder:data', 'x', '0123456', 'mirrorignore:a dot-github', ''])(
  '%j is no set of this version',
  (value) => {
    expect(parseSet(value)).toBeNull()
    expect(wasMirrored(usual, value)).toBe(false)
  },
)

const [one, other] = ['11111111', '22222222']
test.each([
  [{}, null, true],
  [{}, 'dot-github', true],
  [{ dotGithub: true }, null, false],
  [{ dotGithub: true }, everySet, true],
  [{ patterns: one }, null, true],
  [{ patterns: one }, one, true],
  [{ patterns: one }, other, false],
  [{}, one, false],
  [{ dotGithub: true, patterns: one }, `dot-github ${one} mirrorignore:${other}`, true],
  [{}, 'mirrorignore:unsettled', false],
  [{ frontMatter: true }, 'front-matter', true],
  [{ frontMatter: true }, null, false],
  [{ frontMatter: true }, everySet, false],
  [{}, 'front-matter', false],
  [{ paths: one }, `paths:${one}`, true],
  [{ paths: one }, `paths:${other}`, false],
  [{ paths: one }, everySet, false],
  [{ patterns: one }, `paths:${one}`, false],
  [{ frontMatter: true, paths: one, patterns: other }, `front-matter paths:${one}`, true],
])('what is mirrored now, %j, was part of %j: %s', (now, value, expected) => {
  expect(wasMirrored({ ...usual, ...now }, value)).toBe(expected)
})
