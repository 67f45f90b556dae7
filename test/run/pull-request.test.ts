/** `--pull-request github`: however people merge what was proposed, the next run goes on from there. Decision 0049. */
import { describe, expect, test } from 'vitest'
import { mergePull } from '../hubs/github-pulls.ts'
import { mergeHubPull } from '../hubs/huggingface-pulls.ts'
import type { Pair } from '../hubs/pair.ts'
import { act, bob, contents, heads, startMirrored, type Files } from './mirror-setup.ts'
import {
  begun,
  branch,
  expectSettled,
  flag,
  proposed,
  pulls,
  readme,
  run,
  startProposed,
  startProtected,
} from './proposing.ts'

/** Both sides have changed one text; it is proposed with the lines of both, and the Hub waits. */
async function startBoth(how: string): Promise<Pair> {
  const pair = await startProtected()
  // What GitHub rebases it merges commit by commit, which the fake does path by path.
  act(pair, 'huggingface', { 'README.md': readme(1, 3.5), 'h.txt': 'h\n' })
  act(pair, 'github', { ...(how !== 'rebase' && { 'README.md': readme(1.5, 3) }), 'g.txt': 'g\n' })
  const before = heads(pair)
  const ran = await run(pair, 'proposed')
  expect(heads(pair)).toEqual(before)
  expect(JSON.parse(ran.out).notes.join()).toContain(
    'What GitHub changed goes to Hugging Face when the pull request on GitHub is merged',
  )
  expect(proposed(pair)).toEqual(bothHave(how))
  return pair
}
const bothHave = (how: string) => ({
  ...begun,
  'README.md': readme(how === 'rebase' ? 1 : 1.5, 3.5),
  'g.txt': 'g\n',
  'h.txt': 'h\n',
})

test('what the Hub has is proposed on a branch of its own, and the next run waits for it with four requests', async () => {
  const pair = await startProposed()
  expect(pulls(pair)).toMatchObject([
    { number: 12, state: 'open', branch, target: 'main', title: 'Mirror datasets/acme/corpus' },
  ])
  expect(pulls(pair)[0]!.body).toContain('- add `new.txt`')
  expect(proposed(pair)).toEqual({ ...begun, 'new.txt': 'new\n' })
  const before = pair.github.head(branch)
  const again = await run(pair, 'waiting')
  expect(again.requests, again.log.join('\n')).toBe(4)
  expect(JSON.parse(again.out).proposal).toMatchObject({ name: '#12', side: 'github', state: 'open' })
  expect(pair.github.head(branch)).toBe(before)
  const told = await pair.run(...flag)
  expect(told.out).toContain('Waiting for #12 (https://github.com/acme/corpus/pull/12)')
})

