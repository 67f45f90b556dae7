import { expect, test } from 'vitest'
import { isAttributes } from '../../lib/model/entry.ts'

test('only files of that very name hold rules', () => {
  expect(['.gitattributes', 'a/.gitattributes', 'a/b/.gitattributes'].every(isAttributes)).toBe(true)
  expect(['x.gitattributes', '.gitattributes/a', '.gitattributes.md', 'a/.GITATTRIBUTES'].some(isAttributes)).toBe(
    false,
  )
})
