import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env } from 'node:process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { IgnoreList } from '../../lib/gitattributes/ignore.ts'
import { hasGit } from '../git-judge.ts'
import fc, { runs } from '../random.ts'

const pieces = [
  ['a', 'b', 'ab', '.x', '/', '/', '*', '**', '**/', '/**', '/**/', '?', '[ab]', '[!a]', '[a-c]', '[]a]', '[a'],
  ['[[:alpha:]]', '[[:bogus:]]', '[\\]]', '\\*', '\\a', '\\', '\\/', 'é', 'c d', '#', '!', ' ', '\\ ', '\t', '\r'],
].flat()
const raw = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''))
const line = fc
  .tuple(fc.constantFrom('', '', '', '!', '!', '/', '#', ' '), raw, fc.constantFrom('', '', '/', ' ', '  ', '\r'))
  .map((parts) => parts.join(''))
const list = fc
  .tuple(fc.constantFrom('', '', '\uFEFF'), fc.array(line, { minLength: 1, maxLength: 6 }), fc.constantFrom('', '\n'))
  .map(([mark, lines, end]) => mark + lines.join('\n') + end)
const part = fc.constantFrom(
  'a',
  'b',
  'ab',
  'ba',
  'é',
  'a.x',
  '.x',
  'c d',
  'a ',
  ' a',
  '*',
  '[a]',
  '#',
  '!a',
  'a\\',
  'c',
)
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))

describe.skipIf(!hasGit)('real git', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ignore-'))
    spawnSync('git', ['init', '--quiet', folder])
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  /** The line of the rule by which `git check-ignore` takes each path; null for what it leaves. */
  function readIgnored(text: string, paths: readonly string[]): (number | null)[] {
    writeFileSync(join(folder, '.gitignore'), text)
    const argv = ['check-ignore', '--no-index', '--verbose', '--non-matching', '-z', '--stdin']
    const { stdout } = spawnSync('git', ['-c', 'core.excludesFile=/dev/null', '-c', 'core.ignoreCase=false', ...argv], {
      cwd: folder,
      input: paths.map((name) => `${name}\0`).join(''),
      env,
      encoding: 'utf8',
    })
    const fields = stdout.split('\0')
    return paths.map((_, at) => {
      const [, number = '', pattern = ''] = fields.slice(at * 4)
      return number === '' || pattern.startsWith('!') ? null : Number(number)
    })
  }

  test('takes the same paths, by the same lines, for any list', () => {
    fc.assert(
      fc.property(list, fc.array(path, { minLength: 30, maxLength: 40 }), (text, paths) => {
        const ignored = new IgnoreList(text)
        const lines = readIgnored(text, paths)
        expect(paths.map((name) => [name, ignored.find(name)?.number ?? null])).toEqual(
          paths.map((name, at) => [name, lines[at]]),
        )
      }),
      { numRuns: runs(80) },
    )
  })
})
