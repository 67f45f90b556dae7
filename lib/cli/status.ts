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
import type { Limits } from '../model/guesses.ts'
import { mapSides, type Side, type Sides } from '../model/sides.ts'
import type { Run } from '../run/mirror.ts'
import { InterruptedError } from '../run/written.ts'

export type Status =
  | Run['status']
  | 'equal'
  | 'different'
  | 'checked'
  | 'skipped'
  | 'denied'
  | 'failed'
  | 'stopped'
  | 'usage'
  | 'bug'

/** Requests by side, bytes of all bodies, what was asked under each limit, how long was waited for them. */
export interface Spent {
  readonly requests: Readonly<Record<Side, number>>
  readonly bytes: { readonly downloaded: number; readonly uploaded: number }
  readonly limits: Sides<Limits>
  readonly waitedMs: number
}

export interface Cost extends Spent {
  readonly elapsedMs: number
}

/** What was spent between two moments. */
export function subtractCost(now: Spent, before: Spent): Spent {
  return {
    limits: mapSides((side) => {
      const rows = Object.entries(now.limits[side]).flatMap(([name, row]) => {
        const asked = row.asked - (before.limits[side][name]?.asked ?? 0)
        return asked > 0 ? [[name, { ...row, asked }]] : []
      })
      return Object.fromEntries(rows)
    }),
    waitedMs: now.waitedMs - before.waitedMs,
    requests: mapSides((side) => now.requests[side] - before.requests[side]),
    bytes: {
      downloaded: now.bytes.downloaded - before.bytes.downloaded,
      uploaded: now.bytes.uploaded - before.bytes.uploaded,
    },
  }
}

const exitCodes: Record<Status, number> = {
  'in-sync': 0,
  'planned': 0,
  'mirrored': 0,
  'proposed': 0,
  'waiting': 0,
  'undone': 0,
  'streamed': 0,
  'equal': 0,
  'checked': 0,
  'skipped': 0,
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
 * was. `isKnown`: people were told of the same before, so that it is no failure.
 */
export function exitCode(status: Status, detailed: boolean, wrote = false, isKnown = false): number {
  if (isKnown) return 0
  if (status === 'refused' && wrote) return exitCodes.failed
  return status === 'planned' && detailed ? 10 : exitCodes[status]
}

/** Exit codes from what has to be looked at first: the rest was not tried, a bug, a wrong command, unequal sides, … */
const worstFirst = [130, 70, 64, 5, 4, 1, 3, 2, 10, 0]

/** Of what ends with the same code, what says most. */
const statusesFirst: readonly Status[] = [
  'mirrored',
  'undone',
  'proposed',
  'planned',
  'waiting',
  'checked',
  'equal',
  'in-sync',
]

/** What several runs came to that were stopped between two of them. */
export const stopped = { status: 'stopped', code: 130 } as const

/** What several runs came to together: the worst of them. What was not tried is null, and the reason counts. */
export function findWorst(results: readonly { readonly status: Status | null; readonly code: number | null }[]): {
  readonly status: Status
  readonly code: number
} {
  const ended = results.flatMap(({ status, code }) => (status === null || code === null ? [] : [{ status, code }]))
  const rank = ({ status, code }: (typeof ended)[number]) =>
    worstFirst.indexOf(code) * 10 + statusesFirst.indexOf(status)
  return ended.toSorted((a, b) => rank(a) - rank(b))[0] ?? stopped
}

/**
 * What running again does, after a run that failed half-way: it goes on, it ends in the same way until somebody changes
 * something, or it leaves as it is what was stored wrongly.
 */
export type Next = 'goes on' | 'ends the same way' | 'leaves it'

/** What running again alone does after this error. */
export function findNext(error: unknown): Next {
  const cause = error instanceof InterruptedError ? error.cause : error
  if (cause instanceof WrongCommitError) return 'leaves it'
  return cause instanceof RefusedError || cause instanceof DeniedError ? 'ends the same way' : 'goes on'
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
