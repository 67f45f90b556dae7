/** Folders that were renamed, told by where their files went, as git tells them (merge-ort.c, directory renames). */
const folderOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')))
const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)

/**
 * Old folder to new folder, where most of its renamed files went; the root is never an old one. Whether a folder is gone, and not only some of
 * its files, is for the caller to ask.
 */
export function findFolderRenames(renames: ReadonlyMap<string, string>): Map<string, string> {
  const counts = new Map<string, Map<string, number>>()
  for (const [from, to] of renames) {
    let [old, now] = [folderOf(from), folderOf(to)]
    // What `a/x/1` to `b/x/1` says of `a/x` it says of `a` too.
    for (; old !== '' && old !== now; [old, now] = [folderOf(old), folderOf(now)]) {
      const targets = counts.get(old) ?? new Map<string, number>()
      counts.set(old, targets.set(now, (targets.get(now) ?? 0) + 1))
      if (nameOf(old) !== nameOf(now)) break
    }
  }
  return new Map([...counts].map(([old, targets]) => [old, [...targets].toSorted(([, a], [, b]) => b - a)[0]![0]]))
}

/** The renamed folder that a path stands in, not the ones above that: what is in a new folder of its own stays with it. */
export function findRenamedFolder(folders: ReadonlyMap<string, unknown>, path: string): string | null {
  return folders.has(folderOf(path)) ? folderOf(path) : null
}
