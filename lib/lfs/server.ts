/**
 * One side's LFS server: which objects it has, their bytes, and uploads. A batch request goes to the server, with the
 * token; its answer gives the addresses for the bytes, at the service's storage (git-lfs `docs/api/batch.md`).
 */
import { lookUntil, retry } from '../async/retry.ts'
import { isSuccess } from '../http/answer.ts'
import type { Bytes } from '../http/body.ts'
import { bytesOf, dropBody, readText } from '../http/body.ts'
import { HeaderMap } from '../http/headers.ts'
import type { Http } from '../http/http.ts'
import { readRange } from '../http/range.ts'
import { services } from '../http/services.ts'
import { sliceBatches } from '../model/batches.ts'
import { BoundedCache } from '../model/bounded-cache.ts'
import { formatObject, type LfsObject } from '../model/entry.ts'
import { RemoteError } from '../model/errors.ts'
import { objectMismatch } from '../model/object-proof.ts'
import type { Side } from '../model/sides.ts'
import type { Upload, UploadOptions } from '../model/upload.ts'
import type { Action, ObjectAnswer, Operation, Transfer } from './batch.ts'
import { batchSure, contentType, formatBatch, isGood, parseBatch, unique } from './batch.ts'
import { BufferPool } from './buffer-pool.ts'
import { StorageError, type ErrorAnswer, batchFailure, isMissing, joinFailures, objectFailure } from './failure.ts'
import { objectWait, readErrorText, readStorageError } from './put.ts'
import { Queue } from './queue.ts'
import { readObject } from './source.ts'
import { uploadObject } from './upload.ts'

/**
 * `url` ends in `/info/lfs`; `authorization` is the value of the header; `tokenName`: what messages call the token in it,
 * where it is not that of its own variable; `ref` is a full name, as `refs/heads/main`.
 */
export interface LfsServer {
  readonly side: Side
  readonly url: string
  readonly authorization: string | null
  readonly tokenName?: string
  readonly transfers: readonly Transfer[]
  readonly ref: string
  /** How many objects a batch may ask for; by default `batchSure`, to which it falls where the server takes no more. */
  readonly batchMax?: number
}

/** How a server says that a batch is too large (git-lfs `docs/api/batch.md`); to some that is a wrong request. */
const tooLargeStatuses: ReadonlySet<number> = new Set([413, 422])
/** How many addresses are kept. They expire within minutes, so it is no use to ask for many ahead. */
const knownAddressesMax = 1_000
const readsMax = 3

/** The LFS server of one side. */
export class Lfs {
  readonly #http: Http
  readonly #server: LfsServer
  readonly #host: string
  /** Addresses for downloads, by object id, that the answers to `readMissing` gave. */
  readonly #addresses = new BoundedCache<Action>(knownAddressesMax)
  readonly #buffers: BufferPool
  #batchMax: number

  constructor(http: Http, server: LfsServer, buffers = new BufferPool()) {
    this.#http = http
    this.#buffers = buffers
    this.#server = server
    this.#host = new URL(server.url).host
    this.#batchMax = server.batchMax ?? batchSure
  }

