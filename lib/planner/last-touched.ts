/** When each side last changed a file, by the commits that people made since the base. */
import { DeniedError, RefusedError, RemoteError } from '../model/errors.ts'
import { cardPath } from '../model/front-matter.ts'
import type { Commit, Remote } from '../model/remote.ts'
import { awaitSides, type Sides } from '../model/sides.ts'

/** Commits of a side that are looked into, a request each. */
export const commitsMax = 20

/** The time of the last commit that touched a path, Unix ms; null where that is not known. */
export type FindTouched = (path: string) => number | null

const dateOf = ({ committerDate }: Commit) => Date.parse(committerDate)

/** A merge brings what others have changed, and counts for no file. */
const isOwn = ({ parents }: Commit) => parents.length <= 1

/** The paths that a commit has changed; null where the service does not tell, as of the first commit of all. */
async function readPaths(remote: Remote, { oid, parents }: Commit): Promise<ReadonlySet<string> | null> {
  try {
    const [parent] = parents
    const ids = await remote.readIds(parent ?? `${oid}^`, oid)
    const paths = ids && new Set(ids.keys())
    // Front matter that stays on its side is no edit of the text.
    if (parent !== undefined && remote.readFrontMatter && paths?.has(cardPath)) {
      const shown = await remote.readChanges(parent, oid, (path) => path === cardPath)
      if (shown.length === 0) paths.delete(cardPath)
    }
    return paths
  } catch (error) {
    // For a commit without a parent each service fails in its own way.
    if ([DeniedError, RefusedError, RemoteError].some((kind) => error instanceof kind)) return null
    throw error
  }
}

async function readTouchedOn(remote: Remote, originals: readonly Commit[]): Promise<FindTouched> {
  const own = originals.filter(isOwn)
  if (own.length === 1 && originals.length === 1) return () => dateOf(own[0]!)
  if (own.length > commitsMax) return () => null
  const changed = await Promise.all(own.map((commit) => readPaths(remote, commit)))
  if (changed.includes(null)) return () => null
  const times = new Map<string, number>()
  for (const [index, paths] of changed.entries())
    for (const path of paths!) times.set(path, Math.max(times.get(path) ?? 0, dateOf(own[index]!)))
  return (path) => times.get(path) ?? null
}

/**
 * Asks what each commit has changed, unless there is only one. Not known are paths that no commit has changed under this
 * name, and all of a side with many commits or where the service does not tell.
 */
export function readTouched(remotes: Sides<Remote>, originals: Sides<readonly Commit[]>): Promise<Sides<FindTouched>> {
  return awaitSides((side) => readTouchedOn(remotes[side], originals[side]))
}
