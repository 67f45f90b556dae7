/** Runs that write one side alone. The token for the other one may only read, so that the fake hub refuses any write. */
import { describe, expect, test } from 'vitest'
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import { startPair, tokens, type Pair, type PairOptions } from '../hubs/pair.ts'
import { commitTo, pushTo } from './git-users.ts'
import {
  act,
  beginMirror,
  contents,
  expectInSync,
  expectStopped,
  heads,
  mirror,
  pictures,
  text,
} from './mirror-setup.ts'

const files = { 'README.md': '# Corpus\n', 'a.txt': 'one\ntwo\nthree\n', 'data/b.txt': 'b\n' }

/** Lets the side be read alone, or everything again where none is named. */
function letWrite(pair: Pair, side: Side | null): void {
  pair.env.GITHUB_TOKEN = side === 'huggingface' ? tokens.githubRead : tokens.github
  pair.env.HF_TOKEN = side === 'github' ? tokens.huggingfaceRead : tokens.huggingface
}

/** A run one way that writes, and one after it that finds nothing to do. */
async function mirrorOnly(pair: Pair, to: Side): Promise<void> {
  const before = heads(pair)
  const ran = await pair.run('--to', to)
  expect([ran.exitCode, heads(pair)[otherSide[to]]], ran.out + ran.err).toEqual([0, before[otherSide[to]]])
  expect(heads(pair)[to]).not.toBe(before[to])
  expect(await pair.run('--to', to)).toMatchObject({ exitCode: 0, requests: 2 })
}

/** Mirrored once, both ways; from then on only `to` may be written. */
async function startOneWay(to: Side, options?: PairOptions): Promise<Pair> {
  const pair = await beginMirror(startPair(options), files)
  letWrite(pair, to)
  return pair
}

