/** The command that begins a scenario. Its template is a test of the suite, so that what it makes runs. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addScenario, placeholder } from '../scenario.ts'

const repository = fileURLToPath(new URL('../../', import.meta.url))
let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scenario-'))
  mkdirSync(join(root, 'test/run'), { recursive: true })
  copyFileSync(join(repository, 'test/run/scenario.test.ts'), join(root, 'test/run/scenario.test.ts'))
})
afterEach(() => rmSync(root, { recursive: true }))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

test('a scenario is the template but for its name and for what is to be filled in', () => {
  const told = addScenario(root, "  What's deleted on both sides stays deleted. ")
  const path = 'test/run/what-s-deleted-on-both-sides-stays-deleted.test.ts'
  expect(told).toContain(`npx vitest run ${path}`)
  const template = read('test/run/scenario.test.ts').split('\n').slice(1)
  const changed = read(path)
    .split('\n')
    .filter((line, index) => line !== template[index])
  expect(changed).toEqual([
    'test("What\'s deleted on both sides stays deleted", async () => {',
    `  expect(text(pair, 'github', 'a.txt')).toBe('${placeholder}')`,
  ])
})

test('a scenario that is there already is left alone', () => {
  addScenario(root, 'a rename is followed')
  const path = 'test/run/a-rename-is-followed.test.ts'
  writeFileSync(join(root, path), 'somebody works on it\n')
  expect(() => addScenario(root, 'A rename is followed')).toThrow(`${path} is there already`)
  expect(read(path)).toBe('somebody works on it\n')
})

test.each(['', 'word', `a sentence ${'that goes on '.repeat(9)}`, '?! ?!'])(
  '%j is no name of a scenario',
  (sentence) => {
    expect(() => addScenario(root, sentence)).toThrow('has to be a sentence of at most 90 characters')
  },
)
