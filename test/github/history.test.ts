import { describe, expect, it } from 'vitest'
import { DeniedError, RemoteError } from '../../lib/model/errors.ts'
import type { Commit, History } from '../../lib/model/remote.ts'
import { at, reader, startWorld } from './setup.ts'

async function readAll(first: History): Promise<{ oids: string[]; pages: number }> {
  const oids: string[] = []
  let pages = 1
  for (let history = first; history.state === 'branch';) {
    oids.push(...history.commits.map(({ oid }) => oid))
    if (history.readMore === null) break
    history = await history.readMore()
    pages += 1
  }
  return { oids, pages }
}

describe('the history of a branch', () => {
  it('takes one request and tells trees, parents, messages, authors and dates', async () => {
    const { hub, remote, commit, takeRequests } = startWorld()
    const first = commit({ 'a.txt': 'a\n' }, 'First\n\nBody\n')
    const second = hub.commit('main', {
      files: { 'a.txt': 'b\n' },
      message: 'Second',
      author: { name: 'Ada', email: 'ada@example.com' },
      date: '2026-11-02T10:00:00+02:00',
    })
    expect(await remote.readHistory()).toEqual({
      state: 'branch',
      readMore: null,
      commits: [
        {
          oid: second,
          tree: hub.store.readCommit(second).tree,
          parents: [first],
          message: 'Second',
          author: { name: 'Ada', email: 'ada@example.com', date: '2026-11-02T08:00:00Z' },
          committerDate: '2026-11-02T08:00:00Z',
        },
        expect.objectContaining({ oid: first, parents: [], message: 'First\n\nBody\n' }),
      ],
    })
    expect(takeRequests()).toEqual(['GET commits'])
  })

  it('comes in pages of the state that the first one showed, whatever is pushed meanwhile', async () => {
    const { hub, remote, commit } = startWorld()
    const oids = Array.from({ length: 201 }, (_, index) => commit({ 'a.txt': `${index}\n` })).toReversed()
    const first = await remote.readHistory()
    hub.forcePush('main', oids[150]!)
    commit({ 'b.txt': 'b\n' })
    expect(await readAll(first)).toEqual({ oids, pages: 3 })
  })

  it('tells which commits changed a place, on as many pages as it takes, whatever their clocks say', async () => {
    const { remote, commit, hub } = startWorld()
    const person = (date: string) => ({ author: { name: 'Ada', email: 'ada@example.com' }, date })
    const early = hub.commit('main', {
      files: { 'data/a': '0\n' },
      message: 'Early',
      ...person('1970-01-01T00:00:01Z'),
    })
    const picked = [early]
    for (let count = 1; count <= 120; count++) {
      picked.push(commit({ 'data/a': `${count}\n` }))
      commit({ database: `${count}\n` })
    }
    const last = commit({ 'docs/b': 'b\n' })
    const first = await remote.readHistory()
    const all: Commit[] = []
    for (let history = first; history.state === 'branch'; history = await history.readMore()) {
      all.push(...history.commits)
      if (history.readMore === null) break
    }
    const pick = async (...places: string[]) => (await remote.pickCommits!(last, all, places)).map(({ oid }) => oid)
    expect(await pick('data')).toEqual(picked.toReversed())
    expect(await pick('data/a', 'docs/b')).toEqual([last, ...picked.toReversed()])
    expect(await pick('data', '')).toHaveLength(all.length)
  })

  it('of a commit is read without the branch', async () => {
    const { hub, remote, commit } = startWorld()
    const oids = [commit({ 'a.txt': '1\n' }), commit({ 'a.txt': '2\n' }), commit({ 'a.txt': '3\n' })]
    hub.forcePush('main', null)
    hub.commit('other', { files: { x: 'x' }, message: 'Other', parents: [oids[2]!] })
    expect((await readAll(await remote.readHistory(oids[1]))).oids).toEqual([oids[1], oids[0]])
  })

  it('is empty in a repository without any commit', async () => {
    const { remote, takeRequests } = startWorld()
    expect(await remote.readHistory()).toEqual({ state: 'empty' })
    expect(takeRequests()).toHaveLength(1)
    expect(await remote.readHead()).toBeNull()
  })

  it('is not there where the branch is missing', async () => {
    const { commit, connect } = startWorld()
    commit({ 'a.txt': 'a\n' })
    const other = connect({ branch: 'release/1.x' })
    expect(await other.readHistory()).toMatchObject({ state: 'no branch', defaultBranch: 'main' })
    expect(await other.readHead()).toBeNull()
  })

  it('is read by the head where the listing does not know the branch yet', async () => {
    const { hub, remote, commit } = startWorld()
    const oid = commit({ 'a.txt': 'a\n' })
    hub.faults.push(at('GET', '/commits?', { when: 'before', act: { status: 404, body: '{"message":"Not Found"}' } }))
    expect((await readAll(await remote.readHistory())).oids).toEqual([oid])
  })

  it('is refused by name where the repository does not exist', async () => {
    const { connect } = startWorld()
    const error = await connect({ repository: { side: 'github', type: 'repository', name: 'acme/nothing' } })
      .readHistory()
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(DeniedError)
    expect(String(error)).toBe(
      'DeniedError: Cannot read GitHub "acme/nothing@main": GitHub answered 404 "Not Found"; the repository does not exist, or GITHUB_TOKEN may not see it: it needs to read contents (in a workflow: `permissions: contents: read`); if it is to be made, run with --create',
    )
  })

  it('of a private repository needs a token, and says so', async () => {
    const { commit, connect } = startWorld({ private: true })
    commit({ 'a.txt': 'a\n' })
    await expect(connect({ token: null }).readHistory()).rejects.toThrow(
      /does not exist, or is private: GITHUB_TOKEN is not set/,
    )
    await expect(connect({ token: 'ghp_wrong' }).readHistory()).rejects.toThrow(
      /401 "Bad credentials"; GITHUB_TOKEN is wrong or has expired$/,
    )
    expect(await connect({ token: reader }).readHistory()).toMatchObject({ state: 'branch' })
  })

  it('of a public repository needs none', async () => {
    const { commit, connect } = startWorld()
    const oid = commit({ 'a.txt': 'a\n' })
    expect((await readAll(await connect({ token: null }).readHistory())).oids).toEqual([oid])
  })

  it('that comes as a page of HTML is an error, not an empty one', async () => {
    const { hub, remote, commit } = startWorld()
    commit({ 'a.txt': 'a\n' })
    hub.faults.push({
      on: 1,
      when: 'before',
      act: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Unicorn!</html>' },
    })
    await expect(remote.readHistory()).rejects.toThrow(
      /^Cannot read the history of GitHub "acme\/corpus@main": the answer is not what GitHub's API promises/,
    )
  })

  it('is asked for again when the connection breaks, and the error says where it broke', async () => {
    const { hub, remote, commit } = startWorld()
    const oid = commit({ 'a.txt': 'a\n' })
    hub.faults.push({ on: () => true, times: 2, when: 'before', act: 'drop' })
    expect((await readAll(await remote.readHistory())).oids).toEqual([oid])
    hub.faults.push({ on: () => true, times: 99, when: 'before', act: 'drop' })
    const error = await remote.readHistory().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(RemoteError)
    expect(error).toMatchObject({
      status: null,
      message: expect.stringContaining('Cannot reach api.github.com') as string,
    })
  })
})

