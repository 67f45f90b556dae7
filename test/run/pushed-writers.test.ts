/** Runs that push to GitHub while others write, and owners take commits back: before any request of the run. */
import { describe, expect, test } from 'vitest'
import { sides } from '../../lib/model/sides.ts'
import { copyPair, servePair, startPair, tokens, type Pair } from '../hubs/pair.ts'
import { isLong } from '../random.ts'
import { act, beginMirror, contents, expectInSync, pictures } from './mirror-setup.ts'

/** So many that they are pushed: as objects there, and plain files here. */
const many = pictures(16)
const isPush = ({ url }: { readonly url: string }) => url.endsWith('/git-receive-pack')

const begun = await (async () => {
  const pair = startPair()
  await beginMirror(pair, { 'README.md': '# Corpus\n' })
  act(pair, 'huggingface', many)
  return pair
})()

function startWorld() {
  const pair = copyPair(begun)
  const from = { github: pair.github.requests.length, huggingface: pair.huggingface.requests.length }
  return { pair, from, heads: { github: pair.github.head('main')!, huggingface: pair.huggingface.head('main')! } }
}

const otherRefs = ({ github }: Pair) => [...github.refs.keys()].filter((ref) => ref !== 'refs/heads/main')

const clean = await (async () => {
  const { pair, from } = startWorld()
  const ran = await pair.run()
  expect(ran.exitCode, ran.err).toBe(0)
  return {
    asked: {
      github: pair.github.requests.slice(from.github),
      huggingface: pair.huggingface.requests.slice(from.huggingface),
    },
  }
})()

test('many files from the Hub are one push to GitHub', () => {
  expect(clean.asked.github.filter(isPush)).toHaveLength(1)
  expect(clean.asked.github.filter(({ url }) => /git\/(?:commits|trees|blobs)$/.test(url))).toEqual([])
})

describe.each(sides)('before any request to %s', (asked) => {
  const numbers = clean.asked[asked].map((_, index) => index + 1).filter((number) => isLong || number % 2 > 0)

  test('somebody writes to GitHub: nothing is lost, and both sides are equal in the end', async () => {
    for (const number of numbers) {
      const { pair, from } = startWorld()
      const write = () => void act(pair, 'github', { 'w.txt': 'w\n' }, 'Write')
      pair[asked].faults.push({ on: from[asked] + number, when: 'before', act: write })
      const ran = await pair.run()
      expect(ran.exitCode, `${number}: ${ran.out}${ran.err}`).toBe(0)
      await pair.run()
      await expectInSync(pair)
      expect(
        [Object.keys(contents(pair, 'github')).length, contents(pair, 'github')['w.txt'], otherRefs(pair)],
        `${number}`,
      ).toEqual([Object.keys(contents(begun, 'huggingface')).length + 1, 'w\n', []])
    }
  })
})

describe("an owner takes the Hub's commits back before any request: nothing moves GitHub's branch to them after that", () => {
  const edit = (pair: Pair, number: number) =>
    act(pair, 'huggingface', { 'a.txt': `${number}\n`, [`${number}.txt`]: 'x\n' })
  const worlds: Record<string, (pair: Pair) => void> = {
    'many files, which are pushed': (pair) => void act(pair, 'huggingface', many),
    'many commits, which are pushed': (pair) => [1, 2, 3, 4, 5, 6, 7, 8].forEach((number) => edit(pair, number)),
    'a text, which the API writes': (pair) => void edit(pair, 1),
  }
  test.each(Object.entries(worlds))('%s', async (_, change) => {
    const mirrored = startPair()
    await beginMirror(mirrored, { 'README.md': '# Corpus\n', 'a.txt': '0\n' })
    const before = mirrored.huggingface.head('main')!
    change(mirrored)
    for (const asked of sides)
      for (let number = 1, isAsked = true; isAsked; number += isLong ? 1 : 2) {
        const pair = copyPair(mirrored)
        const from = { github: pair.github.requests.length, huggingface: pair.huggingface.requests.length }
        /** Whether a request was sent that moves the branch, or the last one before that, beside which the Hub is looked at. */
        const moves = () =>
          pair.github.requests.slice(from.github).some((one) => isPush(one) || one.url.endsWith('/git/commits'))
        let moved: boolean | null = null
        const takeBack = () => {
          moved = moves()
          pair.huggingface.gitPush('main', before)
        }
        pair[asked].faults.push({ on: from[asked] + number, when: 'before', act: takeBack })
        const ran = await pair.run()
        isAsked = moved !== null
        const isThere = Object.keys(contents(pair, 'github')).length > 2 || contents(pair, 'github')['a.txt'] !== '0\n'
        const told = `${asked} ${number}: ${ran.out}${ran.err}`
        if (isAsked) expect([isThere, otherRefs(pair)], told).toEqual([moved, []])
      }
  })
})

