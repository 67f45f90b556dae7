/** What was found out of the data that a plan writes, for people: nothing that is decided depends on it. Pure. */
import type { Side } from '../model/sides.ts'
import type { Facts } from './facts.ts'

/** Of what a writer kept beside the schema only the names are told: the rest may be long. */
export interface ToldFacts extends Omit<Facts, 'metadata'> {
  readonly metadata: readonly string[]
}

/**
 * A file of the plan. `to`: the side that gets it; null for a conflict, whose versions `before` and `after` are those of
 * the two sides in their order. `lines` say it in words, safe to print.
 */
export interface InspectedFile {
  readonly path: string
  readonly to: Side | null
  readonly before: ToldFacts | null
  readonly after: ToldFacts | null
  readonly lines: readonly string[]
}

/**
 * `notes`: sentences on what was left out, and on cards that the Hub will not read. `spared`: a guess of how many of the
 * plan's own requests need not be made any more, since what they would bring was read.
 */
export interface Inspection {
  readonly files: readonly InspectedFile[]
  readonly notes: readonly string[]
  readonly spared: number
}

/** Gives the lines of a path, `to` as in `InspectedFile`; none where nothing is known. */
export function createFinder(inspection: Inspection | null, to: Side | null): (path: string) => readonly string[] {
  const files = (inspection?.files ?? []).filter((file) => file.to === to)
  const byPath = new Map(files.map(({ path, lines }) => [path, lines]))
  return (path) => byPath.get(path) ?? []
}
