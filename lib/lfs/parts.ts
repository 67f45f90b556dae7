/**
 * The Hub's multipart upload: the object's bytes come in order, because their hash wants them so, and leave in parts,
 * several at once. A part is kept until it is stored where there is room, so the next one comes meanwhile, and to send
 * it again its bytes are not downloaded again. Where there is none it passes through as it comes; should it have to be
 * sent again, its bytes are asked for again. Source: the Hub's own client.
 */
import { retry } from '../async/retry.ts'
import { formatObject, type LfsObject } from '../model/entry.ts'
import { RemoteError } from '../model/errors.ts'
import type { Action } from './batch.ts'
import { contentType, parseParts } from './batch.ts'
import type { Target } from './put.ts'
import { putBytes, storageWait, requireSuccess } from './put.ts'
import type { Source } from './source.ts'

const triesMax = 3
const chunkByteLengthMax = 256 * 1024

interface Part {
  readonly number: number
  readonly href: URL
  readonly byteLength: number
}

/**
 * What is sent: an object from its source. `count` is told of bytes that leave, and of those that have to leave again
 * as a negative number.
 */
interface Sending {
  readonly object: LfsObject
  readonly source: Source
  readonly count: (byteLength: number) => void
}

/** Gives a part's bytes, from its first on; `count` is told of each that leaves. */
type Open = (count: (byteLength: number) => void) => Promise<AsyncIterable<Uint8Array>>

/** Sends an object in parts, to addresses that a batch named, and completes it. */
export async function putParts(target: Target, sending: Sending, action: Action): Promise<void> {
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

/** The parts of one object on their way. */
class PartsUpload {
  readonly #target: Target
  readonly #sending: Sending
  readonly #etags = new Map<number, string>()
  readonly #failures: unknown[] = []
  readonly #running = new Set<Promise<void>>()

  constructor(target: Target, sending: Sending) {
    this.#target = target
    this.#sending = sending
  }

  /** The parts' ETags by number. After a failure no further part begins; what is under way ends first. */
  async run(parts: readonly Part[]): Promise<ReadonlyMap<number, string>> {
    try {
      for (const part of parts) {
        if (this.#failures.length > 0) break
        const room = this.#target.rooms.take(part.byteLength)
        await (room === null ? this.#sendPassing(part) : this.#sendKept(part, room))
      }
    } catch (error) {
      this.#failures.push(error)
    }
    await Promise.all(this.#running)
    if (this.#failures.length > 0) throw this.#failures[0]
    return this.#etags
  }

  async #send({ number, href, byteLength }: Part, open: Open): Promise<void> {
    const { http } = this.#target
    const { object, count } = this.#sending
    const title = `upload part ${number} of ${formatObject(object)}`
    let sent = 0
    const put = async () => {
      const bytes = await open((more) => {
        sent += more
        count(more)
      })
      const form = { title, href, headers: new Headers(), byteLength }
      return await putBytes(this.#target, form, bytes).catch((error: unknown) => {
        count(-sent)
        sent = 0
        throw error
      })
    }
    const waitAfter = (error: Error, attempt: number) => storageWait(http, error, attempt)
    const etag = (await retry(put, { attemptsMax: triesMax, sleep: http.sleep, waitAfter })).get('etag')
    if (etag === null)
      throw new RemoteError(`Cannot ${title}: ${href.host} answered without an ETag, which completes the upload.`)
    this.#etags.set(number, etag)
  }

  async #sendKept(part: Part, room: Buffer): Promise<void> {
    const { rooms } = this.#target
    const bytes = room.subarray(0, part.byteLength)
    try {
      await this.#sending.source.fill(bytes)
    } catch (error) {
      rooms.give(room)
      throw error
    }
    const task: Promise<void> = this.#send(part, (count) => Promise.resolve(chunksOf(bytes, count)))
      .catch((error: unknown) => void this.#failures.push(error))
      .finally(() => {
        this.#running.delete(task)
        rooms.give(room)
      })
    this.#running.add(task)
  }

  async #sendPassing(part: Part): Promise<void> {
    const { source } = this.#sending
    const mark = source.mark()
    let chunks: AsyncGenerator<Uint8Array> | null = null
    await this.#send(part, async (count) => {
      // What broke may still be waiting for a chunk: two must not read at once.
      await chunks?.return(undefined)
      if (chunks !== null) source.goBack(mark)
      return (chunks = readChunks(source, part.byteLength, count))
    })
  }
}

async function complete(
  { http, side, readAnswer }: Target,
  object: LfsObject,
  href: URL,
  etags: ReadonlyMap<number, string>,
): Promise<void> {
  const parts = [...etags].toSorted(([a], [b]) => a - b).map(([partNumber, etag]) => ({ partNumber, etag }))
  const headers = new Headers({ 'accept': contentType, 'content-type': contentType })
  const body = JSON.stringify({ oid: object.oid, parts })
  const answer = await http.stream(side, { repeat: true }, { method: 'POST', url: href, headers, body })
  try {
    await requireSuccess(http, `complete the upload of ${formatObject(object)}`, href, answer)
  } catch (error) {
    // Asked a second time because the first answer was lost, it may not know the upload any more.
    const { upload, error: refused } = await readAnswer(object)
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

/** The next bytes of a source as they come. */
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
