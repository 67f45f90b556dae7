/** A name that belongs to something else than a branch is never mirrored as if it were one. */
import { describe, expect, test } from 'vitest'
import type { Pair } from '../hubs/pair.ts'
import { act, expectInSync, expectStopped, heads, startMirrored } from '../run/mirror-setup.ts'

/**
 * What both hubs may make of names: which of two a short one means, and whether they know full ones where commits are
 * listed.
 */
const settings = [
  { says: "a short name is the tag's, full names are known", ambiguousName: 'tag', fullNames: true },
  { says: "a short name is the branch's, full names are known", ambiguousName: 'branch', fullNames: true },
  { says: "a short name is the tag's, full names are not known", ambiguousName: 'tag', fullNames: false },
] as const

async function start({ ambiguousName, fullNames }: (typeof settings)[number], missing: 404 | 422 = 404): Promise<Pair> {
  const pair = await startMirrored({ 'a.txt': 'one\n' })
  Object.assign(pair.github.switches, { ambiguousName, fullNames: fullNames || missing })
  Object.assign(pair.huggingface.switches, { ambiguousName, fullNames })
  return pair
}

function tagBoth({ github, huggingface }: Pair, name: string): void {
  github.refs.set(`refs/tags/${name}`, github.head('main')!)
  huggingface.repository.tags.set(name, huggingface.head('main')!)
}

/** Refused with these words, and not one branch is made or moved on either side. */
async function expectRefused(pair: Pair, argv: readonly string[], ...says: string[]): Promise<void> {
  const before = [new Map(pair.github.refs), new Map(pair.huggingface.repository.branches)]
  const ran = await pair.run(...argv)
  expect(ran.exitCode, ran.out + ran.err).toBe(3)
  for (const text of says) expect(ran.out + ran.err).toContain(text)
  expect([pair.github.refs, pair.huggingface.repository.branches]).toEqual(before)
}

describe.each(settings)('$says', (setting) => {
  test("a tag on both sides with the branch's name: the branch is mirrored", async () => {
    for (const missing of [404, 422] as const) {
      const pair = await start(setting, missing)
      tagBoth(pair, 'main')
      act(pair, 'github', { 'a.txt': 'two\n' })
      expect((await pair.run()).out).toContain('Mirrored 1 change')
      act(pair, 'huggingface', { 'a.txt': 'three\n' })
      expect((await pair.run()).out).toContain('Mirrored 1 change')
      if (setting.fullNames) await expectInSync(pair)
    }
  })

  test('a tag on both sides and no branch: refused, in sync or not', async () => {
    const pair = await start(setting)
    tagBoth(pair, 'v1')
    await expectRefused(pair, ['--branch', 'v1'], 'a tag has that name on GitHub, and no branch has')
    act(pair, 'github', { 'a.txt': 'two\n' })
    await expectRefused(pair, ['--branch', 'v1'], 'a tag has that name on GitHub, and no branch has')
  })

  test('a tag of the Hub as --hf-branch: refused, whatever has changed', async () => {
    const pair = await start(setting)
    pair.huggingface.repository.tags.set('v1', pair.huggingface.head('main')!)
    await expectRefused(pair, ['--hf-branch', 'v1'], 'a tag has that name on Hugging Face, and no branch has')
    act(pair, 'github', { 'a.txt': 'two\n' })
    await expectRefused(pair, ['--hf-branch', 'v1'], 'a tag has that name on Hugging Face')
    pair.github.refs.set('refs/heads/v1', heads(pair).github!)
    await expectRefused(pair, ['--branch', 'v1'], 'a tag has that name on Hugging Face')
  })
})

test("a slip in the name of one side's branch makes no branch, and the right name is told", async () => {
  const pair = await startMirrored({ 'a.txt': 'one\n' })
  pair.huggingface.gitPush('release', pair.huggingface.head('main')!)
  pair.github.refs.set('refs/heads/release', pair.github.head('main')!)
  act(pair, 'github', { 'a.txt': 'two\n' })
  await expectRefused(
    pair,
    ['--hf-branch', 'mian'],
    'Hugging Face has no branch of that name',
    'The default branch there is "main"',
  )
  await expectRefused(
    pair,
    ['--branch', 'release', '--hf-branch', 'relase'],
    'one is only made under the name that it has on GitHub. Much like it there: "release"',
  )
  await expectRefused(
    pair,
    ['--branch', 'relaese', '--hf-branch', 'release'],
    'one is only made under the name that it has on Hugging Face. Much like it there: "release"',
  )
})

test.each(['heads/main', 'tags/v1'])(
  '%s leads somewhere on one side and nowhere on the other: refused, and no branch is made of it',
  async (name) => {
    const pair = await startMirrored({ 'a.txt': 'one\n' })
    pair.github.refs.set('refs/tags/v1', pair.github.head('main')!)
    act(pair, 'github', { 'a.txt': 'two\n' })
    const before = [new Map(pair.github.refs), new Map(pair.huggingface.repository.branches)]
    await expectStopped(pair, 3, '--branch', name)
    expect([pair.github.refs, pair.huggingface.repository.branches]).toEqual(before)
  },
)

test('a branch by its full name, as a workflow has it in GITHUB_REF, is that branch', async () => {
  const pair = await startMirrored({ 'a.txt': 'one\n' })
  act(pair, 'github', { 'a.txt': 'two\n' })
  expect((await pair.run('--branch', 'refs/heads/main')).exitCode).toBe(0)
  await expectInSync(pair)
})
