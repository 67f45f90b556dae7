/**
 * Sends requests with large bodies, and all that go through a proxy, by node's own client. Without a web stream between
 * two sockets, an upload takes two thirds of the CPU that it takes by `fetch` (.github/decisions/0009).
 */
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Bytes, Received } from './body.ts'
import { bytesOf, readerOf } from './body.ts'
import { isRedirect } from './redirect.ts'

/** How a request leaves where it does not go straight to its host. `headers`: besides its own. */
export interface Way {
  readonly isSecure: boolean
  readonly options: RequestOptions
  readonly headers: Readonly<Record<string, string>>
}

/** The options of `fetch` that are used here, with the same meaning. */
export interface NodeRequest {
  readonly method: string
  readonly headers: Headers
  readonly body: Bytes | Uint8Array | string | null
  readonly signal: AbortSignal
  readonly redirect: 'error' | 'manual'
  readonly way?: Way
}

/**
 * The answer of any status, not decoded. Redirects are not followed. Connections are kept open by node's global agents,
 * or by the agent of the `way`. Throws the error of the body or of the connection.
 */
export function sendByNode(url: URL, { method, headers, body, signal, redirect, way }: NodeRequest): Promise<Received> {
  return new Promise((resolve, reject) => {
    const request = ((way?.isSecure ?? url.protocol === 'https:') ? requestHttps : requestHttp)(url, {
      method,
      headers: { ...Object.fromEntries(headers), ...way?.headers },
      signal,
      ...way?.options,
    })
    request.on('error', reject).on('response', (response) => {
      // Where the answer ended before the whole body had left, no other request can use the connection.
      response.on('close', () => {
        if (!request.writableFinished) request.destroy()
      })
      const status = response.statusCode!
      if (redirect === 'error' && isRedirect(status)) return request.destroy(new Error('unexpected redirect'))
      resolve({ status, headers: headersOf(response), url: url.href, body: bodyOf(response) })
    })
    if (body === null || typeof body === 'string' || body instanceof Uint8Array) request.end(body)
    else write(request, body).catch((error: Error) => request.destroy(error))
  })
}

/** Sends the body as fast as the connection takes it, until its end or until the answer begins. */
async function write(request: ClientRequest, body: Bytes): Promise<void> {
  const reader = readerOf(body)
  const state = { over: false, wake: () => {} }
  const end = () => {
    state.over = true
    state.wake()
  }
  request
    .on('drain', () => state.wake())
    .on('response', end)
    .on('close', end)
  try {
    while (!state.over) {
      const { value } = await reader.read()
      if (value === undefined) return void request.end()
      if (!state.over && !request.write(value))
        await new Promise<void>((resolve) => {
          state.wake = resolve
        })
    }
  } finally {
    void reader.cancel().catch(() => {})
  }
}

function headersOf({ headers }: IncomingMessage): Headers {
  return new Headers(Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]))
}

/** The body of an answer. To cancel it ends it at once; the stream's own iterator would wait for the next chunk first. */
function bodyOf(response: IncomingMessage): Bytes {
  const chunks: AsyncIterator<Uint8Array> = response[Symbol.asyncIterator]()
  return bytesOf({ read: () => chunks.next(), cancel: () => Promise.resolve(response.destroy()) })
}
