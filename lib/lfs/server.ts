/**
 * One side's LFS server: which objects it has, their bytes, and new ones. Batches go to the server with its token; the
 * addresses that it hands out are other hosts', and get exactly the headers that came with them. Source: git-lfs
 * `docs/api/batch.md`.
 */
import { lookUntil, retry } from '../async/retry.ts'
import type { Bytes } from '../http/body.ts'
import { dropBody, readStart } from '../http/body.ts'
import type { Http } from '../http/http.ts'
import { services } from '../http/services.ts'
import { sliceBatches } from '../model/batches.ts'
import { BoundedCache } from '../model/bounded-cache.ts'
import { formatObject, type LfsObject } from '../model/entry.ts'
import { IntegrityError, RemoteError } from '../model/errors.ts'
import { objectMismatch } from '../model/object-proof.ts'
import type { Upload, UploadOptions } from '../model/remote.ts'
import type { Side } from '../model/sides.ts'
import type { Action, ObjectAnswer, Operation, Transfer } from './batch.ts'
import { batchMax, contentType, formatBatch, isGood, parseBatch, unique } from './batch.ts'
import { Rooms } from './buffer-pool.ts'
import { StorageError, type Answered, batchFailure, isMissing, joinFailures, objectFailure } from './failure.ts'
import { storageWait } from './put.ts'
import { Queue } from './queue.ts'
import { readWhole } from './source.ts'
import { uploadObject } from './upload.ts'

/** `url` ends in `/info/lfs`; `authorization` is the header's value; `ref` is `refs/heads/main`. */
export interface LfsServer {
  readonly side: Side
  readonly url: string
  readonly authorization: string | null
  readonly transfers: readonly Transfer[]
  readonly ref: string
}

/**
 * Addresses live for some minutes, and many would fill the memory: those of very many objects are asked for again when
 * their turn comes.
 */
const knownAddressesMax = 1_000
const readsMax = 3
const failureByteLength = 16_384

export class Lfs {
  readonly #http: Http
  readonly #server: LfsServer
  readonly #host: string
  /** Addresses that `readMissing` was given on the way; an object that is opened after it costs no batch of its own. */
  readonly #addresses = new BoundedCache<Action>(knownAddressesMax)
  readonly #rooms: Rooms

  constructor(http: Http, server: LfsServer, rooms = new Rooms()) {
    this.#http = http
    this.#rooms = rooms
    this.#server = server
    this.#host = new URL(server.url).host
  }

