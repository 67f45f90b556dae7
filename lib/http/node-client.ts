/**
 * Sends requests by node's own client. Its `fetch` takes 40 MB and three times the CPU of a node that starts for the first
 * request, and half as much CPU again for a large upload (.github/decisions/0009, 0028).
 */
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import type { LookupFunction } from 'node:net'
import { pipeline, type Readable } from 'node:stream'
import type { Bytes, Received } from './body.ts'
import { bytesOf, readerOf } from './body.ts'
import { HeaderMap } from './headers.ts'
import { isRedirect } from './redirect.ts'
import type { Outgoing } from './request.ts'

/** How a request leaves where it does not go straight to its host. `headers`: besides its own. */
export interface Way {
  readonly isSecure: boolean
  readonly options: RequestOptions
  readonly headers: Readonly<Record<string, string>>
}

/** What of a request is another one each time that it is sent. `body`: a one-shot body, in the place of its own. */
interface Sending {
  readonly body: Bytes | null
  readonly signal: AbortSignal
  readonly way: Way | null
}

/**
 * Connections that nobody uses are kept, for less than the five seconds after which some servers close theirs. Waiting
 * for a connection ends after ten.
 */
export const keeping = { keepAlive: true, scheduling: 'lifo', timeout: 4_000 } as const
const connectMs = 10_000

const agents = new Map<boolean, Agent>()

/** Node's client for `https:` or `http:`. An `import` of `node:http` would make newer ones load all of `fetch` with it. */
const clientFor = (isSecure: boolean) =>
  isSecure ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http')

function agentFor(isSecure: boolean): Agent {
  const agent = agents.get(isSecure) ?? new (clientFor(isSecure).Agent)(keeping)
  agents.set(isSecure, agent)
  return agent
}

/**
 * The answer of any status. Redirects are not followed; to a one-shot body, and where the request says so, one is an error.
 * A body that is packed comes out unpacked, unless the request is streamed. Throws the error of the body or of the connection.
 */
export async function sendByNode(request: Outgoing, sending: Sending): Promise<Received> {
  const { url, method, streaming, oneShot } = request
  const headers = new HeaderMap(request.headers)
  if (!streaming && !headers.has('accept-encoding')) headers.set('accept-encoding', 'gzip')
  const body = sending.body ?? (oneShot ? null : request.body)
  if (typeof body === 'string' && !headers.has('content-type')) headers.set('content-type', 'text/plain;charset=UTF-8')
  const response = await connect(request, { ...sending, body, headers })
  const status = response.statusCode!
  const received = { status, headers: headersOf(response), url: url.href }
  if (method === 'HEAD' || status === 204 || status === 304) {
    response.resume()
    return { ...received, body: null }
  }
  return { ...received, body: streaming ? bytesFrom(response) : unpack(response) }
}

/** Refuses names that lead into private networks. Its module is loaded with the first host that is not configured. */
const lookup: LookupFunction = async (...asked) => {
  const { lookupPublic } = await import('./public-lookup.ts')
  lookupPublic(...asked)
}

/** Loads what unpacks and proves answers, while the first ones are on their way; later, so that their requests leave first. */
const loadMeanwhile = () => {
  loading ??= setTimeout(() => {
    for (const name of ['node:zlib', 'node:crypto'] as const) process.getBuiltinModule(name)
  }, 20).unref()
}
let loading: NodeJS.Timeout | undefined

interface Connecting extends Omit<Sending, 'body'> {
  readonly body: Outgoing['body']
  readonly headers: HeaderMap
}

function connect(outgoing: Outgoing, sending: Connecting): Promise<IncomingMessage> {
  const { url, method, repeat, oneShot, redirect, mayBePrivate } = outgoing
  const { body, headers, signal, way } = sending
  const isSecure = way?.isSecure ?? url.protocol === 'https:'
  return new Promise((resolve, reject) => {
    let isAnswered = false
    const request = clientFor(isSecure).request(url, {
      method,
      headers: { ...Object.fromEntries(headers), ...way?.headers },
      signal,
      agent: agentFor(isSecure),
      timeout: connectMs,
      ...(!mayBePrivate && { lookup }),
      ...way?.options,
    })
    request
      .on('finish', loadMeanwhile)
      .on('timeout', () => {
        if (request.socket?.connecting) request.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' }))
      })
      .on('error', (error: NodeJS.ErrnoException) => {
        // The server has closed the connection while nobody used it.
        const isStale = !isAnswered && request.reusedSocket && /^(?:ECONNRESET|EPIPE)$/.test(error.code ?? '')
        if (isStale && repeat && !signal.aborted) resolve(connect(outgoing, sending))
        else reject(error)
      })
      .on('response', (response) => {
        isAnswered = true
        // Where the answer ended before the whole body had left, no other request can use the connection.
        response.on('close', () => {
          if (!request.writableFinished) request.destroy()
        })
        if ((oneShot || redirect === 'error') && isRedirect(response.statusCode!))
          return request.destroy(new Error('unexpected redirect'))
        resolve(response)
      })
    // Not in the types of node's client, which has it all the same: a body of another length than announced is an error.
    Object.assign(request, { strictContentLength: true })
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

function headersOf({ headers }: IncomingMessage): HeaderMap {
  return new HeaderMap(Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]))
}

/** The body of an answer. To cancel it ends it at once; the stream's own iterator would wait for the next chunk first. */
function bytesFrom(stream: Readable): Bytes {
  const chunks: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]()
  return bytesOf({ read: () => chunks.next(), cancel: () => Promise.resolve(stream.destroy()) })
}

/** The body of an answer without its codings, or as it is where it has others than are asked for or often sent unasked. */
function unpack(response: IncomingMessage): Bytes {
  const codings = response.headers['content-encoding']?.toLowerCase().split(/\s*,\s*/) ?? []
  if (codings.length === 0 || !codings.every((coding) => /^(?:(?:x-)?gzip|deflate|br)$/.test(coding)))
    return bytesFrom(response)
  const { createBrotliDecompress, createUnzip } = process.getBuiltinModule('node:zlib')
  const steps = codings.toReversed().map((coding) => (coding === 'br' ? createBrotliDecompress() : createUnzip()))
  const { read, cancel } = readerOf(bytesFrom(pipeline([response, ...steps], () => {}) as unknown as Readable))
  const isEmpty = (error: NodeJS.ErrnoException) => error.code === 'Z_BUF_ERROR' && steps[0]!.bytesWritten === 0
  return bytesOf({
    // Nothing at all is no packed text, and is no broken one either.
    read: () => read().catch((error: Error) => (isEmpty(error) ? {} : Promise.reject(error))),
    cancel,
  })
}
