/** What has to be written to `.lfsconfig`, so that it leads to the objects on Hugging Face. */
import { rolesOf, servicesOf } from '../model/capabilities.ts'
import { isFile } from '../model/entry.ts'
import { otherSide } from '../model/sides.ts'
import { brakeHost, brakeLfsUrl } from '../plan/brakes.ts'
import type { Stored } from '../plan/commits.ts'
import { editLfsConfig, lfsConfigPath } from '../plan/lfs-config.ts'
import type { Refusal } from '../plan/plan.ts'
import type { Context } from './context.ts'

/** `.lfsconfig` belongs to the side alone whose clones read it; it is written with whatever else goes there. */
export async function planLfsConfig(
  head: string | null,
  lfsUrl: string,
  { remotes, contents }: Context,
): Promise<{ readonly config: Stored | null; readonly refusals: readonly Refusal[] }> {
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
  return {
    config: edit && { outcome: { path, to: side, content: edit, hunks: null }, store: 'plain', was },
    refusals: [],
  }
}
