/** The front matter of a card, where `--take` or `--init` puts one side's README in the place of the other's. */
import { describe, expect, test } from 'vitest'
import { sides } from '../../lib/model/sides.ts'
import { startPair } from '../hubs/pair.ts'
import {
  act,
  directions,
  expectInSync,
  expectSyncPoints,
  startMirrored,
  text,
  type Files,
} from '../run/mirror-setup.ts'

const card = '---\nlicense: mit\n---\n'
const readmes = (pair: ReturnType<typeof startPair>) => sides.map((side) => text(pair, side, 'README.md'))

/** Told in the dry run, done by the run, on both sides, and nothing is left to do; `--verify` agrees. */
async function expectKept(
  pair: ReturnType<typeof startPair>,
  argv: string[],
  readme: string,
  told: RegExp,
): Promise<void> {
  const dry = await pair.run('--dry-run', ...argv)
  expect([dry.exitCode, dry.out], dry.err).toEqual([0, expect.stringMatching(told)])
  const ran = await pair.run(...argv)
  expect([ran.exitCode, ran.out], ran.out + ran.err).toEqual([0, expect.stringMatching(told)])
  expect(readmes(pair)).toEqual([readme, readme])
  expectSyncPoints(pair)
  await expectInSync(pair)
  expect((await pair.run('--verify')).exitCode).toBe(0)
}

describe('a new Space', () => {
  const id = 'spaces/acme/corpus'
  const begin = (files: Files) => {
    const pair = startPair({ huggingface: { id }, env: { HF_REPO: id } })
    const block = text(pair, 'huggingface', 'README.md')!
    act(pair, 'github', files)
    return { pair, block }
  }

  test('keeps its sdk under the README that --take brings from GitHub', async () => {
    const { pair, block } = begin({ 'README.md': '# My app\n', 'app.py': 'print(1)\n' })
    expect(await pair.run()).toMatchObject({ exitCode: 2, out: expect.stringContaining('README.md  add/add') })
    await expectKept(
      pair,
      ['--take', 'README.md=github'],
      `${block}# My app\n`,
      /^ +(?:changed|merged) +README\.md .*\n +keeps the front matter of huggingface$/m,
    )
  })

  test("keeps the keys that GitHub's front matter lacks", async () => {
    const { pair } = begin({ 'README.md': '---\ntitle: Mine\n---\n# My app\n' })
    await expectKept(
      pair,
      ['--take', '*=github'],
      '---\ntitle: Mine\nemoji: 🪞\ncolorFrom: blue\ncolorTo: green\nsdk: static\npinned: false\n---\n# My app\n',
      /keeps emoji, colorFrom, colorTo, sdk, pinned of huggingface/,
    )
  })

  test('keeps its front matter where GitHub has no README at all and --init github is right', async () => {
    const { pair, block } = begin({ 'app.py': 'print(1)\n' })
    act(pair, 'huggingface', { 'app.py': 'print(2)\n', 'README.md': `${block}# Theirs\n` })
    await expectKept(pair, ['--init', 'github'], block, /keeps the front matter of huggingface/)
  })
})

describe.each(directions)('$from is right', ({ from, to }) => {
  test("by --init, and the other side's front matter stays on both", async () => {
    const pair = startPair()
    act(pair, from, { 'README.md': '# Right\n', 'a.txt': 'a\n' })
    act(pair, to, { 'README.md': `${card}# Wrong\n`, 'b.txt': 'b\n' })
    await expectKept(pair, ['--init', from], `${card}# Right\n`, new RegExp(`keeps the front matter of ${to}`))
    expect(text(pair, to, 'b.txt')).toBeUndefined()
    expect(await pair.run('--init', from)).toMatchObject({ exitCode: 0, out: expect.stringContaining('In sync') })
  })

  test('by --init union and --take', async () => {
    const pair = startPair()
    act(pair, from, { 'README.md': '# Right\n', 'a.txt': 'a\n' })
    act(pair, to, { 'README.md': `${card}# Wrong\n`, 'b.txt': 'b\n' })
    await expectKept(
      pair,
      ['--init', 'union', '--take', `README.md=${from}`],
      `${card}# Right\n`,
      new RegExp(`keeps the front matter of ${to}`),
    )
  })

  test('by --take, and the front matter that it took out since the base stays out', async () => {
    const pair = await startMirrored({ 'README.md': `${card}# Begun\n` })
    act(pair, from, { 'README.md': '# Right\n' })
    act(pair, to, { 'README.md': `${card}# Wrong\n` })
    expect((await pair.run('--take', `README.md=${from}`)).exitCode).toBe(0)
    expect(readmes(pair)).toEqual(['# Right\n', '# Right\n'])
    await expectInSync(pair)
  })

  test('by --take, and the front matter that the other side added since the base stays', async () => {
    const pair = await startMirrored({ 'README.md': '# Begun\n' })
    act(pair, from, { 'README.md': '# Right\n' })
    act(pair, to, { 'README.md': `${card}# Wrong\n` })
    await expectKept(
      pair,
      ['--take', `README.md=${from}`],
      `${card}# Right\n`,
      new RegExp(`keeps the front matter of ${to}`),
    )
  })

  test('by --take of a deletion, which takes the front matter along', async () => {
    const pair = await startMirrored({ 'README.md': `${card}# Begun\n`, 'a.txt': 'a\n' })
    act(pair, from, { 'README.md': null })
    act(pair, to, { 'README.md': `${card}# Wrong\n` })
    expect((await pair.run('--take', `README.md=${from}`)).exitCode).toBe(0)
    expect(readmes(pair)).toEqual([undefined, undefined])
    await expectInSync(pair)
  })

  test('of a README in a folder alone, which is no card', async () => {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    act(pair, from, { 'docs/README.md': '# Right\n' })
    act(pair, to, { 'docs/README.md': `${card}# Wrong\n` })
    const ran = await pair.run('--take', `*=${from}`)
    expect([ran.exitCode, text(pair, to, 'docs/README.md')]).toEqual([0, '# Right\n'])
    await expectInSync(pair)
  })
})

test.each([
  ['bytes that are no text', Buffer.from([0x23, 0xff, 0x0a])],
  ['an object', { lfs: Buffer.from('# Mine\n') }],
])('a README of %s goes as it is', async (_, content) => {
  const pair = startPair()
  act(pair, 'github', {
    'README.md': content,
    ...(Buffer.isBuffer(content) ? {} : { '.gitattributes': 'README.md filter=lfs diff=lfs merge=lfs -text\n' }),
  })
  act(pair, 'huggingface', { 'README.md': `${card}# Theirs\n` })
  const ran = await pair.run('--dry-run', '--init', 'github')
  expect([ran.exitCode, ran.out], ran.err).toEqual([
    0,
    expect.stringMatching(/^ +(?:changed|merged) +README\.md .*LFS$/m),
  ])
})
