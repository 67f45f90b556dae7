import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { Octokit } from '@octokit/rest'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Answer } from '../../lib/http/body.ts'
import { dropBody } from '../../lib/http/body.ts'
import { Http } from '../../lib/http/http.ts'
import type { HttpOptions } from '../../lib/http/http.ts'
import { BrokenError, IntegrityError, RemoteError } from '../../lib/model/errors.ts'

const token = 'ghp_canaryToken0123456789abcdef'
const servers: Server[] = []

afterEach(async () => {
  await Promise.all(
    servers.splice(0).map(
      (server) =>
        new Promise((resolve) => {
          server.close(resolve)
          server.closeAllConnections()
        }),
    ),
  )
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function client(origin: string, options: Partial<HttpOptions> = {}) {
  const http = new Http({
    origins: { github: [origin], huggingface: [] },
    secrets: [token],
    sleep: async () => {},
    ...options,
  })
  return { http, again: http.fetch('github', { repeat: true }), once: http.fetch('github', { repeat: false }) }
}

async function textOf(bytes: AsyncIterable<Uint8Array> | null): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes ?? []) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

interface Init {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: ReadableStream<Uint8Array>
}

/** One answer, whichever way it is asked for. */
const ways: readonly {
  readonly way: string
  readonly ask: (http: Http, url: string, init?: Init) => Promise<Answer>
}[] = [
  {
    way: 'by fetch',
    ask: (http, url, init) =>
      http.fetch('github', { repeat: false })(url, { ...init, ...(init?.body && { duplex: 'half' }) }),
  },
  {
    way: 'passed on',
    ask: (http, url, { method = 'GET', headers, body } = {}) =>
      http.pass(
        'github',
        { repeat: false },
        { method, url: new URL(url), headers: new Headers(headers), ...(body && { body }) },
      ),
  },
]

/** Chunks of 16 kB, then whatever `end` does. */
function stream(count: number, end: (controller: ReadableStreamDefaultController) => void): ReadableStream<Uint8Array> {
  let sent = 0
  return new ReadableStream(
    {
      pull(controller) {
        if (sent === count) return end(controller)
        sent += 1
        controller.enqueue(Buffer.alloc(16_384, sent))
      },
    },
    { highWaterMark: 0 },
  )
}

describe.each(ways)('$way', ({ ask }) => {
  test('a streamed body arrives with its length and not in chunks', async () => {
    const seen: IncomingMessage['headers'][] = []
    const origin = await serve(async (request, response) => {
      seen.push(request.headers)
      response.end(String((await textOf(request)).length))
    })
    const { http } = client(origin)
    const answer = await ask(http, origin, {
      method: 'PUT',
      body: stream(10, (controller) => controller.close()),
      headers: { 'content-length': '163840' },
    })
    expect(await textOf(answer.body)).toBe('163840')
    expect([seen[0]!['content-length'], seen[0]!['transfer-encoding']]).toEqual(['163840', undefined])
    expect(http.bytes).toEqual({ uploaded: 163_840, downloaded: 6 })
  })

  test('a stream that fails half-way takes the request down, and its own error comes out', async () => {
    const events: string[] = []
    const origin = await serve((request) => {
      request
        .on('end', () => events.push('end'))
        .on('close', () => events.push('close'))
        .on('error', () => {})
        .resume()
    })
    const body = stream(10, () => {
      throw new IntegrityError('not the bytes')
    })
    await expect(
      ask(client(origin).http, origin, { method: 'PUT', body, headers: { 'content-length': '180000' } }),
    ).rejects.toThrow(new IntegrityError('not the bytes'))
    await vi.waitFor(() => expect(events).toEqual(['close']))
  })

  test('an answer that comes before the body is read is the answer, and ends the upload and its connection', async () => {
    const closed = vi.fn<() => void>()
    const origin = await serve((request, response) => {
      request.socket.on('close', closed)
      response.writeHead(413).end('too large')
    })
    const cancelled = vi.fn<() => void>()
    const body = new ReadableStream<Uint8Array>(
      { pull: (controller) => controller.enqueue(Buffer.alloc(65_536)), cancel: cancelled },
      { highWaterMark: 0 },
    )
    const answer = await ask(client(origin).http, origin, {
      method: 'PUT',
      body,
      headers: { 'content-length': '10000000000' },
    })
    expect([answer.status, await textOf(answer.body)]).toEqual([413, 'too large'])
    await vi.waitFor(() => expect([cancelled.mock.calls.length, closed.mock.calls.length]).toEqual([1, 1]))
  })

  test('an answer that says all is well before the body has left is not believed', async () => {
    const origin = await serve((_, response) => {
      response.end('done')
    })
    const body = stream(1000, (controller) => controller.close())
    await expect(
      ask(client(origin).http, origin, { method: 'PUT', body, headers: { 'content-length': String(16_384_000) } }),
    ).rejects.toThrow(/^Cannot reach .*: it answered 200 before \d+ bytes of the body had left\. Run again\.$/)
  })

  test('a streamed upload that is redirected fails', async () => {
    const origin = await serve((request, response) => {
      request.resume().on('end', () => response.writeHead(307, { location: '/elsewhere' }).end())
    })
    await expect(
      ask(client(origin).http, origin, {
        method: 'PUT',
        body: stream(1, (controller) => controller.close()),
        headers: { 'content-length': '16384' },
      }),
    ).rejects.toThrow(/it answers with a redirect/)
  })

  test('an answer that says where the upload is now is no redirect', async () => {
    const origin = await serve((request, response) => {
      request.resume().on('end', () => response.writeHead(201, { location: '/elsewhere' }).end())
    })
    const answer = await ask(client(origin).http, origin, {
      method: 'PUT',
      body: stream(1, (controller) => controller.close()),
      headers: { 'content-length': '16384' },
    })
    expect(answer.status).toBe(201)
  })

  test('a body that is shorter than announced is an error, also in the middle of a stream', async () => {
    const origin = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 1000, 'content-type': 'application/octet-stream' })
      response.write('a'.repeat(500), () => response.destroy())
    })
    const answer = await ask(client(origin).http, origin)
    await expect(textOf(answer.body)).rejects.toBeInstanceOf(BrokenError)
  })

  test('silence before an answer, and within a body, ends after the timeout', async () => {
    const origin = await serve((request, response) => {
      if (request.url === '/body') response.writeHead(200, { 'content-length': 1000 }).write('a')
    })
    const { http } = client(origin, { timeoutMs: 60 })
    await expect(ask(http, origin)).rejects.toThrow(/nothing came for 0\.06 s/)
    const answer = await ask(http, `${origin}/body`)
    await expect(textOf(answer.body)).rejects.toThrow(
      /^Cannot reach 127\.0\.0\.1:\d+: nothing came for 0\.06 s\. Run again\.$/,
    )
    expect(http.requests.github).toBe(2)
  })

  test('a body that is read slowly is not silent', async () => {
    const origin = await serve((_, response) => {
      response.end('ab')
    })
    const answer = await ask(client(origin, { timeoutMs: 30 }).http, origin)
    await new Promise((resolve) => {
      setTimeout(resolve, 90)
    })
    expect(await textOf(answer.body)).toBe('ab')
  })

  test('a body that is not wanted to its end takes its connection down', async () => {
    const closed = vi.fn<() => void>()
    const origin = await serve((request, response) => {
      request.socket.on('close', closed)
      response.writeHead(200, { 'content-length': 10_000_000 }).write('a')
    })
    dropBody(await ask(client(origin).http, origin))
    await vi.waitFor(() => expect(closed).toHaveBeenCalledTimes(1))
  })

  test('a token never reaches another origin, be it by redirect or by address', async () => {
    const reached: string[] = []
    const other = await serve((request, response) => {
      reached.push(JSON.stringify([request.url, request.rawHeaders]))
      response.end('bytes')
    })
    const origin = await serve((_, response) => {
      response.writeHead(302, { location: `${other}/file` }).end()
    })
    const { http } = client(origin)
    const headers = { 'authorization': `Bearer ${token}`, 'cookie': token, 'x-api-key': token }
    expect(await textOf((await ask(http, origin, { headers })).body)).toBe('bytes')
    await expect(ask(http, other, { headers })).rejects.toBeInstanceOf(RemoteError)
    await expect(ask(http, other, { headers: { cookie: token } })).rejects.toBeInstanceOf(RemoteError)
    expect(reached).toHaveLength(1)
    expect(reached[0]).not.toContain(token)
  })
})

