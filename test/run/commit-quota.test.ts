/**
 * The Hub's quota of 128 commits an hour of a repository: kept where it can be, and told for what it is where it
 * cannot.
 */
import { describe, expect, it, test } from 'vitest'
import { countGroups, limitsDefault } from '../../lib/huggingface/commit-parts.ts'
import type { Pair } from '../hubs/pair.ts'
import { act, expectInSync, lastCommit, startMirrored, type Files } from './mirror-setup.ts'

const hourMs = 3_600_000

function commitOften(pair: Pair, side: 'github' | 'huggingface', count: number, path = 'log.txt'): void {
  for (let number = 1; number <= count; number += 1)
    act(pair, side, { [path]: `${number}\n` } satisfies Files, `Commit ${number}`)
}

/** Whether the commits since then name each of so many of GitHub's once. */
function expectNamed({ huggingface }: Pair, before: string | null, count: number): void {
  const made: string[] = []
  for (let oid = huggingface.head('main'); oid !== before && oid !== null;) {
    const { message, parents } = huggingface.git.readCommit(oid)
    made.push(...[...message.matchAll(/^- [0-9a-f]{7} (Commit \d+) /gm)].map(([, title]) => title!))
    oid = parents[0] ?? null
  }
  expect(made.toReversed()).toEqual(Array.from({ length: count }, (_, index) => `Commit ${index + 1}`))
}

const commits = (log: readonly string[]) =>
  log.filter((line) => line.startsWith('POST /api/datasets/acme/corpus/commit/main'))

describe('a history of GitHub', () => {
  it('of more commits than an hour allows is copied in groups, and each is named', async () => {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    commitOften(pair, 'github', 150)
    const dry = await pair.run('--dry-run')
    expect(dry.out).toContain('To Hugging Face in 3 commits: 1 ')
    expect(dry.out.replaceAll(/\s+/g, ' ')).toContain(
      'note: The 150 commits of GitHub are copied in 3 groups, and each copy names its own',
    )
    const before = pair.huggingface.head('main')
    const ran = await pair.run()
    expect([ran.exitCode, commits(ran.log).length], ran.out + ran.err).toEqual([0, 3])
    expect(lastCommit(pair, 'huggingface').message).toMatch(
      /^Mirror 50 commits from [^]*Commit 150 [^]*Mirrored-From: /,
    )
    expectNamed(pair, before, 150)
    await expectInSync(pair)
  })

  it('that is longer than the room which others have left in the hour goes on in the next one, with each of its commits named once', async () => {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    commitOften(pair, 'huggingface', 125, 'of-others.txt')
    expect((await pair.run()).exitCode).toBe(0)
    commitOften(pair, 'github', 300)
    // The others' commits are known to the Hub, which counts none that were made without it.
    pair.huggingface.server.commitTimes.set(
      pair.huggingface.repository.id,
      Array.from({ length: 125 }, () => pair.clock.now()),
    )
    const before = pair.huggingface.head('main')
    const first = await pair.run()
    expect([first.exitCode, commits(first.log).filter((line) => line.endsWith(' 200')).length]).toEqual([1, 3])
    expect(first.out.replaceAll(/\s+/g, ' ')).toMatch(
      /note: The 300 commits of GitHub are copied in 6 groups, .* note: Hugging Face takes 128 commits in 60 min, 0 are left, and this plan needs about 6: 60 min of waiting, where --max-wait allows 15 min\. This run makes about 0 of them, and ends with code 1; the next continues from there/,
    )
    await pair.clock.sleep(hourMs + 60_000)
    const second = await pair.run()
    expect([second.exitCode, commits(second.log).length], second.err).toEqual([0, 3])
    expectNamed(pair, before, 300)
    await expectInSync(pair)
  })

  it.each([
    [0, 15],
    [90, 15],
    [120, 1],
  ])(
    'of 15 commits goes one by one as long as the hour has room for them: after %i commits of others as %i',
    async (others, copies) => {
      const pair = await startMirrored({ 'a.txt': 'a\n' })
      commitOften(pair, 'huggingface', others, 'of-others.txt')
      if (others > 0) expect((await pair.run()).exitCode).toBe(0)
      commitOften(pair, 'github', 15)
      expect((await pair.run('--dry-run')).out).toContain(
        `To Hugging Face in ${copies} commit${copies === 1 ? '' : 's'}: 1 `,
      )
      const ran = await pair.run()
      expect([ran.exitCode, commits(ran.log).length], ran.out + ran.err).toEqual([0, copies])
      await expectInSync(pair)
      // An hour later there is room again.
      await pair.clock.sleep(hourMs + 1_000)
      commitOften(pair, 'github', 15, 'later.txt')
      expect(commits((await pair.run()).log)).toHaveLength(15)
    },
  )
})

describe.each([null, 68, 130, 3_600])('a quota that is used up (Retry-After: %s)', (commitRetryAfter) => {
  it('ends the run at once, says when to come back, and the run after that hour finishes', async () => {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    pair.huggingface.switches.commitRetryAfter = commitRetryAfter
    const { commitTimes } = pair.huggingface.server
    commitTimes.set(
      pair.huggingface.repository.id,
      Array.from({ length: 128 }, () => pair.clock.now()),
    )
    act(pair, 'github', { 'a.txt': 'b\n' })
    act(pair, 'huggingface', { 'c.txt': 'c\n' })
    const start = pair.clock.now()
    const ran = await pair.run()
    expect(ran.exitCode).toBe(1)
    expect(commits(ran.log)).toEqual(['POST /api/datasets/acme/corpus/commit/main 429'])
    expect(pair.clock.now() - start).toBeLessThan(10_000)
    expect(ran.err).toMatch(
      /You have exceeded the rate limit for repository commits \(128 per hour\).*run again after 2026-11-01 01:0\d UTC/,
    )
    await pair.clock.sleep(hourMs + 60_000)
    expect((await pair.run()).exitCode).toBe(0)
    await expectInSync(pair)
  })
})

test.each([
  ['15m', 1],
  ['2h', 0],
])('with --max-wait %s a run that meets a used up quota ends with %i', async (time, exitCode) => {
  const pair = await startMirrored({ 'a.txt': 'a\n' })
  const full = Array.from({ length: 128 }, () => pair.clock.now())
  pair.huggingface.server.commitTimes.set(pair.huggingface.repository.id, full)
  act(pair, 'github', { 'a.txt': 'b\n' })
  const ran = await pair.run('--max-wait', time, '--json')
  const { waitedMs } = JSON.parse(ran.out) as { waitedMs: number }
  expect([ran.exitCode, Math.round(waitedMs / hourMs)], ran.err).toEqual([exitCode, exitCode === 0 ? 1 : 0])
  if (exitCode === 0) await expectInSync(pair)
})

describe('the parts of a commit', () => {
  const count = (edits: number) =>
    countGroups(
      Array.from({ length: edits }, () => 10),
      limitsDefault,
    )

  it.each([
    [0, 0],
    [1, 1],
    [1_000, 1],
    [1_001, 2],
    [100_000, 100],
    [128_001, 100],
    [300_000, 100],
    [500_000, 100],
    [600_000, 120],
  ])('of %i edits are %i', (edits, parts) => {
    expect(count(edits)).toBe(parts)
  })
})
