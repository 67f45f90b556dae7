/** What the fake Hub writes, and what it refuses to write. */
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isTrackedByLfs } from './huggingface-attributes.ts'
import {
  ask,
  createCorpus,
  deletedFile,
  file,
  header,
  lfsFile,
  post,
  readToken,
  repository,
} from './huggingface-fixture.ts'
import type { HuggingFaceHub } from './huggingface.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const api = `/api/${repository}`

async function failure(response: Response): Promise<{ status: number; code: string | null; error: string }> {
  const { error } = (await response.json()) as { error: string }
  expect(response.headers.get('x-error-message')).toBe(error.replaceAll(/[^\x20-\x7e]/g, ' ').trim())
  return { status: response.status, code: response.headers.get('x-error-code'), error }
}

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

describe('a commit is refused', () => {
  const prefix = 'Your push was rejected because'
  const offending = 'Offending files: - a.txt (ref: refs/heads/main)'
  const refused: [name: string, lines: unknown[], expected: { status: number; code?: string; error: string }][] = [
    [
      'for a dangling LFS pointer',
      [header('x'), lfsFile('a.txt', sha256('absent'), 6)],
      {
        status: 400,
        error: `${prefix} an LFS pointer pointed to a file that does not exist. For instance, this can happen if you used git push --no-verify to push your changes. Offending file: - a.txt`,
      },
    ],
    [
      'for a binary as a plain file',
      [header('x'), file('a.txt', 'a\0b')],
      {
        status: 400,
        error: `${prefix} it contains binary files. Please use https://huggingface.co/docs/hub/xet to store binary files. See also: https://huggingface.co/docs/hub/xet/using-xet-storage#git ${offending}`,
      },
    ],
    [
      'for a plain file above 10 MiB',
      [header('x'), file('a.txt', 'a'.repeat(10 * 1024 * 1024 + 1))],
      {
        status: 400,
        error: expect.stringContaining(
          `it contains files larger than 10 MiB. Please use https://git-lfs.github.com/ to store large files.`,
        ),
      },
    ],
    [
      'on a parent that is not the head',
      [header('x', '0'.repeat(40)), file('a.txt', 'a')],
      { status: 412, error: 'The branch was updated since you opened this page. Please refresh and try again.' },
    ],
    [
      'for deleting a missing file',
      [header('x'), deletedFile('a.txt')],
      { status: 404, code: 'EntryNotFound', error: "A file with this name doesn't exist" },
    ],
    [
      'for a path that leaves the repository',
      [header('x'), file('..\\a.txt', 'a')],
      { status: 422, error: expect.stringContaining('Invalid path') },
    ],
    [
      'for a path into .git',
      [header('x'), file('a/.git/config', 'a')],
      { status: 422, error: expect.stringContaining('Invalid path') },
    ],
    [
      'without an operation',
      [header('x')],
      { status: 400, error: 'Add a line with the key `lfsFile`, `file` or `deletedFile`' },
    ],
    ['without a summary', [header(''), file('a.txt', 'a')], { status: 400, error: expect.stringContaining('summary') }],
    [
      'for a file that is a folder of another',
      [header('x'), file('a.txt', 'a'), file('a.txt/b', 'b')],
      { status: 400, error: 'A file with this name already exists' },
    ],
    [
      'for front matter that is no YAML',
      [header('x'), file('README.md', '---\ntags: [a, b\n---\n')],
      { status: 400, error: expect.stringContaining('YAML') },
    ],
    [
      'for too many files in one folder',
      [header('x'), ...Array.from({ length: 10_001 }, (_, index) => file(`d/${index}`, ''))],
      {
        status: 400,
        error: `${prefix} it contains too many files per directory. Each directory in your git repo can only contain up to 10000 files. Offending reference: refs/heads/main Offending directories: /d/`,
      },
    ],
  ]

  test.each(refused)('%s', async (_, lines, expected) => {
    const hub = createCorpus()
    const head = hub.head('main')
    expect(await failure(await post(hub, lines))).toEqual({ code: null, ...expected })
    expect(hub.head('main')).toBe(head)
  })

  test('while another one runs, and works after it', async () => {
    const hub = createCorpus({ switches: { lockedCommits: 1 } })
    const lines = [header('x'), file('a.txt', 'a')]
    expect(await failure(await post(hub, lines))).toMatchObject({
      status: 409,
      error: 'Another commit operation is in progress for this repository. Please try again later.',
    })
    expect((await post(hub, lines)).status).toBe(200)
  })

  test('above the hourly quota, failed ones counted, though requests are left', async () => {
    const hub = createCorpus({ switches: { commitsPerHour: 2, commitRetryAfter: 30 } })
    await post(hub, [header('x'), deletedFile('absent')])
    await post(hub, [header('x'), file('a.txt', 'a')])
    const answer = await post(hub, [header('x'), file('b.txt', 'b')])
    expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('ratelimit')]).toEqual([
      429,
      '30',
      '"api";r=997;t=300',
    ])
    expect((await failure(answer)).error).toContain(
      'You have exceeded the rate limit for repository commits (2 per hour). You can retry this action in about 1 hour.',
    )
    await hub.clock.sleep(3_600_001)
    expect((await post(hub, [header('x'), file('b.txt', 'b')])).status).toBe(200)
  })

  test('of another type, on a missing branch, or without the right to write', async () => {
    const hub = createCorpus()
    const lines = [header('x'), file('a.txt', 'a')]
    expect((await post(hub, lines, { headers: { 'Content-Type': 'application/json' } })).status).toBe(400)
    expect(await failure(await ask(hub, `${api}/commit/absent`, { lines }))).toEqual({
      status: 404,
      code: 'RevisionNotFound',
      error: 'Invalid rev id: absent',
    })
    expect(await failure(await post(hub, lines, { token: readToken }))).toMatchObject({
      status: 403,
      error: 'you must use a write token to upload to a repository.',
    })
    expect((await post(hub, lines, { token: null })).status).toBe(401)
  })

  test('where a rule says LFS and the file is plain and not empty: a switch', async () => {
    const strict = createCorpus({ switches: { refusesPlainUnderRule: true } })
    expect((await post(strict, [header('x'), file('a.png', '')])).status).toBe(200)
    expect((await post(strict, [header('x'), file('a.png', 'text')])).status).toBe(400)
    expect((await post(createCorpus(), [header('x'), file('a.png', 'text')])).status).toBe(200)
  })

  test('for bytes that are binary after the sample: a switch', async () => {
    const lines = [header('x'), file('a.txt', `${'a'.repeat(600)}\0`)]
    expect((await post(createCorpus({ switches: { binaryCheck: 'whole' } }), lines)).status).toBe(400)
    expect((await post(createCorpus(), lines)).status).toBe(200)
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
