/** What the fake Hub refuses to write. */
import { describe, expect, test } from 'vitest'
import { ask, createCorpus, deletedFile, file, header, lfsFile, post, readToken } from './huggingface-fixture.ts'
import { api, sha256 } from './huggingface-fixture.ts'

async function failure(response: Response): Promise<{ status: number; code: string | null; error: string }> {
  const { error } = (await response.json()) as { error: string }
  expect(response.headers.get('x-error-message')).toBe(error.replaceAll(/[^\x20-\x7e]/g, ' ').trim())
  return { status: response.status, code: response.headers.get('x-error-code'), error }
}

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
