/** What a run that has nothing to look into does not load. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Imports of values that are carried out when a file is loaded. */
const staticImport = /^(?:import|export)\s+(?!type\b)[^'"`;]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'/gm

/** All that a file loads at once, files by their path from the root and packages by name. */
function listLoaded(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found
  found.add(path)
  for (const [, from, bare] of readFileSync(join(root, path), 'utf8').matchAll(staticImport)) {
    const name = (from ?? bare)!
    if (name.startsWith('.')) listLoaded(join(dirname(path), name), found)
    else found.add(name)
  }
  return found
}

const libraries = /^(?:hyparquet|image-dimensions|js-yaml)/

test('the readers of data files are loaded when a plan has something to look into, and not before', () => {
  const loaded = [...listLoaded('lib/cli/command.ts')]
  expect(loaded).toContain('lib/run/mirror.ts')
  expect(loaded.filter((name) => libraries.test(name) || name.startsWith('lib/inspect/'))).toEqual([])
  // Nor is what a proxy takes.
  expect(loaded.filter((name) => name.startsWith('lib/http/') && name.includes('prox'))).toEqual(['lib/http/proxy.ts'])
  expect(loaded.filter((name) => name.startsWith('lib/facts/'))).toEqual([])
  // Nor what tells how wide letters are.
  expect(loaded).not.toContain('string-width')
})

test('the merge and what comes after it are loaded when the heads do not name one another, and not before', () => {
  const loaded = listLoaded('lib/cli/command.ts')
  const phases = ['read-state', 'start', 'decide', 'storage', 'plan-replay', 'check', 'write-down']
  expect(phases.filter((name) => loaded.has(`lib/planner/${name}.ts`))).toEqual(['read-state'])
  expect([...loaded].filter((name) => name === 'lib/merge/merge.ts')).toEqual([])
})

test('a run with nothing to do loads no client of a service, and nothing that reads files, writes or tells a plan', () => {
  const loaded = [...listLoaded('lib/cli/command.ts')]
  expect(
    loaded.filter((name) => /^@|\/work\.ts$|^lib\/(?:lfs|lens|page|inspect)\/|plan-text|report-run/.test(name)),
  ).toEqual([])
  expect(loaded).toContain('lib/github/history.ts')
  // Each takes 2 ms of CPU under tsx.
  expect(loaded.filter((name) => name.endsWith('.ts')).length).toBeLessThanOrEqual(118)
})

test('a library is loaded with the first file of its format', () => {
  const loaded = [...listLoaded('lib/inspect/inspect-plan.ts')]
  expect(loaded).toContain('lib/facts/table.ts')
  expect(loaded.filter((name) => libraries.test(name))).toEqual([])
})

test('--help and --version load nothing of a run', () => {
  const loaded = [...listLoaded('sync.ts')]
  expect(loaded).toContain('lib/cli/flags.ts')
  expect(loaded.filter((name) => /^(?:@|lib\/(?!cli\/|model\/))/.test(name))).toEqual([])
  expect(loaded.length).toBeLessThan(12)
})
