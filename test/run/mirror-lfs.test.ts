/** The command on files that are objects on one side or on both, over real ports: bytes go once, or not at all. */
import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import type { Side } from '../../lib/model/sides.ts'
import { formatPointer } from '../hubs/github-repository.ts'
import { servePair, type Pair } from '../hubs/pair.ts'
import {
  act,
  beginMirror,
  contents,
  directions,
  expectInSync,
  expectStopped,
  heads,
  mirror,
  text,
  type Files,
} from './mirror-setup.ts'

/** Bytes that are no text; the Hub takes them only as an object. */
function bytes(seed: string, byteLength = 3_000): Buffer {
  const block = createHash('sha256').update(seed).digest()
  return Buffer.concat([
    Buffer.from([0, 255]),
    ...Array.from({ length: Math.ceil(byteLength / block.length) }, () => block),
  ]).subarray(0, byteLength)
}

let pair: Pair
afterEach(() => pair.close())

async function serveMirrored(files: Files): Promise<void> {
  pair = await servePair()
  await beginMirror(pair, files)
  await expectInSync(pair)
}

const uploads = (side: Side) => pair.storages[side].hub.requests.filter(({ method }) => method === 'PUT').length
/** Whole ones, or what is left of them; not the ends that a plan is told by. */
const downloads = (side: Side) =>
  pair.storages[side].hub.requests.filter(
    ({ method, headers }) => method === 'GET' && !/-\d+$/.test(headers.get('range') ?? ''),
  ).length
const object = (side: Side, path: string) => pair[side].files('main').get(path)?.lfs ?? null
const pointer = (content: Buffer) =>
  formatPointer({ oid: createHash('sha256').update(content).digest('hex'), byteLength: content.length })

/** An object and its rule, and a picture that GitHub keeps plain. */
const begin: Files = {
  'README.md': '# Corpus\n',
  '.gitattributes': '*.parquet filter=lfs diff=lfs merge=lfs -text\n',
  'data/a.parquet': { lfs: bytes('a') },
  'logo.png': bytes('logo'),
}

describe.each(directions)('objects from $from to $to', ({ from, to }) => {
  test('a new one and a changed one go down once and up once each', async () => {
    await serveMirrored(begin)
    const before = { down: downloads(from), up: uploads(to), back: uploads(from) }
    act(pair, from, { 'data/b.parquet': { lfs: bytes('b') }, 'data/a.parquet': { lfs: bytes('a, changed') } })
    await mirror(pair)
    expect([downloads(from) - before.down, uploads(to) - before.up, uploads(from) - before.back]).toEqual([2, 2, 0])
    expect(object(to, 'data/b.parquet')).toEqual(object(from, 'data/b.parquet'))
    expect(object(to, 'data/a.parquet')!.oid).toBe(createHash('sha256').update(bytes('a, changed')).digest('hex'))
  })

  test('one that is refused is told by the path of its file', async () => {
    await serveMirrored(begin)
    act(pair, from, { 'data/b.parquet': { lfs: bytes('b') } })
    pair.storages[to].hub.faults.push({
      on: ({ method }) => method === 'PUT',
      when: 'before',
      act: { status: 400, body: 'no' },
      times: 9,
    })
    expect((await pair.run()).err).toContain('Cannot upload "data/b.parquet" (LFS object ')
  })

  test('none is sent where the other side has to be written too and its token is missing', async () => {
    await serveMirrored(begin)
    const before = uploads(to)
    act(pair, from, { 'data/b.parquet': { lfs: bytes('b') } })
    act(pair, to, { 'README.md': '# Changed\n' })
    pair.env[from === 'github' ? 'GITHUB_TOKEN' : 'HF_TOKEN'] = ''
    expect((await pair.run()).exitCode).toBe(4)
    expect(uploads(to)).toBe(before)
  })

  test('one that is renamed, copied or deleted moves no bytes', async () => {
    await serveMirrored(begin)
    const before = uploads(to)
    act(pair, from, { 'data/a.parquet': null, 'moved/a.parquet': { lfs: bytes('a') } })
    await mirror(pair)
    act(pair, from, { 'copy.parquet': { lfs: bytes('a') } })
    await mirror(pair)
    act(pair, from, { 'moved/a.parquet': null })
    await mirror(pair)
    expect(Object.keys(contents(pair, to))).toEqual(['README.md', 'copy.parquet', 'logo.png'])
    expect(object(to, 'copy.parquet')).toEqual(object(from, 'copy.parquet'))
    expect(uploads(to)).toBe(before)
  })

  test('one that the other side already has is not sent', async () => {
    await serveMirrored(begin)
    const before = { down: downloads(from), up: uploads(to) }
    pair[to].addObject(bytes('there already'))
    act(pair, from, { 'data/b.parquet': { lfs: bytes('there already') } })
    await mirror(pair)
    expect([downloads(from) - before.down, uploads(to) - before.up]).toEqual([0, 0])
  })

  test("several under one pointer's content go once", async () => {
    await serveMirrored(begin)
    const before = uploads(to)
    act(pair, from, { 'data/b.parquet': { lfs: bytes('twice') }, 'data/c.parquet': { lfs: bytes('twice') } })
    await mirror(pair)
    expect(uploads(to) - before).toBe(1)
  })

  test('a pointer without its object stops the run before anything is written', async () => {
    await serveMirrored(begin)
    act(pair, from, { 'README.md': '# Another\n', 'data/b.parquet': { lfs: bytes('lost') } })
    const lost = createHash('sha256').update(bytes('lost')).digest('hex')
    const stored = pair.storages[from].objects
    for (const key of stored.keys()) if (key.endsWith(lost)) stored.delete(key)
    const before = uploads(to)
    const out = await expectStopped(pair, 3)
    expect(out).toContain('data/b.parquet')
    expect(out).toMatch(/refused: .* lacks the LFS objects of/)
    expect(uploads(to)).toBe(before)
    pair[from].addObject(bytes('lost'))
    await mirror(pair)
  })

  test('a text that becomes an object, and one that becomes a text', async () => {
    await serveMirrored(begin)
    const rules = {
      '.gitattributes': `${text(pair, from, '.gitattributes')}README.md filter=lfs diff=lfs merge=lfs -text\ndata/a.parquet -filter -diff -merge text\n`,
    }
    act(pair, from, { ...rules, 'README.md': { lfs: bytes('readme') }, 'data/a.parquet': 'no parquet any more\n' })
    const ran = await pair.run()
    expect(ran.exitCode, ran.out + ran.err).toBe(0)
    await expectInSync(pair)
    expect(text(pair, to, 'data/a.parquet')).toBe('no parquet any more\n')
  })

  test('a picture that is plain on GitHub and an object on the Hub stays so when it changes', async () => {
    await serveMirrored(begin)
    expect([object('github', 'logo.png'), object('huggingface', 'logo.png')?.byteLength]).toEqual([null, 3_000])
    for (const seed of ['second', 'third']) {
      act(pair, from, { 'logo.png': bytes(seed), [`${seed}.png`]: bytes(`new ${seed}`) })
      await mirror(pair)
      expect([object('github', 'logo.png'), object('huggingface', 'logo.png')?.byteLength]).toEqual([null, 3_000])
      expect(object('github', `${seed}.png`)).toBeNull()
      expect(pair.github.files('main').get('logo.png')!.content).toEqual(bytes(seed))
    }
  })
})

