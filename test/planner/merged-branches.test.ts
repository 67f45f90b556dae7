/**
 * Two mirrored branches, merged and moved on by people with git, either side first: everyday work. And branches that
 * somebody deleted.
 */
import { describe, expect, test } from 'vitest'
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import { startPair, type Pair } from '../hubs/pair.ts'
import { commitTo, mergeInto, pushTo, storeOf, type Texts } from '../run/git-users.ts'
import { act, directions, expectSyncPoints, startMirrored } from '../run/mirror-setup.ts'

function files(pair: Pair, side: Side, branch: string): Texts {
  return Object.fromEntries(
    [...pair[side].files(branch)]
      .filter(([path]) => path !== '.gitattributes')
      .map(([path, { content }]) => [path, content.toString()]),
  )
}

async function run(pair: Pair, branch: string, ...argv: string[]) {
  const ran = await pair.run('--branch', branch, ...argv)
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
  expect(files(pair, 'github', branch)).toEqual(files(pair, 'huggingface', branch))
  const again = await pair.run('--branch', branch)
  // More than two where a merge changed nothing.
  expect([again.exitCode, again.requests <= 4, again.out], again.log.join('\n')).toEqual([
    0,
    true,
    expect.stringContaining('In sync.'),
  ])
  return ran
}

/** A minute later by everybody's clock. */
const later = (pair: Pair) => pair.clock.sleep(60_000)

/** main and dev are mirrored, dev with a commit of one side's own. */
async function start(side: Side): Promise<Pair> {
  const pair = await startMirrored({ 'a.txt': 'a\n', 'b.txt': 'b\n' })
  for (const each of sides) pushTo(pair, each, 'dev', pair[each].head('main'))
  await later(pair)
  commitTo(pair, side, 'dev', { 'dev.txt': 'dev\n' })
  await run(pair, 'dev')
  return pair
}

describe.each(directions)('work of $from on dev', ({ from }) => {
  test.each(directions)('is merged into main, on $from first', async ({ from: first, to: second }) => {
    const pair = await start(from)
    await later(pair)
    commitTo(pair, first, 'main', { 'main.txt': 'main\n' })
    mergeInto(pair, first, 'main', 'dev')
    await run(pair, 'main')
    await later(pair)
    mergeInto(pair, second, 'main', 'dev')
    await run(pair, 'main')
    commitTo(pair, second, 'main', { 'dev.txt': null })
    await run(pair, 'main')
    expect(files(pair, first, 'main')).toEqual({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'main.txt': 'main\n' })
  })

  test.each(sides)('moves main on by a fast-forward on %s, and dev is deleted', async (side) => {
    const pair = await start(from)
    mergeInto(pair, side, 'main', 'dev')
    for (const each of sides) pushTo(pair, each, 'dev', null)
    await run(pair, 'main')
    expect(files(pair, side, 'main')).toMatchObject({ 'dev.txt': 'dev\n' })
    commitTo(pair, otherSide[side], 'main', { 'later.txt': 'l\n' })
    await run(pair, 'main')
  })

  test.each(sides)('stays on dev while main is merged into it on %s', async (side) => {
    const pair = await start(from)
    await later(pair)
    commitTo(pair, otherSide[side], 'main', { 'main.txt': 'main\n' })
    await run(pair, 'main')
    mergeInto(pair, side, 'dev', 'main')
    await run(pair, 'dev')
    expect(files(pair, otherSide[side], 'dev')).toEqual({
      'a.txt': 'a\n',
      'b.txt': 'b\n',
      'dev.txt': 'dev\n',
      'main.txt': 'main\n',
    })
  })
})

/**
 * dev's sync point is later by every clock, main's adds a file, and both are merged on both sides: neither sync point
 * contains the other.
 */
async function cross(onMain: Texts, onDev: Texts, settled: Partial<Record<Side, Texts>> = {}): Promise<Pair> {
  const pair = await startMirrored({ 'a.txt': 'a\n', 'b.txt': 'b\n' })
  for (const each of sides) pushTo(pair, each, 'dev', pair[each].head('main'))
  await later(pair)
  commitTo(pair, 'github', 'main', onMain)
  await run(pair, 'main')
  await later(pair)
  commitTo(pair, 'huggingface', 'dev', onDev)
  await run(pair, 'dev')
  await later(pair)
  for (const side of sides) mergeInto(pair, side, 'main', 'dev', settled[side] ?? {})
  return pair
}

