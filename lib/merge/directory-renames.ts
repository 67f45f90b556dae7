/** Folders that were renamed, told by where their files went, as git tells them (merge-ort.c, directory renames). */
const folderOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')))
const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)

/**
 * Old folder to new folder, where most of its renamed files went, null where as many went to another one; the root is
 * never an old one. Whether a folder is gone, and not only some of its files, is for the caller to ask.
 */
export function findFolderRenames(renames: ReadonlyMap<string, string>): Map<string, string | null> {
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
  return new Map(
    [...counts].map(([old, targets]) => {
      const [first, second] = [...targets].toSorted(([, a], [, b]) => b - a)
      return [old, first![1] === second?.[1] ? null : first![0]]
    }),
  )
}

/**
 * The innermost renamed folder that a path stands in, at any depth. Else one below the path's own folder that went to
 * several places: git, which asks where all of it went, stops at that too.
 */
export function findRenamedFolder(
  folders: ReadonlyMap<string, unknown>,
  split: readonly string[],
  path: string,
): string | null {
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) if (folders.has(folder)) return folder
  const home = folderOf(path)
  return home === '' ? null : (split.find((folder) => folder.startsWith(`${home}/`)) ?? null)
}
