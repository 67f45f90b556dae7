/** Branches that move by either way of publishing. */
import type { Prepared } from '../../lib/model/remote.ts'
import { at, newCommit, startWorld, type World } from './setup.ts'

export const ways = ['allowed', 'forbidden'] as const

export const bySwap = { method: 'POST', part: '/graphql' }

export const byForward = { method: 'PATCH', part: '/git/refs/' }

export const update = { allowed: bySwap, forbidden: byForward }

interface Ready {
  readonly world: World
  readonly prepared: Prepared
  readonly older: string
  readonly head: string
  readonly oid: string
}

/** Everything but the publication is done, and the repository's id is known. */
export async function prepare(updateRefs: (typeof ways)[number]): Promise<Ready> {
  const world = startWorld({ switches: { updateRefs } })
  const older = world.commit({ 'a.txt': '1\n' })
  const head = world.commit({ 'a.txt': '2\n', 'b.txt': 'b\n' })
  await world.remote.readEntries(head, ['a.txt'])
  const prepared = await world.remote.prepare([newCommit([head], { 'a.txt': '3\n' })], head)
  world.takeRequests()
  return { world, prepared, older, head, oid: prepared.head! }
}

export function fault({ world }: Ready, way: (typeof ways)[number], more: Parameters<typeof at>[2]) {
  world.hub.faults.push(at(update[way].method, update[way].part, more))
}

export const json = { 'content-type': 'application/json' }
