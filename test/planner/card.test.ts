/** The front matter of a card, where `--take` or `--init` puts one side's README in the place of the other's. */
import { describe, expect, test } from 'vitest'
import { services } from '../../lib/http/services.ts'
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
      /^ +(?:changed|merged) +README\.md .*\n +keeps the front matter of Hugging Face$/m,
    )
  })

  test("keeps the keys that GitHub's front matter lacks", async () => {
    const { pair } = begin({ 'README.md': '---\ntitle: Mine\n---\n# My app\n' })
    await expectKept(
      pair,
      ['--take', '*=github'],
      '---\ntitle: Mine\nemoji: 🪞\ncolorFrom: blue\ncolorTo: green\nsdk: static\npinned: false\n---\n# My app\n',
      /keeps emoji, colorFrom, colorTo, sdk, pinned of Hugging Face/,
    )
  })

  test('keeps its front matter where GitHub has no README at all and --init github is right', async () => {
    const { pair, block } = begin({ 'app.py': 'print(1)\n' })
    act(pair, 'huggingface', { 'app.py': 'print(2)\n', 'README.md': `${block}# Theirs\n` })
    await expectKept(pair, ['--init', 'github'], block, /keeps the front matter of Hugging Face/)
  })
})

describe.each(directions)('$from is right', ({ from, to }) => {
  test("by --init, and the other side's front matter stays on both", async () => {
    const pair = startPair()
    act(pair, from, { 'README.md': '# Right\n', 'a.txt': 'a\n' })
    act(pair, to, { 'README.md': `${card}# Wrong\n`, 'b.txt': 'b\n' })
    await expectKept(
      pair,
      ['--init', from],
      `${card}# Right\n`,
      new RegExp(`keeps the front matter of ${services[to].name}`),
    )
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
      new RegExp(`keeps the front matter of ${services[to].name}`),
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
      new RegExp(`keeps the front matter of ${services[to].name}`),
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

describe('front matter that both sides changed', () => {
  const begun = '---\n# Who may use it\nlicense: mit\nlanguage:\n- en\nzip: 01234\n---\n# Corpus\n\none\n'
  const start = async (github: string, huggingface: string, base = begun) => {
    const pair = await startMirrored({ 'README.md': base })
    act(pair, 'github', { 'README.md': github })
    act(pair, 'huggingface', { 'README.md': huggingface })
    return pair
  }

  test('is merged key by key, and the text below it by lines; what nobody changed keeps its bytes', async () => {
    const pair = await start(
      begun.replace('mit', "'apache-2.0'").replace('- en\n', '- en\n- de\n'),
      begun.replace('- en\n', '- en\n- nl\n').replace('zip', 'size: 10\nzip').replace('one', 'ONE'),
    )
    const ran = await pair.run()
    expect([ran.exitCode, ran.out], ran.out + ran.err).toEqual([0, expect.stringMatching(/merged +README\.md/)])
    const merged =
      "---\n# Who may use it\nlicense: 'apache-2.0'\nlanguage:\n- en\n- de\n- nl\nsize: 10\nzip: 01234\n---\n# Corpus\n\nONE\n"
    expect(readmes(pair)).toEqual([merged, merged])
    expectSyncPoints(pair)
    await expectInSync(pair)
    expect((await pair.run('--verify')).exitCode).toBe(0)
  })

  test('in one key is a conflict that names it, shows both values, and is settled by taking a side', async () => {
    const pair = await start(begun.replace('mit', 'apache-2.0'), begun.replace('mit', 'cc0-1.0').replace('one', 'two'))
    const { out, exitCode } = await pair.run()
    expect([exitCode, out]).toEqual([2, expect.stringContaining('both sides changed "license" in its front matter')])
    expect(out).toMatch(/ line 3\n +github +\| license: apache-2\.0\n +huggingface +\| license: cc0-1\.0\n/)
    expect(out).toContain("settle it with --take='README.md=github' or --take='README.md=huggingface'\n")
    const json = JSON.parse((await pair.run('--json')).out)
    expect(json.conflicts).toMatchObject([{ keys: ['license'], answers: ['github', 'huggingface'] }])
    const both = await pair.run('--take', 'README.md=both')
    expect([both.exitCode, both.out]).toEqual([2, expect.stringContaining('a key of its front matter has one value')])
    expect((await pair.run('--take', 'README.md=huggingface')).exitCode).toBe(0)
    expect(text(pair, 'github', 'README.md')).toBe(begun.replace('mit', 'cc0-1.0').replace('one', 'two'))
  })

  test('and the same lines below it: --take both keeps these lines, under the merged keys', async () => {
    const pair = await start(begun.replace('mit', 'afl-3.0').replace('one', 'two'), begun.replace('one', 'three'))
    expect(await pair.run()).toMatchObject({ exitCode: 2, out: expect.stringContaining('line 10\n') })
    expect((await pair.run('--take', 'README.md=both')).exitCode).toBe(0)
    const merged = begun.replace('mit', 'afl-3.0').replace('one', 'two\nthree')
    expect(readmes(pair)).toEqual([merged, merged])
  })

  test('in another README than that of the root is merged as any text', async () => {
    const pair = await startMirrored({ 'docs/README.md': begun })
    act(pair, 'github', { 'docs/README.md': begun.replace('mit', 'apache-2.0') })
    act(pair, 'huggingface', { 'docs/README.md': begun.replace('language:\n', 'language: \n') })
    expect(await pair.run()).toMatchObject({ exitCode: 2, out: expect.stringContaining('changed the same lines') })
  })

  test('to what Hugging Face refuses is found before anything is written', async () => {
    const id = 'spaces/acme/corpus'
    const pair = startPair({ huggingface: { id }, env: { HF_REPO: id } })
    act(pair, 'github', { 'app.py': 'print(1)\n' })
    expect((await pair.run('--init', 'union')).exitCode).toBe(0)
    const block = text(pair, 'github', 'README.md')!
    act(pair, 'github', { 'README.md': block.replace('sdk: static\n', '') })
    act(pair, 'huggingface', { 'README.md': block.replace('title: ', 'title: My ') })
    const before = [pair.github.head('main'), pair.huggingface.head('main')]
    const ran = await pair.run()
    expect([ran.exitCode, ran.out], ran.err).toEqual([3, expect.stringContaining('"sdk" is required')])
    expect([pair.github.head('main'), pair.huggingface.head('main')]).toEqual(before)
  })

  test('of two cards that both sides added: --take both has the keys of both, unless one has two values', async () => {
    const pair = startPair()
    act(pair, 'github', { 'README.md': '---\nlicense: mit\n---\n# Mine\n' })
    act(pair, 'huggingface', { 'README.md': '---\nlanguage: en\n---\n# Theirs\n' })
    expect((await pair.run('--init', 'union')).out).toContain("--take='README.md=both'")
    await expectKept(
      pair,
      ['--init', 'union', '--take', 'README.md=both'],
      '---\nlanguage: en\nlicense: mit\n---\n# Mine\n# Theirs\n',
      /merged +README\.md/,
    )
    const other = startPair()
    act(other, 'github', { 'README.md': '---\nlicense: mit\n---\n# Mine\n' })
    act(other, 'huggingface', { 'README.md': '---\nlicense: cc0-1.0\n---\n# Theirs\n' })
    const { out } = await other.run('--init', 'union')
    expect(out).toContain('with different content; its front matter differs in "license"')
    expect(out).not.toContain('README.md=both')
  })
})
