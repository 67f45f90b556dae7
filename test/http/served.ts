/** Servers of this machine, and the client that asks them. */
import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Received } from '../../lib/http/body.ts'
import { Http } from '../../lib/http/http.ts'
import type { HttpOptions } from '../../lib/http/http.ts'

export const token = 'ghp_canaryToken0123456789abcdef'

export const servers: Server[] = []

export async function serve(listener: RequestListener, host = '127.0.0.1'): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => {
    server.listen(0, host, resolve)
  })
  return `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`
}

export async function closeServers(): Promise<void> {
  await Promise.all(
    servers.splice(0).map(
      (server) =>
        new Promise((resolve) => {
          server.close(resolve)
          server.closeAllConnections()
        }),
    ),
  )
}

export function client(origin: string, options: Partial<HttpOptions> = {}) {
  const http = new Http({
    origins: { github: [origin], huggingface: [] },
    secrets: [token],
    sleep: async () => {},
    ...options,
  })
  return { http, again: http.fetch('github', { repeat: true }), once: http.fetch('github', { repeat: false }) }
}

export async function textOf(bytes: AsyncIterable<Uint8Array> | null): Promise<string> {
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
export const ways: readonly {
  readonly way: string
  readonly ask: (http: Http, url: string, init?: Init) => Promise<Received>
}[] = [
  {
    way: 'by fetch',
    ask: (http, url, init) =>
      http.fetch('github', { repeat: false })(url, { ...init, ...(init?.body && { duplex: 'half' }) }),
  },
  {
    way: 'streamed',
    ask: (http, url, { method = 'GET', headers, body } = {}) =>
      http.stream(
        'github',
        { repeat: false },
        { method, url: new URL(url), headers: new Headers(headers), ...(body && { body }) },
      ),
  },
]

/** Chunks of 16 kB, then whatever `end` does. */
export function stream(
  count: number,
  end: (controller: ReadableStreamDefaultController) => void,
): ReadableStream<Uint8Array> {
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
