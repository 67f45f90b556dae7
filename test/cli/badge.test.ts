/** `--badge` and `--badge-branch`: what they say, of which runs, and what a branch is left alone for. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { startPair, type Pair } from '../hubs/pair.ts'
import { act, startMirrored } from '../run/mirror-setup.ts'

const folder = mkdtempSync(join(tmpdir(), 'badge-'))
const [json, svg] = [join(folder, 'badge.json'), join(folder, 'badge.svg')]
afterAll(() => rmSync(folder, { recursive: true }))

let pair: Pair
beforeEach(async () => {
  for (const path of [json, svg]) rmSync(path, { force: true })
  pair = await startMirrored({ 'a.txt': 'a\n', 'b.txt': 'b\n' })
})
const today = () => new Date(pair.clock.now()).toISOString().slice(0, 10)
const read = (text = readFileSync(json, 'utf8')) => (JSON.parse(text) as { message: string }).message
/** The words of a badge that a run writes, and its exit code. */
async function say(...argv: string[]): Promise<[message: string, exitCode: number]> {
  const { exitCode } = await pair.run('--badge', json, ...argv)
  return [read(), exitCode]
}
function clash(): void {
  act(pair, 'github', { 'a.txt': 'g\n' })
  act(pair, 'huggingface', { 'a.txt': 'h\n' })
}

describe('a badge says', () => {
  test('since when both sides are in sync, with no request more', async () => {
    const { requests } = await pair.run('--badge', json)
    expect([read(), requests]).toEqual([`in sync since ${today()}`, 2])
    act(pair, 'github', { 'a.txt': 'new\n' })
    expect(await say()).toEqual([`in sync since ${today()}`, 0])
    expect(await say('--verify')).toEqual(['in sync', 0])
  })

  test('what a run came to otherwise', async () => {
    act(pair, 'github', { 'a.txt': 'g\n' })
    expect(await say('--dry-run')).toEqual(['1 change waiting', 0])
    act(pair, 'huggingface', { 'a.txt': 'h\n' })
    expect(await say()).toEqual(['1 conflict', 2])
    expect(await say('--verify')).toEqual(['not equal', 5])
    pair.env['HF_TOKEN'] = 'hf_wrongWrong0123456789'
    expect(await say()).toEqual(['denied', 4])
  })

  test('that a run was refused', async () => {
    pair = startPair()
    act(pair, 'github', { 'a.txt': 'g\n' })
    act(pair, 'huggingface', { 'a.txt': 'h\n' })
    expect(await say()).toEqual(['refused', 3])
  })

  test('that a pull request waits for people, which is nothing wrong', async () => {
    act(pair, 'huggingface', { 'a.txt': 'h\n' })
    const [yellow, flag] = ['9a6700', ['--pull-request', 'github']]
    for (const status of ['proposed', 'waiting']) {
      expect(await say(...flag)).toEqual([status, 0])
      expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ color: yellow })
    }
  })

  test('the same as a picture, which can be read without one', async () => {
    await pair.run('--badge', svg)
    const picture = readFileSync(svg, 'utf8')
    const said = `mirror: in sync since ${today()}`
    expect(picture).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^]*<\/svg>\n$/)
    expect(picture).toContain(`aria-label="${said}"><title>${said}</title>`)
    expect(picture.match(/<(\w+)/g)!.length).toBe(picture.match(/<\/(\w+)|\/>/g)!.length)
    expect((await pair.run('--badge', svg)).exitCode).toBe(0)
  })

  test('the same at the head of the job summary, as a picture with its words', async () => {
    const summary = join(folder, 'summary.md')
    pair.env['GITHUB_STEP_SUMMARY'] = summary
    await pair.run('--badge', json)
    clash()
    await pair.run('--badge', json)
    const address = 'https://img.shields.io/badge/mirror'
    expect(readFileSync(summary, 'utf8').match(/^!.*\n\n### \w+/gm)).toEqual([
      `![mirror: in sync since ${today()}](${address}-in%20sync%20since%20${today().replaceAll('-', '--')}-1a7f37)\n\n### In`,
      `![mirror: 1 conflict](${address}-1%20conflict-cf222e)\n\n### Conflict`,
    ])
    rmSync(summary)
    await pair.run()
    expect(readFileSync(summary, 'utf8')).toMatch(/^### Conflict/)
  })

  test('of several runs each its own', async () => {
    const branches = ['--branch', 'main', '--branch', 'dev=main2']
    expect((await pair.run('--badge', json, ...branches, '--tags', '--dry-run')).exitCode).toBe(3)
    expect(existsSync(json)).toBe(false)
    expect(read(readFileSync(join(folder, 'badge.main.json'), 'utf8'))).toMatch(/^in sync/)
    expect(read(readFileSync(join(folder, 'badge.dev-main2.json'), 'utf8'))).toBe('refused')
  })
})

