import { listsCommit } from '../http/pages.ts'
import { MovedError, RemoteError } from '../model/errors.ts'
import type { Api } from './api.ts'
import { readBranches, readHead, readHistory } from './history.ts'
import { callHub } from './hub.ts'

/**
 * Makes the branch at a commit. A branch that is there already, at the same commit, is as good.
 * @throws {MovedError} Where it is there at another commit.
 */
export async function createBranch(api: Api, oid: string): Promise<void> {
  const action = `make the branch ${api.where}`
  try {
    await callHub(api, { action, needs: 'write', repeat: true }, (hub, params) =>
      hub.createBranch({ ...params, branch: api.branch, revision: oid }),
    )
  } catch (error) {
    if (!(error instanceof RemoteError) || error.status !== 409) throw error
    const head = await readHead(api)
    if (head === null) throw error
    if (head !== oid) throw new MovedError(`Cannot ${action}: it has been made meanwhile, at ${head} instead of ${oid}`)
  }
}

/** Of how many branches the histories are read. */
const branchesMax = 20

/**
 * Whether the branch of this name (`null`: any branch) contains the commit. It is not enough that the commit can be read:
 * the Hub shows commits for a long time after the last branch that contained them is gone.
 */
export async function containsCommit(api: Api, branch: string | null, oid: string): Promise<boolean> {
  const heads = [...(await readBranches(api))]
    .filter(([name]) => branch === null || name === branch)
    .map(([, head]) => head)
  for (const head of heads.slice(0, branchesMax)) if (await listsCommit(await readHistory(api, head), oid)) return true
  return false
}
