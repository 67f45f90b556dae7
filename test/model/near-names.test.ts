import { expect, test } from 'vitest'
import { formatMeantId, listNear } from '../../lib/model/near-names.ts'

test.each<[name: string, names: string[], near: string[]]>([
  ['mian', ['dev', 'main', 'maintenance'], ['main']],
  ['Main', ['main', 'dev'], ['main']],
  ['release-1', ['release', 'release-10', 'release-1.0', 'release-2', 'docs'], ['release-10', 'release-2', 'release']],
  ['feature/parquet', ['feature/parquets', 'parquet', 'other'], ['feature/parquets', 'parquet']],
  ['x', ['y', 'z'], []],
  ['ab', ['cd', 'ac'], ['ac']],
  ['', ['main'], []],
])('%j may be a slip of these: %j', (name, names, near) => {
  expect(listNear(name, names)).toEqual(near)
})

test('of the ids of an owner only the names are compared, and none is told that is not near', () => {
  expect(formatMeantId('acme/corpsu', ['acme/other', 'acme/corpus'])).toBe('; did you mean acme/corpus?')
  expect(formatMeantId('datasets/acme/x', ['datasets/acme/corpus'])).toBe('')
})
