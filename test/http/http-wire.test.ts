import type { IncomingMessage } from 'node:http'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { dropBody } from '../../lib/http/body.ts'
import { BrokenError, IntegrityError, RemoteError } from '../../lib/model/errors.ts'
import { client, closeServers, serve, stream, textOf, token, ways } from './served.ts'

afterEach(closeServers)

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
