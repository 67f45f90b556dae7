/** What the fake GitHub refuses to write, and with which words. */
import { beforeEach, describe, expect, test } from 'vitest'
import { ask, askJson, commitFirst, person, refusal, zeros } from './github-fixture.ts'

let { hub, head, blob, tree } = commitFirst()
beforeEach(() => {
  ;({ hub, head, blob, tree } = commitFirst())
})

describe('git/trees', () => {
  const file = (more: object) => ({ path: 'x', mode: '100644', type: 'blob', ...more })
  const gone = (path: string) => file({ path, sha: null })
  test.each<[string, object, string]>([
    ['an unknown base', { base_tree: zeros, tree: [file({ content: '' })] }, 'base_tree is not a valid tree oid'],
    ['a leading slash', { tree: [file({ path: '/x', content: '' })] }, 'tree.path cannot start with a slash'],
    [
      'a path through ..',
      { tree: [file({ path: 'a/../x', content: '' })] },
      'tree.path contains a malformed path component',
    ],
    [
      'a path into .git',
      { tree: [file({ path: '.GIT/config', content: '' })] },
      'tree.path contains a malformed path component',
    ],
    [
      'an empty segment',
      { tree: [file({ path: 'a//x', content: '' })] },
      'tree.path contains a malformed path component',
    ],
    ['an odd mode', { tree: [file({ mode: '100664', content: '' })] }, 'Must supply a valid tree.mode'],
    ['a short mode', { tree: [file({ mode: '40000', content: '' })] }, 'Must supply a valid tree.mode'],
    [
      'neither id nor content',
      { tree: [file({})] },
      'Must supply either tree.sha or tree.content. Request will be rejected if both are present.',
    ],
    [
      'content of a directory',
      { tree: [file({ mode: '040000', type: 'tree', content: '' })] },
      'A subdirectory may not have content',
    ],
    ['an unknown blob', { tree: [file({ sha: 'f'.repeat(40) })] }, `tree.sha ${'f'.repeat(40)} is not a valid blob`],
    ['the null id', { tree: [file({ sha: zeros })] }, 'GitRPC::BadObjectState'],
    ['the deletion of what is not there', { tree: [file({ sha: null })] }, 'GitRPC::BadObjectState'],
    ['nothing', { tree: [] }, 'Invalid tree info'],
  ])('refuses %s', async (_, json, message) => {
    expect(await refusal(hub, 'git/trees', { json }, '/git/trees#create-a-tree')).toEqual([422, message])
  })

  test('refuses both id and content, a tree called a blob, a mode that its type denies, and the deletion of a directory', async () => {
    const refused = (entry: object) =>
      refusal(hub, 'git/trees', { json: { base_tree: tree, tree: [entry] } }, '/git/trees#create-a-tree')
    const either = 'Must supply either tree.sha or tree.content. Request will be rejected if both are present.'
    expect(await refused(file({ sha: blob, content: 'a' }))).toEqual([422, either])
    expect(await refused(file({ sha: tree }))).toEqual([422, `tree.sha ${tree} is not a valid blob`])
    expect(await refused(file({ mode: '040000', sha: blob }))).toEqual([422, 'GitRPC::BadObjectState'])
    expect(await refused({ path: 'sub', mode: '040000', type: 'tree', sha: null })).toEqual([
      422,
      'GitRPC::BadObjectState',
    ])
  })

  const made = async (edits: object[], base: string | null = head) => {
    const answer = await askJson(hub, 'git/trees', { json: { ...(base !== null && { base_tree: base }), tree: edits } })
    return [...hub.store.readFiles(answer.sha)].map(([path, { mode }]) => `${mode} ${path}`)
  }

  test('merges paths into the sub-trees of a base, and drops directories that are emptied', async () => {
    expect(await made([file({ path: 'sub/deep/d.txt', content: 'd' }), gone('sub/b.txt')])).toEqual([
      '100644 a.txt',
      '100644 sub/deep/c.txt',
      '100644 sub/deep/d.txt',
    ])
    expect(await made([gone('sub/deep/c.txt'), gone('sub/b.txt')])).toEqual(['100644 a.txt'])
    expect(
      (
        await askJson(hub, 'git/trees', {
          json: { base_tree: head, tree: [gone('sub/deep/c.txt'), gone('sub/b.txt')] },
        })
      ).tree,
    ).toHaveLength(1)
    expect(await made([file({ content: 'x' })], null)).toEqual(['100644 x'])
  })

  test('puts a directory in the place of a file and a file in the place of a directory', async () => {
    expect(await made([gone('a.txt'), file({ path: 'a.txt/x', content: '' })])).toEqual([
      '100644 a.txt/x',
      '100644 sub/b.txt',
      '100644 sub/deep/c.txt',
    ])
    expect(await made([file({ path: 'sub', content: '' }), gone('sub/b.txt'), gone('sub/deep/c.txt')])).toEqual([
      '100644 a.txt',
      '100644 sub',
    ])
  })

  test('takes executables, symlinks, whole trees, and submodules that it has never seen', async () => {
    expect(
      await made(
        [
          file({ path: 'run', mode: '100755', content: '#!' }),
          file({ path: 'link', mode: '120000', content: 'run' }),
          { path: 'again', mode: '040000', type: 'tree', sha: tree },
          { path: 'vendor', mode: '160000', type: 'commit', sha: '1'.repeat(40) },
        ],
        null,
      ),
    ).toEqual([
      '100644 again/a.txt',
      '100644 again/sub/b.txt',
      '100644 again/sub/deep/c.txt',
      '120000 link',
      '100755 run',
      '160000 vendor',
    ])
  })

  test('gives up on too many entries or bytes, in one of two ways', async () => {
    Object.assign(hub.switches, { treeEntriesMax: 2, treeBodyMax: 1_000 })
    const many = { tree: ['x', 'y', 'z'].map((path) => file({ path, content: '' })) }
    expect((await refusal(hub, 'git/trees', { json: many }, '/git/trees#create-a-tree'))[1]).toMatch(
      /^Sorry, your request timed out\. {2}It's likely/,
    )
    hub.switches.treeOverload = 502
    expect(
      await refusal(
        hub,
        'git/trees',
        { json: { tree: [file({ content: 'x'.repeat(1_000) })] } },
        '/git/trees#create-a-tree',
      ),
    ).toEqual([502, 'Server Error'])
  })
})

