/**
 * Sends bytes to storage with exactly the headers that a batch gave for it. Source: git-lfs
 * `docs/api/basic-transfers.md`.
 */
import type { Received } from '../http/body.ts'
import { readStart } from '../http/body.ts'
import type { Http } from '../http/http.ts'
import type { LfsObject } from '../model/entry.ts'
import { BrokenError } from '../model/errors.ts'
import type { Side } from '../model/sides.ts'
import type { ObjectAnswer } from './batch.ts'
import type { Rooms } from './buffer-pool.ts'
import { StorageError } from './failure.ts'

const textByteLength = 16_384
const waitMaxMs = 60_000

/**
 * An LFS server as an upload needs it. `readAnswer` asks for new addresses: those of a batch are good for some minutes.
 */
export interface Target {
  readonly http: Http
  readonly side: Side
  readonly host: string
  readonly rooms: Rooms
  readonly readAnswer: (object: LfsObject) => Promise<ObjectAnswer>
}

export interface Put {
  /** Completes `Cannot …`. */
  readonly title: string
  readonly href: URL
  readonly headers: Headers
  readonly byteLength: number
}

/** Always with a length, as storage refuses chunked bodies. Returns the headers of the answer. */
export async function putBytes({ http, side }: Target, put: Put, bytes: AsyncIterable<Uint8Array>): Promise<Headers> {
  const headers = new Headers(put.headers)
  headers.delete('transfer-encoding')
  headers.set('content-length', String(put.byteLength))
  const answer = await http.stream(side, { repeat: false }, { method: 'PUT', url: put.href, headers, body: bytes })
  await requireSuccess(http, put.title, put.href, answer)
  return answer.headers
}

/** @throws {StorageError} For any answer but a good one, the start of its text in the message. */
export async function requireSuccess(http: Http, title: string, href: URL, answer: Received): Promise<void> {
  const text = await readStart(answer, textByteLength)
  if (answer.status >= 200 && answer.status < 300) return
  throw new StorageError(
    title,
    { host: href.host, status: answer.status, headers: answer.headers, text: http.redact(text) },
    http.now(),
  )
}

/** How long to wait before the same is sent again, or `null` where that does no good. */
export function storageWait(http: Http, error: Error, attempt: number): number | null {
  if (error instanceof BrokenError) return http.backoff(attempt)
  return error instanceof StorageError && error.transient
    ? Math.min(waitMaxMs, error.waitMs ?? http.backoff(attempt))
    : null
}
