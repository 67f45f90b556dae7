/** `--pull-request github`: a pull request that waits, is closed, or is cut short. Decision 0049. */
import { describe, expect, test } from 'vitest'
import { mergePull } from '../hubs/github-pulls.ts'
import type { Pair } from '../hubs/pair.ts'
import { act, bob, contents } from './mirror-setup.ts'
import { begun, branch, expectSettled, flag, proposed, pulls, run, startProposed, startProtected } from './proposing.ts'

describe('while it is open', () => {
  test('the Hub goes on: the same one follows, and is described anew', async () => {
    const pair = await startProposed()
    act(pair, 'huggingface', { 'late.txt': 'late\n' })
    await run(pair, 'proposed')
    expect(pulls(pair)).toHaveLength(1)
    expect(proposed(pair)).toEqual({ ...begun, 'new.txt': 'new\n', 'late.txt': 'late\n' })
    expect(pulls(pair)[0]!.body).toContain('- add `late.txt`')
    await run(pair, 'waiting')
  })

  test('main moves on: it is made again on top of it, each time, and nothing of the Hub is lost', async () => {
    const pair = await startProposed()
    for (const name of ['b', 'c']) {
      const head = act(pair, 'github', { [`${name}.txt`]: `${name}\n` })
      await run(pair, 'proposed')
      expect(pair.github.store.readAncestors(pair.github.head(branch)!)).toContain(head)
      expect((await run(pair, 'waiting')).requests).toBe(4)
    }
    expect(pulls(pair)).toHaveLength(1)
    mergePull(pair.github.repository, 12, 'merge')
    await run(pair, 'mirrored')
    await expectSettled(pair, { ...begun, 'new.txt': 'new\n', 'b.txt': 'b\n', 'c.txt': 'c\n' })
  })

  test('the Hub takes it back: nothing is left, and the run says which one to close', async () => {
    const pair = await startProposed()
    act(pair, 'huggingface', { 'new.txt': null })
    const ran = await run(pair, 'in-sync')
    expect(JSON.parse(ran.out).notes.join()).toContain(
      '#12 (https://github.com/acme/corpus/pull/12) is open, and has nothing',
    )
  })

  test('somebody has added a commit: it is left alone until it is merged, and then what came meanwhile is proposed', async () => {
    const pair = await startProposed()
    const theirs = pair.github.commit(branch, { files: { 'r.txt': 'r\n' }, message: 'Reviewed', author: bob })
    act(pair, 'huggingface', { 'late.txt': 'late\n' })
    act(pair, 'github', { 'b.txt': 'b\n' })
    const told = await pair.run(...flag)
    expect([told.exitCode, pair.github.head(branch)], told.err).toEqual([0, theirs])
    expect(told.out.replaceAll(/\s+/g, ' ')).toContain('people have added commits to it')
    mergePull(pair.github.repository, 12, 'squash')
    await run(pair, 'proposed')
    mergePull(pair.github.repository, 13, 'squash')
    await run(pair, 'mirrored')
    const all = { ...begun, 'new.txt': 'new\n', 'r.txt': 'r\n', 'b.txt': 'b\n', 'late.txt': 'late\n' }
    await expectSettled(pair, all)
  })

  describe('people have it go to another branch', () => {
    async function startElsewhere(): Promise<Pair> {
      const pair = await startProposed()
      pair.github.forcePush('dev', pair.github.head('main'))
      pulls(pair)[0]!.target = 'dev'
      act(pair, 'huggingface', { 'late.txt': 'late\n' })
      const before = pair.github.head(branch)
      const told = await pair.run(...flag)
      expect([told.exitCode, pulls(pair).length, pair.github.head(branch)], told.err).toEqual([0, 1, before])
      expect(told.out.replaceAll(/\s+/g, ' ')).toContain('which goes to branch dev now')
      return pair
    }
    const all = { ...begun, 'new.txt': 'new\n', 'late.txt': 'late\n' }

    test('and back again: it follows', async () => {
      const pair = await startElsewhere()
      pulls(pair)[0]!.target = 'main'
      await run(pair, 'proposed')
      expect([pulls(pair).length, proposed(pair)]).toEqual([1, all])
    })

    test.each(['merge it there', 'close it'])('and %s: the next one is opened, and brings all', async (how) => {
      const pair = await startElsewhere()
      if (how === 'close it') pulls(pair)[0]!.state = 'closed'
      else mergePull(pair.github.repository, 12, 'merge')
      await run(pair, 'proposed')
      expect(pulls(pair)).toMatchObject([{ target: 'dev' }, { number: 13, target: 'main' }])
      mergePull(pair.github.repository, 13, 'merge')
      await expectSettled(pair, all)
    })

    test('and GitHub goes on, with nothing to propose: that is mirrored', async () => {
      const pair = await startProposed()
      mergePull(pair.github.repository, 12, 'squash')
      await run(pair, 'in-sync')
      pair.github.forcePush('dev', pair.github.store.readLog(pair.github.head('main')!).at(-1)!)
      pulls(pair).push({ ...pulls(pair)[0]!, number: 13, state: 'open', merged: null, target: 'dev' })
      act(pair, 'github', { 'b.txt': 'b\n' })
      await run(pair, 'mirrored')
    })
  })

  test('a run without the option may still push where that is allowed, which merges it', async () => {
    const pair = await startProposed()
    pair.github.switches.protectedBranches.clear()
    expect((await pair.run()).exitCode).toBe(0)
    expect(pulls(pair)).toMatchObject([{ state: 'closed', merged: pair.github.head('main') }])
    await expectSettled(pair, { ...begun, 'new.txt': 'new\n' })
  })
})

