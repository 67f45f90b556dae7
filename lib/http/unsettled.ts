/** Answers that do not stand: a limit, or a failure that may pass. */
import { readStart, type Received } from './body.ts'
import { parseWait, saysRateLimit } from './rate-limit.ts'

/** An answer that is to be asked for again, should that still be allowed. */
export class Unsettled extends Error {
  readonly answer: Received
  readonly waitMs: number | null
  constructor(answer: Received, waitMs: number | null) {
    super()
    this.answer = answer
    this.waitMs = waitMs
  }
}

/** What they mean is in their text. */
export const tellingStatuses: ReadonlySet<number> = new Set([403, 429])
const transientStatuses: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504])
const peekByteLength = 16_384

/** `false`: the answer stands. Else it may be asked for again, after the wait that it names, if it names one. */
export async function readRetryWait(
  answer: Received | Response,
  repeat: boolean,
  nowMs: number,
): Promise<number | null | false> {
  const { status, headers } = answer
  const telling = answer instanceof Response
  if (!telling && !(repeat && transientStatuses.has(status))) return false
  const text = telling ? await readStart(answer.clone(), peekByteLength) : ''
  return telling && !saysRateLimit(status, headers, text) ? false : parseWait(status, headers, text, nowMs)
}
