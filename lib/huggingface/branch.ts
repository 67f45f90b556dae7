/** Makes the branch, and tells what branches contain. */
import { listsCommit } from '../http/pages.ts'
import { MovedError, RemoteError } from '../model/errors.ts'
import type { Api } from './api.ts'
import { readBranches, readHead, readHistory } from './history.ts'
import { callHub } from './hub.ts'

/** A branch that is there already is fine if it is at the same commit; asking twice does no harm for that reason. */
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

/** So many branches may one question cost. */
const branchesMax = 20

/**
 * The branch of this name, or any, contains the commit: that it can be read says nothing, since what no branch names
 * can be read for a long time.
 */
export async function containsCommit(api: Api, branch: string | null, oid: string): Promise<boolean> {
  const heads = [...(await readBranches(api))]
    .filter(([name]) => branch === null || name === branch)
    .map(([, head]) => head)
  for (const head of heads.slice(0, branchesMax)) if (await listsCommit(await readHistory(api, head), oid)) return true
  return false
}
