/**
 * The Hub's multipart upload. An object's bytes come in order, as its hash needs them, and leave in parts, several at
 * once. A part is kept in a buffer until it is stored, where the pool has one: meanwhile the next one comes, and to send
 * it again needs no second download. Else it is streamed as it comes, and downloaded again if it has to be sent again.
 * Source: `commit.ts` of the Hub's own client, `@huggingface/hub`.
 */
import { retry } from '../async/retry.ts'
import { formatObject, type LfsObject } from '../model/entry.ts'
import { RemoteError } from '../model/errors.ts'
import { parseParts, type Action } from './batch.ts'
import { postJson, putBytes, storageWait, type UploadTarget } from './put.ts'
import type { Source } from './source.ts'

const attemptsMax = 3
const chunkByteLengthMax = 256 * 1024

/** One part of an upload, numbered from 1, and the address for it. */
interface UploadPart {
  readonly number: number
  readonly href: URL
  readonly byteLength: number
}

/** An object to be sent. `count` is told how many bytes left, and as a negative number how many of them have to leave again. */
interface SourcedObject {
  readonly object: LfsObject
  readonly source: Source
  readonly count: (byteLength: number) => void
}

/** Gives a part's bytes from the first on; `count` is told of each that leaves. */
type OpenPart = (count: (byteLength: number) => void) => Promise<AsyncIterable<Uint8Array>>

/**
 * Sends an object in parts to the addresses that a batch gave, and completes the upload.
 * @throws {RemoteError} Also where the addresses do not fit the object.
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

/** The upload of one object's parts. */
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

  /** The parts' ETags by number. After a failure no further part begins; what is under way ends first. */
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
      return await putBytes(this.#target, { title, href, headers: new Headers(), byteLength }, bytes).catch(
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

  /** Fills the buffer with the part, and sends it while the next part comes. */
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
      // The attempt that failed may still wait for a chunk, and two must not read at once.
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
    await postJson(target, { title, href, headers: new Headers() }, { oid: object.oid, parts })
  } catch (error) {
    // Where a first answer was lost, the second request is refused, since the upload is complete and known no more.
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

/** The next bytes of a source, so many in all, as they come. `count` is told of each chunk. */
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
