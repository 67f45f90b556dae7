import { describe, expect, test } from 'vitest'
import { createView, isAttributes } from '../../lib/model/view.ts'

const outsideAlways = [
  '.lfsconfig',
  '.gitmodules',
  'sub/.lfsconfig',
  'sub/deep/.gitmodules',
  '.LFSConfig',
  '.GitModules',
  '.github/workflows/ci.yml',
  '.github/workflows/deep/x.yml',
  '.github/Workflows/ci.yml',
  '.GitHub/workflows/ci.yml',
  '.github/workflows',
]
const outsideByDefault = [
  '.github/dependabot.yml',
  '.github/CODEOWNERS',
  '.github/ISSUE_TEMPLATE/bug.md',
  '.github',
  '.GITHUB/x',
  '.github/.lfsconfigs',
]
const inside = [
  'README.md',
  '.gitattributes',
  'sub/.gitattributes',
  '.gitignore',
  '.githubx/workflows/ci.yml',
  'github/workflows/ci.yml',
  'docs/.github/workflows/ci.yml',
  'lfsconfig',
  '.lfsconfig/a',
  '.gitmodules.md',
  'workflows/ci.yml',
  'a b/ü',
  '.github.md',
]

describe('the view', () => {
  test.each(outsideAlways)('%s is outside whatever is asked for', (path) => {
    expect(createView({ dotGithub: false }).includes(path)).toBe(false)
    expect(createView({ dotGithub: true }).includes(path)).toBe(false)
  })

  test.each(outsideByDefault)('%s is outside unless --dot-github', (path) => {
    expect(createView({ dotGithub: false }).includes(path)).toBe(false)
    expect(createView({ dotGithub: true }).includes(path)).toBe(true)
  })

  test.each(inside)('%s is mirrored', (path) => {
    expect(createView({ dotGithub: false }).includes(path)).toBe(true)
    expect(createView({ dotGithub: true }).includes(path)).toBe(true)
  })
})

test('only files of that very name hold rules', () => {
  expect(['.gitattributes', 'a/.gitattributes', 'a/b/.gitattributes'].every(isAttributes)).toBe(true)
  expect(['x.gitattributes', '.gitattributes/a', '.gitattributes.md', 'a/.GITATTRIBUTES'].some(isAttributes)).toBe(
    false,
  )
})
