/** What the fake GitHub tells: listings, comparisons, answers that lag behind, tags and limits. */
import { beforeEach, describe, expect, test } from 'vitest'
import { ask, askJson, createRepository, readToken, writeToken } from './github-fixture.ts'
import type { GithubHub } from './github.ts'
import type { VirtualClock } from './hub.ts'

let hub: GithubHub
let first: string

beforeEach(() => {
  hub = createRepository()
  first = hub.commit('main', {
    files: { 'a.txt': 'one\ntwo\nthree\nfour\n', 'sub/b.txt': 'b\n', 'sub/c.bin': Buffer.from([0, 1, 2]) },
    message: 'First',
  })
})

const listed = (answer: any) =>
  answer.files.map(
    ({ status, filename, previous_filename: from }: any) => `${status} ${filename}${from ? ` from ${from}` : ''}`,
  )

describe('trees', () => {
  test('are found by tree, commit and branch, and say which id was named', async () => {
    const { tree } = hub.store.readCommit(first)
    for (const [name, id] of [
      [tree, tree],
      [first, first],
      ['main', first],
      ['heads/main', first],
    ]) {
      const answer = await askJson(hub, `git/trees/${name}`)
      expect([answer.sha, answer.tree.map(({ path, type }: any) => `${type} ${path}`)]).toEqual([
        id,
        ['blob a.txt', 'tree sub'],
      ])
    }
    hub.switches.listingSha = 'tree'
    expect((await askJson(hub, 'git/trees/main')).sha).toBe(tree)
    expect((await ask(hub, 'git/trees/nothing')).status).toBe(404)
  })

  test('are recursive for any value of the parameter, not for its name alone', async () => {
    const length = async (query: string) => (await askJson(hub, `git/trees/main${query}`)).tree.length
    expect(await Promise.all(['?recursive=1', '?recursive=0', '?recursive=', '?recursive', ''].map(length))).toEqual([
      4, 4, 4, 2, 2,
    ])
  })

  test('are cut where they get too long', async () => {
    hub.switches.listingMax = 3
    expect(await askJson(hub, 'git/trees/main?recursive=1')).toMatchObject({ truncated: true, tree: { length: 3 } })
    expect(await askJson(hub, 'git/trees/main')).toMatchObject({ truncated: false, tree: { length: 2 } })
  })

  test('name submodules without size and address', async () => {
    hub.commit('main', { files: { vendor: { mode: '160000', content: '1'.repeat(40) } }, message: 'Vendor' })
    expect((await askJson(hub, 'git/trees/main')).tree.at(-1)).toEqual({
      path: 'vendor',
      mode: '160000',
      type: 'commit',
      sha: '1'.repeat(40),
    })
  })
})

describe('blobs', () => {
  test('come in base64 of 60 columns, or raw', async () => {
    const content = Buffer.from(Array.from({ length: 100 }, (_, index) => (index * 7) % 256))
    const oid = hub.store.writeBlob(content)
    const { content: text, size, encoding } = await askJson(hub, `git/blobs/${oid}`)
    expect([size, encoding, text.split('\n').map((line: string) => line.length)]).toEqual([
      100,
      'base64',
      [60, 60, 16, 0],
    ])
    const raw = await ask(hub, `git/blobs/${oid}`, { headers: { accept: 'application/vnd.github.raw+json' } })
    expect(Buffer.from(await raw.arrayBuffer())).toEqual(content)
  })

  test('are written as they are, whatever is wrong with their base64', async () => {
    const write = async (json: object) =>
      hub.store.read((await askJson(hub, 'git/blobs', { json })).sha, 'blob').toString()
    expect(await write({ content: 'a\r\nb', encoding: 'utf-8' })).toBe('a\r\nb')
    expect(await write({ content: 'aGk=', encoding: 'latin1' })).toBe('aGk=')
    expect(await write({ content: 'aG\nk', encoding: 'base64' })).toBe('hi')
    hub.switches.blobMax = 3
    const message = expect.stringMatching(/^Sorry, your input was too large to process\./)
    expect(await askJson(hub, 'git/blobs', { json: { content: 'long' } })).toMatchObject({ status: '422', message })
  })
})

