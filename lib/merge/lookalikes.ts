/**
 * Names that many file systems take for one another: Windows and macOS ignore case, and macOS ignores how an accent is
 * encoded.
 */
import { comparePaths, type Change } from '../model/entry.ts'
import { sides, type Sides } from '../model/sides.ts'

/** More groups of names than these are counted, not listed. */
const listedMax = 5

/**
 * A sentence on files that come together by this run and that no clone on such a system can hold both of; none where
 * there are no such files. Only what the sides changed is looked at.
 */
export function noteLookalikes(changes: Sides<ReadonlyMap<string, Change>>): string[] {
  const firstOf = new Map<string, string>()
  const groups = new Map<string, Set<string>>()
  for (const side of sides) {
    for (const { path, after } of changes[side].values()) {
      if (after === null) continue
      const key = path.normalize('NFC').toLowerCase()
      const first = firstOf.get(key)
      if (first === undefined) firstOf.set(key, path)
      else if (first !== path) groups.set(key, (groups.get(key) ?? new Set([first])).add(path))
    }
  }
  if (groups.size === 0) return []
  const isAdded = (path: string) =>
    sides.some((side) => changes[side].get(path)?.after && changes[side].get(path)?.before === null)
  const named = [...firstOf.keys()]
    .map((key) => [...(groups.get(key) ?? [])].toSorted(comparePaths))
    .filter((paths) => paths.some(isAdded))
    .map((paths) => paths.map((path) => JSON.stringify(path)).join(' and '))
  if (named.length === 0) return []
  if (named.length > listedMax) named.splice(listedMax, named.length, `${named.length - listedMax} more`)
  return [
    `${named.join(', ')}: a clone on Windows or macOS can hold only one of those that differ in case or in how an accent is written alone`,
  ]
}
