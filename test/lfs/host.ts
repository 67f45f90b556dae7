/**
 * A small LFS server and its storage, two origins on loopback ports: as strict as the services' where a mirror could
 * get it wrong.
 */
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { LfsObject } from '../../lib/model/entry.ts'

export interface Logged {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: Buffer
  complete: boolean
}
export type Fault =
  | { status: number; body?: string; headers?: Record<string, string> }
  | 'cut'
  | 'corrupt'
  | 'drop'
  | null

interface Completion {
  oid: string
  parts: { partNumber: number; etag: string }[]
}

export const apiToken = 'hf_canaryTokenOfTheApi0123456789'

export function objectOf(content: Uint8Array | string): LfsObject {
  return { oid: createHash('sha256').update(content).digest('hex'), byteLength: Buffer.byteLength(content) }
}

export class LfsHost {
  readonly objects = new Map<string, Buffer>()
  readonly parts = new Map<string, Buffer[]>()
  readonly batches: {
    operation: string
    transfers: string[]
    ref: unknown
    objects: { oid: string; size: number }[]
  }[] = []
  readonly batchHeaders: IncomingMessage['headers'][] = []
  readonly stored: Logged[] = []
  readonly verified: Logged[] = []
  /** Answered instead, by the number of the request to the storage (from 1), of the batch, or of the verification. */
  storageFault: (method: string, number: number) => Fault = () => null
  batchFault: (operation: string, number: number) => Fault = () => null
  verifyFault: (number: number) => Fault = () => null
  /** As GitHub does: what was not verified is given out for upload again. */
  verifyNeeded = false
  /** Given after the object was put together. */
  completeFault: (number: number) => Fault = () => null
  objectError: (operation: string, oid: string) => { code: number; message: string } | null = () => null
  /** Break the connection after so many bytes of a body, by the number of the download or upload (from 1). */
  cutDownload: (number: number) => number | null = () => null
  cutUpload: (number: number, path: string) => number | null = () => null
  /**
   * What becomes of `Range`: `ignored` is answered with the whole, `wrong` with other bytes than were asked for, and
   * says so.
   */
  ranges: 'honoured' | 'ignored' | 'wrong' = 'honoured'
  /** Bytes of bodies that left the storage, and that reached it. */
  readonly given = { byteLength: 0, requests: [] as (string | null)[] }
  readonly taken = { byteLength: 0, requests: 0 }
  /** The type that storage gives its bytes. */
  type = 'application/octet-stream'
  /** Length of the parts of a multipart upload; basic where it is 0. */
  partByteLength = 0
  /** How many of the last part's addresses are left out. */
  partsMissing = 0
  /** Addresses given out before this number of batches are refused. */
  expiredBefore = 0
  /** What a batch says of its addresses' time, in seconds. */
  expiresIn: number | null = null
  origin = ''
  storage = ''
  #completed = 0
  readonly #confirmed = new Set<string>()
  #open = 0
  readonly #servers: Server[] = []

