/** Folders that were renamed, told by where their files went, as git tells them (merge-ort.c, directory renames). */
import { folderOf, nameOf } from '../model/entry.ts'

/**
 * Old folder to the folder that most of its renamed files went to, `null` where as many went to another one. `renames`:
 * old path to new path. The root is never an old folder. The caller has to ask whether the old folder is gone, and not
 * only some of its files.
 */
export function findFolderRenames(renames: ReadonlyMap<string, string>): Map<string, string | null> {
  const counts = new Map<string, Map<string, number>>()
  for (const [from, to] of renames) {
    let [old, now] = [folderOf(from), folderOf(to)]
    // `a/x/1` that went to `b/x/1` tells that `a/x` became `b/x`, and that `a` became `b`.
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
 * The innermost renamed folder that a path stands in, at any depth. Where there is none, a folder below the path's own
 * one that went to several places (`split`): git asks where everything in the path's folder went, and stops at that too.
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
