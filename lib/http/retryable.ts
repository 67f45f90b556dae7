/** Which answers allow to send a request again: those that speak of a rate limit, or of a failure that may pass. */
import { beginBody, type Received } from './body.ts'
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
 * The same answer, and the wait in ms that it asks for before the request is sent again; `null` where it does not say how
 * long, `false` where the request is not to be sent again.
 */
export async function readRetryWait(
  answer: Received,
  repeat: boolean,
  nowMs: number,
): Promise<{ readonly answer: Received; readonly waitMs: number | null | false }> {
  const { status, headers, url } = answer
  const mayBeLimit = limitStatuses.has(status)
  if (!mayBeLimit && !(repeat && transientStatuses.has(status))) return { answer, waitMs: false }
  const begun = mayBeLimit && answer.body ? await beginBody(answer.body, peekByteLength) : null
  const text = Buffer.concat(begun?.start ?? []).toString('utf8')
  const same = begun ? { status, headers, url, body: begun.body } : answer
  if (mayBeLimit && !saysRateLimit(status, headers, text)) return { answer: same, waitMs: false }
  return { answer: same, waitMs: parseWait(status, headers, text, nowMs) }
}
