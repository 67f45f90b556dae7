/** What the fake Hub answers to readers: listings, history, comparisons, files, and how it says no. */
import { describe, expect, test } from 'vitest'
import { emptyTreeOid } from './git.ts'
import { ask, createCorpus, file, header, post, readToken, repository, writeToken } from './huggingface-fixture.ts'
import type { Question } from './huggingface-fixture.ts'
import type { HuggingFaceHub } from './huggingface.ts'

const api = `/api/${repository}`

async function read<T = any>(hub: HuggingFaceHub, path: string, question: Question = {}): Promise<T> {
  const answer = await ask(hub, path, question)
  expect(answer.status).toBe(200)
  return (await answer.json()) as T
}

describe('errors', () => {
  const cases: [
    name: string,
    path: string,
    question: Question,
    status: number,
    code: string | null,
    message: string,
  ][] = [
    [
      'no token, no repository',
      '/api/datasets/acme/absent/refs',
      { token: null },
      401,
      null,
      'Invalid username or password.',
    ],
    ['a token, no repository', '/api/datasets/acme/absent/refs', {}, 404, 'RepoNotFound', 'Repository not found'],
    [
      'a wrong token, a public repository',
      `${api}/refs`,
      { token: 'hf_x' },
      401,
      null,
      'Invalid credentials in Authorization header',
    ],
    [
      'a wrong token, no repository',
      '/api/datasets/acme/absent',
      { token: 'hf_x' },
      401,
      null,
      'Invalid username or password.',
    ],
    ['no such revision', `${api}/tree/absent`, {}, 404, 'RevisionNotFound', 'Invalid rev id: absent'],
    ['no such folder', `${api}/tree/main/absent`, {}, 404, 'EntryNotFound', 'absent does not exist on "main"'],
    [
      'a body of another type',
      `${api}/paths-info/main`,
      { body: 'x', headers: { 'Content-Type': 'text/plain' } },
      400,
      null,
      '✖ Invalid input\n  → at paths',
    ],
    ['a Xet token', `${api}/xet-write-token/main`, {}, 404, null, "Sorry, we can't find the page you are looking for."],
    [
      'a branch with an unencoded slash',
      `${api}/commits/feature`,
      {},
      404,
      'RevisionNotFound',
      'Invalid rev id: feature',
    ],
    [
      'a branch that is there',
      `${api}/branch/main`,
      { json: {} },
      409,
      null,
      'Reference refs/heads/main already exists',
    ],
    [
      'a branch from nowhere',
      `${api}/branch/b`,
      { json: { startingPoint: 'absent' } },
      404,
      'RevisionNotFound',
      'Invalid rev id: absent',
    ],
    ['the main branch away', `${api}/branch/main`, { method: 'DELETE' }, 403, null, 'Cannot delete refs/heads/main'],
    [
      'a branch with a read token',
      `${api}/branch/b`,
      { json: {}, token: readToken },
      403,
      null,
      'you must use a write token to upload to a repository.',
    ],
  ]

  test.each(cases)('%s', async (_, path, question, status, code, message) => {
    const answer = await ask(createCorpus(), path, question)
    expect([answer.status, answer.headers.get('x-error-code'), await answer.json()]).toEqual([
      status,
      code,
      { error: message },
    ])
    expect(answer.headers.get('www-authenticate')).toBe(
      status === 401 ? 'Bearer realm="Authentication required", charset="UTF-8"' : null,
    )
  })

  test('a private repository is missing to strangers, and there for a token, as Basic too', async () => {
    const hub = createCorpus({ private: true })
    expect((await ask(hub, `${api}/refs`, { token: null })).status).toBe(401)
    expect((await ask(hub, `${api}/refs`, { token: readToken })).status).toBe(200)
    const basic = { Authorization: `Basic ${Buffer.from(`mirror:${writeToken}`).toString('base64')}` }
    expect((await ask(hub, `${api}/refs`, { token: null, headers: basic })).status).toBe(200)
  })

  test('a bucket of requests that is used up says when to come again', async () => {
    const hub = createCorpus({ switches: { quotas: { api: 2, resolvers: 5000, pages: 200 } } })
    await ask(hub, `${api}/refs`)
    await ask(hub, `${api}/refs`)
    const answer = await ask(hub, `${api}/refs`)
    expect([answer.status, answer.headers.get('ratelimit'), answer.headers.get('ratelimit-policy')]).toEqual([
      429,
      '"api";r=0;t=300',
      '"fixed window";"api";q=2;w=300',
    ])
    expect((await ask(hub, `/${repository}/resolve/main/.gitattributes`)).status).toBe(307)
    await hub.clock.sleep(300_000)
    expect((await ask(hub, `${api}/refs`)).status).toBe(200)
  })

  test('a renamed repository is redirected, wherever its name stands', async () => {
    const hub = createCorpus()
    hub.renamedFrom('datasets/acme/old')
    const locations = ['/api/datasets/acme/old/refs?include_prs=1', '/datasets/acme/old/resolve/main/a.txt'].map(
      async (path) => {
        const answer = await ask(hub, path)
        return [answer.status, answer.headers.get('location')]
      },
    )
    expect(await Promise.all(locations)).toEqual([
      [307, `${api}/refs?include_prs=1`],
      [307, `/${repository}/resolve/main/a.txt`],
    ])
  })
})

