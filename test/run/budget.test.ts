/** What a run may cost in requests, storage left out. */
import { describe, expect, test } from 'vitest'
import { startPair, type Ran } from '../hubs/pair.ts'
import { commitTo, mergeInto } from './git-users.ts'
import { act, contents, directions, expectInSync, pushToBoth, startMirrored, type Files } from './mirror-setup.ts'

const begin: Files = {
  'README.md': '# Corpus\n\none\n\ntwo\n\nthree\n',
  'data/a/b/c/deep.csv': 'a\n1\n',
  'run.sh': '#!/bin/sh\n',
}

/** As many small files as a data repository has; half of them in folders. */
function manyFiles(count: number): Files {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      index % 2 ? `data/${index % 40}/${index}.csv` : `${index}.csv`,
      `${index}\n`,
    ]),
  )
}

/** One history on both, and mirrored once: only the first run asks who can see the repositories. */
async function startShared(files: Files) {
  const pair = startPair()
  pushToBoth(pair, files)
  act(pair, 'github', { 'begun.txt': 'begun\n' })
  expect((await pair.run()).exitCode).toBe(0)
  return pair
}

function expectCost({ exitCode, out, err, requests, log }: Ran, max: number): void {
  expect(exitCode, out + err).toBe(0)
  expect(requests, log.join('\n')).toBeLessThanOrEqual(max)
}

