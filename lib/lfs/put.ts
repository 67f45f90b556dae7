/**
 * Uploads to the addresses that a batch gave, with the headers that came with them and no others of ours (git-lfs
 * `docs/api/basic-transfers.md`), and what to do when storage refuses.
 */
import { isSuccess } from '../http/answer.ts'
import type { Received } from '../http/body.ts'
import { readStart } from '../http/body.ts'
import { HeaderMap, type HeaderLines } from '../http/headers.ts'
import type { Http } from '../http/http.ts'
import type { LfsObject } from '../model/entry.ts'
import { BrokenError, IntegrityError } from '../model/errors.ts'
import type { Side } from '../model/sides.ts'
import { contentType, type ObjectAnswer } from './batch.ts'
import type { BufferPool } from './buffer-pool.ts'
import { StorageError } from './failure.ts'

const textByteLengthMax = 16_384
const waitMaxMs = 60_000

/** What an upload needs of its LFS server. `readAnswer` asks about one object anew, since addresses expire within minutes. */
export interface UploadTarget {
  readonly http: Http
  readonly side: Side
  readonly tokenName: string
  readonly host: string
  readonly buffers: BufferPool
  readonly readAnswer: (object: LfsObject) => Promise<ObjectAnswer>
}

/** A request to an address. `title` says what it does, and completes `Cannot …`. */
interface Sending {
  readonly title: string
  readonly href: URL
  readonly headers: HeaderLines
}

/**
 * Sends bytes to storage, with their length, since S3 refuses a body of unknown length. Returns the headers of the answer.
 * @throws {StorageError} For any answer but a success.
 */
export async function putBytes(
  { http, side }: UploadTarget,
  { byteLength, ...sending }: Sending & { readonly byteLength: number },
  bytes: AsyncIterable<Uint8Array>,
): Promise<HeaderLines> {
  const headers = new HeaderMap(sending.headers)
  headers.delete('transfer-encoding')
  headers.set('content-length', String(byteLength))
  const answer = await http.stream(side, { repeat: false }, { method: 'PUT', url: sending.href, headers, body: bytes })
  await requireSuccess(http, sending, answer)
  return answer.headers
}

/**
 * Posts JSON to an LFS server: the verification of an upload, or the completion of one in parts.
 * @throws {StorageError} For any answer but a success.
 */
export async function postJson({ http, side }: UploadTarget, sending: Sending, value: unknown): Promise<void> {
  const headers = new HeaderMap(sending.headers)
  if (!headers.has('accept')) headers.set('accept', contentType)
  headers.set('content-type', contentType)
  const body = JSON.stringify(value)
  const answer = await http.stream(side, { repeat: true }, { method: 'POST', url: sending.href, headers, body })
  await requireSuccess(http, sending, answer)
}

async function requireSuccess(http: Http, { title, href }: Sending, answer: Received): Promise<void> {
  if (!isSuccess(answer)) throw await readStorageError(http, title, href, answer)
  // The connection can only be used again when the body has been read.
  await readStart(answer, textByteLengthMax)
}

/** The error for an answer of storage that is no success. */
export async function readStorageError(http: Http, title: string, href: URL, answer: Received): Promise<StorageError> {
  const { status, headers } = answer
  const text = await readErrorText(http, answer)
  return new StorageError(title, { host: href.host, status, headers, text }, http.now())
}

/** The start of an answer's text, with secrets hidden. */
export async function readErrorText(http: Http, answer: Received): Promise<string> {
  return http.redact(await readStart(answer, textByteLengthMax))
}

/**
 * How many ms to wait after a failed attempt (the first is number 1) before the same request is sent to storage again, at
 * most a minute; `null` where it would fail again.
 */
export function storageWait(http: Http, error: Error, attempt: number): number | null {
  if (error instanceof BrokenError) return http.backoff(attempt)
  return error instanceof StorageError && error.transient
    ? Math.min(waitMaxMs, error.waitMs ?? http.backoff(attempt))
    : null
}

/** Like `storageWait`, for the transfer of a whole object: it is also repeated where the bytes were not the object's. */
export function objectWait(http: Http, error: Error, attempt: number): number | null {
  return error instanceof IntegrityError ? http.backoff(attempt) : storageWait(http, error, attempt)
}
