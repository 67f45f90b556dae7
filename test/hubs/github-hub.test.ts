/** The official client, as a client of its own, finds a GitHub that behaves as it expects. */
import { Octokit } from '@octokit/rest'
import { http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createRepository, readToken, serveRepository, writeToken, zeros } from './github-fixture.ts'
import type { GithubHub } from './github.ts'

const owner = 'acme'
const repo = 'corpus'
const names = { owner, repo }
const author = { name: 'Ada', email: 'ada@example.com', date: '2026-10-31T12:00:00+02:00' }
const committer = { name: 'Mirror', email: 'mirror@example.com', date: '2026-10-31T10:00:00Z' }
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

const network = setupServer()
let hub: GithubHub
let close: () => Promise<void> = async () => {}

beforeAll(() => network.listen({ onUnhandledRequest: 'bypass' }))
afterAll(() => network.close())
afterEach(async () => {
  network.resetHandlers()
  await close()
})

const places = {
  'by its real name': () => {
    hub = createRepository()
    close = async () => {}
    network.use(http.all('https://api.github.com/*', ({ request }) => hub.fetch(request)))
  },
  'over a port': async () => {
    ;({ hub, close } = await serveRepository())
  },
}

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const client = (token: string | null = writeToken) =>
  new Octokit({ ...(token !== null && { auth: token }), baseUrl: hub.server.api, log: silent })

/** Two commits, the second by the whole way: blob, tree, commit, ref. */
async function writeTwice(octokit: Octokit): Promise<{ first: string; second: string }> {
  const content = Buffer.from('# Corpus\n').toString('base64')
  const seed = await octokit.repos.createOrUpdateFileContents({
    ...names,
    path: 'README.md',
    message: 'Seed\n',
    content,
    branch: 'main',
    author,
    committer,
  })
  const first = seed.data.commit.sha!
  const { data: blob } = await octokit.git.createBlob({ ...names, content: png.toString('base64'), encoding: 'base64' })
  const { data: tree } = await octokit.git.createTree({
    ...names,
    base_tree: first,
    tree: [
      { path: 'data/a b.png', mode: '100644', type: 'blob', sha: blob.sha },
      { path: 'data/run.sh', mode: '100755', type: 'blob', content: '#!/bin/sh\n' },
    ],
  })
  const message = 'Add data\n\nMirrored-From: x\n'
  const { data: commit } = await octokit.git.createCommit({
    ...names,
    message,
    tree: tree.sha,
    parents: [first],
    author,
    committer,
  })
  await octokit.git.updateRef({ ...names, ref: 'heads/main', sha: commit.sha })
  return { first, second: commit.sha }
}

