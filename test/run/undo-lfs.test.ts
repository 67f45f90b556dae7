/** An undo of objects, over real ports: what it brings back are pointers to what the store has. */
import { createHash } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { servePair, type Pair } from '../hubs/pair.ts'
import { act, beginMirror, contents, directions, expectStopped, mirror, type Files } from './mirror-setup.ts'

const bytes = (seed: string) => Buffer.concat([Buffer.from([0, 255]), createHash('sha256').update(seed).digest()])
const begin: Files = {
  'README.md': '# Corpus\n',
  '.gitattributes': '*.parquet filter=lfs diff=lfs merge=lfs -text\n',
  'a.parquet': { lfs: bytes('a') },
  'b.parquet': { lfs: bytes('b') },
}

let pair: Pair
afterEach(() => pair.close())

async function serveMirrored(): Promise<void> {
  pair = await servePair()
  await beginMirror(pair, begin)
}

const object = (side: 'github' | 'huggingface', path: string) => pair[side].files('main').get(path)?.lfs ?? null

test.each(directions)(
  'objects that came from $from go on $to, and what they replaced comes back',
  async ({ from, to }) => {
    await serveMirrored()
    const before = [contents(pair, to), ...['a.parquet', 'b.parquet'].map((path) => object(to, path))]
    act(pair, from, { 'a.parquet': { lfs: bytes('other') }, 'b.parquet': null, 'c.parquet': { lfs: bytes('c') } })
    await mirror(pair)
    const ran = await pair.run('--undo')
    expect(ran.exitCode, ran.out + ran.err).toBe(0)
    expect([contents(pair, to), ...['a.parquet', 'b.parquet'].map((path) => object(to, path))]).toEqual(before)
    await mirror(pair, '--redo')
    expect(contents(pair, to)).not.toHaveProperty('b.parquet')
  },
)

test('an object that its store has lost since is told before anything is written', async () => {
  await serveMirrored()
  act(pair, 'huggingface', { 'a.parquet': { lfs: bytes('other') } })
  await mirror(pair)
  const { objects } = pair.storages.github
  for (const [key, content] of objects) if (content.equals(bytes('a'))) objects.delete(key)
  expect(await expectStopped(pair, 3, '--undo')).toMatch(/GitHub lacks the LFS objects of "a\.parquet"/)
})
