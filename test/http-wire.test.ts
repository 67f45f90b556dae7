import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { Octokit } from '@octokit/rest'
import { afterEach, expect, test, vi } from 'vitest'
import { IntegrityError, RemoteError } from '../lib/errors.ts'
import { BrokenError, Http } from '../lib/http.ts'
import type { HttpOptions } from '../lib/http.ts'

const token = 'ghp_canaryToken0123456789abcdef'
const servers: Server[] = []

afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => new Promise(resolve => {
    server.close(resolve)
    server.closeAllConnections()
  })))
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function client(origin: string, options: Partial<HttpOptions> = {}) {
  const http = new Http({ origins: { github: [origin], huggingface: [] }, secrets: [token], sleep: async () => {}, ...options })
  return { http, again: http.fetch('github', { repeat: true }), once: http.fetch('github', { repeat: false }) }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

/** Chunks of 16 kB, then whatever `end` does. */
function stream(count: number, end: (controller: ReadableStreamDefaultController) => void): ReadableStream<Uint8Array> {
  let sent = 0
  return new ReadableStream({
    pull(controller) {
      if (sent === count) return end(controller)
      sent += 1
      controller.enqueue(Buffer.alloc(16_384, sent))
    },
  }, { highWaterMark: 0 })
}

test('a streamed body arrives with its length and not in chunks', async () => {
  const seen: IncomingMessage['headers'][] = []
  const origin = await serve(async (request, response) => {
    seen.push(request.headers)
    response.end(String((await textOf(request)).length))
  })
  const { once, http } = client(origin)
  const body = stream(10, controller => controller.close())
  const answer = await once(origin, { method: 'PUT', body, headers: { 'content-length': '163840' }, duplex: 'half' })
  expect(await answer.text()).toBe('163840')
  expect([seen[0]!['content-length'], seen[0]!['transfer-encoding']]).toEqual(['163840', undefined])
  expect(http.bytes).toEqual({ uploaded: 163_840, downloaded: 6 })
})

test('a stream that fails half-way takes the request down, and its own error comes out', async () => {
  const events: string[] = []
  const origin = await serve(request => {
    request.on('end', () => events.push('end')).on('close', () => events.push('close')).on('error', () => {}).resume()
  })
  const body = stream(10, () => { throw new IntegrityError('not the bytes') })
  await expect(client(origin).once(origin, { method: 'PUT', body, headers: { 'content-length': '180000' }, duplex: 'half' }))
    .rejects.toThrow(new IntegrityError('not the bytes'))
  await vi.waitFor(() => expect(events).toEqual(['close']))
})

test('an answer that comes before the body is read is the answer, and ends the upload', async () => {
  const origin = await serve((_, response) => { response.writeHead(413).end('too large') })
  let cancelled = false
  const body = new ReadableStream<Uint8Array>({
    pull: controller => controller.enqueue(Buffer.alloc(65_536)),
    cancel: () => { cancelled = true },
  }, { highWaterMark: 0 })
  const answer = await client(origin).once(origin, { method: 'PUT', body, headers: { 'content-length': '10000000000' }, duplex: 'half' })
  expect([answer.status, await answer.text()]).toEqual([413, 'too large'])
  await vi.waitFor(() => expect(cancelled).toBe(true))
})

test('a streamed upload that is redirected fails', async () => {
  const origin = await serve((request, response) => {
    request.resume().on('end', () => response.writeHead(307, { location: '/elsewhere' }).end())
  })
  const body = stream(1, controller => controller.close())
  await expect(client(origin).once(origin, { method: 'PUT', body, headers: { 'content-length': '16384' }, duplex: 'half' }))
    .rejects.toThrow(/it answers with a redirect/)
})

test('a body that is shorter than announced is an error, also in the middle of a stream', async () => {
  const origin = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 1000, 'content-type': 'application/octet-stream' })
    response.write('a'.repeat(500), () => response.destroy())
  })
  const answer = await client(origin).again(origin)
  await expect(answer.arrayBuffer()).rejects.toBeInstanceOf(BrokenError)
})

