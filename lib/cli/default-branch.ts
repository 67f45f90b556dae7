/** A run for which nobody has named GitHub's branch. */
import { DeniedError, RemoteError } from '../model/errors.ts'
import type { Remote } from '../model/remote.ts'
import { mapSides, type Sides } from '../model/sides.ts'
import { assumeBranch, OtherBranchError, type Assumed } from '../run/default-branch.ts'
import type { Options } from './options.ts'
import type { Opened, Session } from './session.ts'

/** What is done with the two remotes; returns the exit code. */
export type Act = (session: Session, opened: Opened, options: Options) => Promise<number>

/** The remotes of the branch that is meant. */
async function confirmNow({ remotes, confirm }: Assumed): Promise<Sides<Remote>> {
  try {
    await confirm()
    return remotes
  } catch (error) {
    if (!(error instanceof OtherBranchError)) throw error
    return error.remotes
  }
}

/** Does it on the branch that is found. What compares or checks is told the name first; a mirror only when it needs it. */
export async function onDefaultBranch(act: Act, session: Session, opened: Opened, options: Options): Promise<number> {
  const begin = (remotes: Sides<Remote>, confirm: Opened['confirm'] = null) => {
    const known = { ...options, branches: mapSides((side) => remotes[side].branch) }
    session.settle(known, remotes)
    return act(session, { ...opened, remotes, confirm }, known)
  }
  let assumed: Assumed
  try {
    assumed = await assumeBranch(opened.remotes, opened.unnamed)
    // The run for tags, which may have something to do where this one has not, takes the branch over from it.
    const needsName = options.check || options.verify || (options.tags && !assumed.isNamed)
    if (needsName) return await begin(await confirmNow(assumed))
  } catch (error) {
    // What stands in the way of reading is what the check is for.
    if (!options.check || !(error instanceof RemoteError || error instanceof DeniedError)) throw error
    return act(session, opened, options)
  }
  try {
    return await begin(assumed.remotes, assumed.confirm)
  } catch (error) {
    if (!(error instanceof OtherBranchError)) throw error
    return begin(error.remotes)
  }
}
