/** What node's own client has to do where `fetch` did it before, on ports. */
import { createServer, type Socket } from 'node:net'
import { setTimeout as passTime } from 'node:timers/promises'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { readText } from '../../lib/http/body.ts'
import { HeaderMap } from '../../lib/http/headers.ts'
import { BrokenError } from '../../lib/model/errors.ts'
import { client, closeServers, serve, servers, stream, textOf } from './served.ts'

afterEach(closeServers)

/** A server that answers with these bytes. `answer` gets the request's text, and its number on its connection. */
async function serveRaw(answer: (socket: Socket, text: string, number: number) => void): Promise<string> {
  const server = createServer((socket) => {
    let number = 0
    socket.on('error', () => {}).on('data', (chunk) => answer(socket, chunk.toString('latin1'), ++number))
  })
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  servers.push(Object.assign(server, { closeAllConnections: () => sockets.forEach((one) => one.destroy()) }) as never)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`
}

const ok = (body: string, ...lines: string[]) =>
  ['HTTP/1.1 200 OK', `content-length: ${body.length}`, ...lines, '', body].join('\r\n')

describe('a connection that the server closed while nobody used it', () => {
  /** Answers the first request of each connection, and closes it when another one comes. */
  async function serveOnce() {
    const seen: string[] = []
    const origin = await serveRaw((socket, text, number) => {
      if (number > 1) return socket.resetAndDestroy()
      seen.push(text.split(' ')[0]!)
      socket.write(ok('x'))
    })
    return { origin, seen }
  }

  test('costs a read nothing but another connection', async () => {
    const { origin, seen } = await serveOnce()
    const waits: number[] = []
    const { http, again } = client(origin, { sleep: async (ms) => void waits.push(ms) })
    for (let count = 1; count <= 3; count++) expect(await readText((await again(origin)).body)).toBe('x')
    expect(await readText((await again(origin, { method: 'POST', body: 'a query' })).body)).toBe('x')
    expect([seen, waits, http.requests.github]).toEqual([['GET', 'GET', 'GET', 'POST'], [], 4])
  })

  test('is none where it breaks in the middle of an answer: nothing is asked again behind the back of whoever reads it', async () => {
    const seen: number[] = []
    const origin = await serveRaw((socket, _, number) => {
      seen.push(number)
      if (number === 1) return void socket.write(ok('x'))
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc', () => {
        setTimeout(() => socket.resetAndDestroy(), 20)
      })
    })
    const { again } = client(origin)
    expect(await readText((await again(origin)).body)).toBe('x')
    await expect(readText((await again(origin)).body)).rejects.toBeInstanceOf(BrokenError)
    await passTime(50)
    expect(seen).toEqual([1, 2])
  })

  test('ends a write, which may have arrived', async () => {
    const { origin, seen } = await serveOnce()
    const { once } = client(origin)
    expect(await readText((await once(origin)).body)).toBe('x')
    await expect(once(origin, { method: 'POST', body: 'a write' })).rejects.toBeInstanceOf(BrokenError)
    expect(seen).toEqual(['GET'])
  })

  test('is none where it breaks on its first request: that waits as before', async () => {
    const waits: number[] = []
    const origin = await serveRaw((socket) => socket.resetAndDestroy())
    await expect(client(origin, { sleep: async (ms) => void waits.push(ms) }).again(origin)).rejects.toThrow('broke')
    expect(waits).toHaveLength(4)
  })
})

describe('codings that a server sends', () => {
  const plain = 'bytes '.repeat(5_000)
  test.each([
    ['gzip', gzipSync(plain)],
    ['X-GZIP', gzipSync(plain)],
    ['deflate', deflateSync(plain)],
    ['br', brotliCompressSync(plain)],
    ['gzip, br', brotliCompressSync(gzipSync(plain))],
  ])('%s is undone', async (coding, bytes) => {
    const origin = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': coding }).end(bytes)
    })
    expect(await readText((await client(origin).again(origin)).body)).toBe(plain)
  })

  test('one that is not known stays, and one for an empty body is none', async () => {
    const origin = await serve(({ url }, response) => {
      response.writeHead(200, { 'content-encoding': url === '/empty' ? 'gzip' : 'compress' })
      response.end(url === '/empty' ? '' : 'packed')
    })
    const { again } = client(origin)
    expect(await readText((await again(origin)).body)).toBe('packed')
    expect(await readText((await again(`${origin}/empty`)).body)).toBe('')
  })

  test('a body that ends in the middle of one is an error, though its length is right', async () => {
    const packed = gzipSync(plain).subarray(0, 60)
    const origin = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed)
    })
    await expect(readText((await client(origin).once(origin)).body)).rejects.toBeInstanceOf(BrokenError)
  })

  test('what is streamed stays packed, and nothing packed is asked for', async () => {
    const origin = await serve(({ headers }, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(headers['accept-encoding'] ?? 'none')
    })
    const answer = await client(origin).http.stream(
      'github',
      { repeat: true },
      { method: 'GET', url: new URL(origin), headers: new HeaderMap() },
    )
    expect(await textOf(answer.body)).toBe('none')
  })
})

describe('answers of other forms', () => {
  test('HEAD, 204 and 304 have no body, whatever their headers say, and leave their connection to the next', async () => {
    const origin = await serve((request, response) => {
      const status = Number(request.url!.slice(1))
      response.writeHead(status, { 'content-encoding': 'gzip', ...(status === 200 && { 'content-length': 9 }) }).end()
    })
    const sockets: unknown[] = []
    servers.at(-1)!.on('connection', (socket) => sockets.push(socket))
    const { again } = client(origin)
    for (const [method, status] of [
      ['HEAD', 200],
      ['GET', 204],
      ['GET', 304],
      ['HEAD', 404],
    ] as const) {
      const answer = await again(`${origin}/${status}`, { method })
      expect([answer.status, answer.body, await readText(answer.body)]).toEqual([status, null, ''])
    }
    // The connection is free a moment after the answer.
    expect(sockets.length).toBeLessThan(3)
  })

  test('hints before an answer are not the answer', async () => {
    const hints = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'
    const origin = await serveRaw((socket) => socket.write(`${hints}${ok('x')}`))
    expect(await readText((await client(origin).again(origin)).body)).toBe('x')
  })

  test('long headers are read, and endless ones are an error', async () => {
    const origin = await serve(({ url }, response) => {
      response.writeHead(200, { 'x-long': 'a'.repeat(Number(url!.slice(1))) }).end()
    })
    const { once } = client(origin)
    expect((await once(`${origin}/12000`)).headers.get('X-Long')).toHaveLength(12_000)
    await expect(once(`${origin}/60000`)).rejects.toThrow('the connection broke (HPE_HEADER_OVERFLOW)')
  })

  test('a body without a length ends with its connection; one in chunks that ends so is cut', async () => {
    const origin = await serveRaw((socket, text) =>
      socket.end(
        text.startsWith('GET /chunks')
          ? 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nbytes\r\n'
          : 'HTTP/1.1 200 OK\r\n\r\nbytes',
      ),
    )
    const { once } = client(origin)
    expect(await readText((await once(origin)).body)).toBe('bytes')
    await expect(readText((await once(`${origin}/chunks`)).body)).rejects.toBeInstanceOf(BrokenError)
  })

  test('what is no HTTP is a broken connection', async () => {
    const origin = await serveRaw((socket) => socket.end('SSH-2.0-x\r\n'))
    await expect(client(origin).once(origin)).rejects.toThrow('the connection broke (HPE_INVALID_CONSTANT)')
  })
})

describe('what is sent', () => {
  test('has the type and the length that fetch would give it', async () => {
    const seen: unknown[] = []
    const origin = await serve(async ({ method, headers }, response) => {
      const { 'content-type': type, 'content-length': length, 'transfer-encoding': coding } = headers
      seen.push([method, type, length, coding])
      response.end()
    })
    const { once } = client(origin)
    const bytes = Uint8Array.from([1, 2, 3])
    const json = { 'content-type': 'application/json' }
    for (const init of [
      {},
      { method: 'POST' },
      { method: 'POST', body: 'é' },
      { method: 'POST', body: '{}', headers: json },
      { method: 'PUT', body: bytes },
      { method: 'PUT', body: stream(1, (controller) => controller.close()) },
      { method: 'DELETE' },
    ])
      await once(origin, init)
    expect(seen).toEqual([
      ['GET', undefined, undefined, undefined],
      ['POST', undefined, '0', undefined],
      ['POST', 'text/plain;charset=UTF-8', '2', undefined],
      ['POST', 'application/json', '2', undefined],
      ['PUT', undefined, '3', undefined],
      ['PUT', undefined, undefined, 'chunked'],
      ['DELETE', undefined, undefined, undefined],
    ])
  })

  test.each(['100', '100000'])('as a stream of another length than %s is an error', async (length) => {
    const origin = await serve((request, response) => {
      request.resume().on('end', () => response.end())
    })
    const body = stream(2, (controller) => controller.close())
    const put = { method: 'PUT', body, headers: { 'content-length': length } }
    await expect(client(origin).once(origin, put)).rejects.toThrow('the body was not as long as announced')
  })

  test.each(['a: b', 'ü', ''])('has no header of the name %j', (name) => {
    expect(() => new HeaderMap({ [name]: 'x' })).toThrow(TypeError)
  })

  test('has no header with a line end or another letter than HTTP has, and such an error does not show it', () => {
    for (const value of ['secret\r\nx: y', 'secret\0', 'secret\u{1f600}'])
      expect(() => new HeaderMap({ a: value })).toThrow(/^(?!.*secret)/)
    expect(new HeaderMap({ a: ' é\t' }).get('A')).toBe('é')
  })
})

test('many requests at once are answered, over as many connections, which the next ones use again', async () => {
  const opened: unknown[] = []
  const origin = await serve(({ url }, response) => {
    setTimeout(() => response.end(url), 20)
  })
  servers.at(-1)!.on('connection', (socket) => opened.push(socket))
  const { again } = client(origin)
  for (let round = 0; round < 2; round++) {
    const texts = await Promise.all(
      Array.from({ length: 150 }, async (_, at) => readText((await again(`${origin}/${at}`)).body)),
    )
    expect(texts).toEqual(Array.from({ length: 150 }, (_, at) => `/${at}`))
  }
  expect(opened).toHaveLength(150)
})

test('a host is reached by its address of IPv6, too', async () => {
  const origin = await serve((request, response) => {
    response.end(request.headers.host)
  }, '::1')
  expect(await readText((await client(origin).again(origin)).body)).toBe(new URL(origin).host)
})
