/** The house keeps its rules, and each rule can fail: what breaks it is planted in a text. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path/posix'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { exceptions } from './exceptions.ts'
import * as pages from './pages.ts'
import { pageCases } from './planted-pages.ts'
import { textCases } from './planted-texts.ts'
import { codeCases } from './planted.ts'
import * as code from './rules.ts'
import * as texts from './texts.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Made by `npm run build`, so nobody's text: its own test is `build.test.ts`. */
const built = '.github/actions/mirror/hubmirror.mjs'

function readFiles(folder = ''): [path: string, text: string][] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.name === '.git' || entry.name === 'node_modules' || path === built) return []
    if (entry.isDirectory()) return readFiles(path)
    const bytes = readFileSync(join(root, path))
    return [[path, bytes.includes(0) ? '' : bytes.toString('utf8')]]
  })
}

const cases = [...codeCases, ...textCases, ...pageCases]
const files = new Map(readFiles())
const isExcused = (rule: string, message: string) =>
  exceptions.some((one) => one.rule === rule && message.startsWith(`${one.path} `))

describe('the house keeps its rules', () => {
  test.each(cases)('$rule', ({ rule, find }) => {
    expect(find(files).filter((message) => !isExcused(rule, message))).toEqual([])
  })

  test('every exception is still needed', () => {
    const isNeeded = ({ rule, path }: (typeof exceptions)[number]) =>
      cases.some((one) => one.rule === rule && one.find(files).some((message) => message.startsWith(`${path} `)))
    expect(exceptions.filter((one) => !isNeeded(one))).toEqual([])
  })

  test('every rule is among these', () => {
    const rules = [...Object.values(code), ...Object.values(texts), ...Object.values(pages)].filter(
      (value) => typeof value === 'function',
    )
    expect(new Set(cases.map(({ find }) => find))).toEqual(new Set(rules))
  })
})

describe('a planted violation is found', () => {
  test.each(
    cases.flatMap(({ rule, find, plants }) => plants.map(([says, planted]) => ({ rule, find, says, planted }))),
  )('$rule: $says', ({ find, says, planted }) => {
    expect(find(new Map(Object.entries(planted)))).toEqual([says])
  })

  test.each(cases)('and nothing where nothing is wrong: $rule', ({ find, fine = {} }) => {
    expect(find(new Map(Object.entries(fine)))).toEqual([])
  })
})
