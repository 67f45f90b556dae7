/** What the fake GitHub refuses of references, in an empty repository and to whom, and with which words. */
import { beforeEach, describe, expect, test } from 'vitest'
import { ask, askJson, commitFirst, person, createRepository, refusal, readToken, zeros } from './github-fixture.ts'
import { protections } from './github-switches.ts'

let { hub, head, blob, tree } = commitFirst()
beforeEach(() => {
  ;({ hub, head, blob, tree } = commitFirst())
})

describe('git/refs', () => {
  test('refuses what is no ref, no object or no commit', async () => {
    const create = (json: object) => refusal(hub, 'git/refs', { json }, '/git/refs#create-a-reference')
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
      refusal(hub, `git/refs/${ref}`, { method: 'PATCH', json }, '/git/refs#update-a-reference')
    expect(await move('heads/none', { sha: head })).toEqual([422, 'Reference does not exist'])
    expect(await move('heads/main', { sha: zeros })).toEqual([422, 'Object does not exist'])
    expect(await move('heads/main', { sha: tree })).toEqual([422, 'Object is not a commit'])
    expect(await move('heads/main', { sha: next })).toEqual([422, 'Update is not a fast forward'])
    expect(await move('heads/main', { sha: next, force: 'true' })).toEqual([
      422,
      'Invalid request.\n\nFor \'properties/force\', "true" is not a boolean.',
    ])
    expect((await ask(hub, 'git/refs/heads/main', { method: 'PATCH', json: { sha: head } })).status).toBe(200)
    expect(await refusal(hub, 'git/refs/heads/none', { method: 'DELETE' }, '/git/refs#delete-a-reference')).toEqual([
      422,
      'Reference does not exist',
    ])
    expect(await refusal(hub, 'git/ref/heads/main', { method: 'PATCH', json: { sha: head } }, '')).toEqual([
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
    expect(await refusal(hub, 'git/trees', { json: { tree: [entry] } }, '/git/trees#create-a-tree')).toEqual([
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
    expect(await refusal(hub, 'git/refs/heads/main', question, '/git/refs#update-a-reference')).toEqual([
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
    expect(await refusal(hub, path, { method, ...(method === 'POST' && { json: {} }) }, `/${anchor}`)).toEqual([
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
    expect(await refusal(hub, 'contents/b.txt', elsewhere, '/repos/contents#create-or-update-file-contents')).toEqual([
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
    expect(await refusal(hub, '', { token: 'nonsense' }, '')).toEqual([401, 'Bad credentials'])
    expect((await ask(hub, '', { token: null })).status).toBe(200)
  })

  test('a private repository does not exist without a token', async () => {
    hub = createRepository({ private: true })
    expect(await refusal(hub, '', { token: null }, '/repos/repos#get-a-repository')).toEqual([404, 'Not Found'])
    expect((await ask(hub, '', { token: readToken })).status).toBe(200)
  })

  test('an archived repository is read-only', async () => {
    hub.switches.archived = true
    expect(await refusal(hub, 'git/blobs', { json: { content: '' } }, '/git/blobs#create-a-blob')).toEqual([
      403,
      'Repository was archived so is read-only.',
    ])
    expect((await askJson(hub, '')).archived).toBe(true)
  })
})
