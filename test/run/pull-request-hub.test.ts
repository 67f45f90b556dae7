/** `--pull-request huggingface`: what is proposed on the Hub, and what the next run knows of it. Decision 0049. */
import { describe, expect, test } from 'vitest'
import { mergePull } from '../hubs/github-pulls.ts'
import { mergeHubPull } from '../hubs/huggingface-pulls.ts'
import { tokens, type Pair } from '../hubs/pair.ts'
import { act, contents, heads, startMirrored } from './mirror-setup.ts'
import { begun } from './proposing.ts'

const flag = ['--pull-request', 'huggingface']
/** A digest of what it holds stands in the title. */
const marked = expect.stringMatching(/^Mirror acme\/corpus \([0-9a-f]{16}\)$/)
const pulls = ({ huggingface }: Pair) => huggingface.repository.pulls

async function run(pair: Pair, status: string, ...argv: string[]) {
  const ran = await pair.run('--json', ...flag, ...argv)
  expect([ran.out === '' ? null : JSON.parse(ran.out).status, ran.exitCode], ran.out + ran.err).toEqual([status, 0])
  return ran
}

async function startProposed(): Promise<Pair> {
  const pair = await startMirrored(begun)
  act(pair, 'github', { 'new.txt': 'new\n' }, 'Add what is new')
  const before = heads(pair)
  await run(pair, 'proposed')
  expect(heads(pair)).toEqual(before)
  return pair
}

const proposed = (pair: Pair, num: number) =>
  Object.fromEntries(
    [...pair.huggingface.files(`refs/pr/${num}`)]
      .filter(([path]) => path !== '.gitattributes')
      .map(([path, { content }]) => [path, content.toString()]),
  )

async function expectSettled(pair: Pair, files: Record<string, unknown>, requests: number): Promise<void> {
  expect(contents(pair, 'github')).toEqual(files)
  expect(contents(pair, 'huggingface')).toEqual(files)
  const again = await run(pair, 'in-sync')
  expect(again.requests, again.log.join('\n')).toBeLessThanOrEqual(requests)
}

test('what GitHub has is proposed by a pull request of its own, and the next run waits for it', async () => {
  const pair = await startProposed()
  expect(pulls(pair)).toMatchObject([{ num: 3, title: marked, status: 'open' }])
  expect(pulls(pair)[0]!.description).toContain('- add `new.txt`')
  expect(proposed(pair, 3)).toEqual({ ...begun, 'new.txt': 'new\n' })
  const again = await run(pair, 'waiting')
  expect(again.requests, again.log.join('\n')).toBe(6)
})

test("somebody else's of the same title is not taken for the mirror's", async () => {
  const pair = await startMirrored(begun)
  const { repository } = pair.huggingface
  const stranger = { num: 3, author: 'mallory', title: 'Mirror acme/corpus', description: '', merged: null }
  repository.pulls.push({ ...stranger, status: 'open' })
  repository.move('refs/pr/3', repository.head('main'))
  for (const file of [null, 'm.txt']) {
    if (file) pair.huggingface.commit('refs/pr/3', { files: { [file]: 'm\n' }, message: 'Mine', user: 'mallory' })
    const before = pair.huggingface.head('refs/pr/3')
    act(pair, 'github', { 'new.txt': `new ${file}\n` })
    await run(pair, 'proposed')
    expect(pair.huggingface.head('refs/pr/3')).toBe(before)
    expect(pulls(pair)).toMatchObject([{ status: 'open' }, { num: 4 }, ...(file ? [{ num: 5, status: 'open' }] : [])])
    await run(pair, 'waiting')
  }
})

test('with a token that may only propose', async () => {
  const pair = await startMirrored(begun)
  pair.env['HF_TOKEN'] = tokens.huggingfaceRead
  act(pair, 'github', { 'new.txt': 'new\n' })
  const denied = await pair.run()
  expect([denied.exitCode, denied.err + denied.out]).toEqual([4, expect.stringContaining('--pull-request huggingface')])
  const checked = await pair.run('--check', ...flag)
  expect([checked.exitCode, checked.out.replaceAll(/\s+/g, ' ')]).toEqual([
    0,
    expect.stringContaining('not allowed: --pull-request proposes texts all the same'),
  ])
  await run(pair, 'proposed')
  expect(proposed(pair, 3)).toHaveProperty('new.txt')
})