describe('listings', () => {
  test('come in pages with absolute links, directories counted', async () => {
    const hub = createCorpus()
    hub.commit('main', { message: 'Files', files: { 'a/b/c.txt': 'c', 'a/d.txt': 'd' } })
    const paths: string[] = []
    for (let path: string | undefined = `${api}/tree/main?recursive=true&limit=2`; path !== undefined;) {
      const answer: Response = await ask(hub, path)
      paths.push(...((await answer.json()) as { path: string }[]).map((row) => row.path))
      path = /^<https:\/\/huggingface\.co(.*)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1]
    }
    expect(paths).toEqual(['.gitattributes', 'a', 'a/b', 'a/b/c.txt', 'a/d.txt'])
    const rows = await read(hub, `${api}/tree/main/a?expand=true`)
    expect(rows).toMatchObject([
      { type: 'directory', path: 'a/b', lastCommit: { title: 'Files' } },
      { type: 'file', path: 'a/d.txt', size: 1 },
    ])
    expect(hub.git.readTree(rows[0].oid)).toMatchObject([{ name: 'c.txt' }])
  })

  test('answer for paths asked as JSON or as a form, and leave out what is not there', async () => {
    const hub = createCorpus()
    const head = hub.commit('main', { message: 'Files', files: { 'a/ä.txt': 'x', 'p.png': 'pixels' } })
    const json = await read(hub, `${api}/paths-info/${head}`, { json: { paths: ['a/ä.txt', 'absent', 'a', 'p.png'] } })
    expect(json).toMatchObject([
      { type: 'directory', path: 'a' },
      { path: 'a/ä.txt', size: 1 },
      { path: 'p.png', size: 6, lfs: { size: 6 } },
    ])
    const form = {
      body: 'paths=a%2F%C3%A4.txt&paths=p.png&expand=True',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    }
    expect(await read(hub, `${api}/paths-info/main`, form)).toMatchObject([
      { path: 'a/ä.txt', lastCommit: { id: head } },
      { path: 'p.png' },
    ])
  })

  test('show modes only in comparisons: submodules are unknown, symlinks are files', async () => {
    const hub = createCorpus()
    hub.commit('main', { message: 'Link', files: { link: { mode: '120000', content: 'a.txt' } } })
    const tree = hub.git.editFiles(hub.git.readCommit(hub.head('main')!).tree, [
      ['sub', { mode: '160000', oid: '1'.repeat(40) }],
    ])
    hub.gitPush(
      'main',
      hub.git.writeCommit({
        ...hub.git.readCommit(hub.head('main')!),
        tree,
        parents: [hub.head('main')!],
        message: 'Submodule\n',
      }),
    )
    expect(await read(hub, `${api}/tree/main`)).toMatchObject([
      { path: '.gitattributes' },
      { path: 'link', type: 'file', size: 5 },
      { path: 'sub', type: 'unknown', size: 0 },
    ])
  })
})