test('silence before an answer, and within a body, ends after the timeout', async () => {
  const origin = await serve((request, response) => {
    if (request.url === '/body') response.writeHead(200, { 'content-length': 1000 }).write('a')
  })
  const { once, http } = client(origin, { timeoutMs: 60 })
  await expect(once(origin)).rejects.toThrow(/nothing came for 0\.06 s/)
  const answer = await once(`${origin}/body`)
  await expect(answer.text()).rejects.toThrow(/^Cannot reach 127\.0\.0\.1:\d+: nothing came for 0\.06 s\. Run again\.$/)
  expect(http.requests.github).toBe(2)
})

test('a body that is read slowly is not silent', async () => {
  const origin = await serve((_, response) => { response.end('ab') })
  const answer = await client(origin, { timeoutMs: 30 }).once(origin)
  await new Promise(resolve => { setTimeout(resolve, 90) })
  expect(await answer.text()).toBe('ab')
})

test('a token never reaches another origin, be it by redirect or by address', async () => {
  const reached: string[] = []
  const other = await serve((request, response) => {
    reached.push(JSON.stringify([request.url, request.rawHeaders]))
    response.end('bytes')
  })
  const origin = await serve((_, response) => { response.writeHead(302, { location: `${other}/file` }).end() })
  const { again } = client(origin)
  const headers = { authorization: `Bearer ${token}`, cookie: token, 'x-api-key': token }
  expect(await (await again(origin, { headers })).text()).toBe('bytes')
  await expect(again(other, { headers })).rejects.toBeInstanceOf(RemoteError)
  await expect(again(other, { headers: { cookie: token } })).rejects.toBeInstanceOf(RemoteError)
  expect(reached).toHaveLength(1)
  expect(reached[0]).not.toContain(token)
})

test('bodies that are whole are sent again whole', async () => {
  const seen: string[] = []
  const origin = await serve(async (request, response) => {
    seen.push(await textOf(request))
    response.writeHead(seen.length % 2 === 0 ? 200 : 503).end()
  })
  const { again } = client(origin)
  for (const body of ['text', Buffer.from('bytes'), new Blob(['blob']), new URLSearchParams({ a: 'b' })]) await again(origin, { method: 'POST', body })
  expect(seen).toEqual(['text', 'text', 'bytes', 'bytes', 'blob', 'blob', 'a=b', 'a=b'])
})

test('compressed answers come out plain and are counted so', async () => {
  const origin = await serve((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' }).end(gzipSync('"x"'.padEnd(5000)))
  })
  const { again, http } = client(origin)
  expect(await (await again(origin)).json()).toBe('x')
  expect(http.bytes.downloaded).toBe(5000)
})

test('an address where nothing listens says so', async () => {
  const origin = await serve(() => {})
  await new Promise(resolve => { servers.pop()!.close(resolve) })
  await expect(client(origin).again(origin)).rejects.toThrow(
    `Cannot reach ${new URL(origin).host}: nothing answers at this address (ECONNREFUSED). Check the address, or run again later.`)
})

test('Octokit works through it, retries included', async () => {
  let count = 0
  const origin = await serve((request, response) => {
    count += 1
    response.writeHead(count === 1 ? 502 : 200, { 'content-type': 'application/json; charset=utf-8', 'x-path': request.url! })
    response.end(JSON.stringify({ full_name: 'acme/corpus', agent: request.headers['user-agent'], authorization: request.headers.authorization }))
  })
  const octokit = new Octokit({ baseUrl: origin, auth: token, userAgent: 'own-name', request: { fetch: client(origin).again } })
  const { data, url } = await octokit.rest.repos.get({ owner: 'acme', repo: 'corpus' })
  expect([data.full_name, url]).toEqual(['acme/corpus', `${origin}/repos/acme/corpus`])
  expect(data).toMatchObject({ authorization: `token ${token}` })
})
