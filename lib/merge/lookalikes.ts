/**
 * Names that many file systems take for one another: Windows and macOS ignore case, and macOS ignores how an accent is
 * encoded.
 */
import { comparePaths, type Change } from '../model/entry.ts'
import { sides, type Sides } from '../model/sides.ts'

/** More groups of names than these are counted, not listed. */
const listedMax = 5

/** The same for all names that such a system takes for one. */
function foldName(path: string): string {
  return path.normalize('NFC').toLowerCase()
}

/** The paths at which a side has put or changed something, one that both have twice. */
function* listThere(changes: Sides<ReadonlyMap<string, Change>>): Generator<string> {
  for (const side of sides) for (const { path, after } of changes[side].values()) if (after !== null) yield path
}

/**
 * A sentence on files that come together by this run and that no clone on such a system can hold both of; none where
 * there are no such files. Only what the sides changed is looked at.
 */
export function noteLookalikes(changes: Sides<ReadonlyMap<string, Change>>): string[] {
  const keys = new Set<string>()
  // Of two lookalikes one at least is not its own key, and most lists of 100,000 files have none that is not.
  for (const path of listThere(changes)) if (foldName(path) !== path) keys.add(foldName(path))
  const groups = new Map<string, Set<string>>()
  if (keys.size > 0)
    for (const path of listThere(changes)) {
      const key = foldName(path)
      if (keys.has(key)) groups.set(key, (groups.get(key) ?? new Set()).add(path))
    }
  const isAdded = (path: string) =>
    sides.some((side) => changes[side].get(path)?.after && changes[side].get(path)?.before === null)
  const named = [...groups.values()]
    .filter(({ size }) => size > 1)
    .map((paths) => [...paths].toSorted(comparePaths))
    .filter((paths) => paths.some(isAdded))
    .map((paths) => paths.map((path) => JSON.stringify(path)).join(' and '))
  if (named.length === 0) return []
  if (named.length > listedMax) named.splice(listedMax, named.length, `${named.length - listedMax} more`)
  return [
    `${named.join(', ')}: a clone on Windows or macOS can hold only one of those that differ in case or in how an accent is written alone`,
  ]
}
