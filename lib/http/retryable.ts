/** Answers after which a request may be sent again: a limit, or a failure that may pass. */
import { readStart, type Received } from './body.ts'
import { parseWait, saysRateLimit } from './rate-limit.ts'

/** Carries such an answer to where it is decided whether the request is sent again. `waitMs`: the wait that it asks for. */
export class RetryableAnswer extends Error {
  readonly answer: Received
  readonly waitMs: number | null
  constructor(answer: Received, waitMs: number | null) {
    super()
    this.answer = answer
    this.waitMs = waitMs
  }
}

/** Statuses that may speak of a limit; their texts tell. */
export const limitStatuses: ReadonlySet<number> = new Set([403, 429])
const transientStatuses: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504])
const peekByteLength = 16_384

/**
 * The wait that an answer asks for before the request is sent again, `null` where it does not say how long, `false` where
 * the answer stands. A `Response` is one with a status that may speak of a limit, and its start is read from a copy.
 */
export async function readRetryWait(
  answer: Received | Response,
  repeat: boolean,
  nowMs: number,
): Promise<number | null | false> {
  const { status, headers } = answer
  const mayBeLimit = answer instanceof Response
  if (!mayBeLimit && !(repeat && transientStatuses.has(status))) return false
  const text = mayBeLimit ? await readStart(answer.clone(), peekByteLength) : ''
  return mayBeLimit && !saysRateLimit(status, headers, text) ? false : parseWait(status, headers, text, nowMs)
}
