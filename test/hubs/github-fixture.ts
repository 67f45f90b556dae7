/** A small repository on a fake GitHub, and short ways to ask it. */
import { expect } from 'vitest'
import { createGithubHub } from './github.ts'
import type { GithubHub, GithubOptions } from './github.ts'
import { serve, VirtualClock } from './hub.ts'
import { Request } from './message.ts'
import { Storage } from './storage.ts'

export const writeToken = 'ghp_write'
export const readToken = 'ghp_read'
export const repositoryName = 'acme/corpus'
export const zeros = '0'.repeat(40)
export const person = { name: 'Ada', email: 'ada@example.com', date: '2026-01-01T00:00:00Z' }

export function createRepository(options: Partial<GithubOptions> = {}): GithubHub {
  const clock = new VirtualClock()
  return createGithubHub({
    name: repositoryName,
    api: 'https://api.github.com',
    graphql: 'https://api.github.com/graphql',
    web: 'https://github.com',
    storage: new Storage('https://github-cloud.s3.amazonaws.com', clock),
    clock,
    tokens: new Map([
      [writeToken, 'write'],
      [readToken, 'read'],
    ]),
    ...options,
  })
}

export interface Served {
  hub: GithubHub
  storage: Storage
  close: () => Promise<void>
}

/** The same on two ports of their own, one for the hub and one for the storage. */
export async function serveRepository(options: Partial<GithubOptions> = {}): Promise<Served> {
  const clock = options.clock ?? new VirtualClock()
  let storage = new Storage('https://storage.example', clock)
  let hub = createRepository()
  const stores = await serve((origin) => {
    storage = new Storage(origin, clock)
    return (request) => storage.hub.fetch(request)
  })
  const hubs = await serve((origin) => {
    hub = createRepository({
      api: `${origin}/api/v3`,
      graphql: `${origin}/api/graphql`,
      web: origin,
      lfs: origin.replace('127.0.0.1', 'localhost'),
      storage,
      clock,
      ...options,
    })
    return (request) => hub.fetch(request)
  })
  return { hub, storage, close: async () => void (await Promise.all([stores.close(), hubs.close()])) }
}

export interface Question {
  method?: string
  token?: string | null
  json?: unknown
  headers?: Record<string, string>
}

function makeRequest(url: string, { method, token = writeToken, json, headers }: Question): Request {
  return new Request(url, {
    method: method ?? (json === undefined ? 'GET' : 'POST'),
    headers: {
      accept: 'application/vnd.github+json',
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    body: json === undefined ? null : JSON.stringify(json),
  })
}

/** Asks the REST API without a network; `path` is below the repository. Redirections are answers. */
export function ask(hub: GithubHub, path: string, question: Question = {}): Promise<Response> {
  return hub.fetch(makeRequest(`${hub.server.api}/repos/${repositoryName}${path === '' ? '' : `/${path}`}`, question))
}

/** The same, as JSON. */
export async function askJson(hub: GithubHub, path: string, question: Question = {}): Promise<any> {
  return (await ask(hub, path, question)).json()
}

export async function askGraphql(
  hub: GithubHub,
  query: string,
  variables: Record<string, unknown> = {},
  question: Question = {},
): Promise<any> {
  return (await hub.fetch(makeRequest(hub.server.graphql, { json: { query, variables }, ...question }))).json()
}

export interface LfsQuestion {
  operation?: 'upload' | 'download'
  token?: string | null
  headers?: Record<string, string>
}

const lfsHeaders = { 'accept': 'application/vnd.git-lfs+json', 'content-type': 'application/vnd.git-lfs+json' }

export function askBatch(hub: GithubHub, objects: unknown[], question: LfsQuestion = {}): Promise<Response> {
  const { operation = 'download', token = writeToken, headers } = question
  const json = { operation, transfers: ['basic'], objects, hash_algo: 'sha256' }
  const url = `${hub.server.web}/${repositoryName}.git/info/lfs/objects/batch`
  return hub.fetch(makeRequest(url, { json, token, headers: { ...lfsHeaders, ...headers } }))
}

export interface Action {
  href: string
  header?: Record<string, string>
}
export interface ActionQuestion {
  method: string
  body?: string | Buffer
  headers?: Record<string, string>
}

/** An action's request, with the headers that it came with and no other credentials. */
export function askAction(
  fetch: (request: Request) => Promise<Response>,
  { href, header }: Action,
  question: ActionQuestion,
): Promise<Response> {
  const { method, body, headers } = question
  const length = body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` }
  const bytes = body === undefined ? null : new Uint8Array(Buffer.from(body))
  return fetch(new Request(href, { method, headers: { ...header, ...length, ...headers }, body: bytes }))
}

/** A repository of one commit, `head`, on `main`; `blob` is the id of its `a.txt`. */
export function commitFirst(): { hub: GithubHub; head: string; blob: string; tree: string } {
  const hub = createRepository()
  const head = hub.commit('main', {
    files: { 'a.txt': 'a\n', 'sub/b.txt': 'b\n', 'sub/deep/c.txt': 'c\n' },
    message: 'First',
  })
  const { tree } = hub.store.readCommit(head)
  return { hub, head, tree, blob: hub.store.readFiles(tree).get('a.txt')!.oid }
}

/** Status and message of a refusal, after checking its envelope. */
export async function refusal(
  hub: GithubHub,
  path: string,
  question: Parameters<typeof ask>[2],
  anchor: string,
): Promise<[number, string]> {
  const response = await ask(hub, path, question)
  const body = (await response.json()) as Record<string, unknown>
  expect(body).toMatchObject({
    status: `${response.status}`,
    documentation_url: `https://docs.github.com/rest${anchor}`,
  })
  return [response.status, String(body.message)]
}
