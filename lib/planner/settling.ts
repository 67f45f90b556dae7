/** Conflicts that are settled beforehand, by what the user said. */
import type { Answer } from '../merge/take.ts'
import { pathsOf } from '../model/entry.ts'
import type { Commit } from '../model/remote.ts'
import { otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import type { Settled } from '../plan/plan.ts'
import type { PlanOptions } from './planning.ts'

/**
 * The side that changed later: all of its commits since the base are younger than each of the other one's. Null where
 * they overlap, since which of them changed a file is not known then.
 */
function findNewer(originals: Sides<readonly Commit[]>): Side | null {
  const dates = (side: Side) => originals[side].map(({ committerDate }) => Date.parse(committerDate))
  const isNewer = (side: Side) =>
    sides.every((one) => originals[one].length > 0) && Math.min(...dates(side)) > Math.max(...dates(otherSide[side]))
  return sides.find(isNewer) ?? null
}

/** Paths that a sentence names. */
const namedMax = 3

/** Answers whose version of a path is taken, and remembers for which paths it was asked. */
export class Settling {
  readonly #options: Pick<PlanOptions, 'take' | 'prefer'>
  readonly #newer: Side | null
  readonly #settled = new Map<string, Settled>()
  #wasUnclear = false

  constructor(options: Pick<PlanOptions, 'take' | 'prefer'>, originals: Sides<readonly Commit[]>) {
    this.#options = options
    this.#newer = findNewer(originals)
  }

  /** Whose version of a path is taken where both disagree; null leaves it a conflict. */
  readonly take = (path: string): Answer | null => {
    const taken = this.#options.take(path)
    const preferred = taken ?? this.#options.prefer(path)
    const side = preferred === 'newer' ? this.#newer : preferred
    this.#wasUnclear ||= preferred === 'newer' && side === null
    if (side !== null) this.#settled.set(path, { path, side, by: taken === null ? 'prefer' : 'take' })
    return side
  }

  /** What was settled; not what is a conflict all the same, since taking a side is no way out of it. */
  list(conflicts: readonly { readonly path: string }[]): Settled[] {
    const open = new Set(pathsOf(conflicts))
    return [...this.#settled.values()].filter(({ path }) => !open.has(path))
  }

  /** Sentences where `newer` could not answer, and on conflicts whose lines were asked for and that have none. */
  notes(conflicts: readonly { readonly path: string }[]): string[] {
    const without = pathsOf(conflicts).filter((path) => this.#settled.get(path)?.side === 'both')
    const named = without.slice(0, namedMax).map((path) => JSON.stringify(path))
    const more = without.length > named.length ? ` and ${without.length - named.length} more` : ''
    const lines =
      without.length > 0
        ? [`both settles nothing at ${named.join(', ')}${more}: it puts the lines of two texts together`]
        : []
    return [...lines, ...this.#noteUnclear()]
  }

  #noteUnclear(): string[] {
    return this.#wasUnclear
      ? [
          "--prefer newer settles nothing here: both sides' commits since the last sync overlap in time, " +
            'so that nobody can tell which version of a file is the newer one',
        ]
      : []
  }
}