describe.each(sides)('--to %s', (to) => {
  const from = otherSide[to]

  test('a first run and later ones write there alone, with a token for the other side that may only read', async () => {
    const pair = startPair()
    act(pair, from, files)
    letWrite(pair, to)
    await mirror(pair, '--to', to)
    act(pair, from, { 'a.txt': 'ONE\ntwo\nthree\n', 'data/b.txt': null })
    act(pair, from, { 'c.txt': 'c\n' })
    const before = heads(pair)
    await mirror(pair, '--to', to)
    expect(heads(pair)[from]).toBe(before[from])
    act(pair, from, { 'c.txt': 'C\n' })
    act(pair, from, pictures(3))
    await mirror(pair, '--to', to, '--squash')
  })

  test('LFS objects come from a store of which a token for reading is known', async () => {
    const pair = await startOneWay(to)
    act(pair, from, { 'big.bin': { lfs: Buffer.from('object') } })
    const before = heads(pair)
    const ran = await pair.run('--to', to)
    expect([ran.exitCode, heads(pair)[from]], ran.out + ran.err).toEqual([0, before[from]])
    expect((await pair.run('--to', to, '--verify')).exitCode).toBe(0)
  })

  test('what changed there is refused and listed, and goes the other way in a run without it', async () => {
    const pair = await startOneWay(to)
    act(pair, from, { 'a.txt': 'ONE\ntwo\nthree\n' })
    act(pair, to, { 'a.txt': 'one\ntwo\nTHREE\n', 'own.txt': 'own\n', 'data/b.txt': null })
    const out = await expectStopped(pair, 3, '--to', to)
    expect(out).toContain('3 files would have to go to')
    expect(out).toContain('"a.txt", "data/b.txt", "own.txt"')
    expect(JSON.parse(await expectStopped(pair, 3, '--to', to, '--json')).refusals).toMatchObject([
      { kind: 'one way', allowedBy: '--allow-overwrite' },
    ])
    letWrite(pair, null)
    await mirror(pair)
    expect([text(pair, from, 'a.txt'), text(pair, from, 'own.txt')]).toEqual(['ONE\ntwo\nTHREE\n', 'own\n'])
  })

  test('--check asks for no right to write on the other side, nor for a token where everybody can read', async () => {
    const pair = await startOneWay(to)
    act(pair, from, { 'c.txt': 'c\n' })
    const ran = await pair.run('--check', '--to', to)
    expect([ran.exitCode, ran.out], ran.out).toEqual([0, expect.stringContaining(`--to ${to} writes nothing here`)])
    expect((await pair.run('--check')).exitCode).toBe(4)
    delete pair.env[from === 'github' ? 'GITHUB_TOKEN' : 'HF_TOKEN']
    expect((await pair.run('--check', '--to', to)).exitCode).toBe(0)
    await mirrorOnly(pair, to)
  })

  test('many changes are told by folder', async () => {
    const pair = await startOneWay(to)
    act(pair, to, pictures(25))
    const out = await expectStopped(pair, 3, '--to', to)
    expect(out).toMatch(/and 5 more \(25 in "img\/"\)/)
  })

  test('--allow-overwrite takes them back, says so, and nothing of it comes again', async () => {
    const pair = await startOneWay(to)
    act(pair, from, { 'a.txt': 'ONE\n', 'new.txt': 'new\n' })
    act(pair, to, { 'a.txt': 'own\n', 'own.txt': 'own\n', 'data/b.txt': null, 'README.md': '# Own\n' })
    const held = contents(pair, from)
    const dry = await pair.run('--to', to, '--allow-overwrite', '--dry-run')
    expect(dry.out).toMatch(
      /It deletes 1 file: "own.txt"; it overwrites 2 files: "README.md", "a.txt"; it brings back 1/,
    )
    const before = heads(pair)
    await mirror(pair, '--to', to, '--allow-overwrite')
    expect([contents(pair, to), heads(pair)[from]]).toEqual([held, before[from]])
    expect(await pair.run('--to', to)).toMatchObject({ exitCode: 0, requests: 2 })
    letWrite(pair, null)
    const after = heads(pair)
    await expectInSync(pair)
    expect(heads(pair)).toEqual(after)
    act(pair, to, { 'later.txt': 'later\n' })
    await mirror(pair)
    expect(contents(pair, from)).toEqual({ ...held, 'later.txt': 'later\n' })
  })

  test('where nothing is overwritten, --allow-overwrite copies commit by commit as ever', async () => {
    const pair = await startOneWay(to)
    act(pair, from, { 'c.txt': 'c\n' }, 'First')
    act(pair, from, { 'd.txt': 'd\n' }, 'Second')
    const ran = await mirror(pair, '--to', to, '--allow-overwrite')
    expect(JSON.parse(ran.out).commitCounts[to]).toBe(2)
  })

  test('brakes hold when the other side is emptied, or has lost too much', async () => {
    const pair = await startOneWay(to)
    act(pair, to, { 'own.txt': 'own\n' })
    act(pair, from, { 'README.md': null, 'a.txt': null, 'data/b.txt': null })
    expect(await expectStopped(pair, 3, '--to', to, '--allow-overwrite')).toContain('--allow-delete')
    const other = await startOneWay(to)
    act(other, to, { 'own.txt': 'own\n', 'own2.txt': 'own\n' })
    expect(await expectStopped(other, 3, '--to', to, '--allow-overwrite', '--max-delete', '1')).toContain('2 of 5')
  })

  test('a side that was emptied is refused, and filled again where it may be overwritten', async () => {
    const pair = await startOneWay(to)
    act(pair, to, { 'README.md': null, 'a.txt': null, 'data/b.txt': null })
    expect(await expectStopped(pair, 3, '--to', to)).toContain('3 files would have to go')
    await mirror(pair, '--to', to, '--allow-overwrite')
    expect(text(pair, to, 'data/b.txt')).toBe('b\n')
  })

  test('a conflict is settled by the other side alone, or overwritten', async () => {
    const pair = await startOneWay(to)
    act(pair, from, { 'a.txt': 'theirs\n' })
    act(pair, to, { 'a.txt': 'own\n' })
    expect(await expectStopped(pair, 2, '--to', to)).toContain(`(--take <path>=${from})`)
    await mirror(pair, '--to', to, '--take', `a.txt=${from}`)
    expect(text(pair, to, 'a.txt')).toBe('theirs\n')
  })

  test('where both made the same change nothing is lost, whatever run comes next', async () => {
    const pair = await startOneWay(to)
    act(pair, from, { 'a.txt': 'same\n' })
    act(pair, to, { 'a.txt': 'same\n' })
    const before = heads(pair)
    const ran = await pair.run('--to', to)
    expect([ran.exitCode, heads(pair)[from]], ran.out + ran.err).toEqual([0, before[from]])
    act(pair, from, { 'c.txt': 'c\n' })
    await mirror(pair, '--to', to)
    act(pair, from, { 'a.txt': 'one\ntwo\nthree\n' })
    letWrite(pair, null)
    await mirror(pair)
    expect(text(pair, to, 'a.txt')).toBe('one\ntwo\nthree\n')
  })

  test('equal files without a sync point are in sync, and a run that may write says so in a commit', async () => {
    const pair = startPair()
    for (const side of sides) act(pair, side, files)
    letWrite(pair, to)
    const before = heads(pair)
    const ran = await pair.run('--to', to)
    expect([ran.exitCode, heads(pair)[from]], ran.out + ran.err).toEqual([0, before[from]])
    if (to === 'huggingface') expect(ran.out).toContain('no commit says so yet')
    letWrite(pair, null)
    await pair.run()
    await expectInSync(pair)
  })

  test('an empty other side, and unrelated files, are refused', async () => {
    const pair = startPair()
    act(pair, to, files)
    letWrite(pair, to)
    expect(await expectStopped(pair, 3, '--to', to)).toContain('files would have to go')
    await expectStopped(pair, 3, '--to', to, '--allow-overwrite')
    act(pair, from, { 'x.txt': 'x\n', 'y.txt': 'y\n' })
    expect(await expectStopped(pair, 3, '--to', to, '--allow-overwrite')).toContain('--init')
    await mirror(pair, '--to', to, '--init', from, '--allow-delete')
    expect(Object.keys(contents(pair, to))).toEqual(['x.txt', 'y.txt'])
  })

  test('what a private side has sent before is overwritten on a public one without asking again', async () => {
    const pair = startPair({ [from]: { private: true } })
    act(pair, from, files)
    letWrite(pair, to)
    expect(await expectStopped(pair, 3, '--to', to)).toContain('--allow-public')
    await mirror(pair, '--to', to, '--allow-public')
    act(pair, to, { 'a.txt': 'own\n' })
    act(pair, from, { 'c.txt': 'c\n' })
    await mirror(pair, '--to', to, '--allow-overwrite')
  })
})

