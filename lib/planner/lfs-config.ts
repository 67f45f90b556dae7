/** What has to be written to `.lfsconfig`, so that it leads to the objects on Hugging Face. */
import { isFile } from '../model/entry.ts'
import { brakeHost, brakeLfsUrl } from '../plan/brakes.ts'
import type { Stored } from '../plan/commits.ts'
import { editLfsConfig, lfsConfigPath } from '../plan/lfs-config.ts'
import type { Refusal } from '../plan/plan.ts'
import type { Context } from './context.ts'

/** `.lfsconfig` belongs to GitHub alone; it is written with whatever else goes there. */
export async function planLfsConfig(
  head: string | null,
  lfsUrl: string,
  { remotes: { github }, contents }: Context,
): Promise<{ readonly config: Stored | null; readonly refusals: readonly Refusal[] }> {
  const path = lfsConfigPath
  const was = head === null ? null : ((await github.readEntries(head, [path])).get(path) ?? null)
  if (was !== null && (!isFile(was) || was.lfs))
    return {
      config: null,
      refusals: brakeHost('github', [
        `${path} is there and is no plain file, so that it cannot lead to the objects on Hugging Face`,
      ]),
    }
  const edit = editLfsConfig(
    was ? Buffer.from(await contents.readBlob({ side: 'github', commit: head!, path }, was)).toString('utf8') : '',
    lfsUrl,
  )
  if (edit && 'other' in edit) return { config: null, refusals: brakeLfsUrl(edit.other, lfsUrl) }
  return {
    config: edit && { outcome: { path, to: 'github', content: edit, hunks: null }, store: 'plain', was },
    refusals: [],
  }
}
