/**
 * Names that many file systems take for one another: Windows and macOS do not tell case, macOS not how an accent is
 * written. Pure.
 */
import type { Change } from '../model/entry.ts'
import { comparePaths } from '../model/entry.ts'
import { sides, type Sides } from '../model/sides.ts'

/** Pairs are listed up to this. */
const listedMax = 5

/**
 * Sentences on files that come together by this run and that no clone on such a system can hold both of; told of what
 * both sides changed alone.
 */
export function noteLookalikes(changes: Sides<ReadonlyMap<string, Change>>): string[] {
  const added = new Set(
    sides.flatMap((side) =>
      [...changes[side].values()].flatMap(({ path, before, after }) =>
        before === null && after !== null ? [path] : [],
      ),
    ),
  )
  if (added.size === 0) return []
  const alike = new Map<string, Set<string>>()
  for (const side of sides) {
    for (const { path, after } of changes[side].values()) {
      if (after === null) continue
      const key = path.normalize('NFC').toLowerCase()
      alike.set(key, (alike.get(key) ?? new Set()).add(path))
    }
  }
  const groups = [...alike.values()]
    .map((paths) => [...paths].toSorted(comparePaths))
    .filter((paths) => paths.length > 1 && paths.some((path) => added.has(path)))
  const named = groups.slice(0, listedMax).map((paths) => paths.map((path) => JSON.stringify(path)).join(' and '))
  if (groups.length > listedMax) named.push(`${groups.length - listedMax} more`)
  return groups.length === 0
    ? []
    : [
        `${named.join(', ')}: a clone on Windows or macOS can hold only one of those that differ in case or in how an accent is written alone`,
      ]
}
