/** Replays that die on the way, and histories of the Hub that are no line. */
import { describe, expect, test } from 'vitest'
import type { Side } from '../../lib/model/sides.ts'
import { servePair, type Pair } from '../hubs/pair.ts'
import { commitTo, pushTo } from '../run/git-users.ts'
import { act, contents, directions, expectInSync, heads, mirror, startMirrored } from '../run/mirror-setup.ts'
import { begin, commitsSince, messages, three } from './replay-setup.ts'

describe('objects', () => {
  const parquet = (name: string) => Buffer.from(`PAR1\0${name}\0PAR1`)
  const rule = { '.gitattributes': '*.parquet filter=lfs diff=lfs merge=lfs -text\n' }

  test.each(directions)(
    'that only a commit in between on $from names arrive too, and one that is gone makes the copies one',
    async ({ from, to }) => {
      for (const gone of [false, true]) {
        const pair = await servePair()
        act(pair, 'github', { ...begin, ...rule }, 'Begin')
        expect((await pair.run()).exitCode).toBe(0)
        const before = heads(pair)
        act(pair, from, { 'a.parquet': { lfs: parquet('one') } }, 'One')
        const lost = pair[from].files('main').get('a.parquet')!.lfs!
        act(pair, from, { 'a.parquet': { lfs: parquet('two') } }, 'Two')
        const keyOf = (side: Side) => [...pair.storages[side].objects.keys()].find((key) => key.endsWith(lost.oid))
        if (gone) pair.storages[from].objects.delete(keyOf(from)!)
        const ran = await pair.run()
        expect(ran.exitCode, ran.out + ran.err).toBe(0)
        expect(commitsSince(pair, to, before[to])).toHaveLength(gone ? 1 : 2)
        expect(keyOf(to) !== undefined).toBe(!gone)
        await expectInSync(pair)
        await pair.close()
      }
    },
  )
})

describe('a run that dies on the way', () => {
  async function start(from: Side) {
    const pair = await startMirrored(begin)
    const before = heads(pair)
    three.forEach((files, index) => act(pair, from, files, messages[index]))
    return { pair, before }
  }
  const finish = async (pair: Pair) => {
    for (const side of [pair.github, pair.huggingface]) side.faults.length = 0
    expect((await pair.run()).exitCode).toBe(0)
    await expectInSync(pair)
  }

  test("before GitHub's branch moved makes the same commits again, by the same ids", async () => {
    const clean = await start('huggingface')
    await mirror(clean.pair)
    const { pair, before } = await start('huggingface')
    pair.github.faults.push({ on: ({ url }) => url.endsWith('/graphql'), when: 'before', act: 'drop', times: 999 })
    pair.github.faults.push({ on: ({ method }) => method === 'PATCH', when: 'before', act: 'drop', times: 999 })
    expect((await pair.run()).exitCode).toBe(1)
    expect(heads(pair).github).toBe(before.github)
    await finish(pair)
    expect(commitsSince(pair, 'github', before.github).map(({ oid }) => oid)).toEqual(
      commitsSince(clean.pair, 'github', clean.before.github).map(({ oid }) => oid),
    )
  })

  test.each([1, 2])('after %i of three commits on the Hub goes on with the next one', async (written) => {
    const { pair, before } = await start('github')
    let commits = 0
    let dead = false
    pair.huggingface.faults.push({
      on: ({ method, url }) => method === 'POST' && /\/commit\/main/.test(url),
      when: 'after',
      times: 9,
      act: () => {
        dead = ++commits === written
      },
    })
    for (const each of [pair.github, pair.huggingface])
      each.faults.push({ on: () => dead, when: 'before', act: 'drop', times: 999 })
    const ran = await pair.run()
    expect(ran.exitCode).toBe(1)
    expect(commitsSince(pair, 'huggingface', before.huggingface)).toHaveLength(written)
    await finish(pair)
    const copies = commitsSince(pair, 'huggingface', before.huggingface)
    expect(copies.map(({ message }) => message.split('\n')[0])).toEqual(['One', 'Two', 'Three'])
    expect(copies.map(({ files }) => files)).toEqual(
      commitsSince(pair, 'github', before.github).map(({ files }) => files),
    )
    expect(contents(pair, 'github')).toEqual(contents(pair, 'huggingface'))
  })

  test('in the middle because somebody else wrote to the Hub merges what is left', async () => {
    const { pair, before } = await start('github')
    let commits = 0
    pair.huggingface.faults.push({
      on: ({ method, url }) => method === 'POST' && /\/commit\/main/.test(url),
      when: 'after',
      times: 9,
      act: () => {
        if (++commits === 1) act(pair, 'huggingface', { 'h.txt': 'h\n' }, 'From the Hub')
      },
    })
    const ran = await pair.run()
    expect(ran.exitCode, ran.out + ran.err).toBe(0)
    expect(ran.out).toContain('written before the other side moved: Hugging Face')
    expect(contents(pair, 'github')).toEqual({ ...contents(pair, 'huggingface') })
    expect(contents(pair, 'github')).toMatchObject({ 'h.txt': 'h\n', 'c.csv': 'c\n' })
    expect(commitsSince(pair, 'huggingface', before.huggingface).length).toBeGreaterThan(2)
    await expectInSync(pair)
  })
})

describe('a Hub history that is no line', () => {
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`data/${i}.csv`, `${i}\n`]))

  test('is copied as one, so that no copy deletes and restores what its author never touched', async () => {
    //  h0 ── h1~g1 (30 files) ── merge
    //    └── local ───────────────┘      listed as h1, local, merge
    const pair = await startMirrored(begin)
    const start = pair.huggingface.head('main')!
    act(pair, 'github', many)
    await mirror(pair)
    const copy = pair.huggingface.head('main')!
    const now = Math.floor(pair.clock.now() / 1_000)
    const local = commitTo(
      pair,
      'huggingface',
      'main',
      { 'local.txt': 'l\n' },
      { parents: [start], message: 'local work', seconds: now + 60 },
    )
    pushTo(pair, 'huggingface', 'main', copy)
    commitTo(
      pair,
      'huggingface',
      'main',
      { 'local.txt': 'l\n' },
      { parents: [copy, local], message: 'Merge local work', seconds: now + 120 },
    )
    const before = pair.github.head('main')
    await mirror(pair)
    const copies = commitsSince(pair, 'github', before)
    expect(copies.map(({ files }) => Object.keys(files).length)).toEqual([
      Object.keys(many).length + Object.keys(begin).length + 1,
    ])
    expect(copies[0]!.message).toMatch(/local work/)
  })

  test('is told from a revert, whose commits come one by one', async () => {
    const pair = await startMirrored(begin)
    const before = pair.github.head('main')
    act(pair, 'huggingface', { 'a.csv': 'a\n2\n' }, 'Change')
    act(pair, 'huggingface', { 'a.csv': begin['a.csv']!, 'new.csv': 'n\n' }, 'Revert')
    await mirror(pair)
    expect(commitsSince(pair, 'github', before).map(({ message }) => message.split('\n')[0])).toEqual([
      'Change',
      'Revert',
    ])
  })
})
