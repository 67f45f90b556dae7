/** Conflicts as the plan shows them: with links, and without what not everybody may read. */
import type { Conflict } from '../merge/outcome.ts'
import type { Facts } from '../merge/questions.ts'
import { DeniedError, RemoteError } from '../model/errors.ts'
import type { Remote } from '../model/remote.ts'
import { awaitSides, mapSides, otherSide, sides, type Sides } from '../model/sides.ts'
import type { PlannedConflict, PlannedHunk } from '../plan/plan.ts'
import type { Planning } from './planning.ts'
import type { Start } from './start.ts'

/** The conflicts with a link to each side's version of the file, and as far as everybody may read their lines. */
export async function describeConflicts(
  conflicts: readonly Conflict[],
  { start, facts }: { readonly start: Start; readonly facts: Facts },
  planning: Planning,
): Promise<PlannedConflict[]> {
  const { remotes, options } = planning
  const { heads, changes } = start
  const only = options.to === null ? {} : { only: otherSide[options.to] }
  const link = (conflict: Conflict): PlannedConflict => {
    const { path } = conflict
    const there = mapSides((side) => {
      const entry = changes.mirrored[side].get(path)?.after ?? facts.known({ side, commit: heads[side], path })
      return entry && entry.mode !== '040000' ? entry : null
    })
    return {
      ...conflict,
      ...only,
      deleted: mapSides((side) => changes.mirrored[side].get(path)?.after === null),
      links: mapSides((side) => there[side] && remotes[side].fileUrl(heads[side]!, path)),
      byteLengths: mapSides((side) => there[side]?.byteLength ?? null),
      oids: mapSides((side) => there[side]?.oid ?? null),
    }
  }
  return hideLines(conflicts.map(link), planning)
}

/** The sides that everybody can read, so that a log may show what they hold. A request a side. */
export function readShown(remotes: Sides<Remote>): Promise<Sides<boolean>> {
  return awaitSides(async (side) => {
    try {
      return (await remotes[side].readVisibility()) === 'public'
    } catch (error) {
      if (error instanceof RemoteError || error instanceof DeniedError) return false
      throw error
    }
  })
}

/**
 * Where everybody may read what the run prints, leaves out the lines of a repository that not everybody can read. Lines
 * of the base are shown if both repositories are public. A side that does not answer is taken for private. Costs a
 * request a side if the log is public, else none.
 */
async function hideLines(
  conflicts: readonly PlannedConflict[],
  { remotes, options: { publicLog } }: Planning,
): Promise<PlannedConflict[]> {
  if (!publicLog || conflicts.every(({ hunks }) => hunks.length === 0)) return [...conflicts]
  const isShown = await readShown(remotes)
  const hide = (hunk: PlannedHunk): PlannedHunk => ({
    line: hunk.line,
    base: sides.every((side) => isShown[side]) ? hunk.base : null,
    ...mapSides((side) => (isShown[side] ? hunk[side] : null)),
  })
  return conflicts.map((conflict) => ({ ...conflict, hunks: conflict.hunks.map(hide) }))
}
