/** Trying and looking again, by `p-retry`. The waits are the caller's own, so that a virtual clock can pass them. */
import pRetry from 'p-retry'

type Sleep = (ms: number) => Promise<void>

/** When to try again. */
export interface RetryOptions {
  readonly attemptsMax: number
  readonly sleep: Sleep
  /**
   * How many ms to wait after the failure of an attempt (they count from 1) before the next one; `null`: there is none,
   * and the failure is thrown.
   */
  readonly waitAfter: (error: Error, attempt: number) => number | null
  readonly signal?: AbortSignal | null
}

/** What the first attempt gives that does not fail; else the failure of the last one is thrown. */
export function retry<T>(
  work: (attempt: number) => Promise<T>,
  { attemptsMax, sleep, waitAfter, signal }: RetryOptions,
): Promise<T> {
  return pRetry(work, {
    retries: attemptsMax - 1,
    minTimeout: 0,
    shouldRetry: async ({ error, attemptNumber }) => {
      const waitMs = waitAfter(error, attemptNumber)
      if (waitMs === null) return false
      if (waitMs > 0) await sleep(waitMs)
      return true
    },
    ...(signal && { signal }),
  })
}

/** When to look again. */
export interface LookOptions {
  /** Between one look and the next: no wait, one look. */
  readonly waitsMs: readonly number[]
  readonly sleep: Sleep
  /** Errors that are no answer either, and may be gone at the next look. Default: none is. */
  readonly mayPass?: (error: Error) => boolean
}

/** Waits for looks at 0, 2, 5, 10, 20 and 40 s: reads of a service may lag behind writes by so much. */
export const lagWaitsMs: readonly number[] = [2_000, 3_000, 5_000, 10_000, 20_000]

/** A look that saw something that is not settled. */
class NotYet extends Error {
  readonly seen: unknown
  constructor(seen: unknown) {
    super()
    this.seen = seen
  }
}

/**
 * Looks at something until what is seen is settled: for what may be done already, but may not be seen everywhere yet.
 * Gives what the last look saw, settled or not, and throws the error of a last look that failed.
 */
export async function lookUntil<T>(
  look: () => Promise<T>,
  isSettled: (seen: T) => boolean,
  { waitsMs, sleep, mayPass = () => false }: LookOptions,
): Promise<T> {
  const work = async () => {
    const seen = await look()
    if (!isSettled(seen)) throw new NotYet(seen)
    return seen
  }
  const waitAfter = (error: Error, attempt: number) =>
    error instanceof NotYet || mayPass(error) ? (waitsMs[attempt - 1] ?? null) : null
  try {
    return await retry(work, { attemptsMax: waitsMs.length + 1, sleep, waitAfter })
  } catch (error) {
    if (error instanceof NotYet) return error.seen as T
    throw error
  }
}
