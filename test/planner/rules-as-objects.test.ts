/**
 * `.gitattributes` is read by git as it lies in the tree: whatever rules, size or content say, neither side gets it as
 * an LFS object.
 */
import { expect, test } from 'vitest'
import type { Side } from '../../lib/model/sides.ts'
import { lfsRule } from '../hubs/huggingface-attributes.ts'
import { servePair, startPair, type Pair } from '../hubs/pair.ts'
import { act, directions, expectInSync, expectStopped, mirror, startMirrored, text } from '../run/mirror-setup.ts'

const all = '* filter=lfs diff=lfs merge=lfs -text\n'
/** As with git: the Hub's web page would make an object of it. */
const plain = (content: string) => ({ mode: '100644', content }) as const
const isObject = (pair: Pair, side: Side, path: string) => pair[side].files('main').get(path)!.lfs !== null

test('a rule for all files makes no object of itself on a new Hub repository, which keeps its own rules', async () => {
  const pair = await servePair()
  const own = text(pair, 'huggingface', '.gitattributes')!
  act(pair, 'github', {
    '.gitattributes': all,
    'data/.gitattributes': all,
    'README.md': { lfs: Buffer.from('# Corpus\n') },
  })
  const ran = await pair.run()
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
  expect([
    isObject(pair, 'huggingface', '.gitattributes'),
    isObject(pair, 'huggingface', 'data/.gitattributes'),
  ]).toEqual([false, false])
  expect(text(pair, 'huggingface', '.gitattributes')).toBe(own + all)
  expect(text(pair, 'huggingface', 'data/.gitattributes')).toBe(all)
  expect(isObject(pair, 'huggingface', 'README.md')).toBe(true)
  await expectInSync(pair)
  await pair.close()
})

test.each(directions)(
  'a rule for all files that comes later travels from $from as text, at any depth',
  async ({ from, to }) => {
    const pair = await startMirrored({ 'README.md': '# Corpus\n', 'data/.gitattributes': '*.csv text\n' })
    act(pair, from, {
      '.gitattributes': plain(`${text(pair, from, '.gitattributes') ?? ''}${all}`),
      'data/.gitattributes': plain(`*.csv text\n${all}`),
      'a/b/.gitattributes': plain(all),
    })
    await mirror(pair)
    for (const path of ['.gitattributes', 'data/.gitattributes', 'a/b/.gitattributes'])
      expect([isObject(pair, to, path), text(pair, to, path)!.endsWith(all)], path).toEqual([false, true])
  },
)

test.each(['github', 'huggingface'] as const)(
  'an empty GitHub repository, --init %s: rules are plain files, also the first file that GitHub gets',
  async (winner) => {
    const pair = startPair()
    act(pair, 'huggingface', { '.gitattributes': plain(all), 'deep/.gitattributes': plain(all) })
    expect((await pair.run()).exitCode).toBe(0)
    expect([text(pair, 'github', '.gitattributes'), text(pair, 'github', 'deep/.gitattributes')]).toEqual([all, all])
    act(pair, winner, {
      'deep/.gitattributes': plain('*.x text\n'),
      'deep/more/.gitattributes': plain(all),
      'a.txt': plain('a\n'),
    })
    const ran = await pair.run('--init', winner)
    expect(ran.exitCode, ran.out + ran.err).toBe(0)
    for (const side of ['github', 'huggingface'] as const)
      expect(isObject(pair, side, 'deep/.gitattributes')).toBe(false)
  },
)

test.each([
  ['binary', Buffer.from([0, 1, 2, 255])],
  ['of 10 MiB', Buffer.from('# a line\n'.repeat(1_200_000))],
])(
  'rules that are %s are a conflict that names the cause, and taking them is refused where the Hub would make an object of them',
  async (what, content) => {
    const pair = await startMirrored({ 'README.md': '# Corpus\n' })
    act(pair, 'github', { 'data/.gitattributes': content })
    expect(await expectStopped(pair, 2)).toContain(
      `its rules on github cannot be read: ${what === 'binary' ? 'it is not text' : 'it is larger than the 10 MB that are merged'}`,
    )
    expect(await expectStopped(pair, 3, '--take', 'data/.gitattributes=github')).toContain(
      '"data/.gitattributes" is not text, or 10 MiB and more: Hugging Face takes such a file as an LFS object alone',
    )
  },
)

test.each(directions)(
  'rules that somebody on $from stored as an object are a conflict, and taken as the text that the object is',
  async ({ from, to }) => {
    const pair = await servePair()
    act(pair, 'github', { 'README.md': '# Corpus\n', 'data/.gitattributes': '*.csv text\n' })
    expect((await pair.run()).exitCode).toBe(0)
    act(pair, from, { 'data/.gitattributes': { lfs: Buffer.from('*.bin -text\n') } })
    expect(await expectStopped(pair, 2)).toContain(
      `its rules on ${from} cannot be read: git sees an LFS pointer there and no rules, commit the rules themselves`,
    )
    const ran = await pair.run('--take', `data/.gitattributes=${from}`)
    expect(ran.exitCode, ran.out + ran.err).toBe(0)
    expect([isObject(pair, to, 'data/.gitattributes'), text(pair, to, 'data/.gitattributes')]).toEqual([
      false,
      '*.bin -text\n',
    ])
    // Whoever then commits the rules themselves has them mirrored like any others.
    act(pair, from, { 'data/.gitattributes': plain('*.bin -text\n*.csv text\n') })
    await mirror(pair)
    expect(text(pair, to, 'data/.gitattributes')).toBe('*.bin -text\n*.csv text\n')
    await pair.close()
  },
)

test('a rule that the mirror adds on GitHub goes into the text of rules that somebody stored as an object', async () => {
  const pair = await servePair()
  act(pair, 'github', { 'README.md': '# Corpus\n' })
  expect((await pair.run()).exitCode).toBe(0)
  act(pair, 'github', { '.gitattributes': { lfs: Buffer.from('*.csv text\n') } })
  act(pair, 'huggingface', { 'large.xyz': { lfs: Buffer.alloc(11_000_000, 'ab\n') } })
  const ran = await pair.run('--take', '.gitattributes=huggingface')
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
  expect(text(pair, 'github', '.gitattributes')).toContain(lfsRule('large.xyz'))
  expect(isObject(pair, 'github', '.gitattributes')).toBe(false)
  await pair.close()
})
