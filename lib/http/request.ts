/** The parts of a request, by which it can be checked, and sent again or to another address. */

type Body = NonNullable<RequestInit['body']>

/** A request. */
export interface Outgoing {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  readonly body: Body | null
  /** The body is a stream or another async iterable: it can be read, and so sent, only once. */
  readonly oneShot: boolean
  /** The request is sent by node's own client, which uses no web streams: for large bodies. */
  readonly streaming: boolean
  readonly redirect: NonNullable<RequestInit['redirect']>
  readonly signal: AbortSignal | null
}

/** The request that the arguments of `fetch` stand for. */
export function parseRequest(input: string | URL | Request, init: RequestInit = {}): Outgoing {
  const request = input instanceof Request ? input : null
  const given = init.body ?? request?.body ?? null
  const headers = new Headers(init.headers ?? request?.headers)
  // GitHub refuses requests that do not name their program.
  if (!headers.has('user-agent')) headers.set('user-agent', 'hubmirror')
  return {
    url: new URL(request?.url ?? String(input)),
    method: (init.method ?? request?.method ?? 'GET').toUpperCase(),
    headers,
    body: given,
    oneShot: byteLengthOf(given) === null,
    streaming: false,
    redirect: init.redirect ?? request?.redirect ?? 'follow',
    signal: init.signal ?? request?.signal ?? null,
  }
}

/** A body's length in bytes; `null` for a body that can be read only once. A form counts as 0: only `fetch` knows more. */
export function byteLengthOf(body: Body | null): number | null {
  if (body === null || body instanceof FormData) return 0
  if (typeof body === 'string' || body instanceof URLSearchParams) return Buffer.byteLength(String(body))
  if (body instanceof Blob) return body.size
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body.byteLength
  return null
}

/** A path as a part of an address: each segment is encoded, the slashes are kept. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