  async start(): Promise<this> {
    this.origin = await this.#listen((request, response, body) => this.#api(request, response, body))
    this.storage = await this.#listen(
      (request, response, body, complete) => this.#store(request, response, body, complete),
      (request) => this.#watch(request),
    )
    return this
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map(
        (server) =>
          new Promise((resolve) => {
            server.close(resolve)
            server.closeAllConnections()
          }),
      ),
    )
  }

  /** Waits until nobody is being answered, and what may still have been in the sockets has come. */
  async quiet(): Promise<void> {
    for (let turns = 0; turns < 5; turns = this.#open > 0 ? 0 : turns + 1)
      await new Promise((resolve) => {
        setTimeout(resolve, 10)
      })
  }

  async #listen(
    answer: (request: IncomingMessage, response: ServerResponse, body: Buffer, complete: boolean) => void,
    watch: (request: IncomingMessage) => void = () => {},
  ): Promise<string> {
    const server = createServer((request, response) => {
      watch(request)
      this.#open += 1
      response.on('close', () => {
        this.#open -= 1
      })
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('error', () => {})
      request.on('close', () => {
        if (!request.complete) answer(request, response, Buffer.concat(chunks), false)
      })
      request.on('end', () => answer(request, response, Buffer.concat(chunks), true))
    })
    this.#servers.push(server)
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  #watch(request: IncomingMessage): void {
    if (request.method !== 'PUT') return
    this.taken.requests += 1
    let left = this.cutUpload(this.taken.requests, request.url!.split('?')[0]!) ?? Infinity
    request.on('data', (chunk: Buffer) => {
      this.taken.byteLength += chunk.length
      left -= chunk.length
      if (left <= 0) request.destroy()
    })
  }

  #api(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const send = (status: number, value: unknown, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(typeof value === 'string' ? value : JSON.stringify(value))
    }
    const logged = { method: request.method!, path: request.url!, headers: request.headers, body, complete: true }
    if (request.url!.startsWith('/verify')) {
      this.verified.push(logged)
      if (fail(this.verifyFault(this.verified.length), response)) return
      const { oid } = JSON.parse(body.toString())
      this.#confirmed.add(oid)
      return send(this.objects.has(oid) ? 200 : 404, {})
    }
    if (request.url!.startsWith('/complete'))
      return this.#complete(request, response, send, JSON.parse(body.toString()))
    const batch = JSON.parse(body.toString())
    this.batches.push(batch)
    this.batchHeaders.push(request.headers)
    if (fail(this.batchFault(batch.operation, this.batches.length), response)) return
    if (request.headers.accept !== 'application/vnd.git-lfs+json') return send(406, { message: 'Not Acceptable' })
    const multipart = batch.operation === 'upload' && this.partByteLength > 0 && batch.transfers.includes('multipart')
    const objects = batch.objects.map((row: { oid: string; size: number }) =>
      this.#row(batch.operation, row, multipart),
    )
    send(200, { transfer: multipart ? 'multipart' : undefined, objects })
  }

  #row(operation: string, { oid, size }: { oid: string; size: number }, multipart: boolean): unknown {
    const signed = (path: string) => `${this.storage}/${path}?sig=canarySignature&batch=${this.batches.length}`
    const absent = operation === 'download' && !this.objects.has(oid)
    const error =
      this.objectError(operation, oid) ??
      (absent ? { code: 404, message: 'Object does not exist on the server' } : null)
    if (error) return { oid, size, error }
    const expiry = this.expiresIn === null ? {} : { expires_in: this.expiresIn }
    if (operation === 'download')
      return {
        oid,
        size,
        actions: { download: { href: signed(oid), header: { 'x-storage-key': 'canaryDownload' }, ...expiry } },
      }
    if (this.objects.has(oid) && (!this.verifyNeeded || this.#confirmed.has(oid))) return { oid, size }
    const verify = {
      href: `${this.origin}/verify/${oid}`,
      header: { Authorization: 'RemoteAuth canaryVerify', Accept: 'application/vnd.git-lfs+json' },
    }
    const header = {
      'Authorization': 'AWS4-HMAC-SHA256 canary',
      'x-amz-content-sha256': oid,
      'Transfer-Encoding': 'chunked',
    }
    if (!multipart) return { oid, size, actions: { upload: { href: signed(oid), header, ...expiry }, verify } }
    const count = Math.ceil(size / this.partByteLength) - this.partsMissing
    const parts = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [String(index + 1).padStart(5, '0'), signed(`${oid}/${index + 1}`)]),
    )
    const upload = {
      href: `${this.origin}/complete/${oid}`,
      header: { chunk_size: String(this.partByteLength), ...parts },
    }
    return { oid, size, actions: { upload, verify } }
  }

  #complete(
    request: IncomingMessage,
    response: ServerResponse,
    send: (status: number, value: unknown) => void,
    { oid, parts }: Completion,
  ): void {
    this.#completed += 1
    const held = this.parts.get(oid) ?? []
    const inOrder = parts.every(
      ({ partNumber, etag }, index) => partNumber === index + 1 && etag === `"part${partNumber}"`,
    )
    if (request.headers.authorization !== undefined || !inOrder || parts.length !== held.length)
      return send(400, { error: 'parts do not fit' })
    this.objects.set(oid, Buffer.concat(held))
    if (!fail(this.completeFault(this.#completed), response)) send(200, {})
  }

  get completed(): number {
    return this.#completed
  }

  #store(request: IncomingMessage, response: ServerResponse, body: Buffer, complete: boolean): void {
    const url = new URL(request.url!, this.storage)
    const [, oid = '', part] = url.pathname.split('/')
    this.stored.push({ method: request.method!, path: url.pathname, headers: request.headers, body, complete })
    if (!complete) return
    const xml = (status: number, code: string) => {
      response
        .writeHead(status, { 'content-type': 'application/xml' })
        .end(`<Error><Code>${code}</Code><Message>m</Message></Error>`)
    }
    const fault = this.storageFault(request.method!, this.stored.length)
    if (fault !== 'cut' && fault !== 'corrupt' && fail(fault, response)) return
    if (/^(bearer|basic|token)/i.test(request.headers.authorization ?? '')) return xml(400, 'InvalidArgument')
    if (Number(url.searchParams.get('batch')) < this.expiredBefore) return xml(403, 'AccessDenied')
    if (request.method === 'GET') {
      const content = Buffer.from(this.objects.get(oid)!)
      if (fault === 'corrupt') content[content.length >> 1]! ^= 1
      return this.#give(request, response, content, fault === 'cut' ? content.length >> 1 : null)
    }
    if (request.headers['transfer-encoding'] !== undefined) return xml(501, 'NotImplemented')
    if (request.headers['content-length'] === undefined) return xml(411, 'MissingContentLength')
    if (part === undefined && createHash('sha256').update(body).digest('hex') !== oid)
      return xml(400, 'XAmzContentSHA256Mismatch')
    if (part === undefined) this.objects.set(oid, body)
    else (this.parts.get(oid) ?? this.parts.set(oid, []).get(oid)!)[Number(part) - 1] = body
    response.writeHead(200, part === undefined ? {} : { etag: `"part${part}"` }).end()
  }

  #give(request: IncomingMessage, response: ServerResponse, content: Buffer, halfAt: number | null): void {
    const range = request.headers.range ?? null
    this.given.requests.push(range)
    const from = this.ranges === 'ignored' || range === null ? 0 : Number(/^bytes=(\d+)-$/.exec(range)![1])
    if (range !== null && from >= content.length) return void response.writeHead(416).end()
    const first = from > 0 && this.ranges === 'wrong' ? from - 1 : from
    const body = content.subarray(first)
    const headers = { 'content-length': body.length, 'content-type': this.type }
    if (from === 0) response.writeHead(200, headers)
    else
      response.writeHead(206, { ...headers, 'content-range': `bytes ${first}-${content.length - 1}/${content.length}` })
    const cutAt = halfAt ?? this.cutDownload(this.given.requests.length) ?? Infinity
    const sent = body.subarray(0, cutAt)
    this.given.byteLength += sent.length
    if (sent.length === body.length) return void response.end(body)
    response.write(sent, () => response.destroy())
  }
}

/** Answers the fault, if there is one. */
function fail(fault: Fault, response: ServerResponse): boolean {
  if (fault === null) return false
  if (typeof fault === 'string') response.destroy()
  else response.writeHead(fault.status, fault.headers).end(fault.body ?? '')
  return true
}
