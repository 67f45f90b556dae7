/** A run for which nobody has named GitHub's branch. */
import { DeniedError, RefusedError, RemoteError } from '../model/errors.ts'
import type { Remote } from '../model/remote.ts'
import { mapSides, type Sides } from '../model/sides.ts'
import { assumeBranch, OtherBranchError, type Assumed } from '../run/default-branch.ts'
import type { Options } from './options.ts'
import type { Opened, Session } from './session.ts'

/** What is done with the two remotes; returns the exit code. */
export type Act = (session: Session, opened: Opened, options: Options) => Promise<number>

/** The remotes of the branch that is meant. */
async function confirmNow({ remotes, confirm }: Assumed, { note }: Session): Promise<Sides<Remote>> {
  try {
    await confirm()
    return remotes
  } catch (error) {
    if (!(error instanceof OtherBranchError)) throw error
    if (error.isUnexpected) note(error.message)
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
  const isLooking = options.check || options.verify
  let assumed: Assumed
  try {
    assumed = await assumeBranch(opened.remotes, opened.unnamed)
    if (isLooking) return await begin(await confirmNow(assumed, session))
  } catch (error) {
    const isTold = error instanceof RemoteError || error instanceof RefusedError || error instanceof DeniedError
    // What stands in the way is what the check is for.
    if (!options.check || !isTold) throw error
    return act(session, opened, options)
  }
  try {
    return await begin(assumed.remotes, assumed.confirm)
  } catch (error) {
    if (!(error instanceof OtherBranchError)) throw error
    return begin(await confirmNow(assumed, session))
  }
}
