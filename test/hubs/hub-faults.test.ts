/**
 * What a hub does wrong when told to, called straight and over the port: every act, before and after the request had
 * its effect.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createRepository, repositoryName, serveRepository, writeToken } from './github-fixture.ts'
import type { GithubHub } from './github.ts'
import { systemClock, VirtualClock } from './hub.ts'
import type { Fault } from './hub.ts'
import { toGlobal } from './message.ts'

let hub: GithubHub
let head: string
let send: (request: Request) => Promise<Response>
let close: () => Promise<void> = async () => {}

const places = {
  'called straight': () => {
    hub = createRepository()
    send = async (request) => toGlobal(await hub.fetch(request))
    close = async () => {}
  },
  'over the port': async () => {
    ;({ hub, close } = await serveRepository())
    send = (request) => fetch(request)
  },
}

afterEach(() => close())

/** Makes a branch, so that the effect can be seen. */
const makeBranch = (name = 'new') =>
  send(
    new Request(`${hub.server.api}/repos/${repositoryName}/git/refs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${writeToken}` },
      body: JSON.stringify({ ref: `refs/heads/${name}`, sha: head }),
    }),
  )
const fail = (when: Fault['when'], act: Fault['act'], more: Partial<Fault> = {}) =>
  hub.faults.push({ on: 1, when, act, ...more })

describe.each(Object.entries(places))('a hub %s', (_, open) => {
  beforeEach(async () => {
    await open()
    head = hub.commit('main', { files: { 'a.txt': 'a\n' }, message: 'First' })
  })

  const times = ['before', 'after'] as const

  test.each(times)('answers something else %s the effect', async (when) => {
    fail(when, { status: 503, headers: { 'retry-after': '7' }, body: 'busy' })
    const response = await makeBranch()
    expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([503, '7', 'busy'])
    expect([hub.head('new'), hub.requests[0]!.status]).toEqual([when === 'after' ? head : null, 503])
  })

  test.each(times)('breaks the connection %s the effect', async (when) => {
    fail(when, 'drop')
    await expect(makeBranch()).rejects.toThrow(TypeError)
    expect([hub.head('new'), hub.requests[0]!.status]).toEqual([when === 'after' ? head : null, 0])
    expect((await makeBranch('next')).status).toBe(201)
  })

  test('ends an answer early, after its headers and half of its bytes', async () => {
    fail('after', 'cut')
    const response = await makeBranch()
    const promised = Number(response.headers.get('content-length'))
    const reader = response.body!.getReader()
    const { value } = await reader.read()
    expect([response.status, value!.length, hub.head('new')]).toEqual([201, Math.floor(promised / 2), head])
    await expect(reader.read()).rejects.toThrow('terminated')
  })

  test('ends an answer of one byte after its headers', async () => {
    const oid = hub.store.writeBlob('x')
    fail('after', 'cut')
    const headers = { accept: 'application/vnd.github.raw+json' }
    const response = await send(new Request(`${hub.server.api}/repos/${repositoryName}/git/blobs/${oid}`, { headers }))
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('terminated')
  })

  test('flips one byte of an answer', async () => {
    fail('after', 'corrupt')
    const url = `${hub.server.api}/repos/${repositoryName}/git/commits/${head}`
    const read = async () => Buffer.from(await (await send(new Request(url))).arrayBuffer())
    const [spoilt, whole] = [await read(), await read()]
    expect(spoilt.length).toBe(whole.length)
    expect([...spoilt].filter((byte, index) => byte !== whole[index])).toHaveLength(1)
  })

  test.each(times)('lets another writer in %s the effect', async (when) => {
    let seen: string | null = null
    fail(when, () => {
      seen = hub.head('new')
      hub.commit('new', { files: { 'b.txt': 'b\n' }, message: 'Faster', parents: [head] })
    })
    const response = await makeBranch()
    expect([response.status, seen]).toEqual(when === 'before' ? [422, null] : [201, head])
    expect(hub.store.readCommit(hub.head('new')!).message).toBe('Faster')
  })

  test.each(times)('lets the caller be killed %s the effect', async (when) => {
    fail(when, () => {
      throw new Error('killed')
    })
    await expect(makeBranch()).rejects.toThrow(Error)
    expect(hub.head('new')).toBe(when === 'after' ? head : null)
  })

  test('fails as often as it is told, for the requests that are meant', async () => {
    fail('before', { status: 500 }, { on: (request) => request.method === 'POST', times: 2 })
    const read = await send(new Request(`${hub.server.api}/repos/${repositoryName}`))
    const statuses = [read.status]
    for (let turn = 0; turn < 3; turn += 1) statuses.push((await makeBranch()).status)
    expect(statuses).toEqual([200, 500, 500, 201])
    expect(hub.requests.map(({ number, status, authorized }) => [number, status, authorized])).toEqual([
      [1, 200, false],
      [2, 500, true],
      [3, 500, true],
      [4, 201, true],
    ])
  })
})

test('virtual time passes when somebody sleeps, real time by itself', async () => {
  const clock = new VirtualClock()
  const start = clock.now()
  await clock.sleep(86_400_000)
  expect([new Date(start).toISOString(), clock.now() - start]).toEqual(['2026-11-01T00:00:00.000Z', 86_400_000])
  expect(systemClock.now()).toBeGreaterThan(1_700_000_000_000)
})
