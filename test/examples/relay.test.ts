/** The relay on ports: what the Hub sends, and what reaches GitHub. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, request as sendRequest, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createRelay, parseEvent, readSettings, type Settings } from '../../.github/examples/relay/relay.ts'

const secret = 'a-secret-of-thirty-two-letters-!'
const token = 'github_pat_relay0123456789'
const [older, newer] = ['a'.repeat(40), 'b'.repeat(40)]
const content = { event: { action: 'update', scope: 'repo.content' } }

/** A payload as the Hub sends it for a push to a branch. */
const push = (more: object = {}, ref = 'refs/heads/main', newSha: string | null = newer) => ({
  ...content,
  repo: { type: 'dataset', name: 'acme/corpus', id: '1', private: false, headSha: newer, owner: { id: '2' } },
  updatedRefs: [{ ref, oldSha: older, newSha }],
  webhook: { id: '3', version: 3 },
  ...more,
})

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A GitHub that gives these answers, one after the other, then 204. */
async function startGithub(answers: readonly (readonly [status: number, headers?: Record<string, string>] | 'drop')[]) {
  const left = [...answers]
  const got: { path: string; authorization: string | undefined; body: unknown }[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const { url = '', headers } = request
    got.push({ path: `${request.method} ${url}`, authorization: headers.authorization, body: JSON.parse(text) })
    const next = left.shift() ?? [204]
    if (next === 'drop') return void request.socket.destroy()
    response.writeHead(next[0], next[1]).end()
  })
  closing.push(async () => {
    server.closeAllConnections()
    server.close()
  })
  return { url: await listen(server), got }
}

async function startRelay(
  answers: Parameters<typeof startGithub>[0] = [],
  times: Partial<Pick<Settings, 'joinMs' | 'retryMs'>> = {},
) {
  const github = await startGithub(answers)
  const lines: string[] = []
  const { server, close } = createRelay({
    secret,
    token,
    repositories: new Map(['acme/corpus', 'acme/kits'].map((name) => [`datasets/${name}`, name])),
    apiUrl: github.url,
    joinMs: 5,
    retryMs: 1,
    log: (line) => lines.push(line),
    ...times,
  })
  closing.push(close)
  const url = await listen(server)
  const send = async (body: unknown, { given = secret, path = '/webhook', method = 'POST' } = {}) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { 'x-webhook-secret': given, 'content-type': 'application/json' },
      ...(method === 'POST' && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return { status: answer.status, text: await answer.text() }
  }
  /** Resolves when GitHub has got so many requests, and some time after. */
  const settle = async (count: number) => {
    await vi.waitFor(() => expect(github.got.length).toBeGreaterThanOrEqual(count), { timeout: 5_000 })
    await close()
    expect(github.got.length).toBe(count)
  }
  return { url, send, close, settle, got: github.got, lines }
}

describe('a push', () => {
  test('starts the workflow of the repository that belongs to it', async () => {
    const { send, settle, got, lines } = await startRelay()
    expect(await send(push())).toMatchObject({ status: 202 })
    await settle(1)
    expect(got).toEqual([
      {
        path: 'POST /repos/acme/corpus/dispatches',
        authorization: `Bearer ${token}`,
        body: { event_type: 'hubmirror', client_payload: { repo: 'datasets/acme/corpus', sha: newer } },
      },
    ])
    expect(lines).toEqual(['datasets/acme/corpus: started the workflow of acme/corpus'])
  })

  test('starts nothing a second time, but is passed on after another one', async () => {
    const { send, settle, got } = await startRelay()
    await send(push())
    expect(await send(push())).toEqual({ status: 200, text: 'This was passed on before\n' })
    await vi.waitFor(() => expect(got.length).toBe(1))
    expect((await send(push({}, 'refs/heads/main', older))).status).toBe(202)
    await settle(2)
  })

  test('that comes with others within the time is one run, of the last one', async () => {
    const { send, close, got } = await startRelay([], { joinMs: 60_000 })
    const commits = Array.from({ length: 20 }, (_, index) => index.toString(16).padStart(40, '0'))
    for (const sha of commits) expect((await send(push({}, 'refs/heads/main', sha))).status).toBe(202)
    await close()
    expect(got.map(({ body }) => body)).toMatchObject([{ client_payload: { sha: commits.at(-1) } }])
  })

  test('that waits when the relay is stopped is passed on before that', async () => {
    const { send, close, got } = await startRelay([], { joinMs: 60_000 })
    await send(push())
    await close()
    expect(got.length).toBe(1)
  })
})