describe('comparisons', () => {
  test('name what was added, removed, modified, changed and renamed since the merge base', async () => {
    hub.commit('side', { files: { 'side.txt': 's\n' }, message: 'Side', parents: [first] })
    hub.commit('main', {
      files: {
        'a.txt': null,
        'moved.txt': 'one\ntwo\nthree\nfive\n',
        'sub/c.bin': null,
        'exact.bin': Buffer.from([0, 1, 2]),
        'sub/b.txt': { mode: '120000', content: '../a.txt' },
        'new.txt': 'new\n',
      },
      message: 'Much',
    })
    const answer = await askJson(hub, 'compare/side...main')
    expect(answer).toMatchObject({ status: 'diverged', ahead_by: 1, behind_by: 1, merge_base_commit: { sha: first } })
    expect(listed(answer)).toEqual([
      'renamed exact.bin from sub/c.bin',
      'renamed moved.txt from a.txt',
      'added new.txt',
      'changed sub/b.txt',
    ])
    hub.switches.compareRenames = 'exact'
    expect(listed(await askJson(hub, 'compare/side...main'))).toEqual([
      'removed a.txt',
      'renamed exact.bin from sub/c.bin',
      'added moved.txt',
      'added new.txt',
      'changed sub/b.txt',
    ])
    hub.switches.compareRenames = 'none'
    expect(listed(await askJson(hub, 'compare/side...main'))).toContain('removed sub/c.bin')
  })

  test('take a file for the source of one rename, never of two, and never one that is empty', async () => {
    const before = hub.commit('main', { files: { empty: '' }, message: 'Empty' })
    hub.commit('main', {
      files: { 'sub/b.txt': null, 'empty': null, 'x.txt': 'b\n', 'y.txt': 'b\n', 'z': '' },
      message: 'Twice',
    })
    expect(listed(await askJson(hub, `compare/${before}...main`))).toEqual([
      'removed empty',
      'renamed x.txt from sub/b.txt',
      'added y.txt',
      'added z',
    ])
  })

  test('say ahead, behind and identical', async () => {
    const next = hub.commit('main', { files: { 'a.txt': 'x\n' }, message: 'Next' })
    const status = async (range: string) => (await askJson(hub, `compare/${range}`)).status
    expect(await Promise.all([`${first}...${next}`, `${next}...${first}`, `${next}...main`].map(status))).toEqual([
      'ahead',
      'behind',
      'identical',
    ])
  })

  test('list commits oldest first and by page, files on the first page alone and never more than the limit', async () => {
    const ids = Array.from({ length: 5 }, (_, index) =>
      hub.commit('main', { files: { [`${index}.txt`]: `${index}\n` }, message: `${index}` }),
    )
    hub.switches.compareFilesMax = 3
    const pages = await Promise.all(
      [1, 2, 3].map((page) => askJson(hub, `compare/${first}...main?per_page=2&page=${page}`)),
    )
    expect(pages.flatMap(({ commits }) => commits.map(({ sha }: any) => sha))).toEqual(ids)
    expect(pages.map(({ files }) => files?.length ?? null)).toEqual([3, null, null])
    expect(pages[2].total_commits).toBe(5)
  })

  test('are not found without a common ancestor, and can be told to fail', async () => {
    hub.commit('root', { files: {}, message: 'Root', parents: [] })
    expect((await ask(hub, 'compare/main...root')).status).toBe(404)
    expect((await ask(hub, 'compare/main...none')).status).toBe(404)
    hub.switches.compareStatus = 503
    expect((await ask(hub, 'compare/main...main')).status).toBe(503)
  })
})

describe('commits', () => {
  test('that do not exist are 404 in a listing and 422 alone', async () => {
    expect((await ask(hub, `commits?sha=${'f'.repeat(40)}`)).status).toBe(404)
    expect(await askJson(hub, 'commits/none')).toMatchObject({
      status: '422',
      message: 'No commit found for SHA: none',
    })
    expect((await ask(hub, `git/commits/${hub.store.readCommit(first).tree}`)).status).toBe(404)
  })

  test('are listed by path and time', async () => {
    await hub.clock.sleep(60_000)
    const second = hub.commit('main', { files: { 'sub/b.txt': 'more\n' }, message: 'Second' })
    const ids = async (query: string) => (await askJson(hub, `commits?${query}`)).map(({ sha }: any) => sha)
    expect(await ids('path=sub')).toEqual([second, first])
    expect(await ids('path=a.txt')).toEqual([first])
    expect(await ids('since=2026-11-01T00:00:30Z')).toEqual([second])
    expect(listed(await askJson(hub, `commits/${second}`))).toEqual(['modified sub/b.txt'])
  })

  test('of a merge have both parents', async () => {
    hub.commit('side', { files: { 'side.txt': 's\n', 'sub/b.txt': null }, message: 'Side', parents: [first] })
    const ours = hub.commit('main', { files: { 'a.txt': 'mine\n' }, message: 'Main' })
    const merge = hub.merge('main', 'side', { files: { 'a.txt': 'settled\n' } })
    expect(hub.store.readCommit(merge).parents).toEqual([ours, hub.head('side')])
    expect([...hub.files('main')].map(([path, { content }]) => `${path} ${content.toString('hex')}`)).toEqual([
      `a.txt ${Buffer.from('settled\n').toString('hex')}`,
      'side.txt 730a',
      'sub/c.bin 000102',
    ])
  })
})

