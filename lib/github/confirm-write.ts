/** Finds out whether the branch was moved, where the answer to the update does not tell. */
import { lookUntil } from '../async/retry.ts'
import { RemoteError } from '../model/errors.ts'
import type { Api } from './api.ts'
import { isAncestor, readHead } from './history.ts'

/** `landed`: the branch contains our commit. `still`: the head is what it was. `moved`: the head is somebody else's. */
type Landing = { readonly state: 'landed' | 'still' } | { readonly state: 'moved'; readonly head: string | null }

/** Waits between looks after a refusal, which may be for another writer's lock. */
export const middleLook: readonly number[] = [2_000, 3_000]
export const shortLook: readonly number[] = []

/** Looks at the branch until its head is not `before` any more. Throws where the last look fails. */
export function awaitLanding(api: Api, before: string, after: string, waitsMs: readonly number[]): Promise<Landing> {
  return lookUntil(
    () => readLanding(api, before, after),
    ({ state }) => state !== 'still',
    { waitsMs, sleep: api.http.sleep, mayPass: (error) => error instanceof RemoteError },
  )
}

/** Where the branch is after an update from `before` to `after`. */
export async function readLanding(api: Api, before: string, after: string): Promise<Landing> {
  const head = await readHead(api)
  if (head === after) return { state: 'landed' }
  if (head === before) return { state: 'still' }
  // Others may have put commits on top of ours.
  return head !== null && (await isAncestor(api, after, head)) ? { state: 'landed' } : { state: 'moved', head }
}
