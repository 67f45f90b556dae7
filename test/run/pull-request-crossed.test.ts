/** `--pull-request both`: one that was out of date is opened again by people, and merged beside the other side's. Decision 0049. */
import { expect, test } from 'vitest'
import { mergePull } from '../hubs/github-pulls.ts'
import { mergeHubPull } from '../hubs/huggingface-pulls.ts'
import type { Pair } from '../hubs/pair.ts'
import { act, contents, startMirrored, type Files } from './mirror-setup.ts'
import { begun, readme } from './proposing.ts'

const run = (pair: Pair) => pair.run('--json', '--pull-request', 'both')

async function status(pair: Pair): Promise<string> {
  const ran = await run(pair)
  return JSON.parse(ran.out).status
}

/** What each side has is proposed to the other one, first by the Hub's pull request, which the other one puts out of date. */
async function startCrossing(onGithub: Files, onHub: Files): Promise<Pair> {
  const pair = await startMirrored(begun)
  act(pair, 'github', onGithub)
  expect(await status(pair)).toBe('proposed')
  act(pair, 'huggingface', onHub)
  expect(await status(pair)).toBe('proposed')
  const [pull] = pair.huggingface.repository.pulls
  expect(pull!.status).toBe('closed')
  pull!.status = 'open'
  return pair
}

/** People merge whatever is open, until there is nothing to do. */
async function settle(pair: Pair, files: Files): Promise<void> {
  for (let round = 0; (await status(pair)) !== 'in-sync'; round++) {
    expect(round).toBeLessThan(4)
    const open = pair.github.repository.pulls.find(({ state }) => state === 'open')
    if (open) mergePull(pair.github.repository, open.number, 'merge')
    const pull = pair.huggingface.repository.pulls.find((one) => one.status === 'open')
    if (pull) mergeHubPull(pair.huggingface.repository, pull.num)
  }
  for (const side of ['github', 'huggingface'] as const) expect(contents(pair, side), side).toEqual(files)
}

test.each(['merge', 'squash', 'rebase'] as const)(
  'both are merged, GitHub by %s, and both sides go on: nothing is lost and nothing comes back',
  async (how) => {
    const pair = await startCrossing({ 'g.txt': 'g\n', 'a.txt': 'b\n' }, { 'h.txt': 'h\n', 'h2.txt': 'h\n' })
    mergeHubPull(pair.huggingface.repository, 3)
    mergePull(pair.github.repository, 12, how)
    act(pair, 'github', { 'g.txt': null, 'a.txt': 'c\n' })
    act(pair, 'huggingface', { 'h.txt': null })
    await settle(pair, { 'README.md': begun['README.md']!, 'a.txt': 'c\n', 'h2.txt': 'h\n' })
  },
)

test('both had changed one text, and one of them changes it again: the run says what to do, and that helps', async () => {
  const pair = await startCrossing({ 'README.md': readme(1.5, 3) }, { 'README.md': readme(1, 3.5) })
  mergePull(pair.github.repository, 12, 'squash')
  // Lines are merged on the Hub by hand, since the fake merges none.
  const { repository } = pair.huggingface
  const files = { 'README.md': readme(1, 3.5) }
  pair.huggingface.commit('refs/pr/3', { files, message: 'Make it mergeable', user: 'rita' })
  mergeHubPull(repository, 3)
  act(pair, 'huggingface', { 'README.md': readme(1.5, 3.7) })
  const ran = await run(pair)
  expect(ran.exitCode).toBe(3)
  expect(JSON.parse(ran.out).refusals[0].message).toContain('or a pull request on each. Both had changed "README.md"')
  act(pair, 'github', { 'README.md': readme(1.5, 3.7) })
  await settle(pair, { ...begun, 'README.md': readme(1.5, 3.7) })
})
