/** Conflicts that are settled beforehand, by what the user said. */
import type { Conflict } from '../merge/outcome.ts'
import type { Answer } from '../merge/take.ts'
import { pathsOf } from '../model/entry.ts'
import type { Commit } from '../model/remote.ts'
import { bothOf, mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { quotePaths } from '../plan/brakes.ts'
import type { Settled } from '../plan/plan.ts'
import { commitsMax, type FindTouched } from './last-touched.ts'
import type { PlanOptions } from './planning.ts'

/**
 * The side that changed later: all of its commits since the base are younger than each of the other one's. Null where
 * they overlap: then it matters which of them changed a file.
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
  readonly #takeNew: (path: string) => Side | null
  readonly #settled = new Map<string, Settled>()
  /** Paths of which nobody knows yet on which side they are newer. */
  readonly #unclear = new Set<string>()
  #touched: Sides<FindTouched> | null = null

  /** `takeNew`: whose version is taken of a file that nobody has made but the service of a new repository. */
  constructor(
    options: Pick<PlanOptions, 'take' | 'prefer'>,
    originals: Sides<readonly Commit[]>,
    takeNew: (path: string) => Side | null,
  ) {
    this.#options = options
    this.#newer = findNewer(originals)
    this.#takeNew = takeNew
  }

  /** Whose version of a path is taken where both disagree; null leaves it a conflict. */
  readonly take = (path: string): Answer | null => {
    const taken = this.#options.take(path)
    const preferred = taken ?? this.#options.prefer(path)
    const side = preferred === 'newer' ? (this.#newer ?? this.#findNewer(path)) : (preferred ?? this.#takeNew(path))
    const by = taken !== null ? 'take' : preferred !== null ? 'prefer' : 'create'
    if (side !== null) this.#settled.set(path, { path, side, by })
    if (preferred === 'newer' && side === null) this.#unclear.add(path)
    else this.#unclear.delete(path)
    return side
  }

  /** Whether another look at the conflicts may settle more, once it is known when each side changed which file. */
  get wantsTouched(): boolean {
    return this.#unclear.size > 0 && this.#touched === null
  }

  learnTouched(touched: Sides<FindTouched>): void {
    this.#touched = touched
  }

  /** The side whose last commit on the path is younger; null where that is not known, or where both are as old. */
  #findNewer(path: string): Side | null {
    const times = this.#touched && bothOf(mapSides((side) => this.#touched![side](path)))
    return (times && sides.find((side) => times[side] > times[otherSide[side]])) ?? null
  }

  /** What was settled, without paths that are conflicts all the same since no side can be taken for them. */
  list(conflicts: readonly { readonly path: string }[]): Settled[] {
    const open = new Set(pathsOf(conflicts))
    return [...this.#settled.values()].filter(({ path }) => !open.has(path))
  }

  /** Sentences on conflicts that an option was meant to settle. */
  notes(conflicts: readonly Pick<Conflict, 'path' | 'keys'>[]): string[] {
    const open = pathsOf(conflicts)
    const both = conflicts.filter(({ path }) => this.#settled.get(path)?.side === 'both')
    const keyed = both.filter(({ keys }) => keys)
    const lines = both.filter(({ keys }) => !keys)
    const unclear = open.filter((path) => this.#unclear.has(path))
    const isKnown = (path: string) => sides.every((side) => (this.#touched?.[side](path) ?? null) !== null)
    const [same, unknown] = [unclear.filter(isKnown), unclear.filter((path) => !isKnown(path))]
    return [
      ...tell(pathsOf(lines), '--take …=both settles nothing at', 'it puts the lines of two texts together'),
      ...tell(pathsOf(keyed), '--take …=both settles nothing at', 'a key of its front matter has one value'),
      ...tell(same, '--prefer newer settles nothing at', 'both sides changed it in the same second'),
      ...tell(
        unknown,
        '--prefer newer settles nothing at',
        "both sides' commits since the last sync overlap in time, and which of them changed it is not known: more than " +
          `${commitsMax} commits of a side are not looked into, nor is the first one of all, nor are files followed under other names`,
      ),
    ]
  }
}

/** A sentence on some paths; none where there is none. */
function tell(paths: readonly string[], what: string, why: string): string[] {
  return paths.length === 0 ? [] : [`${what} ${quotePaths(paths, namedMax)}: ${why}`]
}
