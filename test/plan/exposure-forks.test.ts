/**
 * A fork, or a duplicate, has a history that another repository's mirror wrote: no evidence for what goes out of it.
 */
import { describe, expect, test } from 'vitest'
import { otherSide, type Side } from '../../lib/model/sides.ts'
import { names, type Pair } from '../hubs/pair.ts'
import { act, directions, heads, startMirrored } from '../run/mirror-setup.ts'
import { about, start } from './exposure-setup.ts'

/**
 * A private copy of a repository whose mirror only ever brought there what the other side published: it has the history
 * of the former one, and another name.
 */
async function startFork(from: Side): Promise<Pair> {
  const former = from === 'github' ? { name: 'acme/former' } : { id: 'datasets/acme/former' }
  const pair = start(
    { [from]: true },
    {
      [from]: former,
      env: from === 'github' ? { GITHUB_REPOSITORY: 'acme/former' } : { HF_REPO: 'datasets/acme/former' },
    },
  )
  act(pair, otherSide[from], { 'open.csv': 'a\n', 'kept.csv': 'b\n', 'also.csv': 'c\n' })
  expect((await pair.run()).exitCode).toBe(0)
  pair[from].renamedFrom(names[from])
  Object.assign(pair.env, { GITHUB_REPOSITORY: names.github, HF_REPO: names.huggingface })
  return pair
}

describe.each(directions)('a private copy of what stands on $from', ({ from, to }) => {
  test('publishes nothing without a question, and then goes on', async () => {
    const pair = await startFork(from)
    act(pair, from, { 'secret.csv': 'a\n' })
    const before = heads(pair)
    const ran = await pair.run('--json')
    const [refusal, ...more] = JSON.parse(ran.out).refusals
    expect([ran.exitCode, heads(pair), refusal.kind, more]).toEqual([3, before, 'public', []])
    expect(refusal.message).toMatch(
      new RegExp(`${names[from]} is private.*${names[to]} is public.*anything came from ${names[from]} before`),
    )
    expect((await pair.run('--allow-public')).exitCode).toBe(0)
    act(pair, from, { 'more.csv': 'a\n' })
    const later = await pair.run()
    expect([later.exitCode, later.log.filter(about)], later.out + later.err).toEqual([0, []])
  })

  test('publishes no deletion whose commit says why, nor what both changed', async () => {
    const pair = await startFork(from)
    act(pair, from, { 'open.csv': null }, 'Forget what Jane told us')
    act(pair, to, { 'b.csv': 'b\n' })
    const before = heads(pair)
    const ran = await pair.run('--json')
    const kinds = JSON.parse(ran.out).refusals.map(({ kind }: { kind: string }) => kind)
    expect([ran.exitCode, kinds, heads(pair)]).toEqual([3, ['public'], before])
  })

  test('still gets what is public, at no question', async () => {
    const pair = await startFork(from)
    act(pair, to, { 'b.csv': 'b\n' })
    const ran = await pair.run()
    expect([ran.exitCode, ran.log.filter(about)], ran.out + ran.err).toEqual([0, []])
  })
})

test.each(directions)(
  'the first content that goes out of $from of a public pair costs one question at most, and later content none',
  async ({ from, to }) => {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    act(pair, to, { 'b.txt': 'b\n' })
    expect((await pair.run()).exitCode).toBe(0)
    for (const [name, asked] of [['c.txt', 1] as const, ['d.txt', 0] as const]) {
      act(pair, from, { [name]: 'c\n' })
      const ran = await pair.run()
      expect(ran.exitCode, ran.out + ran.err).toBe(0)
      expect(ran.log.filter(about).length).toBeLessThanOrEqual(asked)
      expect(ran.requests).toBeLessThanOrEqual(12)
    }
  },
)
