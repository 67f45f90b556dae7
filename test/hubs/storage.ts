/** Storage that LFS addresses point to: an origin of its own that believes signatures alone, as S3 does. */
import { createHash, createHmac } from 'node:crypto'
import { Hub, type Clock } from './hub.ts'

function xml(status: number, code: string, message = code): Response {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`
  return new Response(body, { status, headers: { 'content-type': 'application/xml' } })
}

/** Breaks the next transfer of that method whose key ends so, after so many bytes of its body. */
export interface Cut { readonly method: 'GET' | 'PUT', readonly key: string, readonly at: number }

export interface SignOptions { expiresMs?: number, sha256?: string }

export class Storage {
  readonly origin: string
  readonly objects = new Map<string, Buffer>()
  readonly cuts: Cut[] = []
  readonly hub: Hub
  readonly #clock: Clock

  constructor(origin: string, clock: Clock) {
    this.origin = origin
    this.#clock = clock
    this.hub = new Hub((request) => this.#answer(request), clock)
  }

  #signature(method: string, path: string, expires: string, sha256: string): string {
    return createHmac('sha256', 'storage').update(`${method}\n${path}\n${expires}\n${sha256}`).digest('hex')
  }

  /** An address for one method and key. With `sha256` the upload is refused unless its bytes have that hash, and the header has to be sent along. */
  sign(method: 'GET' | 'PUT', key: string, { expiresMs = 900_000, sha256 = '' }: SignOptions = {}): { href: string, header: Record<string, string> } {
    const path = `/${key}`
    const expires = String(this.#clock.now() + expiresMs)
    return {
      href: `${this.origin}${path}?X-Amz-Expires=${expires}&X-Amz-Signature=${this.#signature(method, path, expires, sha256)}`,
      header: sha256 === '' ? {} : { 'x-amz-content-sha256': sha256 },
    }
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url)
    const key = url.pathname.slice(1)
    const authorization = request.headers.get('authorization') ?? ''
    if (/^(bearer|basic|token)\b/i.test(authorization)) return xml(400, 'InvalidArgument', 'Only one auth mechanism allowed')
    const expires = url.searchParams.get('X-Amz-Expires') ?? ''
    const sha256 = request.headers.get('x-amz-content-sha256') ?? ''
    const method = request.method === 'HEAD' ? 'GET' : request.method
    if (url.searchParams.get('X-Amz-Signature') !== this.#signature(method, url.pathname, expires, sha256)) return xml(403, 'SignatureDoesNotMatch')
    if (Number(expires) < this.#clock.now()) return xml(403, 'AccessDenied', 'Request has expired')
    const cut = this.#takeCut(request.method, key)
    if (method === 'PUT') {
      const body = cut !== null && request.body ? endAfter(request.body, cut) : request.body
      return this.#put(request.headers, body, key, sha256)
    }
    const answer = this.#read(request, key)
    return cut !== null && answer.body ? new Response(endAfter(answer.body, cut), answer) : answer
  }

  #takeCut(method: string, key: string): number | null {
    const found = this.cuts.findIndex((cut) => cut.method === method && key.endsWith(cut.key))
    return found === -1 ? null : this.cuts.splice(found, 1)[0]!.at
  }

  async #put(headers: Headers, body: ReadableStream<Uint8Array> | null, key: string, sha256: string): Promise<Response> {
    if (headers.has('transfer-encoding')) return xml(501, 'NotImplemented', 'A header implies functionality that is not implemented')
    const length = headers.get('content-length')
    if (length === null) return xml(411, 'MissingContentLength')
    const bytes = Buffer.from(await new Response(body).arrayBuffer())
    if (bytes.length !== Number(length)) return xml(400, 'IncompleteBody')
    if (sha256 !== '' && createHash('sha256').update(bytes).digest('hex') !== sha256) return xml(400, 'XAmzContentSHA256Mismatch')
    this.objects.set(key, bytes)
    return new Response(null, { status: 200, headers: { etag: this.#etag(bytes) } })
  }

  #etag(bytes: Buffer): string {
    return `"${createHash('md5').update(bytes).digest('hex')}"`
  }

  #read(request: Request, key: string): Response {
    const bytes = this.objects.get(key)
    if (!bytes) return xml(404, 'NoSuchKey')
    const headers = { 'accept-ranges': 'bytes', etag: this.#etag(bytes), 'content-type': 'application/octet-stream' }
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get('range') ?? '') ?? []
    const reply = (part: Buffer, status: number, more: Record<string, string> = {}) => {
      const own = { ...headers, 'content-length': String(part.length), ...more }
      return new Response(request.method === 'HEAD' ? null : new Uint8Array(part), { status, headers: own })
    }
    if (first === undefined) return reply(bytes, 200)
    if (Number(first) >= bytes.length) return xml(416, 'InvalidRange')
    const end = Math.min(last === '' ? Infinity : Number(last), bytes.length - 1)
    return reply(bytes.subarray(Number(first), end + 1), 206, { 'content-range': `bytes ${first}-${end}/${bytes.length}` })
  }
}

function endAfter(body: ReadableStream<Uint8Array>, byteLength: number): ReadableStream<Uint8Array> {
  async function* bytes() {
    let left = byteLength
    for await (const chunk of body) {
      if (left > 0) yield chunk.subarray(0, left)
      left -= chunk.byteLength
      // In a turn of its own: an error takes along what nobody has read yet.
      if (left <= 0) await new Promise((resolve) => { setTimeout(resolve, 20) })
      if (left <= 0) throw new TypeError('terminated')
    }
  }
  return ReadableStream.from(bytes())
}
