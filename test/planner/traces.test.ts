/**
 * What a simulator found wrong in a draft of the design, each trace by its name, F1 to F9, with the real command on
 * both hubs. `Gn` is a GitHub commit, `Hn` one of the Hub's, `~Hn` a copy of it. The rest is in traces-edges.test.ts.
 */
import { describe, expect, test } from 'vitest'
import { sides } from '../../lib/model/sides.ts'
import { servePair, type Pair } from '../hubs/pair.ts'
import {
  act,
  beginMirror,
  bob,
  contents,
  expectInSync,
  expectStopped,
  heads,
  lastCommit,
  mirror,
  startMirrored,
  text,
  type Files,
} from '../run/mirror-setup.ts'

const isHubCommit = ({ method, url }: Request) => method === 'POST' && /\/commit\/main/.test(url)

/** The run dies where the Hub is to be written, before it is. */
async function crashBeforeHub(pair: Pair, ...argv: string[]): Promise<void> {
  pair.huggingface.faults.push({ on: isHubCommit, when: 'before', act: 'drop', times: 99 })
  expect((await pair.run(...argv)).exitCode).toBe(1)
  pair.huggingface.faults.length = 0
}

/** Puts another commit in the place of GitHub's head, with its message. */
function amend(pair: Pair, files: Files): void {
  const { message, parents } = lastCommit(pair, 'github')
  pair.github.forcePush('main', parents[0]!)
  pair.github.commit('main', { files, message, author: bob })
}

describe('F1: both sides made the same change, and one takes it back later', () => {
  //  G0~ ── G3(+a) ── G4(-a)      H1 ── H2(+a)
  test.each(sides)('on %s: it stays away', async (side) => {
    const pair = await startMirrored({ 'b.txt': 'b\n' })
    for (const each of sides) act(pair, each, { 'a.txt': 'v0\n' })
    await mirror(pair)
    act(pair, side, { 'a.txt': null })
    await mirror(pair)
    expect(contents(pair, 'github')).toEqual({ 'b.txt': 'b\n' })
  })
})

test("F2: a merge after which the Hub needs nothing names the Hub's head, so that the next run asks twice and is done", async () => {
  const pair = await startMirrored({ 'a.txt': 'a\n', 'b.txt': 'b\n' })
  act(pair, 'github', { 'a.txt': 'same\n' })
  const head = act(pair, 'huggingface', { 'a.txt': 'same\n', 'b.txt': 'more\n' })
  await mirror(pair)
  expect(heads(pair).huggingface).toBe(head)
  expect(lastCommit(pair, 'github').message).toContain(`/commit/${head}`)
})

describe('F3: a copied trailer is not believed, and an older pair never taken instead', () => {
  test('a cherry-pick of a copy on top: what came before it is mirrored', async () => {
    //  H2(+b) ── G3~H2 ── G4(-b) ── G5(b=v4, c) ── G7: G3 again, its trailer kept
    const pair = await startMirrored({ 'a.txt': 'v0\n' })
    act(pair, 'huggingface', { 'b.txt': 'v0\n' })
    await mirror(pair)
    const { message } = lastCommit(pair, 'github')
    act(pair, 'github', { 'b.txt': null })
    act(pair, 'github', { 'b.txt': 'v4\n', 'c.txt': 'c\n' })
    act(pair, 'github', { 'd.txt': 'd\n' }, message)
    await mirror(pair)
    expect(contents(pair, 'huggingface')).toEqual({ 'a.txt': 'v0\n', 'b.txt': 'v4\n', 'c.txt': 'c\n', 'd.txt': 'd\n' })
  })

  test('an amended copy is refused, and what was taken out does not come back', async () => {
    //  H2, H3(b=v2) ── G4~H2 ── G5~H3 amended to G6~H3(b=i)
    const pair = await startMirrored({ 'b.txt': 'v0\n' })
    act(pair, 'huggingface', { 'a.txt': 'a\n' })
    act(pair, 'huggingface', { 'b.txt': 'v2\n' })
    await mirror(pair)
    amend(pair, { 'b.txt': 'i\n' })
    expect(await expectStopped(pair, 3)).toContain('was amended, rebased or squashed since')
    expect(text(pair, 'github', 'b.txt')).toBe('i\n')
  })

  test("a copy that the Hub's owner amended by a forced push is seen when GitHub moves", async () => {
    //  G1 ── H1~G1 amended to H2~G1, another content; GitHub edits another file
    const pair = await startMirrored({ 'a.txt': 'v0\n' })
    act(pair, 'github', { 'a.txt': 'v1\n' })
    await mirror(pair)
    const { git } = pair.huggingface
    const copy = lastCommit(pair, 'huggingface')
    const files = git.readFiles(copy.tree)
    files.set('a.txt', { ...files.get('a.txt')!, oid: git.writeBlob(Buffer.from('amended\n')) })
    pair.huggingface.gitPush('main', git.writeCommit({ ...copy, tree: git.writeFiles(files) }))
    act(pair, 'github', { 'other.txt': 'v2\n' })
    expect(await expectStopped(pair, 3)).toContain('was amended, rebased or squashed since')
    expect(text(pair, 'huggingface', 'a.txt')).toBe('amended\n')
  })

  test('no check lists a side: a change costs the same however many files there are', async () => {
    const pair = await startMirrored(
      Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`d/${index}.txt`, `${index}\n`])),
    )
    act(pair, 'huggingface', { 'd/1.txt': 'changed\n' })
    const { log } = await pair.run()
    expect(log.filter((line) => /\/tree\/[0-9a-f]{40}|\/git\/trees\/[0-9a-f]{40} /.test(line))).toEqual([])
  })
})

