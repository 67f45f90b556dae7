/** What the fake Hub writes, and what it refuses to write. */
import { describe, expect, test } from 'vitest'
import { isTrackedByLfs } from './huggingface-attributes.ts'
import { ask, createCorpus, file, header, lfsFile, post, readToken, repository } from './huggingface-fixture.ts'
import { api, sha256 } from './huggingface-fixture.ts'
import type { HuggingFaceHub } from './huggingface.ts'

function modes(hub: HuggingFaceHub): string[] {
  const files = [...hub.files('main')].filter(([path]) => path !== '.gitattributes')
  return files.map(([path, { mode, content }]) => `${mode} ${path} ${content.toString()}`)
}

describe('a commit', () => {
  test('writes and deletes files on top of its parent, with the user as author', async () => {
    const hub = createCorpus()
    const first = hub.commit('main', { message: 'First', files: { 'a/b.txt': 'b', 'a/c.txt': 'c', 'd.txt': 'd' } })
    const deleted = { key: 'deletedFolder', value: { path: 'a/' } }
    const lines = [header('Second', first, 'Body\n\nKey: value'), file('new.txt', 'n'), file('d.txt', 'dd'), deleted]
    const answer = (await (await post(hub, lines)).json()) as { commitOid: string }
    expect(answer).toEqual({
      success: true,
      commitOid: hub.head('main'),
      commitUrl: `https://huggingface.co/${repository}/commit/${hub.head('main')}`,
      hookOutput: '',
    })
    expect(modes(hub)).toEqual(['100644 d.txt dd', '100644 new.txt n'])
    expect(hub.git.readCommit(answer.commitOid)).toMatchObject({
      parents: [first],
      message: 'Second\n\nBody\n\nKey: value',
      author: { name: 'mirror', email: 'mirror@users.noreply.huggingface.co' },
    })
  })

  test('keeps the mode of a file that it updates, or not: a switch', async () => {
    for (const [keepsModes, mode] of [
      [true, '100755'],
      [false, '100644'],
    ] as const) {
      const hub = createCorpus({ switches: { keepsModes } })
      hub.commit('main', { message: 'Script', files: { 'run.sh': { mode: '100755', content: '#!/bin/sh\n' } } })
      await post(hub, [header('Edit'), file('run.sh', '#!/bin/bash\n')])
      expect(modes(hub)).toEqual([`${mode} run.sh #!/bin/bash\n`])
    }
  })

  test('adds a rule for an LFS file that none covers, in the same commit', async () => {
    const hub = createCorpus()
    const object = hub.addObject(Buffer.from('rows'))
    await post(hub, [header('LFS'), lfsFile('data/my rows.csv', object.oid, 4), lfsFile('plot.png', object.oid, 4)])
    const attributes = hub.files('main').get('.gitattributes')!.content.toString()
    expect(attributes.split('\n').slice(-3)).toEqual([
      '*.webm filter=lfs diff=lfs merge=lfs -text',
      'data/my[[:space:]]rows.csv filter=lfs diff=lfs merge=lfs -text',
      '',
    ])
    expect(isTrackedByLfs(new Map([['', attributes]]), 'data/my rows.csv')).toBe(true)
    expect(hub.files('main').get('data/my rows.csv')).toMatchObject({
      content: Buffer.from('rows'),
      lfs: { oid: object.oid, byteLength: 4 },
    })
  })

  test("may change nothing, moves files with oldPath, and takes a file in a folder's place", async () => {
    const hub = createCorpus()
    const before = hub.commit('main', { message: 'First', files: { 'a/b.txt': 'b' } })
    await post(hub, [header('Same'), file('a/b.txt', 'b')])
    expect(hub.git.readCommit(hub.head('main')!)).toMatchObject({
      parents: [before],
      tree: hub.git.readCommit(before).tree,
    })
    await post(hub, [header('Move'), { key: 'file', value: { path: 'a', content: 'text', oldPath: 'a/b.txt' } }])
    expect(modes(hub)).toEqual(['100644 a text'])
  })
})

