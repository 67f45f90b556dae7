/**
 * Requests to addresses that a batch gave, with exactly the headers that came with them. Source: git-lfs
 * `docs/api/basic-transfers.md`.
 */
import type { Received } from '../http/body.ts'
import { readStart } from '../http/body.ts'
import type { Http } from '../http/http.ts'
import type { LfsObject } from '../model/entry.ts'
import { BrokenError, IntegrityError } from '../model/errors.ts'
import type { Side } from '../model/sides.ts'
import { contentType, type ObjectAnswer } from './batch.ts'
import type { BufferPool } from './buffer-pool.ts'
import { StorageError } from './failure.ts'

const textByteLengthMax = 16_384
const waitMaxMs = 60_000

/** What an upload needs of its LFS server. `readAnswer` asks for an object alone, since addresses expire within minutes. */
export interface UploadTarget {
  readonly http: Http
  readonly side: Side
  readonly tokenName: string
  readonly host: string
  readonly buffers: BufferPool
  readonly readAnswer: (object: LfsObject) => Promise<ObjectAnswer>
}

/** One request to an address. `title` completes `Cannot …`. */
interface Sending {
  readonly title: string
  readonly href: URL
  readonly headers: Headers
}

/**
 * Sends bytes to storage, always with their length, as S3 refuses a body of unknown length. Returns the headers of the
 * answer.
 * @throws {StorageError} For any answer but a success.
 */
export async function putBytes(
  { http, side }: UploadTarget,
  { byteLength, ...sending }: Sending & { readonly byteLength: number },
  bytes: AsyncIterable<Uint8Array>,
): Promise<Headers> {
  const headers = new Headers(sending.headers)
  headers.delete('transfer-encoding')
  headers.set('content-length', String(byteLength))
  const answer = await http.stream(side, { repeat: false }, { method: 'PUT', url: sending.href, headers, body: bytes })
  await requireSuccess(http, sending, answer)
  return answer.headers
}

/**
 * Tells an LFS server that an upload is complete.
 * @throws {StorageError} For any answer but a success.
 */
export async function postJson({ http, side }: UploadTarget, sending: Sending, value: unknown): Promise<void> {
  const headers = new Headers(sending.headers)
  if (!headers.has('accept')) headers.set('accept', contentType)
  headers.set('content-type', contentType)
  const body = JSON.stringify(value)
  const answer = await http.stream(side, { repeat: true }, { method: 'POST', url: sending.href, headers, body })
  await requireSuccess(http, sending, answer)
}

async function requireSuccess(http: Http, { title, href }: Sending, answer: Received): Promise<void> {
  if (answer.status < 200 || answer.status >= 300) throw await readStorageError(http, title, href, answer)
  // A body that was read to its end leaves the connection free for the next request.
  await readStart(answer, textByteLengthMax)
}

/** The error for an answer of storage that is no success. `title` completes `Cannot …`. */
export async function readStorageError(http: Http, title: string, href: URL, answer: Received): Promise<StorageError> {
  const { status, headers } = answer
  const text = await readErrorText(http, answer)
  return new StorageError(title, { host: href.host, status, headers, text }, http.now())
}

/** The start of an answer's text, without secrets. */
export async function readErrorText(http: Http, answer: Received): Promise<string> {
  return http.redact(await readStart(answer, textByteLengthMax))
}

/**
 * How many ms to wait before the same is sent to storage again, at most a minute; `null` where that does no good.
 * `attempt` counts from 1.
 */
export function storageWait(http: Http, error: Error, attempt: number): number | null {
  if (error instanceof BrokenError) return http.backoff(attempt)
  return error instanceof StorageError && error.transient
    ? Math.min(waitMaxMs, error.waitMs ?? http.backoff(attempt))
    : null
}

/** The same for a whole object, which is also moved again where its bytes turned out to be others. */
export function objectWait(http: Http, error: Error, attempt: number): number | null {
  return error instanceof IntegrityError ? http.backoff(attempt) : storageWait(http, error, attempt)
}