describe('an owner takes the head of GitHub back right before the push', () => {
  test.each([false, true])('it stays away, be the answer lost or not: %s', async (isLost) => {
    const { pair, heads } = startWorld()
    act(pair, 'github', { 'secret.txt': 'secret\n' })
    const secret = pair.github.head('main')!
    const takeBack = () => pair.github.forcePush('main', heads.github)
    pair.github.faults.push({ on: isPush, when: 'before', act: takeBack })
    if (isLost) pair.github.faults.push({ on: isPush, when: 'after', act: 'drop', times: 2 })
    const ran = await pair.run()
    expect(ran.exitCode, ran.out + ran.err).toBe(0)
    expect(pair.github.store.readAncestors(pair.github.head('main')!).has(secret)).toBe(false)
    expect(Object.keys(contents(pair, 'github'))).toEqual(expect.arrayContaining(Object.keys(many)))
  })
})

test('two runs at once push the same: both end well, and each commit is there once', async () => {
  for (let number = 1; number <= clean.asked.github.length; number += isLong ? 1 : 2) {
    const { pair, from } = startWorld()
    let other: Promise<{ exitCode: number; err: string }> | null = null
    const start = async () => {
      other = pair.run()
      await other
    }
    pair.github.faults.push({ on: from.github + number, when: 'before', act: start })
    const [ran, second] = [await pair.run(), await other!]
    expect([ran.exitCode, second!.exitCode], ran.err + second!.err).toEqual([0, 0])
    await expectInSync(pair)
    expect(pair.github.store.readLog(pair.github.head('main')!).length).toBe(
      begun.github.store.readLog(begun.github.head('main')!).length + 1,
    )
  }
})

test("a server of one's own is pushed to, and asked what became of it, at its own addresses", async () => {
  const pair = await servePair({ github: { switches: { pushes: 'no branch' } }, waitMsMax: 10 })
  try {
    await beginMirror(pair, { 'README.md': '# Corpus\n' })
    act(pair, 'huggingface', many)
    const from = pair.github.requests.length
    pair.github.faults.push({ on: isPush, when: 'after', act: 'drop', times: 2 })
    const ran = await pair.run()
    expect(ran.exitCode, ran.err).toBe(0)
    await expectInSync(pair)
    const origin = pair.env['GITHUB_SERVER_URL']!
    const asked = pair.github.requests.slice(from)
    const pushes = asked.filter(isPush).map(({ url, headers }) => [url, headers.get('authorization')])
    const authorization = `Basic ${Buffer.from(`x-access-token:${tokens.github}`).toString('base64')}`
    expect(pushes.length).toBeGreaterThan(3)
    expect(new Set(pushes.flat())).toEqual(new Set([`${origin}/acme/corpus.git/git-receive-pack`, authorization]))
    const others = asked.filter((one) => !isPush(one)).map(({ url }) => url.replace(/(?<=\/(?:v3|graphql))\b.*/, ''))
    expect(new Set(others)).toEqual(new Set([`${origin}/api/v3`, `${origin}/api/graphql`]))
    expect(otherRefs(pair)).toEqual([])
  } finally {
    await pair.close()
  }
})