describe('preupload', () => {
  const sample = (content: string | Buffer) => Buffer.from(content).subarray(0, 512).toString('base64')
  const candidate = (path: string, content: string | Buffer, size = content.length) => ({
    path,
    size,
    sample: sample(content),
  })

  async function modesOf(hub: HuggingFaceHub, body: Record<string, unknown>): Promise<Record<string, unknown>> {
    const { files } = (await (await ask(hub, `${api}/preupload/main`, { json: body })).json()) as {
      files: { path: string; uploadMode: string }[]
    }
    return Object.fromEntries(files.map(({ path, uploadMode }) => [path, uploadMode]))
  }

  test('says LFS by rule, by size and by content', async () => {
    const hub = createCorpus()
    hub.commit('main', { message: 'Rules', files: { 'raw/.gitattributes': '*.png -filter\n*.csv filter=lfs\n' } })
    const files = [
      candidate('a.png', 'text'),
      candidate('raw/a.png', 'text'),
      candidate('raw/a.csv', 'x'),
      candidate('a.csv', 'x'),
      candidate('nul.txt', 'a\0'),
      candidate('latin.txt', Buffer.from([0xe9, 0x20])),
      candidate('cut.txt', Buffer.from('é'.repeat(300)).subarray(0, 511), 600),
      candidate('big.txt', 'a', 10 * 1024 * 1024),
      candidate('nearly.txt', 'a', 10 * 1024 * 1024 - 1),
    ]
    expect(await modesOf(hub, { files })).toEqual({
      'a.png': 'lfs',
      'raw/a.png': 'regular',
      'raw/a.csv': 'lfs',
      'a.csv': 'regular',
      'nul.txt': 'lfs',
      'latin.txt': 'lfs',
      'cut.txt': 'regular',
      'big.txt': 'lfs',
      'nearly.txt': 'regular',
    })
    expect(
      await modesOf(hub, { files: files.slice(0, 4), gitAttributes: '*.csv filter=lfs diff=lfs merge=lfs -text\n' }),
    ).toEqual({ 'a.png': 'regular', 'raw/a.png': 'regular', 'raw/a.csv': 'lfs', 'a.csv': 'lfs' })
  })

  test('tells the head, what stands at a path, and what .gitignore ignores', async () => {
    const hub = createCorpus()
    const head = hub.commit('main', {
      message: 'Files',
      files: { 'a.txt': 'a', 'a.png': 'pixels', '.gitignore': '*.log\n/build/\n!keep.log\n' },
    })
    const files = ['a.txt', 'a.png', 'x.log', 'sub/keep.log', 'build/x'].map((path) => candidate(path, 'a'))
    expect(await (await ask(hub, `${api}/preupload/main`, { json: { files } })).json()).toEqual({
      commitOid: head,
      files: [
        { path: 'a.txt', uploadMode: 'regular', shouldIgnore: false, oid: hub.files('main').get('a.txt')!.oid },
        { path: 'a.png', uploadMode: 'lfs', shouldIgnore: false, oid: sha256('pixels') },
        { path: 'x.log', uploadMode: 'regular', shouldIgnore: true },
        { path: 'sub/keep.log', uploadMode: 'regular', shouldIgnore: false },
        { path: 'build/x', uploadMode: 'regular', shouldIgnore: true },
      ],
    })
  })

  test('needs a write token or not: a switch; and a body that is whole', async () => {
    const json = { files: [] }
    expect((await ask(createCorpus(), `${api}/preupload/main`, { json, token: readToken })).status).toBe(403)
    expect(
      (
        await ask(createCorpus({ switches: { preuploadNeedsWrite: false } }), `${api}/preupload/main`, {
          json,
          token: readToken,
        })
      ).status,
    ).toBe(200)
    expect((await ask(createCorpus(), `${api}/preupload/main`, { json: { files: [{ path: 'a' }] } })).status).toBe(422)
  })
})

test('validate-yaml finds what a commit would be refused for', async () => {
  const errors = async (content: string) => {
    const answer = await ask(createCorpus(), '/api/validate-yaml', { json: { content, repoType: 'dataset' } })
    return ((await answer.json()) as { errors: { message: string }[] }).errors.length
  }
  const good =
    '---\nlicense: cc-by-4.0\ntags:\n- a\n- "b: c"\nconfigs:\n  - config_name: x\n    data_files: "*.csv"\n' +
    'description: >\n  any: thing [goes\n---\n# Title\n'
  const bad = ['---\ntitle: a: b\n---\n', '---\njust text\n---\n', '---\na: "open\n---\n']
  expect(await Promise.all([good, '# No front matter\n', ...bad].map(errors))).toEqual([0, 0, 1, 1, 1])
})
