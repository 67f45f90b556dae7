/** Makes a branch, tells whether one contains a commit, and whether the token may write at all. */
import { catchRemoteError, isSuccess, isUnclear } from '../http/answer.ts'
import { fields } from '../http/json.ts'
import { listsCommit } from '../http/pages.ts'
import { DeniedError, RefusedError, RemoteError } from '../model/errors.ts'
import type { About } from './about.ts'
import { ask, once, requireToken, type Api } from './api.ts'
import { createFailure, parseText } from './failure.ts'
import { awaitHead, isAncestor, movedError, readHistory, readRefs } from './history.ts'

/**
 * Makes the branch at a commit. A branch that is there already, at the same commit, is as good. Throws a `MovedError` where
 * it is at another commit.
 */
export async function createBranch(api: Api, oid: string): Promise<void> {
  const action = `make the branch ${api.where}`
  const branch = { ref: `refs/heads/${api.branch}`, sha: oid }
  const answer = await catchRemoteError(ask(api, 'POST /repos/{owner}/{repo}/git/refs', branch, once), null)
  if (answer !== null && isSuccess(answer)) return
  const exists = answer?.status === 422 && /already exists/i.test(parseText(answer.data))
  if (answer !== null && !exists && !isUnclear(answer)) throw createFailure(api, action, answer, 'write')
  const head = await awaitHead(api)
  if (head === null)
    throw new RemoteError(
      `Cannot ${action}: no clear answer, and it is not there; run again later`,
      answer?.status ?? null,
    )
  if (head !== oid) throw movedError(action, head, oid)
}

/**
 * Throws where GitHub says that the token may not write, or that nobody may. For a user's token it tells what the user may
 * do; for an app's, as a workflow has it, that it may do nothing, not even read. So the token is only refused if it may read
 * and not write. For others the first write, which nobody sees, will tell.
 */
export async function checkWrite(api: Api, about: About): Promise<void> {
  const action = `write to ${api.where}`
  requireToken(api, action)
  // An earlier answer of GraphQL can speak for writing. Only REST's answer can speak against it.
  if (api.memory.seemsWritable) return
  const answer = await about()
  if (!isSuccess(answer)) throw createFailure(api, action, answer, 'write')
  const { archived, disabled, permissions } = fields(answer.data)
  if (archived === true)
    throw new RefusedError(
      `Cannot ${action}: the repository is archived and cannot be written; unarchive it in its settings first`,
    )
  if (disabled === true) throw new RefusedError(`Cannot ${action}: GitHub has disabled the repository; ask its support`)
  const { pull, push } = fields(permissions)
  if (pull === true && push === false)
    throw new DeniedError(
      `Cannot ${action}: the user of ${api.tokenName} may only read the repository; set a token of somebody who may write contents`,
    )
}

/** Of how many branches it is asked whether they contain a commit, a request for each. */
const branchesMax = 50

/**
 * Whether the branch of this name (null: any branch) contains the commit. It is not enough that the commit can be read:
 * GitHub keeps commits for a long time after the last branch that contained them is gone.
 */
export async function containsCommit(api: Api, branch: string | null, oid: string): Promise<boolean> {
  const isMeant = (ref: string) => (branch === null ? ref.startsWith('refs/heads/') : ref === `refs/heads/${branch}`)
  const refs = [...(await readRefs(api, branch === null ? 'heads' : `heads/${branch}`))].filter(([ref]) => isMeant(ref))
  for (const [, sha] of refs.slice(0, branchesMax))
    if (sha === oid || ((await isAncestor(api, oid, sha)) ?? (await listsCommit(await readHistory(api, sha), oid))))
      return true
  return false
}
