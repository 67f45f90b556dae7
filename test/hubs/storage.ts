/**
 * Storage that LFS addresses point to: an origin of its own that believes signatures alone, as S3 does. Its log and its
 * faults are those of `hub`.
 */
import { createHash, createHmac } from 'node:crypto'
import type { Generated, LfsObject } from './generated.ts'
import { Hub, type Clock } from './hub.ts'

export type { LfsObject }

function xml(status: number, code: string, message = code): Response {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`
  return new Response(body, { status, headers: { 'content-type': 'application/xml' } })
}

/**
 * Breaks a transfer of that method whose key ends so, after so many bytes of its body: the next one, or as many as
 * `times`.
 */
export interface Cut {
  readonly method: 'GET' | 'PUT'
  readonly key: string
  readonly at: number
  readonly times?: number
}

/**
 * Where a signature is and when it ends. `s3`: in the query, seconds from a date on. `cloudfront`: in the query,
 * seconds since the epoch. `header`: in `Authorization` and beside it, as GitHub's uploads have it; the address alone
 * says nothing.
 */
export type SignForm = 's3' | 'cloudfront' | 'header'

export interface SignOptions {
  expiresMs?: number
  form?: SignForm
  sha256?: string
  origin?: string
}

export class Storage {
  readonly origin: string
  readonly objects = new Map<string, Buffer>()
  readonly cuts: Cut[] = []
  readonly hub: Hub
  /** The type that it gives its bytes. */
  type = 'application/octet-stream'
  /**
   * What becomes of `Range`: `ignored` is answered with the whole, `wrong` with one byte more than was asked for, and
   * says so.
   */
  ranges: 'honoured' | 'ignored' | 'wrong' = 'honoured'
  /**
   * Where this is set, bytes are made as they are read and forgotten as they come: of all that is in `objects`, only
   * the length is true.
   */
  generated: Generated | null = null
  readonly #etags = new Map<string, string>()
  readonly #clock: Clock
  /** When the signatures in headers end, which nothing in them says. */
  readonly #ends = new Map<string, number>()

  constructor(origin: string, clock: Clock) {
    this.origin = origin
    this.#clock = clock
    this.hub = new Hub((request) => this.#answer(request), clock)
  }

  #signature(...parts: string[]): string {
    return createHmac('sha256', 'storage').update(parts.join('\n')).digest('hex')
  }

  /** Content that nobody sent, where bytes are generated. */
  addGenerated(key: string, byteLength: number): void {
    this.objects.set(key, ofLength(byteLength))
  }

  /**
   * What stands at `keys` becomes one object, in that order. False, and nothing changes, where one of them is missing.
   */
  join(key: string, keys: readonly string[]): boolean {
    const parts = keys.flatMap((each) => this.objects.get(each) ?? [])
    if (parts.length < keys.length) return false
    this.objects.set(
      key,
      this.generated ? ofLength(parts.reduce((sum, { length }) => sum + length, 0)) : Buffer.concat(parts),
    )
    for (const each of keys) this.objects.delete(each)
    return true
  }

  /** What an upload of that key was answered. */
  etag(key: string): string | null {
    return this.#etags.get(key) ?? null
  }

  /**
   * An address for one method and key. With `sha256` the upload is refused unless its bytes have that hash, and the
   * headers have to be sent along.
   */
  sign(
    method: 'GET' | 'PUT',
    key: string,
    { expiresMs = 900_000, form = 's3', sha256 = '', origin = this.origin }: SignOptions = {},
  ): { href: string; header: Record<string, string> } {
    const path = `/${key}`
    const seconds = Math.floor(this.#clock.now() / 1000)
    const date = new Date(seconds * 1000).toISOString().replaceAll(/[-:]|\.\d+/g, '')
    const credential = `AKIA/${date.slice(0, 8)}/us-east-1/s3/aws4_request`
    if (form === 'cloudfront') {
      const expires = String(seconds + Math.floor(expiresMs / 1000))
      const policy = Buffer.from(
        JSON.stringify({
          Statement: [
            { Resource: `${origin}${path}`, Condition: { DateLessThan: { 'AWS:EpochTime': Number(expires) } } },
          ],
        }),
      ).toString('base64url')
      return {
        href: `${origin}${path}?Expires=${expires}&Policy=${policy}&Signature=${this.#signature(method, path, expires)}&Key-Pair-Id=K2L8F4GPSG1IFC`,
        header: {},
      }
    }
    if (form === 'header') {
      const signature = this.#signature(method, path, date, sha256)
      this.#ends.set(signature, this.#clock.now() + expiresMs)
      const authorization = `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=${signature}`
      return {
        href: `${origin}${path}?actor_id=1&key_id=0&repo_id=1296269&token=1`,
        header: { 'Authorization': authorization, 'x-amz-content-sha256': sha256, 'x-amz-date': date },
      }
    }
    const expires = String(Math.floor(expiresMs / 1000))
    const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(credential)}&X-Amz-Date=${date}&X-Amz-Expires=${expires}&X-Amz-SignedHeaders=host`
    return {
      href: `${origin}${path}?${query}&X-Amz-Signature=${this.#signature(method, path, date, expires, sha256)}`,
      header: sha256 === '' ? {} : { 'x-amz-content-sha256': sha256 },
    }
  }

  /** Why a request may not be answered; `null` where its signature is right and has not ended. */
  #refuse(request: Request, { pathname, searchParams }: URL): Response | null {
    const authorization = request.headers.get('authorization')
    if (/^(bearer|basic|token)\b/i.test(authorization ?? ''))
      return xml(400, 'InvalidArgument', 'Only one auth mechanism allowed')
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const field = (name: string) => searchParams.get(name) ?? ''
    const sha256 = request.headers.get('x-amz-content-sha256') ?? ''
    const now = this.#clock.now()
    if (searchParams.has('Key-Pair-Id')) {
      const isRight = field('Signature') === this.#signature(method, pathname, field('Expires'))
      return isRight && Number(field('Expires')) * 1000 > now ? null : xml(403, 'AccessDenied', 'Access denied')
    }
    if (authorization !== null) {
      const signature = this.#signature(method, pathname, request.headers.get('x-amz-date') ?? '', sha256)
      if (!authorization.startsWith('AWS4-HMAC-SHA256 ') || !authorization.endsWith(`Signature=${signature}`))
        return xml(403, 'SignatureDoesNotMatch')
      return (this.#ends.get(signature) ?? 0) > now
        ? null
        : xml(403, 'RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.')
    }
    const [date, expires] = [field('X-Amz-Date'), field('X-Amz-Expires')]
    if (date === '') return xml(403, 'AccessDenied', 'Access Denied')
    if (field('X-Amz-Signature') !== this.#signature(method, pathname, date, expires, sha256))
      return xml(403, 'SignatureDoesNotMatch')
    const signedMs = Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'))
    return signedMs + Number(expires) * 1000 > now ? null : xml(403, 'AccessDenied', 'Request has expired')
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url)
    const key = url.pathname.slice(1)
    const refused = this.#refuse(request, url)
    if (refused) return refused
    const sha256 = request.headers.get('x-amz-content-sha256') ?? ''
    const cut = this.#takeCut(request.method, key)
    if (request.method === 'PUT') {
      const body = cut !== null && request.body ? endAfter(request.body, cut) : request.body
      return this.#put(request.headers, body, key, sha256)
    }
    const answer = this.#read(request, key)
    return cut !== null && answer.body ? new Response(endAfter(answer.body, cut), answer) : answer
  }

  #takeCut(method: string, key: string): number | null {
    const found = this.cuts.findIndex((cut) => cut.method === method && key.endsWith(cut.key))
    if (found === -1) return null
    const { times = 1, ...cut } = this.cuts[found]!
    this.cuts.splice(found, 1, ...(times > 1 ? [{ ...cut, times: times - 1 }] : []))
    return cut.at
  }

  async #put(
    headers: Headers,
    body: ReadableStream<Uint8Array> | null,
    key: string,
    sha256: string,
  ): Promise<Response> {
    if (headers.has('transfer-encoding'))
      return xml(501, 'NotImplemented', 'A header implies functionality that is not implemented')
    const length = headers.get('content-length')
    if (length === null) return xml(411, 'MissingContentLength')
    const bytes = this.generated
      ? ofLength(await countBytes(body))
      : Buffer.from(await new Response(body).arrayBuffer())
    if (bytes.length !== Number(length)) return xml(400, 'IncompleteBody')
    if (!this.generated && sha256 !== '' && createHash('sha256').update(bytes).digest('hex') !== sha256)
      return xml(400, 'XAmzContentSHA256Mismatch')
    this.objects.set(key, bytes)
    const etag = this.#nameContent(bytes)
    this.#etags.set(key, etag)
    return new Response(null, { status: 200, headers: { etag } })
  }

  #nameContent(bytes: Buffer): string {
    return this.generated ? `"${bytes.length}"` : `"${createHash('md5').update(bytes).digest('hex')}"`
  }

  #read(request: Request, key: string): Response {
    const bytes = this.objects.get(key)
    if (!bytes) return xml(404, 'NoSuchKey')
    const headers = { 'accept-ranges': 'bytes', 'etag': this.#nameContent(bytes), 'content-type': this.type }
    const reply = (
      status: number,
      length: number,
      body: () => ReadableStream | Uint8Array<ArrayBuffer>,
      more: Record<string, string> = {},
    ) =>
      new Response(request.method === 'HEAD' ? null : body(), {
        status,
        headers: { ...headers, 'content-length': String(length), ...more },
      })
    const { generated } = this
    if (generated)
      return reply(200, bytes.length, () => ReadableStream.from(generated.read(key.slice(key.lastIndexOf('/') + 1))))
    const [, from, to] =
      /^bytes=(\d+)-(\d*)$/.exec(this.ranges === 'ignored' ? '' : (request.headers.get('range') ?? '')) ?? []
    if (from === undefined) return reply(200, bytes.length, () => new Uint8Array(bytes))
    const first = this.ranges === 'wrong' ? Math.max(0, Number(from) - 1) : Number(from)
    if (first >= bytes.length) return xml(416, 'InvalidRange')
    const end = Math.min(to === '' ? Infinity : Number(to), bytes.length - 1)
    return reply(206, end + 1 - first, () => new Uint8Array(bytes.subarray(first, end + 1)), {
      'content-range': `bytes ${first}-${end}/${bytes.length}`,
    })
  }
}

/** All that is known of content that was forgotten. */
function ofLength(length: number): Buffer {
  return { length } as Buffer
}

async function countBytes(body: ReadableStream<Uint8Array> | null): Promise<number> {
  let byteLength = 0
  for await (const chunk of body ?? []) byteLength += chunk.byteLength
  return byteLength
}

function endAfter(body: ReadableStream<Uint8Array>, byteLength: number): ReadableStream<Uint8Array> {
  async function* bytes() {
    let left = byteLength
    for await (const chunk of body) {
      if (left > 0) yield chunk.subarray(0, left)
      left -= chunk.byteLength
      // In a turn of its own: an error takes along what nobody has read yet.
      if (left <= 0)
        await new Promise((resolve) => {
          setTimeout(resolve, 20)
        })
      if (left <= 0) throw new TypeError('terminated')
    }
  }
  return ReadableStream.from(bytes())
}
