import { retry } from '../http/retry.ts'
import { formatObject, type LfsObject } from '../model/entry.ts'
/**
 * The Hub's multipart upload: the object's bytes come in order, because their hash wants them so, and leave in parts,
 * several at once. A part is kept until it is stored where there is room, so the next one comes meanwhile, and to send
 * it again its bytes are not downloaded again. Where there is none it passes through as it comes; should it have to be
 * sent again, its bytes are asked for again. Source: the Hub's own client.
 */
import { RemoteError } from '../model/errors.ts'
import type { Action } from './batch.ts'
import { contentType, parseParts } from './batch.ts'
import type { Target } from './put.ts'
import { putBytes, readStorageWait, requireSuccess } from './put.ts'
import type { Source } from './source.ts'

const triesMax = 3
const chunkByteLengthMax = 256 * 1024

interface Part {
  readonly number: number
  readonly href: URL
  readonly byteLength: number
}

/** `count` is told of bytes that leave, and of those that have to leave again as a negative number. */
export async function putParts(
  target: Target,
  object: LfsObject,
  source: Source,
  action: Action,
  count: (byteLength: number) => void,
): Promise<void> {
  const { http, rooms } = target
  const parsed = parseParts(action, object.byteLength)
  if (typeof parsed === 'string')
    throw new RemoteError(`Cannot upload ${formatObject(object)} to ${target.host}: ${parsed}.`)
  const etags = new Map<number, string>()
  const failures: unknown[] = []
  const running = new Set<Promise<void>>()

  const send = async (
    { number, href, byteLength }: Part,
    open: (counts: (byteLength: number) => void) => Promise<AsyncIterable<Uint8Array>>,
  ) => {
    const title = `upload part ${number} of ${formatObject(object)}`
    let sent = 0
    const put = async () => {
      const bytes = await open((more) => {
        sent += more
        count(more)
      })
      return await putBytes(target, { title, href, headers: new Headers(), byteLength }, bytes).catch(
        (error: unknown) => {
          count(-sent)
          sent = 0
          throw error
        },
      )
    }
    const readWait = (error: Error, attempt: number) => readStorageWait(http, error, attempt)
    const etag = (await retry(put, { attemptsMax: triesMax, sleep: http.sleep, readWait })).get('etag')
    if (etag === null)
      throw new RemoteError(`Cannot ${title}: ${href.host} answered without an ETag, which completes the upload.`)
    etags.set(number, etag)
  }

  const sendKept = async (part: Part, room: Buffer) => {
    const bytes = room.subarray(0, part.byteLength)
    try {
      await source.fill(bytes)
    } catch (error) {
      rooms.give(room)
      throw error
    }
    const task: Promise<void> = send(part, (counts) => Promise.resolve(chunksOf(bytes, counts)))
      .catch((error: unknown) => void failures.push(error))
      .finally(() => {
        running.delete(task)
        rooms.give(room)
      })
    running.add(task)
  }

  const sendPassing = async (part: Part) => {
    const mark = source.mark()
    let chunks: AsyncGenerator<Uint8Array> | null = null
    await send(part, async (counts) => {
      // What broke may still be waiting for a chunk: two must not read at once.
      await chunks?.return(undefined)
      if (chunks !== null) source.goBack(mark)
      return (chunks = readChunks(source, part.byteLength, counts))
    })
  }

  try {
    for (const [index, href] of parsed.hrefs.entries()) {
      if (failures.length > 0) break
      const part = {
        number: index + 1,
        href,
        byteLength: Math.min(parsed.partByteLength, object.byteLength - index * parsed.partByteLength),
      }
      const room = rooms.take(part.byteLength)
      await (room === null ? sendPassing(part) : sendKept(part, room))
    }
  } catch (error) {
    failures.push(error)
  }
  await Promise.all(running)
  if (failures.length > 0) throw failures[0]
  await complete(target, object, action.href, etags)
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
  const answer = await http.pass(side, { repeat: true }, { method: 'POST', url: href, headers, body })
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
