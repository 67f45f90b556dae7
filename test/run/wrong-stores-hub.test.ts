/** The Hub stores something else than it was sent: each way of writing, seen from the command. */
import { describe, expect, test } from 'vitest'
import type { Side } from '../../lib/model/sides.ts'
import { type Misstoring } from '../hubs/misstore.ts'
import { servePair, startPair, type Pair, type PairOptions } from '../hubs/pair.ts'
import { act, contents, expectInSync, expectStopped, heads, startMirrored, text } from './mirror-setup.ts'
import { allBut, begin, parquet, rule } from './wrong-stores-setup.ts'

const bytes = Buffer.from([0, 255, 1, 254])

/** The run says what is wrong and where; the next one does not see it, --verify does, and --init github mends it. */
async function expectTold(pair: Pair, what: Misstoring, said: RegExp, ...argv: string[]): Promise<void> {
  pair.huggingface.switches.stores = what
  const ran = await pair.run('--json', ...argv)
  pair.huggingface.switches.stores = null
  const { error, written } = JSON.parse(ran.out) as { error: string; written: Record<Side, string> }
  expect([ran.exitCode, written.huggingface, error], ran.err).toEqual([
    1,
    pair.huggingface.head('main'),
    expect.stringMatching(said),
  ])
  expect(error).toContain('look with --verify, then run once with --init github')
  expect((await pair.run('--verify')).exitCode).toBe(5)
  const mended = await pair.run('--init', 'github', '--allow-delete')
  expect(mended.exitCode, mended.out + mended.err).toBe(0)
  expect((await pair.run('--verify')).exitCode).toBe(0)
  await expectInSync(pair)
}

describe('on the Hub a wrong commit is told', () => {
  const said: Record<Misstoring['how'], RegExp> = {
    'other bytes': /"a\/b\/deep.txt" holds other bytes/,
    'another size': /is not the LFS object that was sent/,
    'another path': /"a\/b\/deep.txt" is missing, "a\/b\/deep.txt.moved" was not to change/,
    'a file less': /"a\/b\/deep.txt" is missing/,
    'another mode': /"a\/b\/deep.txt" has mode 100755/,
    'as before': /"a\/b\/deep.txt" holds other bytes/,
    'others deleted': /".*" was not to change/,
  }
  test.each(allBut('another size', 'another mode'))('that holds %s', async (how) => {
    const pair = await startMirrored(begin)
    act(pair, 'github', { 'a/b/deep.txt': 'deeper\n' })
    await expectTold(pair, { how, of: (path) => path === 'a/b/deep.txt' }, said[how])
  })

  test('that has another mode', async () => {
    const pair = await startMirrored(begin)
    act(pair, 'github', { 'a/b/deep.txt': 'deeper\n' })
    pair.huggingface.switches.stores = { how: 'another mode' }
    expect(await pair.run()).toMatchObject({ exitCode: 1, err: expect.stringMatching(said['another mode']) })
  })

  test('that did not delete', async () => {
    const pair = await startMirrored(begin)
    act(pair, 'github', { 'gone/old.txt': null })
    await expectTold(pair, { how: 'as before' }, /"gone\/old.txt" is still there/)
  })

  const withoutCompare: PairOptions = { huggingface: { switches: { compareStatus: 404 } } }
  test.each(['other bytes', 'another path', 'a file less', 'as before'] as const)(
    'that holds %s, where no comparison is answered',
    async (how) => {
      const pair = await startMirrored(begin, withoutCompare)
      act(pair, 'github', { 'a/b/deep.txt': 'deeper\n' })
      await expectTold(
        pair,
        { how, of: (path) => path === 'a/b/deep.txt' },
        /"a\/b\/deep.txt" (?:is missing|holds other bytes)/,
      )
    },
  )

  test('and is no base for that file, where nothing proves the commit: the next edit of it is refused', async () => {
    const pair = await startMirrored(begin, withoutCompare)
    act(pair, 'github', { 'a/b/deep.txt': 'deeper\n' })
    pair.huggingface.switches.stores = { how: 'other bytes', of: (path) => path === 'a/b/deep.txt' }
    expect((await pair.run()).exitCode).toBe(1)
    pair.huggingface.switches.stores = null
    const stored = text(pair, 'huggingface', 'a/b/deep.txt')
    act(pair, 'github', { 'a/b/deep.txt': 'deepest\n' })
    expect(await expectStopped(pair, 3)).toMatch(/differ at the last common commit already.*"a\/b\/deep.txt"/)
    expect(text(pair, 'huggingface', 'a/b/deep.txt')).toBe(stored)
  })

  test.each([
    ['other bytes', {}],
    ['another size', {}],
    ['other bytes', withoutCompare],
    ['another size', withoutCompare],
  ] as const)('whose pointer holds %s: %o', async (how, options) => {
    const pair = await servePair({ ...options, waitMsMax: 1 })
    act(pair, 'github', { ...begin, ...rule }, 'Begin')
    expect((await pair.run()).exitCode).toBe(0)
    act(pair, 'github', { 'a/one.parquet': { lfs: parquet('one') } })
    pair.huggingface.switches.stores = { how, of: (path) => path.endsWith('.parquet') }
    expect(await pair.run()).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/"a\/one.parquet" is not the LFS object that was sent|the pointer of LFS object/),
    })
    await pair.close()
  })

  test('one of many copies, and no other goes on top', async () => {
    const pair = await startMirrored(begin)
    for (const path of ['one', 'two', 'three']) act(pair, 'github', { [`a/${path}.txt`]: `${path}\n` }, path)
    await expectTold(pair, { how: 'other bytes', of: (path) => path === 'a/two.txt' }, /"a\/two.txt" holds other bytes/)
  })

  test('whose answer was lost', async () => {
    const pair = await startMirrored(begin)
    act(pair, 'github', { 'a/b/deep.txt': 'deeper\n' })
    pair.huggingface.faults.push({
      on: ({ method, url }) => method === 'POST' && /\/commit\/main/.test(url),
      when: 'after',
      act: 'drop',
    })
    await expectTold(pair, { how: 'other bytes' }, /"a\/b\/deep.txt" holds other bytes/)
  })

  test('that somebody else wrote with our trailer while our answer was lost: a conflict, and not taken for ours', async () => {
    const pair = await startMirrored(begin)
    const head = act(pair, 'github', { 'a/b/deep.txt': 'deeper\n' })
    pair.huggingface.faults.push({
      on: ({ method, url }) => method === 'POST' && /\/commit\/main/.test(url),
      when: 'before',
      act: () => {
        act(
          pair,
          'huggingface',
          { 'a/b/deep.txt': 'theirs\n' },
          `Copy\n\nMirrored-From: https://github.com/acme/corpus/commit/${head}`,
        )
        throw new TypeError('fetch failed')
      },
    })
    expect(await pair.run()).toMatchObject({ exitCode: 2, out: expect.stringContaining('a/b/deep.txt') })
    expect(pair.github.head('main')).toBe(head)
    expect(text(pair, 'huggingface', 'a/b/deep.txt')).toBe('theirs\n')
  })

  test('what both sides changed: the merge on GitHub stands, and is right', async () => {
    const pair = await startMirrored(begin)
    act(pair, 'github', { 'a/b/github.txt': 'github\n' })
    act(pair, 'huggingface', { 'a/b/huggingface.txt': 'huggingface\n' })
    await expectTold(
      pair,
      { how: 'other bytes', of: (path) => path.endsWith('github.txt') },
      /"a\/b\/github.txt" holds other bytes/,
    )
    expect(contents(pair, 'huggingface')).toMatchObject({
      'a/b/github.txt': 'github\n',
      'a/b/huggingface.txt': 'huggingface\n',
    })
  })

  test('a first part, which nothing goes on top of, and which the next run does not believe', async () => {
    const pair = startPair()
    act(
      pair,
      'github',
      Object.fromEntries(Array.from({ length: 2_600 }, (_, index) => [`d/f${index}.txt`, `${index}\n`])),
      'Many',
    )
    pair.huggingface.switches.stores = { how: 'other bytes', of: (path) => path === 'd/f3.txt' }
    const first = await pair.run()
    expect(first).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/"d\/f3.txt" holds other bytes.*Hugging Face was written/s),
    })
    pair.huggingface.switches.stores = null
    const before = heads(pair)
    const again = await pair.run()
    expect([again.exitCode, heads(pair), again.out]).toEqual([3, before, expect.stringContaining('d/f3.txt')])
    expect((await pair.run('--init', 'github')).exitCode).toBe(0)
    await expectInSync(pair)
  })
})

