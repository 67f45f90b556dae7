/** Exact renames: a file that left one path and stands at another, told by its content id alone. */
import type { Change } from '../model/entry.ts'
import { isAttributes } from '../model/view.ts'

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)

/**
 * `to`: old path to new path. `unclear`: old paths that may have gone to one of these places, or of which one of
 * several went there.
 */
export interface Renames {
  readonly to: ReadonlyMap<string, string>
  readonly unclear: ReadonlyMap<string, readonly string[]>
}

/** `taken`: new paths of which it is sure that they are another one's new place. `contested`: those that may be. */
export interface ExactRenames extends Renames {
  readonly taken: ReadonlySet<string>
  readonly contested: ReadonlySet<string>
}

/**
 * Renames of files that are not empty (those are all alike): of one to one, and of several to as many of the same
 * names. git takes some order in all other cases. `.gitattributes` is left out: its rules are merged one by one.
 */
export function findRenames(changes: ReadonlyMap<string, Change>): ExactRenames {
  const places = new Map<string, { gone: string[]; come: string[] }>()
  const at = (oid: string) => places.get(oid) ?? places.set(oid, { gone: [], come: [] }).get(oid)!
  for (const { path, before, after } of changes.values()) {
    if (isAttributes(path)) continue
    if (before && !after) at(before.oid).gone.push(path)
    if (after && !before && after.byteLength > 0) at(after.oid).come.push(path)
  }
  const to = new Map<string, string>()
  const unclear = new Map<string, readonly string[]>()
  const [taken, contested] = [new Set<string>(), new Set<string>()]
  for (const { gone, come } of places.values()) {
    if (gone.length === 0 || come.length === 0) continue
    for (const path of come) (gone.length < come.length ? contested : taken).add(path)
    const byName = new Map(come.map((path) => [nameOf(path), path]))
    const isOneToOne =
      gone.length === come.length &&
      (gone.length === 1 ||
        (byName.size === gone.length &&
          new Set(gone.map(nameOf)).size === gone.length &&
          gone.every((path) => byName.has(nameOf(path)))))
    for (const path of gone) {
      if (isOneToOne) to.set(path, gone.length === 1 ? come[0]! : byName.get(nameOf(path))!)
      else unclear.set(path, come)
    }
  }
  return { to, unclear, taken, contested }
}

/**
 * Files that are gone, those that only moved left out: a file that has come stands for one that is gone, of the same
 * name if there is one, and for no second one.
 */
export function listDeleted(changes: ReadonlyMap<string, Change>): string[] {
  const gone = [...changes.values()].flatMap(({ path, before, after }) =>
    before && !after ? [{ path, oid: before.oid }] : [],
  )
  const oids = new Set(gone.map(({ oid }) => oid))
  const come = new Map<string, number>()
  const add = (key: string, by: number) => come.set(key, (come.get(key) ?? 0) + by)
  const named = (oid: string, path: string) => `${oid} ${nameOf(path)}`
  for (const { path, before, after } of changes.values()) {
    if (after !== null && oids.has(after.oid) && after.oid !== before?.oid)
      for (const key of [after.oid, named(after.oid, path)]) add(key, 1)
  }
  const isTaken = (oid: string, key: string): boolean => {
    if (!come.get(key)) return false
    for (const each of new Set([oid, key])) add(each, -1)
    return true
  }
  return gone
    .filter(({ oid, path }) => !isTaken(oid, named(oid, path)))
    .filter(({ oid }) => !isTaken(oid, oid))
    .map(({ path }) => path)
}
