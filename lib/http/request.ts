/** A request taken apart, so that it can be judged, and sent again or elsewhere. */

type Body = NonNullable<RequestInit['body']>

/** A request's parts. */
export interface Outgoing {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  readonly body: Body | null
  /** The body is a stream or another async iterable. It can be read only once, so it is sent only once. */
  readonly oneShot: boolean
  /** Large, and bytes alone: sent by node's own client, which has no web streams. */
  readonly streaming: boolean
  readonly redirect: NonNullable<RequestInit['redirect']>
  readonly signal: AbortSignal | null
}

/** Takes fetch's arguments apart. */
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

/** A body's length, `null` for one that can be read only once. A form counts as 0: only fetch knows its length. */
export function byteLengthOf(body: Body | null): number | null {
  if (body === null || body instanceof FormData) return 0
  if (typeof body === 'string' || body instanceof URLSearchParams) return Buffer.byteLength(String(body))
  if (body instanceof Blob) return body.size
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body.byteLength
  return null
}

/** A path as a part of an address: each segment encoded, the slashes between them kept. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