describe('a head and a commit', () => {
  it('take one request', async () => {
    const { remote, commit, takeRequests, connect, hub } = startWorld()
    const oid = commit({ 'a.txt': 'a\n' })
    hub.refs.set('refs/heads/feature/a b', oid)
    expect(await remote.readHead()).toBe(oid)
    expect(await connect({ branch: 'feature/a b' }).readHead()).toBe(oid)
    expect(await remote.containsCommit(null, oid)).toBe(true)
    expect(await remote.containsCommit(null, '1'.repeat(40))).toBe(false)
    expect(takeRequests()).toEqual([
      'GET git/ref/heads/main',
      'GET git/ref/heads/feature/a b',
      'GET git/matching-refs/heads',
      'GET git/matching-refs/heads',
      ...Array.from({ length: 2 }, () => [`GET compare/${'1'.repeat(40)}...${oid}`, 'GET commits']).flat(),
    ])
  })

  it('have links for people', () => {
    const { remote } = startWorld()
    expect(remote.commitUrl('a'.repeat(40))).toBe(`https://github.com/acme/corpus/commit/${'a'.repeat(40)}`)
    expect(remote.fileUrl('a'.repeat(40), 'data/a b#1?.txt')).toBe(
      `https://github.com/acme/corpus/blob/${'a'.repeat(40)}/data/a%20b%231%3F.txt`,
    )
  })

  it('of a repository that was renamed are followed', async () => {
    const { hub, commit, connect } = startWorld()
    const oid = commit({ 'a.txt': 'a\n' })
    hub.renamedFrom('acme/old')
    expect(await connect({ repository: { side: 'github', type: 'repository', name: 'acme/old' } }).readHead()).toBe(oid)
  })
})
