/** Exact renames: a file that left one path and stands at another, told by its content id alone. */
import type { Change } from './entry.ts'
import { isAttributes } from './view.ts'

/**
 * Old path to new path, where both are the only ones of that content and the file is not empty (empty files are all alike).
 * git follows these at no cost; a file that was edited on the way is a delete and an add. `.gitattributes` is left out: its rules are merged one by one.
 */
export function findRenames(changes: ReadonlyMap<string, Change>): Map<string, string> {
  const places = new Map<string, { gone: string[], come: string[] }>()
  const at = (oid: string) => places.get(oid) ?? places.set(oid, { gone: [], come: [] }).get(oid)!
  for (const { path, before, after } of changes.values()) {
    if (isAttributes(path)) continue
    if (before && !after) at(before.oid).gone.push(path)
    if (after && !before && after.byteLength > 0) at(after.oid).come.push(path)
  }
  const renames = new Map<string, string>()
  for (const { gone: [from, otherFrom], come: [to, otherTo] } of places.values()) {
    if (from !== undefined && to !== undefined && otherFrom === undefined && otherTo === undefined) renames.set(from, to)
  }
  return renames
}
