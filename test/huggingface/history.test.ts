import { describe, expect, it } from 'vitest'
import { DeniedError, RemoteError } from '../../lib/model/errors.ts'
import { Response } from '../hubs/message.ts'
import { origin, reader, startWorld } from './setup.ts'

describe('the history of a branch', () => {
  it('is one request, newest first, each parent the next older commit', async () => {
    const { hub, remote, takeRequests } = startWorld()
    const date = new Date('2026-11-02T10:20:30Z')
    const second = hub.commit('main', {
      files: { 'a.csv': 'x\n' },
      message: 'Add a\n\nWhy.\n\nMirrored-From: x\n',
      user: 'jane',
      date,
    })
    const history = await remote.readHistory()
    if (history.state !== 'branch') throw new Error(history.state)
    const [head, first] = history.commits
    expect(head).toEqual({
      oid: second,
      tree: null,
      parents: [first?.oid],
      message: 'Add a\n\nWhy.\n\nMirrored-From: x\n',
      author: { name: 'jane', email: 'jane@users.noreply.huggingface.co', date: '2026-11-02T10:20:30Z' },
      committerDate: '2026-11-02T10:20:30Z',
    })
    expect(first).toMatchObject({ parents: [], message: 'initial commit' })
    expect(history.readMore).toBeNull()
    expect(takeRequests()).toEqual(['GET /api/datasets/acme/corpus/commits/refs%2Fheads%2Fmain'])
  })

  it('goes on page by page from the head it began with, whoever commits meanwhile', async () => {
    const { hub, remote } = startWorld()
    const oids = [hub.head('main')!]
    for (let count = 0; count < 250; count += 1)
      oids.unshift(hub.commit('main', { files: { x: `${count}\n` }, message: `Commit ${count}` }))
    const pages: string[][] = []
    const parents: (string | undefined)[] = []
    for (let history = await remote.readHistory(); ;) {
      if (history.state !== 'branch') throw new Error(history.state)
      pages.push(history.commits.map(({ oid }) => oid))
      parents.push(...history.commits.map((commit) => commit.parents[0]))
      if (!history.readMore) break
      hub.commit('main', { files: { y: `${pages.length}\n` }, message: 'Meanwhile' })
      history = await history.readMore()
    }
    expect(pages.flat()).toEqual(oids)
    expect(parents).toEqual([...oids.slice(1), undefined])
    expect(pages).toHaveLength(3)
  })

  it('goes on after a full page that does not say so', async () => {
    const { hub, remote } = startWorld()
    for (let count = 0; count < 120; count += 1)
      hub.commit('main', { files: { x: `${count}\n` }, message: `Commit ${count}` })
    const withoutLink = async (request: Request, handle: (request: Request) => Promise<Response>) => {
      const { status, headers, body } = await handle(request)
      return new Response(body, {
        status,
        headers: Object.fromEntries([...headers].filter(([name]) => name !== 'link')),
      })
    }
    hub.faults.push({ on: ({ url }) => url.includes('/commits/'), when: 'before', act: { around: withoutLink } })
    const history = await remote.readHistory()
    expect(history.state === 'branch' && history.readMore).not.toBeNull()
  })

  it('can be that of any commit', async () => {
    const { hub, remote } = startWorld()
    const first = hub.head('main')!
    hub.commit('main', { files: { x: '1\n' }, message: 'More' })
    expect(await remote.readHistory(first)).toMatchObject({ state: 'branch', commits: [{ oid: first }] })
    await expect(remote.readHistory('f'.repeat(40))).rejects.toThrow(RemoteError)
  })

  it('names authors that are no Hub users without inventing an odd address', async () => {
    const { hub, remote } = startWorld()
    hub.commit('main', { files: { x: '1\n' }, message: 'Push', user: 'Jane Doe', email: 'jane@example.com' })
    expect(await remote.readHistory()).toMatchObject({
      commits: [{ author: { name: 'Jane Doe', email: 'Jane-Doe@users.noreply.huggingface.co' } }, {}],
    })
  })

  it('knows a branch with a slash, a missing branch, and a missing repository', async () => {
    const { hub, connect, takeRequests } = startWorld()
    hub.gitPush('feature/new #1', hub.head('main'))
    expect(await connect({ branch: 'feature/new #1' }).readHistory()).toMatchObject({ state: 'branch' })
    expect(takeRequests()).toEqual(['GET /api/datasets/acme/corpus/commits/refs%2Fheads%2Ffeature%2Fnew%20%231'])
    expect(await connect({ branch: 'feature' }).readHistory()).toMatchObject({
      state: 'no branch',
      defaultBranch: 'main',
    })
    await expect(
      connect({ repository: { side: 'huggingface', type: 'dataset', name: 'acme/none' } }).readHistory(),
    ).rejects.toThrow(DeniedError)
  })
})