describe.each(['merge', 'squash', 'rebase'] as const)('merged by %s', (how) => {
  test('the next run has nothing to do, and then asks twice', async () => {
    const pair = await startProposed()
    mergePull(pair.github.repository, 12, how)
    await run(pair, 'in-sync')
    await expectSettled(pair, { ...begun, 'new.txt': 'new\n' })
  })

  test('several commits, after main has moved on: what GitHub changed goes to the Hub, once', async () => {
    const pair = await startProposed()
    act(pair, 'huggingface', { 'README.md': readme(1, 3.5) }, 'Tell more\n\nFixes #3')
    await run(pair, 'proposed')
    act(pair, 'github', { 'b.txt': 'b\n' }, 'Say more')
    mergePull(pair.github.repository, 12, how)
    await run(pair, 'mirrored')
    await expectSettled(pair, { ...begun, 'README.md': readme(1, 3.5), 'new.txt': 'new\n', 'b.txt': 'b\n' })
  })

  test('the merge takes back what main had moved on by the time of the run: nothing comes back', async () => {
    const pair = await startProposed({ 'new.txt': 'new\n', 'a.txt': 'aa\n' })
    act(pair, 'github', { 'b.txt': 'b\n' })
    mergePull(pair.github.repository, 12, how)
    act(pair, 'github', { 'new.txt': null, 'a.txt': 'a\n' }, 'Take it back')
    await run(pair, 'mirrored')
    await expectSettled(pair, { ...begun, 'b.txt': 'b\n' })
  })

  test('both sides had changed one text: the Hub gets the rest of it afterwards', async () => {
    const pair = await startBoth(how)
    expect((await run(pair, 'waiting')).requests).toBe(4)
    mergePull(pair.github.repository, 12, how)
    await run(pair, 'mirrored')
    await expectSettled(pair, bothHave(how))
  })

  test('both had, and each takes its own part back before the run: it stays away on both sides', async () => {
    const pair = await startBoth(how)
    mergePull(pair.github.repository, 12, how)
    act(pair, 'github', { 'g.txt': null, 'README.md': readme(1, 3.5) })
    act(pair, 'huggingface', { 'h.txt': null })
    await run(pair, 'proposed')
    mergePull(pair.github.repository, 13, how)
    await run(pair, 'in-sync')
    await expectSettled(pair, { ...begun, 'README.md': readme(1, 3.5) }, 4)
  })

  test('changed by a reviewer: that goes to the Hub', async () => {
    const pair = await startProposed({ 'new.txt': 'new\n', 'c.txt': 'c\n' })
    pair.github.commit(branch, { files: { 'new.txt': 'newer\n' }, message: 'Better', author: bob })
    await run(pair, 'waiting')
    mergePull(pair.github.repository, 12, how, { tree: (tree) => pair.github.store.editFiles(tree, [['c.txt', null]]) })
    await run(pair, 'mirrored')
    await expectSettled(pair, { ...begun, 'new.txt': 'newer\n' })
  })

  test('both sides go on while it is merged: each gets what the other one did, the Hub at once and GitHub by another one', async () => {
    const pair = await startProposed()
    act(pair, 'github', { 'b.txt': 'b\n' })
    act(pair, 'huggingface', { 'late.txt': 'late\n' })
    mergePull(pair.github.repository, 12, how)
    await run(pair, 'proposed')
    expect(pulls(pair)).toMatchObject([{ number: 12 }, { number: 13, state: 'open' }])
    expect(proposed(pair)).toEqual({ ...begun, 'new.txt': 'new\n', 'b.txt': 'b\n', 'late.txt': 'late\n' })
    mergePull(pair.github.repository, 13, how)
    await run(pair, 'mirrored')
    await expectSettled(pair, { ...begun, 'new.txt': 'new\n', 'b.txt': 'b\n', 'late.txt': 'late\n' })
  })
})

test.each(['squash', 'rebase'] as const)(
  'both sides always go on before it is merged by %s: none brings the copies of all before it again',
  async (how) => {
    const pair = await startProposed()
    for (let number = 12; number < 16; number++) {
      act(pair, 'github', { [`g${number}`]: 'g\n' })
      mergePull(pair.github.repository, number, how)
      act(pair, 'huggingface', { [`h${number}`]: 'h\n' })
      await run(pair, 'proposed')
      const main = pair.github.store.readAncestors(pair.github.head('main')!)
      const added = pair.github.store.readLog(pair.github.head(branch)!).filter((oid) => !main.has(oid))
      expect(added.length).toBeLessThanOrEqual(3)
    }
    act(pair, 'github', { g12: null, g13: 'g2\n' })
    act(pair, 'huggingface', { h12: null, h15: 'h2\n' })
    mergePull(pair.github.repository, 16, how)
    await run(pair, 'proposed')
    mergePull(pair.github.repository, 17, how)
    await run(pair, 'mirrored')
    const all = {
      'g13': 'g2\n',
      'g14': 'g\n',
      'g15': 'g\n',
      'h13': 'h\n',
      'h14': 'h\n',
      'h15': 'h2\n',
      'new.txt': 'new\n',
    }
    await expectSettled(pair, { ...begun, ...all })
  },
)

test('reviewers have added more commits than one answer lists, and it is squashed while both sides go on', async () => {
  const pair = await startProposed()
  for (let number = 0; number < 100; number++)
    pair.github.commit(branch, { files: { 'r.txt': `${number}\n` }, message: 'Review', author: bob })
  act(pair, 'github', { 'b.txt': 'b\n' })
  act(pair, 'huggingface', { 'a.txt': null })
  mergePull(pair.github.repository, 12, 'squash')
  await run(pair, 'proposed')
  mergePull(pair.github.repository, 13, 'squash')
  await run(pair, 'mirrored')
  const { 'a.txt': _, ...rest } = begun
  await expectSettled(pair, { ...rest, 'new.txt': 'new\n', 'r.txt': '99\n', 'b.txt': 'b\n' })
})

