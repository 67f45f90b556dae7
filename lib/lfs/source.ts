/** The bytes of an LFS object, in order and hashed on the way. A download that breaks goes on where it stopped. */
import { createHash, type Hash } from 'node:crypto'
import { retry } from '../async/retry.ts'
import type { Reader } from '../http/body.ts'
import { readerOf } from '../http/body.ts'
import type { Http } from '../http/http.ts'
import { formatObject } from '../model/entry.ts'
import { BrokenError, IntegrityError, RemoteError } from '../model/errors.ts'
import { objectMismatch } from '../model/object-proof.ts'
import type { Upload } from '../model/upload.ts'

/** A download is given up at this break in a row, if less than a hundredth of the object came between two breaks. */
const breaksMax = 3

type Waits = Pick<Http, 'sleep' | 'backoff'>

/** A position in the object, and the hash of the bytes before it. */
interface Mark {
  readonly position: number
  readonly hash: Hash
}

/** A download ended, without an error, before the object did. */
class EndedError extends IntegrityError {}

/**
 * Reads an object, and holds only the chunk that came last. One hash runs over the bytes of all downloads, so that parts
 * which do not belong together are found out like damaged bytes.
 */
export class Source {
  readonly #upload: Upload
  readonly #waits: Waits
  #hash = createHash('sha256')
  #position = 0
  #rest: Uint8Array = new Uint8Array()
  #reader: Reader | null = null
  #closed = false
  #breaks = 0
  #brokenAt = 0

  constructor(upload: Upload, waits: Waits) {
    this.#upload = upload
    this.#waits = waits
  }

  /**
   * The next bytes, at least one and at most `byteLengthMax`. Must not be called when the whole object was read. The last
   * bytes are only given out if hash and length are right and nothing follows: else an upload of the object's length would
   * be complete with other bytes.
   * @throws {IntegrityError} For bytes that are not the object's.
   * @throws {RemoteError} For a download that breaks again and again (`breaksMax`).
   */
  async read(byteLengthMax: number): Promise<Uint8Array> {
    if (this.#rest.byteLength === 0) this.#rest = await this.#receive()
    const { object } = this.#upload
    const chunk = this.#rest.subarray(0, byteLengthMax)
    this.#rest = this.#rest.subarray(chunk.byteLength)
    this.#position += chunk.byteLength
    if (this.#position > object.byteLength)
      throw objectMismatch(object, `more than its ${object.byteLength} bytes came`)
    this.#hash.update(chunk)
    if (this.#position === object.byteLength) await this.prove()
    return chunk
  }

  /** Fills `target` with the next bytes. */
  async fill(target: Uint8Array): Promise<void> {
    for (let filled = 0; filled < target.byteLength;) {
      const chunk = await this.read(target.byteLength - filled)
      target.set(chunk, filled)
      filled += chunk.byteLength
    }
  }

  /** Where the next byte is read. */
  mark(): Mark {
    return { position: this.#position, hash: this.#hash.copy() }
  }

  /** Goes back to a mark. What was read since then will be downloaded again. */
  goBack({ position, hash }: Mark): void {
    this.#drop()
    this.#position = position
    this.#brokenAt = Math.min(this.#brokenAt, position)
    this.#hash = hash.copy()
  }

  /** Ends the download. Reading fails from then on. */
  close(): void {
    this.#closed = true
    this.#drop()
  }

  #drop(): void {
    void this.#reader?.cancel().catch(() => {})
    this.#reader = null
    this.#rest = new Uint8Array()
  }

  /** The next chunk, of another download where the present one breaks. */
  async #receive(): Promise<Uint8Array> {
    try {
      return await this.#readChunk()
    } catch (error) {
      // The attempt that failed is `retry`'s first one: a chunk that comes at once costs no call of it.
      return await this.#readAgain(error)
    }
  }

  async #readAgain(failure: unknown): Promise<Uint8Array> {
    const waitAfter = (error: Error) => {
      const mayPass = error instanceof BrokenError || error instanceof EndedError
      return this.#closed || !mayPass || this.#isStuck() ? null : this.#waits.backoff(this.#breaks)
    }
    const work = (attempt: number) => (attempt === 1 ? Promise.reject(failure) : this.#readChunk())
    try {
      return await retry(work, { attemptsMax: Infinity, sleep: this.#waits.sleep, waitAfter })
    } catch (error) {
      if (this.#closed || !(error instanceof BrokenError)) throw error
      throw new RemoteError(`Cannot download ${formatObject(this.#upload.object)}. ${error.message}`)
    }
  }

  async #readChunk(): Promise<Uint8Array> {
    const { object } = this.#upload
    try {
      for (;;) {
        if (this.#closed) throw new Error(`Cannot read ${formatObject(object)}: its upload is over.`)
        this.#reader ??= readerOf(await this.#upload.open(this.#position))
        const { value } = await this.#reader.read()
        if (value === undefined)
          throw new EndedError(
            objectMismatch(object, `${this.#position} of its ${object.byteLength} bytes came`).message,
          )
        if (value.byteLength > 0) return value
      }
    } catch (error) {
      this.#reader = null
      throw error
    }
  }

  /** Counts a break. Whether it was one too many. */
  #isStuck(): boolean {
    const isProgress = this.#position - this.#brokenAt >= Math.max(1, this.#upload.object.byteLength / 100)
    this.#breaks = isProgress ? 1 : this.#breaks + 1
    if (isProgress) this.#brokenAt = this.#position
    return this.#breaks >= breaksMax
  }

  /** Throws an `IntegrityError` unless the bytes that were read are the object's, and no others follow. */
  async prove(): Promise<void> {
    const { object } = this.#upload
    // A connection that breaks after the last byte does no harm.
    const more = this.#rest.byteLength > 0 ? this.#rest : (await this.#reader?.read().catch(() => null))?.value
    if (more !== undefined && more.byteLength > 0)
      throw objectMismatch(object, `more than its ${object.byteLength} bytes came`)
    const oid = this.#hash.digest('hex')
    if (oid !== object.oid) throw objectMismatch(object, `the bytes that came are object ${oid}`)
  }
}

/**
 * The whole object in memory, proven by its hash and length.
 * @throws {IntegrityError} For bytes that are not the object's.
 */
export async function readObject(upload: Upload, waits: Waits): Promise<Uint8Array> {
  const { object } = upload
  const bytes = Buffer.alloc(object.byteLength)
  const source = new Source(upload, waits)
  try {
    await (bytes.length === 0 ? source.prove() : source.fill(bytes))
  } finally {
    source.close()
  }
  return bytes
}
