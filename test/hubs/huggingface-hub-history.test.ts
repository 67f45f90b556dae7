/** What the fake Hub answers of history, and of the difference between two commits. */
import { describe, expect, test } from 'vitest'
import { emptyTreeOid } from './git.ts'
import { api, ask, createCorpus, file, header, post, repository } from './huggingface-fixture.ts'
import { read } from './huggingface-fixture.ts'
import type { HuggingFaceHub } from './huggingface.ts'

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