test('one way from GitHub, then one way from the Hub', async () => {
  const pair = startPair()
  act(pair, 'github', files)
  letWrite(pair, 'huggingface')
  await mirror(pair, '--to', 'huggingface')
  act(pair, 'huggingface', { 'h.txt': 'h\n', 'a.txt': null })
  letWrite(pair, 'github')
  await mirror(pair, '--to', 'github')
  act(pair, 'github', { 'g.txt': 'g\n' })
  letWrite(pair, 'huggingface')
  await mirror(pair, '--to', 'huggingface')
  expect(Object.keys(contents(pair, 'github'))).toEqual(['README.md', 'data/b.txt', 'g.txt', 'h.txt'])
})

test('a card keeps nothing of its own where it is overwritten: that would have to be written on both sides', async () => {
  const pair = await beginMirror(startPair(), { 'README.md': '# Corpus\n' })
  act(pair, 'huggingface', { 'README.md': '---\nlicense: mit\n---\n# Own\n' })
  act(pair, 'github', { 'README.md': '# Ours\n' })
  letWrite(pair, 'huggingface')
  const argv = ['--to', 'huggingface', '--init', 'github']
  expect(await expectStopped(pair, 3, ...argv)).toContain('"README.md"')
  await mirror(pair, ...argv, '--allow-overwrite')
  expect(text(pair, 'huggingface', 'README.md')).toBe('# Ours\n')
})

test('a branch that is missing is made on the side that is written, and not on the other one', async () => {
  const pair = await startOneWay('huggingface')
  pushTo(pair, 'github', 'dev', heads(pair).github)
  commitTo(pair, 'github', 'dev', { 'dev.txt': 'dev\n' })
  const ran = await pair.run('--to', 'github', '--branch', 'dev')
  expect([ran.exitCode, ran.err]).toEqual([3, expect.stringContaining('--to github makes none there')])
  const made = await pair.run('--to', 'huggingface', '--branch', 'dev')
  expect([made.exitCode, pair.huggingface.files('dev').has('dev.txt')], made.out + made.err).toEqual([0, true])
})

test('--lfs huggingface needs a file on GitHub, which --to huggingface does not write', async () => {
  const pair = await startOneWay('huggingface')
  const argv = ['--lfs', 'huggingface', '--to', 'huggingface']
  expect(await expectStopped(pair, 3, ...argv)).toContain('Run once without --to')
  letWrite(pair, null)
  expect((await pair.run('--lfs', 'huggingface')).exitCode).toBe(0)
  act(pair, 'github', { 'c.txt': 'c\n' })
  letWrite(pair, 'huggingface')
  const ran = await pair.run(...argv)
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
})