describe('requests', () => {
  test('in sync: two, and the same in a repository of 2,000 files', async () => {
    await expectInSync(await startMirrored(begin))
    const large = startPair()
    pushToBoth(large, manyFiles(2_000))
    await expectInSync(large)
  })

  test.each(directions)('one text changed on $from: at most twelve, four folders deep too', async ({ from }) => {
    for (const path of ['README.md', 'data/a/b/c/deep.csv']) {
      const pair = await startMirrored(begin)
      act(pair, from, { [path]: 'changed\n' })
      expectCost(await pair.run(), 12)
      await expectInSync(pair)
    }
  })

  test.each(directions)('a new text on $from costs the same in the root and twenty folders deep', async ({ from }) => {
    const costs: number[] = []
    for (const folder of ['', 'f/', 'f/g/h/i/j/', 'f/'.repeat(20)]) {
      const pair = await startMirrored(begin)
      act(pair, from, { [`${folder}new.txt`]: 'new\n' })
      const ran = await pair.run()
      expectCost(ran, 12)
      costs.push(ran.requests)
    }
    expect(new Set(costs).size, costs.join(', ')).toBe(1)
  })

  test.each(directions)(
    'one text changed on $from costs the same whether there are 20 files or 2,000',
    async ({ from }) => {
      const costs: number[] = []
      for (const count of [20, 2_000]) {
        const pair = await startShared({ ...begin, ...manyFiles(count) })
        act(pair, from, { 'data/a/b/c/deep.csv': 'changed\n' })
        const ran = await pair.run()
        expectCost(ran, 12)
        costs.push(ran.requests)
        await expectInSync(pair)
      }
      expect(costs[1]).toBe(costs[0])
    },
  )

  test.each([20, 2_000])('one text changed on both, among %i files: at most twenty', async (count) => {
    const pair = await startShared({ ...begin, ...manyFiles(count) })
    act(pair, 'github', { 'README.md': '# The corpus\n\none\n\ntwo\n\nthree\n' })
    act(pair, 'huggingface', { 'README.md': '# Corpus\n\none\n\ntwo\n\nfour\n' })
    expectCost(await pair.run(), 20)
    await expectInSync(pair)
  })

  test('a dataset card changed on both below its front matter: at most twenty, of which one asks what the Hub says of the card', async () => {
    const card = (first: string, last: string) => `---\nlicense: mit\n---\n# ${first}\n\none\n\ntwo\n\n${last}\n`
    const pair = await startMirrored({ ...begin, 'README.md': card('Corpus', 'three') })
    act(pair, 'huggingface', { 'notes.txt': 'n\n' })
    expect((await pair.run()).exitCode).toBe(0)
    act(pair, 'github', { 'README.md': card('The corpus', 'three') })
    act(pair, 'huggingface', { 'README.md': card('Corpus', 'four') })
    const ran = await pair.run()
    expectCost(ran, 20)
    expect(ran.log.filter((line) => line.includes('validate-yaml'))).toHaveLength(1)
    await expectInSync(pair)
    act(pair, 'github', { 'README.md': card('The corpus', 'five').replace('mit', 'apache-2.0') })
    expect((await pair.run()).log.filter((line) => line.includes('validate-yaml'))).toHaveLength(1)
  })

  test('the same change on both: at most twenty', async () => {
    const pair = await startMirrored(begin)
    for (const { from } of directions) act(pair, from, { 'README.md': 'changed\n' })
    expectCost(await pair.run(), 20)
    await expectInSync(pair)
  })

  const unmirrored: { readonly name: string; readonly files: Files }[] = [
    { name: 'a workflow', files: { '.github/workflows/ci.yml': 'on: push\n' } },
    { name: 'an executable bit', files: { 'run.sh': { mode: '100755', content: '#!/bin/sh\n' } } },
    { name: 'a symlink', files: { link: { mode: '120000', content: 'README.md' } } },
  ]
  test.each(unmirrored)(
    "GitHub's last commits changed nothing that is mirrored ($name): at most six, and nothing is written",
    async ({ files }) => {
      const pair = await startMirrored(begin)
      act(pair, 'github', files)
      const head = act(pair, 'github', { '.github/dependabot.yml': 'version: 2\n' })
      const hub = pair.huggingface.head('main')
      const ran = await pair.run()
      expectCost(ran, 6)
      expect([pair.github.head('main'), pair.huggingface.head('main')]).toEqual([head, hub])
      expect(ran.out).toContain('In sync.')
    },
  )

  test.each(directions)(
    "GitHub's last commits came to the very tree that was mirrored from $from, by a merge or by undoing one another: two, in every run",
    async ({ from }) => {
      const pair = await startMirrored(begin)
      act(pair, from, { 'README.md': 'changed\n' })
      expect((await pair.run()).exitCode).toBe(0)
      const head = pair.github.head('main')!
      commitTo(
        pair,
        'github',
        'work',
        { 'README.md': 'changed\n' },
        { parents: [pair.github.store.readCommit(head).parents[0]!] },
      )
      mergeInto(pair, 'github', 'main', 'work')
      await expectInSync(pair)
      act(pair, 'github', { 'new.txt': 'n\n' })
      act(pair, 'github', { 'new.txt': null })
      await expectInSync(pair)
      // What was mirrored before is no sign that the other side is there still.
      act(pair, 'huggingface', { 'h.txt': 'h\n' })
      expect((await pair.run()).exitCode).toBe(0)
      expect(contents(pair, 'github')).toHaveProperty(['h.txt'])
      act(pair, 'github', { 'h.txt': null })
      expect((await pair.run()).exitCode).toBe(0)
      expect(contents(pair, 'huggingface')).not.toHaveProperty(['h.txt'])
    },
  )

  test('2,000 new files on GitHub: at most 25', async () => {
    const pair = await startMirrored(begin)
    act(pair, 'github', manyFiles(2_000))
    expectCost(await pair.run(), 25)
    await expectInSync(pair)
  })

  test('2,000 new files on the Hub take 45 requests, and GitHub is written to at most twelve times', async () => {
    const pair = await startMirrored(begin)
    act(pair, 'huggingface', manyFiles(2_000))
    const ran = await pair.run()
    expect(ran.exitCode, ran.out + ran.err).toBe(0)
    // GraphQL is both: what is read through it counts too.
    const writes = ran.log.filter((line) => /^(?:POST|PATCH|PUT) \/(?:repos|graphql|.*git-receive-pack)/.test(line))
    expect(writes.length).toBeLessThanOrEqual(12)
    expect(ran.log.filter((line) => /\/(?:resolve(?:-cache)?|raw)\//.test(line))).toEqual([])
    expect(ran.requests).toBeLessThanOrEqual(45)
  })

  test('a hundred new files cost GitHub at most four requests more than two files: their paths and folders do not fit into one query, and one more asks which of them it has', async () => {
    const cost = async (count: number) => {
      const pair = await startMirrored(begin)
      act(
        pair,
        'huggingface',
        Object.fromEntries(Array.from({ length: count }, (_, index) => [`new/${index}.txt`, `${index}\n`])),
      )
      return (await pair.run()).log.filter((line) => /\/repos\/|graphql/.test(line)).length
    }
    expect(await cost(100)).toBeLessThanOrEqual((await cost(2)) + 4)
  })
})
