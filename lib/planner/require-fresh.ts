/** The last look at both heads before a run says that what stands there cannot be gone on from. */
import { MovedError } from '../model/errors.ts'
import { awaitSides, sides } from '../model/sides.ts'
import type { State } from './histories.ts'
import type { Planning } from './planning.ts'

/**
 * Throws a `MovedError` where a branch is not at the head whose history was read. Such a history may look rewritten, or half
 * mirrored, only because its listing lags behind the mirror's own last write, or because another run wrote while both were read:
 * the freshest word on both heads decides. Costs a request a side.
 */
export async function requireFreshHeads({ heads, histories }: State, { remotes }: Planning): Promise<void> {
  if (histories.makeBranch) return
  const now = await awaitSides((side) => remotes[side].readHead())
  for (const side of sides)
    if (now[side] !== heads[side]) throw new MovedError(`${remotes[side].service} shows an older history than its head`)
}