test('F4: bytes of the same length are not the same bytes', async () => {
  //  H1(d.bin) ── G1~H1 amended, d.bin of the same length; the Hub changes d.bin
  const pair = await beginMirror(await servePair(), { 'd.bin': Buffer.from('\0one'), 'a.txt': 'a\n' })
  act(pair, 'huggingface', { 'a.txt': 'b\n', 'd.bin': { lfs: Buffer.from('\0two') } })
  expect((await pair.run()).exitCode).toBe(0)
  amend(pair, { 'a.txt': 'b\n', 'd.bin': Buffer.from('\0own') })
  act(pair, 'huggingface', { 'd.bin': { lfs: Buffer.from('\0six') } })
  await expectStopped(pair, 3)
  expect(text(pair, 'github', 'd.bin')).toBe('\0own')
  await pair.close()
})

describe("F5: GitHub's merge was written, the Hub never was", () => {
  //  G0 ── x1 ── M      H0 ── h1
  //    └── c1~h1 ┘
  async function start() {
    const pair = await startMirrored({ 'a.txt': 'a\n', 'b.txt': 'b\n' })
    act(pair, 'github', { 'x.txt': 'x\n' }, 'x1')
    act(pair, 'huggingface', { 'h.txt': 'h\n' }, 'h1')
    await crashBeforeHub(pair)
    expect(lastCommit(pair, 'github').parents).toHaveLength(2)
    return pair
  }
  const both = { 'a.txt': 'a\n', 'b.txt': 'b\n', 'x.txt': 'x\n', 'h.txt': 'h\n' }

  test('the next run writes one commit on the Hub, which never loses h1', async () => {
    const pair = await start()
    const before = heads(pair)
    await mirror(pair)
    expect(contents(pair, 'huggingface')).toEqual(both)
    expect(lastCommit(pair, 'huggingface').parents).toEqual([before.huggingface])
    expect(heads(pair).github).toBe(before.github)
  })

  test('it dies there once more, and the Hub moves on meanwhile: a second merge, and no refusal', async () => {
    const pair = await start()
    await crashBeforeHub(pair)
    act(pair, 'huggingface', { 'h2.txt': 'h2\n' }, 'h2')
    await crashBeforeHub(pair)
    await mirror(pair)
    expect(contents(pair, 'huggingface')).toEqual({ ...both, 'h2.txt': 'h2\n' })
  })

  test('a user reverts the merge on GitHub, either way: as git would', async () => {
    for (const [gone, kept] of [
      ['h.txt', 'x.txt'],
      ['x.txt', 'h.txt'],
    ] as const) {
      const pair = await start()
      act(pair, 'github', { [gone]: null }, 'Revert the merge')
      expect((await pair.run()).exitCode).toBe(0)
      expect(contents(pair, 'github')).toEqual(contents(pair, 'huggingface'))
      expect([contents(pair, 'huggingface')[gone], contents(pair, 'huggingface')[kept] !== undefined]).toEqual([
        undefined,
        true,
      ])
    }
  })
})

describe('F6: two sync points that do not contain one another', () => {
  test('a cherry-picked copy whose tree fits is no reason to refuse', async () => {
    //  H2, H3(+b), H4(-b) ── G5~H2 G6~H3 G7~H4 ── G8: G6 again, its trailer kept, and its tree too
    const pair = await startMirrored({ 'a.txt': 'v0\n' })
    act(pair, 'huggingface', { 'a.txt': 'v1\n' }, 'H2')
    act(pair, 'huggingface', { 'b.txt': 'b\n' }, 'H3')
    await mirror(pair)
    const { message } = lastCommit(pair, 'github')
    act(pair, 'huggingface', { 'b.txt': null }, 'H4')
    await mirror(pair)
    act(pair, 'github', { 'b.txt': 'b\n' }, message)
    await mirror(pair)
    expect(contents(pair, 'huggingface')).toEqual({ 'a.txt': 'v1\n', 'b.txt': 'b\n' })
  })

  test("GitHub moved while the Hub's commit was on its way: planned again, not written from a stale head", async () => {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    act(pair, 'github', { 'b.txt': 'b\n' })
    pair.huggingface.faults.push({
      on: ({ url }) => url.includes('/preupload/'),
      when: 'after',
      act: async () => {
        // A head that was told a moment ago is not asked for again.
        await pair.clock.sleep(1_100)
        act(pair, 'github', { 'b.txt': null, 'c.txt': 'c\n' })
      },
    })
    const ran = await pair.run()
    expect(ran.exitCode, ran.out + ran.err).toBe(0)
    expect(contents(pair, 'huggingface')).toEqual({ 'a.txt': 'a\n', 'c.txt': 'c\n' })
    await expectInSync(pair)
  })
})

