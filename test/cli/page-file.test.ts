/** `--html`: whatever a run comes to there is a page of it, and nothing hides what the run came to. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { startPair, tokens, type Pair } from '../hubs/pair.ts'
import { textOf } from '../page/pages.ts'

const folder = mkdtempSync(join(tmpdir(), 'page-'))
const page = join(folder, 'report.html')
afterAll(() => rmSync(folder, { recursive: true }))

let pair: Pair
beforeEach(() => {
  rmSync(page, { recursive: true, force: true })
  pair = startPair()
  pair.huggingface.commit('main', { files: { 'data/a.csv': 'id\n1\n', 'README.md': 'one\ntwo\n' }, message: 'First' })
})

/** The words of the page that a run wrote. */
async function readPage(...argv: string[]): Promise<{ exitCode: number; text: string; err: string }> {
  const { exitCode, err } = await pair.run(...argv, '--html', page)
  return { exitCode, err, text: existsSync(page) ? textOf(readFileSync(page, 'utf8')) : '' }
}

describe('a page is written', () => {
  test('by a dry run, which writes nothing else', async () => {
    const { exitCode, text } = await readPage('--dry-run')
    expect(exitCode).toBe(0)
    expect(text).toContain('Changes are waiting. Nothing was written.')
    expect(text).toContain('GitHub gets acme/corpus@main, in 2 commits')
    expect(pair.github.refs.get('main')).toBeUndefined()
  })

  test('by a run, with what is there now', async () => {
    const { text } = await readPage()
    expect(text).toMatch(/Mirrored\. GitHub is at [0-9a-f]{7}/)
    expect((await readPage()).text).toContain('In sync: nothing had to change')
  })

  test('with the same requests as without one', async () => {
    await pair.run()
    const { log } = await pair.run('--html', page)
    expect(log).toHaveLength(2)
  })

  test('by --verify', async () => {
    await pair.run()
    const { text } = await readPage('--verify')
    expect(text).toContain('Both sides hold the same files')
    expect(text).toContain('✓ Equal')
  })

  test('by a run that ends in conflicts, beside --json', async () => {
    await pair.run()
    pair.github.commit('main', { files: { 'README.md': 'ONE\ntwo\n' }, message: 'Mine' })
    pair.huggingface.commit('main', { files: { 'README.md': 'Eins\ntwo\n' }, message: 'Theirs' })
    const { exitCode, text } = await readPage('--json')
    expect(exitCode).toBe(2)
    expect(text).toContain('Line 1 GitHub ONE Hugging Face Eins')
    expect(text).toContain('--take=README.md=huggingface')
  })

  test('by a run that is refused, and by one that fails', async () => {
    pair.github.commit('main', { files: { 'other.txt': 'x' }, message: 'Other' })
    expect((await readPage()).text).toContain('Refused by a brake. Nothing was written.')
    pair.env['GITHUB_TOKEN'] = 'ghp_wrongWrong0123456789'
    const { exitCode, text } = await readPage()
    expect(exitCode).toBe(4)
    expect(text).toContain('A token is missing or may not do this')
    expect(text).toContain('GITHUB_TOKEN is wrong')
  })

  test('without any secret that a file was named after', async () => {
    pair.huggingface.commit('main', { files: { [`${tokens.huggingface}.txt`]: 'x' }, message: tokens.github })
    await readPage('--dry-run')
    const whole = readFileSync(page, 'utf8')
    for (const token of [tokens.github, tokens.huggingface]) expect(whole).not.toContain(token)
    expect(whole).toContain('***.txt')
  })
})

test.each([
  ['a run that goes well', [], 0],
  ['a dry run', ['--dry-run'], 0],
  ['--verify', ['--verify', '--branch', 'none'], 3],
  ['a run that fails', ['--branch', 'none'], 3],
])('%s says once where its page is', async (_, argv, code) => {
  const { exitCode, err, out } = await pair.run(...argv, '--html', page)
  expect(exitCode).toBe(code)
  expect(err).toMatch(new RegExp(`^Wrote the page "${page}"$`, 'm'))
  expect(`${out}${err}`.split(page)).toHaveLength(2)
})

test('a quiet run says nothing of its page', async () => {
  expect((await pair.run('-q', '--html', page)).err).toBe('')
})

test('what makes a page is loaded by a run that makes one, and by no other', () => {
  const lib = fileURLToPath(new URL('../../lib', import.meta.url))
  const outside = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /^(?!page\/).*\.ts$/.test(path),
  )
  const imports = outside.flatMap(
    (path) => readFileSync(join(lib, path), 'utf8').match(/^.*\bpage\/\w+\.ts'.*$/gm) ?? [],
  )
  expect(imports.length).toBeGreaterThan(1)
  for (const line of imports) expect(line).toMatch(/^import type \{|= await import\(/)
})

test('a page goes to what is no file as well, and nothing is read from there', async () => {
  const { exitCode } = await pair.run('--dry-run', '--html', '/dev/null')
  expect(exitCode).toBe(0)
})

describe('a page that cannot be written', () => {
  test.each([
    ['a folder that does not exist', () => join(folder, 'none', 'a.html'), 'there is no such folder'],
    ['a folder', () => folder, 'it is a folder'],
    ['below a file', () => join(pageOf('x'), 'a.html'), 'there is a file where the folder should be'],
    ['an empty name', () => '', 'that names no file'],
    ['a dash', () => '-', 'that names no file'],
    ['somebody’s own file', () => pageOf('<!doctype html>\n<p>mine'), 'the file is there and holds something else'],
  ])('is an error before any work begins: %s', async (_, path, why) => {
    const name = path()
    const { exitCode, err, log } = await pair.run('--html', name)
    expect(exitCode).toBe(64)
    expect(err).toContain(`error: Cannot write the page "${name}": ${why}. Name`)
    expect(log).toEqual([])
  })

  test('changes nothing of a file that is somebody’s own', async () => {
    await pair.run('--html', pageOf('mine'))
    expect(readFileSync(page, 'utf8')).toBe('mine')
  })

  test('after the work is a warning, and the run is what it was', async () => {
    pair.huggingface.faults.push({ on: () => true, times: 1, when: 'after', act: replacePage })
    const { exitCode, err } = await pair.run('--html', page)
    expect(exitCode).toBe(0)
    expect(err).toContain(`warning: cannot write the page "${page}": it is a folder; what the run did is not`)
    expect(err.split(page)).toHaveLength(2)
  })
})

function pageOf(text: string): string {
  writeFileSync(page, text)
  return page
}

/** Puts a folder in the page's place. */
function replacePage(): void {
  rmSync(page, { force: true })
  mkdirSync(page, { recursive: true })
}
