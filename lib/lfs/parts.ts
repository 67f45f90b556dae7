/**
 * The Hub's multipart upload (as in `commit.ts` of `@huggingface/hub`). An object's bytes come in order, since they are
 * hashed, and leave in parts, several at once. If the pool has a buffer, a part is kept in it until it is stored: the next
 * part can come meanwhile, and the part can be sent again. Without a buffer a part is streamed as it comes, and has to be
 * downloaded again before it can be sent again.
 */
import { retry } from '../async/retry.ts'
import { HeaderMap } from '../http/headers.ts'
import { formatObject, type LfsObject } from '../model/entry.ts'
import { RemoteError } from '../model/errors.ts'
import { parseParts, type Action } from './batch.ts'
import { postJson, putBytes, storageWait, type UploadTarget } from './put.ts'
import type { Source } from './source.ts'

const attemptsMax = 3
const chunkByteLengthMax = 256 * 1024

/** A part of an object, numbered from 1, and the address to send it to. */
interface UploadPart {
  readonly number: number
  readonly href: URL
  readonly byteLength: number
}

/** An object to be sent. `count` is called with the bytes that left; a negative number has to leave again. */
interface SourcedObject {
  readonly object: LfsObject
  readonly source: Source
  readonly count: (byteLength: number) => void
}

/** Opens a part for an attempt to send it. `count` is called with the length of each chunk that leaves. */
type OpenPart = (count: (byteLength: number) => void) => Promise<AsyncIterable<Uint8Array>>

/**
 * Sends an object in parts to the addresses that `action` holds, and completes the upload.
 * @throws {RemoteError} Also where the addresses do not fit the object's length.
 */
export async function putParts(target: UploadTarget, sending: SourcedObject, action: Action): Promise<void> {
  const { object } = sending
  const parsed = parseParts(action, object.byteLength)
  if (typeof parsed === 'string')
    throw new RemoteError(`Cannot upload ${formatObject(object)} to ${target.host}: ${parsed}.`)
  const parts = parsed.hrefs.map((href, index) => ({
    number: index + 1,
    href,
    byteLength: Math.min(parsed.partByteLength, object.byteLength - index * parsed.partByteLength),
  }))
  const etags = await new PartsUpload(target, sending).run(parts)
  await complete(target, object, action.href, etags)
}

/** Sends the parts of one object. */
class PartsUpload {
  readonly #target: UploadTarget
  readonly #sending: SourcedObject
  readonly #etags = new Map<number, string>()
  readonly #failures: unknown[] = []
  readonly #running = new Set<Promise<void>>()

  constructor(target: UploadTarget, sending: SourcedObject) {
    this.#target = target
    this.#sending = sending
  }

  /**
   * Returns the ETags that storage gave the parts, by their numbers. After a failure no further part begins, and the first
   * failure is thrown when the parts that are under way have ended.
   */
  async run(parts: readonly UploadPart[]): Promise<ReadonlyMap<number, string>> {
    try {
      for (const part of parts) {
        if (this.#failures.length > 0) break
        const buffer = this.#target.buffers.acquire(part.byteLength)
        await (buffer === null ? this.#sendStreamed(part) : this.#sendBuffered(part, buffer))
      }
    } catch (error) {
      this.#failures.push(error)
    }
    await Promise.all(this.#running)
    if (this.#failures.length > 0) throw this.#failures[0]
    return this.#etags
  }

  async #send({ number, href, byteLength }: UploadPart, open: OpenPart): Promise<void> {
    const { http } = this.#target
    const { object, count } = this.#sending
    const title = `upload part ${number} of ${formatObject(object)}`
    let sent = 0
    const put = async () => {
      const bytes = await open((more) => {
        sent += more
        count(more)
      })
      return await putBytes(this.#target, { title, href, headers: new HeaderMap(), byteLength }, bytes).catch(
        (error: unknown) => {
          count(-sent)
          sent = 0
          throw error
        },
      )
    }
    const waitAfter = (error: Error, attempt: number) => storageWait(http, error, attempt)
    const etag = (await retry(put, { attemptsMax, sleep: http.sleep, waitAfter })).get('etag')
    if (etag === null)
      throw new RemoteError(`Cannot ${title}: ${href.host} answered without an ETag, which completes the upload.`)
    this.#etags.set(number, etag)
  }

  /** Fills the buffer with the part, and begins to send it. Gives the buffer back when the part is stored. */
  async #sendBuffered(part: UploadPart, buffer: Buffer): Promise<void> {
    const { buffers } = this.#target
    const bytes = buffer.subarray(0, part.byteLength)
    try {
      await this.#sending.source.fill(bytes)
    } catch (error) {
      buffers.release(buffer)
      throw error
    }
    const task: Promise<void> = this.#send(part, (count) => Promise.resolve(chunksOf(bytes, count)))
      .catch((error: unknown) => void this.#failures.push(error))
      .finally(() => {
        this.#running.delete(task)
        buffers.release(buffer)
      })
    this.#running.add(task)
  }

  async #sendStreamed(part: UploadPart): Promise<void> {
    const { source } = this.#sending
    const mark = source.mark()
    let chunks: AsyncGenerator<Uint8Array> | null = null
    await this.#send(part, async (count) => {
      // An attempt that failed may still be reading a chunk, and only one may read the source.
      await chunks?.return(undefined)
      if (chunks !== null) source.goBack(mark)
      return (chunks = readChunks(source, part.byteLength, count))
    })
  }
}

async function complete(
  target: UploadTarget,
  object: LfsObject,
  href: URL,
  etags: ReadonlyMap<number, string>,
): Promise<void> {
  const parts = [...etags].toSorted(([a], [b]) => a - b).map(([partNumber, etag]) => ({ partNumber, etag }))
  const title = `complete the upload of ${formatObject(object)}`
  try {
    await postJson(target, { title, href, headers: new HeaderMap() }, { oid: object.oid, parts })
  } catch (error) {
    // Of two requests, because the first answer was lost, the second one is refused: the upload is complete by then.
    const { upload, error: refused } = await target.readAnswer(object)
    if (upload !== null || refused !== null) throw error
  }
}

async function* chunksOf(bytes: Uint8Array, count: (byteLength: number) => void): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += chunkByteLengthMax) {
    const chunk = bytes.subarray(at, at + chunkByteLengthMax)
    count(chunk.byteLength)
    yield chunk
  }
}

/** The next `byteLength` bytes of a source, as they come. `count` is called with the length of each chunk. */
export async function* readChunks(
  source: Source,
  byteLength: number,
  count: (byteLength: number) => void,
): AsyncGenerator<Uint8Array> {
  for (let left = byteLength; left > 0;) {
    const chunk = await source.read(Math.min(left, chunkByteLengthMax))
    left -= chunk.byteLength
    count(chunk.byteLength)
    yield chunk
  }
}