describe('what GitHub answers', () => {
  test('a failure, a limit and no answer at all are followed by another request', async () => {
    const { send, settle, lines } = await startRelay([[502], [403, { 'x-ratelimit-remaining': '0' }], 'drop', [429]])
    await send(push())
    await settle(5)
    expect(lines.map((line) => line.replace('datasets/acme/corpus: ', ''))).toEqual([
      'GitHub answered 502; next request in 0.001 s',
      'GitHub answered 403; next request in 0.002 s',
      'no answer; next request in 0.004 s',
      'GitHub answered 429; next request in 0.008 s',
      'started the workflow of acme/corpus',
    ])
  })

  test.each<[status: number, says: string]>([
    [401, 'GITHUB_TOKEN is not valid or has expired'],
    [403, 'GITHUB_TOKEN needs Contents: Read and write on acme/corpus'],
    [404, 'acme/corpus does not exist, or GITHUB_TOKEN may not see it'],
    [301, 'acme/corpus was renamed; say its new name in RELAY_REPOSITORIES'],
    [422, 'the event was not taken'],
  ])('%i ends it, and the event may come again', async (status, says) => {
    const { send, settle, got, lines } = await startRelay([[status, { location: '/repositories/1/dispatches' }]])
    await send(push())
    await vi.waitFor(() =>
      expect(lines[0]).toContain(`gave up after 1 of 6 requests: GitHub answered ${status}: ${says}`),
    )
    expect(got.length).toBe(1)
    expect((await send(push())).status).toBe(202)
    await settle(2)
  })

  test('no more than six requests are made for an event, and none after a minute that GitHub asks for', async () => {
    const failing = await startRelay(Array.from({ length: 9 }, () => [503] as const))
    await failing.send(push())
    await failing.settle(6)
    const waiting = await startRelay([[429, { 'retry-after': '3600' }]])
    await waiting.send(push())
    await waiting.settle(1)
    for (const { lines } of [failing, waiting]) expect(lines.at(-1)).toContain('The schedule brings it later')
  })
})

describe('nothing reaches GitHub', () => {
  test.each<[what: string, status: number, body: unknown, how?: object]>([
    ['without the secret', 401, push(), { given: '' }],
    ['with another one', 401, push(), { given: `${secret}!` }],
    ['with the beginning of it', 401, push(), { given: secret.slice(0, 31) }],
    ['at another path', 404, push(), { path: '/' }],
    ['by somebody who looks at its page', 200, null, { method: 'GET', path: '/' }],
    ['by another method', 405, null, { method: 'GET' }],
    ['without JSON', 400, '{'],
    ['with JSON that is no payload', 400, '[null]'],
    ['of a repository that is not in the list', 403, push({ repo: { type: 'model', name: 'acme/corpus' } })],
    ['of one that the list has in other letters', 403, push({ repo: { type: 'dataset', name: 'acme/\u212Aits' } })],
    ['of something that is no repository', 200, push({ repo: { type: 'bucket', name: 'acme/corpus' } })],
    ['of a type that is a property of every object', 200, push({ repo: { type: 'constructor', name: 'acme/corpus' } })],
    ['about a discussion', 200, push({ event: { action: 'create', scope: 'discussion' } })],
    ['about a comment', 200, push({ event: { action: 'create', scope: 'discussion.comment' } })],
    ['about settings', 200, push({ event: { action: 'update', scope: 'repo.config' } })],
    ['about a scope that only begins alike', 200, push({ event: { action: 'update', scope: 'repo.contents' } })],
    ['about a pull request', 200, push({}, 'refs/pr/7')],
  ])('%s', async (_, status, body, how = {}) => {
    const { send, close, got, lines } = await startRelay()
    expect((await send(body, how)).status).toBe(status)
    await close()
    expect([got, lines]).toEqual([[], []])
  })

  test('with a body that is too long, whether it says so or not', async () => {
    const { url, close, got } = await startRelay()
    const long = ' '.repeat(300_000)
    const post = async (headers: Record<string, string>) => {
      const request = sendRequest(`${url}/webhook`, {
        method: 'POST',
        headers: { 'x-webhook-secret': secret, ...headers },
      })
      // The relay does not wait for the rest of what it refuses.
      request.on('error', () => {})
      request.write(long)
      if (headers['content-length'] !== undefined) request.end()
      const [answer] = (await once(request, 'response')) as [IncomingMessage]
      request.destroy()
      return answer.statusCode
    }
    expect([await post({ 'content-length': '300000' }), await post({ 'transfer-encoding': 'chunked' })]).toEqual([
      413, 413,
    ])
    await close()
    expect(got).toEqual([])
  })
})