describe('merged by the Hub, which squashes', () => {
  test.each([
    ['lists the commits: the next runs ask twice', true, 2],
    ['lists them not: the next runs ask for the pull request, until there is something to mirror', false, 10],
  ])('and %s', async (_, lists, requests) => {
    const pair = await startProposed()
    pair.huggingface.switches.squashLists = lists
    mergeHubPull(pair.huggingface.repository, 3)
    for (let again = 0; again < 2; again++) await expectSettled(pair, { ...begun, 'new.txt': 'new\n' }, requests)
    act(pair, 'huggingface', { 'new.txt': null })
    await run(pair, 'mirrored')
    await expectSettled(pair, begun, 2)
  })

  test('while both sides went on: GitHub gets the rest at once, the Hub by another one', async () => {
    const pair = await startProposed()
    act(pair, 'huggingface', { 'h.txt': 'h\n' })
    mergeHubPull(pair.huggingface.repository, 3)
    act(pair, 'github', { 'late.txt': 'late\n' })
    await run(pair, 'proposed')
    expect(contents(pair, 'github')).toEqual({ ...begun, 'new.txt': 'new\n', 'h.txt': 'h\n', 'late.txt': 'late\n' })
    mergeHubPull(pair.huggingface.repository, 4)
    await expectSettled(pair, { ...begun, 'new.txt': 'new\n', 'h.txt': 'h\n', 'late.txt': 'late\n' }, 2)
  })

  test('and taken back on either side before the run: it stays away', async () => {
    for (const side of ['github', 'huggingface'] as const) {
      const pair = await startProposed()
      mergeHubPull(pair.huggingface.repository, 3)
      act(pair, side, { 'new.txt': null })
      await run(pair, side === 'github' ? 'proposed' : 'mirrored')
      if (side === 'github') mergeHubPull(pair.huggingface.repository, 4)
      await expectSettled(pair, begun, 2)
    }
  })

  test('with a commit of a reviewer: that goes to GitHub', async () => {
    const pair = await startProposed()
    pair.huggingface.commit('refs/pr/3', { files: { 'new.txt': 'newer\n' }, message: 'Better', user: 'rita' })
    await run(pair, 'waiting')
    mergeHubPull(pair.huggingface.repository, 3)
    await run(pair, 'mirrored')
    await expectSettled(pair, { ...begun, 'new.txt': 'newer\n' }, 2)
  })
})

test('GitHub goes on: another one takes the place of the first', async () => {
  const pair = await startProposed()
  act(pair, 'github', { 'late.txt': 'late\n' })
  await run(pair, 'proposed')
  expect(pulls(pair)).toMatchObject([{ status: 'closed' }, { num: 4, status: 'open' }])
  expect(proposed(pair, 4)).toEqual({ ...begun, 'new.txt': 'new\n', 'late.txt': 'late\n' })
  mergeHubPull(pair.huggingface.repository, 4)
  await expectSettled(pair, { ...begun, 'new.txt': 'new\n', 'late.txt': 'late\n' }, 2)
})

test.each(['title', 'status'])('merged right before the Hub is asked to change its %s: planned again', async (what) => {
  const pair = await startProposed()
  act(pair, 'github', { 'newer.txt': 'newer\n' }, 'Add what is newer')
  pair.huggingface.faults.push({
    on: ({ method, url }) => method === 'POST' && url.endsWith(`/discussions/3/${what}`),
    when: 'before',
    act: () => void mergeHubPull(pair.huggingface.repository, 3),
  })
  const ran = await run(pair, 'proposed')
  expect(ran.err).toContain('somebody has merged it, closed it or added to it meanwhile; planning again')
  expect(pulls(pair).map(({ status }) => status)).toEqual(['merged', 'open'])
  expect(contents(pair, 'huggingface')).toEqual({ ...begun, 'new.txt': 'new\n' })
  mergeHubPull(pair.huggingface.repository, 4)
  await run(pair, 'in-sync')
  await expectSettled(pair, { ...begun, 'new.txt': 'new\n', 'newer.txt': 'newer\n' }, 6)
})

test('closed: nothing is proposed until GitHub changes', async () => {
  const pair = await startProposed()
  pulls(pair)[0]!.status = 'closed'
  await run(pair, 'waiting')
  act(pair, 'github', { 'new.txt': 'other\n' })
  await run(pair, 'proposed')
  expect(pulls(pair)).toMatchObject([{ status: 'closed' }, { num: 4, status: 'open' }])
})

test.each([
  ['opening it', /\/discussions$/],
  ['its commit', /\/commit\/refs/],
  ['its title', /\/title$/],
  ['its status', /\/status$/],
])('the answer to %s is lost, or the request: there is one in the end, and it holds all', async (_, url) => {
  for (const when of ['before', 'after'] as const) {
    const pair = await startMirrored(begun)
    act(pair, 'github', { 'new.txt': 'new\n' })
    pair.huggingface.faults.push({
      on: (request) => request.method === 'POST' && url.test(new URL(request.url).pathname),
      when,
      act: 'drop',
      times: 1,
    })
    await pair.run(...flag)
    pair.huggingface.faults.length = 0
    await pair.run(...flag)
    await run(pair, 'waiting')
    const open = pulls(pair).filter(({ status }) => status === 'open' || status === 'draft')
    expect(open).toHaveLength(1)
    expect(proposed(pair, open[0]!.num)).toEqual({ ...begun, 'new.txt': 'new\n' })
    mergeHubPull(pair.huggingface.repository, open[0]!.num)
    await expectSettled(pair, { ...begun, 'new.txt': 'new\n' }, 2)
  }
})

