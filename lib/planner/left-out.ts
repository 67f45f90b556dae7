/** What filters leave out of what was seen to change, for people. Only names were seen, on the way to others. */
import { nameOf } from '../model/entry.ts'
import { groupDigits } from '../model/group-digits.ts'
import { mapSides, sides, type Side, type Sides } from '../model/sides.ts'
import { ignorePath, type View } from '../view/view.ts'

/** Filters that are named, and paths that are given as examples of each. */
const filtersMax = 5
const examplesMax = 3

/** The paths that a side has deleted inside. */
type ListGone = (side: Side) => readonly string[]

const named = (path: string) => JSON.stringify(path)

/** Collects the paths that a view leaves out, while others are picked by it. */
export class LeftOut {
  readonly #paths = mapSides(() => new Set<string>())
  readonly #elsewhere = mapSides((): string[] => [])

  /** As `view.includes`; what a filter leaves out is remembered. */
  watch(side: Side, { includes, explain }: View): View['includes'] {
    return (path) => {
      const isInside = includes(path)
      if (!isInside && explain(path) !== null) this.#paths[side].add(path)
      return isInside
    }
  }

  /** Paths that changed where the side shows nothing: a file may have been moved there. */
  see(side: Side, paths: Iterable<string>): void {
    this.#elsewhere[side].push(...paths)
  }

  /**
   * Sentences: how many paths each filter has left out, with examples unless everybody reads them (`publicLog`); and files
   * that are gone from what is mirrored (`listGone`) where a path of that name changed outside.
   */
  describe(view: View, listGone: ListGone, services: Sides<string>, publicLog: boolean): string[] {
    const groups = new Map<string, Set<string>>()
    for (const side of sides)
      for (const path of this.#paths[side]) {
        const why = view.explain(path)
        if (why !== null) groups.set(why, (groups.get(why) ?? new Set()).add(path))
      }
    const sorted = [...groups].toSorted(([, a], [, b]) => b.size - a.size)
    const lines = sorted.slice(0, filtersMax).map(([why, paths]) => {
      const examples = [...paths].slice(0, examplesMax).map(named).join(', ')
      const more = paths.size > examplesMax ? ` and ${groupDigits(paths.size - examplesMax)} more` : ''
      return `left out by ${why}: ${publicLog ? countPaths(paths.size) : `${examples}${more}`}`
    })
    const rest = sorted.slice(filtersMax).reduce((sum, [, paths]) => sum + paths.size, 0)
    const others = rest === 0 ? [] : [`left out by ${sorted.length - filtersMax} other filters: ${countPaths(rest)}`]
    const unheeded = sides
      .filter((side) => this.#elsewhere[side].includes(ignorePath))
      .map((side) => `the ${ignorePath} in the root of ${services[side]} is not shown, and leaves nothing out here`)
    return [...lines, ...others, ...unheeded, ...(publicLog ? [] : this.#describeMoves(listGone, services))]
  }

  /** A rename out of the view is a deletion in it: the other side loses its file, so that people have to know. */
  #describeMoves(listGone: ListGone, services: Sides<string>): string[] {
    const found = sides.flatMap((side) => {
      const paths = [...this.#elsewhere[side], ...this.#paths[side]]
      const outside = new Map(paths.map((path) => [nameOf(path), path]))
      const gone = outside.size === 0 ? [] : listGone(side)
      return gone.flatMap((path) => {
        const other = outside.get(nameOf(path))
        return other === undefined ? [] : [{ side, path, other }]
      })
    })
    const lines = found
      .slice(0, examplesMax)
      .map(
        ({ side, path, other }) =>
          `${named(path)} is gone on ${services[side]}, where ${named(other)} changed, which is left out: ` +
          'a file that is moved out of what is mirrored is deleted on the other side',
      )
    return found.length > examplesMax ? [...lines, `${found.length - examplesMax} more files went like that`] : lines
  }
}

const countPaths = (count: number) => `${groupDigits(count)} path${count === 1 ? '' : 's'}`
