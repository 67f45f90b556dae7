import { isSuccess } from '../http/answer.ts'
import { listsCommit } from '../http/pages.ts'
import { MovedError } from '../model/errors.ts'
import { apiUrl } from './address.ts'
import { askJson, type Api } from './api.ts'
import { createFailure } from './failure.ts'
import { readBranches, readHead, readHistory } from './history.ts'

/**
 * Makes the branch at a commit. A branch that is there already, at the same commit, is as good.
 * @throws {MovedError} Where it is there at another commit.
 */
export async function createBranch(api: Api, oid: string): Promise<void> {
  const action = `make the branch ${api.where}`
  const url = apiUrl(api, 'branch', api.branch)
  const answer = await askJson(api, { what: 'the branch', url, json: { startingPoint: oid } })
  if (isSuccess(answer)) return
  const head = answer.status === 409 ? await readHead(api) : null
  if (head === null) throw await createFailure(api, action, answer, 'write')
  if (head !== oid) throw new MovedError(`Cannot ${action}: it has been made meanwhile, at ${head} instead of ${oid}`)
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
