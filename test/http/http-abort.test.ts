/** An end to everything at once, over the port: a run that is interrupted leaves nothing behind that still waits. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readText } from '../../lib/http/body.ts'
import { Http, type HttpOptions } from '../../lib/http/http.ts'
import { Lfs } from '../../lib/lfs/server.ts'
import { LfsServer, objectOf } from '../hubs/lfs-server.ts'

const reason = new Error('interrupted')
let stop: AbortController
let server: Server | null = null

beforeEach(() => {
  stop = new AbortController()
})
afterEach(() => {
  server?.close()
  server?.closeAllConnections()
  server = null
})

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener)
  await new Promise<void>((resolve) => {
    server!.listen(0, '127.0.0.1', resolve)
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function client(origin: string, options: Partial<HttpOptions> = {}) {
  const http = new Http({
    origins: { github: [origin], huggingface: [] },
    secrets: [],
    signal: stop.signal,
    ...options,
  })
  return { http, fetch: http.fetch('github', { repeat: true }) }
}

/** A listener that keeps the request it was given, unanswered. */
function keep(): { readonly listener: RequestListener; readonly request: Promise<IncomingMessage> } {
  let listener: RequestListener = () => {}
  const request = new Promise<IncomingMessage>((resolve) => {
    listener = (incoming) => resolve(incoming.on('error', () => {}))
  })
  return { listener, request }
}

const closed = (request: IncomingMessage) =>
  new Promise((resolve) => {
    request.on('close', () => resolve('closed')).socket.on('close', () => resolve('closed'))
  })

type Client = ReturnType<typeof client>

/** One answer's text, whichever way it is asked for. */
const ways: readonly { readonly way: string; readonly read: (client: Client, url: string) => Promise<string> }[] = [
  { way: 'by fetch', read: async ({ fetch }, url) => await readText((await fetch(url)).body) },
  {
    way: 'streamed',
    read: async ({ http }, url) =>
      await text(
        (await http.stream('github', { repeat: true }, { method: 'GET', url: new URL(url), headers: new Headers() }))
          .body!,
      ),
  },
]

test.each(ways)('a request that waits for its answer ends, at both ends, $way', async ({ read }) => {
  const kept = keep()
  const origin = await serve(kept.listener)
  const answer = read(client(origin), origin)
  const request = await kept.request
  stop.abort(reason)
  await expect(answer).rejects.toBe(reason)
  expect(await closed(request)).toBe('closed')
})

test.each(ways)('a body that is still coming ends, $way', async ({ read }) => {
  const origin = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 1000 }).write('a')
  })
  setTimeout(() => stop.abort(reason), 50)
  await expect(read(client(origin), origin)).rejects.toBe(reason)
})

test('a body that is still leaving ends', async () => {
  const kept = keep()
  const origin = await serve(kept.listener)
  const body = new ReadableStream<Uint8Array>(
    { pull: (controller) => controller.enqueue(Buffer.alloc(65_536)) },
    { highWaterMark: 0 },
  )
  const headers = new Headers({ 'content-length': '10000000000' })
  const answer = client(origin).http.stream(
    'github',
    { repeat: false },
    { method: 'PUT', url: new URL(origin), headers, body },
  )
  await kept.request
  stop.abort(reason)
  await expect(answer).rejects.toBe(reason)
})

test.each([
  ['the clock', undefined],
  ['a wait that is given', () => new Promise<void>(() => {})],
])('a wait of %s ends, and no other request follows', async (_, sleep) => {
  let requests = 0
  const origin = await serve((__, response) => {
    requests += 1
    response.writeHead(503, { 'retry-after': '300' }).end()
  })
  const answer = client(origin, { ...(sleep && { sleep }) }).fetch(origin)
  await vi.waitFor(() => expect(requests).toBe(1))
  setTimeout(() => stop.abort(reason), 20)
  await expect(answer).rejects.toBe(reason)
  expect(requests).toBe(1)
})

test('nothing is sent after the end', async () => {
  const origin = await serve((_, response) => {
    response.end()
  })
  const { http, fetch } = client(origin)
  stop.abort(reason)
  await expect(fetch(origin)).rejects.toBe(reason)
  await expect(http.sleep(60_000)).rejects.toBe(reason)
  expect(http.requests.github).toBe(0)
})

describe('an upload of objects', () => {
  test.each([0, 100_000])(
    'ends as a whole, with parts of %i bytes, and the reason is all that it says',
    async (partByteLength) => {
      const [github, huggingface] = await Promise.all([new LfsServer().start(), new LfsServer().start()])
      huggingface.partByteLength = partByteLength
      const http = new Http({
        origins: { github: [github.origin], huggingface: [huggingface.origin] },
        secrets: [],
        signal: stop.signal,
      })
      const lfsOf = (side: 'github' | 'huggingface', { origin }: LfsServer) =>
        new Lfs(http, {
          side,
          url: `${origin}/info/lfs`,
          authorization: null,
          transfers: ['basic', 'multipart'],
          ref: 'refs/heads/main',
        })
      const [from, to] = [lfsOf('github', github), lfsOf('huggingface', huggingface)]
      const objects = Array.from({ length: 20 }, (_, index) => {
        const content = Buffer.alloc(400_000 + index, index)
        github.objects.set(objectOf(content).oid, content)
        return objectOf(content)
      })
      const opened = new Set<string>()
      const upload = to.upload(
        objects.map((object) => ({
          object,
          open: (at) => {
            opened.add(object.oid)
            return from.open(object, at)
          },
        })),
        { progress: () => stop.abort(reason) },
      )
      await expect(upload).rejects.toBe(reason)
      await huggingface.quiet()
      await github.quiet()
      expect(opened.size).toBeLessThan(20)
      expect(huggingface.oids.length).toBeLessThan(12)
      await Promise.all([github.close(), huggingface.close()])
    },
  )
})