test('an event is known by its refs with both commits, and tells the commit of a branch before that of a tag', () => {
  const tag = { ref: 'refs/tags/v1', oldSha: null, newSha: older }
  const read = (payload: object) => parseEvent(JSON.stringify(payload))!
  const [first] = push().updatedRefs
  expect(read(push({ updatedRefs: [tag, first] })).sha).toBe(newer)
  expect(read(push({ updatedRefs: [tag] })).sha).toBe(older)
  expect(read(push({}, 'refs/heads/main', null)).sha).toBe(newer)
  const { updatedRefs: _, ...without } = push()
  const keys = [push(), push({ updatedRefs: [tag] }), push({ updatedRefs: [tag, first] }), without].map(
    (one) => read(one).key,
  )
  expect(new Set(keys).size).toBe(4)
})

test('as a program, by whatever name it is started, it says where it listens, and passes on what waits before it stops', async () => {
  const github = await startGithub([])
  const folder = mkdtempSync(join(tmpdir(), 'relay-'))
  const link = join(folder, 'start.ts')
  symlinkSync(resolve('.github/examples/relay/relay.ts'), link)
  closing.push(async () => rmSync(folder, { recursive: true }))
  const program = spawn(process.execPath, ['--import', 'tsx', link], {
    env: {
      ...process.env,
      WEBHOOK_SECRET: secret,
      GITHUB_TOKEN: token,
      GITHUB_API_URL: github.url,
      RELAY_REPOSITORIES: 'datasets/acme/corpus=acme/corpus',
      PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  closing.push(async () => void program.kill())
  let printed = ''
  program.stdout.on('data', (chunk) => (printed += String(chunk)))
  await vi.waitFor(() => expect(printed).toMatch(/port \d+ for datasets/), { timeout: 20_000 })
  const { status } = await fetch(`http://127.0.0.1:${/port (\d+)/.exec(printed)![1]}/webhook`, {
    method: 'POST',
    headers: { 'x-webhook-secret': secret },
    body: JSON.stringify(push()),
  })
  program.kill('SIGTERM')
  expect([status, ...(await once(program, 'exit')), github.got.length]).toEqual([202, 0, null, 1])
  expect(printed).toContain('started the workflow of acme/corpus')
  for (const hidden of [token, secret]) expect(printed).not.toContain(hidden)
})

describe('its settings', () => {
  const env = { WEBHOOK_SECRET: secret, GITHUB_TOKEN: token, RELAY_REPOSITORIES: 'datasets/Acme/corpus=acme/corpus' }

  test('are read from the environment, several repositories with blanks or lines between', () => {
    const { repositories, apiUrl } = readSettings({
      ...env,
      RELAY_REPOSITORIES: 'datasets/Acme/c=acme/c\n spaces/a/b=a/b,',
    })
    expect(Object.fromEntries(repositories)).toEqual({ 'datasets/acme/c': 'acme/c', 'spaces/a/b': 'a/b' })
    expect(apiUrl).toBe('https://api.github.com')
  })

  test.each<[says: string, env: Record<string, string>]>([
    ['WEBHOOK_SECRET is not set', { ...env, WEBHOOK_SECRET: ' ' }],
    ['WEBHOOK_SECRET has to be 16 or more', { ...env, WEBHOOK_SECRET: 'short' }],
    ['GITHUB_TOKEN is not set', { ...env, GITHUB_TOKEN: '' }],
    ['what stands in RELAY_REPOSITORIES is not like', { ...env, RELAY_REPOSITORIES: 'acme/corpus=acme/corpus' }],
    ['what stands in RELAY_REPOSITORIES is not like', { ...env, RELAY_REPOSITORIES: token }],
    ['has a repository of the Hub twice', { ...env, RELAY_REPOSITORIES: 'datasets/a/b=x/y datasets/A/b=z/w' }],
  ])('%s', (says, wrong) => {
    const fail = () => readSettings(wrong)
    expect(fail).toThrow(says)
    expect(fail).not.toThrow(token)
  })

  test('have a row each in the table of its page', () => {
    const page = readFileSync(new URL('../../.github/examples/relay/README.md', import.meta.url), 'utf8')
    for (const name of Object.keys(env)) expect(page).toContain(`| \`${name}\``)
  })
})
