/** What the fake Hub answers to readers: listings, history, comparisons, files, and how it says no. */
import { describe, expect, test } from 'vitest'
import { api, ask, createCorpus, repository, writeToken } from './huggingface-fixture.ts'
import { read } from './huggingface-fixture.ts'
import { Request } from './message.ts'

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