  /** The objects that the server does not have. Empty ones are nobody's: their pointer is the empty file. */
  async readMissing(objects: readonly LfsObject[]): Promise<LfsObject[]> {
    const missing: LfsObject[] = []
    for (const batch of sliceBatches(unique(objects), batchMax)) {
      for (const { object, error, download } of await this.#readBatch('download', batch)) {
        if (error !== null && !isMissing(error.code)) throw objectFailure(this.#asked('download'), object, error)
        if (error !== null || download === null) missing.push(object)
        else this.#addresses.set(object.oid, download)
      }
    }
    return missing
  }

  /** Asks for addresses that it does not know, all together; an object that is not there has none. */
  async locate(objects: readonly LfsObject[]): Promise<void> {
    const unknown = objects.filter(({ oid }) => this.#known(oid) === null)
    if (unknown.length > 0) await this.readMissing(unknown)
  }

  /**
   * The object's bytes as they come, from an offset on; who reads them proves them. An address that has expired is
   * replaced once.
   * @throws {RemoteError} With status 404 where the server does not have it.
   */
  async open(object: LfsObject, from = 0): Promise<Bytes> {
    if (object.byteLength === 0) return new Blob([]).stream()
    const known = this.#known(object.oid)
    this.#addresses.delete(object.oid)
    try {
      return await this.#openAt(object, known ?? (await this.#readAddress(object)), from)
    } catch (error) {
      if (!(error instanceof StorageError && error.stale)) throw error
      return this.#openAt(object, await this.#readAddress(object), from)
    }
  }

  /**
   * All of the object's bytes, proven: for those that are small enough to be held. A download that breaks goes on where
   * it stopped, and what turns out not to be the object is downloaded again, up to 3 times in all.
   */
  read(object: LfsObject): Promise<Uint8Array> {
    const waitAfter = (error: Error, attempt: number) =>
      storageWait(this.#http, error, attempt) ?? (error instanceof IntegrityError ? this.#http.backoff(attempt) : null)
    return retry(() => readWhole({ object, open: (from) => this.open(object, from) }, this.#http), {
      attemptsMax: readsMax,
      sleep: this.#http.sleep,
      waitAfter,
    })
  }

  /**
   * Brings objects, and returns those that were sent: none that the server has already, none twice, none that is empty.
   * Nothing is sent where the server refuses one of the largest. After a failure nothing new begins, what is under way
   * ends, and one error tells all; `watch.stored` was told of what arrived until then. That every object is there is
   * asked in the end.
   */
  async upload(
    uploads: readonly Upload[],
    { progress = () => {}, stored = () => {}, next = async () => {} }: UploadOptions = {},
  ): Promise<LfsObject[]> {
    const byOid = new Map(uploads.map((upload) => [upload.object.oid, upload]))
    const objects = unique(uploads.map(({ object }) => object))
    const sent: LfsObject[] = []
    // Several may have waited for the same answer.
    const failures = new Set<Error>()
    const { side } = this.#server
    const target = {
      http: this.#http,
      side,
      host: this.#host,
      rooms: this.#rooms,
      readAnswer: async (object: LfsObject) => (await this.#readBatch('upload', [object]))[0]!,
    }
    const queue = new Queue(objects, async (batch) => {
      const answers = await this.#readBatch('upload', batch)
      await next(answers.filter((answer) => answer.upload !== null).map(({ object }) => object))
      return answers
    })
    for (const { object, error } of await queue.readLargest()) {
      if (error !== null) failures.add(objectFailure(this.#asked('upload'), object, error))
    }
    if (failures.size > 0) throw joinFailures([...failures])
    await queue.run(
      async (answer) => {
        const { object } = answer
        if (!(await uploadObject(target, byOid.get(object.oid)!, answer, progress))) return
        sent.push(object)
        stored(object)
      },
      (error) => failures.add(error instanceof Error ? error : new Error(String(error))),
    )
    if (failures.size > 0) throw joinFailures([...failures])
    await this.#confirm(objects)
    return sent
  }

  /** Asks to upload an object that will never be sent. Throws a `DeniedError` where that is not allowed. */
  async checkWrite(): Promise<void> {
    const [{ error }] = (await this.#readBatch('upload', [{ oid: 'a'.repeat(64), byteLength: 42 }], 'write to')) as [
      ObjectAnswer,
    ]
    if (error !== null && [401, 403].includes(error.code))
      throw this.#failure('upload', { status: error.code, headers: new Headers(), text: error.message }, 'write to')
  }

  /**
   * Asks for the largest objects, as an upload does first, and sends nothing. Throws what is wrong with them: their
   * size, the quota, the token.
   */
  async checkUpload(objects: readonly LfsObject[]): Promise<void> {
    const largest = unique(objects)
      .toSorted((a, b) => b.byteLength - a.byteLength)
      .slice(0, batchMax)
    if (largest.length === 0) return
    const failures = (await this.#readBatch('upload', largest)).flatMap(({ object, error }) =>
      error === null ? [] : [objectFailure(this.#asked('upload'), object, error)],
    )
    if (failures.length > 0) throw joinFailures(failures)
  }

  /** Storage may show what it was given a moment later. */
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
    const [{ error, download }] = (await this.#readBatch('download', [object])) as [ObjectAnswer]
    if (error !== null || download === null) {
      throw objectFailure(
        this.#asked('download'),
        object,
        error ?? { code: 404, message: 'no address is given for it' },
      )
    }
    return download
  }

  /**
   * No `If-Range`: an object's name is its hash, and the bytes before the offset are in the hash that the whole is
   * proven by. Storage that takes no notice of `Range` sends all of it again, and the beginning is passed over.
   */
  async #openAt(object: LfsObject, { href, headers: given }: Action, from: number, ranged = from > 0): Promise<Bytes> {
    const headers = new Headers(given)
    // A compressed body that is cut looks complete.
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
    const text = this.#http.redact(await readStart(answer, failureByteLength))
    const answered = { host: href.host, status, headers: answer.headers, text }
    throw new StorageError(`download ${formatObject(object)}`, answered, this.#http.now())
  }

  #asked(operation: Operation) {
    return { side: this.#server.side, host: this.#host, operation }
  }

  #failure(operation: Operation, answered: Omit<Answered, 'host'>, action?: string): Error {
    const hasToken = this.#server.authorization !== null
    return batchFailure(
      { ...this.#asked(operation), hasToken, action },
      { ...answered, host: this.#host },
      this.#http.now(),
    )
  }

  async #readBatch(operation: Operation, objects: readonly LfsObject[], action?: string): Promise<ObjectAnswer[]> {
    const { side, url, authorization, ref } = this.#server
    const transfers = operation === 'upload' ? this.#server.transfers : ['basic' as const]
    const nowMs = this.#http.now()
    const answer = await this.#http.fetch(side, { repeat: true })(`${url}/objects/batch`, {
      method: 'POST',
      headers: { 'accept': contentType, 'content-type': contentType, ...(authorization !== null && { authorization }) },
      body: formatBatch(operation, objects, transfers, ref),
    })
    if (!answer.ok) {
      const text = this.#http.redact(await readStart(answer, failureByteLength))
      throw this.#failure(operation, { status: answer.status, headers: answer.headers, text }, action)
    }
    const date = Date.parse(answer.headers.get('date') ?? '')
    const answers = parseBatch(await answer.text(), objects, transfers, {
      nowMs,
      serverMs: Number.isNaN(date) ? nowMs : date,
    })
    if (typeof answers === 'string')
      throw new RemoteError(`Cannot ${operation} LFS objects at ${this.#host}: ${answers}. Run again.`)
    return answers
  }

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
