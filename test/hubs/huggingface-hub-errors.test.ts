/** How the fake Hub says no to readers. */
import { describe, expect, test } from 'vitest'
import { api, ask, createCorpus, readToken, repository, writeToken } from './huggingface-fixture.ts'
import type { Question } from './huggingface-fixture.ts'

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
    [
      'a Xet token, to somebody who may only read',
      `${api}/xet-write-token/main`,
      { token: readToken },
      403,
      null,
      'you must use a write token to upload to a repository.',
    ],
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