test('a pointer that somebody committed without git-lfs is no object either', async () => {
  await serveMirrored(begin)
  act(pair, 'github', { 'x.parquet': pointer(bytes('never uploaded')) })
  expect(await expectStopped(pair, 3)).toContain('GitHub lacks the LFS objects of "x.parquet"')
})

test('a picture edited on one side and a text on the other', async () => {
  await serveMirrored(begin)
  act(pair, 'github', { 'logo.png': bytes('by GitHub') })
  act(pair, 'huggingface', { 'README.md': '# By the Hub\n', 'data/new.parquet': { lfs: bytes('new') } })
  await mirror(pair)
  expect(object('huggingface', 'logo.png')!.oid).toBe(createHash('sha256').update(bytes('by GitHub')).digest('hex'))
  expect([object('github', 'logo.png'), object('github', 'data/new.parquet')?.byteLength]).toEqual([null, 3_000])
})

test('the same bytes on both sides, plain here and an object there, are no conflict', async () => {
  await serveMirrored(begin)
  act(pair, 'github', { 'logo.png': bytes('same'), 'more.png': bytes('more') })
  act(pair, 'huggingface', { 'logo.png': bytes('same'), 'more.png': bytes('more') })
  const hub = pair.huggingface.head('main')
  await mirror(pair)
  expect(pair.huggingface.head('main')).toBe(hub)
})

describe.each(['logo.png', 'data/a.parquet'])('%s changed on both sides', (path) => {
  const change = (seed: string) => (path.endsWith('png') ? bytes(seed) : { lfs: bytes(seed) })

  test('is a conflict, and nothing is written or sent', async () => {
    await serveMirrored(begin)
    for (const { from } of directions) act(pair, from, { [path]: change(from) })
    const before = [uploads('github'), uploads('huggingface')]
    expect(await expectStopped(pair, 2)).toContain(`${path}  content: both sides changed it, and it is stored in LFS`)
    expect([uploads('github'), uploads('huggingface')]).toEqual(before)
  })

  test.each(directions)('is settled by taking $from', async ({ from }) => {
    await serveMirrored(begin)
    for (const side of directions) act(pair, side.from, { [path]: change(side.from) })
    await mirror(pair, '--take', `${path}=${from}`)
    expect(pair.github.files('main').get(path)!.content).toEqual(bytes(from))
  })
})

test('a large text without a rule is an object on the Hub and plain on GitHub', async () => {
  await serveMirrored(begin)
  const large = 'a,b\n'.repeat(2_700_000)
  act(pair, 'github', { 'large.csv': large })
  await mirror(pair)
  expect([object('github', 'large.csv'), object('huggingface', 'large.csv')?.byteLength]).toEqual([null, large.length])
})

test('an object of the Hub above 10 MB stays one on GitHub, and brings its rule', async () => {
  await serveMirrored({ 'README.md': '# Corpus\n' })
  act(pair, 'huggingface', { 'weights.xyz': bytes('large', 11_000_000) })
  await mirror(pair)
  expect(object('github', 'weights.xyz')).toEqual(object('huggingface', 'weights.xyz'))
  expect(text(pair, 'github', '.gitattributes')).toMatch(/weights\.xyz filter=lfs/)
})

test('a dry run reads and sends no object', async () => {
  await serveMirrored(begin)
  act(pair, 'github', { 'data/b.parquet': { lfs: bytes('b') } })
  const before = [heads(pair), downloads('github'), uploads('huggingface')]
  const ran = await pair.run('--dry-run')
  expect(ran.out).toMatch(/ {2}new +data\/b\.parquet +3\.0 kB {2}LFS/)
  expect([heads(pair), downloads('github'), uploads('huggingface')]).toEqual(before)
})

test('a plain file that becomes an object is asked of its own side only where the proof asks for all objects', async () => {
  await serveMirrored(begin)
  act(pair, 'github', { 'a.bin': bytes('plain') })
  const { log, exitCode } = await pair.run()
  const asked = log.filter((line) => line.startsWith('POST /acme/corpus.git/info/lfs/objects/batch'))
  expect([exitCode, asked.length]).toEqual([0, 1])
})
