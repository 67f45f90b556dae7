/** Which answers allow to send a request again: those that speak of a rate limit, or of a failure that may pass. */
import { readStart, type Received } from './body.ts'
import { parseWait, saysRateLimit } from './rate-limit.ts'

/** Is thrown with such an answer, so that `retry` decides. `waitMs`: the wait that the answer asks for, `null` for none. */
export class RetryableAnswer extends Error {
  readonly answer: Received
  readonly waitMs: number | null
  constructor(answer: Received, waitMs: number | null) {
    super()
    this.answer = answer
    this.waitMs = waitMs
  }
}

/** Statuses that are answered for rate limits, and for other reasons: the text of the answer tells. */
export const limitStatuses: ReadonlySet<number> = new Set([403, 429])
const transientStatuses: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504])
const peekByteLength = 16_384

/**
 * The wait in ms that an answer asks for before the request is sent again; `null` where it does not say how long, `false`
 * where the request is not to be sent again. An answer with one of `limitStatuses` has to be a `Response`: the start of its
 * text is read from a copy.
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