describe('two sync points that do not contain one another', () => {
  test.each(sides)('what %s deletes after the merge stays away, whichever of the branches brought it', async (side) => {
    for (const [gone, kept] of [
      ['main-only.txt', 'dev-only.txt'],
      ['dev-only.txt', 'main-only.txt'],
    ] as const) {
      const pair = await cross({ 'main-only.txt': 'm\n' }, { 'dev-only.txt': 'd\n' })
      await later(pair)
      commitTo(pair, side, 'main', { [gone]: null })
      await run(pair, 'main')
      expect(Object.keys(files(pair, 'github', 'main'))).toEqual(['a.txt', 'b.txt', kept].toSorted())
    }
  })

  test('both sides change what either branch brought, and each change arrives', async () => {
    const pair = await cross({ 'main-only.txt': 'm\n', 'a.txt': null }, { 'dev-only.txt': 'd\n', 'b.txt': 'b2\n' })
    commitTo(pair, 'github', 'main', { 'dev-only.txt': 'd2\n', 'b.txt': null })
    commitTo(pair, 'huggingface', 'main', { 'main-only.txt': 'm2\n' })
    await run(pair, 'main')
    expect(files(pair, 'huggingface', 'main')).toEqual({ 'dev-only.txt': 'd2\n', 'main-only.txt': 'm2\n' })
  })

  test('nothing was changed since: nothing is written to a file', async () => {
    const pair = await cross({ 'main-only.txt': 'm\n' }, { 'dev-only.txt': 'd\n' })
    expect((await run(pair, 'main')).out).not.toMatch(/^To /m)
  })

  test('a path that both branches changed, and that the two merges left different, is a refusal that names it', async () => {
    const pair = await cross(
      { 'a.txt': 'main\n' },
      { 'a.txt': 'dev\n' },
      { github: { 'a.txt': 'main\n' }, huggingface: { 'a.txt': 'dev\n' } },
    )
    const ran = await pair.run()
    expect([ran.exitCode, ran.out]).toEqual([3, expect.stringContaining('Both had changed "a.txt"')])
    commitTo(pair, 'github', 'main', { 'a.txt': 'dev\n', 'g.txt': 'g\n' })
    await run(pair, 'main')
  })

  test('both sides moved since: the copy that the merge stands on holds what it says, what the other branch brought included', async () => {
    const pair = await cross({ 'main-only.txt': 'm\n' }, { 'dev-only.txt': 'd\n' })
    commitTo(pair, 'github', 'main', { 'a.txt': 'a2\n' })
    commitTo(pair, 'huggingface', 'main', { 'b.txt': null })
    await run(pair, 'main')
    expect(expectSyncPoints(pair)).toBeGreaterThan(3)
  })

  test('a path that both changed, settled alike on both sides and deleted on one since, is not brought back', async () => {
    const both = { github: { 'a.txt': 'both\n' }, huggingface: { 'a.txt': 'both\n' } }
    const pair = await cross({ 'a.txt': 'main\n' }, { 'a.txt': 'dev\n' }, both)
    commitTo(pair, 'github', 'main', { 'a.txt': null })
    expect((await pair.run()).exitCode).toBe(3)
    commitTo(pair, 'huggingface', 'main', { 'a.txt': null })
    await run(pair, 'main')
  })
})

test("a commit of Hugging Face's that its clock dates before its parent is no older for that: a deletion stays one", async () => {
  //  the Hub: a ── n, dated before a ── b ──┐ merged with a branch from a
  const pair = await startMirrored({ 'a.txt': 'a\n' })
  await later(pair)
  const a = act(pair, 'huggingface', { 'a.txt': 'a2\n' })
  await run(pair, 'main')
  const seconds = storeOf(pair, 'huggingface').readCommit(a).author.seconds
  commitTo(pair, 'huggingface', 'main', { 'n.txt': 'n\n' }, { seconds: seconds - 3_600 })
  await run(pair, 'main')
  await later(pair)
  commitTo(pair, 'huggingface', 'work', { 'w.txt': 'w\n' }, { parents: [a] })
  mergeInto(pair, 'huggingface', 'main', 'work')
  commitTo(pair, 'github', 'main', { 'n.txt': null })
  await run(pair, 'main')
  expect(files(pair, 'huggingface', 'main')).toEqual({ 'a.txt': 'a2\n', 'w.txt': 'w\n' })
})