test('squashed with a message of the merger alone: each run asks four times, until there is something to mirror', async () => {
  const pair = await startProposed()
  mergePull(pair.github.repository, 12, 'squash', { message: 'News\n' })
  await expectSettled(pair, { ...begun, 'new.txt': 'new\n' }, 4)
  act(pair, 'github', { 'new.txt': null })
  await run(pair, 'mirrored')
  await expectSettled(pair, begun)
})

describe('both sides made the same change', () => {
  async function startSame(): Promise<Pair> {
    const pair = await startProtected()
    for (const side of ['github', 'huggingface'] as const) act(pair, side, { 'same.txt': 'same\n' })
    await run(pair, 'proposed')
    expect(pulls(pair)[0]!.body).toContain('It changes no file')
    return pair
  }

  test.each(['merge', 'squash', 'rebase'] as const)(
    'a commit that changes no file records that, merged by %s',
    async (how) => {
      const pair = await startSame()
      expect((await run(pair, 'in-sync')).requests).toBe(4)
      mergePull(pair.github.repository, 12, how)
      await expectSettled(pair, { ...begun, 'same.txt': 'same\n' })
    },
  )

  test.each(['github', 'huggingface'] as const)(
    'and one takes it back on %s before that is merged: it stays away',
    async (side) => {
      const pair = await startSame()
      act(pair, side, { 'same.txt': null })
      await run(pair, side === 'github' ? 'mirrored' : 'proposed')
      if (side === 'huggingface') mergePull(pair.github.repository, 12, 'squash')
      await expectSettled(pair, begun)
    },
  )

  test('and GitHub another one: that is mirrored at once, and records it', async () => {
    const pair = await startProtected()
    for (const side of ['github', 'huggingface'] as const) act(pair, side, { 'same.txt': 'same\n' })
    act(pair, 'github', { 'g.txt': 'g\n' })
    await run(pair, 'mirrored')
    await expectSettled(pair, { ...begun, 'same.txt': 'same\n', 'g.txt': 'g\n' })
  })
})

/** One of the Hub's that was out of date is opened again by people, and merged beside GitHub's. */
describe('two that cross', () => {
  const both = ['--json', '--pull-request', 'both']

  async function runBoth(pair: Pair): Promise<string> {
    const ran = await pair.run(...both)
    return JSON.parse(ran.out).status
  }

  /** What each side has is proposed to the other one, first by the Hub's pull request, which the other one puts out of date. */
  async function startCrossing(onGithub: Files, onHub: Files): Promise<Pair> {
    const pair = await startMirrored(begun)
    act(pair, 'github', onGithub)
    expect(await runBoth(pair)).toBe('proposed')
    act(pair, 'huggingface', onHub)
    expect(await runBoth(pair)).toBe('proposed')
    const [pull] = pair.huggingface.repository.pulls
    expect(pull!.status).toBe('closed')
    pull!.status = 'open'
    return pair
  }

  /** People merge whatever is open, until there is nothing to do. */
  async function settle(pair: Pair, files: Files): Promise<void> {
    for (let round = 0; (await runBoth(pair)) !== 'in-sync'; round++) {
      expect(round).toBeLessThan(4)
      const open = pair.github.repository.pulls.find(({ state }) => state === 'open')
      if (open) mergePull(pair.github.repository, open.number, 'merge')
      const pull = pair.huggingface.repository.pulls.find((one) => one.status === 'open')
      if (pull) mergeHubPull(pair.huggingface.repository, pull.num)
    }
    for (const side of ['github', 'huggingface'] as const) expect(contents(pair, side), side).toEqual(files)
  }

  test.each(['squash', 'rebase'] as const)(
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
    const ran = await pair.run(...both)
    expect(ran.exitCode).toBe(3)
    expect(JSON.parse(ran.out).refusals[0].message).toContain('or a pull request on each. Both had changed "README.md"')
    act(pair, 'github', { 'README.md': readme(1.5, 3.7) })
    await settle(pair, { ...begun, 'README.md': readme(1.5, 3.7) })
  })
})