test('both sides are proposed to: GitHub first, the Hub when that is merged', async () => {
  const pair = await startMirrored(begun)
  for (const side of ['github', 'huggingface'] as const) act(pair, side, { [`${side}.txt`]: 'x\n' })
  const both = ['--json', '--pull-request', 'both']
  expect(JSON.parse((await pair.run(...both)).out).status).toBe('proposed')
  expect([pair.github.repository.pulls.length, pulls(pair).length]).toEqual([1, 0])
  expect(JSON.parse((await pair.run(...both)).out).status).toBe('waiting')
})

test("both, and the Hub goes on: GitHub's takes the place of the one that is out of date there", async () => {
  const pair = await startProposed()
  act(pair, 'huggingface', { 'a.txt': 'b\n' })
  const both = ['--json', '--pull-request', 'both']
  const status = async () => JSON.parse((await pair.run(...both)).out).status
  expect(await status()).toBe('proposed')
  expect(pulls(pair)).toMatchObject([{ title: 'Mirror acme/corpus (out of date)', status: 'closed' }])
  expect(await status()).toBe('waiting')
  act(pair, 'huggingface', { 'a.txt': 'a\n' })
  mergePull(pair.github.repository, 12, 'merge')
  expect(await status()).toBe('proposed')
  mergePull(pair.github.repository, 13, 'merge')
  expect(await status()).toBe('proposed')
  mergeHubPull(pair.huggingface.repository, 4)
  await expectSettled(pair, { ...begun, 'new.txt': 'new\n' }, 2)
})

test('it ends before the draft is ready to be merged: the next run that waits makes it ready, and a dry run does not', async () => {
  const pair = await startProposed()
  const [pull] = pulls(pair)
  Object.assign(pull!, { status: 'draft', title: 'Mirror acme/corpus' })
  await run(pair, 'waiting', '--dry-run')
  expect(pulls(pair)).toMatchObject([{ status: 'draft' }])
  await run(pair, 'waiting')
  expect(pulls(pair)).toMatchObject([{ status: 'open', title: marked }])
})

test('the title may not be changed: it can be merged all the same, and is asked for until there is something to mirror', async () => {
  const pair = await startMirrored(begun)
  act(pair, 'github', { 'new.txt': 'new\n' })
  const on = ({ url }: Request) => url.endsWith('/title')
  pair.huggingface.faults.push({ on, when: 'before', act: { status: 403, body: '{"error":"No"}' }, times: 1 })
  await run(pair, 'proposed')
  mergeHubPull(pair.huggingface.repository, 3)
  await expectSettled(pair, { ...begun, 'new.txt': 'new\n' }, 10)
})

test('it ends after the one that is out of date was closed: that is not taken for refused', async () => {
  const pair = await startProposed()
  for (const text of ['b\n', 'a\n']) act(pair, 'huggingface', { 'a.txt': text })
  const isOpening = ({ method, url }: Request) => method === 'POST' && url.endsWith('/discussions')
  pair.huggingface.faults.push({ on: isOpening, when: 'before', act: 'drop', times: 99 })
  expect((await pair.run(...flag)).exitCode).toBe(1)
  pair.huggingface.faults.length = 0
  await run(pair, 'proposed')
  expect(pulls(pair)).toMatchObject([{ status: 'closed' }, { num: 4, status: 'open' }])
})

test.each(['merged', 'added to'])(
  'it is %s after the plan was made: it is not closed, and nothing is lost',
  async (how) => {
    const pair = await startProposed()
    act(pair, 'github', { 'late.txt': 'late\n' })
    const { repository } = pair.huggingface
    const meanwhile = () => {
      if (how === 'merged') mergeHubPull(repository, 3)
      else pair.huggingface.commit('refs/pr/3', { files: { 'r.txt': 'r\n' }, message: 'Mine', user: 'rita' })
    }
    pair.huggingface.faults.push({
      on: ({ url }) => url.includes('/preupload/'),
      when: 'before',
      act: meanwhile,
      times: 1,
    })
    await run(pair, how === 'merged' ? 'proposed' : 'waiting')
    if (how === 'added to') {
      mergeHubPull(repository, 3)
      await run(pair, 'proposed')
    }
    expect(pulls(pair)).toMatchObject([
      { title: marked, status: 'merged' },
      { num: 4, status: 'open' },
    ])
    mergeHubPull(repository, 4)
    const theirs = how === 'merged' ? {} : { 'r.txt': 'r\n' }
    await expectSettled(pair, { ...begun, 'new.txt': 'new\n', 'late.txt': 'late\n', ...theirs }, 2)
  },
)

test('one that is out of date is opened again by people, and merged: it counts as merged', async () => {
  const pair = await startProposed()
  act(pair, 'github', { 'late.txt': 'late\n' })
  await run(pair, 'proposed')
  pulls(pair)[0]!.status = 'open'
  pair.huggingface.commit('refs/pr/3', { files: { 'new.txt': 'newer\n' }, message: 'Better', user: 'rita' })
  mergeHubPull(pair.huggingface.repository, 3)
  await run(pair, 'proposed')
  expect(contents(pair, 'github')).toEqual({ ...begun, 'new.txt': 'newer\n', 'late.txt': 'late\n' })
})
