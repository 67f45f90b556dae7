/**
 * Pointers in every spelling that git-lfs follows, end to end: they are their objects where a rule says LFS, and text
 * elsewhere.
 */
import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { otherSide, type Side } from '../../lib/model/sides.ts'
import { formatPointer } from '../hubs/github-repository.ts'
import { servePair, type Pair, type PairOptions } from '../hubs/pair.ts'
import { act, directions, expectStopped, heads, type Files } from '../run/mirror-setup.ts'

const rule = { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n' }
const bytes = (seed: string) => Buffer.concat([Buffer.from([0, 255]), createHash('sha512').update(seed).digest()])
const object = (content: Buffer) => ({
  oid: createHash('sha256').update(content).digest('hex'),
  byteLength: content.length,
})
const pointer = (content: Buffer) => formatPointer(object(content)).toString()
/** As a merge on Windows leaves it. */
const crlf = (content: Buffer) => pointer(content).replaceAll('\n', '\r\n')
const spellings: [string, (content: Buffer) => string][] = [
  ['CRLF', crlf],
  ['no final newline', (content) => pointer(content).trimEnd()],
  ['the version line of before', (content) => pointer(content).replace('git-lfs', 'hawser')],
  ['blank lines', (content) => `\n${pointer(content)}\n\n`],
]

let pair: Pair
afterEach(() => pair.close())

async function begin(files: Files, options: PairOptions = {}): Promise<void> {
  pair = await servePair({ waitMsMax: 20, ...options })
  act(pair, 'github', files)
  const ran = await pair.run()
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
}

const gitOf = (side: Side) => (side === 'github' ? pair.github.store : pair.huggingface.git)
/** The blob itself: the fakes give an object's content. */
function blobAt(side: Side, path: string): string | undefined {
  const git = gitOf(side)
  const file = git.readFiles(git.readCommit(heads(pair)[side]!).tree).get(path)
  return file && git.read(file.oid, 'blob').toString('latin1')
}

/** A commit made with git, whatever the service would make of it. */
function pushBlob(side: Side, path: string, text: string): void {
  if (side === 'github') return void act(pair, side, { [path]: text })
  const { git } = pair.huggingface
  const head = git.readCommit(heads(pair).huggingface!)
  const files = new Map(git.readFiles(head.tree)).set(path, { mode: '100644', oid: git.writeBlob(Buffer.from(text)) })
  pair.huggingface.gitPush(
    'main',
    git.writeCommit({
      ...head,
      tree: git.writeFiles(files),
      parents: [heads(pair).huggingface!],
      message: 'Merge on Windows\n',
    }),
  )
}

async function run(...argv: string[]) {
  const ran = await pair.run(...argv)
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
  return ran
}

test.each(spellings)('an object that is new on GitHub in a pointer with %s arrives as the object', async (_, spell) => {
  await begin({ ...rule, 'README.md': '# Corpus\n' })
  const content = bytes('new')
  pair.github.addObject(content)
  pushBlob('github', 'm.bin', spell(content))
  expect((await run()).out).toMatch(/equal: 2 files, 1 object on both sides/)
  expect(pair.huggingface.files('main').get('m.bin')!.content.equals(content)).toBe(true)
  expect(blobAt('github', 'm.bin')).toBe(spell(content))
  expect((await run('--verify')).out).toContain('equal')
})

describe.each(directions)('a pointer that is only spelled otherwise on $from', ({ from, to }) => {
  test.each(spellings)('replaces no object by its stub: %s', async (_, spell) => {
    const content = bytes('kept')
    await begin({ ...rule, 'm.bin': { lfs: content }, 'README.md': '# Corpus\n' })
    const before = blobAt(to, 'm.bin')
    pushBlob(from, 'm.bin', spell(content))
    const ran = await run()
    expect(ran.out).not.toContain('m.bin')
    expect([blobAt(to, 'm.bin'), blobAt(from, 'm.bin')]).toEqual([before, spell(content)])
    expect((await run()).requests).toBe(2)
    expect((await run('--verify')).out).toMatch(/equal: 2 files, 1 object on both sides/)
    // What comes later over it goes through.
    act(pair, to, { 'm.bin': { lfs: bytes('later') } })
    await run()
    expect(pair[from].files('main').get('m.bin')!.lfs).toEqual(object(bytes('later')))
  })

  test('is no change of its content: what the other side made of the file wins, also where it deleted it', async () => {
    await begin({ ...rule, 'a.bin': { lfs: bytes('a') }, 'b.bin': { lfs: bytes('b') }, 'README.md': '# Corpus\n' })
    pushBlob(from, 'a.bin', crlf(bytes('a')))
    pushBlob(from, 'b.bin', crlf(bytes('b')))
    act(pair, to, { 'a.bin': { lfs: bytes('changed') }, 'b.bin': null })
    await run()
    expect([blobAt(from, 'a.bin'), blobAt(from, 'b.bin')]).toEqual([pointer(bytes('changed')), undefined])
  })

  test('is another object where it names one', async () => {
    await begin({ ...rule, 'm.bin': { lfs: bytes('one') }, 'README.md': '# Corpus\n' })
    pair[from].addObject(bytes('two'))
    pushBlob(from, 'm.bin', crlf(bytes('two')))
    await run()
    expect(pair[to].files('main').get('m.bin')!.lfs).toEqual(object(bytes('two')))
  })
})

test('--init github replaces no object on the Hub by the stub of the same', async () => {
  await begin({ ...rule, 'm.bin': { lfs: bytes('kept') }, 'README.md': '# Corpus\n' })
  pushBlob('github', 'm.bin', crlf(bytes('kept')))
  act(pair, 'github', { 'README.md': '# Changed\n' })
  await run('--init', 'github')
  expect(pair.huggingface.files('main').get('m.bin')!.content.equals(bytes('kept'))).toBe(true)
})

test.each(directions)(
  'a pointer with an extension on $from is refused by name, and nothing is written',
  async ({ from }) => {
    await begin({ ...rule, 'README.md': '# Corpus\n' })
    pushBlob(from, 'x.bin', pointer(bytes('x')).replace('oid', `ext-0-crypt sha256:${'1'.repeat(64)}\noid`))
    const before = heads(pair)
    const ran = await pair.run()
    expect([ran.exitCode, heads(pair)], ran.out + ran.err).toEqual([3, before])
    expect(ran.out + ran.err).toMatch(
      /"x\.bin" [^]*it names the extension ext-0-crypt[^]*Commit the file without the extension/,
    )
  },
)

describe('text of a pointer that somebody keeps', () => {
  const kept = pointer(bytes('nowhere'))
  const options: PairOptions = { huggingface: { switches: { pointersAreText: true } } }

  test.each(directions)(
    'at a path that no rule tracks travels from $from as text, is merged as text, and its object is missed by nobody',
    async ({ from }) => {
      await begin({ ...rule, 'README.md': '# Corpus\n' }, options)
      pushBlob(from, 'docs/pointer.txt', kept)
      await run()
      expect(blobAt(otherSide[from], 'docs/pointer.txt')).toBe(kept)
      expect((await run()).requests).toBe(2)
      expect((await run('--verify')).out).toContain('equal')
      act(pair, from, { 'docs/pointer.txt': `# A pointer\n${kept}` })
      await run()
      expect(blobAt(otherSide[from], 'docs/pointer.txt')).toBe(`# A pointer\n${kept}`)
    },
  )

  test('is refused by a Hub that takes every pointer for one, whose words say why', async () => {
    await begin({ ...rule, 'README.md': '# Corpus\n' })
    pushBlob('github', 'docs/pointer.txt', kept)
    const ran = await pair.run()
    expect(ran.exitCode).toBe(3)
    expect(ran.out + ran.err).toMatch(
      /pointed to a file that does not exist[^]*no rule in \.gitattributes makes an LFS file of "docs\/pointer\.txt"/,
    )
    expect(ran.out + ran.err).not.toContain('says that it has this object')
  })

  test('at a path that a rule tracks is an object, and a missing one is told', async () => {
    await begin({ ...rule, 'README.md': '# Corpus\n' })
    pushBlob('github', 'x.bin', crlf(bytes('nowhere')))
    expect(await expectStopped(pair, 3)).toContain('GitHub lacks the LFS objects of "x.bin"')
  })
})

test('a rule that goes away while the pointers stay changes no file: both sides still hold the same blob', async () => {
  await begin({ ...rule, 'm.bin': { lfs: bytes('kept') }, 'README.md': '# Corpus\n' })
  act(pair, 'github', { '.gitattributes': '*.csv text\n' })
  await run()
  expect(pair.huggingface.files('main').get('m.bin')!.lfs).toEqual(object(bytes('kept')))
  expect((await run('--verify')).out).toContain('equal')
})
