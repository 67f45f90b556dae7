/** What clients see of servers that are real: connections, bodies that are sent again, compression. */
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test, vi } from 'vitest'
import { readText } from '../../lib/http/body.ts'
import { client, closeServers, serve, servers, stream, textOf, ways } from './served.ts'

afterEach(closeServers)

test('what is streamed goes over one connection, one after the other', async () => {
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
  for (const body of ['text', Buffer.from('bytes')]) await again(origin, { method: 'POST', body })
  expect(seen).toEqual(['text', 'text', 'bytes', 'bytes'])
})

test('compressed answers come out plain and are counted so', async () => {
  const origin = await serve((_, response) => {
    response
      .writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' })
      .end(gzipSync('"x"'.padEnd(5000)))
  })
  const { again, http } = client(origin)
  expect(JSON.parse(await readText((await again(origin)).body))).toBe('x')
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
