/** The parts of a request, by which it can be checked, and sent again or to another address. */
import type { Bytes } from './body.ts'
import { HeaderMap, type HeaderLines } from './headers.ts'

/** A body that is whole, or one that is read as it is sent. */
type Body = string | Uint8Array<ArrayBuffer> | Bytes

/** How something is asked for, in the words of `fetch`. By default it is a GET that follows redirects. */
export interface Asking extends Pick<RequestInit, 'method' | 'redirect' | 'signal'> {
  readonly headers?: HeaderLines | Readonly<Record<string, string>>
  readonly body?: Body | null
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
  /** Its host may be in a private network, since it is one that the user has configured. */
  readonly mayBePrivate: boolean
  /** To send it twice does no harm. */
  readonly repeat: boolean
  readonly redirect: NonNullable<RequestInit['redirect']>
  readonly signal: AbortSignal | null
}

/** A request with all of its parts. */
export function createRequest(url: string | URL, asking: Asking = {}): Outgoing {
  const { method = 'GET', redirect = 'follow', signal = null, body = null } = asking
  const headers = new HeaderMap(asking.headers)
  // GitHub refuses requests that do not name their program.
  if (!headers.has('user-agent')) headers.set('user-agent', 'hubmirror')
  return {
    url: new URL(url),
    method,
    headers,
    body,
    oneShot: body !== null && typeof body === 'object' && Symbol.asyncIterator in body,
    streaming: false,
    mayBePrivate: false,
    repeat: false,
    redirect,
    signal,
  }
}

/** A body's length in bytes; 0 for one that can be read only once. */
export function byteLengthOf(body: Body | null): number {
  return typeof body === 'string' || body instanceof Uint8Array ? Buffer.byteLength(body) : 0
}

/** A path as a part of an address: each segment is encoded, the slashes are kept. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