describe('history', () => {
  test('gives titles, the rest of messages, and co-authors; in pages', async () => {
    const hub = createCorpus()
    hub.commit('main', {
      message: 'One\n\nBody\n\nCo-authored-by: Ann <ann@users.noreply.huggingface.co>\n',
      user: 'bob',
      files: { a: 'a' },
    })
    hub.commit('main', {
      message: 'Two',
      user: 'Cy Elsewhere',
      email: 'cy@example.com',
      files: { a: 'b' },
      date: new Date('2026-11-02T03:04:05Z'),
    })
    const answer = await ask(hub, `${api}/commits/main?limit=2&p=0&expand[]=formatted`)
    expect(await answer.json()).toMatchObject([
      {
        id: hub.head('main'),
        title: 'Two',
        message: '',
        authors: [{ user: 'Cy Elsewhere' }],
        date: '2026-11-02T03:04:05.000Z',
        formatted: { title: '<p>Two</p>' },
      },
      {
        title: 'One',
        message: '\n\nBody\n\nCo-authored-by: Ann <ann@users.noreply.huggingface.co>\n',
        authors: [{ user: 'bob' }, { user: 'ann' }],
      },
    ])
    expect(answer.headers.get('x-total-count')).toBe('3')
    expect(answer.headers.get('link')).toBe(
      `<https://huggingface.co${api}/commits/main?limit=2&p=1&expand%5B%5D=formatted>; rel="next"`,
    )
    expect((await ask(hub, `${api}/commits/main?limit=1001`)).status).toBe(400)
  })

  test('answers with the head before for some reads after a commit, but never in refs', async () => {
    const hub = createCorpus({ switches: { staleReads: 3 } })
    const old = hub.head('main')!
    await post(hub, [header('New'), file('a.txt', 'a')])
    const now = hub.head('main')
    expect(await read(hub, `${api}/refs`)).toMatchObject({
      branches: [{ name: 'main', ref: 'refs/heads/main', targetCommit: now }],
    })
    expect(await read(hub, `${api}/revision/main?expand[]=sha`)).toEqual({
      _id: expect.any(String),
      id: 'acme/corpus',
      sha: old,
    })
    expect((await ask(hub, `/${repository}/resolve/main/a.txt`, { method: 'HEAD' })).headers.get('x-repo-commit')).toBe(
      old,
    )
    expect(await read(hub, `${api}/commits/main`)).toHaveLength(1)
    expect(await read(hub, `${api}/commits/main`)).toHaveLength(2)
    expect(await read(hub, `${api}/revision/main`)).toMatchObject({
      sha: now,
      siblings: [{ rfilename: '.gitattributes' }, { rfilename: 'a.txt' }],
    })
  })

  test('is gone after a super-squash; its commits stay readable by id, or not: a switch', async () => {
    const hub = createCorpus()
    const old = hub.commit('main', { message: 'One', files: { a: 'a' } })
    const tree = hub.git.readCommit(old).tree
    expect(await read(hub, `${api}/super-squash/main`, { json: { message: 'Squashed' } })).toEqual({
      commitId: hub.head('main'),
    })
    expect(hub.git.readCommit(hub.head('main')!)).toMatchObject({ parents: [], tree, message: 'Squashed' })
    expect((await ask(hub, `${api}/tree/${old}`)).status).toBe(200)
    hub.switches.readsUnreachable = false
    expect((await ask(hub, `${api}/tree/${old}`)).status).toBe(404)
  })

  test('has branches that are made, moved, emptied and tagged', async () => {
    const hub = createCorpus()
    const first = hub.head('main')!
    const second = hub.commit('main', { message: 'One', files: { a: 'a' } })
    await read(hub, `${api}/branch/feature%2Fx`, { json: { startingPoint: first } })
    await read(hub, `${api}/branch/feature%2Fx`, { json: { startingPoint: second, overwrite: true } })
    await read(hub, `${api}/branch/void`, { json: { emptyBranch: true } })
    await read(hub, `${api}/tag/main`, { json: { tag: 'v1' } })
    expect((await ask(hub, `${api}/tag/main`, { json: { tag: 'v1' } })).status).toBe(409)
    expect(await read(hub, `${api}/refs?include_prs=1`)).toMatchObject({
      branches: [{ name: 'main' }, { name: 'feature/x', targetCommit: second }, { name: 'void' }],
      tags: [{ name: 'v1', targetCommit: second }],
      converts: [],
      pullRequests: [],
    })
    expect(await read(hub, `${api}/tree/void`)).toEqual([])
    hub.switches.listsEmptyBranch = false
    expect((await ask(hub, `${api}/tree/void`)).status).toBe(404)
    expect((await ask(hub, `/${repository}/resolve/void/a`)).headers.get('x-error-code')).toBe('EntryNotFound')
  })
})

