/** Makes the branch. */
import { createBranch as create } from '@huggingface/hub'
import { MovedError, RemoteError } from '../errors.ts'
import type { Api } from './api.ts'
import { readHead } from './history.ts'
import { callHub } from './hub.ts'

/** A branch that is there already is fine if it is at the same commit; asking twice does no harm for that reason. */
export async function createBranch(api: Api, oid: string): Promise<void> {
  const action = `make the branch ${api.where}`
  try {
    await callHub(api, { action, needs: 'write', repeat: true }, (hub) => create({ ...hub, branch: api.branch, revision: oid }))
  } catch (error) {
    if (!(error instanceof RemoteError) || error.status !== 409) throw error
    const head = await readHead(api)
    if (head === null) throw error
    if (head !== oid) throw new MovedError(`Cannot ${action}: it has been made meanwhile, at ${head} instead of ${oid}`)
  }
}
