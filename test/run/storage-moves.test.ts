/**
 * A rule for storing that takes files in or out of LFS, on one side: the other side stores them as the new rule says,
 * too.
 */
import { describe, expect, test } from 'vitest'
import type { Side } from '../../lib/model/sides.ts'
import { servePair, type Pair } from '../hubs/pair.ts'
import { act, beginMirror, directions, expectInSync, text, type Files } from './mirror-setup.ts'

const csv = Buffer.from('a,b\n1,2\n')
const png = Buffer.from('\x89PNG\0pixels')
const rule = '*.csv filter=lfs diff=lfs merge=lfs -text\n'

const isObject = (pair: Pair, side: Side, path: string) => pair[side].files('main').get(path)!.lfs !== null
const withRule = (pair: Pair, side: Side): Files => ({
  '.gitattributes': `${text(pair, side, '.gitattributes') ?? ''}${rule}`,
})
const withoutRule = (pair: Pair, side: Side): Files => ({
  '.gitattributes': text(pair, side, '.gitattributes')!.replace(rule, ''),
})

async function run(pair: Pair): Promise<void> {
  const ran = await pair.run()
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
  await expectInSync(pair)
  expect((await pair.run('--verify')).exitCode).toBe(0)
}

describe.each(directions)('on $from', ({ from, to }) => {
  test('a file goes into LFS by a new rule, and comes out again when the rule goes', async () => {
    const pair = await beginMirror(await servePair(), { 'a.csv': csv, 'd/b.csv': 'b\n', 'keep.txt': 'keep\n' })
    act(pair, from, { ...withRule(pair, from), 'a.csv': { lfs: csv } })
    await run(pair)
    expect([isObject(pair, 'github', 'a.csv'), isObject(pair, 'huggingface', 'a.csv')]).toEqual([true, true])
    expect(text(pair, to, '.gitattributes')).toContain(rule)
    // What nobody moved stays as it is on both sides.
    expect([isObject(pair, 'github', 'd/b.csv'), isObject(pair, 'huggingface', 'd/b.csv')]).toEqual([false, false])
    act(pair, from, { ...withoutRule(pair, from), 'a.csv': csv })
    await run(pair)
    expect([isObject(pair, 'github', 'a.csv'), isObject(pair, 'huggingface', 'a.csv')]).toEqual([false, false])
    expect(text(pair, to, '.gitattributes') ?? '').not.toContain(rule)
    await pair.close()
  })

  test('a rule in a folder of its own does the same', async () => {
    const pair = await beginMirror(await servePair(), { 'data/a.csv': csv, 'keep.txt': 'keep\n' })
    act(pair, from, { 'data/.gitattributes': rule, 'data/a.csv': { lfs: csv } })
    await run(pair)
    expect([isObject(pair, 'github', 'data/a.csv'), isObject(pair, 'huggingface', 'data/a.csv')]).toEqual([true, true])
    await pair.close()
  })
})

test('a file that the Hub takes as LFS only stays there when GitHub takes it out', async () => {
  const pair = await beginMirror(await servePair(), {
    '.gitattributes': '*.png filter=lfs diff=lfs merge=lfs -text\n',
    'a.png': { lfs: png },
    'keep.txt': 'keep\n',
  })
  act(pair, 'github', { '.gitattributes': null, 'a.png': png })
  await run(pair)
  expect([isObject(pair, 'github', 'a.png'), isObject(pair, 'huggingface', 'a.png')]).toEqual([false, true])
  await pair.close()
})