describe('compare', () => {
  const absent = '0'.repeat(40)
  const compare = async (hub: HuggingFaceHub, range: string) =>
    await (await ask(hub, `${api}/compare/${encodeURIComponent(range)}?raw=true`)).text()

  test('gives sizes, modes and ids of both sides, large files with their own size', async () => {
    const hub = createCorpus()
    const first = hub.commit('main', {
      message: 'One',
      files: { 'a.txt': 'a', 'gone.txt': 'gone', 'run': { mode: '100755', content: 'x' } },
    })
    const second = hub.commit('main', {
      message: 'Two',
      files: {
        'a.txt': 'aa',
        'gone.txt': null,
        'エ/p.png': Buffer.alloc(300),
        'run': { mode: '120000', content: 'a.txt' },
      },
    })
    const [old, now] = [
      hub.git.readFiles(hub.git.readCommit(first).tree),
      hub.git.readFiles(hub.git.readCommit(second).tree),
    ]
    const rows =
      `T 2\t:100644 100644 ${old.get('a.txt')!.oid}... ${now.get('a.txt')!.oid}... M\ta.txt\n` +
      `T 4\t:100644 000000 ${old.get('gone.txt')!.oid}... ${absent}... D\tgone.txt\n` +
      `T 5\t:100755 120000 ${old.get('run')!.oid}... ${now.get('run')!.oid}... T\trun\n` +
      `T 300\t:000000 100644 ${absent}... ${now.get('エ/p.png')!.oid}... A\tエ/p.png\n`
    expect(await compare(hub, `${first}..${second}`)).toBe(rows)
    expect(await compare(hub, `${second}^..main`)).toBe(rows)
    expect(await compare(hub, 'main')).toBe(rows)
    expect(await compare(hub, 'main~2..main~1')).toContain('A\trun\n')
    expect((await compare(hub, `${emptyTreeOid}..main`)).split('\n').map((line) => line.split('\t').at(-1))).toEqual([
      '.gitattributes',
      'a.txt',
      'run',
      'エ/p.png',
      '',
    ])
    expect(await compare(hub, 'main..main')).toBe('')
  })

  test('shows renames, quotes names and refuses as its switches say', async () => {
    const hub = createCorpus()
    hub.commit('main', { message: 'One', files: { 'old name': 'content', 'dir/x': 'x' } })
    hub.commit('main', {
      message: 'Two',
      files: { 'old name': null, 'new "name"': 'content', 'dir': 'now a file', 'dir/x': null },
    })
    const names = async () =>
      (await compare(hub, 'main'))
        .trimEnd()
        .split('\n')
        .map((row) => row.replace(/^.*?\.\.\. .*?\.\.\. /, ''))
    expect(await names()).toEqual(['A\tdir', 'D\tdir/x', 'A\tnew "name"', 'D\told name'])
    hub.switches.compareRenames = 'tab'
    expect(await names()).toEqual(['A\tdir', 'D\tdir/x', 'R100\told name\tnew "name"'])
    hub.switches.compareRenames = 'space'
    hub.switches.compareQuoting = 'git'
    expect(await names()).toEqual(['A\tdir', 'D\tdir/x', 'R100\told name "new \\"name\\""'])
    hub.switches.compareStatus = 413
    expect((await ask(hub, `${api}/compare/main?raw=true`)).status).toBe(413)
  })
})

