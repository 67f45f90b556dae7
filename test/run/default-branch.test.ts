/** Runs for which nobody has named a branch, where GitHub's default branch has another name, or gets one. */
import { expect, test } from 'vitest'
import { startPair, type Pair } from '../hubs/pair.ts'
import { bob } from './mirror-setup.ts'

/** Somebody's commit on a branch of GitHub's. */
const push = (pair: Pair, branch: string, files: Record<string, string>) =>
  pair.github.commit(branch, { files, message: 'Change', author: bob })

const hubText = (pair: Pair, path: string) => pair.huggingface.files('main').get(path)?.content.toString()
const text = (pair: Pair, branch: string, path: string) => pair.github.files(branch).get(path)?.content.toString()
const message = (pair: Pair, branch: string) => pair.github.store.readCommit(pair.github.head(branch)!).message
/** As its owner renames or chooses it. The repository has no setter, since nothing else changes it. */
const setDefault = (pair: Pair, name: string) => Object.assign(pair.github.repository, { defaultBranch: name })
const hubCommit = (pair: Pair, files: Record<string, string>) =>
  pair.huggingface.commit('main', { files, message: 'Change', user: 'alice' })

async function ran(pair: Pair, ...argv: string[]) {
  const run = await pair.run(...argv)
  expect(run.exitCode, run.out + run.err).toBe(0)
  return run
}

/** `master` is GitHub's default branch, and was mirrored once. */
async function startMaster(): Promise<Pair> {
  const pair = startPair({ github: { defaultBranch: 'master' } })
  push(pair, 'master', { 'a.txt': 'one\n' })
  await ran(pair)
  return pair
}

test("master and the Hub's main are mirrored with one another, two requests in sync, and trailers say so", async () => {
  const pair = await startMaster()
  expect(hubText(pair, 'a.txt')).toBe('one\n')
  const inSync = await ran(pair)
  expect([inSync.requests, inSync.out]).toEqual([2, expect.stringContaining('acme/corpus@master')])
  hubCommit(pair, { 'a.txt': 'two\n' })
  const { requests, out } = await ran(pair)
  expect([text(pair, 'master', 'a.txt'), requests <= 12, out.includes('acme/corpus@master')]).toEqual([
    'two\n',
    true,
    true,
  ])
  expect(message(pair, 'master')).toContain('\nMirrored-Branch: master main\n')
  expect(pair.github.refs.has('refs/heads/main')).toBe(false)
  expect((await ran(pair, '--verify')).out).toContain('equal: 1 file')
  expect(JSON.parse((await ran(pair, '--json')).out)).toMatchObject({
    branch: { github: 'master', huggingface: 'main' },
  })
})

test('an empty GitHub repository gets its first commit on its default branch', async () => {
  const pair = startPair({ github: { defaultBranch: 'trunk' } })
  hubCommit(pair, { 'a.txt': 'one\n' })
  await ran(pair)
  expect(text(pair, 'trunk', 'a.txt')).toBe('one\n')
  expect((await ran(pair)).requests).toBe(2)
})

test('one git history on both sides: in sync by two requests, and mirrored from there on the branch that is found', async () => {
  const pair = startPair({ github: { defaultBranch: 'master' } })
  const head = hubCommit(pair, { 'a.txt': 'one\n' })
  pair.github.store.copy(pair.huggingface.git)
  pair.github.refs.set('refs/heads/master', head)
  const inSync = await ran(pair)
  expect([inSync.requests, inSync.out]).toEqual([2, expect.stringContaining('acme/corpus@HEAD')])
  push(pair, 'master', { 'b.txt': 'b\n' })
  const { out } = await ran(pair)
  expect([hubText(pair, 'b.txt'), out.includes('corpus@master'), out.includes('HEAD')]).toEqual(['b\n', true, false])
})

test('tags are mirrored on the branch that is found, also where nothing else is to be done', async () => {
  const pair = startPair({ github: { defaultBranch: 'master' } })
  const head = hubCommit(pair, { 'a.txt': 'one\n' })
  pair.github.store.copy(pair.huggingface.git)
  pair.github.refs.set('refs/heads/master', head)
  pair.github.refs.set('refs/tags/v1', head)
  const { out } = await ran(pair, '--tags')
  expect([out.includes('HEAD'), pair.huggingface.repository.tags.has('v1')]).toEqual([false, true])
  expect(out).toContain('\n  master=main  in-sync ')
})

