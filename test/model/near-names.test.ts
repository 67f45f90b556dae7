import { expect, test } from 'vitest'
import { listNear } from '../../lib/model/near-names.ts'

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