test.each<[argv: string[], says: string]>([
  [['--badge', 'badge.png'], 'its name has to end in .svg, or .json for shields.io'],
  [['--badge', ''], 'its name has to end in .svg'],
  [
    ['--badge', join(folder, 'no/badge.svg')],
    'there is no such folder. Name a file in a folder that exists with --badge',
  ],
  [['--badge-branch', 'badges'], 'Cannot use --badge-branch alone: --badge names the file that goes there'],
  [['--badge', svg, '--badge-branch', 'a..b'], 'Cannot use --badge-branch "a..b": it is not a branch name'],
  [['--badge', svg, '--badge-branch', 'main'], 'that branch is mirrored. Name another one'],
  [['--badge', svg, '--badge-branch', 'badges', '--to', 'huggingface'], 'it would write the other side'],
])('%j is refused before anything is asked', async (argv, says) => {
  const { exitCode, err, requests } = await pair.run(...argv)
  expect([exitCode, requests]).toEqual([64, 0])
  expect(err).toContain(says)
})

test('a file that is no badge is left alone', async () => {
  writeFileSync(json, '{"name": "mine"}')
  const { exitCode, err } = await pair.run('--badge', json)
  expect([exitCode, err]).toEqual([64, expect.stringContaining('holds something else')])
  expect(readFileSync(json, 'utf8')).toBe('{"name": "mine"}')
})

describe('on its branch', () => {
  const argv = ['--badge', json, '--badge-branch', 'badges']
  const head = () => pair.github.head('badges')
  const files = () => [...pair.github.files('badges')].map(([path, { content }]) => [path, read(content.toString())])

  test('it stands alone, and changes when it says something else, by a commit on top', async () => {
    expect((await pair.run(...argv)).requests).toBe(2)
    expect(head()).toBeNull()
    clash()
    expect((await pair.run(...argv)).exitCode).toBe(2)
    const first = head()!
    expect(files()).toEqual([['badge.json', '1 conflict']])
    expect(pair.github.store.readCommit(first).parents).toEqual([])
    const { log } = await pair.run(...argv)
    expect(log.filter((line) => line.includes('/git/trees/badges'))).toHaveLength(1)
    expect(head()).toBe(first)
    expect((await pair.run(...argv, '--take=a.txt=github')).exitCode).toBe(0)
    expect(files()).toEqual([['badge.json', `in sync since ${today()}`]])
    expect(pair.github.store.readCommit(head()!).parents).toEqual([first])
  })

  test('it says that conflicts are over where nothing had to be written for that', async () => {
    clash()
    await pair.run(...argv)
    const { exitCode, log } = await pair.run(...argv, '--exclude', 'a.txt')
    expect([exitCode, log.filter((line) => /^(?:POST|PUT|PATCH) .*\/git\/trees/.test(line)).length]).toEqual([0, 1])
    expect(files()).toEqual([['badge.json', expect.stringMatching(/^in sync since /)]])
  })

  test('a mirrored branch is left alone, also where only the run finds out which one that is', async () => {
    pair = startPair()
    pair.github.repository.defaultBranch = 'trunk'
    pair.github.commit('trunk', { files: { 'data.json': '[]\n' }, message: 'Begin' })
    act(pair, 'huggingface', { 'data.json': '[1]\n' })
    const { err } = await pair.run('--badge', json, '--badge-branch', 'trunk', '--init', 'huggingface')
    expect(err).toContain('warning: Cannot write the badge to the branch "trunk": it is mirrored')
    expect([...pair.github.files('trunk').keys()]).toEqual(['data.json'])
  })

  test('it is written by no run that is to write nothing', async () => {
    clash()
    for (const more of ['--dry-run', '--verify']) await pair.run(...argv, more)
    expect(head()).toBeNull()
  })

  test('other files are left alone, with a warning', async () => {
    const own = pair.github.commit('badges', { files: { 'README.md': 'mine' }, message: 'Mine' })
    clash()
    const { exitCode, err } = await pair.run(...argv)
    expect([exitCode, head()]).toEqual([2, own])
    expect(err).toContain('warning: Cannot write the badge to the branch "badges": it holds other files than badges')
  })

  test('what GitHub refuses, and somebody who is faster, are a warning', async () => {
    clash()
    const branchIs = ({ url, method }: { url: string; method: string }) => method !== 'GET' && /\/git\/refs/.test(url)
    pair.github.faults.push({
      on: branchIs,
      times: 1,
      when: 'before',
      act: { status: 422, body: '{"message":"Reference already exists"}' },
    })
    const { exitCode, err } = await pair.run(...argv)
    expect([exitCode, head()]).toEqual([2, null])
    expect(err).toMatch(
      /warning: Cannot write the badge to GitHub "acme\/corpus@badges": .*That changes nothing else of this run/,
    )
    expect(read()).toBe('1 conflict')
  })
})
