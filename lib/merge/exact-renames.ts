/** Exact renames: a file that left one path and stands at another, told by its content id alone. */
import { isAttributes, nameOf, type Change } from '../model/entry.ts'

/**
 * What one side renamed. `to`: old path to new path. `unclear`: old paths that may have been renamed, and the new paths
 * that come into question.
 */
export interface Renames {
  readonly to: ReadonlyMap<string, string>
  readonly unclear: ReadonlyMap<string, readonly string[]>
}

/** `taken`: new paths to which some file certainly was renamed. `contested`: more new paths than files can have moved. */
export interface ExactRenames extends Renames {
  readonly taken: ReadonlySet<string>
  readonly contested: ReadonlySet<string>
}

/** For each content that left a path: the paths that it left, and those that it came to. */
function groupByContent(changes: ReadonlyMap<string, Change>): Iterable<{ gone: string[]; come: string[] }> {
  const groups = new Map<string, { gone: string[]; come: string[] }>()
  for (const { path, before, after } of changes.values()) {
    if (!before || after || isAttributes(path)) continue
    const group = groups.get(before.oid)
    if (group) group.gone.push(path)
    else groups.set(before.oid, { gone: [path], come: [] })
  }
  if (groups.size > 0)
    for (const { path, before, after } of changes.values())
      if (after && !before && after.byteLength > 0 && !isAttributes(path)) groups.get(after.oid)?.come.push(path)
  return groups.values()
}

/**
 * Renames of files that are not empty (empty ones are all alike): of one file to one path, and of several with the same
 * content to as many paths of the same names. In all other cases, for which git takes some order, it stays unclear.
 * `.gitattributes` is left out, since its rules are merged one by one.
 */
export function findRenames(changes: ReadonlyMap<string, Change>): ExactRenames {
  const to = new Map<string, string>()
  const unclear = new Map<string, readonly string[]>()
  const [taken, contested] = [new Set<string>(), new Set<string>()]
  for (const { gone, come } of groupByContent(changes)) {
    if (come.length === 0) continue
    for (const path of come) (gone.length < come.length ? contested : taken).add(path)
    const byName = new Map(come.map((path) => [nameOf(path), path]))
    const isOneToOne =
      gone.length === come.length &&
      (gone.length === 1 ||
        (new Set(gone.map(nameOf)).size === gone.length && gone.every((path) => byName.has(nameOf(path)))))
    for (const path of gone) {
      if (isOneToOne) to.set(path, gone.length === 1 ? come[0]! : byName.get(nameOf(path))!)
      else unclear.set(path, come)
    }
  }
  return { to, unclear, taken, contested }
}

/**
 * The paths of files that were deleted and not moved: a file that came, or that got this content, stands for one deleted
 * file of the same content, of the same name if there is one.
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
