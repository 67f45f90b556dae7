/** What has to be written to `.lfsconfig`, so that it leads to the objects on Hugging Face. */
import { rolesOf, servicesOf } from '../model/capabilities.ts'
import { isFile } from '../model/entry.ts'
import { otherSide, sides } from '../model/sides.ts'
import { parseTrailers } from '../model/trailers.ts'
import { brakeHost, brakeLfsUrl } from '../plan/brakes.ts'
import { chooseModes, openEdit, type PlannedEdit } from '../plan/edits.ts'
import { editLfsConfig, lfsConfigPath } from '../plan/lfs-config.ts'
import type { Refusal } from '../plan/plan.ts'
import type { Histories } from './histories.ts'
import type { Planning } from './planning.ts'

/**
 * Whether the copy among two heads that name one another was made by a run that had seen to it that GitHub's
 * `.lfsconfig` leads there: who changes that file makes another head.
 */
export function recordsLfsUrl({ heads }: Histories, lfsUrl: string): boolean {
  return sides.some((side) => {
    const { mirroredFrom, mirroredLfs } = parseTrailers(heads[side]?.message ?? '')
    return mirroredLfs === lfsUrl && mirroredFrom?.oid === heads[otherSide[side]]?.oid
  })
}

/** `.lfsconfig` belongs to the side alone whose clones read it; it is written with whatever else goes there. */
export async function planLfsConfig(
  head: string | null,
  lfsUrl: string,
  { remotes, contents }: Planning,
): Promise<{ readonly config: PlannedEdit | null; readonly refusals: readonly Refusal[] }> {
  const { first: side } = rolesOf(remotes)
  const path = lfsConfigPath
  const was = head === null ? null : ((await remotes[side].readEntries(head, [path])).get(path) ?? null)
  if (was !== null && (!isFile(was) || was.lfs))
    return {
      config: null,
      refusals: brakeHost(remotes[side].service, [
        `${path} is there and is no plain file, so that it cannot lead to the objects on ${remotes[otherSide[side]].service}`,
      ]),
    }
  const edit = editLfsConfig(
    was ? Buffer.from(await contents.readBlob({ side, commit: head!, path }, was)).toString('utf8') : '',
    lfsUrl,
  )
  if (edit && 'other' in edit)
    return {
      config: null,
      refusals: brakeLfsUrl(otherSide[side], { found: edit.other, wanted: lfsUrl }, servicesOf(remotes)),
    }
  const config = edit && openEdit({ path, to: side, content: edit, hunks: null }, was)
  if (config && remotes[side].capabilities.modes) chooseModes([config])
  return { config, refusals: [] }
}