describe('files', () => {
  test('are found by way of the cache, or at once: a switch; with ranges and the head', async () => {
    const hub = createCorpus()
    const head = hub.commit('main', { message: 'One', files: { 'a #1.txt': 'abcdef' } })
    const first = await ask(hub, `/${repository}/resolve/main/a%20%231.txt`)
    expect([first.status, first.headers.get('x-repo-commit')]).toEqual([307, head])
    expect(first.headers.get('location')!.split('?')[0]).toBe(`/api/resolve-cache/${repository}/${head}/a%20%231.txt`)
    const part = await ask(hub, first.headers.get('location')!, { headers: { Range: 'bytes=1-2' } })
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 1-2/6', 'bc'])
    hub.switches.redirectsFiles = false
    const whole = await ask(hub, `/${repository}/resolve/main/a%20%231.txt`)
    expect([whole.status, whole.headers.get('etag'), await whole.text()]).toEqual([
      200,
      `"${hub.files('main').get('a #1.txt')!.oid}"`,
      'abcdef',
    ])
    expect(
      (await ask(hub, `/${repository}/resolve/main/a%20%231.txt`, { headers: { Range: 'bytes=6-' } })).status,
    ).toBe(416)
    const known = await ask(hub, `/${repository}/resolve/main/a%20%231.txt`, {
      headers: { 'If-None-Match': whole.headers.get('etag')! },
    })
    expect([known.status, await known.text()]).toEqual([304, ''])
  })

  test('that are missing are refused in plain text, with the head', async () => {
    const hub = createCorpus()
    const answer = await ask(hub, `/${repository}/resolve/main/absent`)
    expect([
      answer.status,
      answer.headers.get('x-error-code'),
      answer.headers.get('x-repo-commit'),
      await answer.text(),
    ]).toEqual([404, 'EntryNotFound', hub.head('main'), 'Entry not found'])
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  })

  test('that are large lead to the storage, and to their pointer as raw', async () => {
    const hub = createCorpus()
    hub.commit('main', { message: 'One', files: { 'p.png': 'pixels' } })
    const { lfs } = hub.files('main').get('p.png')!
    const answer = await ask(hub, `/${repository}/resolve/main/p.png`)
    expect([answer.status, answer.headers.get('x-linked-etag'), answer.headers.get('x-linked-size')]).toEqual([
      302,
      `"${lfs!.oid}"`,
      '6',
    ])
    const location = answer.headers.get('location')!
    expect(await (await hub.server.storage.hub.fetch(new Request(location))).text()).toBe('pixels')
    const withToken = await hub.server.storage.hub.fetch(
      new Request(location, { headers: { Authorization: `Bearer ${writeToken}` } }),
    )
    expect(withToken.status).toBe(400)
    expect(await (await ask(hub, `/${repository}/raw/main/p.png`)).text()).toBe(
      `version https://git-lfs.github.com/spec/v1\noid sha256:${lfs!.oid}\nsize 6\n`,
    )
  })
})