describe('closed without a merge', () => {
  test.each(['and its branch kept', 'and its branch deleted'])(
    '%s: nothing is proposed until the Hub changes',
    async (how) => {
      const pair = await startProposed()
      if (how.endsWith('deleted')) pair.github.forcePush(branch, null)
      else pulls(pair)[0]!.state = 'closed'
      const ran = await run(pair, 'waiting')
      expect([ran.requests, JSON.parse(ran.out).proposal.state]).toEqual([4, 'closed'])
      act(pair, 'github', { 'b.txt': 'b\n' })
      expect((await pair.run(...flag)).out.replaceAll(/\s+/g, ' ')).toContain(
        'was closed, and Hugging Face has not changed since',
      )
      act(pair, 'huggingface', { 'new.txt': 'other\n' })
      await run(pair, 'proposed')
      expect(pulls(pair)).toMatchObject([{ state: 'closed' }, { number: 13, state: 'open' }])
      mergePull(pair.github.repository, 13, 'merge')
      await run(pair, 'mirrored')
      await expectSettled(pair, { ...begun, 'new.txt': 'other\n', 'b.txt': 'b\n' })
    },
  )

  test('the branch then holds what somebody has pushed: that is never overwritten', async () => {
    const pair = await startProposed()
    pulls(pair)[0]!.state = 'closed'
    const theirs = pair.github.commit(branch, { files: { 'r.txt': 'r\n' }, message: 'Mine', author: bob })
    act(pair, 'huggingface', { 'late.txt': 'late\n' })
    const ran = await pair.run(...flag)
    expect([ran.exitCode, pair.github.head(branch)]).toEqual([3, theirs])
    expect(ran.err).toContain("holds commits that are not the mirror's, which are never overwritten")
  })
})

test('it is merged, and another run proposes on that, before this one looks at its branch: this one plans again', async () => {
  const pair = await startProposed()
  act(pair, 'huggingface', { 'newer.txt': 'newer\n' })
  pair.github.faults.push({
    on: ({ url }) => url.includes('/git/ref/heads%2Fmirror'),
    when: 'before',
    act: async () => {
      mergePull(pair.github.repository, 12, 'squash')
      await run(pair, 'proposed')
    },
  })
  const ran = await run(pair, 'waiting')
  expect(ran.err).toMatch(/Cannot propose to .*: head is .*, the plan was made for .*; planning again/)
  expect(pulls(pair)).toMatchObject([{ state: 'closed' }, { number: 13, state: 'open' }])
  mergePull(pair.github.repository, 13, 'squash')
  await expectSettled(pair, { ...begun, 'new.txt': 'new\n', 'newer.txt': 'newer\n' })
})

