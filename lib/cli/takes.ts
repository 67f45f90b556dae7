/** The answers that a run was given, and the conflicts that it needed them for. */
import { findTake, isGlob, matchesTake, type Answer, type Take } from '../merge/take.ts'
import { UsageError } from '../model/errors.ts'
import { listNear } from '../model/near-names.ts'
import type { Sides } from '../model/sides.ts'
import type { Run } from '../run/mirror.ts'
import type { Paths } from '../view/paths.ts'
import { nameShown } from './mapping.ts'

/** Paths that are named where none is near. */
const namedMax = 3
/** Names that are compared: more are nobody's typing mistake any more. */
const comparedMax = 2_000

/** Answers settle nothing, while `run` ends in conflicts for which they may have been meant. */
export class UnusedTakeError extends UsageError {
  readonly run: Run

  constructor(message: string, run: Run) {
    super(message)
    this.run = run
  }
}

/** All `--take`s of a run. */
export class Takes {
  readonly #takes: readonly Take[]
  readonly #paths: Paths | null
  readonly #words: Sides<string> | null
  readonly #asked = new Set<string>()

  /** `words`: what the answers for a side are called; null: by its name. */
  constructor(takes: readonly Take[], paths: Paths | null = null, words: Sides<string> | null = null) {
    this.#takes = takes
    this.#paths = paths
    this.#words = words
  }

  /** Whose version is taken where both disagree on this path. */
  readonly find = (path: string): Answer | null => {
    this.#asked.add(path)
    return findTake(nameShown(this.#takes, this.#paths), path)
  }

  /**
   * What is wrong with answers that no conflict has asked for: whoever gives one means another path, or expects what
   * does not happen. A glob may be there for conflicts to come. `explain`: which filter leaves a path out.
   */
  describeUnused(explain: (path: string) => string | null): string[] {
    const paths = [...this.#asked]
    return this.#takes
      .filter((take) => {
        const named = nameShown([take], this.#paths)
        const isUsed = paths.some((path) => named.some((one) => matchesTake(one, path)))
        return !isUsed && !(isGlob(take) && paths.length === 0)
      })
      .map(({ pattern, side }) => {
        const word = side === 'both' ? side : (this.#words?.[side] ?? side)
        const filter = isGlob({ pattern, side }) ? null : explain(pattern)
        if (filter !== null)
          return `--take ${JSON.stringify(`${pattern}=${word}`)} settles nothing: ${filter} leaves that path out.`
        const near = listNear(pattern, paths.slice(0, comparedMax))
        const named = (near.length > 0 ? near : paths.slice(0, namedMax)).map((path) => JSON.stringify(path)).join(', ')
        const rest = near.length === 0 && paths.length > namedMax ? ` and ${paths.length - namedMax} more` : ''
        const advice =
          near.length > 0 ? `. Did you mean ${named}?` : named === '' ? '.' : `; they are at ${named}${rest}.`
        return `--take ${JSON.stringify(`${pattern}=${word}`)} settles nothing: no conflict is at that path${advice}`
      })
  }
}
