/**
 * Repeats work until it succeeds (`retry`), or until its result is good enough (`lookUntil`). Waiting is done by the caller's
 * `sleep`, so that tests can pass a virtual clock's.
 */
type Sleep = (ms: number) => Promise<void>

interface RetryOptions {
  readonly attemptsMax: number
  readonly sleep: Sleep
  /**
   * How many ms to wait between the failure of an attempt (the first one is number 1) and the next attempt; `null` makes
   * no other attempt.
   */
  readonly waitAfter: (error: Error, attempt: number) => number | null
  readonly signal?: AbortSignal | null
}

/** The result of the first attempt that succeeds. Where none does, the error of the last attempt is thrown. */
export async function retry<T>(
  work: (attempt: number) => Promise<T>,
  { attemptsMax, sleep, waitAfter, signal }: RetryOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted()
    try {
      return await work(attempt)
    } catch (error) {
      const waitMs = error instanceof Error && attempt < attemptsMax ? waitAfter(error, attempt) : null
      if (waitMs === null) throw error
      if (waitMs > 0) await sleep(waitMs)
    }
  }
}

interface LookOptions {
  /** The waits between two looks: without any there is one look. */
  readonly waitsMs: readonly number[]
  readonly sleep: Sleep
  /** Whether to look again after this error of a look. By default every error ends the looking. */
  readonly mayPass?: (error: Error) => boolean
}

/** Looks after 0, 2, 5, 10, 20 and 40 s: what a service lets us read may lag behind what was written by so much. */
export const lagWaitsMs: readonly number[] = [2_000, 3_000, 5_000, 10_000, 20_000]

/** Makes `retry` look again after a result that is not settled. */
class NotYet extends Error {
  readonly seen: unknown
  constructor(seen: unknown) {
    super()
    this.seen = seen
  }
}

/**
 * Looks until a result is settled, or no look is left: for what may be done, but not visible on every server yet. A look is
 * told its number, from 1. Returns the result of the last look, settled or not; throws the error of a last look that failed.
 */
export async function lookUntil<T>(
  look: (attempt: number) => Promise<T>,
  isSettled: (seen: T) => boolean,
  { waitsMs, sleep, mayPass = () => false }: LookOptions,
): Promise<T> {
  const work = async (attempt: number) => {
    const seen = await look(attempt)
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
