/** Doing a thing again, with waits that are the caller's own, so that a virtual clock can pass them. */
import pRetry from 'p-retry'

export interface RetryOptions {
  readonly attemptsMax: number
  readonly sleep: (ms: number) => Promise<void>
  /**
   * After the failure of an attempt, which counts from 1: how long to wait before the next one, or `null` to let the
   * failure stand.
   */
  readonly readWait: (error: Error, attempt: number) => number | null
  readonly signal?: AbortSignal | null
}

/** What `work` gives, or the last failure. */
export function retry<T>(work: () => Promise<T>, { attemptsMax, sleep, readWait, signal }: RetryOptions): Promise<T> {
  return pRetry(work, {
    retries: attemptsMax - 1,
    minTimeout: 0,
    shouldRetry: async ({ error, attemptNumber }) => {
      const waitMs = readWait(error, attemptNumber)
      if (waitMs === null) return false
      if (waitMs > 0) await sleep(waitMs)
      return true
    },
    ...(signal && { signal }),
  })
}
