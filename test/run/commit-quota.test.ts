/**
 * The Hub's quota of 128 commits an hour of a repository: kept where it can be, and told for what it is where it
 * cannot.
 */
import { describe, expect, it, test } from 'vitest'
import { countGroups, limitsDefault } from '../../lib/huggingface/commit-parts.ts'
import type { Side } from '../../lib/model/sides.ts'
import type { Pair } from '../hubs/pair.ts'
import { act, beginMirror, expectInSync, startMirrored } from './mirror-setup.ts'
import { commitOften, hourMs, listRefused, runUntilFinished, startUnderLimits, takeFromHour } from './under-limits.ts'

/** Whether the commits of a side since then name each of so many of the other side's once. */
function expectNamed(pair: Pair, side: Side, before: string | null, count: number): void {
  const git = side === 'github' ? pair.github.store : pair.huggingface.git
  const made: string[] = []
  for (let oid = pair[side].head('main'); oid !== before && oid !== null;) {
    const { message, parents } = git.readCommit(oid)
    made.push(...[...message.matchAll(/^- [0-9a-f]{7} (Commit \d+) /gm)].map(([, title]) => title!))
    oid = parents[0] ?? null
  }
  expect(made.toReversed()).toEqual(Array.from({ length: count }, (_, index) => `Commit ${index + 1}`))
}

const commits = (log: readonly string[]) =>
  log.filter((line) => line.startsWith('POST /api/datasets/acme/corpus/commit/main'))

test('as many commits of Hugging Face as --history-max says, 5,000, are copied in groups that the plan announces, each is named once, and all go with one push', async () => {
  const pair = await beginMirror(startUnderLimits(), { 'a.txt': 'a\n' })
  const before = pair.github.head('main')
  commitOften(pair, 'huggingface', 5_000)
  const { runs, tookMs } = await runUntilFinished(pair, 1)
  expect(runs[0]!.out.replaceAll(/\s+/g, ' ')).toContain(
    'note: The 5,000 commits of Hugging Face are copied in 100 groups, and each copy names its own',
  )
  expect([runs.flatMap(listRefused), tookMs < 60_000]).toEqual([[], true])
  expect(runs[0]!.log.filter((line) => !line.includes('/datasets/')).length).toBeLessThan(10)
  expectNamed(pair, 'github', before, 5_000)
  await expectInSync(pair)
})

describe('a history of GitHub', () => {
  it('of 5,000 commits goes on where an hour has no room for it: each run says what it does and what comes next, and each commit is named once', async () => {
    const pair = await beginMirror(startUnderLimits(), { 'a.txt': 'a\n' })
    commitOften(pair, 'huggingface', 60, 'of-others.txt')
    expect((await pair.run()).exitCode).toBe(0)
    // The fake Hub counts no commits that were made without a request.
    takeFromHour(pair, 60)
    commitOften(pair, 'github', 5_000)
    const before = pair.huggingface.head('main')
    const { runs } = await runUntilFinished(pair, 3, () => takeFromHour(pair, 98))
    expect(runs.map(({ log }) => commits(log).filter((line) => line.endsWith(' 200')).length)).toEqual([67, 30, 3])
    const [first, second, third] = runs.map(({ out }) => out.replaceAll(/\s+/g, ' '))
    expect(first).toMatch(
      /The 5,000 commits of GitHub are copied in 100 groups.* note: Hugging Face takes 128 commits in 60 min, 66 are left, and this plan needs about 100: 60 min of waiting, where --max-wait allows 15 min\. This run makes about 66 of them, and ends with code 1; the next continues from there/,
    )
    expect([second, third]).toEqual([
      expect.stringContaining('The 1,650 commits of GitHub are copied in 33 groups'),
      expect.stringContaining('The 150 commits of GitHub are copied in 3 groups'),
    ])
    for (const { err } of runs.slice(0, -1)) expect(err).toMatch(/was written in part \(\w+\)\. Run again: it goes on/)
    expectNamed(pair, 'huggingface', before, 5_000)
    await expectInSync(pair)
  })

  it.each([
    [0, 15],
    [90, 15],
    [105, 15],
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
    [2_500, 1],
    [2_501, 2],
    [100_000, 40],
    [250_000, 100],
    [300_000, 100],
    [500_000, 100],
    [600_000, 120],
  ])('of %i edits are %i', (edits, parts) => {
    expect(count(edits)).toBe(parts)
  })

  it('have no more than the sure number of edits after one that was too large, however many that makes', () => {
    const { operationsSure } = limitsDefault
    const lengths = Array.from({ length: 300_000 }, () => 10)
    expect(countGroups(lengths, { ...limitsDefault, operations: operationsSure })).toBe(300)
  })
})