describe('the head', () => {
  it('is read from the refs, which are never stale', async () => {
    const { hub, remote, connect, takeRequests } = startWorld({ switches: { staleReads: 3 } })
    const head = hub.commit('main', { files: { x: '1\n' }, message: 'New' })
    expect(await remote.readHead()).toBe(head)
    expect(takeRequests()).toEqual(['GET /api/datasets/acme/corpus/refs'])
    expect(await connect({ branch: 'none' }).readHead()).toBeNull()
  })

  it('is told apart from commits that exist nowhere', async () => {
    const { hub, remote } = startWorld()
    expect(await remote.containsCommit(null, hub.head('main')!)).toBe(true)
    expect(await remote.containsCommit(null, 'f'.repeat(40))).toBe(false)
  })
})

describe('a refusal', () => {
  const privateWorld = () => startWorld({ private: true })

  it('says that no token is set', async () => {
    const { connect } = privateWorld()
    const failure = await connect({ token: null })
      .readHistory()
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(DeniedError)
    expect(String(failure)).toContain(
      'Cannot read the history of Hugging Face "datasets/acme/corpus@main": Hugging Face answered 401',
    )
    expect(String(failure)).toContain('HF_TOKEN is not set')
  })

  it('says what a wrong token would need, and not the token', async () => {
    const { connect } = privateWorld()
    const failure = await connect({ token: 'hf_wrong' })
      .readHistory()
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(DeniedError)
    expect(String(failure)).toContain('HF_TOKEN is wrong or has expired')
    expect(String(failure)).not.toContain('hf_wrong')
  })

  it('says whose token may not see a repository', async () => {
    const { connect } = privateWorld()
    const repository = { side: 'huggingface', type: 'dataset', name: 'acme/none' } as const
    await expect(connect({ repository, token: reader }).readHistory()).rejects.toThrow(
      /"datasets\/acme\/none" does not exist \(are its name and its type, dataset, right\?\), or HF_TOKEN \(of mirror-bot, role read\) may not see it/,
    )
  })

  it('is not a reason to print what a proxy answers', async () => {
    const { hub, remote } = startWorld()
    hub.faults.push({
      on: () => true,
      times: 99,
      when: 'before',
      act: { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>Bad gateway ::error::</html>' },
    })
    const failure = await remote.readHistory().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(RemoteError)
    expect(String(failure)).toBe(
      'RemoteError: Cannot read the history of Hugging Face "datasets/acme/corpus@main": Hugging Face answered 502; run again later',
    )
  })

  it.each([
    ['HTML', '<html></html>'],
    ['another shape', '[{"id":1}]'],
    ['nothing', ''],
  ])('comes of an answer that is %s', async (_, body) => {
    const { hub, remote } = startWorld()
    hub.faults.push({ on: () => true, when: 'before', act: { status: 200, body } })
    await expect(remote.readHistory()).rejects.toThrow(/not what the Hub's API promises/)
  })
})

describe('links', () => {
  it('lead to commits and files', () => {
    const { connect, remote } = startWorld()
    const oid = 'a'.repeat(40)
    expect(remote.commitUrl(oid)).toBe(`${origin}/datasets/acme/corpus/commit/${oid}`)
    expect(remote.fileUrl(oid, 'a b/c#d.csv')).toBe(`${origin}/datasets/acme/corpus/blob/${oid}/a%20b/c%23d.csv`)
    expect(connect({ repository: { side: 'huggingface', type: 'model', name: 'acme/m' } }).fileUrl(oid, 'x')).toBe(
      `${origin}/acme/m/blob/${oid}/x`,
    )
  })
})