describe('rules on the Hub', () => {
  test('that it adds to the same commit are its own, and ours are all there', async () => {
    const pair = await servePair({ waitMsMax: 1 })
    act(pair, 'github', begin, 'Begin')
    expect((await pair.run()).exitCode).toBe(0)
    act(pair, 'github', { 'pixels': bytes, '.gitattributes': '*.csv text\n*.md text\n' })
    const ran = await pair.run()
    expect(ran.exitCode, ran.err).toBe(0)
    expect(text(pair, 'huggingface', '.gitattributes')).toMatch(/\*\.csv text\n\*\.md text\n[^]*pixels filter=lfs/)
    await pair.close()
  })

  test.each(['other bytes', 'as before', 'a file less'] as const)('that are stored with %s are told', async (how) => {
    const pair = await startMirrored(begin)
    act(pair, 'github', { '.gitattributes': '*.csv text\n' })
    pair.huggingface.switches.stores = { how, of: (path) => path === '.gitattributes' }
    expect(await pair.run()).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(
        /".gitattributes" (?:has the line "!", which was not sent|lacks the line "\*.csv|is missing)/,
      ),
    })
  })
})

test.each([
  { status: 403, body: '{"error":"Forbidden"}' },
  { status: 500, body: 'Broken' },
])('a commit that cannot be read back says why: $status', async (answer) => {
  const pair = await startMirrored(begin)
  act(pair, 'github', { 'README.md': '# Changed\n' })
  let committed = false
  pair.huggingface.faults.push({
    on: ({ method, url }) => method === 'POST' && /\/commit\/main/.test(url),
    when: 'after',
    act: () => {
      committed = true
    },
  })
  pair.huggingface.faults.push({
    on: ({ url }) => committed && /\/(?:compare|paths-info)\//.test(url),
    when: 'before',
    act: answer,
    times: 99,
  })
  const ran = await pair.run()
  expect([ran.exitCode, ran.err]).toEqual([
    answer.status === 403 ? 4 : 1,
    expect.stringMatching(new RegExp(`Cannot prove commit .*which was written: .*${answer.status}`, 's')),
  ])
  pair.huggingface.faults.length = 0
  expect((await pair.run()).exitCode).toBe(0)
})