  /** The objects that the server lacks. Empty objects do not count: no server holds any. */
  async readMissing(objects: readonly LfsObject[]): Promise<LfsObject[]> {
    const missing: LfsObject[] = []
    for (const batch of sliceBatches(unique(objects), this.#batchMax)) {
      for (const { object, error, download } of await this.#readBatch('download', batch)) {
        if (error !== null && !isMissing(error.code)) throw objectFailure(this.#asked('download'), object, error)
        if (error !== null || download === null) missing.push(object)
        else this.#addresses.set(object.oid, download)
      }
    }
    return missing
  }

  /** Asks for the addresses of objects that will be opened soon, a batch in a request, unless they are known. */
  async locate(objects: readonly LfsObject[]): Promise<void> {
    const unknown = objects.filter(({ oid }) => this.#known(oid) === null)
    if (unknown.length > 0) await this.readMissing(unknown)
  }

  /**
   * The object's bytes from an offset on, as they come, without a proof. An address that has expired is replaced once.
   * @throws {RemoteError} With status 404 where the server does not have it.
   */
  async open(object: LfsObject, from = 0): Promise<Bytes> {
    if (object.byteLength === 0) return bytesOf({ read: async () => ({}), cancel: async () => {} })
    const known = this.#known(object.oid)
    this.#addresses.delete(object.oid)
    try {
      return await this.#openAt(object, known ?? (await this.#readAddress(object)), from)
    } catch (error) {
      if (!(error instanceof StorageError && error.stale)) throw error
      return this.#openAt(object, await this.#readAddress(object), from)
    }
  }

  /** The object's bytes from `from` to before `to`, without a proof; `null` and errors as for `readRange` of `http/range`. */
  async readPart(object: LfsObject, from: number, to: number): Promise<Uint8Array | null> {
    const { href: url, headers } = this.#known(object.oid) ?? (await this.#readAddress(object))
    return readRange(this.#http, this.#server.side, { url, headers }, { from, to, byteLength: object.byteLength })
  }

  /**
   * The whole object in memory, proven by its hash. A download that breaks goes on where it stopped. Where the bytes are not
   * the object's, they are downloaded again, up to 3 times in all.
   */
  read(object: LfsObject): Promise<Uint8Array> {
    const work = () => readObject({ object, open: (from) => this.open(object, from) }, this.#http)
    const waitAfter = (error: Error, attempt: number) => objectWait(this.#http, error, attempt)
    return retry(work, { attemptsMax: readsMax, sleep: this.#http.sleep, waitAfter })
  }

  /**
   * Uploads those objects that the server lacks, and returns them. Nothing is sent if it refuses one of the largest. At the
   * end it is asked whether it has all of them. After a failure no further upload begins; when those under way have ended,
   * one error tells all failures. `stored` is called for each object that has arrived.
   */
  async upload(
    uploads: readonly Upload[],
    { progress = () => {}, stored = () => {}, next = async () => {} }: UploadOptions = {},
  ): Promise<LfsObject[]> {
    const byOid = new Map(uploads.map((upload) => [upload.object.oid, upload]))
    const objects = unique(uploads.map(({ object }) => object))
    const sent: LfsObject[] = []
    const target = {
      http: this.#http,
      ...this.#asked('upload'),
      buffers: this.#buffers,
      readAnswer: (object: LfsObject) => this.#readOne('upload', object),
    }
    const queue = new Queue(objects, this.#batchMax, async (batch) => {
      const answers = await this.#readBatch('upload', batch)
      await next(answers.filter((answer) => answer.upload !== null).map(({ object }) => object))
      return answers
    })
    this.#requireTaken(await queue.readLargest())
    // Uploads that wait for the same batch fail with the same error.
    const failures = new Set<Error>()
    await queue.run(
      async (answer) => {
        const { object } = answer
        const verify = await uploadObject(target, byOid.get(object.oid)!, answer, progress)
        if (verify === null) return null
        return async () => {
          await verify()
          sent.push(object)
          stored(object, object.byteLength)
        }
      },
      (error) => failures.add(error instanceof Error ? error : new Error(String(error))),
    )
    if (failures.size > 0) throw joinFailures([...failures])
    await this.#confirm(objects)
    return sent
  }

  /** Throws a `DeniedError` where the token may not write: asks for an upload, and sends nothing. */
  async checkWrite(): Promise<void> {
    const { error } = await this.#readOne('upload', { oid: 'a'.repeat(64), byteLength: 42 }, 'write to')
    if (error !== null && [401, 403].includes(error.code))
      throw this.#failure('upload', { status: error.code, headers: new HeaderMap(), text: error.message }, 'write to')
  }

  /** Throws where the server would refuse one of the largest objects: asks for their upload, and sends nothing. */
  async checkUpload(objects: readonly LfsObject[]): Promise<void> {
    const largest = unique(objects)
      .toSorted((a, b) => b.byteLength - a.byteLength)
      .slice(0, this.#batchMax)
    if (largest.length > 0) this.#requireTaken(await this.#readBatch('upload', largest))
  }

  /** Throws where the server refuses one of the objects. */
  #requireTaken(answers: readonly ObjectAnswer[]): void {
    const failures = answers.flatMap(({ object, error }) =>
      error === null ? [] : [objectFailure(this.#asked('upload'), object, error)],
    )
    if (failures.length > 0) throw joinFailures(failures)
  }

  /** Throws where the server lacks one of the objects. It is asked up to three times, since storage may lag behind. */
  async #confirm(objects: readonly LfsObject[]): Promise<void> {
    let missing = objects
    await lookUntil(
      async () => (missing = await this.readMissing(missing)),
      () => missing.length === 0,
      { waitsMs: [1, 2].map((look) => this.#http.backoff(look)), sleep: this.#http.sleep },
    )
    if (missing.length === 0) return
    const rest = missing.length === 1 ? '' : ` and ${missing.length - 1} more`
    throw new RemoteError(
      `Cannot find ${formatObject(missing[0]!)}${rest} at ${this.#host}: taken, or said to be there, and then not given out. ` +
        `Run again; if this stays, ask ${services[this.#server.side].name}.`,
    )
  }

  async #readAddress(object: LfsObject): Promise<Action> {
    const { error, download } = await this.#readOne('download', object)
    if (error === null && download !== null) return download
    throw objectFailure(this.#asked('download'), object, error ?? { code: 404, message: 'no address is given for it' })
  }

  /**
   * Asks an address for the object's bytes from an offset on. Where storage ignores `Range` and sends all of them, the
   * beginning is skipped; where it answers with another range, all of them are asked for. `If-Range` is not needed, since
   * the hash proves that all parts are of the same object.
   */
  async #openAt(object: LfsObject, { href, headers: given }: Action, from: number, ranged = from > 0): Promise<Bytes> {
    const headers = new HeaderMap(given)
    // A compressed body that breaks off looks complete.
    headers.set('accept-encoding', 'identity')
    if (ranged) headers.set('range', `bytes=${from}-`)
    const answer = await this.#http.stream(this.#server.side, { repeat: true }, { method: 'GET', url: href, headers })
    const { status, body } = answer
    if (status === 200 && body !== null) return from === 0 ? body : skipBytes(body, from)
    if (ranged && status === 206 && body !== null) {
      if (answer.headers.get('content-range') === `bytes ${from}-${object.byteLength - 1}/${object.byteLength}`)
        return body
      dropBody(answer)
      return this.#openAt(object, { href, headers: given, goodUntilMs: null }, from, false)
    }
    if (ranged && status === 416) throw objectMismatch(object, `the store has not the bytes after its first ${from}`)
    throw await readStorageError(this.#http, `download ${formatObject(object)}`, href, answer)
  }

  #asked(operation: Operation) {
    const { side, tokenName = services[side].tokenVariable } = this.#server
    return { side, tokenName, host: this.#host, operation }
  }

  #failure(operation: Operation, answered: Omit<ErrorAnswer, 'host'>, action?: string): Error {
    const hasToken = this.#server.authorization !== null
    return batchFailure(
      { ...this.#asked(operation), hasToken, action },
      { ...answered, host: this.#host },
      this.#http.now(),
    )
  }

  async #readOne(operation: Operation, object: LfsObject, action?: string): Promise<ObjectAnswer> {
    return (await this.#readBatch(operation, [object], action))[0]!
  }

  /**
   * What the server says of each object, in their order, in as many requests as it takes. `action` is as for `batchFailure`.
   */
  async #readBatch(operation: Operation, objects: readonly LfsObject[], action?: string): Promise<ObjectAnswer[]> {
    if (objects.length > this.#batchMax) {
      const answers: ObjectAnswer[] = []
      for (const batch of sliceBatches(objects, this.#batchMax))
        answers.push(...(await this.#readBatch(operation, batch, action)))
      return answers
    }
    const { side, url, authorization, ref } = this.#server
    const transfers = operation === 'upload' ? this.#server.transfers : ['basic' as const]
    const nowMs = this.#http.now()
    const answer = await this.#http.fetch(side, { repeat: true })(`${url}/objects/batch`, {
      method: 'POST',
      headers: { 'accept': contentType, 'content-type': contentType, ...(authorization !== null && { authorization }) },
      body: formatBatch(operation, objects, transfers, ref),
    })
    if (tooLargeStatuses.has(answer.status) && objects.length > batchSure) {
      dropBody(answer)
      this.#batchMax = batchSure
      return this.#readBatch(operation, objects, action)
    }
    if (!isSuccess(answer)) {
      const text = await readErrorText(this.#http, answer)
      throw this.#failure(operation, { status: answer.status, headers: answer.headers, text }, action)
    }
    const date = Date.parse(answer.headers.get('date') ?? '')
    const answers = parseBatch(await readText(answer.body), objects, transfers, {
      nowMs,
      serverMs: Number.isNaN(date) ? nowMs : date,
    })
    if (typeof answers === 'string')
      throw new RemoteError(`Cannot ${operation} LFS objects at ${this.#host}: ${answers}. Run again.`)
    return answers
  }

  /** The object's address for downloads, if one is known that has not expired; else `null`. */
  #known(oid: string): Action | null {
    const known = this.#addresses.get(oid)
    return known !== undefined && isGood(known, this.#http.now()) ? known : null
  }
}

async function* skipBytes(stream: Bytes, byteLength: number): AsyncGenerator<Uint8Array> {
  let left = byteLength
  for await (const chunk of stream) {
    if (chunk.byteLength > left) yield chunk.subarray(left)
    left -= Math.min(left, chunk.byteLength)
  }
}
