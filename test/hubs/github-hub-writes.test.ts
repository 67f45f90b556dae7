/** What the fake GitHub refuses to write, and with which words. */
import { beforeEach, describe, expect, test } from 'vitest'
import { ask, askJson, createRepository, readToken, zeros } from './github-fixture.ts'
import { protections } from './github-switches.ts'
import type { GithubHub } from './github.ts'

let hub: GithubHub
let head: string
let blob: string
let tree: string

beforeEach(() => {
  hub = createRepository()
  head = hub.commit('main', {
    files: { 'a.txt': 'a\n', 'sub/b.txt': 'b\n', 'sub/deep/c.txt': 'c\n' },
    message: 'First',
  })
  tree = hub.store.readCommit(head).tree
  blob = hub.store.readFiles(tree).get('a.txt')!.oid
})

const person = { name: 'Ada', email: 'ada@example.com', date: '2026-01-01T00:00:00Z' }
/** Status and message of a refusal, after checking its envelope. */
async function refusal(path: string, question: Parameters<typeof ask>[2], anchor: string): Promise<[number, string]> {
  const response = await ask(hub, path, question)
  const body = (await response.json()) as Record<string, unknown>
  expect(body).toMatchObject({
    status: `${response.status}`,
    documentation_url: `https://docs.github.com/rest${anchor}`,
  })
  return [response.status, String(body.message)]
}

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
    expect(await refusal('git/trees', { json }, '/git/trees#create-a-tree')).toEqual([422, message])
  })

  test('refuses both id and content, a tree called a blob, a mode that its type denies, and the deletion of a directory', async () => {
    const refused = (entry: object) =>
      refusal('git/trees', { json: { base_tree: tree, tree: [entry] } }, '/git/trees#create-a-tree')
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
    expect((await refusal('git/trees', { json: many }, '/git/trees#create-a-tree'))[1]).toMatch(
      /^Sorry, your request timed out\. {2}It's likely/,
    )
    hub.switches.treeOverload = 502
    expect(
      await refusal(
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
      await refusal('git/commits', { json: { message: 'm', tree, ...more } }, '/git/commits#create-a-commit'),
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

describe('git/refs', () => {
  test('refuses what is no ref, no object or no commit', async () => {
    const create = (json: object) => refusal('git/refs', { json }, '/git/refs#create-a-reference')
    expect(await create({ ref: 'heads/x', sha: head })).toEqual([422, "Reference name must start with 'refs/'."])
    expect(await create({ ref: 'refs/x', sha: head })).toEqual([
      422,
      'Reference name must contain at least three slash-separated components.',
    ])
    expect(await create({ ref: 'refs/heads/main', sha: head })).toEqual([422, 'Reference already exists'])
    expect(await create({ ref: 'refs/heads/x', sha: zeros })).toEqual([422, 'Object does not exist'])
    expect(await create({ ref: 'refs/heads/x', sha: tree })).toEqual([422, 'Reference update failed'])
    expect((await ask(hub, 'git/refs', { json: { ref: 'refs/others/x', sha: blob } })).status).toBe(201)
  })

  test('refuses moves to nowhere, of nothing, backwards or by an odd flag', async () => {
    const next = hub.commit('side', { files: { 'a.txt': 'other\n' }, message: 'Root', parents: [] })
    const move = (ref: string, json: object) =>
      refusal(`git/refs/${ref}`, { method: 'PATCH', json }, '/git/refs#update-a-reference')
    expect(await move('heads/none', { sha: head })).toEqual([422, 'Reference does not exist'])
    expect(await move('heads/main', { sha: zeros })).toEqual([422, 'Object does not exist'])
    expect(await move('heads/main', { sha: tree })).toEqual([422, 'Object is not a commit'])
    expect(await move('heads/main', { sha: next })).toEqual([422, 'Update is not a fast forward'])
    expect(await move('heads/main', { sha: next, force: 'true' })).toEqual([
      422,
      'Invalid request.\n\nFor \'properties/force\', "true" is not a boolean.',
    ])
    expect((await ask(hub, 'git/refs/heads/main', { method: 'PATCH', json: { sha: head } })).status).toBe(200)
    expect(await refusal('git/refs/heads/none', { method: 'DELETE' }, '/git/refs#delete-a-reference')).toEqual([
      422,
      'Reference does not exist',
    ])
    expect(await refusal('git/ref/heads/main', { method: 'PATCH', json: { sha: head } }, '')).toEqual([
      404,
      'Not Found',
    ])
  })

  test.each(Object.entries(protections))('a branch protected by %s does not move', async (kind, message) => {
    const next = hub.commit('side', { files: { 'a.txt': 'more\n' }, message: 'Next', parents: [head] })
    hub.switches.protectedBranches.set('main', message)
    const response = await ask(hub, 'git/refs/heads/main', { method: 'PATCH', json: { sha: next } })
    const body = (await response.json()) as Record<string, unknown>
    expect([response.status, body.message, 'metadata' in body]).toEqual([422, message, kind === 'rules'])
    expect(hub.head('main')).toBe(head)
    const put = await ask(hub, 'contents/new.txt', {
      method: 'PUT',
      json: { message: 'm', content: '', branch: 'main' },
    })
    expect([put.status, hub.head('main')]).toEqual([kind === 'rules' ? 409 : 422, head])
  })

  test.each([true, false])(
    'with a check for pointers set to %s, a commit that brings one without its object',
    async (refuses) => {
      hub.switches.refusesDanglingPointers = refuses
      const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'ab'.repeat(32)}\nsize 5\n`
      const next = hub.commit('side', { files: { 'x.bin': pointer }, message: 'Next', parents: [head] })
      hub.refs.delete('refs/heads/side')
      const response = await ask(hub, 'git/refs/heads/main', { method: 'PATCH', json: { sha: next } })
      expect([response.status, hub.head('main')]).toEqual(refuses ? [422, head] : [200, next])
      const refused = `GH008: Your push referenced at least 1 unknown Git LFS object:\n    ${'ab'.repeat(32)}`
      expect((await response.text()).includes(JSON.stringify(refused).slice(1, -1))).toBe(refuses)
    },
  )

  test('with that check, a pointer whose object is here passes', async () => {
    hub.switches.refusesDanglingPointers = true
    const next = hub.commit('side', {
      files: { 'x.bin': { lfs: Buffer.from('bytes') } },
      message: 'Next',
      parents: [head],
    })
    hub.refs.delete('refs/heads/side')
    expect((await ask(hub, 'git/refs/heads/main', { method: 'PATCH', json: { sha: next } })).status).toBe(200)
  })

  test('a token without the workflow permission may not write workflows, but may move past those that are there', async () => {
    hub.commit('main', { files: { '.github/workflows/ci.yml': 'on: push\n' }, message: 'CI' })
    hub.switches.allowsWorkflows = false
    const entry = { path: '.github/workflows/ci.yml', mode: '100644', type: 'blob', content: 'on: pull_request\n' }
    expect(await refusal('git/trees', { json: { tree: [entry] } }, '/git/trees#create-a-tree')).toEqual([
      403,
      'Resource not accessible by integration',
    ])
    const past = hub.commit('side', { files: { 'a.txt': 'more\n' }, message: 'Next', parents: [hub.head('main')!] })
    const changed = hub.commit('other', {
      files: { '.github/workflows/ci.yml': 'on: never\n' },
      message: 'CI',
      parents: [past],
    })
    for (const name of ['side', 'other']) hub.refs.delete(`refs/heads/${name}`)
    expect((await ask(hub, 'git/refs/heads/main', { method: 'PATCH', json: { sha: past } })).status).toBe(200)
    const question = { method: 'PATCH', json: { sha: changed } }
    expect(await refusal('git/refs/heads/main', question, '/git/refs#update-a-reference')).toEqual([
      422,
      'Reference update failed',
    ])
  })
})

describe('an empty repository', () => {
  beforeEach(() => {
    hub = createRepository()
  })

  test.each([
    ['GET', 'git/ref/heads/main', 'git/refs#get-a-reference'],
    ['GET', 'git/trees/main', 'git/trees#get-a-tree'],
    ['GET', `git/blobs/${zeros}`, 'git/blobs#get-a-blob'],
    ['POST', 'git/blobs', 'git/blobs#create-a-blob'],
    ['POST', 'git/trees', 'git/trees#create-a-tree'],
    ['POST', 'git/commits', 'git/commits#create-a-commit'],
    ['POST', 'git/refs', 'git/refs#create-a-reference'],
    ['GET', 'commits', 'commits/commits#list-commits'],
    ['GET', 'compare/a...b', 'commits/commits#compare-two-commits'],
  ])('answers %s %s with 409', async (method, path, anchor) => {
    expect(await refusal(path, { method, ...(method === 'POST' && { json: {} }) }, `/${anchor}`)).toEqual([
      409,
      'Git Repository is empty.',
    ])
  })

  test('takes its first file and branch through contents, and no unknown branch after that', async () => {
    const put = (path: string, more: object) =>
      ask(hub, `contents/${path}`, { method: 'PUT', json: { message: 'm', content: 'aGk=', ...more } })
    expect((await put('a.txt', { branch: 'trunk', author: person, committer: person })).status).toBe(201)
    const committed = {
      parents: [],
      message: 'm',
      author: { name: 'Ada' },
      committer: { seconds: Date.parse(person.date) / 1000 },
    }
    expect(hub.store.readCommit(hub.head('trunk')!)).toMatchObject(committed)
    const elsewhere = { method: 'PUT', json: { message: 'm', content: 'aGk=', branch: 'none' } }
    expect(await refusal('contents/b.txt', elsewhere, '/repos/contents#create-or-update-file-contents')).toEqual([
      404,
      'Branch none not found',
    ])
    expect((await put('a.txt', { branch: 'trunk' })).status).toBe(422)
    expect((await put('a.txt', { branch: 'trunk', sha: zeros })).status).toBe(409)
    expect((await put('a.txt', { branch: 'trunk', sha: hub.files('trunk').get('a.txt')!.oid })).status).toBe(200)
  })
})

describe('who asks', () => {
  const everything: [string, string][] = [
    ['POST', 'git/blobs'],
    ['POST', 'git/trees'],
    ['POST', 'git/commits'],
    ['POST', 'git/refs'],
    ['PATCH', 'git/refs/heads/main'],
    ['DELETE', 'git/refs/heads/main'],
    ['PUT', 'contents/x'],
  ]

  test.each(everything)('%s %s needs a token that may write', async (method, path) => {
    const question = { method, ...(method !== 'DELETE' && { json: {} }) }
    const read = (await (await ask(hub, path, { ...question, token: readToken })).json()) as Record<string, unknown>
    expect([read.status, read.message]).toEqual(['403', 'Resource not accessible by personal access token'])
    expect(await (await ask(hub, path, { ...question, token: null })).json()).toMatchObject({
      status: '401',
      message: 'Requires authentication',
    })
    expect(hub.head('main')).toBe(head)
  })

  test('a wrong token is refused even where none is needed', async () => {
    expect(await refusal('', { token: 'nonsense' }, '')).toEqual([401, 'Bad credentials'])
    expect((await ask(hub, '', { token: null })).status).toBe(200)
  })

  test('a private repository does not exist without a token', async () => {
    hub = createRepository({ private: true })
    expect(await refusal('', { token: null }, '/repos/repos#get-a-repository')).toEqual([404, 'Not Found'])
    expect((await ask(hub, '', { token: readToken })).status).toBe(200)
  })

  test('an archived repository is read-only', async () => {
    hub.switches.archived = true
    expect(await refusal('git/blobs', { json: { content: '' } }, '/git/blobs#create-a-blob')).toEqual([
      403,
      'Repository was archived so is read-only.',
    ])
    expect((await askJson(hub, '')).archived).toBe(true)
  })
})