describe('answers that lag behind', () => {
  beforeEach(() => {
    hub.switches.staleReads = 2
  })

  test.each(['git/ref/heads/main', 'branches/main', 'commits?sha=main', 'commits/main', 'git/trees/main'])(
    '%s shows the old head twice',
    async (path) => {
      const second = hub.commit('main', { files: { 'a.txt': 'new\n' }, message: 'Second' })
      const texts = []
      for (let read = 0; read < 3; read += 1) texts.push(await (await ask(hub, path)).text())
      expect(texts.map((text) => [text.includes(first), text.includes(second)].join())).toEqual([
        'true,false',
        'true,false',
        expect.stringContaining(',true'),
      ])
    },
  )

  test('a new branch is not there yet, and a deleted one still is', async () => {
    hub.forcePush('new', first)
    expect((await ask(hub, 'git/ref/heads/new')).status).toBe(404)
    hub.switches.staleReads = 1
    hub.forcePush('new', null)
    expect((await ask(hub, 'git/ref/heads/new')).status).toBe(200)
    expect((await ask(hub, 'git/ref/heads/new')).status).toBe(404)
  })

  test('a write sees the truth, and a commit is there by its id at once', async () => {
    const second = hub.commit('main', { files: { 'a.txt': 'new\n' }, message: 'Second' })
    expect((await ask(hub, `git/commits/${second}`)).status).toBe(200)
    expect((await ask(hub, 'git/refs/heads/main', { method: 'PATCH', json: { sha: first } })).status).toBe(422)
    expect((await askJson(hub, 'git/ref/heads/main')).object.sha).toBe(first)
  })
})

describe('tags and limits', () => {
  test('what the client has already is 304 and costs nothing', async () => {
    const answer = await ask(hub, 'git/ref/heads/main')
    expect([answer.headers.get('etag')!.slice(0, 3), answer.headers.get('x-ratelimit-used')]).toEqual(['W/"', '1'])
    const again = await ask(hub, 'git/ref/heads/main', { headers: { 'if-none-match': answer.headers.get('etag')! } })
    expect([again.status, again.headers.get('x-ratelimit-used'), await again.text()]).toEqual([304, '1', ''])
    hub.commit('main', { files: { 'a.txt': 'new\n' }, message: 'Second' })
    expect(
      (await ask(hub, 'git/ref/heads/main', { headers: { 'if-none-match': answer.headers.get('etag')! } })).status,
    ).toBe(200)
  })

  test('a commit asked for as its id has that id as its tag', async () => {
    const headers = { 'accept': 'application/vnd.github.sha', 'if-none-match': `"${first}"` }
    expect((await ask(hub, 'commits/main', { headers })).status).toBe(304)
    const second = hub.commit('main', { files: { 'a.txt': 'new\n' }, message: 'Second' })
    expect(await (await ask(hub, 'commits/main', { headers })).text()).toBe(second)
  })

  test('a token has so many requests an hour, each for itself', async () => {
    hub.switches.limits.core = 2
    const ends = async (token: string) => {
      const { status, headers } = await ask(hub, '', { token })
      return [status, headers.get('x-ratelimit-remaining'), headers.get('x-ratelimit-reset')]
    }
    const reset = `${(hub.clock as VirtualClock).now() / 1000 + 3_600}`
    expect([await ends(writeToken), await ends(writeToken), await ends(writeToken)]).toEqual([
      [200, '1', reset],
      [200, '0', reset],
      [403, '0', reset],
    ])
    expect((await ends(readToken))[0]).toBe(200)
    await hub.clock.sleep(3_600_000)
    expect((await ends(writeToken))[0]).toBe(200)
  })

  test('a secondary limit is a fault like any other', async () => {
    const body = '{"message":"You have exceeded a secondary rate limit."}'
    hub.faults.push({ on: 1, when: 'before', act: { status: 403, headers: { 'retry-after': '60' }, body } })
    const refused = await ask(hub, 'git/refs', { json: { ref: 'refs/heads/x', sha: first } })
    expect([refused.status, refused.headers.get('retry-after'), hub.head('x')]).toEqual([403, '60', null])
    expect((await ask(hub, 'git/refs', { json: { ref: 'refs/heads/x', sha: first } })).status).toBe(201)
  })

  test('an unknown version of the API is refused', async () => {
    expect((await ask(hub, '', { headers: { 'x-github-api-version': '2019-01-01' } })).status).toBe(400)
    expect(
      (await ask(hub, '', { headers: { 'x-github-api-version': '2026-03-10' } })).headers.get(
        'x-github-api-version-selected',
      ),
    ).toBe('2026-03-10')
  })
})