describe('git/commits', () => {
  test.each<[string, object, string]>([
    ['an unknown tree', { tree: 'f'.repeat(40) }, 'Tree SHA does not exist'],
    [
      'a tree that is no id',
      { tree: 'abc' },
      'The tree parameter must be exactly 40 characters and contain only [0-9a-f].',
    ],
    ['a tree of null', { tree: null }, "Invalid request.\n\nFor 'properties/tree', nil is not a string."],
    ['no tree', { tree: undefined }, 'Invalid request.\n\n"tree" wasn\'t supplied.'],
    ['an unknown parent', { parents: ['f'.repeat(40)] }, 'Parent SHA does not exist or is not a commit object'],
    ['an author of null', { author: null }, "Invalid request.\n\nFor 'properties/author', nil is not an object."],
    ['an author without name', { author: { ...person, name: '' } }, 'Validation Failed'],
    [
      'a date without offset',
      { author: { ...person, date: '2026-01-01T00:00:00' } },
      'Invalid request.\n\n2026-01-01T00:00:00 is not a valid date-time.',
    ],
  ])('refuses %s', async (_, more, message) => {
    expect(
      await refusal(hub, 'git/commits', { json: { message: 'm', tree, ...more } }, '/git/commits#create-a-commit'),
    ).toEqual([422, message])
  })

  test('breaks on a malformed parent and on the year 2100', async () => {
    for (const more of [{ parents: ['abc'] }, { author: { ...person, date: '2100-01-01T00:00:00Z' } }]) {
      const response = await ask(hub, 'git/commits', { json: { message: 'm', tree, ...more } })
      expect([response.status, await response.text()]).toEqual([500, ''])
    }
  })

  test('stores what it is given byte for byte, so that the same request gives the same id', async () => {
    const json = {
      message: 'Add files',
      tree,
      parents: [head],
      author: { name: 'author', email: 'author@author.com', date: '2021-01-23T20:20:25Z' },
      committer: { name: 'committer', email: 'committer@committer.com', date: '2021-01-23T20:20:25Z' },
    }
    const made = await Promise.all([1, 2].map(() => askJson(hub, 'git/commits', { json })))
    expect(made[0].sha).toBe(made[1].sha)
    expect(hub.store.read(made[0].sha, 'commit').toString()).toBe(
      `tree ${tree}\nparent ${head}\nauthor author <author@author.com> 1611433225 +0000\n` +
        'committer committer <committer@committer.com> 1611433225 +0000\n\nAdd files',
    )
  })

  test('takes the author for the committer, keeps offsets, and puts the time before 1970 at 1970', async () => {
    const { sha } = await askJson(hub, 'git/commits', {
      json: { message: 'm', tree, author: { ...person, date: '1969-01-01T00:00:00-05:30' } },
    })
    const { author, committer, parents } = hub.store.readCommit(sha)
    expect(author).toEqual({ name: 'Ada', email: 'ada@example.com', seconds: 0, offset: '-0530' })
    expect([committer, parents]).toEqual([author, []])
  })
})

test('points of requests are counted in every minute, and so many requests at once', async () => {
  hub.switches.points = { core: 7, graphql: 0, atOnce: 2 }
  const read = async () => {
    const { status, headers } = await ask(hub, 'git/ref/heads/main')
    return [status, headers.get('retry-after')]
  }
  // A write is five points.
  expect((await ask(hub, 'git/refs', { json: { ref: 'refs/heads/x', sha: head } })).status).toBe(201)
  await hub.clock.sleep(30_000)
  expect([await read(), await read(), await read()]).toEqual([
    [200, null],
    [200, null],
    [403, '30'],
  ])
  await hub.clock.sleep(30_000)
  expect((await Promise.all([read(), read(), read()])).map(([status]) => status)).toEqual([200, 200, 403])
  expect((await ask(hub, 'git/ref/heads/main')).status).toBe(200)
})
