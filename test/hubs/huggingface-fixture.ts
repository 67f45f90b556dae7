/** A small dataset on a fake Hub, and short ways to ask it. */
import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { Cas } from './cas.ts'
import { serve, VirtualClock } from './hub.ts'
import { createHuggingFaceHub } from './huggingface.ts'
import type { HuggingFaceHub, HuggingFaceOptions } from './huggingface.ts'
import { Request } from './message.ts'
import { Storage } from './storage.ts'

export const writeToken = 'hf_write'

export const readToken = 'hf_read'

export const repository = 'datasets/acme/corpus'

export function createCorpus(options: Partial<HuggingFaceOptions> = {}): HuggingFaceHub {
  const clock = new VirtualClock()
  return createHuggingFaceHub({
    id: repository,
    origin: 'https://huggingface.co',
    storage: new Storage('https://lfs.example', clock),
    clock,
    tokens: new Map([
      [writeToken, 'write'],
      [readToken, 'read'],
    ]),
    user: 'mirror',
    ...options,
  })
}

export interface Served {
  hub: HuggingFaceHub
  storage: Storage
  cas: Cas
  close: () => Promise<void>
}

/** The same on ports of their own: one for the hub, one for the storage, one for the store of chunks. */
export async function serveCorpus(options: Partial<HuggingFaceOptions> = {}): Promise<Served> {
  const clock = new VirtualClock()
  let storage = new Storage('https://lfs.example', clock)
  let cas = new Cas('https://cas.example', clock)
  let hub = createCorpus()
  const chunks = await serve((origin) => {
    cas = new Cas(origin, clock)
    return (request) => cas.hub.fetch(request)
  })
  const stores = await serve((origin) => {
    storage = new Storage(origin, clock)
    return (request) => storage.hub.fetch(request)
  })
  const hubs = await serve((origin) => {
    hub = createCorpus({ origin, storage, cas, clock, ...options })
    return (request) => hub.fetch(request)
  })
  const close = async () => void (await Promise.all([chunks, stores, hubs].map((server) => server.close())))
  return { hub, storage, cas, close }
}

export interface Question {
  method?: string
  token?: string | null
  json?: unknown
  lines?: unknown[]
  headers?: Record<string, string>
  body?: string
}

/** Asks the hub without a network; `lines` are sent as ndjson. Redirections are answers. */
export function ask(hub: HuggingFaceHub, path: string, question: Question = {}): Promise<Response> {
  const { token = writeToken, json, lines } = question
  const body =
    question.body ??
    (lines ? lines.map((line) => JSON.stringify(line)).join('\n') : json === undefined ? null : JSON.stringify(json))
  const type = lines ? 'application/x-ndjson' : 'application/json'
  return hub.fetch(
    new Request(hub.server.origin + path, {
      method: question.method ?? (body === null ? 'GET' : 'POST'),
      headers: {
        ...(body === null ? {} : { 'Content-Type': type }),
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...question.headers,
      },
      body,
    }),
  )
}

export const header = (summary: string, parentCommit?: string, description?: string) => ({
  key: 'header',
  value: { summary, parentCommit, description },
})

export const file = (path: string, content: string | Buffer) => ({
  key: 'file',
  value: { path, content: Buffer.from(content).toString('base64'), encoding: 'base64' },
})

export const lfsFile = (path: string, oid: string, size: number) => ({
  key: 'lfsFile',
  value: { path, algo: 'sha256', oid, size },
})

export const deletedFile = (path: string) => ({ key: 'deletedFile', value: { path } })

/** Commits over HTTP to `main`. */
export function post(hub: HuggingFaceHub, lines: unknown[], question: Question = {}): Promise<Response> {
  return ask(hub, `/api/${hub.repository.id}/commit/main`, { lines, ...question })
}

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

export const api = `/api/${repository}`

export async function read<T = any>(hub: HuggingFaceHub, path: string, question: Question = {}): Promise<T> {
  const answer = await ask(hub, path, question)
  expect(answer.status).toBe(200)
  return (await answer.json()) as T
}
