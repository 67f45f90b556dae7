/** Whether a branch is where it was moved to, when the answer to that does not say. */
import { lookUntil } from '../async/retry.ts'
import { isSuccess } from '../http/answer.ts'
import { fields } from '../http/json.ts'
import { RemoteError } from '../model/errors.ts'
import { ask, type Api } from './api.ts'
import { readHead } from './history.ts'

/** `still`: the head is what it was. `moved`: it is somebody else's, and ours is not below it. */
export type Landing = { readonly state: 'landed' | 'still' } | { readonly state: 'moved'; readonly head: string | null }

/** Waits between looks after a write that was refused, perhaps for another writer's lock. */
export const middleLook: readonly number[] = [2_000, 3_000]
export const shortLook: readonly number[] = []

/** Looks at the branch until its head is not `before` any more. Throws where the last look fails: then nobody knows. */
export function awaitLanding(api: Api, before: string, after: string, waitsMs: readonly number[]): Promise<Landing> {
  return lookUntil(
    () => readLanding(api, before, after),
    ({ state }) => state !== 'still',
    { waitsMs, sleep: api.http.sleep, mayPass: (error) => error instanceof RemoteError },
  )
}

/** Where the branch is after an update from `before` to `after` whose answer was lost. */
export async function readLanding(api: Api, before: string, after: string): Promise<Landing> {
  const head = await readHead(api)
  if (head === after) return { state: 'landed' }
  if (head === before) return { state: 'still' }
  // What others put on top of ours does not undo it.
  return head !== null && (await isAncestor(api, after, head)) ? { state: 'landed' } : { state: 'moved', head }
}

/**
 * Whether the commit is `head` or below it; null where GitHub does not compare them, as where it knows no such commit.
 */
export async function isAncestor(api: Api, oid: string, head: string): Promise<boolean | null> {
  const answer = await ask(() =>
    api.repeating.rest.repos.compareCommitsWithBasehead({
      ...api.ownerAndRepo,
      basehead: `${oid}...${head}`,
      per_page: 1,
    }),
  )
  return isSuccess(answer) ? ['ahead', 'identical'].includes(String(fields(answer.data)['status'])) : null
}
