/**
 * An LFS server like those of both services, on a loopback port, with its storage on another port. It is strict
 * wherever a client could make a mistake. Logs and faults are those of `hub` and of `storage.hub`.
 */
import { createHash } from 'node:crypto'
import { Hub, serve, systemClock, type Fault, type FaultAct, type Port, type RequestRecord } from './hub.ts'
import { Response } from './message.ts'
import { Storage, type LfsObject } from './storage.ts'

interface Batch {
  readonly operation: string
  readonly transfers: string[]
  readonly ref: unknown
  readonly objects: { readonly oid: string; readonly size: number }[]
}
interface Completion {
  readonly oid: string
  readonly parts: readonly { readonly partNumber: number; readonly etag: string }[]
}
interface Refused {
  readonly code: number
  readonly message: string
}

type Path = '/info/lfs' | '/verify' | '/complete'
const isAt = (path: Path, url: string) => new URL(url).pathname.startsWith(path)

export const apiToken = 'hf_canaryTokenOfTheApi0123456789'
/** Words of the addresses and headers that the server gives out, none of which may ever be printed. */
export const secretWords = new RegExp(`${apiToken}|canary|AKIA|X-Amz|Signature`)

const batchType = 'application/vnd.git-lfs+json'
/** All that `verify` takes. */
const verifyAuthorization = 'RemoteAuth canaryVerify'

export function objectOf(content: Uint8Array | string): LfsObject {
  return { oid: createHash('sha256').update(content).digest('hex'), byteLength: Buffer.byteLength(content) }
}

/** Whether the whole body of an upload has come. */
export function isWhole({ headers, uploadedBytes }: RequestRecord): boolean {
  return uploadedBytes === Number(headers.get('content-length'))
}

