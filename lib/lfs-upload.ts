/**
 * Sends one LFS object to where a batch says, proving its bytes on the way. Sources: git-lfs `docs/api/basic-transfers.md`; for multipart the
 * Hub's own client.
 */
import { readStart } from './body.ts'
import type { LfsObject } from './entry.ts'
import { IntegrityError, RemoteError } from './errors.ts'
import type { Http } from './http.ts'
import { BrokenError } from './http.ts'
import type { Action, ObjectAnswer } from './lfs-batch.ts'
import { contentType, parseParts } from './lfs-batch.ts'
import { StorageError, formatObject, objectFailure } from './lfs-failure.ts'
import { cutParts } from './lfs-parts.ts'
import type { Upload } from './remote.ts'
import { retry } from './retry.ts'
import type { Side } from './sides.ts'
import { verifyObject } from './verify-object.ts'

const triesMax = 3
const waitMaxMs = 60_000
const textByteLength = 16_384

/** An LFS server as an upload needs it. `readAnswer` asks for new addresses: those of a batch are good for some minutes. */
export interface Target {
  readonly http: Http
  readonly side: Side
  readonly host: string
  readonly readAnswer: (object: LfsObject) => Promise<ObjectAnswer>
}

/**
 * Whether bytes were sent: nothing is where `first`, the object's part of a batch answer, has no action. An address that has expired is replaced
 * once; a source or a storage that breaks, and bytes that are not the object's, make it begin again with a new batch, up to 3 times in all.
 */
export async function uploadObject(target: Target, upload: Upload, first: ObjectAnswer): Promise<boolean> {
  const { http, side, host, readAnswer } = target
  const { object } = upload
  let next: ObjectAnswer | null = first
  let [sent, renewed] = [false, false]
  const readWait = (error: Error, attempt: number): number | null => {
    if (error instanceof StorageError && error.stale && !renewed) {
      renewed = true
      return 0
    }
    if (error instanceof StorageError) return error.transient ? Math.min(waitMaxMs, error.waitMs ?? http.backoff(attempt)) : null
    return error instanceof BrokenError || error instanceof IntegrityError ? http.backoff(attempt) : null
  }
  const work = async () => {
    const answer = next ?? await readAnswer(object)
    next = null
    if (answer.error !== null) throw objectFailure(side, 'upload', host, object, answer.error)
    if (answer.upload === null) return
    sent = true
    // One transfer is named for a whole batch, and the small objects in it have no parts (huggingface.js, `commit.ts`).
    const inParts = answer.transfer === 'multipart' && answer.upload.headers.has('chunk_size')
    await sendBytes(target, upload, answer.upload, inParts ? putParts : putWhole)
    if (answer.verify !== null) await confirm(target, object, answer.verify)
  }
  try {
    await retry(work, { attemptsMax: triesMax, sleep: http.sleep, readWait })
  } catch (error) {
    throw error instanceof BrokenError ? new RemoteError(`Cannot upload ${formatObject(object)} to ${host}. ${error.message}`) : error
  }
  return sent
}

type Put = (target: Target, object: LfsObject, action: Action, bytes: ReadableStream<Uint8Array>) => Promise<void>

async function sendBytes(target: Target, { object, open }: Upload, action: Action, put: Put): Promise<void> {
  const stop = new AbortController()
  try {
    await put(target, object, action, (await open()).pipeThrough(verifyObject(object), { signal: stop.signal }))
  } finally {
    // Storage may answer before it has read everything: the source must not stay open.
    stop.abort()
  }
}

async function putWhole(target: Target, object: LfsObject, { href, headers }: Action, bytes: ReadableStream<Uint8Array>): Promise<void> {
  await putBytes(target, `upload ${formatObject(object)}`, href, headers, bytes, object.byteLength)
}

async function putParts(target: Target, object: LfsObject, action: Action, bytes: ReadableStream<Uint8Array>): Promise<void> {
  const { http, side } = target
  const parsed = parseParts(action, object.byteLength)
  if (typeof parsed === 'string') throw new RemoteError(`Cannot upload ${formatObject(object)} to ${target.host}: ${parsed}.`)
  const readPart = cutParts(bytes)
  const parts: { partNumber: number, etag: string }[] = []
  for (const [index, href] of parsed.hrefs.entries()) {
    const partNumber = index + 1
    const byteLength = Math.min(parsed.partByteLength, object.byteLength - index * parsed.partByteLength)
    const part = readPart(byteLength)
    const title = `upload part ${partNumber} of ${formatObject(object)}`
    const stored = await retry(() => putBytes(target, title, href, new Headers(), part.open(), byteLength), {
      attemptsMax: triesMax,
      sleep: http.sleep,
      readWait: (error, attempt) => {
        const transient = error instanceof BrokenError || (error instanceof StorageError && error.transient)
        return transient && part.repeatable() ? http.backoff(attempt) : null
      },
    })
    const etag = stored.get('etag')
    if (etag === null) throw new RemoteError(`Cannot ${title}: ${href.host} answered without an ETag, which completes the upload.`)
    parts.push({ partNumber, etag })
  }
  const headers = new Headers({ accept: contentType, 'content-type': contentType })
  http.check(side, action.href, headers)
  const answer = await http.fetch(side, { repeat: true })(action.href, { method: 'POST', headers, body: JSON.stringify({ oid: object.oid, parts }) })
  await readSuccess(target, `complete the upload of ${formatObject(object)}`, action.href, answer)
}

/** Exactly the headers of the action, and a length: storage refuses chunked bodies. */
async function putBytes(
  target: Target, title: string, href: URL, given: Headers, body: ReadableStream<Uint8Array>, byteLength: number,
): Promise<Headers> {
  const { http, side } = target
  const headers = new Headers(given)
  headers.delete('transfer-encoding')
  headers.set('content-length', String(byteLength))
  http.check(side, href, headers)
  const answer = await http.fetch(side, { repeat: false })(href, { method: 'PUT', headers, body, duplex: 'half' })
  await readSuccess(target, title, href, answer)
  return answer.headers
}

/** Tells the server that the object is complete; storage may show it a moment later. */
async function confirm(target: Target, object: LfsObject, { href, headers: given }: Action): Promise<void> {
  const { http, side } = target
  const title = `verify ${formatObject(object)}`
  const headers = new Headers(given)
  if (!headers.has('accept')) headers.set('accept', contentType)
  headers.set('content-type', contentType)
  http.check(side, href, headers)
  const body = JSON.stringify({ oid: object.oid, size: object.byteLength })
  try {
    await retry(async () => {
      const answer = await http.fetch(side, { repeat: true })(href, { method: 'POST', headers, body })
      await readSuccess(target, title, href, answer)
    }, {
      attemptsMax: triesMax,
      sleep: http.sleep,
      readWait: (error, attempt) => error instanceof StorageError && error.status === 404 ? http.backoff(attempt) : null,
    })
  } catch (error) {
    // Sending the bytes again would not help.
    throw error instanceof StorageError ? new RemoteError(error.message, error.status) : error
  }
}

async function readSuccess({ http }: Target, title: string, href: URL, answer: Response): Promise<void> {
  const text = await readStart(answer, textByteLength)
  if (answer.ok) return
  throw new StorageError(title, { host: href.host, status: answer.status, headers: answer.headers, text: http.redact(text) }, http.now())
}
