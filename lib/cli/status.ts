/** What a run came to, for people and for machines: its status, its exit code, its cost. */
import {
  DeniedError,
  IntegrityError,
  RefusedError,
  RemoteError,
  StoppedError,
  UsageError,
  WrongCommitError,
} from '../model/errors.ts'
import type { Side } from '../model/sides.ts'
import type { Run } from '../run/mirror.ts'
import { InterruptedError } from '../run/written.ts'

export type Status =
  | Run['status']
  | 'equal'
  | 'different'
  | 'checked'
  | 'denied'
  | 'failed'
  | 'stopped'
  | 'usage'
  | 'bug'

/** Requests by side, bytes of all bodies, milliseconds. */
export interface Cost {
  readonly requests: Readonly<Record<Side, number>>
  readonly bytes: { readonly downloaded: number; readonly uploaded: number }
  readonly elapsedMs: number
}

const exitCodes: Record<Status, number> = {
  'in-sync': 0,
  'planned': 0,
  'mirrored': 0,
  'equal': 0,
  'checked': 0,
  'failed': 1,
  'conflict': 2,
  'refused': 3,
  'denied': 4,
  'different': 5,
  'usage': 64,
  'bug': 70,
  'stopped': 130,
}

/**
 * `wrote`: an earlier round of the run had written something before this status was reached. Code 3 says that nothing
 * was.
 */
export function exitCode(status: Status, detailed: boolean, wrote = false): number {
  if (status === 'refused' && wrote) return exitCodes.failed
  return status === 'planned' && detailed ? 10 : exitCodes[status]
}

/** Whether running again alone would end in the same way. */
export function isFinal(error: unknown): boolean {
  const cause = error instanceof InterruptedError ? error.cause : error
  return cause instanceof RefusedError || cause instanceof DeniedError || cause instanceof WrongCommitError
}

/**
 * Who has to act on an error. Anything that is none of ours is a bug; what was refused after something had been written
 * has failed half-way.
 */
export function statusOf(error: unknown): Status {
  const interrupted = error instanceof InterruptedError
  const cause = interrupted ? error.cause : error
  if (cause instanceof StoppedError) return 'stopped'
  if (cause instanceof UsageError) return 'usage'
  if (cause instanceof DeniedError) return 'denied'
  if (cause instanceof RefusedError) return interrupted ? 'failed' : 'refused'
  return cause instanceof RemoteError || cause instanceof IntegrityError ? 'failed' : 'bug'
}

/** Lines for the file that `GITHUB_OUTPUT` names: fixed words and numbers alone. */
export function formatOutputs(status: Status, { requests, bytes }: Cost): string {
  const lines = {
    status,
    requests: requests.github + requests.huggingface,
    bytes_downloaded: bytes.downloaded,
    bytes_uploaded: bytes.uploaded,
  }
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
