/** Options that set a limit. */
import { UsageError } from '../model/errors.ts'
import { deletionLimit, type DeletionLimit } from '../plan/brakes.ts'

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

/** Commits of a side that are searched. Throws a `UsageError`. */
export function parseHistoryMax(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text))
    throw new UsageError(`Cannot use --history-max ${JSON.stringify(text)}: it is a number of commits`)
  return Number(text)
}
