/** A request in the parts that it takes to send it again, elsewhere, or not at all. */

type Body = NonNullable<RequestInit['body']>

export interface Outgoing {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  readonly body: Body | null
  /** The body can be read only once: a stream, or any async iterable, which fetch takes as well. */
  readonly streamed: boolean
  /** Bytes that go on as they come, in either direction. */
  readonly passing: boolean
  readonly redirect: NonNullable<RequestInit['redirect']>
  readonly signal: AbortSignal | null
}

/** fetch's arguments. */
export function parseRequest(input: string | URL | Request, init: RequestInit = {}): Outgoing {
  const request = input instanceof Request ? input : null
  const given = init.body ?? request?.body ?? null
  const streamed = byteLengthOf(given) === null
  const headers = new Headers(init.headers ?? request?.headers)
  // GitHub refuses requests that do not name their program.
  if (!headers.has('user-agent')) headers.set('user-agent', 'hubmirror')
  return {
    url: new URL(request?.url ?? String(input)),
    method: (init.method ?? request?.method ?? 'GET').toUpperCase(),
    headers,
    body: given,
    streamed,
    passing: false,
    redirect: init.redirect ?? request?.redirect ?? 'follow',
    signal: init.signal ?? request?.signal ?? null,
  }
}

/** `null` for bodies that can be read only once. A form's length is known to fetch alone and counts as 0. */
export function byteLengthOf(body: Body | null): number | null {
  if (body === null || body instanceof FormData) return 0
  if (typeof body === 'string' || body instanceof URLSearchParams) return Buffer.byteLength(String(body))
  if (body instanceof Blob) return body.size
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body.byteLength
  return null
}