describe.each(Object.entries(places))('@octokit/rest %s', (_, open) => {
  beforeEach(open)

  test('reads an empty repository and what the token may do', async () => {
    const { data } = await client().repos.get(names)
    expect(data).toMatchObject({
      full_name: 'acme/corpus',
      default_branch: 'main',
      private: false,
      archived: false,
      node_id: hub.repository.nodeId,
    })
    expect(data.permissions).toMatchObject({ push: true, pull: true })
    expect((await client(readToken).repos.get(names)).data.permissions).toMatchObject({ push: false, pull: true })
    expect((await client(null).repos.get(names)).data.permissions).toBeUndefined()
    await expect(client().git.getRef({ ...names, ref: 'heads/main' })).rejects.toMatchObject({ status: 409 })
  })

  test('seeds the repository and builds a commit on it', async () => {
    const { first, second } = await writeTwice(client())
    expect(hub.head('main')).toBe(second)
    expect([...hub.files('main')].map(([path, { mode }]) => `${mode} ${path}`)).toEqual([
      '100644 README.md',
      '100644 data/a b.png',
      '100755 data/run.sh',
    ])
    expect(hub.files('main').get('data/a b.png')!.content).toEqual(png)
    const ada = { name: 'Ada', seconds: Date.parse(author.date) / 1000, offset: '+0200' }
    expect(hub.store.readCommit(first)).toMatchObject({
      parents: [],
      message: 'Seed\n',
      author: ada,
      committer: { name: 'Mirror', offset: '+0000' },
    })
    expect(hub.store.readCommit(second)).toMatchObject({ parents: [first], message: 'Add data\n\nMirrored-From: x\n' })
  })

  test('reads refs, commits, trees and blobs back', async () => {
    const octokit = client()
    const { first, second } = await writeTwice(octokit)
    expect((await octokit.git.getRef({ ...names, ref: 'heads/main' })).data).toMatchObject({
      ref: 'refs/heads/main',
      object: { sha: second, type: 'commit' },
    })
    expect((await octokit.git.listMatchingRefs({ ...names, ref: 'heads/ma' })).data.map(({ ref }) => ref)).toEqual([
      'refs/heads/main',
    ])
    expect((await octokit.git.listMatchingRefs({ ...names, ref: 'heads/x' })).data).toEqual([])
    expect((await octokit.repos.getBranch({ ...names, branch: 'main' })).data).toMatchObject({
      name: 'main',
      commit: { sha: second },
      protected: false,
    })
    const { data: commit } = await octokit.git.getCommit({ ...names, commit_sha: second })
    expect(commit).toMatchObject({
      parents: [{ sha: first }],
      message: 'Add data\n\nMirrored-From: x\n',
      verification: { verified: false },
    })
    expect(commit.author).toEqual({ name: 'Ada', email: 'ada@example.com', date: '2026-10-31T10:00:00Z' })
    const { data: tree } = await octokit.git.getTree({ ...names, tree_sha: commit.tree.sha, recursive: '1' })
    expect(tree.tree.map(({ mode, path, size }) => `${mode} ${path} ${size ?? '-'}`)).toEqual([
      '100644 README.md 9',
      '040000 data -',
      '100644 data/a b.png 16',
      '100755 data/run.sh 10',
    ])
    const { data: blob } = await octokit.git.getBlob({ ...names, file_sha: tree.tree[2]!.sha })
    expect(Buffer.from(blob.content, 'base64')).toEqual(png)
    // Of bytes this client would make text, as GitHub calls raw blobs UTF-8.
    const { data: raw } = await octokit.git.getBlob({
      ...names,
      file_sha: tree.tree[0]!.sha,
      mediaType: { format: 'raw' },
    })
    expect(raw).toBe('# Corpus\n')
    expect((await octokit.repos.getCommit({ ...names, ref: 'main', mediaType: { format: 'sha' } })).data).toBe(second)
  })

  test('pages through commits, newest first, pinned to a commit', async () => {
    const ids = Array.from({ length: 7 }, (_unused, index) =>
      hub.commit('main', { files: { 'n.txt': `${index}\n` }, message: `Commit ${index}` }),
    )
    const listed = await client().paginate(client().repos.listCommits, { ...names, sha: ids[5]!, per_page: 2 })
    expect(listed.map(({ sha, commit }) => [sha, commit.message])).toEqual(
      ids
        .slice(0, 6)
        .toReversed()
        .map((sha, index) => [sha, `Commit ${5 - index}`]),
    )
    expect(listed[0]!.commit.tree.sha).toBe(hub.store.readCommit(ids[5]!).tree)
    const first = await client().repos.listCommits({ ...names, per_page: 2 })
    expect(first.headers.link).toMatch(/page=2[^>]*>; rel="next", <[^>]*page=4[^>]*>; rel="last"/)
  })

  test('compares two commits', async () => {
    const { first, second } = await writeTwice(client())
    const { data } = await client().repos.compareCommitsWithBasehead({ ...names, basehead: `${first}...main` })
    expect(data).toMatchObject({
      status: 'ahead',
      ahead_by: 1,
      behind_by: 0,
      total_commits: 1,
      merge_base_commit: { sha: first },
      commits: [{ sha: second }],
    })
    expect(data.files!.map(({ status, filename }) => `${status} ${filename}`)).toEqual([
      'added data/a b.png',
      'added data/run.sh',
    ])
  })

  test('makes, moves and deletes branches', async () => {
    const { first, second } = await writeTwice(client())
    const octokit = client()
    await octokit.git.createRef({ ...names, ref: 'refs/heads/side/line', sha: first })
    expect(hub.head('side/line')).toBe(first)
    expect((await octokit.git.updateRef({ ...names, ref: 'heads/side/line', sha: second })).data.object.sha).toBe(
      second,
    )
    const back = { ...names, ref: 'heads/side/line', sha: first }
    const message = expect.stringContaining('Update is not a fast forward')
    await expect(octokit.git.updateRef(back)).rejects.toMatchObject({ status: 422, message })
    await octokit.git.updateRef({ ...back, force: true })
    await octokit.git.deleteRef({ ...names, ref: 'heads/side/line' })
    expect(hub.head('side/line')).toBeNull()
  })

  test('moves a ref by compare-and-swap through GraphQL, and not twice', async () => {
    const { first, second } = await writeTwice(client())
    const mutation = 'mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }'
    const move = (beforeOid: string, afterOid: string) =>
      client().graphql(mutation, {
        input: {
          repositoryId: hub.repository.nodeId,
          refUpdates: [{ name: 'refs/heads/main', beforeOid, afterOid, force: true }],
        },
      })
    await move(second, first)
    expect(hub.head('main')).toBe(first)
    await expect(move(second, first)).rejects.toMatchObject({
      errors: [{ message: expect.stringMatching(/^Something went wrong/), path: ['updateRefs'] }],
    })
    await move(first, zeros)
    expect(hub.head('main')).toBeNull()
  })

  test('follows a repository to its new name', async () => {
    const { second } = await writeTwice(client())
    hub.renamedFrom('acme/old')
    expect((await client().repos.get({ owner, repo: 'old' })).data.full_name).toBe('acme/corpus')
    expect((await client().git.getRef({ owner, repo: 'old', ref: 'heads/main' })).data.object.sha).toBe(second)
  })
})
