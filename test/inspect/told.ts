/** What a run with `--json` says of the data of its plan. */
import type { Inspection } from '../../lib/facts/inspection.ts'
import type { Ran } from '../hubs/pair.ts'

/** Null where nobody looked. */
export const inspectionOf = (ran: Ran): Inspection | null => JSON.parse(ran.out).data

/** What is said of a path, if anything. */
export function linesOf(ran: Ran, path: string): readonly string[] | undefined {
  return inspectionOf(ran)!.files.find((file) => file.path === path)?.lines
}
