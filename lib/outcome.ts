/** What a run came to, for people and for machines: its status, its exit code, its cost. */
import { DeniedError, IntegrityError, RefusedError, RemoteError, StoppedError, UsageError } from './errors.ts'
import type { Run } from './mirror.ts'
import type { Side } from './sides.ts'

export type Status = Run['status'] | 'equal' | 'different' | 'denied' | 'failed' | 'stopped' | 'usage' | 'bug'

/** Requests by side, bytes of all bodies, milliseconds. */
export interface Cost { readonly requests: Readonly<Record<Side, number>>, readonly bytes: { readonly downloaded: number, readonly uploaded: number }, readonly elapsedMs: number }

const exitCodes: Record<Status, number> = {
  'in-sync': 0, planned: 0, mirrored: 0, equal: 0, failed: 1, conflict: 2, refused: 3, denied: 4, different: 5, usage: 64, bug: 70, stopped: 130,
}

export function exitCode(status: Status, detailed: boolean): number {
  return status === 'planned' && detailed ? 10 : exitCodes[status]
}

/** Who has to act on an error. Anything that is none of ours is a bug. */
export function statusOf(error: unknown): Status {
  const cause = error instanceof Error && error.name === 'InterruptedError' ? error.cause : error
  if (cause instanceof StoppedError) return 'stopped'
  if (cause instanceof UsageError) return 'usage'
  if (cause instanceof DeniedError) return 'denied'
  if (cause instanceof RefusedError) return 'refused'
  return cause instanceof RemoteError || cause instanceof IntegrityError ? 'failed' : 'bug'
}