describe('F7: a brake has an end', () => {
  test('GitHub rewound: refused with the lost commit named, lifted once by --init, and never again', async () => {
    //  G0 ── G2, gone      H0~G0 ── H3~G2
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    const base = heads(pair).github!
    const lost = act(pair, 'github', { 'b.txt': 'b\n' })
    await mirror(pair)
    pair.github.forcePush('main', base)
    expect(await expectStopped(pair, 3)).toContain(
      `mirrors GitHub commit ${lost.slice(0, 7)}, which is no longer in that branch's history`,
    )
    expect((await pair.run('--init', 'github')).exitCode).toBe(0)
    expect(contents(pair, 'huggingface')).toEqual({ 'a.txt': 'a\n' })
    act(pair, 'github', { 'c.txt': 'c\n' })
    await mirror(pair)
  })

  test('the Hub super-squashed, and nothing else: joined by content at once', async () => {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    act(pair, 'huggingface', { 'b.txt': 'b\n' })
    await mirror(pair)
    pair.huggingface.superSquash('main', 'Squashed')
    expect((await pair.run()).out).toContain('base found by content')
    act(pair, 'huggingface', { 'c.txt': 'c\n' })
    await mirror(pair)
  })

  test("a copy of another repository's commit is no evidence against this one", async () => {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    act(
      pair,
      'huggingface',
      { 'b.txt': 'b\n' },
      `Theirs\n\nMirrored-From: https://github.com/acme/second/commit/${'7'.repeat(40)}\n`,
    )
    await mirror(pair)
    expect(lastCommit(pair, 'github').message.match(/Mirrored-From/g)).toHaveLength(1)
  })
})

test("F8: an owner takes a commit back just before GitHub's branch is moved: it stays away", async () => {
  //  G0 ── G3, taken back      H0 ── H1
  const pair = await startMirrored({ 'a.txt': 'a\n' })
  const base = heads(pair).github!
  act(pair, 'github', { 'secret.txt': 'secret\n' })
  act(pair, 'huggingface', { 'h.txt': 'h\n' })
  // What is asked of GraphQL after the last commit was made is to move the branch to it.
  let committed = false
  pair.github.faults.push({
    on: ({ method, url }) => method === 'POST' && url.endsWith('/git/commits'),
    when: 'after',
    times: 2,
    act: () => {
      committed = true
    },
  })
  pair.github.faults.push({
    on: ({ method, url }) => committed && method === 'POST' && url.endsWith('/graphql'),
    when: 'before',
    act: () => {
      pair.github.forcePush('main', base)
    },
  })
  const ran = await pair.run()
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
  expect(contents(pair, 'huggingface')).toEqual({ 'a.txt': 'a\n', 'h.txt': 'h\n' })
  expect(contents(pair, 'github')).toEqual({ 'a.txt': 'a\n', 'h.txt': 'h\n' })
})

test('F9: half of a large copy was written, and GitHub takes it back: it does not return', async () => {
  //  G5(+1,050 files) ── G7(all of them gone)      H1 ── H6: the first part of G5
  const pair = await startMirrored({ 'a.txt': 'a\n', 'b.txt': 'b\n' })
  const added = Object.fromEntries(Array.from({ length: 1_050 }, (_, index) => [`d/${index}.txt`, `${index}\n`]))
  act(pair, 'github', added)
  let dead = false
  pair.huggingface.faults.push({
    on: isHubCommit,
    when: 'after',
    act: () => {
      dead = true
    },
  })
  for (const each of [pair.github, pair.huggingface])
    each.faults.push({ on: () => dead, when: 'before', act: 'drop', times: 999 })
  expect((await pair.run()).exitCode).toBe(1)
  for (const each of [pair.github, pair.huggingface]) each.faults.length = 0
  expect(Object.keys(contents(pair, 'huggingface')).length).toBeGreaterThan(900)
  act(pair, 'github', { ...Object.fromEntries(Object.keys(added).map((path) => [path, null])), 'c.txt': 'c\n' })
  const ran = await pair.run('--allow-delete')
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
  expect(contents(pair, 'huggingface')).toEqual({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n' })
  await expectInSync(pair)
})
