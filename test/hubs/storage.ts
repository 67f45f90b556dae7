/** Storage that LFS addresses point to: an origin of its own that believes signatures alone, as S3 does. */
import { createHash, createHmac } from 'node:crypto'
import { Hub, type Clock } from './hub.ts'

function xml(status: number, code: string, message = code): Response {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`
  return new Response(body, { status, headers: { 'content-type': 'application/xml' } })
}

export interface SignOptions { expiresMs?: number, sha256?: string }

export class Storage {
  readonly origin: string
  readonly objects = new Map<string, Buffer>()
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
    return method === 'PUT' ? this.#put(request, key, sha256) : this.#read(request, key)
  }

  async #put(request: Request, key: string, sha256: string): Promise<Response> {
    if (request.headers.has('transfer-encoding')) return xml(501, 'NotImplemented', 'A header implies functionality that is not implemented')
    const length = request.headers.get('content-length')
    if (length === null) return xml(411, 'MissingContentLength')
    const bytes = Buffer.from(await request.arrayBuffer())
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
