import { describe, expect, it } from 'vitest'
import { DeniedError, MovedError, RefusedError } from '../../lib/model/errors.ts'
import { parseTrailers } from '../../lib/model/trailers.ts'
import { protections } from '../hubs/github-switches.ts'
import { lfsObject } from '../hubs/new-commits.ts'
import { at, link, newCommit, reader, startWorld, texts } from './setup.ts'

const files = { 'a/long.txt': 'longer than the other\n', 'b.txt': 'b\n', 'c.bin': Buffer.from('\0c\0c\0c') }
const json = { 'content-type': 'application/json' }
const copy = newCommit([], files, {
  title: 'Copy of the Hub',
  author: { name: 'Ada', email: 'ada@example.com', date: '2026-10-01T00:00:00Z' },
})

describe('the first copy on an empty repository', () => {
  it('begins with one small file, marked as a part, and goes on top of it', async () => {
    const { hub, remote, takeRequests } = startWorld()
    const prepared = await remote.prepare([copy], null)
    expect(prepared.head).toBeNull()
    expect(takeRequests()).toEqual([])
    const oid = await prepared.publish()
    expect(takeRequests()).toEqual([
      'GET commits',
      'PUT contents/b.txt',
      'POST git/blobs',
      'POST git/trees',
      'POST git/commits',
      'POST /graphql',
      'POST /graphql',
    ])
    expect(hub.head('main')).toBe(oid)
    expect(texts(hub)).toEqual({ 'a/long.txt': files['a/long.txt'], 'b.txt': 'b\n', 'c.bin': '\0c\0c\0c' })
    const { parents, message, author, committer } = hub.store.readCommit(oid)
    expect(parseTrailers(message).mirroredFrom?.oid).toBe('a'.repeat(40))
    const seed = hub.store.readCommit(parents[0]!)
    expect(seed).toMatchObject({
      parents: [],
      author,
      committer,
      message: `Copy of the Hub\n\nMirrored-Part: ${link('b')}\n`,
    })
    expect(author).toMatchObject({ name: 'Ada' })
    expect(committer).toMatchObject({ name: 'hubmirror' })
  })

  it('begins with a pointer where there is nothing else, on any branch', async () => {
    const { hub, connect } = startWorld()
    const object = hub.addObject(Buffer.from('object'))
    const edits = [{ path: 'x.dat', file: { store: 'lfs' as const, mode: null, object } }]
    await (await connect({ branch: 'data' }).prepare([{ ...copy, edits }], null)).publish()
    expect(hub.files('data').get('x.dat')?.lfs).toEqual(lfsObject(Buffer.from('object')))
  })

  it.each(['drop', 'cut', { status: 502, body: '' }] as const)(
    'is found to have begun when the answer is lost: %o',
    async (act) => {
      const { hub, remote } = startWorld()
      hub.faults.push(at('PUT', '/contents/', { when: 'after', act }))
      const oid = await (await remote.prepare([copy], null)).publish()
      expect(hub.store.readLog(oid)).toHaveLength(2)
      expect(hub.head('main')).toBe(oid)
    },
  )

  it('has not begun, and may be tried again, when nothing came back', async () => {
    const { hub, remote } = startWorld()
    hub.faults.push(at('PUT', '/contents/', { when: 'before', act: 'drop' }))
    await expect((await remote.prepare([copy], null)).publish()).rejects.toThrow(
      /no clear answer, and the repository is still empty; run again later$/,
    )
    expect(await (await remote.prepare([copy], null)).publish()).toBe(hub.head('main'))
  })

  it.each(['branch', 'other branch', 'lost answer'] as const)(
    'leaves everything as it is when somebody else began: %s',
    async (how) => {
      const { hub, remote } = startWorld()
      const prepared = await remote.prepare([copy], null)
      const begin = () =>
        void hub.commit(how === 'other branch' ? 'trunk' : 'main', { files: { 'b.txt': 'theirs\n' }, message: 'First' })
      if (how !== 'lost answer') begin()
      else {
        hub.faults.push(
          at('PUT', '/contents/', {
            when: 'before',
            act: () => {
              begin()
              throw new TypeError('fetch failed')
            },
          }),
        )
      }
      const failure = prepared.publish()
      await expect(failure).rejects.toThrow(MovedError)
      expect(
        Object.fromEntries([...hub.refs.keys()].map((name) => [name, texts(hub, name.slice('refs/heads/'.length))])),
      ).toEqual({ [`refs/heads/${how === 'other branch' ? 'trunk' : 'main'}`]: { 'b.txt': 'theirs\n' } })
    },
  )

  it('waits for servers that have not seen the first commit yet', async () => {
    const { hub, remote } = startWorld()
    const body = '{"message":"Git Repository is empty.","status":"409"}'
    for (const route of ['git/blobs', 'git/trees', 'git/commits'])
      hub.faults.push(at('POST', route, { when: 'before', act: { status: 409, headers: json, body } }))
    expect(await (await remote.prepare([copy], null)).publish()).toBe(hub.head('main'))
  })

  it('is refused by a rule, and to a token that may only read', async () => {
    const { hub, remote, connect } = startWorld()
    hub.switches.protectedBranches.set('main', protections.rules)
    await expect((await remote.prepare([copy], null)).publish()).rejects.toThrow(RefusedError)
    await expect((await connect({ token: reader }).prepare([copy], null)).publish()).rejects.toThrow(DeniedError)
    expect(hub.refs.size).toBe(0)
  })
})

describe('a branch', () => {
  it('is made at a commit, and is fine where it is already', async () => {
    const { hub, connect, commit, takeRequests } = startWorld()
    const oid = commit({ 'a.txt': 'a\n' })
    const remote = connect({ branch: 'data' })
    await remote.createBranch(oid)
    expect(takeRequests()).toEqual(['POST git/refs'])
    await remote.createBranch(oid)
    expect(hub.head('data')).toBe(oid)
  })

  it.each(['drop', { status: 503, body: '' }] as const)(
    'is found to be made when the answer is lost: %o',
    async (act) => {
      const { hub, connect, commit } = startWorld()
      const oid = commit({ 'a.txt': 'a\n' })
      hub.faults.push(at('POST', '/git/refs', { when: 'after', act }))
      await connect({ branch: 'data' }).createBranch(oid)
      expect(hub.head('data')).toBe(oid)
    },
  )

  it('of somebody else stays where it is', async () => {
    const { hub, connect, commit } = startWorld()
    const older = commit({ 'a.txt': 'a\n' })
    const oid = commit({ 'a.txt': 'b\n' })
    hub.refs.set('refs/heads/data', older)
    await expect(connect({ branch: 'data' }).createBranch(oid)).rejects.toThrow(MovedError)
    expect(hub.head('data')).toBe(older)
  })

  it('is not made at a commit that is not there, nor without a token', async () => {
    const { hub, connect, commit } = startWorld()
    const oid = commit({ 'a.txt': 'a\n' })
    await expect(connect({ branch: 'data' }).createBranch('1'.repeat(40))).rejects.toThrow(
      /^Cannot make the branch GitHub "acme\/corpus@data": GitHub answered 422 "Object does not exist"/,
    )
    await expect(connect({ branch: 'data', token: null }).createBranch(oid)).rejects.toThrow(
      /GITHUB_TOKEN is not set, and writing needs one/,
    )
    expect(hub.head('data')).toBeNull()
  })
})