export class LfsServer {
  readonly batches: Batch[] = []
  readonly verified: { readonly oid: string; readonly size: number }[] = []
  readonly hub = new Hub((request) => this.#answer(request), systemClock)
  /** Whether an object that was not verified is offered for upload again, as GitHub does. */
  verifyNeeded = false
  objectError: (operation: string, oid: string) => Refused | null = () => null
  /** Length of the parts of a multipart upload; basic where it is 0. */
  partByteLength = 0
  /** How many addresses of parts are left out, from the last one on. */
  partsMissing = 0
  /** How many objects a batch may name, and what it answers where there are more. */
  batchLimit = Infinity
  tooLargeStatus = 413
  /** For how many seconds its addresses are good, as a batch says. */
  expiresIn: number | null = null
  origin = ''
  storage = new Storage('', systemClock)
  #ports: readonly Port[] = []

  async start(): Promise<this> {
    const storagePort = await serve((origin) => {
      this.storage = new Storage(origin, systemClock)
      return (request) => this.storage.hub.fetch(request)
    })
    const port = await serve(() => (request) => this.hub.fetch(request))
    this.origin = port.origin
    this.#ports = [storagePort, port]
    return this
  }

  async close(): Promise<void> {
    await Promise.all(this.#ports.map((port) => port.close()))
  }

  async quiet(): Promise<void> {
    await Promise.all(this.#ports.map((port) => port.quiet()))
  }

  /** What storage holds, by id; parts of uploads that are not complete as well. */
  get objects(): Map<string, Buffer> {
    return this.storage.objects
  }

  /** The ids of whole objects. */
  get oids(): string[] {
    return [...this.objects.keys()].filter((key) => !key.includes('/'))
  }

  /** The uploads that storage was asked for. */
  get puts(): RequestRecord[] {
    return this.storage.hub.requests.filter(({ method }) => method === 'PUT')
  }

  get gets(): RequestRecord[] {
    return this.storage.hub.requests.filter(({ method }) => method === 'GET')
  }

  /** How many requests for that there were, whatever was answered. */
  count(path: Path): number {
    return this.hub.requests.filter(({ url }) => isAt(path, url)).length
  }

  /** Answers the next requests for that (`times`, default 1) so, before or after they have their effect. */
  fail(
    path: Path,
    act: FaultAct,
    { when = 'before', times = 1 }: { readonly when?: Fault['when']; readonly times?: number } = {},
  ): void {
    this.hub.faults.push({ on: ({ url }) => isAt(path, url), when, times, act })
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    const body: unknown = await request.json()
    if (pathname.startsWith('/verify')) return this.#verify(request, body as Batch['objects'][number])
    if (pathname.startsWith('/complete')) return this.#complete(request, body as Completion)
    const batch = body as Batch
    this.batches.push(batch)
    if (request.headers.get('accept') !== batchType)
      return Response.json({ message: 'Not Acceptable' }, { status: 406 })
    if (batch.objects.length > this.batchLimit)
      return Response.json({ message: 'Too many objects' }, { status: this.tooLargeStatus })
    const inParts = batch.operation === 'upload' && this.partByteLength > 0 && batch.transfers.includes('multipart')
    return Response.json({
      ...(inParts && { transfer: 'multipart' }),
      objects: batch.objects.map((object) => this.#row(batch.operation, object, inParts)),
    })
  }

  #row(operation: string, { oid, size }: Batch['objects'][number], inParts: boolean): unknown {
    const isThere = this.objects.has(oid)
    const error =
      this.objectError(operation, oid) ??
      (operation === 'download' && !isThere ? { code: 404, message: 'Object does not exist on the server' } : null)
    if (error) return { oid, size, error }
    const expiry = this.expiresIn === null ? {} : { expires_in: this.expiresIn }
    const sign = (method: 'GET' | 'PUT') => this.storage.sign(method, oid, { form: 'header', sha256: oid })
    if (operation === 'download') return { oid, size, actions: { download: { ...sign('GET'), ...expiry } } }
    if (isThere && (!this.verifyNeeded || this.verified.some((object) => object.oid === oid))) return { oid, size }
    const verify = {
      href: `${this.origin}/verify/${oid}`,
      header: { Authorization: verifyAuthorization, Accept: batchType },
    }
    if (inParts)
      return {
        oid,
        size,
        actions: { upload: { href: `${this.origin}/complete/${oid}`, header: this.#signParts(oid, size) }, verify },
      }
    const { href, header } = sign('PUT')
    return {
      oid,
      size,
      actions: { upload: { href, header: { ...header, 'Transfer-Encoding': 'chunked' }, ...expiry }, verify },
    }
  }

  #signParts(oid: string, size: number): Record<string, string> {
    const count = Math.ceil(size / this.partByteLength) - this.partsMissing
    const addresses = Array.from({ length: count }, (_, index) => [
      String(index + 1).padStart(5, '0'),
      this.storage.sign('PUT', `${oid}/${index + 1}`).href,
    ])
    return { chunk_size: String(this.partByteLength), ...Object.fromEntries(addresses) }
  }

  #verify(request: Request, { oid, size }: Batch['objects'][number]): Response {
    if (request.headers.get('authorization') !== verifyAuthorization) return new Response(null, { status: 401 })
    this.verified.push({ oid, size })
    return Response.json({}, { status: this.objects.has(oid) ? 200 : 404 })
  }

  #complete(request: Request, { oid, parts }: Completion): Response {
    const keys = parts.map(({ partNumber }) => `${oid}/${partNumber}`)
    const inOrder = parts.every(
      ({ partNumber, etag }, index) => partNumber === index + 1 && etag === this.storage.etag(keys[index]!),
    )
    const isAll = keys.length === [...this.objects.keys()].filter((key) => key.startsWith(`${oid}/`)).length
    if (request.headers.has('authorization') || !inOrder || !isAll || !this.storage.join(oid, keys))
      return Response.json({ error: 'parts do not fit' }, { status: 400 })
    return Response.json({})
  }
}
