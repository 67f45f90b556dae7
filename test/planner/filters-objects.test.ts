/** Filters over commits that the Hub takes in parts, over LFS objects, and in a log that everybody reads. */
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { sides, type Side } from '../../lib/model/sides.ts'
import { formatPointer } from '../hubs/github-repository.ts'
import { servePair, type Pair } from '../hubs/pair.ts'
import { act, beginMirror, contents, expectStopped, text, type Files } from '../run/mirror-setup.ts'
import { begin, both, onBoth, run } from './filters-setup.ts'

const noLogs = ['--exclude', '*.log']

test('a log that everybody reads counts what is left out, and names nothing of it', async () => {
  const pair = await begin({ 'a.txt': 'a\n', 'b.txt': 'b\n' }, ...noLogs)
  pair.env['CI'] = 'true'
  act(pair, 'github', { 'a.txt': 'aa\n', 'b.txt': null, 'secret/b.txt': 'b\n', '1.log': '1', '2.log': '2' })
  const { out } = await pair.run('--dry-run', ...noLogs, '--exclude', 'secret/')
  expect(out).toContain('left out by --exclude "*.log": 2 paths')
  expect(out).toContain('left out by --exclude "secret/": 1 path')
  expect(out).not.toMatch(/1\.log|secret\/b/)
})

test('a commit in parts brings what is inside alone, also where the run dies between two of them', async () => {
  const pair = await begin({ 'a.txt': 'a\n' }, ...noLogs)
  const many = Object.fromEntries(
    Array.from({ length: 5_100 }, (_, index) => [`d/${index % 9}/${index}.txt`, `${index}\n`]),
  )
  act(pair, 'github', { ...many, 'x.log': 'x\n' }, 'Many')
  act(pair, 'huggingface', { 'y.log': 'y\n', 'h.txt': 'h\n' }, 'On the Hub')
  const before = pair.huggingface.git.readLog(pair.huggingface.head('main')!).length
  let commits = 0
  pair.huggingface.faults.push({
    on: ({ method, url }) => commits > 1 || (method === 'POST' && url.includes('/commit/') && ++commits > 1),
    when: 'before',
    act: 'drop',
    times: 99,
  })
  expect((await pair.run(...noLogs)).exitCode).not.toBe(0)
  pair.huggingface.faults.length = 0
  expect(pair.huggingface.git.readLog(pair.huggingface.head('main')!)).toHaveLength(before + 1)
  await run(pair, ...noLogs)
  const inside = { ...many, 'a.txt': 'a\n', 'h.txt': 'h\n' }
  expect(contents(pair, 'github')).toEqual({ ...inside, 'x.log': 'x\n' })
  expect(contents(pair, 'huggingface')).toEqual({ ...inside, 'y.log': 'y\n' })
})

/** Bytes that are no text. */
const bytes = (seed: string) => Buffer.concat([Buffer.from([0, 255]), createHash('sha256').update(seed).digest()])
const rules = { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n' }

/** Served on ports, since objects go up; begun on GitHub. */
async function serve(files: Files, check: (pair: Pair) => Promise<void>): Promise<void> {
  const pair = await servePair({ waitMsMax: 20 })
  try {
    await beginMirror(pair, { ...rules, ...files }, '--exclude', 'raw/')
    await check(pair)
  } finally {
    await pair.close()
  }
}

/** The objects of which a store has the bytes, by what they were made from. */
const stored = (pair: Pair, side: Side, seeds: readonly string[]) =>
  seeds.filter((seed) => {
    const oid = createHash('sha256').update(bytes(seed)).digest('hex')
    return [...pair.storages[side].objects.keys()].some((key) => key.endsWith(oid))
  })

test('an object outside is neither fetched, sent nor missed; a wider filter brings it', () =>
  serve({ 'k.txt': 'k\n', 'a.bin': { lfs: bytes('a') }, 'raw/g.bin': { lfs: bytes('g') } }, async (pair) => {
    const seeds = ['a', 'g', 'h', 'b']
    expect(stored(pair, 'huggingface', seeds)).toEqual(['a'])
    // A pointer outside, whose object nobody has.
    const lost = formatPointer({ oid: 'f'.repeat(64), byteLength: 9 })
    act(pair, 'github', { 'b.bin': { lfs: bytes('b') }, 'raw/lost.bin': { mode: '100644', content: lost } })
    act(pair, 'huggingface', { 'raw/h.bin': { lfs: bytes('h') }, 'a.bin': null })
    await run(pair, '--exclude', 'raw/')
    expect(sides.map((side) => stored(pair, side, seeds))).toEqual([
      ['a', 'g', 'b'],
      ['a', 'h', 'b'],
    ])
    expect(await expectStopped(pair, 3)).toContain('raw/lost.bin')
    act(pair, 'github', { 'raw/lost.bin': null })
    expect(both(pair, 'a.bin')).toEqual(onBoth(undefined))
    expect(both(pair, 'b.bin')).toEqual(onBoth(bytes('b').toString('utf8')))
    await run(pair)
    expect(sides.map((side) => stored(pair, side, seeds))).toEqual(
      sides.map(() => expect.arrayContaining(['g', 'h', 'b'])),
    )
    expect(text(pair, 'huggingface', 'raw/g.bin')).toBe(bytes('g').toString('utf8'))
  }))

test('a rule goes on one side that keeps a pointer outside on the other one: that is refused', async () => {
  const view = ['--exclude', '*.raw', '--exclude', 'secret/']
  const rule = '*.raw filter=lfs diff=lfs merge=lfs -text\n'
  // One that has no rule has none to lose.
  const bare = formatPointer({ oid: 'f'.repeat(64), byteLength: 9 })
  const secret = { 'secret/bare.zzz': bare, 'secret/o.raw': { lfs: Buffer.from('\0o') } }
  const pair = await begin({ '.gitattributes': rule, ...secret, 'a.txt': 'a\n' }, ...view)
  const held = text(pair, 'huggingface', '.gitattributes')!
  act(pair, 'huggingface', { '.gitattributes': held.replace(rule, '') })
  expect(await expectStopped(pair, 3, ...view)).toContain('no longer keep "secret/o.raw" in LFS')
  pair.env['CI'] = 'true'
  expect(await expectStopped(pair, 3, ...view)).toContain('no longer keep "a path that is left out" in LFS')
})
