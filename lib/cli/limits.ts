/** Options that set a limit. */
import { maxWaitMsDefault } from '../http/wait-budget.ts'
import { UsageError } from '../model/errors.ts'
import type { DeletionLimit } from '../plan/brakes.ts'
import type { Share } from '../plan/shards.ts'

/** The usual limit of deletions. */
export const deletionLimit: DeletionLimit = { most: 50, unit: 'percent', least: 10 }

/** A number of files, or a share of them; what is given counts from the first file on. Throws a `UsageError`. */
export function parseLimit(text: string | undefined): DeletionLimit {
  if (text === undefined) return deletionLimit
  const [, number = '', percent] = /^(\d{1,9})( ?%)?$/.exec(text) ?? []
  if (number === '' || (percent && Number(number) > 100))
    throw new UsageError(
      `Cannot use --max-delete ${JSON.stringify(text)}: it is a number of files, or of percent such as 25%; ` +
        'for no limit, use --allow-delete',
    )
  return { most: Number(number), unit: percent ? 'percent' : 'files', least: 0 }
}

/** Commits that a side may have since the base. Throws a `UsageError`. */
export function parseHistoryMax(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text))
    throw new UsageError(`Cannot use --history-max ${JSON.stringify(text)}: it is a number of commits`)
  return Number(text)
}

/** Machines that share out the objects of a run: as many as a matrix of GitHub Actions has jobs. Throws a `UsageError`. */
export function parseShards(text: string | undefined): number | null {
  if (text === undefined) return null
  if (/^[1-9]\d{0,2}$/.test(text) && Number(text) <= 256) return Number(text)
  throw new UsageError(`Cannot use --shards ${JSON.stringify(text)}: it is a number of machines, from 1 to 256`)
}

/** Throws a `UsageError`. */
export function parseShare(text: string | undefined): Share | null {
  if (text === undefined) return null
  const [, first, last, all] = /^(?:(\d{1,7})-)?(\d{1,7})\/(\d{1,7})$/.exec(text) ?? []
  const [from, to, of] = [Number(first ?? last), Number(last), Number(all)]
  if (from >= 1 && from <= to && to <= of && of <= 1_000_000) return { from, to, of }
  throw new UsageError(
    `Cannot use --shard ${JSON.stringify(text)}: it is a share such as 3/8, or one that --shards has printed`,
  )
}

/** Node's timers wait no longer, about 24 days: for more they would not wait at all. */
const timerMsMax = 2 ** 31 - 1
const unitMs = { s: 1_000, m: 60_000, h: 3_600_000 }

/** A time in ms, from `90s`, `15m`, `2h`, or `0`. Throws a `UsageError`. */
export function parseMaxWait(text: string | undefined): number {
  if (text === undefined) return maxWaitMsDefault
  if (text === '0') return 0
  const [, number, unit] = /^(\d{1,6})([smh])$/.exec(text) ?? []
  if (number !== undefined) return Math.min(Number(number) * unitMs[unit as keyof typeof unitMs], timerMsMax)
  throw new UsageError(
    `Cannot use --max-wait ${JSON.stringify(text)}: it is a time such as 90s, 15m or 2h, or 0 for none`,
  )
}