test('what is passed on goes over one connection, one after the other', async () => {
  const origin = await serve((request, response) => {
    void textOf(request).then((text) => response.end(text))
  })
  const opened = vi.fn<() => void>()
  servers.at(-1)!.on('connection', opened)
  const { http } = client(origin)
  const passed = ways[1]!.ask
  for (let count = 1; count <= 5; count++) {
    const put = {
      method: 'PUT',
      body: stream(count, (controller) => controller.close()),
      headers: { 'content-length': String(16_384 * count) },
    }
    expect(await textOf((await passed(http, origin, put)).body)).toHaveLength(16_384 * count)
    expect(await textOf((await passed(http, origin)).body)).toBe('')
  }
  expect(opened).toHaveBeenCalledTimes(1)
})

test('bodies that are whole are sent again whole', async () => {
  const seen: string[] = []
  const origin = await serve(async (request, response) => {
    seen.push(await textOf(request))
    response.writeHead(seen.length % 2 === 0 ? 200 : 503).end()
  })
  const { again } = client(origin)
  for (const body of ['text', Buffer.from('bytes'), new Blob(['blob']), new URLSearchParams({ a: 'b' })])
    await again(origin, { method: 'POST', body })
  expect(seen).toEqual(['text', 'text', 'bytes', 'bytes', 'blob', 'blob', 'a=b', 'a=b'])
})

test('compressed answers come out plain and are counted so', async () => {
  const origin = await serve((_, response) => {
    response
      .writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' })
      .end(gzipSync('"x"'.padEnd(5000)))
  })
  const { again, http } = client(origin)
  expect(await (await again(origin)).json()).toBe('x')
  expect(http.bytes.downloaded).toBe(5000)
})

test('an address where nothing listens says so', async () => {
  const origin = await serve(() => {})
  await new Promise((resolve) => {
    servers.pop()!.close(resolve)
  })
  await expect(client(origin).again(origin)).rejects.toThrow(
    `Cannot reach ${new URL(origin).host}: nothing answers at this address (ECONNREFUSED). Check the address, or run again later.`,
  )
})

test('Octokit works through it, retries included', async () => {
  let count = 0
  const origin = await serve((request, response) => {
    count += 1
    response.writeHead(count === 1 ? 502 : 200, {
      'content-type': 'application/json; charset=utf-8',
      'x-path': request.url!,
    })
    response.end(
      JSON.stringify({
        full_name: 'acme/corpus',
        agent: request.headers['user-agent'],
        authorization: request.headers.authorization,
      }),
    )
  })
  const octokit = new Octokit({
    baseUrl: origin,
    auth: token,
    userAgent: 'own-name',
    request: { fetch: client(origin).again },
  })
  const { data, url } = await octokit.rest.repos.get({ owner: 'acme', repo: 'corpus' })
  expect([data.full_name, url]).toEqual(['acme/corpus', `${origin}/repos/acme/corpus`])
  expect(data).toMatchObject({ authorization: `token ${token}` })
})
