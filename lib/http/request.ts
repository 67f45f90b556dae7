/** The parts of a request, by which it can be checked, and sent again or to another address. */
import type { Bytes } from './body.ts'
import { HeaderMap, type HeaderLines } from './headers.ts'

/** What `fetch` takes as a body, and any other iterable of bytes. */
type Body = NonNullable<RequestInit['body']> | Bytes

/** What of the second argument of `fetch` is used. */
export type FetchInit = Pick<RequestInit, 'method' | 'redirect' | 'signal'> & {
  readonly headers?: RequestInit['headers'] | HeaderLines
  readonly body?: Body | null | undefined
}

/** A request. */
export interface Outgoing {
  readonly url: URL
  readonly method: string
  readonly headers: HeaderMap
  readonly body: Body | null
  /** The body is a stream or another async iterable: it can be read, and so sent, only once. */
  readonly oneShot: boolean
  /** The answer is given as it comes, packed or not: for large bodies. */
  readonly streaming: boolean
  /** To send it twice does no harm. */
  readonly repeat: boolean
  readonly redirect: NonNullable<RequestInit['redirect']>
  readonly signal: AbortSignal | null
}

/** The request that the arguments of `fetch` stand for. */
export function parseRequest(input: string | URL | Request, init: FetchInit = {}): Outgoing {
  const request = typeof input === 'string' || input instanceof URL ? null : input
  const given = init.body ?? request?.body ?? null
  const headers = new HeaderMap((init.headers ?? request?.headers ?? []) as Iterable<[string, string]>)
  // GitHub refuses requests that do not name their program.
  if (!headers.has('user-agent')) headers.set('user-agent', 'hubmirror')
  return {
    url: new URL(request?.url ?? String(input)),
    method: (init.method ?? request?.method ?? 'GET').toUpperCase(),
    headers,
    body: given,
    oneShot: given !== null && typeof given === 'object' && Symbol.asyncIterator in given,
    streaming: false,
    repeat: false,
    redirect: init.redirect ?? request?.redirect ?? 'follow',
    signal: init.signal ?? request?.signal ?? null,
  }
}

/** A body's length in bytes; 0 for one that can be read only once, and for a form, of which only `fetch` knows more. */
export function byteLengthOf(body: Body | null): number {
  if (typeof body === 'string' || body instanceof URLSearchParams) return Buffer.byteLength(String(body))
  if (body instanceof Blob) return body.size
  return body instanceof ArrayBuffer || ArrayBuffer.isView(body) ? body.byteLength : 0
}

/** A path as a part of an address: each segment is encoded, the slashes are kept. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