describe('what GitHub answers', () => {
  const isOpening = ({ method, url }: Request) => method === 'POST' && url.endsWith('/pulls')
  const isMoving = ({ method, url }: Request) => method === 'POST' && /git\/refs$|graphql$/.test(url)

  test.each([
    ['the answer to opening it', isOpening, 'after'],
    ['the request that opens it', isOpening, 'before'],
    ['the answer to moving its branch', isMoving, 'after'],
    ['the request that moves its branch', isMoving, 'before'],
  ] as const)('%s is lost: there is one pull request in the end, and it holds all', async (_, on, when) => {
    for (const first of [true, false]) {
      const pair = first ? await startProtected() : await startProposed()
      act(pair, 'huggingface', { 'late.txt': 'late\n' })
      if (!first) act(pair, 'github', { 'b.txt': 'b\n' })
      pair.github.faults.push({ on, when, act: 'drop', times: 1 })
      await pair.run(...flag)
      pair.github.faults.length = 0
      await pair.run(...flag)
      await run(pair, 'waiting')
      expect(pulls(pair)).toHaveLength(1)
      expect(proposed(pair)).toMatchObject({ 'late.txt': 'late\n' })
      expect(contents(pair, 'github')).not.toHaveProperty('late.txt')
    }
  })

  test('it ends between the branch and the pull request: the next run opens it', async () => {
    const pair = await startProtected()
    act(pair, 'huggingface', { 'late.txt': 'late\n' })
    pair.github.faults.push({ on: isOpening, when: 'before', act: 'drop', times: 99 })
    expect((await pair.run(...flag)).exitCode).toBe(1)
    expect(pulls(pair)).toEqual([])
    pair.github.faults.length = 0
    await run(pair, 'proposed')
    expect(pulls(pair)).toHaveLength(1)
  })

  test('lists lag behind: no second one is opened', async () => {
    const pair = await startProtected()
    pair.github.switches.unseenPulls = 3
    act(pair, 'huggingface', { 'new.txt': 'new\n' })
    await run(pair, 'proposed')
    await run(pair, 'proposed')
    expect(pulls(pair)).toHaveLength(1)
    await run(pair, 'waiting')
  })

  test('somebody pushes to its branch while the run is at work: that stays, and the run waits', async () => {
    const pair = await startProposed()
    act(pair, 'github', { 'b.txt': 'b\n' })
    let theirs = ''
    pair.github.faults.push({
      on: ({ method, url }) => method === 'POST' && url.endsWith('graphql'),
      when: 'before',
      act: () => {
        if (
          theirs === '' &&
          pair.github.requests.some(({ method, url }) => method === 'POST' && url.endsWith('/git/commits'))
        )
          theirs = pair.github.commit(branch, { files: { 'r.txt': 'r\n' }, message: 'Mine', author: bob })
      },
      times: 99,
    })
    await pair.run(...flag)
    expect(theirs).not.toBe('')
    expect(pair.github.head(branch)).toBe(theirs)
  })

  test('without GraphQL a branch that has to be made again is not overwritten', async () => {
    const pair = await startProposed()
    act(pair, 'github', { 'b.txt': 'b\n' })
    await run(pair, 'proposed')
    pair.github.switches.updateRefs = 'forbidden'
    const before = pair.github.head(branch)
    act(pair, 'github', { 'c.txt': 'c\n' })
    const ran = await pair.run(...flag)
    expect([ran.exitCode, pair.github.head(branch)]).toEqual([3, before])
    expect(ran.err).toContain('delete that branch on GitHub')
  })

  test('the token may not open pull requests: the error names the permission and the setting', async () => {
    const pair = await startProtected()
    pair.github.switches.opensPulls = false
    act(pair, 'huggingface', { 'new.txt': 'new\n' })
    const ran = await pair.run(...flag)
    expect(ran.exitCode).toBe(4)
    expect(ran.err).toContain('`permissions: pull-requests: write`')
  })
})

test('names and messages from the Hub close nothing and call nobody', async () => {
  const pair = await startProtected()
  act(pair, 'huggingface', { 'Fixes #7 `@bob`.txt': 'x\n' }, 'Closes #9 @alice <!-- | **x**')
  await run(pair, 'proposed')
  const { body } = pulls(pair)[0]!
  expect(body).toContain('- `Closes # 9 @alice <!-- \\u{7c} **x**`')
  expect(body).toContain('- add ``Fixes # 7 `@bob`.txt``')
})
