/** Bases at the edges: long histories, old sync points merged in, disputes that are cut short. */
import { expect, test } from 'vitest'
import { startPair } from '../hubs/pair.ts'
import { act, contents, expectInSync, expectStopped, heads, mirror, startMirrored, text } from '../run/mirror-setup.ts'
import { isHubCommit, run } from './traces-run.ts'

test('a history longer than --history-max is refused with the number, and searched when told', async () => {
  const pair = await startMirrored({ 'a.txt': 'a\n' })
  for (let index = 0; index < 230; index++) act(pair, 'github', { 'a.txt': `${index}\n` }, `${index}`)
  expect(await expectStopped(pair, 3, '--history-max', '150')).toMatch(
    /among the latest 200 commits of GitHub.*--history-max/,
  )
  await mirror(pair)
  await expectInSync(pair)
})

test('a long history beside a new repository is not read to its end: nothing there can have been mirrored', async () => {
  const pair = startPair()
  for (let index = 0; index < 130; index++) act(pair, 'github', { 'a.txt': `${index}\n` }, `${index}`)
  const { exitCode, log } = await pair.run()
  expect(exitCode).toBe(0)
  expect(log.filter((line) => line.startsWith('GET /repos/acme/corpus/commits '))).toHaveLength(1)
})

test('a user merges a branch that holds old sync points: the latest one stays the base', async () => {
  //  G0~H0 ── G1~H1 ── G2 ── M      the branch left at G0
  //    └── B1 ────────────────┘
  const pair = await startMirrored({ 'a.txt': 'v0\n', 'b.txt': 'b\n' })
  const old = heads(pair).github!
  act(pair, 'huggingface', { 'a.txt': 'v1\n' })
  await mirror(pair)
  pair.github.commit('work', {
    files: { 'w.txt': 'w\n' },
    message: 'Work',
    author: { name: 'Wanda', email: 'w@example.org' },
    parents: [old],
  })
  act(pair, 'github', { 'b.txt': 'edited\n' })
  pair.github.merge('main', 'work', { author: { name: 'Wanda', email: 'w@example.org' } })
  await mirror(pair)
  expect(contents(pair, 'huggingface')).toEqual({ 'a.txt': 'v1\n', 'b.txt': 'edited\n', 'w.txt': 'w\n' })
})

test('a union over a base that is disputed dies between its two writes: the next one ends it', async () => {
  const pair = await startMirrored({ 'a.txt': 'a\n', '.github/x.yml': 'x\n' })
  act(pair, 'github', { '.github/x.yml': 'y\n', 'g.txt': 'g\n' })
  act(pair, 'huggingface', { 'h.txt': 'h\n' })
  pair.huggingface.faults.push({ on: isHubCommit, when: 'before', act: 'drop', times: 99 })
  expect((await pair.run('--dot-github', '--init', 'union')).exitCode).toBe(1)
  pair.huggingface.faults.length = 0
  await run(pair, '--dot-github')
  expect([
    text(pair, 'huggingface', '.github/x.yml'),
    text(pair, 'huggingface', 'g.txt'),
    text(pair, 'github', 'h.txt'),
  ]).toEqual(['y\n', 'g\n', 'h\n'])
  expect(await pair.run('--dot-github')).toMatchObject({ exitCode: 0, requests: 2 })
})
