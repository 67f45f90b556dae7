/** A file that is an object, on one side or on both, renamed on one side while the other one gives it new bytes. */
import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import type { Side } from '../../lib/model/sides.ts'
import { servePair, type Pair } from '../hubs/pair.ts'
import { act, beginMirror, contents, directions, expectStopped, mirror, type Files } from '../run/mirror-setup.ts'

const bytes = (seed: string) => Buffer.concat([Buffer.from([0, 255]), createHash('sha512').update(seed).digest()])
const rule = (pattern: string) => `${pattern} filter=lfs diff=lfs merge=lfs -text\n`

/**
 * How GitHub stores the file at its old place and at the new one, by its rules; the Hub keeps bytes that are no text as
 * an object always.
 */
const kinds: readonly {
  readonly name: string
  readonly path: string
  readonly to: string
  readonly rules: string
  readonly isObject: boolean
  readonly staysObject: boolean
}[] = [
  {
    name: 'an object on both sides',
    path: 'data/t.parquet',
    to: 'moved/t.parquet',
    rules: rule('*.parquet'),
    isObject: true,
    staysObject: true,
  },
  {
    name: 'Parquet that GitHub keeps plain',
    path: 'data/t.parquet',
    to: 'moved/t.parquet',
    rules: '',
    isObject: false,
    staysObject: false,
  },
  { name: 'a plain picture', path: 'a.png', to: 'b/c.png', rules: '', isObject: false, staysObject: false },
]
/** Only the Hub renames these: where GitHub does, git sees a file go and another one come. */
const changing: typeof kinds = [
  {
    name: 'an object that GitHub keeps plain in the new place',
    path: 'data/t.bin',
    to: 'moved/t.bin',
    rules: rule('data/*.bin'),
    isObject: true,
    staysObject: false,
  },
  {
    name: 'a plain file that is an object in the new place',
    path: 'data/t.bin',
    to: 'moved/t.bin',
    rules: rule('moved/*.bin'),
    isObject: false,
    staysObject: true,
  },
]

let pair: Pair
afterEach(() => pair.close())

const uploads = (side: Side) => pair.storages[side].hub.requests.filter(({ method }) => method === 'PUT').length

describe.each(directions)('renamed on $from, replaced on $to', ({ from, to }) => {
  test.each([...kinds, ...(from === 'huggingface' ? changing : [])])(
    '$name: the new bytes are in the new place on both sides',
    async ({ path, to: target, rules, isObject, staysObject }) => {
      const stored = (side: Side, content: Buffer, as: boolean) =>
        side === 'github' && !as ? content : { lfs: content }
      pair = await servePair()
      await beginMirror(pair, {
        'keep.txt': 'keep\n',
        ...(rules && { '.gitattributes': rules }),
        [path]: stored('github', bytes('old'), isObject),
      } as Files)
      const sent = { github: uploads('github'), huggingface: uploads('huggingface') }
      act(pair, from, { [path]: null, [target]: stored(from, bytes('old'), staysObject) }, 'Move it')
      act(pair, to, { [path]: stored(to, bytes('new'), isObject) }, 'Replace it')
      await mirror(pair)
      expect(contents(pair, 'github')).toEqual({ 'keep.txt': 'keep\n', [target]: bytes('new').toString('latin1') })
      expect(pair.github.files('main').get(target)!.lfs !== null).toBe(staysObject)
      expect((await pair.run('--verify')).exitCode).toBe(0)
      // A side that has the new bytes is not sent them.
      if (isObject && staysObject) expect([uploads(from) - sent[from], uploads(to) - sent[to]]).toEqual([1, 0])
    },
  )

  test('an object that the side which names it has lost stops the run, and is said of that side', async () => {
    pair = await servePair()
    await beginMirror(pair, {
      'keep.txt': 'keep\n',
      '.gitattributes': rule('*.parquet'),
      'data/t.parquet': { lfs: bytes('old') },
    })
    act(pair, from, { 'data/t.parquet': null, 'moved/t.parquet': { lfs: bytes('old') } })
    act(pair, to, { 'data/t.parquet': { lfs: bytes('new') } })
    const { objects } = pair.storages[to]
    for (const [key, content] of objects) if (content.equals(bytes('new'))) objects.delete(key)
    const out = await expectStopped(pair, 3)
    expect(out).toMatch(
      new RegExp(`${to === 'github' ? 'GitHub' : 'Hugging Face'} lacks the LFS objects of "data/t\\.parquet"`),
    )
    expect(out).not.toMatch(new RegExp(`${from === 'github' ? 'GitHub' : 'Hugging Face'} lacks`))
  })
})