describe('what the Hub had merged and restored since, and GitHub merges then', () => {
  //  the Hub: a ── h ── merged dev ── restored;  GitHub: a ── all of that in two commits ── merged dev
  const restored = async () => {
    const pair = await startMirrored({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n' })
    for (const side of sides) pushTo(pair, side, 'dev', pair[side].head('main'))
    await later(pair)
    commitTo(pair, 'huggingface', 'dev', { 'a.txt': null, 'b.txt': null })
    commitTo(pair, 'huggingface', 'main', { 'h.txt': 'h\n' })
    mergeInto(pair, 'huggingface', 'main', 'dev')
    await run(pair, 'main', '--squash', '--allow-delete')
    commitTo(pair, 'huggingface', 'main', { 'a.txt': 'a\n', 'b.txt': 'b\n' })
    await run(pair, 'main')
    await run(pair, 'dev', '--allow-delete')
    await later(pair)
    mergeInto(pair, 'github', 'main', 'dev')
    expect(files(pair, 'github', 'main')).toEqual({ 'c.txt': 'c\n', 'h.txt': 'h\n' })
    return pair
  }

  test('is a deletion of both sides', async () => {
    const pair = await restored()
    await run(pair, 'main', '--allow-delete')
    expect(files(pair, 'huggingface', 'main')).toEqual({ 'c.txt': 'c\n', 'h.txt': 'h\n' })
  })

  test('is a conflict with an edit', async () => {
    const pair = await restored()
    commitTo(pair, 'huggingface', 'main', { 'a.txt': 'a2\n' })
    const ran = await pair.run('--json', '--allow-delete')
    expect([ran.exitCode, JSON.parse(ran.out).conflicts]).toMatchObject([2, [{ path: 'a.txt' }]])
  })
})

describe('a rewind stays refused', () => {
  test.each(directions)(
    'on $from, though another branch there still contains what was taken away',
    async ({ from, to }) => {
      const pair = await startMirrored({ 'a.txt': 'a\n' })
      const before = pair[from].head('main')!
      commitTo(pair, from, 'main', { 'gone.txt': 'x\n' })
      await run(pair, 'main')
      pushTo(pair, from, 'keep', pair[from].head('main'))
      pushTo(pair, from, 'main', before)
      const ran = await pair.run()
      expect([ran.exitCode, ran.out]).toEqual([3, expect.stringContaining("no longer in that branch's history")])
      expect(files(pair, to, 'main')).toHaveProperty(['gone.txt'])
    },
  )

  test.each(directions)('on $from, after both sides called the branch otherwise', async ({ from }) => {
    const pair = startPair()
    for (const side of sides) pushTo(pair, side, 'master', commitTo(pair, side, 'main', { 'a.txt': 'a\n' }))
    await run(pair, 'master')
    const before = pair[from].head('master')!
    commitTo(pair, from, 'master', { 'gone.txt': 'x\n' })
    await run(pair, 'master')
    for (const side of sides) {
      pushTo(pair, side, 'main', pair[side].head('master'))
      pushTo(pair, side, 'master', null)
    }
    pushTo(pair, from, 'main', before)
    expect((await pair.run()).exitCode).toBe(3)
  })
})

describe.each(directions)('a branch that was deleted on $from', ({ from, to }) => {
  test('is not made again where nothing else there holds its commits', async () => {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    for (const side of sides) pushTo(pair, side, 'dev', pair[side].head('main'))
    commitTo(pair, from, 'dev', { 'secret.txt': 's\n' })
    await run(pair, 'dev')
    const head = pair[to].head('dev')
    pushTo(pair, from, 'dev', null)
    const ran = await pair.run('--branch', 'dev')
    expect([ran.exitCode, ran.err + ran.out]).toEqual([
      3,
      expect.stringContaining('has no branch of that name any more'),
    ])
    expect([pair[from].head('dev'), pair[to].head('dev')]).toEqual([null, head])
  })

  test('is made again where another branch still contains them', async () => {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    for (const side of sides) pushTo(pair, side, 'dev', pair[side].head('main'))
    commitTo(pair, from, 'dev', { 'open.txt': 'o\n' })
    await run(pair, 'dev')
    pushTo(pair, from, 'keep', pair[from].head('dev'))
    pushTo(pair, from, 'dev', null)
    await run(pair, 'dev')
    expect(files(pair, from, 'dev')).toHaveProperty(['open.txt'])
  })
})