test('a default branch that is renamed is the same mirror, and goes on', async () => {
  const pair = startPair()
  push(pair, 'main', { 'a.txt': 'one\n' })
  await ran(pair)
  pair.github.refs.set('refs/heads/trunk', pair.github.head('main')!)
  pair.github.refs.delete('refs/heads/main')
  setDefault(pair, 'trunk')
  expect((await ran(pair)).requests).toBe(2)
  hubCommit(pair, { 'a.txt': 'two\n' })
  const { out } = await ran(pair)
  expect([text(pair, 'trunk', 'a.txt'), out.includes('Last in sync')]).toEqual(['two\n', true])
  expect(message(pair, 'trunk')).toContain('Mirrored-Branch: trunk main')
  expect(pair.github.refs.has('refs/heads/main')).toBe(false)
  expect((await ran(pair)).requests).toBe(2)
})

test('another default branch is chosen while the mirrored one is there: refused, and naming one of them goes on', async () => {
  const pair = startPair()
  push(pair, 'main', { 'a.txt': 'one\n' })
  await ran(pair)
  pair.github.refs.set('refs/heads/develop', pair.github.head('main')!)
  setDefault(pair, 'develop')
  expect((await ran(pair)).requests).toBe(2)
  push(pair, 'develop', { 'draft.txt': 'not for everybody\n' })
  for (const argv of [[], ['-n'], ['--verify'], ['--check']]) {
    const { exitCode, out, err } = await pair.run(...argv)
    expect([exitCode, out.includes('draft.txt')], argv.join()).toEqual([3, false])
    expect(err).toContain('Name the one that is meant: --branch main=main, or --branch develop=main')
  }
  push(pair, 'main', { 'a.txt': 'two\n' })
  await ran(pair, '--branch', 'main')
  expect([hubText(pair, 'a.txt'), hubText(pair, 'draft.txt')]).toEqual(['two\n', undefined])
  await ran(pair, '--branch', 'develop=main', '--take', 'a.txt=huggingface')
  expect(hubText(pair, 'draft.txt')).toBe('not for everybody\n')
  pair.github.refs.delete('refs/heads/main')
  hubCommit(pair, { 'c.txt': 'c\n' })
  await ran(pair)
  expect(text(pair, 'develop', 'c.txt')).toBe('c\n')
})

test('who writes on the Hub does not choose the branch by a trailer', async () => {
  const pair = await startMaster()
  push(pair, 'secret', { 'secret.txt': 'secret\n' })
  const link = `https://github.com/acme/corpus/commit/${pair.github.head('secret')}`
  pair.huggingface.commit('main', {
    files: { 'x.txt': 'x\n' },
    message: `Change\n\nMirrored-From: ${link}\nMirrored-Branch: secret main`,
    user: 'mallory',
  })
  const { exitCode, err } = await pair.run()
  expect([exitCode, err]).toEqual([3, expect.stringContaining('Cannot mirror the default branch of GitHub, "master"')])
  expect([hubText(pair, 'secret.txt'), text(pair, 'secret', 'x.txt')]).toEqual([undefined, undefined])
})

test('a default branch that has nothing in common is refused, not mirrored in place of the one that was deleted', async () => {
  const pair = startPair()
  push(pair, 'main', { 'a.txt': 'one\n' })
  await ran(pair)
  push(pair, 'other', { 'z.txt': 'z\n' })
  pair.github.refs.delete('refs/heads/main')
  setDefault(pair, 'other')
  const { exitCode, out, err } = await pair.run()
  expect(exitCode, out + err).toBe(3)
  expect([hubText(pair, 'z.txt'), text(pair, 'other', 'a.txt')]).toEqual([undefined, undefined])
})

test('an empty list of commits of a branch that has some is no empty repository', async () => {
  const pair = await startMaster()
  push(pair, 'master', { 'b.txt': 'b\n' })
  pair.github.faults.push({
    on: ({ url }) => new URL(url).pathname.endsWith('/commits'),
    times: 1,
    when: 'before',
    act: { status: 200, body: '[]', headers: { 'content-type': 'application/json' } },
  })
  await ran(pair)
  expect(hubText(pair, 'b.txt')).toBe('b\n')
})
