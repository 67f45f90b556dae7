/** A branch where there is none, and whether one may be written at all. */
import { lagWaitsMs, lookUntil } from '../async/retry.ts'
import { isSuccess } from '../http/answer.ts'
import { fields } from '../http/json.ts'
import { listsCommit } from '../http/pages.ts'
import { DeniedError, MissingTokenError, RefusedError, RemoteError } from '../model/errors.ts'
import type { About } from './about.ts'
import { ask, type Answer, type Api } from './api.ts'
import { isAncestor } from './confirm-write.ts'
import { createFailure, parseText } from './failure.ts'
import { movedError, readHead, readHistory, readRefs } from './history.ts'

/**
 * Makes the branch at a commit. One that stands there already is fine, so that asking twice does no harm. Throws a
 * `MovedError` where it stands elsewhere.
 */
export async function createBranch(api: Api, oid: string): Promise<void> {
  const action = `make the branch ${api.where}`
  const answer = await sendBranch(api, oid)
  if (answer !== null && isSuccess(answer)) return
  const exists = answer?.status === 422 && /already exists/i.test(parseText(answer.data))
  if (answer !== null && !exists && answer.status !== 408 && answer.status < 500)
    throw createFailure(api, action, answer, 'write')
  const head = await lookUntil(
    () => readHead(api),
    (seen) => seen !== null,
    { waitsMs: lagWaitsMs, sleep: api.http.sleep },
  )
  if (head === null)
    throw new RemoteError(
      `Cannot ${action}: no clear answer, and it is not there; run again later`,
      answer?.status ?? null,
    )
  if (head !== oid) throw movedError(action, head, oid)
}

/** The answer, null where none came. */
async function sendBranch(api: Api, oid: string): Promise<Answer | null> {
  try {
    return await ask(() =>
      api.once.rest.git.createRef({ ...api.ownerAndRepo, ref: `refs/heads/${api.branch}`, sha: oid }),
    )
  } catch (error) {
    if (error instanceof RemoteError) return null
    throw error
  }
}

/**
 * Throws where it is plain that the token may not write, or that nobody may. Of a user's token GitHub tells what the
 * user may do, and of an app's, such as a workflow's, that it may do nothing, not even read. So only a plain no counts;
 * the first write, which nobody sees, tells the rest.
 */
export async function checkWrite(api: Api, about: About): Promise<void> {
  const action = `write to ${api.where}`
  if (api.token === null)
    throw new MissingTokenError(
      `Cannot ${action}: GITHUB_TOKEN is not set; set one that may write contents (in a workflow: \`permissions: contents: write\`)`,
    )
  // What GraphQL told speaks for writing or is asked again: REST says the same of every token, and has the last word.
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

/** Comparisons that one question may cost: a repository with more branches is asked about the first ones. */
const branchesMax = 50

/**
 * Whether the branch of this name (null: any branch) contains the commit. That it can be read says nothing, since what
 * no branch names can be read for a long time.
 */
export async function containsCommit(api: Api, branch: string | null, oid: string): Promise<boolean> {
  const isMeant = (ref: string) => (branch === null ? ref.startsWith('refs/heads/') : ref === `refs/heads/${branch}`)
  const refs = [...(await readRefs(api, branch === null ? 'heads' : `heads/${branch}`))].filter(([ref]) => isMeant(ref))
  for (const [, sha] of refs.slice(0, branchesMax))
    if (sha === oid || ((await isAncestor(api, oid, sha)) ?? (await listsCommit(await readHistory(api, sha), oid))))
      return true
  return false
}
